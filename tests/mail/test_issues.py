"""Every issue that was sent can be read by its link and copied; the link is its reader's alone, and falls with their role."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from programs.mail import issue
from programs.mail.deliver import deliver
from programs.models import Membership, OutboxMessage
from programs.queries.issues import token_for
from tests import cast
from tests.mail.world import Clock, furnished, subscribed

pytestmark = pytest.mark.django_db
HOSTILE = '<img src=x onerror="alert(1)"> [x](javascript:alert(1))'


@pytest.fixture
def sent(program, lena, eli):
    """Lena's issue of this Monday."""
    furnished(program, owner=eli)
    issue.issue(subscribed(lena, program), at=cast.NINE)
    return OutboxMessage.objects.get(kind="summary")


@pytest.mark.django_db(transaction=True)
def test_the_mail_carries_the_link_and_it_opens_without_signing_in(program, lena, eli, smtp_server, client, monday):
    furnished(program, owner=eli)
    issue.issue(subscribed(lena, program), at=cast.NINE)
    deliver(clock=Clock())
    (mail,) = smtp_server.messages
    address = re.search(r"https?://[^\s/]+(/issues/\S+)", mail.get_body(("plain",)).get_content())[1]
    assert address in mail.get_body(("html",)).get_content()
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<h2>Blockers, by days added to cutover</h2>" in page
    assert "For Lena" in page
    assert "sessionid" not in client.cookies
    assert client.post(address).status_code == 405


def test_it_can_be_copied_as_markdown_and_as_html(sent, client):
    assert sent.markdown.startswith("# Atlas\n\nWeek to Mon 1 Mar 2027\n\n**Off track: Cutover is forecast for Mon 21 Jun.**")
    link = "[Vendor cannot reach the vault](http://localhost:8000/p/atlas/blockers/31)"
    assert f"- {link} (+3 days). Eli, open 10 days." in sent.markdown
    page = client.get(f"/issues/{token_for(sent.pk)}").content.decode()
    assert link in page
    assert "&lt;h2&gt;Next two weeks&lt;/h2&gt;" in page


def test_what_people_typed_is_text(program, lena, client):
    made = furnished(program)
    type(made["blocker"]).objects.update(title=HOSTILE, so_what=HOSTILE)
    issue.issue(subscribed(lena, program), at=cast.NINE)
    message = OutboxMessage.objects.get(kind="summary")
    page = client.get(f"/issues/{token_for(message.pk)}").content.decode()
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_forged_link_is_no_page(sent, client):
    good = token_for(sent.pk)
    for token in ("x", "1.x", good[:-1] + ("A" if good[-1] != "A" else "B"), token_for(sent.pk + 1), f"{sent.pk}.{'é' * 32}"):
        assert client.get(f"/issues/{token}").status_code == 404, token


def test_it_closes_with_the_role_the_account_and_the_year(sent, lena, client, time_machine):
    address = f"/issues/{token_for(sent.pk)}"
    time_machine.move_to(cast.NINE + timedelta(days=364))
    assert client.get(address).status_code == 200
    time_machine.move_to(cast.NINE + timedelta(days=366))
    assert client.get(address).status_code == 410
    time_machine.move_to(cast.NINE)
    Membership.objects.filter(person=lena).delete()
    assert client.get(address).status_code == 410


def test_a_letter_of_another_kind_is_no_issue(sent, client):
    OutboxMessage.objects.update(kind="nudge")
    assert client.get(f"/issues/{token_for(sent.pk)}").status_code == 404


def test_ones_own_are_listed(sent, lena, eli, as_):
    OutboxMessage.objects.update(state="sent")
    assert f"/issues/{token_for(sent.pk)}" in as_(lena).get("/my/subscriptions").content.decode()
    assert "/issues/" not in as_(eli).get("/my/subscriptions").content.decode()
    assert "/issues/" not in as_(eli).get("/p/atlas/subscriptions").content.decode()

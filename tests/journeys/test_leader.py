"""A leader opens the portfolio, and gets the morning's mail: once, true, and with a way to stop it."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from programs.actions import demo
from programs.models import OutboxMessage, Person, Slot, Subscription
from tests.provision.processes import wait_until

pytestmark = pytest.mark.chaos


@pytest.fixture
def leader(transactional_db):
    demo.load(today=now().date(), at=now())
    return Person.objects.get(name="VP Payments")


def test_the_portfolio_in_thirty_seconds(leader, visit):
    page = visit(leader)
    page.wait_for_url(re.compile("/portfolio"))
    expect(page.get_by_text("Payments platform migration is off track.")).to_be_visible()
    page.get_by_role("link", name="Payments platform migration").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("6 working days after target")
    expect(page.get_by_role("region", name="Critical path")).to_contain_text("Penetration test passed")
    assert page.get_by_role("link", name="Milestone", exact=True).count() == 0  # a viewer has nothing to change


def test_the_mail_comes_once_and_stops_with_one_click(leader, visit, running):
    Subscription.objects.exclude(person=leader).delete()
    due = Subscription.objects.get(person=leader)
    Subscription.objects.filter(pk=due.pk).update(next_at=now() - timedelta(minutes=1))

    def arrived():  # on some days others are asked for a word
        return [mail for mail in running.mailbox.messages if leader.email in mail["To"]]

    wait_until(lambda: len(arrived()) > 0, what="the summary to arrive", seconds=40)
    mine = OutboxMessage.objects.filter(person=leader)
    wait_until(lambda: mine.get().state == "sent", what="the message to be settled", seconds=20)
    mail = arrived()[0]
    assert "Payments platform migration" in mail["Subject"]
    assert "6 working days late" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert "Off track" in text
    assert "Pen-test vendor cannot reach the staging vault" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    page = visit(leader)
    page.goto(re.search(r"<(http[^>]+)>", mail["List-Unsubscribe"]).group(1))
    page.get_by_role("button", name="Stop it").click()
    wait_until(lambda: not Subscription.objects.get(pk=due.pk).active, what="the subscription to end", seconds=10)
    assert len(arrived()) == 1
    assert Slot.objects.filter(outcome="queued").count() == 1

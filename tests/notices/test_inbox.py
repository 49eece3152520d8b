"""The inbox and its mails: who may, what is said, and that looking saves nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from programs.actions import analysis, milestones, notices, telling
from programs.mail.deliver import deliver
from programs.mail.notices import mail_due
from programs.models import Follow, Milestone, Notice, OutboxMessage, Preference
from programs.queries.unsubscribe import wish_token
from tests import cast
from tests.cast import NINE

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NINE + timedelta(minutes=10)


@pytest.fixture
def moved(program, tess, eli, monday):
    """Tess made api two days longer, so Eli's app moves."""
    made = cast.sketch("api(3) > app(2) > launch(0)", program)
    Milestone.objects.filter(pk=made["app"].pk).update(owner=eli)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    api = made["api"]
    api.refresh_from_db()
    milestones.edit(milestone=api, version=api.version, changes={"duration_days": 5}, by=tess, at=NINE)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    telling.tell(at=NINE)
    notices.settle(at=LATER)
    return Notice.objects.get(person=eli, state="told")


def test_the_page_says_what_why_and_what_it_means(moved, eli, as_):
    page = as_(eli).get("/my/inbox").content.decode()
    assert "app: Wed 10 Mar, was Mon 8 Mar" in page
    assert "Duration of SK-1 api changed from 3 to 5 (Tess)." in page
    assert "2 working days later." in page
    assert "because you own it" in page
    assert "1 unread" in page


def test_looking_saves_nothing_and_a_mail_link_opens_its_answer(moved, eli, as_):
    page = as_(eli).get(f"/my/inbox?notice={moved.pk}&answer=contested").content.decode()
    moved.refresh_from_db()
    assert (moved.answer, moved.read_at) == ("", None)
    assert re.search(r'<details class="contest" open>', page)
    assert as_(eli).get("/my/inbox?notice=x&answer=<b>&page=0").status_code == 200


def test_seen_and_contested(moved, eli, tess, otto, as_):
    door = f"/my/inbox/{moved.pk}"
    assert as_(tess).post(door, {"answer": "acknowledged"}).status_code == 404
    assert as_(otto).post(door, {"answer": "acknowledged"}).status_code == 404
    assert as_(eli).get(door).status_code == 405
    refused = as_(eli).post(door, {"answer": "contested", "note": " "})
    assert refused.status_code == 422
    assert "Say why the new date cannot hold." in refused.content.decode()
    long = as_(eli).post(door, {"answer": "contested", "note": "x" * 501})
    assert long.status_code == 422
    assert "x" * 501 in long.content.decode()
    done = as_(eli).post(door, {"answer": "contested", "note": "The vendor said the 5th."})
    assert done.status_code == 303
    part = as_(eli).post(door, {"answer": "acknowledged"}, HTTP_HX_REQUEST="true")
    assert part.status_code == 200
    assert "You have seen it." in part.content.decode()


def test_all_can_be_marked_as_read(moved, eli, as_):
    assert as_(eli).get("/my/inbox/read").status_code == 405
    assert as_(eli).post("/my/inbox/read").status_code == 303
    assert "1 unread" not in as_(eli).get("/my/inbox").content.decode()


def test_one_mail_with_what_why_and_how_to_stop(moved, eli, smtp_server):
    happened = mail_due(clock=lambda: LATER)
    assert happened["mails"] == 1
    assert mail_due(clock=lambda: LATER)["mails"] == 0
    deliver(clock=lambda: LATER)
    mail = smtp_server.messages[0]
    assert mail["Subject"] == "app: Wed 10 Mar, was Mon 8 Mar"
    assert mail["To"] == "eli@example.test"
    assert "/stop/" in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = (part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    for body in (re.sub(r"\s+", " ", text), html):
        assert "2 working days later." in body
        assert "Duration of SK-1 api changed from 3 to 5 (Tess)." in body
        assert "You get this because you own it." in body
        assert re.search(rf"/a/\d+\.n{moved.pk}-acknowledged\.[\w-]{{32}}", body)
        assert f"/a/n{moved.pk}-" not in body, "what is sent is signed for its reader"
    assert len(html) < 15_000


def test_several_dates_of_one_reader_are_one_mail(moved, eli, program, tess):
    Milestone.objects.filter(program=program, name="launch").update(owner=eli)
    api = Milestone.objects.get(program=program, name="api")
    milestones.edit(milestone=api, version=api.version, changes={"duration_days": 9}, by=tess, at=NINE)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    telling.tell(at=LATER)
    notices.settle(at=LATER + timedelta(minutes=10))
    assert mail_due(clock=lambda: LATER + timedelta(minutes=10))["mails"] == 1
    message = OutboxMessage.objects.get(kind="slip")
    assert message.subject == "app: Wed 10 Mar, was Mon 8 Mar and 2 more"
    assert Notice.objects.filter(message=message).count() == 3


def test_no_mail_for_who_wants_none_and_none_for_who_left(moved, eli):
    notices.prefer(person=eli, wanted={"slip": "never"})
    assert mail_due(clock=lambda: LATER)["mails"] == 0


def test_who_left_after_it_was_queued_gets_nothing(moved, eli, smtp_server):
    mail_due(clock=lambda: LATER)
    eli.memberships.all().delete()
    deliver(clock=lambda: LATER)
    assert smtp_server.messages == []
    assert OutboxMessage.objects.get().state == "cancelled"


def test_one_click_stops_one_kind_without_signing_in(moved, eli, as_):
    door = f"/stop/{wish_token(eli.pk, 'slip')}"
    assert "Stop these mails?" in as_(None).get(door).content.decode()
    assert not Preference.objects.exists()
    for _again in range(2):
        answer = as_(None).post(door, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, "No more mails about" in answer.content.decode()) == (200, True)
    assert as_(None).post(door).status_code == 200
    assert list(Preference.objects.values_list("person", "kind", "frequency")) == [(eli.pk, "slip", "never")]


@pytest.mark.parametrize("token", ["x", "1.slip.AAAA", "99999999999999999999.slip.x", "1..", "1.nothing.x", "é.slip.x"])
def test_a_forged_stop_is_no_page(eli, as_, token):
    assert as_(None).post(f"/stop/{token}", {"List-Unsubscribe": "One-Click"}).status_code == 404
    good = wish_token(eli.pk, "slip")
    assert as_(None).get(f"/stop/{good[:-1]}{'A' if good[-1] != 'A' else 'B'}").status_code == 404


def test_how_often_is_chosen_on_one_page(eli, program, as_):
    assert as_(eli).post("/my/notices", {"slip": "hourly"}).status_code == 422
    assert as_(eli).post("/my/notices", {"slip": "daily", "cleared": "never", "is_admin": "1"}).status_code == 303
    assert dict(Preference.objects.values_list("kind", "frequency")) == {"slip": "daily", "cleared": "never"}
    assert 'value="daily" checked' in as_(eli).get("/my/notices").content.decode()


def test_following_from_the_page_of_a_milestone(program, lena, otto, as_, monday):
    cast.milestone(program, "app")
    door = "/p/atlas/m/SK-1/follow"
    assert as_(otto).post(door, {"follow": "1"}).status_code == 404
    assert as_(lena).get(door).status_code == 405
    assert as_(lena).post(door, {"follow": "1"}).status_code == 303
    assert Follow.objects.get().person == lena
    assert 'aria-pressed="true"' in as_(lena).get("/p/atlas/m/SK-1").content.decode()
    as_(lena).post(door, {"follow": "0"})
    assert not Follow.objects.exists()

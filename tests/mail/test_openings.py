"""The opening of the coming summary: written by hand or computed, signed, and never wrong about what changed since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from programs.actions import openings
from programs.mail import issue
from programs.models import Analysis, Event, Opening, OutboxMessage
from tests import cast
from tests.mail.world import MONDAY_EIGHT, furnished, subscribed

pytestmark = pytest.mark.django_db
ADDRESS = "/p/atlas/subscriptions/opening"
WORDS = "We lose a week, and the bank knows it."


def typed(text, version=1):
    return {"text": text, "version": str(version)}


def written(program, tess, *, at=MONDAY_EIGHT, text=WORDS):
    facts = {"finish": "2027-06-21", "target": "2027-06-11", "health": "off_track", "blockers": ["B-31"]}
    return openings.write(program=program, version=1, changes={"text": text}, facts=facts, by=tess, at=at)


def mail_to(subscription, at=cast.NINE):
    subscription.refresh_from_db()
    issue.issue(subscription, at=at)
    return OutboxMessage.objects.filter(kind="summary").latest("pk")


def test_only_managers_write_it(program, tess, eli, lena, otto, as_):
    for person, status in ((otto, 404), (lena, 403), (eli, 403), (tess, 200)):
        assert as_(person).get(ADDRESS).status_code == status
    assert as_(eli).post(ADDRESS, typed(WORDS)).status_code == 403
    assert not Opening.objects.exists(), "looking makes nothing"


def test_it_is_written_read_and_emptied(program, tess, lena, as_, monday):
    furnished(program)
    subscribed(lena, program, at=cast.NINE)
    browser = as_(tess)
    assert "That is 6 working days after target." in browser.get(ADDRESS).content.decode()
    assert browser.post(ADDRESS, typed("We lose a week,\nand the bank knows it.")).status_code == 303
    page = browser.get(ADDRESS).content.decode()
    assert WORDS in page
    assert "Tess wrote the opening" in page
    assert Event.objects.get(kind="opening.written").note == WORDS
    assert browser.post(ADDRESS, typed("", version=2)).status_code == 303
    assert "wrote the opening" not in browser.get(ADDRESS).content.decode()


def test_too_much_is_refused_and_kept_typed(program, tess, as_):
    answer = as_(tess).post(ADDRESS, typed("x" * 1001))
    assert answer.status_code == 422
    assert "x" * 1001 in answer.content.decode()
    assert not Opening.objects.exclude(text="").exists()


def test_two_who_write_at_once_see_each_other(program, tess, as_):
    browser = as_(tess)
    assert browser.post(ADDRESS, typed(WORDS)).status_code == 303
    assert browser.post(ADDRESS, typed("Something else")).status_code == 409
    assert Opening.objects.get().text == WORDS


def test_the_mail_opens_with_it_and_says_whose_it_is(program, tess, lena):
    furnished(program)
    row = subscribed(lena, program)
    written(program, tess)
    text = " ".join(mail_to(row).text.split())
    assert f"{WORDS} Tess wrote this on Mon 1 Mar." in text
    assert "Since then" not in text
    assert "That is 6 working days after target" not in text


def test_what_changed_after_it_was_written_is_said(program, tess, lena):
    furnished(program)
    row = subscribed(lena, program)
    written(program, tess)
    Analysis.objects.update(finish="2027-06-24", blockers=[])
    message = mail_to(row)
    assert "Since then: Forecast Thu 24 Jun, was Mon 21 Jun. B-31 costs no days any more." in " ".join(message.text.split())
    assert "Since then:" in message.html


def test_it_is_for_one_issue_only(program, tess, lena):
    furnished(program)
    row = subscribed(lena, program)
    written(program, tess)
    assert WORDS in mail_to(row).text
    assert WORDS not in mail_to(row, at=cast.NINE + timedelta(days=7)).text

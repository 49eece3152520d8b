"""Who decides is told the working day before a decision is due, and on its day; once each, while it is open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from programs.actions import decisions, notices, reviews
from programs.mail.notices import mail_due
from programs.models import Decision, Hold, Membership, Notice, NoticeKind, OutboxMessage, Preference
from tests import cast
from tests.cast import MONDAY, NINE
from tests.mail.test_questions import link, today  # noqa: F401 - a fixture
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db(transaction=True)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OPTIONS = [{"name": "North bank"}, {"name": "South bank"}]


def told(at):
    """What has fallen due, mailed; how many mails."""
    reviews.remind(at=at)
    notices.settle(at=at)
    return mail_due(clock=Clock(at))["mails"]


@pytest.fixture
def ask(program, tess, lena):
    """A question Lena answers, who only reads; due on a day after Monday."""
    waits = cast.milestone(program, "Launch", duration_days=2)

    def make(days, **given):
        given = {"title": "Which bank?", "decider": lena, "due_on": MONDAY + days * DAY, "holds": [waits], **given}
        return decisions.create(program=program, by=tess, at=NINE - DAY, **given)

    return make


def test_on_the_eve_and_on_the_day_and_never_twice(ask, lena):
    ask(2)
    assert not told(NINE)
    assert told(NINE + DAY) == 1
    assert not told(NINE + DAY + HOUR)
    assert told(NINE + 2 * DAY) == 1
    assert not told(NINE + 3 * DAY)
    eve, day = OutboxMessage.objects.filter(to=lena.email).order_by("pk")
    assert (eve.kind, eve.subject) == ("due", "Decide by Wed 3 Mar: D-1 Which bank?")
    assert "Work waits for it: Launch." in eve.text
    assert "You get this because you decide it." in eve.text
    assert "/stop/" in eve.text or "unsubscribe" in eve.text.lower() or "Stop" in eve.text
    assert day.subject == "Decide today: D-1 Which bank?"
    assert "It is due today." in day.text
    assert "It is due today." not in eve.text


def test_the_eve_of_a_monday_is_friday(ask):
    ask(7)
    assert not told(NINE + 3 * DAY)
    assert told(NINE + 4 * DAY) == 1
    assert not told(NINE + 5 * DAY)
    assert told(NINE + 7 * DAY) == 1


def test_what_is_due_today_when_it_is_asked_is_told_once(ask, lena):
    ask(0)
    assert told(NINE) == 1
    assert not told(NINE + DAY)
    assert Notice.objects.get(person=lena).topic == f"due:decision:{Decision.objects.get().pk}:{MONDAY}"


def test_a_new_day_is_told_again_and_the_old_one_no_more(ask, tess):
    made = ask(1)
    midnight = NINE - 9 * HOUR
    reviews.remind(at=midnight)
    assert Notice.objects.get().due_at == midnight + 8 * HOUR, "nobody is reminded at night"
    decisions.edit(decision=made, version=made.version, changes={"due_on": MONDAY + 9 * DAY}, by=tess, at=midnight + HOUR)
    assert not told(NINE)
    assert Notice.objects.get().state == "cancelled"
    assert told(NINE + 8 * DAY) == 1


def test_decided_before_it_leaves_is_not_mailed(ask, tess, lena):
    made = ask(0)
    Preference.objects.create(person=lena, kind=NoticeKind.DUE, frequency="daily")
    assert not told(NINE)
    decisions.decide(decision=made, version=made.version, chosen="", outcome="North", by=tess, at=NINE + HOUR)
    assert not told(NINE + DAY)
    assert Notice.objects.get().state == "told"


def test_who_wants_none_left_or_has_no_address_gets_none(ask, program, lena):
    ask(0)
    Preference.objects.create(person=lena, kind=NoticeKind.DUE, frequency="never")
    assert not told(NINE)
    assert Notice.objects.count() == 1, "it stands in the inbox"
    Notice.objects.all().delete()
    Membership.objects.filter(program=program, person=lena).delete()
    assert not told(NINE)
    assert not Notice.objects.exists()


def test_it_is_decided_from_the_mail(ask, lena, today):  # noqa: F811
    today(NINE + HOUR)
    made = ask(0, options=OPTIONS, background="Fees differ")
    told(NINE)
    browser, where = Client(enforce_csrf_checks=True), link(lena.email, "decide")
    page = browser.get(where).content.decode()
    assert all(words in page for words in ("North bank", "South bank", "Fees differ", "Record the decision"))
    assert browser.post(where, {"outcome": "Cheaper"}).status_code == 422
    saved = browser.post(where, {"chosen": "South bank", "outcome": "Cheaper"}).content.decode()
    assert "D-1 is decided" in saved
    made.refresh_from_db()
    assert (made.status, made.chosen, made.outcome, made.decided_by) == ("decided", "South bank", "Cheaper", lena)
    assert browser.get(where).status_code == 410


def test_without_options_it_is_decided_in_words(ask, lena, today):  # noqa: F811
    today(NINE + HOUR)
    ask(0)
    told(NINE)
    where = link(lena.email, "decide")
    assert Client().post(where, {"outcome": ""}).status_code == 422
    assert Client().post(where, {"outcome": "North"}).status_code == 200
    assert Decision.objects.get().outcome == "North"


def test_the_link_ends_when_somebody_else_decides(ask, tess, lena, today):  # noqa: F811
    today(NINE + HOUR)
    made = ask(0)
    told(NINE)
    where = link(lena.email, "decide")
    decisions.edit(decision=made, version=made.version, changes={"decider": tess}, by=tess, at=NINE + HOUR)
    assert Client().get(where).status_code == 410
    assert Client().post(where, {"outcome": "North"}).status_code == 410


def test_many_that_wait_are_counted(ask, program, lena):
    made = ask(0)
    for name in ("Ads", "Mails", "Support", "Billing"):
        Hold.objects.create(decision=made, milestone=cast.milestone(program, name, duration_days=1))
    told(NINE)
    assert "Work waits for it: Launch, Ads, Mails and 2 more." in OutboxMessage.objects.get(to=lena.email).text
    assert date.fromisoformat(Notice.objects.get().facts["due"]) == MONDAY


def test_unsigned_the_link_leads_to_the_page(ask, as_, lena, program):
    made = ask(0)
    assert as_(lena).get(f"/a/d{made.pk}-decide")["Location"] == f"/p/{program.slug}/decisions/{made.number}/decide"

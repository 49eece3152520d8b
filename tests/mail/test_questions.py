"""Whatever a mail asks is answered by a link in it, without signing in; who may not answer is offered nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from programs.actions import decisions, notices, reviews, risks
from programs.mail import so_what
from programs.mail.links import with_own_links
from programs.mail.notices import mail_due
from programs.models import Blocker, Decision, Event, Membership, OutboxMessage, Risk, Role
from tests import cast
from tests.cast import MONDAY, NINE
from tests.mail.test_so_what import BANKS, FRIDAY_TEN, untold  # noqa: F401 - a fixture
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db(transaction=True)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def nobody():
    """A browser nobody is signed in with, that insists on form tokens where they are asked for."""
    return Client(enforce_csrf_checks=True)


def link(to, code):
    """The address of one answer in the last mail to somebody, as it is sent."""
    message = OutboxMessage.objects.filter(to=to).latest("pk")
    found = re.search(rf"(/a/\d+\.[a-z]\d+-{code}\.\S+)", with_own_links(message, message.text))
    return found[1] if found else None


def told(at=NINE):
    """What is to be looked at again, mailed."""
    reviews.remind(at=at)
    notices.settle(at=at)
    mail_due(clock=Clock(at))


@pytest.fixture
def today(time_machine):
    """The day on which the links are opened."""

    def move(at):
        time_machine.move_to(at, tick=False)

    return move


def test_what_it_means_is_written_from_the_mail(untold, nobody, eli, today):  # noqa: F811
    today(FRIDAY_TEN)
    so_what.ask(at=FRIDAY_TEN)
    where, row = link(eli.email, "so_what"), untold["blocker"]
    page = nobody.get(where)
    assert page.status_code == 200
    assert "What it means for who pays or waits for it" in page.content.decode()
    assert not Blocker.objects.get(pk=row.pk).so_what, "looking saves nothing"
    assert nobody.post(where, {"so_what": " "}).status_code == 422
    saved = nobody.post(where, {"so_what": BANKS})
    assert "What B-31 means is written down" in saved.content.decode()
    assert Event.objects.get(kind="blocker.changed", field="so_what").by == eli
    assert Blocker.objects.get(pk=row.pk).so_what == BANKS
    assert nobody.get(where).status_code == 410
    batch = re.search(r'name="batch" value="([^"]+)"', saved.content.decode())[1]
    assert nobody.post(f"{where}/undo", {"batch": batch}).status_code == 200
    assert nobody.get(where).status_code == 200
    assert not nobody.cookies


def test_what_a_risk_means_is_written_by_who_plans(untold, nobody, tess, program, today):  # noqa: F811
    today(FRIDAY_TEN)
    so_what.ask(at=FRIDAY_TEN)
    where = link(tess.email, "so_what")
    nobody.post(where, {"so_what": "We sell nothing in June"})
    assert Risk.objects.get(pk=untold["risk"].pk).so_what == "We sell nothing in June"
    Risk.objects.update(so_what="")
    Membership.objects.filter(program=program, person=tess).update(role=Role.ENGINEER)
    assert nobody.get(where).status_code == 410


@pytest.fixture
def freeze(program, tess):
    """A risk of Tess that threatens a milestone and shows by today."""
    threatened = cast.milestone(program, "Launch", duration_days=2)
    more = {"owner": tess, "milestone": threatened, "trigger": "The board meets", "trigger_on": MONDAY, "note": "Quiet so far"}
    return risks.create(program=program, title="Sale freeze", by=tess, at=NINE - DAY, **more)


def test_a_risk_that_has_not_shown_is_looked_at_again(freeze, nobody, tess, today):
    today(NINE + HOUR)
    told()
    where = link(tess.email, "trigger")
    assert "Quiet so far" in nobody.get(where).content.decode()
    refused = nobody.post(where, {"day": "2027-03-01", "note": "Moved"})
    assert (refused.status_code, "Choose a day after today." in refused.content.decode()) == (422, True)
    assert "R-1 is looked at again Mon 15 Mar" in nobody.post(where, {"day": "2027-03-15", "note": "Moved"}).content.decode()
    found = Risk.objects.get()
    assert (found.trigger_on.isoformat(), found.note, found.review_on) == ("2027-03-15", "Moved", None)
    assert nobody.get(link(tess.email, "happened")).status_code == 410, "answered already"


def test_a_risk_that_came_true_is_a_blocker(freeze, nobody, tess, today):
    today(NINE + HOUR)
    told()
    where = link(tess.email, "happened")
    assert 'value="Sale freeze"' in nobody.get(where).content.decode()
    assert not Blocker.objects.exists()
    assert nobody.post(where, {"title": "No sales", "waiting_on": "The board"}).status_code == 200
    made = Blocker.objects.get()
    assert (made.title, made.waiting_on, made.risk, made.owner, made.raised_by) == ("No sales", "The board", freeze, tess, tess)
    assert Risk.objects.get().status == "closed"


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.VIEWER])
def test_who_owns_a_risk_answers_its_review_without_planning(freeze, nobody, program, eli, today, role):
    today(NINE + HOUR)
    Membership.objects.filter(program=program, person=eli).update(role=role)
    Risk.objects.update(owner=eli, trigger_on=None, trigger="", review_on=MONDAY, probability=2, impact=4)
    told()
    where = link(eli.email, "review")
    page = nobody.get(where).content.decode()
    assert '<option value="2" selected>' in page
    assert nobody.post(where, {"day": "2027-03-15", "note": "Nearer", "probability": 3, "impact": 4}).status_code == 200
    found = Risk.objects.get()
    assert (found.probability, found.impact, found.note, found.review_on.isoformat()) == (3, 4, "Nearer", "2027-03-15")
    assert Event.objects.filter(kind="risk.changed", field="probability").get().by == eli
    assert nobody.get(link(eli.email, "happened")).status_code == 410, "answered already"


def test_who_owns_a_risk_says_that_it_happened(freeze, nobody, eli, today):
    today(NINE + HOUR)
    Risk.objects.update(owner=eli)
    told()
    assert nobody.post(link(eli.email, "happened"), {"title": "No sales"}).status_code == 200
    assert Blocker.objects.get().raised_by == eli


def test_the_link_is_only_for_the_risk_one_owns(freeze, nobody, eli, tess, today):
    today(NINE + HOUR)
    Risk.objects.update(owner=eli)
    told()
    where = link(eli.email, "trigger")
    Risk.objects.update(owner=tess)
    assert nobody.get(where).status_code == 410
    assert nobody.post(where, {"day": "2027-03-15"}).status_code == 410


def test_a_decision_that_holds_is_looked_at_again(program, nobody, tess, today):
    today(NINE + HOUR)
    made = decisions.create(program=program, title="Which vendor?", owner=tess, by=tess, at=NINE - DAY)
    decisions.decide(
        decision=made, version=made.version, chosen="", outcome="The first", review_on=MONDAY, by=tess, at=NINE - DAY
    )
    told()
    where = link(tess.email, "review")
    assert nobody.get(where).status_code == 200
    assert nobody.post(where, {"day": "2027-03-15"}).status_code == 200
    found = Decision.objects.get()
    assert (found.review_on.isoformat(), found.status) == ("2027-03-15", "decided")
    assert nobody.get(where).status_code == 410


def test_unsigned_they_lead_to_the_page_of_a_reader_who_is_signed_in(freeze, as_, tess, program):
    browser = as_(tess)
    for code, path in (("happened", "risks/1/happened"), ("trigger", "risks/1/edit")):
        assert browser.get(f"/a/r{freeze.pk}-{code}")["Location"] == f"/p/{program.slug}/{path}"

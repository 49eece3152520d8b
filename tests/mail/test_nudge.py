"""Asking the silent for a word: who may, who is asked, how often, what the letter says, and when it is not sent after all."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from programs.actions import analysis, milestones
from programs.mail import nudge as letters
from programs.mail.deliver import deliver
from programs.models import Event, Membership, Milestone, OutboxMessage, Person, Program, Role
from programs.summaries.nudge import Quiet, nudge
from tests import cast
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/p/atlas/nudge"
WEEK = timedelta(days=7)


@pytest.fixture
def silent(program: Program, eli: Person, tess: Person, monday: Any) -> Program:
    """Eli's two milestones have had no word for 12 and 9 days, Tess's one for 8; a name from an import owns the fourth."""
    stranger = Person.objects.create(name="Imported name")
    for name, owner, days in (("Vault", eli, 12), ("Load test", eli, 9), ("Contract", tess, 8), ("Paper", stranger, 20)):
        said_on = cast.MONDAY - timedelta(days=days)
        row = cast.milestone(program, name, owner=owner, status="in_progress", said="on_track", said_on=said_on, duration_days=5)
        Milestone.objects.filter(pk=row.pk).update(target_date=cast.MONDAY + timedelta(days=30))
    analysis.recompute(program_id=program.pk, at=cast.NINE)
    program.refresh_from_db()
    return program


def sent() -> list[str]:
    return sorted(OutboxMessage.objects.filter(kind="nudge").values_list("to", flat=True))


def test_only_who_plans_may_ask_and_only_by_post(silent, tess, eli, lena, otto, as_):
    assert as_(otto).post(ADDRESS).status_code == 404
    assert as_(lena).post(ADDRESS).status_code == 403
    assert as_(eli).post(ADDRESS).status_code == 403
    assert as_(tess).get(ADDRESS).status_code == 405
    assert as_(tess).post(ADDRESS, {"person": "everybody"}).status_code == 422
    assert sent() == []


def test_one_press_asks_each_silent_member_once(silent, tess, as_):
    page = as_(tess).get("/p/atlas/").content.decode()
    assert "Nudge all 2" in page
    answer = as_(tess).post(ADDRESS)
    assert (answer.status_code, answer["Location"]) == (303, "/p/atlas/#needs-update")
    assert sent() == ["eli@example.test", "tess@example.test"], "the name from an import has no address"
    note = Event.objects.filter(kind="nudge.sent").order_by("pk").first()
    assert note is not None
    assert (note.program, note.by, note.subject_name) == (silent, tess, "Eli")
    page = as_(tess).get("/p/atlas/").content.decode()
    assert "Nudge all" not in page
    assert "asked" in page


def test_the_letter_is_kind_and_offers_answers(silent, tess, as_):
    as_(tess).post(ADDRESS)
    letter = OutboxMessage.objects.get(to="eli@example.test")
    assert letter.subject == "2 things need an answer: Vault, Load test"
    for body in (letter.text, letter.html):
        said = " ".join(re.sub(r"<[^>]+>", " ", body).split())
        assert "Vault" in said
        assert "no word for 12 days" in said
        assert "Still right?" in said
        assert "at most once a week" in said
    vault = Milestone.objects.get(key="SK-1")
    assert f"/a/m{vault.pk}-same" in letter.text
    assert f"/a/m{vault.pk}-same" in letter.html
    assert "Contract" not in letter.text, "nobody reads of other people's silence"
    assert len(letter.html) < 15_000


def test_what_the_target_needs_is_not_what_the_plan_as_it_stands_does():
    """A plan that is late has float behind it, and still the target wants it sooner."""
    why = {"code": "float_before", "params": {"days": 40.0, "by": "Cards"}}
    quiet = Quiet(1, "atlas", "SK-1", "Vault", "on_track", 16, date(2027, 4, 9), 40.0, critical=False, why=why)
    assert nudge("Atlas", [quiet], by="Tess", today=cast.MONDAY).items[0].why == (
        "To keep the target it is needed by Fri 9 Apr. Not critical: 40 working days of float before Cards needs it. Still right?"
    )


def test_the_links_open_a_question_and_save_nothing(silent, eli, tess, as_):
    as_(tess).post(ADDRESS)
    letter = OutboxMessage.objects.get(to="eli@example.test")
    path = re.search(r"http://\S+(/a/m\d+-same)", letter.text)
    assert path
    before = Milestone.objects.get(key="SK-1").version
    page = as_(eli).get(path[1], follow=True).content.decode()
    assert "The answer you picked is ready below" in page
    assert Milestone.objects.get(key="SK-1").version == before


def test_one_person_may_be_asked_alone(silent, tess, eli, as_):
    as_(tess).post(ADDRESS, {"person": eli.pk})
    assert sent() == ["eli@example.test"]


def test_nobody_is_asked_twice_within_a_week_whatever_the_program(silent, tess, eli):
    other = cast.program("Borealis", tpm=tess, engineer=eli)
    said_on = cast.MONDAY - timedelta(days=10)
    cast.milestone(other, "Elsewhere", owner=eli, status="in_progress", said="on_track", said_on=said_on, duration_days=5)
    analysis.recompute(program_id=other.pk, at=cast.NINE)
    other.refresh_from_db()
    assert [one.name for one in letters.ask(silent, by=tess, at=cast.NINE, person=eli.pk).people] == ["Eli"]
    again = letters.ask(other, by=tess, at=cast.NINE + timedelta(days=6))
    assert (again.people, [one.name for one in again.spared]) == ((), ["Eli"])
    assert [one.name for one in letters.ask(other, by=tess, at=cast.NINE + WEEK).people] == ["Eli"]


def test_whoever_spoke_since_is_left_alone(silent, tess, eli):
    for row in Milestone.objects.filter(owner=eli):
        milestones.still_the_same(milestone=row, by=eli, at=cast.NINE)
    assert [one.name for one in letters.ask(silent, by=tess, at=cast.NINE).people] == ["Tess"]


def test_who_left_or_only_reads_is_not_asked(silent, tess, eli):
    Membership.objects.filter(person=eli).update(role=Role.VIEWER)
    assert [one.name for one in letters.ask(silent, by=tess, at=cast.NINE).people] == ["Tess"]


def test_an_answer_before_it_is_sent_stops_the_letter(silent, tess, eli, settings, smtp_server):
    settings.MAIL_LEAVES = True
    letters.ask(silent, by=tess, at=cast.NINE)
    for row in Milestone.objects.filter(owner=eli):
        milestones.still_the_same(milestone=row, by=eli, at=cast.NINE + timedelta(minutes=2))
    deliver(clock=Clock(cast.NINE + timedelta(minutes=5)))
    state = dict(OutboxMessage.objects.values_list("to", "state"))
    assert state == {"eli@example.test": "cancelled", "tess@example.test": "sent"}
    assert OutboxMessage.objects.get(state="cancelled").error == "The reader answered before it was sent."
    assert [mail["To"] for mail in smtp_server.messages] == ["tess@example.test"]
    assert "milestones" not in smtp_server.messages[0]


def test_a_swap_brings_the_list_and_a_toast(silent, tess, as_):
    answer = as_(tess).post(ADDRESS, headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="needs-update"' in body
    assert "2 people are asked by mail" in body
    assert body.count("asked Mon 1 Mar, not answered</span>") == 3


def test_only_what_was_asked_counts_as_not_answered(silent, tess, eli, as_):
    other = cast.program("Borealis", tpm=tess, engineer=eli)
    said_on = cast.MONDAY - timedelta(days=10)
    cast.milestone(other, "Elsewhere", owner=eli, status="in_progress", said="on_track", said_on=said_on, duration_days=5)
    analysis.recompute(program_id=other.pk, at=cast.NINE)
    other.refresh_from_db()
    letters.ask(silent, by=tess, at=cast.NINE)
    milestones.still_the_same(milestone=Milestone.objects.get(key="SK-1", program=silent), by=eli, at=cast.NINE)
    assert as_(tess).get("/p/atlas/").content.decode().count(", not answered</span>") == 2
    page = as_(tess).get("/p/borealis/").content.decode()
    assert "asked</span>" in page
    assert ", not answered" not in page

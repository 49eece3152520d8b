"""A blocker that does not move climbs the ladder, each step once, until somebody moves it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from programs.actions import analysis, blockers, escalations, notices
from programs.actions.errors import Refused
from programs.models import Escalation, Event, Membership, Milestone, Notice, Program, Role, Workstream
from programs.queries import notices as queries
from tests import cast
from tests.cast import MONDAY, NINE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stuck(program, tess, eli, lena):
    """Eli can clear it, Lee leads the workstream, Tess manages, Lena sponsors; app has float to spare."""
    lee = cast.person("Lee")
    Membership.objects.create(program=program, person=lee, role=Role.ENGINEER)
    Workstream.objects.filter(program=program).update(lead=lee)
    Program.objects.filter(pk=program.pk).update(sponsor=lena)
    made = cast.sketch("app(2) > launch(0); docs(30) > launch", program, workstream=program.workstreams.get())
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"])
    stop = blockers.block(milestone=made["app"], title="No access", owner=eli, by=tess, at=NINE)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    return stop


def tick(until, *, start=NINE, every=timedelta(hours=1)):
    now = start
    while now <= until:
        escalations.climb(at=now)
        notices.settle(at=now)
        now += every


def ladder():
    rows = Escalation.objects.order_by("at").values_list("person__name", "at")
    return [(name, (at - NINE).days) for name, at in rows]


def test_every_step_after_two_working_days(stuck):
    tick(NINE + timedelta(days=14))
    assert ladder() == [("Eli", 2), ("Lee", 4), ("Tess", 8), ("Lena", 10)]
    assert Notice.objects.filter(kind="escalation", state="told").count() == 4
    assert Event.objects.filter(kind="blocker.escalated", subject_id=stuck.pk).count() == 4


def test_twice_as_fast_without_float(stuck, program):
    Milestone.objects.filter(program=program, name="docs").update(duration_days=0)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    tick(NINE + timedelta(days=4))
    assert ladder() == [("Eli", 1), ("Lee", 2), ("Tess", 3), ("Lena", 4)]


def test_movement_ends_it_and_a_new_standstill_begins_below(stuck, eli):
    tick(NINE + timedelta(days=4))
    assert [who for who, _day in ladder()] == ["Eli", "Lee"]
    blockers.still_the_same(blocker=stuck, by=eli, at=NINE + timedelta(days=4, hours=1))
    tick(NINE + timedelta(days=8, hours=1), start=NINE + timedelta(days=4, hours=1))
    assert [who for who, _day in ladder()] == ["Eli", "Lee", "Eli"]


def test_cleared_blockers_and_ended_programs_climb_no_further(stuck, eli, program):
    blockers.clear(blocker=stuck, by=eli, at=NINE)
    tick(NINE + timedelta(days=5))
    assert ladder() == []


def test_what_an_import_brought_waits_until_somebody_touches_it(stuck):
    stuck.__class__.objects.update(moved_at=None)
    tick(NINE + timedelta(days=5))
    assert ladder() == []


def test_two_at_the_same_moment_tell_once(stuck):
    now = NINE + timedelta(days=2)
    assert escalations.climb(at=now) == 1
    assert escalations.climb(at=now) == 0


def test_snoozed_with_a_reason_nobody_is_told(stuck, eli):
    with pytest.raises(Refused, match="Say why"):
        escalations.snooze(blocker=stuck, until=MONDAY + timedelta(days=9), reason=" ", by=eli, at=NINE)
    with pytest.raises(Refused, match="within 60 days"):
        escalations.snooze(blocker=stuck, until=MONDAY + timedelta(days=90), reason="Long", by=eli, at=NINE)
    with pytest.raises(Refused, match="is over"):
        escalations.snooze(blocker=stuck, until=MONDAY - timedelta(days=1), reason="Past", by=eli, at=NINE)
    stuck.refresh_from_db()
    escalations.snooze(blocker=stuck, until=MONDAY + timedelta(days=9), reason="The board meets on the 10th", by=eli, at=NINE)
    tick(NINE + timedelta(days=9))
    assert ladder() == []
    tick(NINE + timedelta(days=11), start=NINE + timedelta(days=10))
    assert [who for who, _day in ladder()] == ["Eli"]


def test_who_left_is_stepped_over(stuck, program, eli):
    Membership.objects.filter(program=program, person=eli).delete()
    tick(NINE + timedelta(days=2))
    assert [who for who, _day in ladder()] == ["Lee"]


def test_the_words(stuck, eli):
    tick(NINE + timedelta(days=2))
    row = queries.inbox(eli, today=MONDAY + timedelta(days=2)).rows[0]
    assert row.told.title == "B-1 does not move: No access"
    assert row.told.because == "Nobody said or changed anything about it since Mon 1 Mar."
    assert row.told.means == "It blocks app, which has 28 working days of float. You can clear it."

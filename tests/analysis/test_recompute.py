"""Stored answers: fresh after a change, never older over newer, only changed rows written, ages kept."""

from datetime import date, timedelta

import pytest
from django.db.models import F

from programs.actions import analysis
from programs.models import Analysis, Blocker, DailyAnalysis, Dependency, Event, Flag, Milestone, Program, Timing
from programs.queries.freshness import stale_programs
from programs.queries.snapshots import cluster, network
from tests.cast import MONDAY, NINE

pytestmark = pytest.mark.django_db(transaction=True)
FRIDAY = MONDAY + timedelta(days=4)


def milestone(program, key, days=None, **fields):
    return Milestone.objects.create(program=program, key=key, name=f"{key} ready", duration_days=days, **fields)


@pytest.fixture
def chain(program):
    """api (3 d) → app (2 d) → launch; docs (1 d) → launch."""
    api, app, docs = milestone(program, "api", 3), milestone(program, "app", 2), milestone(program, "docs", 1)
    launch = milestone(program, "launch", 0)
    for before, after in ((api, app), (app, launch), (docs, launch)):
        Dependency.objects.create(predecessor=before, successor=after)
    program.finish_milestone = launch
    program.target_date = FRIDAY
    program.save()
    return {"api": api, "app": app, "docs": docs, "launch": launch}


def touch(program):
    Program.objects.filter(pk=program.pk).update(revision=F("revision") + 1)


def test_dates_floats_and_path_are_stored(program, chain):
    assert analysis.recompute(program_id=program.pk, at=NINE)
    stored = Analysis.objects.get(program=program)
    assert stored.finish == MONDAY + timedelta(days=7)  # five working days after Monday
    assert stored.days_late == 1
    assert stored.critical_path == [chain["api"].pk, chain["app"].pk, chain["launch"].pk]
    assert stored.counts["milestones"] == 4
    docs = Timing.objects.get(milestone=chain["docs"])
    assert (docs.total_float, docs.critical, docs.forecast) == (4, False, MONDAY + timedelta(days=1))


def test_nothing_to_do_is_nothing_done(program, chain):
    assert analysis.recompute(program_id=program.pk, at=NINE)
    assert not analysis.recompute(program_id=program.pk, at=NINE)
    touch(program)
    assert stale_programs(at=NINE) == [program.pk]
    assert analysis.recompute(program_id=program.pk, at=NINE)
    assert stale_programs(at=NINE) == []


def test_a_new_day_makes_every_answer_stale(program, chain):
    analysis.recompute(program_id=program.pk, at=NINE)
    tomorrow = NINE + timedelta(days=1)
    assert stale_programs(at=tomorrow) == [program.pk]
    assert analysis.recompute_stale(at=tomorrow) == 1
    assert list(DailyAnalysis.objects.values_list("day", flat=True).order_by("day")) == [MONDAY, MONDAY + timedelta(days=1)]


def test_an_older_answer_never_overwrites_a_newer_one(program, chain):
    old = network(cluster([program.pk]), as_of=MONDAY)
    Milestone.objects.filter(pk=chain["api"].pk).update(duration_days=10)
    touch(program)
    analysis.recompute(program_id=program.pk, at=NINE)
    newer = Analysis.objects.get(program=program).finish
    from programs.graph.analyse import analyse
    from programs.queries.scenes import scenes

    late = analyse(old.snapshot)
    assert not analysis.store(old, late, scenes(old, late), at=NINE)
    assert Analysis.objects.get(program=program).finish == newer


def test_only_changed_rows_are_written(program, chain, django_assert_max_num_queries):
    analysis.recompute(program_id=program.pk, at=NINE)
    Milestone.objects.filter(pk=chain["docs"].pk).update(owner=program.owner)
    touch(program)
    before = {row.pk: row.waiting_behind for row in Timing.objects.all()}
    Timing.objects.filter(milestone=chain["api"]).update(waiting_behind=F("waiting_behind"))
    with django_assert_max_num_queries(45):
        analysis.recompute(program_id=program.pk, at=NINE)
    assert before == {row.pk: row.waiting_behind for row in Timing.objects.all()}


def test_a_standing_flag_keeps_its_age_and_a_settled_one_goes(program, chain):
    analysis.recompute(program_id=program.pk, at=NINE)
    assert Flag.objects.filter(rule="unowned").count() == 4
    first = Flag.objects.get(rule="unowned", milestone=chain["api"])
    Milestone.objects.filter(pk=chain["docs"].pk).update(owner=program.owner)
    touch(program)
    analysis.recompute(program_id=program.pk, at=NINE + timedelta(days=3))
    assert Flag.objects.get(rule="unowned", milestone=chain["api"]).since == first.since == MONDAY
    assert not Flag.objects.filter(rule="unowned", milestone=chain["docs"]).exists()


def test_a_blocker_holds_its_milestone_and_all_that_waits(program, chain):
    blocker = Blocker.objects.create(
        program=program, milestone=chain["api"], number=1, title="No access", raised_on=MONDAY, expected_clear=FRIDAY
    )
    Milestone.objects.filter(pk=chain["api"].pk).update(status="blocked")
    analysis.recompute(program_id=program.pk, at=NINE)
    stored = Analysis.objects.get(program=program)
    assert [(cost["id"], cost["days_added"], cost["waiting_behind"]) for cost in stored.blockers] == [(blocker.pk, 4, 2)]
    assert Timing.objects.get(milestone=chain["launch"]).blocked_by == [blocker.pk]
    assert stored.health == "off_track"
    assert Flag.objects.get(rule="blocked").severity == "critical"
    assert set(Flag.objects.filter(rule="blocked_upstream").values_list("milestone__key", flat=True)) == {"app", "launch"}


def test_the_finish_moving_leaves_a_note(program, chain):
    analysis.recompute(program_id=program.pk, at=NINE)
    assert not Event.objects.filter(kind__startswith="analysis.").exists()
    Milestone.objects.filter(pk=chain["api"].pk).update(duration_days=1)
    touch(program)
    analysis.recompute(program_id=program.pk, at=NINE)
    moved = Event.objects.get(kind="analysis.finish_moved")
    assert (date.fromisoformat(moved.old) - date.fromisoformat(moved.new)).days == 4
    assert Event.objects.get(kind="analysis.health_changed").new == "at_risk"


def test_programs_that_hang_together_are_analysed_together(program, chain, tess):
    other = Program.objects.create(slug="beta", name="Beta", owner=tess)
    consumer = milestone(other, "use", 2)
    Dependency.objects.create(predecessor=chain["launch"], successor=consumer)
    lonely = Program.objects.create(slug="gamma", name="Gamma", owner=tess)
    assert cluster([program.pk]) == {program.pk, other.pk}
    analysis.recompute(program_id=other.pk, at=NINE)
    assert Analysis.objects.get(program=program).finish == MONDAY + timedelta(days=7)
    assert Timing.objects.get(milestone=consumer).forecast == MONDAY + timedelta(days=9)
    assert stale_programs(at=NINE) == [lonely.pk]


def test_a_program_without_dates_says_so(program):
    milestone(program, "someday")
    analysis.recompute(program_id=program.pk, at=NINE)
    stored = Analysis.objects.get(program=program)
    assert (stored.finish, stored.health) == (None, "")
    assert stored.health_why["code"] == "health_no_forecast"
    assert not Timing.objects.get(program=program).dated

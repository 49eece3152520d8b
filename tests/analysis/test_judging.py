"""Health goes by the chance of the target: judged when the runs are in, with every save, and alike in memory and anew."""

from datetime import timedelta

import pytest
from django.db.models import F

from programs.actions import analysis, blockers, forecasts, milestones, plans
from programs.models import Analysis, Blocker, DailyAnalysis, Event, Milestone, Odds, Program, ProgramForecast, Workstream
from programs.queries.chances import runs_of
from programs.queries.overview_lists import lanes
from tests.cast import MONDAY, NINE, sketch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan(program, settings):
    """api → app → launch, with a target that half of the runs meet or so."""
    settings.FORECAST_RUNS = 400
    made = sketch("api(10) > app(5) > launch(0)", program)
    Milestone.objects.filter(pk__in=[made["api"].pk, made["app"].pk]).update(confidence="rough")
    program.finish_milestone = made["launch"]
    program.target_date = MONDAY + timedelta(days=21)
    program.save()
    return made


def work_out(program):
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    assert forecasts.find(program_id=program.pk, at=NINE)


def aim(program, day):
    Program.objects.filter(pk=program.pk).update(target_date=day, revision=F("revision") + 1)
    work_out(program)
    return ProgramForecast.objects.get(program=program), Analysis.objects.get(program=program)


def test_health_is_judged_again_when_the_runs_are_in(program, plan):
    analysis.recompute(program_id=program.pk, at=NINE)
    before = Analysis.objects.get(program=program)
    assert before.health_why["code"] in {"health_room", "health_tight"}  # nobody could say yet
    assert forecasts.find(program_id=program.pk, at=NINE)
    runs = ProgramForecast.objects.get(program=program)
    for day in (runs.p10, runs.p60, runs.p95 + timedelta(days=3)):
        runs, now = aim(program, day)
        percent = round(100 * runs.chance)
        expected = "on_track" if percent >= 80 else "at_risk" if percent >= 40 else "off_track"
        assert (now.health, now.health_why["params"]["chance"]) == (expected, percent)
        assert DailyAnalysis.objects.get(program=program, day=now.as_of).health == expected
    told = Event.objects.filter(program=program, kind="analysis.health_changed").order_by("pk").values_list("old", "new")
    assert [pair[1] for pair in told][-3:] == ["off_track", "at_risk", "on_track"]
    assert all(old != new for old, new in told)


def test_a_workstream_goes_by_what_it_is_least_sure_of(program, plan):
    lane = Workstream.objects.create(program=program, key="API", name="API").pk
    Milestone.objects.filter(program=program).update(workstream=lane)
    runs, _ = aim(program, MONDAY + timedelta(days=30))
    runs, now = aim(program, runs.p60)
    kept = now.workstreams[str(lane)]
    assert kept["owed"][0] == min(kept["owed"][0], round(100 * runs.chance))
    assert kept["health"] == ("on_track" if kept["owed"][0] >= 80 else "at_risk" if kept["owed"][0] >= 40 else "off_track")
    shown = next(row for row in lanes(program, now) if row.workstream.pk == lane)
    assert (shown.health, shown.why["params"]["chance"]) == (kept["health"], kept["owed"][0])


def test_a_save_reads_the_last_runs_moved_by_as_much_as_the_finish(program, plan):
    aim(program, MONDAY + timedelta(days=30))
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    row = Milestone.objects.get(pk=plan["app"].pk)
    for days in (6, 9, 14):
        row.refresh_from_db()
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": days}, by=program.owner, at=NINE)
        now = Analysis.objects.get(program=program)
        runs = runs_of([program.pk])[program.pk]
        until = MONDAY + timedelta(days=30) - (now.finish - runs.finish)
        share = round(100 * sum(n for day, n in runs.days if day <= until) / 400)
        assert now.health_why["params"]["chance"] == share
    assert share < 40
    assert now.health == "off_track"


def test_memory_and_a_new_analysis_judge_alike_after_runs_of_another_process(program, plan):
    """A process that keeps the plan answers after a worker's runs as if it had read everything anew."""
    lane = Workstream.objects.create(program=program, key="API", name="API").pk
    Milestone.objects.filter(program=program).update(workstream=lane)
    aim(program, MONDAY + timedelta(days=30))
    row = Milestone.objects.get(pk=plan["app"].pk)
    for days in (6, 7, 8, 9):
        row.refresh_from_db()
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": days}, by=program.owner, at=NINE)
        assert plans.kept(program.pk) is not None
        if days == 7:
            forecasts.find(program_id=program.pk, at=NINE)
        if days == 8:
            blockers.block(milestone=Milestone.objects.get(pk=row.pk), title="Stuck", by=program.owner, at=NINE)
        answered = Analysis.objects.get(program=program)
        analysis.recompute(program_id=program.pk, at=NINE, force=True)
        anew = Analysis.objects.get(program=program)
        assert (answered.health, answered.health_why) == (anew.health, anew.health_why)
        if days != 9:
            forecasts.find(program_id=program.pk, at=NINE)
    assert Blocker.objects.filter(program=program, status="open").exists()


def test_runs_nothing_stands_behind_judge_nothing(program, plan):
    Milestone.objects.filter(program=program).update(confidence="")
    work_out(program)
    now = Analysis.objects.get(program=program)
    assert now.health_why["code"] in {"health_room", "health_tight"}
    assert "owed" not in str(now.workstreams)
    assert Odds.objects.filter(program=program).exists()


def test_an_answer_of_a_later_revision_is_left_alone(program, plan):
    aim(program, MONDAY + timedelta(days=30))
    was = Analysis.objects.get(program=program)
    Analysis.objects.filter(program=program).update(revision=was.revision + 1, health="off_track")
    ProgramForecast.objects.update(ground="")
    assert forecasts.find(program_id=program.pk, at=NINE)
    assert Analysis.objects.get(program=program).health == "off_track"

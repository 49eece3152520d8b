"""A large forecast is done in parts by several workers: the same answer, nothing lost, nothing of an older plan."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.db.models import F
from django.utils.timezone import now

from programs.actions import analysis, forecast_parts, forecasts, hints
from programs.graph.forecast import SEED, forecast
from programs.models import ForecastPart, Milestone, Odds, Program, ProgramForecast
from programs.queries.freshness import forecasts_behind, stale_programs
from programs.queries.snapshots import cluster, network, today_in
from programs.queries.uncertainty import about
from tests.cast import MONDAY, NINE, sketch
from tests.provision import processes

pytestmark = pytest.mark.django_db(transaction=True)

RUNS = 400


@pytest.fixture
def plan(program):
    """A plan with a join, and a second program that hangs on it."""
    made = sketch("api(10) > app(5) > launch(0); docs(8) > launch", program)
    Milestone.objects.update(confidence="rough")
    program.finish_milestone, program.target_date = made["launch"], MONDAY + timedelta(days=28)
    program.save()
    return made


@pytest.fixture
def asked(monkeypatch):
    """Parts the queue was asked for; nobody does them by themselves."""
    found = []
    monkeypatch.setattr(hints, "forecast_part", found.append)
    monkeypatch.setattr(hints, "forecast", lambda program: found.append(("whole", program)))
    return found


@pytest.fixture(autouse=True)
def small(settings):
    settings.FORECAST_RUNS, settings.FORECAST_ALONE_MILESTONES, settings.FORECAST_PART_RUNS = RUNS, 3, 150


def rows():
    stored = ProgramForecast.objects.values().get()
    for changing in ("computed_at", "revision", "drivers_revision"):
        del stored[changing]
    return stored, list(Odds.objects.order_by("pk").values())


def find(program, **how):
    return forecasts.find(program_id=program.pk, at=how.pop("at", NINE), **how)


def touch(program):
    Program.objects.filter(pk=program.pk).update(revision=F("revision") + 1)
    analysis.recompute(program_id=program.pk, at=NINE)


@pytest.mark.parametrize("size", [100, 150, 399, 400])
def test_parts_of_any_size_come_to_the_same(program, plan, asked, settings, size):
    settings.FORECAST_PART_RUNS = size
    analysis.recompute(program_id=program.pk, at=NINE)
    assert find(program) is False
    parts = list(asked)
    assert len(parts) == -(-RUNS // size) == ForecastPart.objects.count()
    assert not ProgramForecast.objects.exists()
    Random(size).shuffle(parts)
    for pk in parts:
        forecasts.find_part(part_id=pk, at=NINE)
    assert asked[-1] == ("whole", program.pk)  # whoever is done last asks for the whole
    assert find(program) is True
    together = rows()
    assert together[0]["runs"] == RUNS
    assert not ForecastPart.objects.exists()
    ProgramForecast.objects.all().delete()
    Odds.objects.all().delete()
    assert find(program, alone=True)
    assert rows() == together


def test_what_is_small_is_done_at_once(program, plan, asked, settings):
    settings.FORECAST_ALONE_MILESTONES = 4
    analysis.recompute(program_id=program.pk, at=NINE)
    assert find(program) is True
    assert asked == []
    touch(program)
    Milestone.objects.filter(pk=plan["docs"].pk).update(confidence="guess")
    settings.FORECAST_ALONE_RUNS = RUNS - 1
    assert find(program) is False
    assert len(asked) == 3


def test_a_lost_part_is_asked_for_again_when_its_lease_is_over(program, plan, asked):
    analysis.recompute(program_id=program.pk, at=NINE)
    find(program)
    lost, *others = asked
    for pk in others:
        forecasts.find_part(part_id=pk, at=NINE)
    assert forecasts_behind() == [program.pk]  # so the tick asks for the whole again
    asked.clear()
    assert find(program, at=NINE + timedelta(minutes=1)) is False
    assert asked == []  # somebody may still be at it
    assert find(program, at=NINE + forecast_parts.LEASE + timedelta(minutes=1)) is False
    assert asked == [lost]
    forecasts.find_part(part_id=lost, at=NINE)
    forecasts.find_part(part_id=lost, at=NINE)  # twice is as good as once
    assert find(program) is True


def test_parts_of_an_older_plan_are_dropped(program, plan, asked):
    analysis.recompute(program_id=program.pk, at=NINE)
    find(program)
    first, second, _third = asked
    forecasts.find_part(part_id=first, at=NINE)
    Milestone.objects.filter(pk=plan["app"].pk).update(duration_days=50)
    touch(program)
    forecasts.find_part(part_id=second, at=NINE)  # sees that the plan has moved on
    assert not ForecastPart.objects.exists()
    find(program)
    newer = set(ForecastPart.objects.values_list("ground", flat=True))
    Milestone.objects.filter(pk=plan["app"].pk).update(duration_days=60)
    touch(program)
    asked.clear()
    find(program)
    assert newer.isdisjoint(ForecastPart.objects.values_list("ground", flat=True))
    for pk in list(asked):
        forecasts.find_part(part_id=pk, at=NINE)
    assert find(program) is True
    assert ProgramForecast.objects.get().revision == Program.objects.get().revision


def test_workers_share_the_runs_and_the_tick_finds_what_was_lost(program, plan, asked, live_stack):
    analysis.recompute(program_id=program.pk, at=now())
    assert find(program, at=now()) is False  # asked for, and lost: no worker hears of it
    ForecastPart.objects.update(asked_at=now() - timedelta(hours=1))
    told = {"FORECAST_RUNS": str(RUNS), "FORECAST_ALONE_MILESTONES": "3", "FORECAST_PART_RUNS": "150"}
    live_stack.worker(processes_each=2, **told)
    live_stack.beat(every=1.0)

    def known():
        return not stale_programs(at=now()) and ProgramForecast.objects.exists() and not forecasts_behind()

    processes.wait_until(known, what=f"the odds\n{live_stack.words()}", seconds=900, every=0.5)
    net = network(cluster([program.pk]), as_of=today_in(program, now()))
    said = forecast(net.snapshot, about(net).uncertainty, runs=RUNS, seed=SEED).programs[program.pk]
    stored = ProgramForecast.objects.get(program=program)
    assert (stored.dates, stored.chance, stored.runs) == (said.dates, said.chance, RUNS)

"""The demo that ships: the reference program keeps its known forecast, floats and critical path on any day it is loaded."""

import json
from datetime import UTC, date, datetime, time

import pytest

from programs.actions import demo, forecasts
from programs.graph.days import add_working_days, working_days
from programs.models import Analysis, Blocker, Milestone, Person, Program, ProgramForecast, Timing

BOX = json.loads((demo.FOLDER / "payments.json").read_text("utf-8"))
EXPECTED = BOX["expected"]
WEDNESDAY = date.fromisoformat(BOX["today"])


@pytest.fixture(params=[WEDNESDAY, date(2026, 11, 20), date(2028, 2, 26), date(2029, 12, 31)], ids=str)
def today(request):
    return request.param


@pytest.fixture
def payments(transactional_db, today):
    demo.load(today=today, at=datetime.combine(today, time(9), tzinfo=UTC))
    return Program.objects.get(slug="payments-platform-migration")


def moved(text, today):
    return demo.Loader(today).move(text, WEDNESDAY) if text else None


def test_every_open_milestone_has_its_known_dates_and_float(payments, today):
    rows = Timing.objects.filter(program=payments).select_related("milestone")
    timings = {timing.milestone.key: timing for timing in rows}
    for key, known in EXPECTED["milestones"].items():
        timing = timings[key]
        assert timing.milestone.baseline_date == moved(known["baseline"], today), key
        assert timing.forecast == moved(known["forecast"], today), key
        assert (timing.slip, timing.total_float) == (known["slip"], known["float"]), key
        assert timing.needed_by == moved(known["needed_by"], today), key


def test_the_program_has_its_known_finish_path_and_blockers(payments, today):
    analysis = Analysis.objects.get(program=payments)
    keys = dict(Milestone.objects.filter(program=payments).values_list("pk", "key"))
    assert analysis.finish == moved(EXPECTED["forecast_finish"], today)
    assert analysis.days_late == EXPECTED["working_days_late"]
    assert [keys[pk] for pk in analysis.critical_path] == EXPECTED["critical_path"]
    blockers = {blocker.pk: blocker.key for blocker in Blocker.objects.filter(program=payments)}
    priced = {blockers[cost["id"]]: cost["days_added"] for cost in analysis.blockers if cost["id"] > 0}  # below 0: open decisions
    assert priced == EXPECTED["blocker_days_added"]
    assert analysis.health == "off_track"
    pen_test = Timing.objects.get(program=payments, milestone__key="SEC-3")
    assert pen_test.waiting_behind == EXPECTED["blast_radius"]["SEC-3"]


@pytest.mark.parametrize("today", [WEDNESDAY], ids=str, indirect=True)
def test_somebody_judged_everything_open_and_the_odds_are_credible(payments, today, settings):
    """The target can still be met, though few would bet on it; the date to promise is one to three weeks after the forecast."""
    settings.FORECAST_RUNS = 2_000
    forecasts.find(program_id=payments.pk, at=datetime.combine(today, time(9), tzinfo=UTC))
    said = ProgramForecast.objects.get(program=payments)
    assert set(said.about) == {"range", "word", "risks", "blockers"}  # nothing is left to what was learned, no risk left out
    assert 0.05 < said.chance < 0.2
    finish = Analysis.objects.get(program=payments).finish
    assert 0 <= working_days(finish, said.dates[50], demo.WEEK) <= 3
    assert 5 <= working_days(finish, said.dates[80], demo.WEEK) <= 15


def test_the_smaller_programs_live_beside_it(payments, today):
    week = demo.WEEK
    early = {}
    for analysis in Analysis.objects.exclude(program=payments).select_related("program"):
        early[analysis.program.slug] = (analysis.health, working_days(analysis.finish, analysis.program.target_date, week))
    assert early == {
        "eu-data-residency": ("at_risk", 1),
        "mobile-app-relaunch": ("at_risk", 1),
        "soc-2-renewal": ("on_track", 6),
        "identity-consolidation": ("on_track", 8),
        "data-warehouse-exit": ("on_track", 15),
    }


def test_each_persona_can_sign_in(payments):
    for name in demo.PERSONAS:
        assert Person.objects.get(name=name).check_password(demo.PASSWORD)


def test_dates_move_by_working_days():
    loader = demo.Loader(date(2027, 3, 6))  # a Saturday: the last working day is Friday
    assert loader.move("2027-03-03", WEDNESDAY) == date(2027, 3, 5)
    assert loader.move("2027-03-08", WEDNESDAY) == add_working_days(date(2027, 3, 5), 3, demo.WEEK)


def test_dates_inside_words_move_too(payments, today):
    blocker = Blocker.objects.get(program=payments, number=31)
    board = moved("2027-03-09", today)
    assert blocker.next_step == f"Change board sits {board:%a} {board.day} {board:%b}"
    assert not Blocker.objects.filter(next_step__contains="{").exists()

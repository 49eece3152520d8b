"""How sure the finish is, on every page that has its date, and what is said when nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import analysis, forecasts
from programs.graph.spread import LENGTHS
from programs.models import Analysis, LearnedSpreads, Milestone, Program, ProgramForecast
from tests import cast
from tests.cast import NINE

if TYPE_CHECKING:
    from programs.models import Person

PAGE = "/p/atlas/sure"
FIGURES = ("50% sure by", "80% sure by", "Chance of target")


def text(browser: Any, path: str) -> str:
    return browser.get(path).content.decode()


@pytest.fixture
def plan(program: Program, monday: Any) -> Program:
    """api → app → launch, all of it estimated, with a target that is met in some runs."""
    made = cast.sketch("api(10) > app(5) > launch(0)", program)
    Milestone.objects.filter(program=program).update(confidence="guess")
    Milestone.objects.filter(pk=made["api"].pk).update(optimistic_days=8, likely_days=10, pessimistic_days=25)
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"], target_date=cast.MONDAY + timedelta(days=28))
    worked_out(program)
    return program


def worked_out(program: Program) -> None:
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    forecasts.find(program_id=program.pk, at=NINE)


def test_the_page_shows_odds_plots_and_what_moves_them(plan: Program, as_: Any, lena: Person, otto: Person) -> None:
    page = text(as_(lena), PAGE)
    row = ProgramForecast.objects.get()
    for words in (
        "80% sure by",
        "is met in",
        "What moves it most",
        "if it takes as long as planned",
        "1 milestone has three numbers",
    ):
        assert words in page
    assert page.count('class="plot"') == 2
    assert page.count("<rect ") >= 5
    assert f"{row.p80:%-d} {row.p80:%b}" in page
    assert as_(otto).get(PAGE).status_code == 404
    assert as_(lena).post(PAGE).status_code == 405


def test_the_odds_are_where_the_dates_are(plan: Program, as_: Any, tess: Person) -> None:
    browser = as_(tess)
    overview = text(browser, "/p/atlas/")
    for words in FIGURES:
        assert words in overview
    portfolio = text(browser, "/portfolio")
    assert "80% by" in portfolio
    assert 'class="sp"' in portfolio  # the pale bar to the 80% date
    rows = text(browser, "/p/atlas/milestones?sort=chance")
    assert "80% by" in rows
    page = text(browser, "/p/atlas/m/SK-1")
    assert "8, 10 or 25 days left" in page
    assert "of simulated runs" in page
    assert "80% sure by" in page


def test_a_milestone_has_every_date_by_how_sure_it_is(plan: Program, as_: Any, lena: Person) -> None:
    page = " ".join(text(as_(lena), "/p/atlas/m/SK-2").split())
    dates = Milestone.objects.select_related("odds").get(key="SK-2").odds.dates
    assert list(dates) == [10, 20, 30, 40, 50, 60, 70, 80, 90, 95]
    for percent, day in dates.items():
        assert f'<th scope="row">{percent}%</th><td>{day:%a} {day.day} {day:%b}</td>' in page


def test_no_precise_number_where_nobody_knows(plan: Program, as_: Any, tess: Person) -> None:
    Milestone.objects.update(confidence="", optimistic_days=None, likely_days=None, pessimistic_days=None)
    worked_out_again(plan)
    browser = as_(tess)
    assert "Nobody can say yet." in text(browser, PAGE)
    assert 'class="plot"' not in text(browser, PAGE)
    overview = text(browser, "/p/atlas/")
    assert "Nothing is estimated" in overview
    assert not any(words in overview for words in FIGURES)
    assert "not estimated" in text(browser, "/portfolio")
    assert "Nobody estimated it" in text(browser, "/p/atlas/m/SK-1")


def worked_out_again(program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(revision=9)
    worked_out(program)


def test_while_it_is_worked_out_the_pages_say_so(plan: Program, as_: Any, tess: Person) -> None:
    Program.objects.filter(pk=plan.pk).update(revision=9)
    analysis.recompute(program_id=plan.pk, at=NINE)
    browser = as_(tess)
    for path in ("/p/atlas/", "/portfolio"):
        assert "Working out…" in text(browser, path)
    part = browser.get("/p/atlas/?asked=1", headers={"HX-Request": "true"})
    assert "Working out…" in part.content.decode()
    forecasts.find(program_id=plan.pk, at=NINE)
    assert browser.get("/p/atlas/?asked=1", headers={"HX-Request": "true"}).status_code == 204
    assert "Working out…" not in text(browser, "/p/atlas/")


def test_without_a_target_nothing_is_on_track(plan: Program, as_: Any, tess: Person) -> None:
    Program.objects.filter(pk=plan.pk).update(target_date=None)
    worked_out_again(plan)
    browser = as_(tess)
    assert "No target" in text(browser, "/p/atlas/")
    portfolio = text(browser, "/portfolio")
    assert "Atlas has no target to hold its forecast against." in portfolio
    assert "On track" not in portfolio
    assert "There is no target date to hold this against." in text(browser, PAGE)


def test_the_list_finds_what_will_hardly_meet_its_target(plan: Program, as_: Any, tess: Person) -> None:
    Milestone.objects.filter(key="SK-1").update(target_date=cast.MONDAY)
    worked_out_again(plan)
    rows = text(as_(tess), "/p/atlas/milestones?doubtful=1")
    assert 'id="SK-1"' in rows
    assert 'id="SK-2"' not in rows


def test_the_page_asks_as_often_whatever_the_size(
    plan: Program, as_: Any, tess: Person, django_assert_max_num_queries: Any
) -> None:
    browser = as_(tess)
    for _size in range(2):
        with django_assert_max_num_queries(20):
            browser.get(PAGE)
        cast.sketch("; ".join(f"a{n}(2) > b{n}(3)" for n in range(20)), plan, confidence="rough")
        worked_out_again(plan)


def test_the_timeline_draws_the_80_percent_date_when_asked(plan: Program, as_: Any, lena: Person) -> None:
    browser = as_(lena)
    assert 'class="sr" d="M' not in text(browser, "/p/atlas/timeline")
    page = text(browser, "/p/atlas/timeline?sure=1")
    assert page.count('class="sr" d="M') > 2  # a row each, and the legend


def test_where_odds_are_learned_the_finish_is_also_judged_by_its_own_date(plan: Program, as_: Any, tess: Person) -> None:
    """Five of six dates hold here: launch alone keeps its own, but two that it waits for are past theirs."""
    ratios = [1.0] * 26 + [9.0] * 5
    spreads = [[step, "", 0, 0, 0, 40, ratios] for step in LENGTHS]
    LearnedSpreads.objects.update_or_create(team="", defaults={"as_of": cast.MONDAY, "slips": 40, "spreads": spreads})
    nobody = {"confidence": "", "optimistic_days": None, "likely_days": None, "pessimistic_days": None}
    Milestone.objects.update(**nobody, duration_days=None, target_date=cast.MONDAY - timedelta(days=70))
    own = cast.MONDAY + timedelta(days=28)
    Milestone.objects.filter(key="SK-3").update(target_date=own)
    worked_out_again(plan)
    browser = as_(tess)
    page = " ".join(text(browser, PAGE).split())
    assert f"80% sure by {own:%a} {own.day} {own:%b}. What makes it later" in page
    assert "2 milestones are past their date and not done." in page
    Milestone.objects.update(optimistic_days=5, likely_days=8, pessimistic_days=20)
    Program.objects.update(revision=10)
    worked_out(plan)
    assert "Judged by its own date" not in text(browser, PAGE)


def test_what_lies_out_of_sight_is_no_date_to_plan_by(plan: Program, as_: Any, tess: Person) -> None:
    """Half of such work ended as planned, half a hundred times as late: the 80% date would be years away."""
    spreads = [[step, "", 0, 0, 0, 40, [1.0] * 20 + [400.0] * 20] for step in LENGTHS]
    LearnedSpreads.objects.update_or_create(team="", defaults={"as_of": cast.MONDAY, "slips": 40, "spreads": spreads})
    Milestone.objects.update(confidence="", optimistic_days=None, likely_days=None, pessimistic_days=None)
    worked_out_again(plan)
    row = ProgramForecast.objects.get()
    assert row.p80 - row.finish > timedelta(days=730)
    browser = as_(tess)
    page = text(browser, PAGE)
    assert "No date here is one to plan by." in page
    assert 'class="plot"' not in page
    overview = text(browser, "/p/atlas/")
    assert "Out of sight" in overview
    assert not any(words in overview for words in FIGURES)
    assert "out of sight" in text(browser, "/portfolio")
    assert Analysis.objects.get(program=plan).health_why["code"] in {"health_room", "health_tight"}
    Milestone.objects.update(optimistic_days=5, likely_days=8, pessimistic_days=1200)
    Program.objects.update(revision=10)
    worked_out(plan)
    assert "No date here" not in text(browser, PAGE), "what people estimate themselves is believed"

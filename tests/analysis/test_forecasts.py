"""How sure the dates are, kept beside the analysis: the simulation's own figures, and never older over newer."""

from datetime import date, timedelta

import pytest
from django.db.models import F

from programs.actions import analysis, forecasts
from programs.graph.forecast import SEED, forecast
from programs.graph.spread import Spreads
from programs.models import (
    Analysis,
    Blocker,
    DailyAnalysis,
    Dependency,
    LearnedSpreads,
    Milestone,
    Odds,
    Program,
    ProgramForecast,
    Risk,
    Strike,
    Team,
)
from programs.queries.freshness import forecasts_behind
from programs.queries.odds import sure_of
from programs.queries.slips import learned
from programs.queries.snapshots import cluster, network
from programs.queries.uncertainty import about
from tests.cast import MONDAY, NINE, milestone, sketch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan(program):
    """api → app → launch, docs → launch: one estimated, one in a word, a risk, two blockers."""
    made = sketch("api(10) > app(5) > launch(0); docs(3) > launch", program)
    Milestone.objects.filter(pk=made["api"].pk).update(optimistic_days=8, likely_days=10, pessimistic_days=25)
    Milestone.objects.filter(pk=made["app"].pk).update(confidence="rough")
    program.finish_milestone, program.target_date = made["launch"], MONDAY + timedelta(days=28)
    program.save()
    Risk.objects.create(program=program, number=1, title="Vendor late", milestone=made["app"], probability=3, impact=2)
    Blocker.objects.create(
        program=program, number=2, title="No access", milestone=made["docs"], expected_clear=MONDAY + timedelta(days=7)
    )
    Blocker.objects.create(program=program, number=3, title="No key", milestone=made["api"])
    return made


def work_out(program, at=NINE):
    analysis.recompute(program_id=program.pk, at=at)
    return forecasts.find(program_id=program.pk, at=at)


def touch(program):
    Program.objects.filter(pk=program.pk).update(revision=F("revision") + 1)


def test_what_is_stored_is_what_the_simulation_says(program, plan, settings):
    settings.FORECAST_RUNS = 400
    assert work_out(program)
    net = network(cluster([program.pk]), as_of=MONDAY)
    said = forecast(net.snapshot, about(net).uncertainty, runs=400, seed=SEED)
    stored, mine = ProgramForecast.objects.get(program=program), said.programs[program.pk]
    assert (stored.dates, stored.chance, stored.target) == (mine.dates, mine.chance, mine.target)
    assert [(date.fromisoformat(day), count) for day, count in stored.days] == list(mine.days)
    assert (stored.runs, stored.seed, stored.revision, stored.as_of) == (400, SEED, 1, MONDAY)
    for item, outlook in said.milestones.items():
        odds = Odds.objects.get(milestone=item)
        assert (odds.dates, odds.chance, odds.criticality) == (outlook.dates, outlook.chance, outlook.criticality)
    assert Odds.objects.count() == len(said.milestones) == 4
    assert DailyAnalysis.objects.get().odds["dates"]["80"] == mine.dates[80].isoformat()


def test_more_work_left_than_the_worst_estimate_stretches_it(program, plan, settings):
    """Or the forecast would lie behind the day that is 80% sure."""
    settings.FORECAST_RUNS = 400
    Milestone.objects.filter(pk=plan["api"].pk).update(
        status="in_progress", remaining_days=40, start_date=MONDAY - timedelta(days=7)
    )
    touch(program)
    assert work_out(program)
    (api,) = (
        one for one in about(network(cluster([program.pk]), as_of=MONDAY)).uncertainty.estimates if one.activity == plan["api"].pk
    )
    assert (api.spread.low, api.spread.likely, api.spread.high) == (32.0, 40.0, 100.0)
    forecast_day = Analysis.objects.get(program=program).finish
    assert ProgramForecast.objects.get(program=program).dates[80] >= forecast_day


def test_what_is_over_is_not_forecast(program, plan, settings, client, tess):
    """A program that is done with open milestones is closed: no odds, none to be judged later, and pages say so."""
    settings.FORECAST_RUNS = 60
    assert work_out(program)
    assert Odds.objects.exists()
    DailyAnalysis.objects.update(odds={})
    Program.objects.filter(pk=program.pk).update(status="done", revision=F("revision") + 1)
    assert work_out(program)
    stored = ProgramForecast.objects.get(program=program)
    assert (stored.p80, stored.chance, stored.drivers) == (None, None, [])
    assert not Odds.objects.exists()
    assert DailyAnalysis.objects.get().odds == {}
    assert sure_of(Program.objects.get(pk=program.pk)).state == "closed"
    assert forecasts_behind() == []
    client.force_login(tess)
    assert "What is still open in it is not forecast." in client.get(f"/p/{program.slug}/sure").content.decode()


def test_a_word_on_a_date_that_has_passed_says_nothing(program):
    """Multiples of no time at all would be certain of today."""
    made = sketch("scan; page(3)", program)
    Milestone.objects.update(confidence="rough")
    Milestone.objects.filter(pk=made["scan"].pk).update(expected_date=MONDAY - timedelta(days=700))
    sources = about(network(cluster([program.pk]), as_of=MONDAY)).sources
    assert [sources[made[name].pk].how for name in ("scan", "page")] == ["nothing", "word"]


def struck(program, **answers):
    """The one risk of the plan as the simulation takes it."""
    known = about(network(cluster([program.pk]), as_of=MONDAY), answers=answers.get("answers", {}))
    (one,) = known.uncertainty.risks
    return one


def test_a_risk_counts_with_its_own_numbers_and_everything_it_strikes(program, plan):
    risk = Risk.objects.get()
    one = struck(program)
    assert (one.probability, one.low, one.likely, one.high) == (0.5, 1, 2, 4)  # the scales, as the register reads them
    assert (one.activities, one.links) == ((plan["app"].pk,), ())
    Risk.objects.update(probability=None, impact=None, chance=35, days_low="2.5", days_high=12)
    link = Dependency.objects.get(predecessor=plan["docs"], successor=plan["launch"])
    for hit in ({"milestone": plan["api"]}, {"milestone": plan["app"]}, {"dependency": link}):
        Strike.objects.create(risk=risk, **hit)
    one = struck(program)
    assert (one.probability, one.low, one.likely, one.high) == (0.35, 2.5, None, 12)
    assert (one.activities, one.links) == (tuple(sorted((plan["api"].pk, plan["app"].pk))), (link.pk,))


def test_a_risk_that_strikes_a_link_delays_what_waits(program, plan, settings):
    settings.FORECAST_RUNS = 400
    Risk.objects.update(milestone=None, chance=100, days_low=60, days_high=60)
    work_out(program)
    assert ProgramForecast.objects.get().about["risks left out"] == 1
    before = ProgramForecast.objects.get().dates[80]
    link = Dependency.objects.get(predecessor=plan["docs"], successor=plan["launch"])
    Strike.objects.create(risk=Risk.objects.get(), dependency=link)
    touch(program)
    work_out(program)
    row = ProgramForecast.objects.get()
    assert row.dates[80] > before + timedelta(days=28)
    assert [one["id"] for one in row.drivers if one["lever"] == "risk"] == [Risk.objects.get().pk]


def test_nothing_is_struck_that_is_over(program, plan):
    Strike.objects.create(risk=Risk.objects.get(), milestone=plan["docs"])
    Milestone.objects.filter(pk=plan["docs"].pk).update(status="done", actual_date=MONDAY)
    assert struck(program).activities == (plan["app"].pk,)
    Milestone.objects.filter(pk=plan["app"].pk).update(status="done", actual_date=MONDAY)
    assert about(network(cluster([program.pk]), as_of=MONDAY)).uncertainty.risks == ()


def test_an_answered_risk_counts_with_what_is_left_of_it(program, plan):
    Risk.objects.update(chance=60, days_low=5, days_high=20, residual_probability=2, residual_chance=15)
    key = Risk.objects.get().pk
    left = struck(program, answers={key: {"probability": 2}})
    assert (left.probability, left.low, left.high) == (0.15, 5, 20)  # as the register says, and as many days
    other = struck(program, answers={key: {"probability": 1, "impact": 1}})
    assert (other.probability, other.low, other.likely, other.high) == (0.1, 0, 1, 2)  # what nobody put in numbers
    assert struck(program, answers={key: {"response": "accept"}}).probability == 0.6


def test_where_each_spread_comes_from_is_kept(program, plan):
    work_out(program)
    assert {odds.milestone.name: odds.source["how"] for odds in Odds.objects.select_related("milestone")} == {
        "api": "range",
        "app": "word",
        "docs": "nothing",
        "launch": "nothing",
    }
    assert ProgramForecast.objects.get().about == {
        "range": 1, "word": 1, "nothing": 2, "risks": 1, "blockers": 1, "blockers without date": 1
    }  # fmt: skip


def test_the_same_plan_gives_the_same_rows(program, plan):
    work_out(program)
    before = list(Odds.objects.order_by("pk").values()), ProgramForecast.objects.values().get()
    touch(program)
    assert forecasts_behind() == []  # nothing is analysed yet
    work_out(program)
    after = list(Odds.objects.order_by("pk").values()), ProgramForecast.objects.values().get()
    for _odds, row in (before, after):
        del row["revision"], row["drivers_revision"]
    assert before == after


def test_only_what_is_behind_is_worked_out(program, plan):
    assert not forecasts.find(program_id=program.pk, at=NINE)  # not analysed
    assert work_out(program)
    assert not forecasts.find(program_id=program.pk, at=NINE)
    tomorrow = NINE + timedelta(days=1)
    analysis.recompute(program_id=program.pk, at=tomorrow)
    assert forecasts_behind() == [program.pk]
    assert forecasts.find_behind(at=tomorrow) == 1
    assert forecasts_behind() == []


def test_an_older_answer_never_takes_the_place_of_a_newer_one(program, plan):
    work_out(program)
    ProgramForecast.objects.update(revision=7, as_of=MONDAY - timedelta(days=1), chance=0.5)
    Odds.objects.update(criticality=0.5)
    assert forecasts.find(program_id=program.pk, at=NINE)
    assert ProgramForecast.objects.get().chance == 0.5
    assert set(Odds.objects.values_list("criticality", flat=True)) == {0.5}


def test_what_is_over_has_no_odds(program, plan):
    work_out(program)
    Milestone.objects.filter(pk=plan["docs"].pk).update(status="done", actual_date=MONDAY)
    Blocker.objects.all().delete()
    touch(program)
    work_out(program)
    assert not Odds.objects.filter(milestone=plan["docs"]).exists()
    assert Odds.objects.count() == 3


def test_a_plan_without_dates_is_not_asked_again(program):
    milestone(program, "someday")
    assert work_out(program)
    assert ProgramForecast.objects.get().dates == {}
    assert forecasts_behind() == []


def test_what_drives_the_80_percent_date_is_ranked(program, plan, settings):
    settings.FORECAST_RUNS = 400
    work_out(program)
    row = ProgramForecast.objects.get()
    assert row.drivers_revision == row.revision
    assert [one["days"] for one in row.drivers] == sorted((one["days"] for one in row.drivers), reverse=True)
    assert ("estimate", plan["api"].pk) in {(one["lever"], one["id"]) for one in row.drivers}


def test_a_teams_own_slips_widen_its_dates(program, plan):
    team = Team.objects.create(name="Crypto")
    for place in range(40):
        start = MONDAY - timedelta(days=400 - place)
        milestone(
            program, f"old {place}", status="done", team=team, kind="task",
            start_date=start, baseline_date=start + timedelta(days=28), actual_date=start + timedelta(days=56),
        )  # fmt: skip
    docs = Milestone.objects.filter(pk=plan["docs"].pk)
    docs.update(team=team, kind="task")
    forecasts.learn(at=NINE)
    assert LearnedSpreads.objects.get(team="").slips == LearnedSpreads.objects.get(team=team.pk).slips == 40
    kept = learned([str(team.pk)])
    assert (
        kept.spread(planned=20, team=str(team.pk)).ratios.quantiles[10] > 1.5 > Spreads().spread(planned=20).ratios.quantiles[10]
    )
    work_out(program)
    assert Odds.objects.get(milestone=plan["docs"]).source == {"how": "learned", "own": 40, "team": 40, "kind": 40, "all": 40}


def test_it_learns_once_a_day(program):
    milestone(program, "old", status="done", start_date=MONDAY - timedelta(days=60), baseline_date=MONDAY, actual_date=MONDAY)
    forecasts.learn(at=NINE)
    assert LearnedSpreads.objects.get(team="").slips == 1
    Milestone.objects.all().delete()
    forecasts.learn(at=NINE)
    assert LearnedSpreads.objects.get(team="").slips == 1
    forecasts.learn(at=NINE + timedelta(days=1))
    assert LearnedSpreads.objects.get().slips == 0  # looked at, too


def test_it_reads_as_often_whatever_the_size(program, plan, django_assert_num_queries):
    def asked():
        net = network(cluster([program.pk]), as_of=MONDAY)
        with django_assert_num_queries(4):
            about(net)

    asked()
    sketch("; ".join(f"a{n} > b{n}" for n in range(30)), program)
    asked()


def never(*_args, **_kwargs):
    raise AssertionError("simulated anew")


def test_what_changes_no_date_is_not_simulated_again(program, plan, monkeypatch):
    work_out(program)
    Milestone.objects.filter(pk=plan["app"].pk).update(name="The app", said="at_risk")
    touch(program)
    monkeypatch.setattr(forecasts, "Simulation", never)
    assert work_out(program)
    row = ProgramForecast.objects.get()
    program.refresh_from_db()
    assert row.revision == row.drivers_revision == program.revision
    assert forecasts_behind() == []


CHANGES = {
    "work": lambda plan: Milestone.objects.filter(pk=plan["app"].pk).update(remaining_days=4),
    "estimate": lambda plan: Milestone.objects.filter(pk=plan["api"].pk).update(pessimistic_days=26),
    "word": lambda plan: Milestone.objects.filter(pk=plan["app"].pk).update(confidence="sure"),
    "team": lambda plan: Milestone.objects.update(team=Team.objects.create(name="Core")),
    "target": lambda plan: Milestone.objects.filter(pk=plan["app"].pk).update(target_date=MONDAY + timedelta(days=20)),
    "link": lambda plan: Dependency.objects.filter(successor=plan["app"]).update(lag_days=1),
    "risk": lambda plan: Risk.objects.update(probability=4),
    "blocker": lambda plan: Blocker.objects.filter(number=2).update(expected_clear=MONDAY + timedelta(days=8)),
    "clear": lambda plan: Blocker.objects.filter(number=3).update(status="cleared"),
    "promise": lambda plan: Program.objects.update(target_date=MONDAY + timedelta(days=35)),
    "luck": lambda plan: Program.objects.update(thresholds={"shared_luck": 50}),
    "day off": lambda plan: Program.objects.update(weekdays=[1, 2, 3, 4]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_runs_are_drawn_from_is_simulated_again(change, program, plan, monkeypatch):
    work_out(program)
    CHANGES[change](plan)
    touch(program)
    monkeypatch.setattr(forecasts, "Simulation", never)
    with pytest.raises(AssertionError, match="simulated anew"):
        work_out(program)

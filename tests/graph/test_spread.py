"""Learning from slips, and judging forecasts by what happened."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random

import pytest

from programs.graph.forecast import forecast
from programs.graph.spread import POINTS, UNKNOWN, Claim, Slip, calibrate, learn, quantiles
from programs.graph.types import Activity, DayCalendar, Frame, Snapshot
from programs.graph.uncertainty import SETTLING, Uncertainty

TODAY = date(2027, 3, 1)


def slips(rng, n, mean, spread, team="", kind=""):
    """Things planned for 3 to 80 days that took a log-normal multiple of it."""
    found = []
    for _ in range(n):
        planned = rng.uniform(3, 80)
        actual = (planned + SETTLING) * math.exp(rng.gauss(math.log(mean), spread)) - SETTLING
        found.append(Slip(planned, max(0.0, actual), team, kind))
    return found


def median(learned):
    return learned.ratios.quantiles[POINTS // 2]


def test_without_history_the_documented_spread():
    assert learn([]).ratios.quantiles == pytest.approx(quantiles(UNKNOWN.quantiles), abs=0.02)
    assert median(learn([])) == 1  # whoever knows nothing better says the plan


def test_much_history_speaks_for_itself():
    learned = learn(slips(Random(1), 4_000, 1.3, 0.3))
    assert median(learned) == pytest.approx(1.3, rel=0.03)
    assert learned.ratios.quantiles[-5] == pytest.approx(1.3 * math.exp(0.3 * 0.8416), rel=0.05)
    assert learned.all == 4_000


def test_few_slips_of_a_team_move_it_a_little_and_many_all_the_way():
    rng = Random(2)
    everybody = slips(rng, 1_000, 1.1, 0.2, "others", "gate")
    medians = []
    for n in (0, 3, 20, 400):
        history = everybody + slips(rng, n, 2.0, 0.1, "vendor", "delivery")
        medians.append(median(learn(history, team="vendor")))
    assert medians == sorted(medians)
    assert medians[0] == pytest.approx(1.1, rel=0.03)
    assert medians[1] < 1.25
    assert 1.4 < medians[2] < 1.9  # as many of its own as it takes to count half: between the two
    assert medians[3] == pytest.approx(2.0, rel=0.05)


def test_team_and_kind_count_each_and_together():
    rng = Random(3)
    history = slips(rng, 300, 1.0, 0.1, "a", "x") + slips(rng, 300, 1.0, 0.1, "b", "y") + slips(rng, 300, 1.8, 0.1, "a", "y")
    learned = learn(history, team="a", kind="y")
    assert (learned.own, learned.team, learned.kind, learned.all) == (300, 600, 600, 900)
    assert median(learned) == pytest.approx(1.8, rel=0.06)
    assert median(learn(history, team="b", kind="y")) < 1.1


def test_what_is_due_tomorrow_and_slips_a_week_is_not_a_sevenfold_slip():
    assert Slip(1, 8).ratio == pytest.approx(13 / 6)
    assert Slip(0, 0).ratio == 1
    assert Slip(10, -3).ratio > 0


def test_who_keeps_the_day_is_believed_to():
    """Where nearly everything happens on its very day, a few that do not must not move the middle by a day."""
    history = [Slip(200, 200)] * 85 + [Slip(200, 230)] * 15
    assert median(learn(history)) == 1
    assert learn(history, team="new").ratios == learn(history).ratios


def test_only_what_finished_is_counted():
    learned = learn([Slip(20, 20, "a", "x")] * 30 + [Slip(20, 25, "a", "x", seen=False)] * 50, team="a", kind="x")
    assert (learned.own, learned.team, learned.kind, learned.all) == (30, 30, 30, 30)


def test_what_still_runs_has_taken_at_least_so_long():
    """Half of all work takes three times as long. After a while only the quick half is finished, and that is not all there is."""
    quick, slow = [Slip(20, 20)] * 200, [Slip(20, 70)] * 200
    still = [Slip(20, 40, seen=False)] * 200
    assert learn([*quick, *slow]).ratios.quantiles[-4] == pytest.approx(3)
    assert learn(quick).ratios.quantiles[-4] == 1
    assert learn([*quick, *still]).ratios.quantiles[-4] > 1.8  # nothing is known of them but that they took twice as long already


def test_what_runs_hands_its_weight_to_what_takes_longer_as_kaplan_and_meier_do():
    """Much history outweighs the documented spread, and theirs is left: 1/4, 3/4 · 1/2, the rest."""
    many = 4_000
    history = [Slip(5, 5)] * many + [Slip(5, 15, seen=False)] * many + [Slip(5, 25)] * many + [Slip(5, 45)] * many
    found = learn(history).ratios.quantiles
    assert [found[point] for point in (4, 6, 11, 13, 19)] == pytest.approx([1, 3, 3, 5, 5], abs=0.02)


def test_what_runs_longer_than_another_that_runs_takes_part_in_its_share():
    """Of four, one is last seen before the first finish and one after it: a third is over then, the rest takes the longest."""
    many = 4_000
    history = [Slip(5, 5, seen=False)] * many + [Slip(5, 15)] * many + [Slip(5, 25, seen=False)] * many + [Slip(5, 35)] * many
    found = learn(history).ratios.quantiles
    assert [found[point] for point in (3, 6, 7, 12, 19)] == pytest.approx([2, 2, 4, 4, 4], abs=0.02)


def test_work_of_the_same_length_speaks_most():
    history = [Slip(5, 20)] * 200 + [Slip(250, 250)] * 200
    assert median(learn(history, planned=5)) == pytest.approx(2.5)
    assert median(learn(history, planned=250)) == 1
    assert Slip(10, 10).likeness(10) == 1
    assert Slip(10, 10).likeness(25) == pytest.approx(0.5)
    assert Slip(-10, 10).likeness(10) < 0.01  # overdue is another thing than due in as many days


def remaining(learned, percent):
    """Working days that overdue work takes from today on, with so many per cent."""
    return learned.ratios.quantiles[percent * (POINTS - 1) // 100] * SETTLING - SETTLING


def test_what_is_long_overdue_takes_long_still():
    """Before anything was learned: as long again as it is overdue in every second case, four times that in one of five."""
    said = [[remaining(learn([], planned=-age), percent) for percent in (20, 50, 80)] for age in (0, 5, 40, 500)]
    assert said == sorted(said)
    assert said[0] == pytest.approx([remaining(learn([]), percent) for percent in (20, 50, 80)])
    assert said[3][1] == pytest.approx(500, rel=0.05)
    assert said[3][2] == pytest.approx(2_000, rel=0.05)


def test_overdue_work_is_judged_by_how_overdue_it_is():
    """Who finishes what is a month overdue within two more is not believed to finish in two what is a year overdue."""
    known = [Slip(-20, 40)] * 400
    assert remaining(learn(known, planned=-20), 50) == pytest.approx(40, rel=0.05)
    assert remaining(learn(known, planned=-80), 50) == pytest.approx(150, rel=0.1)
    assert remaining(learn([Slip(-80, 10)] * 400, planned=-80), 80) == pytest.approx(10, rel=0.1)


def test_the_table_counts_what_held():
    claims = [Claim({50: TODAY, 80: TODAY + timedelta(days=5)}, TODAY, TODAY + timedelta(days=late)) for late in (-3, 0, 4, 6)]
    judged = calibrate(claims)
    assert [(row.percent, row.held) for row in judged.table] == [(50, 0.5), (80, 0.75)]
    assert all(row.low < row.held < row.high for row in judged.table)
    assert (judged.error, judged.bias) == (13 / 4, 7 / 4)
    assert (judged.naive_error, judged.naive_bias) == (13 / 4, 7 / 4)
    assert (judged.claims, judged.items) == (4, 4)
    assert calibrate([]) is None


def test_each_thing_counts_once_however_often_it_was_forecast():
    good = [Claim({50: TODAY, 80: TODAY}, TODAY, TODAY, item=1)] * 30
    bad = [Claim({50: TODAY, 80: TODAY}, TODAY, TODAY + timedelta(days=10), item=2)]
    judged = calibrate(good + bad)
    assert (judged.claims, judged.items, judged.error) == (31, 2, 5)
    assert judged.table[1].held == pytest.approx(0.5)


def test_what_has_not_happened_when_its_dates_are_past_is_a_miss_without_an_error():
    late = Claim({50: TODAY, 80: TODAY}, TODAY, None, item=1)
    kept = Claim({50: TODAY, 80: TODAY}, TODAY, TODAY, item=2)
    judged = calibrate([late, kept])
    assert (judged.table[1].held, judged.error) == (0.5, 0)


def test_a_day_given_for_many_percentages_is_shared_out():
    """Nineteen of twenty things happen on their very day: every percentage says that day, and in shares each is true."""
    percents = range(5, 100, 5)
    claims = [Claim(dict.fromkeys(percents, TODAY), TODAY, TODAY + timedelta(days=9 * (n == 0))) for n in range(20)]
    for row in calibrate(claims).table:
        assert row.held == 0.95
        assert row.shared == pytest.approx(row.percent / 100, abs=0.06)


def test_what_was_learned_makes_the_next_forecasts_true():
    """Learned from the past of a world in which everything takes half as long again, 80% sure holds 80% of the time."""
    rng = Random(5)
    spread = learn(slips(rng, 600, 1.5, 0.25)).ratios
    every_day = DayCalendar(frozenset(range(1, 8)))
    claims = []
    for future in slips(rng, 400, 1.5, 0.25):
        target = TODAY + timedelta(days=round(future.planned))
        snapshot = Snapshot(TODAY, (Frame(1, calendar=every_day),), (Activity(1, 1, target=target),))
        dates = forecast(snapshot, Uncertainty(default=spread), runs=200).milestones[1].dates
        claims.append(Claim(dates, target, TODAY + timedelta(days=math.ceil(future.actual))))
    judged = calibrate(claims)
    held = {row.percent: row.held for row in judged.table}
    assert 0.72 < held[80] < 0.88
    assert 0.42 < held[50] < 0.58
    assert judged.beats_naive
    assert judged.error < 0.7 * judged.naive_error

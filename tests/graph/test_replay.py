"""A past looked at again: nothing peeks, what is open counts as open, and the dates are those of the simulation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from programs.graph.days import add_working_days
from programs.graph.forecast import forecast
from programs.graph.replay import Record, Replay, dates
from programs.graph.spread import LENGTHS, Slip, Spreads, calibrate, learn, step_of
from programs.graph.types import Activity, DayCalendar, Frame, Snapshot
from programs.graph.uncertainty import Estimate, Uncertainty

START = date(2026, 1, 5)
WEEK = timedelta(days=7)


def day(week, weekday=0):
    return START + week * WEEK + timedelta(days=weekday)


def world(seed, count=60):
    """Promises a few months ahead; some move once or twice before it is done, some are kept."""
    rng = Random(seed)
    found = []
    for number in range(1, count + 1):
        known, target = day(rng.randrange(40)), None
        promises, at = [], known
        for _ in range(1 + rng.randrange(3)):
            target = at + timedelta(days=rng.randrange(10, 100))
            promises.append((at, target))
            at += timedelta(days=rng.randrange(5, 40))
        done = max(at, target + timedelta(days=rng.choice([-3, 0, 0, 0, 4, 15, 40])))
        found.append(Record(number, tuple(promises), done if rng.random() < 0.9 else None, rng.choice("ab"), rng.choice("xy")))
    return found


def as_known(record, on):
    """A record as somebody would have written it down on a day."""
    promises = tuple(pair for pair in record.promises if pair[0] <= on)
    return replace(record, promises=promises, done=record.done if record.done and record.done <= on else None)


def test_a_target_is_the_one_in_force():
    record = Record(1, ((day(0), day(10)), (day(4), day(12)), (day(6), None)), done=day(13))
    assert [record.target(day(week)) for week in (-1, 0, 3, 4, 5, 6)] == [None, day(10), day(10), day(12), day(12), None]
    assert [record.open(day(week)) for week in (-1, 0, 12, 13)] == [False, True, True, False]


def test_nothing_is_known_that_had_not_happened():
    """Every spread equals the one learned by somebody who had only the records of that day."""
    records = world(3)
    whole = Replay(records)
    for week in (5, 20, 33, 48):
        on = day(week, 3)
        then = Replay([as_known(record, on) for record in records if record.known < on])
        for step in (-4, 1, 5, 7):
            assert whole.slips(on, step) == then.slips(on, step)


def test_a_look_is_taken_when_the_date_was_as_far_away():
    record = Record(1, ((day(0), day(10)), (day(8), day(14))), done=day(15))
    replayed = Replay([record])
    assert replayed.slips(day(20), step_of(15)) == [Slip(15, 40, seen=True)]  # three weeks before the first date
    assert replayed.slips(day(20), step_of(-5))[0].planned < 0  # and when its last one had passed
    assert replayed.slips(day(9), step_of(15))[0].seen is False
    assert replayed.slips(day(0), step_of(15)) == []


def test_each_milestone_counts_its_own_working_days():
    target = ((day(0), day(2)),)
    seven = DayCalendar(frozenset(range(1, 8)))
    known = [Record(1, target, done=day(4)), Record(2, target, done=day(4), calendar=seven)]
    assert Replay(known).slips(day(9), step_of(100)) == [Slip(10, 20), Slip(14, 28)]


def test_what_is_kept_is_what_the_replay_says():
    """Looked up or asked for straight: the same spread, for teams and kinds that are known, half known, or not at all."""
    replayed, on = Replay(world(4)), day(45)
    kept = Spreads.of({step: replayed.learning(on, step) for step in LENGTHS})
    for planned in (-200, -3, 0, 2, 14, 90, 4_000):
        for team in ("", "a", "b", "new"):
            for kind in ("", "x", "y", "new"):
                straight = replayed.learning(on, step_of(planned)).spread(team=team, kind=kind)
                assert kept.spread(planned=planned, team=team, kind=kind) == straight
    assert Spreads().spread(planned=10, team="a") == learn([])


def test_the_dates_are_those_of_the_simulation():
    spread = learn([Slip(20, 20)] * 500 + [Slip(20, 20 + late) for late in range(40) for _ in range(8)])
    calendar, target = DayCalendar(), day(9, 2)
    given = dates(spread, target, day(2), calendar, percents=(10, 50, 80))
    plan = Snapshot(day(2), (Frame(1),), (Activity(7, 1, target=target),))
    simulated = forecast(plan, Uncertainty((Estimate(7, spread.ratios),)), runs=4_000).milestones[7].dates
    for percent, said in given.items():
        assert abs((said - simulated[percent]).days) <= 6  # of 140 days: the runs are counted
    assert given[50] == target


def test_long_additions_of_working_days_equal_short_ones():
    calendar = DayCalendar(holidays=frozenset({date(2026, 4, 3), date(2026, 12, 25)}))
    at = date(2026, 1, 3)
    for count in range(1, 400):
        following = add_working_days(at, count, calendar)
        assert following == add_working_days(add_working_days(at, count - 1, calendar), 1, calendar)


def test_every_week_is_claimed_as_far_as_it_is_decided():
    kept = Record(1, ((day(0), day(4)),), done=day(4))
    lost = Record(2, ((day(0), day(4)),))
    fresh = Record(3, ((day(199), day(240)),))
    claims = list(Replay([kept, lost, fresh]).claims(day(200)))
    assert sum(claim.item == 1 for claim in claims) == 4
    assert {claim.actual for claim in claims if claim.item == 2} == {None}
    assert not any(claim.item == 3 for claim in claims)
    assert all(claim.naive == day(4) for claim in claims)


def test_in_a_world_that_stays_the_same_eighty_percent_means_eighty():
    rng = Random(11)
    records = []
    for number in range(1, 500):
        known = day(rng.randrange(150))
        planned = rng.randrange(10, 80)
        target = add_working_days(known, planned, DayCalendar())
        slip = 0 if rng.random() < 0.5 else rng.randrange(1, 40)
        records.append(Record(number, ((known, target),), done=add_working_days(target, slip, DayCalendar())))
    judged = calibrate(Replay(records).claims(day(200), every=6 * WEEK))
    held = {row.percent: row.shared for row in judged.table}
    assert 0.7 < held[80] < 0.9
    assert 0.4 < held[50] < 0.62
    assert judged.beats_naive

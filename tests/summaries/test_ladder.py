"""When the next person is told: their own working hours, their weekends and holidays, and nobody twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from programs.summaries.ladder import Place, Rung, at_work, next_rung, worked

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
OFFICE = Place("UTC")


@pytest.mark.parametrize(
    ("until", "hours"),
    [
        (timedelta(hours=4), 4),
        (timedelta(hours=12), 8),  # the evening does not count
        (timedelta(days=1), 8),
        (timedelta(days=4, hours=8), 40),
        (timedelta(days=7), 40),  # nor the weekend
        (timedelta(0), 0),
        (timedelta(days=-1), 0),
    ],
)
def test_only_working_hours_count(until, hours):
    assert worked(MONDAY, MONDAY + until, OFFICE) == timedelta(hours=hours)


def test_a_holiday_is_no_working_day_and_zones_differ():
    off = Place("UTC", days_off=frozenset({date(2027, 3, 2)}))
    assert worked(MONDAY, MONDAY + timedelta(days=2), off) == timedelta(hours=8)
    assert worked(MONDAY, MONDAY + timedelta(hours=8), Place("America/New_York")) == timedelta(hours=3)
    assert worked(MONDAY, MONDAY + timedelta(hours=8), Place("Asia/Tokyo")) == timedelta(0)


def test_the_hour_that_clocks_skip_is_at_night():
    berlin = Place("Europe/Berlin")
    friday = datetime(2027, 3, 26, 8, tzinfo=UTC)  # clocks go forward on Sunday
    assert worked(friday, friday + timedelta(days=3), berlin) == timedelta(hours=9)


def test_at_work():
    assert at_work(MONDAY, OFFICE)
    assert not at_work(MONDAY + timedelta(hours=8), OFFICE)
    assert not at_work(MONDAY - timedelta(days=1), OFFICE)


RUNGS = [Rung(1, 11, OFFICE), Rung(2, 22, OFFICE), Rung(3, 33, OFFICE), Rung(4, 44, OFFICE)]


def walk(rungs, *, hours=8, until=timedelta(days=12)):
    """Tick every half hour and note who is told when."""
    climbed, told, now = [], [], MONDAY
    while now < MONDAY + until:
        if rung := next_rung(rungs, since=MONDAY, climbed=climbed, now=now, hours=hours):
            climbed.append((rung.step, now))
            told.append((rung.person, (now - MONDAY).days))
        now += timedelta(minutes=30)
    return told


def test_one_step_each_working_day():
    assert walk(RUNGS) == [(11, 1), (22, 2), (33, 3), (44, 4)]


def test_a_missing_rung_is_stepped_over_and_nobody_is_told_twice():
    assert walk([RUNGS[0], RUNGS[3]]) == [(11, 1), (44, 2)]
    assert walk([Rung(1, 11, OFFICE), Rung(2, 11, OFFICE), Rung(3, 33, OFFICE)]) == [(11, 1), (33, 2)]


def test_a_receiver_on_holiday_is_waited_for():
    away = Place("UTC", days_off=frozenset(date(2027, 3, day) for day in (2, 3, 4, 5)))
    assert walk([Rung(1, 11, away), RUNGS[1]]) == [(11, 7), (22, 8)]


def test_no_hours_no_ladder():
    assert walk(RUNGS, hours=0) == []

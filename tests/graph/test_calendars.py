"""Working time as numbers: every operation against the plain definition, minute by minute."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from programs.graph.calendars import DAY, ELAPSED, FULL_DAY, HOUR, Calendar, day_end, finishing_day, instant, moment, starting_day

MONDAY = instant(datetime(2027, 3, 1))
OFFICE = [[(8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)]] * 5 + [[], []]
QUARTER = 15 * 60

hours = st.lists(st.integers(0, 96), min_size=0, max_size=4, unique=True).map(
    lambda cuts: [(a * QUARTER, b * QUARTER) for a, b in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)]
)
weeks = st.lists(hours, min_size=7, max_size=7).filter(any)
exceptions = st.dictionaries(st.integers(-8, 20), hours, max_size=4)


def works(week, odd, t):
    """Whether the quarter hour after `t` is worked, by definition."""
    day, clock = divmod(t, DAY)
    today = odd.get(day - MONDAY // DAY, week[(day - 1) % 7])
    return any(a <= clock < b for a, b in today)


@settings(max_examples=150, deadline=None)
@given(weeks, exceptions, st.integers(-200, 900), st.integers(-60, 60))
def test_every_operation_by_its_definition(week, odd, at, quarters):
    calendar = Calendar(week, {MONDAY // DAY + day: found for day, found in odd.items()}, MONDAY // DAY)
    t, span = MONDAY + at * QUARTER, quarters * QUARTER
    end = calendar.add(t, span)
    step = QUARTER if span > 0 else -QUARTER
    where, left = t, abs(quarters)
    while left:
        left -= works(week, odd, where if span > 0 else where - QUARTER)
        where += step
    if span > 0:
        assert end == where  # the earliest such instant
    elif span < 0:
        assert calendar.diff(where, end) == 0  # the same working time, spelled the latest way
        assert works(week, odd, end)
    assert calendar.diff(t, end) == span
    start = calendar.next_start(t)
    assert start >= t
    assert works(week, odd, start)
    assert calendar.diff(t, start) == 0
    finish = calendar.prev_finish(t)
    assert finish <= t
    assert works(week, odd, finish - QUARTER)
    assert calendar.diff(finish, t) == 0


def test_friday_evening_and_monday_morning_are_one_point_with_two_spellings():
    calendar = Calendar(OFFICE, around=MONDAY // DAY)
    friday, monday = instant(datetime(2027, 3, 5, 17)), instant(datetime(2027, 3, 8, 8))
    assert calendar.work(friday) == calendar.work(monday)
    assert calendar.finish_at(calendar.work(monday)) == friday
    assert calendar.start_at(calendar.work(friday)) == monday


def test_intervals_that_touch_at_midnight_are_one():
    nights = Calendar([[(0, 6 * HOUR), (22 * HOUR, DAY)]] * 7, around=MONDAY // DAY)
    assert moment(nights.add(MONDAY + 22 * HOUR, 8 * HOUR)) == datetime(2027, 3, 2, 6)
    assert nights.prev_finish(MONDAY) == MONDAY
    assert len(Calendar([FULL_DAY] * 7, around=MONDAY // DAY).starts) == 1


def test_the_table_grows_without_changing_what_it_said():
    calendar = Calendar(OFFICE, around=MONDAY // DAY)
    before = calendar.work(MONDAY)
    far = calendar.add(MONDAY, 200 * 2000 * HOUR)
    back = calendar.add(MONDAY, -200 * 2000 * HOUR)
    assert moment(far).year > 2200
    assert moment(back).year < 1850
    assert calendar.work(MONDAY) == before
    assert calendar.diff(back, far) == 2 * 200 * 2000 * HOUR


def test_a_calendar_that_never_works_answers_all_the_same():
    never = Calendar([[]] * 7, around=MONDAY // DAY)
    assert never.diff(MONDAY, MONDAY + 900 * DAY) == 0
    assert never.next_start(MONDAY) == MONDAY
    assert never.prev_finish(MONDAY) == MONDAY
    assert isinstance(never.add(MONDAY, DAY), int)
    once = Calendar([[]] * 7, {MONDAY // DAY: FULL_DAY}, MONDAY // DAY)
    assert once.add(MONDAY - 90 * DAY, DAY) == MONDAY + DAY


def test_elapsed_time_is_plain_time():
    assert ELAPSED.add(MONDAY, 90) == MONDAY + 90
    assert ELAPSED.next_start(MONDAY) == ELAPSED.prev_finish(MONDAY) == MONDAY


def test_midnight_ends_the_day_before():
    friday = date(2027, 3, 5)
    assert finishing_day(day_end(friday)) == friday
    assert starting_day(day_end(friday)) == date(2027, 3, 6)

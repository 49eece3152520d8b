"""Whole working days: counted and added, forwards and backwards, across weekends and holidays."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programs.graph.days import add_working_days, is_working, next_working_day, working_days
from programs.graph.types import DayCalendar

FRIDAY, MONDAY = date(2027, 3, 5), date(2027, 3, 8)
DATES = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(
    DayCalendar,
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    holidays=st.frozensets(DATES, max_size=20),
    extra_days=st.frozensets(DATES, max_size=5),
)


def slow(start: date, end: date, calendar: DayCalendar) -> int:
    """Count day by day."""
    if end < start:
        return -slow(end, start, calendar)
    return sum(is_working(start + timedelta(step), calendar) for step in range(1, (end - start).days + 1))


def test_a_weekend_is_no_time_at_all():
    week = DayCalendar()
    assert working_days(FRIDAY, FRIDAY + timedelta(2), week) == 0
    assert working_days(FRIDAY, MONDAY, week) == 1
    assert add_working_days(FRIDAY, 1, week) == MONDAY
    assert add_working_days(MONDAY, -1, week) == FRIDAY


def test_a_holiday_is_skipped_and_an_extra_day_counts():
    week = DayCalendar(holidays=frozenset({MONDAY}), extra_days=frozenset({FRIDAY + timedelta(1)}))
    assert add_working_days(FRIDAY, 1, week) == FRIDAY + timedelta(1)
    assert add_working_days(FRIDAY, 2, week) == MONDAY + timedelta(1)
    assert next_working_day(FRIDAY + timedelta(2), week) == MONDAY + timedelta(1)


@given(DATES, DATES, CALENDARS)
def test_counting_equals_counting_day_by_day(start, end, calendar):
    assert working_days(start, end, calendar) == slow(start, end, calendar)


@given(DATES, st.integers(0, 200), CALENDARS)
def test_adding_then_counting_gives_the_number_back(start, count, calendar):
    assert working_days(start, add_working_days(start, count, calendar), calendar) == count

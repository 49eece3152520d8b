"""Whole working days of one calendar. A date means the end of that day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from programs.graph.types import DayCalendar

_DAY = timedelta(days=1)
_FARTHEST = 3660  # a calendar without any working day within ten years is treated as all-working


def is_working(day: date, calendar: DayCalendar) -> bool:
    """Whether work happens on this day."""
    if day in calendar.extra_days:
        return True
    return day.isoweekday() in calendar.weekdays and day not in calendar.holidays


@lru_cache(maxsize=64)
def _odd_days(calendar: DayCalendar) -> tuple[frozenset[date], frozenset[date]]:
    lost = frozenset(day for day in calendar.holidays - calendar.extra_days if day.isoweekday() in calendar.weekdays)
    won = frozenset(day for day in calendar.extra_days if day.isoweekday() not in calendar.weekdays)
    return lost, won


def working_days(start: date, end: date, calendar: DayCalendar) -> int:
    """Working days from the end of `start` to the end of `end`; negative when `end` comes first.

    >>> working_days(date(2027, 6, 11), date(2027, 6, 21), DayCalendar())
    6
    """
    if end < start:
        return -working_days(end, start, calendar)
    span = (end - start).days
    weeks, rest = divmod(span, 7)
    count = weeks * len(calendar.weekdays)
    first = start.isoweekday()
    count += sum(1 for step in range(1, rest + 1) if (first + step - 1) % 7 + 1 in calendar.weekdays)
    lost, won = _odd_days(calendar)
    count -= sum(1 for day in lost if start < day <= end)
    count += sum(1 for day in won if start < day <= end)
    return count


def next_working_day(day: date, calendar: DayCalendar) -> date:
    """This day if it is a working day, else the next one that is."""
    for _ in range(_FARTHEST):
        if is_working(day, calendar):
            return day
        day += _DAY
    return day


def add_working_days(day: date, count: int, calendar: DayCalendar) -> date:
    """The end of the working day `count` working days after (or before) the end of `day`; with 0, `day` itself.

    >>> add_working_days(date(2027, 6, 11), 6, DayCalendar())
    datetime.date(2027, 6, 21)
    """
    step = _DAY if count >= 0 else -_DAY
    weeks = count // len(calendar.weekdays) - 1 if calendar.weekdays else 0
    if weeks > 0 and not calendar.extra_days:  # whole weeks at once; the rest day by day
        far = day + timedelta(days=7 * weeks)
        day, count = far, count - working_days(day, far, calendar)
    left = abs(count)
    for _ in range(_FARTHEST * 2):
        if left == 0:
            break
        left -= is_working(day if count < 0 else day + _DAY, calendar)
        day += step
    while count < 0 and not is_working(day, calendar) and left == 0:
        day -= _DAY
    return day

"""The calendar across a map: fortnights, and longer periods when there would be too many."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Span(StrEnum):
    """How long a period is. `before` is everything that ended earlier, `undated` holds what nothing dates."""

    BEFORE = "before"
    UNDATED = "undated"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both in it. What is undated has neither."""

    span: Span
    first: date = date.min
    last: date = date.max

    def holds(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.first <= day <= self.last


# The most periods that may hold something before longer ones are taken: 26 weeks, two years, six years.
_MOST = ((Span.FORTNIGHT, 13), (Span.MONTH, 24), (Span.QUARTER, 24))
_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
FEW_BEFORE = 8  # days in the past that fit under one head


def periods(days: Iterable[date], *, today: date, undated: bool = False) -> tuple[Period, ...]:
    """The periods that hold one of these days, in order; what holds nothing takes no room.

    What is undated stands between what is over and what is to come, for work without a date waits for finished or undated
    work only, and dated work may wait for it: so its links, too, run forward.
    """
    known = sorted(days)
    start = fortnight_of(today)
    past = bisect_right(known, start - timedelta(days=1))
    few = past <= FEW_BEFORE
    spread = set(known[past:] if few else known)
    span = next((span for span, most in _MOST if len({_first(span, day, start) for day in spread}) <= most), Span.YEAR)
    firsts = sorted({_first(span, day, start) for day in spread})
    found = [Period(span, first, _last(span, first)) for first in firsts]
    if few and past:
        edge = min([start, *(_first(span, day, start) for day in spread)])
        found.insert(0, Period(Span.BEFORE, date.min, edge - timedelta(days=1)))
    if undated:
        at = sum(period.last < today for period in found)
        found.insert(at, Period(Span.UNDATED))
    return tuple(found)


def placed(found: Sequence[Period], day: date | None) -> int:
    """The index of the period a day is in; a day in none of them goes to the next one, or to the last."""
    last = 0
    for index, period in enumerate(found):
        if period.span is Span.UNDATED:
            if day is None:
                return index
        elif day is not None:
            if period.last >= day:
                return index
            last = index
    return last


def fortnight_of(day: date) -> date:
    """The Monday with which the fortnight of today begins."""
    return day - timedelta(days=day.weekday())


def _first(span: Span, day: date, start: date) -> date:
    if span is Span.FORTNIGHT:
        return start + timedelta(days=(day - start).days // 14 * 14)
    months = _MONTHS[span]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _last(span: Span, first: date) -> date:
    if span is Span.FORTNIGHT:
        return first + timedelta(days=13)
    whole = first.year * 12 + first.month - 1 + _MONTHS[span]
    return date(whole // 12, whole % 12 + 1, 1) - timedelta(days=1)


def marks(found: Sequence[Period], day: date) -> Iterator[int]:
    """The periods that hold the day: at most one, none when the day is in a gap."""
    yield from (index for index, period in enumerate(found) if period.span not in _OPEN and period.holds(day))


_OPEN = frozenset({Span.BEFORE, Span.UNDATED})

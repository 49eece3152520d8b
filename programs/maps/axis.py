"""One horizontal date axis that many rows share: shares of its width in per cent, and ticks at sensible months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MOST_MONTHS = 7
LAST_NAME = 96.0  # per cent; a name further right would not fit
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 600, 2400)  # months between ticks, the first that fits
_SHORT = (1, 2, 7, 3, 4, 14, 28)  # days between ticks where months would be too few; weeks before other days, where two fit
FEW = 3  # firsts of months from which they are enough
_PAST, _AHEAD = 62, 740  # days around today kept on the axis however far a single date lies


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from `first` to `last`, both drawn."""

    first: date
    last: date

    def share(self, day: date) -> float:
        """Where a day stands, from 0 to 100; days outside stand at the nearest edge.

        >>> Axis(date(2027, 3, 1), date(2027, 3, 21)).share(date(2027, 3, 6))
        25.0
        """
        share = (day - self.first).days / ((self.last - self.first).days or 1)
        return round(100 * min(1.0, max(0.0, share)), 2)

    def holds(self, day: date) -> bool:
        """Whether the day is on the axis, not only at its edge."""
        return self.first <= day <= self.last

    def months(self, most: int = MOST_MONTHS) -> list[date]:
        """The first days of the months to name, every second, third or twelfth when there would be too many."""
        return [day for day in _months(self.first, self.last, most) if self.share(day) <= LAST_NAME]

    def ticks(self, most: int = MOST_MONTHS) -> list[date]:
        """The days to name with day and month, weeks where months would be too few."""
        return [day for day in ticks(self.first, self.last, most) if self.share(day) <= LAST_NAME]


def axis_of(days: Iterable[date], *, today: date) -> Axis:
    """An axis that shows today and these days, whole months from the left, a little room at the right.

    A date years away must not squeeze the others together: the axis reaches at most two months back and two
    years ahead, and what lies farther away stands at its edge.
    """
    low, high = today - timedelta(days=_PAST), today + timedelta(days=_AHEAD)
    near = [day for day in days if low <= day <= high] or [today]
    first = min(*near, today).replace(day=1)
    last = max(*near, today + timedelta(days=28))
    return Axis(first, last + timedelta(days=max(2, (last - first).days // 40)))


def _months(first: date, last: date, most: int) -> Iterator[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in _STEPS if count / step <= most), _STEPS[-1])
    for number in range(0, count, step):
        whole = first.month - 1 + number
        day = date(first.year + whole // 12, whole % 12 + 1, 1)
        if day >= first:
            yield day


def ticks(first: date, last: date, most: int) -> list[date]:
    """First days of months; where fewer than three fit, of weeks, or single days, the finest that are few enough.

    >>> [f"{day:%d %b}" for day in ticks(date(2027, 6, 15), date(2027, 7, 20), 7)]
    ['21 Jun', '28 Jun', '05 Jul', '12 Jul', '19 Jul']
    """
    found = [day for day in _months(first, last, most) if day <= last]
    length, named = (last - first).days, list[date]()
    for step in _SHORT if len(found) < FEW else ():
        begin = (-first.weekday()) % 7 if step % 7 == 0 else 0
        if length < begin or (length - begin) // step >= most:
            continue
        named = [first + timedelta(days=days) for days in range(begin, length + 1, step)]
        if len(named) > 1:
            break
    return named or found

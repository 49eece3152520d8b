"""A row of dates as shares of a width, for marks drawn without script: range marks, ribbons, drift lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Axis:
    """Dates from first to last, laid out from 0 to 100 per cent."""

    first: date
    last: date

    @classmethod
    def around(cls, days: Iterable[date | None], *, today: date, pad: int = 7) -> Axis:
        """An axis that holds today and every day given, with some air at its end."""
        known = [day for day in days if day is not None]
        first = min([today, *known])
        last = max([today, *known]) + timedelta(days=pad)
        return cls(first, max(last, first + timedelta(days=28)))

    def share(self, day: date) -> float:
        """Where a day stands, in per cent, kept inside the axis."""
        length = (self.last - self.first).days or 1
        return round(min(100.0, max(0.0, (day - self.first).days * 100 / length)), 2)

    def months(self, most: int = 8) -> list[date]:
        """The first day of each month on the axis; every second or third when there would be too many."""
        found = []
        day = self.first if self.first.day == 1 else _next_month(self.first)
        while day <= self.last:
            found.append(day)
            day = _next_month(day)
        step = -(-len(found) // most) or 1
        return found[::step]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def shares(sizes: Sequence[float]) -> list[int]:
    """Whole per cents that add up to 100, as near to the sizes as can be: for `.w-N` classes in a row.

    >>> shares([1, 1, 1])
    [34, 33, 33]
    """
    total = sum(sizes)
    if total <= 0:
        return [0 for _ in sizes]
    exact = [size * 100 / total for size in sizes]
    whole = [int(value) for value in exact]
    spare = 100 - sum(whole)
    for index in sorted(range(len(sizes)), key=lambda i: whole[i] - exact[i])[:spare]:
        whole[index] += 1
    return whole

"""Where the milestones that move stand on one axis, today and with the changes of a draft, in whole per cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from programs.maps.axis import Axis

if TYPE_CHECKING:
    from datetime import date

    from programs.queries.drafts import Look, Moved


LEAST, AIR = timedelta(days=28), timedelta(days=5)  # the axis is at least so long, and goes on so far after the last date


@dataclass(frozen=True, slots=True)
class Bar:
    """One milestone: where it stands today and then, and what lies between."""

    row: Moved
    before: int
    after: int
    start: int
    length: int
    target: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """All bars on one axis, with its months and the program's target."""

    bars: tuple[Bar, ...]
    months: tuple[tuple[date, int], ...]
    target: date | None

    @classmethod
    def of(cls, look: Look, *, target: date | None, today: date) -> Picture:
        """Lay out what moves. The axis begins where the first of it stands, not today."""
        days = [day for row in look.moved for day in (row.move.before.forecast, row.move.after.forecast) if day]
        held = target if target and days and min(days) <= target else None
        first = min(days, default=today)
        axis = Axis(first, max([first + LEAST, *(day + AIR for day in [*days, held] if day)]))
        at = None if held is None else round(axis.share(held))
        return cls(
            bars=tuple(_bar(row, axis, at) for row in look.moved),
            months=tuple((month, round(axis.share(month))) for month in axis.ticks(5) if axis.share(month) <= 88),
            target=held,
        )


def _bar(row: Moved, axis: Axis, target: int | None) -> Bar:
    assert row.move.before.forecast is not None
    assert row.move.after.forecast is not None
    before, after = round(axis.share(row.move.before.forecast)), round(axis.share(row.move.after.forecast))
    return Bar(row, before, after, min(before, after), abs(after - before), target)

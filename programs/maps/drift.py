"""The drift chart: how the forecast moved, week by week, against the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

WIDTH, HEIGHT = 440, 132
LEFT, RIGHT, BOTTOM, TOP = 8.0, 352.0, 108.0, 10.0  # the drawing's own edges; dates stand right of it
MOST_WEEKS = 26
LEAST_SPREAD = 10  # days from top to bottom; a move of one day must not look like a month
Row = TypeVar("Row", bound=tuple[Any, ...])
_LINE = 14.0  # the least distance between two lines of text


@dataclass(frozen=True, slots=True)
class Spot:
    """One forecast, as it was on a day."""

    day: date
    finish: date
    x: float
    y: float
    sure_y: float | None = None  # where the day stands that we were 80% sure of


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything the template draws. `crossed` is the first day of the current stretch after the target."""

    spots: tuple[Spot, ...]
    line: str
    band: str  # from the forecasts to the days we were 80% sure of; "" where nobody knows
    target: date | None
    target_y: float | None
    finish_label_y: float
    target_label_y: float | None
    first_label_y: float
    middle: Spot | None
    crossed: date | None
    weeks: int

    @property
    def first(self) -> Spot:
        """The oldest forecast shown."""
        return self.spots[0]

    @property
    def last(self) -> Spot:
        """Today's forecast."""
        return self.spots[-1]


def weekly(rows: Sequence[Row], *, weeks: int = MOST_WEEKS) -> list[Row]:
    """Keep the newest row and what held one week before it, two weeks, and so on; oldest first.

    Rows begin with their day and are in order of it.
    """
    if not rows:
        return []
    kept: dict[int, Row] = {}
    for row in rows:
        week = (rows[-1][0] - row[0]).days // 7
        if week <= weeks:
            kept[week] = row
    return [kept[week] for week in sorted(kept, reverse=True)]


def drift(rows: Sequence[tuple[date, date]], *, target: date | None, sure: Mapping[date, date] | None = None) -> Drift | None:
    """Lay out the chart; None when there are fewer than two forecasts, for then nothing has drifted yet.

    `sure` has, by the day it was said, the day we were 80% sure of.
    """
    rows = weekly(rows)
    if len(rows) < 2:
        return None
    finishes = [finish for _, finish in rows]
    late = {day: by for day, by in (sure or {}).items() if by >= dict(rows).get(day, date.max)}
    near = [*finishes, *late.values(), *([target] if target and _close(target, finishes) else [])]
    low, high = min(near), max(near)
    days = (rows[-1][0] - rows[0][0]).days or 1
    height = max((high - low).days, LEAST_SPREAD)
    floor = low.toordinal() - (height - (high - low).days) / 2

    def y(day: date) -> float:
        return round(BOTTOM - 18 - (day.toordinal() - floor) / height * (BOTTOM - 28 - TOP), 1)

    spots = tuple(
        Spot(
            day,
            finish,
            round(LEFT + (day - rows[0][0]).days / days * (RIGHT - LEFT), 1),
            y(finish),
            y(late[day]) if day in late else None,
        )
        for day, finish in rows
    )
    target_y = min(max(y(target), 1.0), BOTTOM - 2) if target else None
    mine, other = _apart(spots[-1].y + 4, None if target_y is None else target_y + 4)
    return Drift(
        spots=spots,
        line="M" + " L".join(f"{spot.x} {spot.y}" for spot in spots),
        band=_band(spots),
        target=target,
        target_y=target_y,
        finish_label_y=mine,
        target_label_y=other,
        first_label_y=min(spots[0].y + 16, BOTTOM + 2),
        middle=_middle(spots),
        crossed=_crossed(spots, target),
        weeks=max(1, round(days / 7)),
    )


def _band(spots: Sequence[Spot]) -> str:
    """Where at least two spots side by side know how sure they were."""
    found, run = [], list[Spot]()
    for spot in (*spots, None):
        if spot is not None and spot.sure_y is not None:
            run.append(spot)
            continue
        if len(run) > 1:
            there, back = [f"{one.x} {one.y}" for one in run], [f"{one.x} {one.sure_y}" for one in reversed(run)]
            found.append("M" + " L".join(there + back) + "Z")
        run = []
    return "".join(found)


def _close(target: date, finishes: list[date]) -> bool:
    """A target far from every forecast would flatten the line; it is then drawn at the edge."""
    spread = max((max(finishes) - min(finishes)).days, 14)
    return min(abs((target - finish).days) for finish in finishes) <= 4 * spread


def _apart(mine: float, other: float | None) -> tuple[float, float | None]:
    """Move two lines of text apart until both can be read."""
    if other is None or abs(mine - other) >= _LINE:
        return mine, other
    middle, half = (mine + other) / 2, _LINE / 2
    middle = min(max(middle, half + 9), BOTTOM - half)
    return (middle - half, middle + half) if mine <= other else (middle + half, middle - half)


def _middle(spots: tuple[Spot, ...]) -> Spot | None:
    """The spot whose date is written half way, when there is room for it."""
    if len(spots) < 3:
        return None
    half = (LEFT + RIGHT) / 2
    spot = min(spots[1:-1], key=lambda one: abs(one.x - half))
    return spot if 90 < spot.x < RIGHT - 80 else None


def _crossed(spots: tuple[Spot, ...], target: date | None) -> date | None:
    """The week in which the forecast last went past the target, if it was inside before and is outside now."""
    if target is None or spots[-1].finish <= target:
        return None
    inside = [number for number, spot in enumerate(spots) if spot.finish <= target]
    return spots[inside[-1] + 1].day if inside else None

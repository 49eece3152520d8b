"""Two analyses of one plan side by side: what moved, by how much, and what that means for each milestone.

Only unfinished work that has a date on both sides moves; what is new, gone, finished or undated is no slip. Days are working
days of the milestone's own program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from programs.graph.analyse import early_days
from programs.graph.days import working_days
from programs.graph.paths import critical_set
from programs.graph.solution import Solution, days
from programs.graph.types import DayCalendar


class Room(StrEnum):
    """How much a milestone can still slip, as people speak of it."""

    CRITICAL = "critical"
    TIGHT = "tight"  # inside the near-critical band
    FREE = "free"
    OPEN = "open"  # no finish waits for it

    @classmethod
    def of(cls, total_float: float | None, *, critical: bool, band: float) -> Room:
        """The class of a float in working days; `band` is the program's near-critical limit.

        >>> Room.of(3, critical=False, band=5), Room.of(None, critical=False, band=5)
        (<Room.TIGHT: 'tight'>, <Room.OPEN: 'open'>)
        """
        if critical:
            return cls.CRITICAL
        if total_float is None:
            return cls.OPEN
        return cls.TIGHT if total_float <= band else cls.FREE


@dataclass(frozen=True, slots=True)
class Standing:
    """One milestone on one side: its forecast and its room. `total_float` in working days; None where nothing waits."""

    forecast: date | None
    total_float: float | None
    room: Room

    def packed(self) -> list[Any]:
        """As JSON keeps it."""
        return [self.forecast.isoformat() if self.forecast else None, self.total_float, str(self.room)]

    @classmethod
    def unpacked(cls, kept: Sequence[Any]) -> Standing:
        """As it was before it was packed.

        >>> Standing.unpacked(Standing(date(2027, 3, 5), 2.0, Room.TIGHT).packed()).room
        <Room.TIGHT: 'tight'>
        """
        forecast, total_float, room = kept
        return cls(date.fromisoformat(forecast) if forecast else None, total_float, Room(room))


@dataclass(frozen=True, slots=True)
class Move:
    """One milestone that moved: before, after, and its promise."""

    item: int
    before: Standing
    after: Standing
    days: int  # working days later; negative is sooner
    late: int | None  # working days after its own target now; None without a target
    misses: bool  # it made its target before, and does not now
    makes: bool  # it missed its target before, and makes it now

    @property
    def eaten(self) -> float | None:
        """Working days of float lost; negative when it gained some; None where one side has none to speak of."""
        if self.before.total_float is None or self.after.total_float is None:
            return None
        return self.before.total_float - self.after.total_float


def stirred(before: Standing, after: Standing) -> bool:
    """Whether a dated milestone got another date, or its room another class."""
    if before.forecast is None or after.forecast is None:
        return False
    return before.forecast != after.forecast or before.room is not after.room


def move(item: int, before: Standing, after: Standing, *, target: date | None, calendar: DayCalendar) -> Move | None:
    """What happened to one milestone; None when neither its date nor the class of its room changed."""
    if not stirred(before, after):
        return None
    assert before.forecast is not None
    assert after.forecast is not None
    late = None if target is None else working_days(target, after.forecast, calendar)
    was_late = target is not None and before.forecast > target
    is_late = target is not None and after.forecast > target
    return Move(
        item=item,
        before=before,
        after=after,
        days=working_days(before.forecast, after.forecast, calendar),
        late=late,
        misses=is_late and not was_late,
        makes=was_late and not is_late,
    )


def compare(before: Solution, after: Solution) -> list[Move]:
    """Every milestone that moves from one plan to another, worst first; what is in only one of them is left out."""
    left, right = standings(before), standings(after)
    rows = {activity.id: activity for activity in after.built.activities}
    found = []
    for item, standing in right.items():
        if item in left and stirred(left[item], standing):
            calendar = after.built.frames[rows[item].frame].calendar
            moved = move(item, left[item], standing, target=rows[item].target, calendar=calendar)
            assert moved is not None
            found.append(moved)
    return worst_first(found)


def standings(solution: Solution) -> dict[int, Standing]:
    """The forecast and the room of every unfinished milestone, without a word about why."""
    _paths, critical = critical_set(solution)
    found = {}
    for i, is_open in enumerate(solution.open):
        if is_open:
            left = days(solution.total[i])
            band = solution.built.frames[solution.frame[i]].near_critical_days
            room = Room.of(left, critical=i in critical, band=band)
            found[solution.id(i)] = Standing(early_days(solution, i)[1], left, room)
    return found


def worst_first(moves: Iterable[Move]) -> list[Move]:
    """Moves in the order of importance: targets newly missed, then by days later, then by what is left of the float."""
    far = float("inf")

    def rank(one: Move) -> tuple[bool, int, float, int]:
        return (not one.misses, -one.days, far if one.after.total_float is None else one.after.total_float, one.item)

    return sorted(moves, key=rank)


def root_of(item: int, drivers: Mapping[int, tuple[int, ...]], changed: frozenset[int]) -> int | None:
    """The changed milestone that moved this one: itself, or the nearest one up its driving links; None when time alone did.

    >>> root_of(3, {3: (2,), 2: (1,)}, frozenset({1}))
    1
    """
    seen, queue = {item}, [item]
    for one in queue:
        if one in changed:
            return one
        for before in drivers.get(one, ()):
            if before not in seen:
                seen.add(before)
                queue.append(before)
    return None

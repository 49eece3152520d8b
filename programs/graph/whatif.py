"""Plans that are tried before they are made: a snapshot and a list of changes in, the changed snapshot out.

A change names rows by id and never touches the plan it is tried on. Changes apply in their order, each to what the one before
left, so two changes of the same milestone are both in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

from programs.graph.days import add_working_days
from programs.graph.types import Activity, DayCalendar, Link, Obstacle, Snapshot, State


class Unknown(Exception):
    """A change names something the plan does not hold; `what` and `id` say which."""

    def __init__(self, what: str, item: int) -> None:
        super().__init__(f"{what} {item} takes no part in the plan")
        self.what, self.item = what, item


@dataclass(frozen=True, slots=True)
class Edit:
    """Some fields of one milestone get other values: dates, work, state, constraint."""

    activity: int
    fields: tuple[tuple[str, object], ...]

    def to(self, plan: Snapshot) -> Snapshot:
        """The plan with the milestone edited."""
        return _with(plan, self.activity, lambda one: replace(one, **dict(self.fields)))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Slip:
    """Work takes `days` working days longer, or comes in by as many when negative.

    What stands on a date of its own moves that date, from `forecast` when that is later than what its owner wrote.
    """

    activity: int
    days: int
    forecast: date | None = None

    def to(self, plan: Snapshot) -> Snapshot:
        """The plan with the work slipped."""
        calendar = next((frame.calendar for frame in plan.frames if frame.id == _find(plan, self.activity).frame), DayCalendar())
        return _with(plan, self.activity, lambda one: slipped(one, self.days, calendar, self.forecast))


@dataclass(frozen=True, slots=True)
class Add:
    """One more milestone."""

    activity: Activity

    def to(self, plan: Snapshot) -> Snapshot:
        """The plan with the milestone in it."""
        return replace(plan, activities=(*plan.activities, self.activity))


@dataclass(frozen=True, slots=True)
class Drop:
    """Scope that is given up: the milestone takes no part any more, and nothing waits for it."""

    activity: int

    def to(self, plan: Snapshot) -> Snapshot:
        """The plan without that work."""
        return _with(plan, self.activity, lambda one: replace(one, state=State.DROPPED))


@dataclass(frozen=True, slots=True)
class Join:
    """One more dependency."""

    link: Link

    def to(self, plan: Snapshot) -> Snapshot:
        """The plan with the dependency in it."""
        _find(plan, self.link.predecessor)
        _find(plan, self.link.successor)
        return replace(plan, links=(*plan.links, self.link))


@dataclass(frozen=True, slots=True)
class Part:
    """One dependency less."""

    link: int

    def to(self, plan: Snapshot) -> Snapshot:
        """The plan without that dependency."""
        left = tuple(link for link in plan.links if link.id != self.link)
        if len(left) == len(plan.links):
            raise Unknown("dependency", self.link)
        return replace(plan, links=left)


@dataclass(frozen=True, slots=True)
class Clear:
    """A blocker clears on another day; without a day it holds nothing from today."""

    obstacle: int
    on: date | None = None

    def to(self, plan: Snapshot) -> Snapshot:
        """The plan with the blocker cleared then."""
        if all(one.id != self.obstacle for one in plan.obstacles):
            raise Unknown("blocker", self.obstacle)
        changed = (one if one.id != self.obstacle else replace(one, clear=self.on) for one in plan.obstacles)
        kept = tuple(one for one in changed if one.id != self.obstacle or self.on is not None)
        return replace(plan, obstacles=kept)


@dataclass(frozen=True, slots=True)
class Block:
    """A blocker that is not there yet."""

    obstacle: Obstacle

    def to(self, plan: Snapshot) -> Snapshot:
        """The plan with that work stopped."""
        _find(plan, self.obstacle.activity)
        return replace(plan, obstacles=(*plan.obstacles, self.obstacle))


Change = Edit | Slip | Add | Drop | Join | Part | Clear | Block


def tried(plan: Snapshot, changes: Iterable[Change]) -> Snapshot:
    """The plan with every change made, in order. `plan` itself stays as it is. Raises `Unknown`.

    >>> from datetime import date
    >>> from programs.graph.types import Activity, Frame, Snapshot
    >>> plan = Snapshot(date(2027, 3, 1), (Frame(1),), (Activity(7, 1, duration=3.0),))
    >>> tried(plan, [Slip(7, 2)]).activities[0].duration, plan.activities[0].duration
    (5.0, 3.0)
    """
    return reduce(lambda now, change: change.to(now), changes, plan)


def slipped(one: Activity, days: int, calendar: DayCalendar, forecast: date | None = None) -> Activity:
    """The milestone with `days` working days more to go, as its kind allows: work left, duration, or its own date."""
    if one.remaining is not None:
        return replace(one, remaining=max(0.0, one.remaining + days))
    if one.duration is not None:
        done = one.duration * (one.percent_done or 0) / 100 if one.state is State.STARTED else 0.0
        return replace(one, duration=max(done, one.duration + days))
    dates = [day for day in (one.expected or one.target, forecast) if day is not None]
    if not dates:
        return replace(one, duration=float(days)) if days > 0 else one
    return replace(one, expected=add_working_days(max(dates), days, calendar))


def _find(plan: Snapshot, item: int) -> Activity:
    for one in plan.activities:
        if one.id == item:
            return one
    raise Unknown("milestone", item)


def _with(plan: Snapshot, item: int, change: Callable[[Activity], Activity]) -> Snapshot:
    _find(plan, item)
    return replace(plan, activities=tuple(change(one) if one.id == item else one for one in plan.activities))

"""What one blocker costs: working days on the finish and on each promised milestone, today and if it stays another week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from programs.graph.calendars import day_end, finishing_day
from programs.graph.forward import Early
from programs.graph.impact import again
from programs.graph.solution import Solution, days

WEEK = 5  # working days of "another week"


@dataclass(frozen=True, slots=True)
class Cost:
    """The price at one milestone. Working days of its own program; `adds` is today's, `week` what another week adds to that."""

    item: int
    forecast: date | None
    adds: float
    week: float
    late: float | None  # working days after its own target as things stand; None without a target


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one blocker. `finish` is the cost at the finish of its program; `hurt` those that move first if it stays."""

    finish: Cost | None
    targets: tuple[Cost, ...]  # promised milestones it moves, or would move, by what it adds
    hurt: tuple[int, ...]  # unfinished milestones behind it that move within another week, nearest first
    float_left: float | None  # working days it may still stay before the finish moves


def price(solution: Solution, obstacle: int) -> Price | None:
    """Compare the plan as it is with the plan without the blocker, and with the blocker a week longer.

    None for a blocker that holds no work of the network. Its other blockers stay as they are.
    """
    held = next((one for one in solution.built.snapshot.obstacles if one.id == obstacle), None)
    index = solution.network.index.get(held.activity) if held else None
    if held is None or index is None or not solution.open[index]:
        return None
    others = [one.clear for one in solution.built.snapshot.obstacles if one.activity == held.activity and one.id != obstacle]
    rest = max((day_end(clear) for clear in others if clear is not None), default=None)
    frame = solution.frame[index]
    calendar = solution.built.calendars[frame]
    until = max(day_end(held.clear) if held.clear else 0, day_end(solution.built.snapshot.as_of))
    longer = calendar.add(until, WEEK * 86_400)
    without = again(solution, index, hold=rest)
    later = again(solution, index, hold=max(longer, rest or 0))
    finish = solution.finishes[frame].index
    moved = [i for i in solution.network.order if solution.open[i] and later.ef[i] > solution.early.ef[i]]
    promised = [i for i in range(len(solution.tasks)) if solution.built.activities[i].target is not None and i != finish]
    costs = [_cost(solution, i, without, later) for i in promised if solution.open[i]]
    total = solution.total[index]
    return Price(
        finish=None if finish is None else _cost(solution, finish, without, later),
        targets=tuple(sorted((one for one in costs if one.adds or one.week), key=lambda one: (-one.adds, -one.week, one.item))),
        hurt=tuple(solution.id(i) for i in moved if i != index),
        float_left=None if total is None else days(total),
    )


def _cost(solution: Solution, i: int, without: Early, later: Early) -> Cost:
    calendar, now = solution.calendar(i), solution.early.ef[i]
    target = solution.built.activities[i].target
    return Cost(
        item=solution.id(i),
        forecast=finishing_day(now) if solution.early.dated[i] else None,
        adds=days(calendar.diff(without.ef[i], now)) or 0.0,
        week=days(calendar.diff(now, later.ef[i])) or 0.0,
        late=None if target is None else days(calendar.diff(day_end(target), now)),
    )

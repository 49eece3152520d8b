"""Who waits behind whom, and what one blocker costs."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from programs.graph.calendars import day_end
from programs.graph.forward import Early, Forward
from programs.graph.network import Network
from programs.graph.paths import driving_set
from programs.graph.plan import Rule
from programs.graph.solution import Solution, days
from programs.graph.types import Obstacle, ObstacleCost

BLOCK = 16_384  # columns swept at a time, so memory stays bounded however large the plan


def waiting_behind(network: Network, counts: list[bool]) -> list[int]:
    """How many distinct activities for which `counts` is true come after each one: one sweep over bit rows."""
    columns = [i for i in range(len(network)) if counts[i]]
    totals = [0] * len(network)
    for first in range(0, len(columns), BLOCK):
        bit = {i: 1 << n for n, i in enumerate(columns[first : first + BLOCK])}
        rows = [0] * len(network)
        for i in reversed(network.order):
            row = 0
            for edge in network.succs[i]:
                row |= rows[edge.succ] | bit.get(edge.succ, 0)
            rows[i] = row
            totals[i] += row.bit_count()
    return totals


def ripple(forward: Forward, changed: list[int]) -> list[int]:
    """Place `changed` again and everything their new dates reach, in order; return the indices that moved."""
    network, early = forward.network, forward.early
    position = network.position
    waiting = [position[i] for i in changed]
    heapify(waiting)
    queued, moved = set(waiting), []
    while waiting:
        i = network.order[heappop(waiting)]
        before = early.es[i], early.ef[i]
        forward.place(i)
        if (early.es[i], early.ef[i]) == before:
            continue
        moved.append(i)
        for edge in network.succs[i]:
            if position[edge.succ] not in queued:
                queued.add(position[edge.succ])
                heappush(waiting, position[edge.succ])
    return moved


def again(solution: Solution, index: int, *, hold: int | None = None, takes_no_time: bool = False) -> Early:
    """Early dates of the plan with one activity's hold replaced, or with nothing left to do in it."""
    late_work = any(bound.rule is Rule.ALAP for task in solution.tasks for bound in task.bounds)
    forward = Forward(solution.network, None if late_work else solution.early.copy())
    if takes_no_time:
        forward.early.remaining[index] = 0
        forward.points[index] = True
    else:
        forward.holds[index] = hold
    if late_work:
        return forward.run()
    ripple(forward, [index])
    return forward.early


def drag(solution: Solution, index: int) -> float | None:
    """Working days the program's finish would come earlier if the activity took no time (Devaux's drag).

    Blockers and links stay. Negative where less work would delay the finish, as links between starts or finishes can.
    """
    frame = solution.frame[index]
    finish = solution.finishes[frame].at
    if finish is None or not solution.open[index]:
        return None
    if not solution.early.remaining[index]:
        return 0.0
    then = solution.finish_of(frame, again(solution, index, takes_no_time=True)).at
    return None if then is None else days(solution.built.calendars[frame].diff(then, finish))


def obstacle_costs(solution: Solution, waiting: list[int]) -> tuple[ObstacleCost, ...]:
    """Every open blocker with the working days it adds to its program's finish, most expensive first.

    Days added = finish with all blockers minus finish without this one. Only a blocker on a driving path can add any.
    """
    paths = {frame: driving_set(solution, finish.tied) for frame, finish in solution.finishes.items()}
    costs = []
    for obstacle in solution.built.snapshot.obstacles:
        index = solution.network.index.get(obstacle.activity)
        if index is None:
            continue
        added = _days_added(solution, obstacle, index) if index in paths[solution.frame[index]] else 0.0
        costs.append(ObstacleCost(obstacle.id, obstacle.activity, added, days(solution.total[index]), waiting[index]))
    return tuple(sorted(costs, key=dearest))


def dearest(cost: ObstacleCost) -> tuple[float, float, int]:
    """Sorts by days added, most first, then by float."""
    return -cost.days_added, float("inf") if cost.total_float is None else cost.total_float, cost.id


def _days_added(solution: Solution, obstacle: Obstacle, index: int) -> float:
    others = [o.clear for o in solution.built.snapshot.obstacles if o.activity == obstacle.activity and o.id != obstacle.id]
    hold = max((day_end(clear) for clear in others if clear is not None), default=None)
    if hold == solution.tasks[index].hold or not solution.open[index]:
        return 0.0
    frame = solution.frame[index]
    finish = solution.finishes[frame].at
    then = solution.finish_of(frame, again(solution, index, hold=hold)).at
    if finish is None or then is None:
        return 0.0
    return days(solution.built.calendars[frame].diff(then, finish)) or 0.0

"""What matters to one milestone: float to it, the driving path to it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from programs.graph.backward import NEVER, Late, backward
from programs.graph.calendars import day_end, finishing_day, starting_day
from programs.graph.paths import ancestors, driving_chain, driving_set, road
from programs.graph.solution import Solution, days, solve
from programs.graph.types import Snapshot, Why
from programs.graph.why import critical_to_why


@dataclass(frozen=True)
class TargetAnswer:
    """What matters to one milestone. Days are working days of each activity's own program.

    `floats` has every unfinished activity the milestone waits for (itself included): how far each may slip before
    `finish` passes the milestone's target, or moves at all when it has no target.
    """

    target: int
    finish: date | None
    required: date | None  # the date the floats are measured to
    floats: dict[int, float]
    needed_by: dict[int, date]
    start_by: dict[int, date]
    path: tuple[int, ...]
    critical: frozenset[int]
    why: dict[int, Why]


def to_target(solution: Solution, target: int) -> tuple[set[int], int, Late]:
    """(activities that matter, required instant, late dates) for one milestone, by index: semantics 5.4."""
    activity = solution.built.activities[target]
    early = solution.early
    due = day_end(activity.target) if activity.target is not None else None
    required = early.ef[target] if due is None else min(due, early.ef[target])
    within = ancestors(solution, (target,))
    caps = [NEVER] * len(solution.tasks)
    caps[target] = required
    return within, required, backward(solution.network, early, caps, hard=False, within=within)


def critical_to(question: Snapshot | Solution, target_id: int) -> TargetAnswer:
    """Return float and driving path to one milestone, whatever its program's finish does (semantics 5.4).

    Only the milestone's own ancestors count; other ends and other deadlines take no float from it.
    Raises KeyError when the milestone takes no part in the network.
    """
    solution = question if isinstance(question, Solution) else solve(question)
    target = solution.network.index[target_id]
    within, required, late = to_target(solution, target)
    early = solution.early
    seconds = {i: solution.float_of(i, late) for i in within}
    known = {i: value for i, value in seconds.items() if value is not None}
    on_path = driving_set(solution, [target])
    critical = {i for i, value in known.items() if value <= 0 or i in on_path}
    dated = early.dated[target]
    to_here = road(solution, (target,), early.ef[target])
    return TargetAnswer(
        target=target_id,
        finish=finishing_day(solution.end(target, early)) if dated else None,
        required=finishing_day(required) if dated else None,
        floats={solution.id(i): days(value) or 0.0 for i, value in known.items()},
        needed_by={solution.id(i): finishing_day(solution.calendar(i).prev_finish(late.lf[i])) for i in known},
        start_by={solution.id(i): starting_day(solution.calendar(i).next_start(late.ls[i])) for i in known},
        path=tuple(solution.id(i) for i in driving_chain(solution, target)),
        critical=frozenset(solution.id(i) for i in critical),
        why={solution.id(i): critical_to_why(solution, i, target, known[i], late, to_here) for i in known},
    )

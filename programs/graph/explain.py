"""Everything the engine can say about one activity, each in one plain sentence."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from programs.graph.bands import Consumed, float_consumed
from programs.graph.calendars import day_end
from programs.graph.critical import critical_to
from programs.graph.forward import Bind, Forward, Skip
from programs.graph.impact import again, drag
from programs.graph.paths import critical_set, driving_chain, roads
from programs.graph.solution import Solution, days, solve
from programs.graph.types import Snapshot, Why
from programs.graph.why import critical_why, name, start_why


@dataclass(frozen=True)
class Explanation:
    """One activity explained. `phrases.say` words every reason."""

    id: int
    start: Why
    critical: Why
    without: Why | None  # where it would stand if what decides its start now were gone; None: only the data date does
    change: Why | None  # what it would take to become critical; for critical work, what could be saved here
    drag: float | None
    consumed: Consumed | None
    targets: dict[int, Why]


def explain(question: Snapshot | Solution, activity_id: int, targets: tuple[int, ...] = ()) -> Explanation:
    """Explain an activity, also towards chosen milestones. Raises KeyError when it takes no part in the network."""
    solution = question if isinstance(question, Solution) else solve(question)
    i = solution.network.index[activity_id]
    answers = {target: critical_to(solution, target).why.get(activity_id) for target in targets}
    return Explanation(
        id=activity_id,
        start=start_why(solution, i),
        critical=critical_why(solution, i, roads(solution)),
        without=next_driver(solution, i),
        change=what_changes_it(solution, i),
        drag=drag(solution, i) if is_critical(solution, i) else None,
        consumed=float_consumed(solution, i),
        targets={target: why or Why("not_before", {"finish": _name(solution, target)}) for target, why in answers.items()},
    )


def is_critical(solution: Solution, i: int) -> bool:
    """On a driving path to a program's finish, or without float."""
    return i in critical_set(solution)[1]


def next_driver(solution: Solution, i: int) -> Why | None:
    """Why the activity would start when it does if what decides it now were removed: link (all that tie), blocker or date."""
    bind = solution.early.bind[i]
    if not solution.open[i] or not solution.early.dated[i] or bind is Bind.FLOOR:
        return None
    forward = Forward(solution.network, solution.early.copy())
    skip = Skip()
    if bind is Bind.LINK:
        skip = Skip(edges=frozenset(solution.early.drivers[i]))
    elif bind is Bind.HOLD:
        forward.holds[i] = _next_hold(solution, i)
    else:
        skip = Skip(binds=frozenset({bind}))
    forward.place(i, skip)
    then = copy(solution)
    then.early, then.forward = forward.early, forward
    return start_why(then, i)


def _next_hold(solution: Solution, i: int) -> int | None:
    now = solution.forward.holds[i] or 0
    clears = [o.clear for o in solution.built.snapshot.obstacles if o.activity == solution.id(i) and o.clear is not None]
    return max((day_end(clear) for clear in clears if day_end(clear) < now), default=None)


def what_changes_it(solution: Solution, i: int) -> Why | None:
    """What it would take to become critical; for critical work, what saving time there can win and who decides then."""
    total, frame = solution.total[i], solution.frame[i]
    finish = solution.finishes[frame]
    if not solution.open[i] or not solution.early.dated[i] or finish.index is None:
        return None
    ends = {"finish": name(solution.built.activities[finish.index]), "finish_id": solution.id(finish.index)}
    if not is_critical(solution, i):
        return None if total is None else Why("becomes_critical", ends | {"days": days(total)})
    won = drag(solution, i)
    if not won or won < 0:
        return Why("nothing_to_save", ends)
    if won >= (days(solution.early.remaining[i]) or 0.0):
        return Why("saves", ends | {"days": won})
    then = copy(solution)
    then.early = again(solution, i, takes_no_time=True)
    end = then.finish_of(frame, then.early)
    chain = [p for p in driving_chain(then, end.index) if p not in (i, finish.index)]
    if not chain:
        return Why("saves", ends | {"days": won})
    decides = chain[0]
    return Why("saves_until", ends | {"days": won, "by": name(solution.built.activities[decides]), "by_id": solution.id(decides)})


def _name(solution: Solution, key: int) -> str:
    return name(solution.built.activities[solution.network.index[key]])

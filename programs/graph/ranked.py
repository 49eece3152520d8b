"""Several critical paths at once: the chains that lead to a target, tightest first, ties all shown.

A plan may hold exponentially many chains, so they are found best first and only as many as asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

from programs.graph.calendars import ELAPSED
from programs.graph.forward import Bind
from programs.graph.network import Edge
from programs.graph.solution import Solution, days, solve
from programs.graph.types import LinkType, Snapshot

PATIENCE = 400  # partial chains looked at per chain asked for


@dataclass(frozen=True, slots=True)
class RankedPath:
    """One chain of unfinished work to a target, in order. `slack` is how far the chain as a whole may slip, in working days."""

    slack: float
    activities: tuple[int, ...]
    driving: bool  # nothing to spare: this chain, maybe with others, decides the target's date


def ranked_paths(question: Snapshot | Solution, target_id: int, most: int = 10) -> tuple[RankedPath, ...]:
    """Return up to `most` chains to a milestone by slack, then by length and ids; every tie at zero comes first.

    A chain begins where nothing unfinished comes before, or where something other than a link decides the start.
    Slack adds up the working time that links leave between one activity and the next.
    Raises KeyError when the milestone takes no part in the network.
    """
    solution = question if isinstance(question, Solution) else solve(question)
    target = solution.network.index[target_id]
    if not solution.open[target] or not solution.early.dated[target]:
        return ()
    waiting: list[tuple[int, int, tuple[int, ...], bool]] = [(0, 0, (target,), False)]
    found: dict[tuple[int, ...], int] = {}
    for _ in range(most * PATIENCE):
        if not waiting or len(found) == most:
            break
        slack, _, chain, whole = heappop(waiting)
        if whole:
            found.setdefault(chain, slack)
            continue
        before = _before(solution, chain[0])
        if not before or solution.early.bind[chain[0]] is not Bind.LINK:
            heappush(waiting, (slack, -len(chain) - 1, chain, True))
        for pred, gap in before.items():
            heappush(waiting, (slack + gap, -len(chain) - 1, (pred, *chain), False))
    ranked = [
        RankedPath(days(slack) or 0.0, tuple(solution.id(i) for i in chain), driving=slack == 0) for chain, slack in found.items()
    ]
    return tuple(sorted(ranked, key=lambda path: (path.slack, -len(path.activities), path.activities)))


def _before(solution: Solution, i: int) -> dict[int, int]:
    """Unfinished dated predecessors with the working seconds each could still slip before it moves this start."""
    gaps: dict[int, int] = {}
    for edge in solution.network.preds[i]:
        if solution.open[edge.pred] and solution.early.dated[edge.pred]:
            gap = _gap(solution, edge)
            gaps[edge.pred] = min(gap, gaps.get(edge.pred, gap))
    return gaps


def _gap(solution: Solution, edge: Edge) -> int:
    if edge in solution.early.drivers[edge.succ]:
        return 0
    calendar = solution.tasks[edge.pred].calendar
    calendar = solution.calendar(edge.pred) if calendar is ELAPSED else calendar
    early = solution.early
    at = early.ef[edge.pred] if edge.type in (LinkType.FS, LinkType.FF) else early.es[edge.pred]
    to = early.es[edge.succ] if edge.type in (LinkType.FS, LinkType.SS) else early.ef[edge.succ]
    return max(1, calendar.diff(at, edge.calendar.add(to, -edge.lag)))

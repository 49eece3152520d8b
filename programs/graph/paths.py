"""Driving paths: what the finish waits for, and what comes next."""

from __future__ import annotations

from collections.abc import Container, Iterable, MutableSet
from dataclasses import dataclass

from programs.graph.backward import NEVER, Late, backward
from programs.graph.solution import Solution, days

LOTS = float("inf")
MOST_NEAR = 5  # paths next in line that are told


def driving(solution: Solution, i: int) -> list[int]:
    """The dated predecessors whose date decides this one's, tightest first."""
    found = {edge.pred for edge in solution.early.drivers[i]}
    return sorted(found, key=lambda p: (not solution.open[p], _float(solution, p), p))


def driving_set(solution: Solution, ends: Iterable[int]) -> set[int]:
    """Every unfinished activity on a driving path to one of `ends`; parallel ties are all in it."""
    stack = [i for i in ends if solution.open[i]]
    seen = set(stack)
    while stack:
        for edge in solution.early.drivers[stack.pop()]:
            if solution.open[edge.pred] and edge.pred not in seen:
                seen.add(edge.pred)
                stack.append(edge.pred)
    return seen


def driving_chain(solution: Solution, end: int | None) -> tuple[int, ...]:
    """One driving chain of unfinished work in order, ending at `end`; among ties the tightest, then the lowest id."""
    chain: list[int] = []
    while end is not None and solution.open[end]:
        chain.append(end)
        end = next(iter(driving(solution, end)), None)
    return tuple(reversed(chain))


def near_paths(
    solution: Solution, frame: int, taken: set[int], most: int = MOST_NEAR
) -> tuple[tuple[float, tuple[int, ...]], ...]:
    """The chains next in line: unfinished work off the critical path by float, no activity twice."""
    early, total = solution.early, solution.total
    rest = [i for i in solution.members[frame] if solution.open[i] and early.dated[i] and i not in taken and total[i] is not None]
    seeds = sorted(rest, key=lambda i: (total[i], early.es[i], early.ef[i], i))
    return tuple((days(room) or 0.0, chain) for room, chain in next_chains(solution, seeds, set(rest), most))


def next_chains(
    solution: Solution, seeds: Iterable[int], left: MutableSet[int], most: int = MOST_NEAR
) -> list[tuple[int | None, tuple[int, ...]]]:
    """(float in seconds, ids) of chains grown from `seeds`, tightest first, of what is `left`."""
    paths: list[tuple[int | None, tuple[int, ...]]] = []
    for seed in seeds:
        if len(paths) == most:
            break
        if seed in left:
            chain = _same_float_chain(solution, seed, left)
            for i in chain:
                left.discard(i)
            paths.append((solution.total[seed], tuple(solution.id(i) for i in chain)))
    return paths


def _same_float_chain(solution: Solution, seed: int, left: Container[int]) -> list[int]:
    """From a seed along driving links in both directions, as long as the float stays the same."""
    total, network = solution.total, solution.network
    chain = [seed]
    while True:
        i = chain[-1]
        after = [
            e.succ
            for e in network.succs[i]
            if total[e.succ] == total[seed] and e in solution.early.drivers[e.succ] and e.succ in left and e.succ not in chain
        ]
        if not after:
            break
        chain.append(min(after))
    while before := [p for p in driving(solution, chain[0]) if p in left and p not in chain and total[p] == total[seed]]:
        chain.insert(0, before[0])
    return chain


def _float(solution: Solution, i: int) -> float:
    total = solution.total[i]
    return LOTS if total is None else total


def ancestors(solution: Solution, ends: tuple[int, ...]) -> set[int]:
    """Everything that comes before some activities, and themselves."""
    seen, stack = set(ends), list(ends)
    while stack:
        for edge in solution.network.preds[stack.pop()]:
            if edge.pred not in seen:
                seen.add(edge.pred)
                stack.append(edge.pred)
    return seen


def onward(solution: Solution, ends: tuple[int, ...]) -> dict[int, int]:
    """For everything that drives one of `ends`: the next activity on the shortest way there (an end leads to itself)."""
    way = {end: end for end in ends if solution.open[end]}
    stack = sorted(way)
    for i in stack:
        for p in driving(solution, i):
            if solution.open[p] and p not in way:
                way[p] = i
                stack.append(p)
    return way


@dataclass(frozen=True, slots=True)
class Road:
    """The driving way to one finish, and late dates with nothing but that finish to keep."""

    way: dict[int, int]
    late: Late


def road(solution: Solution, ends: tuple[int, ...], at: int) -> Road:
    """How everything that drives `ends` gets there, and how far each may slip before `at` does."""
    caps = [NEVER] * len(solution.tasks)
    for end in ends:
        caps[end] = at
    late = backward(solution.network, solution.early, caps, hard=False, within=ancestors(solution, ends))
    return Road(onward(solution, ends), late)


def roads(solution: Solution) -> dict[int, tuple[int, Road]]:
    """For everything that drives a finish: (program, road to it); its own program's first, else one that promised it."""
    leads: dict[int, tuple[int, Road]] = {}
    for frame, finish in sorted(solution.finishes.items()):
        if not finish.tied or finish.at is None:
            continue
        there = road(solution, finish.tied, finish.at)
        for i in there.way:
            if solution.frame[i] == frame:
                leads[i] = frame, there
            elif solution.promised(frame):
                leads.setdefault(i, (frame, there))
    return leads


def critical_set(solution: Solution) -> tuple[dict[int, set[int]], set[int]]:
    """(driving sets by program, every critical index).

    Critical is what drives its own program's finish, or one another program has promised, and what has no float left.
    """
    paths = {frame: driving_set(solution, finish.tied) for frame, finish in solution.finishes.items()}
    critical = {i for frame, path in paths.items() for i in path if solution.frame[i] == frame or solution.promised(frame)}
    for i, total in enumerate(solution.total):
        if total is not None and total <= 0:
            critical.add(i)
    return paths, {i for i in critical if solution.open[i] and solution.early.dated[i]}

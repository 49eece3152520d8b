"""Driving paths: what the finish waits for, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable

from programs.graph.solution import Solution, days

LOTS = float("inf")


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


def near_paths(solution: Solution, frame: int, taken: set[int], most: int = 5) -> tuple[tuple[float, tuple[int, ...]], ...]:
    """The chains next in line: unfinished work off the critical path by float, no activity twice."""
    early, total = solution.early, solution.total
    rest = [i for i in solution.members[frame] if solution.open[i] and early.dated[i] and i not in taken and total[i] is not None]
    left = set(rest)
    paths: list[tuple[float, tuple[int, ...]]] = []
    for seed in sorted(rest, key=lambda i: (total[i], early.es[i], early.ef[i], i)):
        if len(paths) == most:
            break
        if seed in left:
            chain = _same_float_chain(solution, seed, left)
            left.difference_update(chain)
            paths.append((days(total[seed]) or 0.0, tuple(solution.id(i) for i in chain)))
    return tuple(paths)


def _same_float_chain(solution: Solution, seed: int, left: set[int]) -> list[int]:
    """From a seed along driving links in both directions, as long as the float stays the same."""
    total, network = solution.total, solution.network
    chain = [seed]
    while True:
        i = chain[-1]
        after = {
            e.succ
            for e in network.succs[i]
            if e in solution.early.drivers[e.succ] and e.succ in left and total[e.succ] == total[i]
        }
        if not after - set(chain):
            break
        chain.append(min(after - set(chain)))
    while before := [p for p in driving(solution, chain[0]) if p in left and p not in chain and total[p] == total[seed]]:
        chain.insert(0, before[0])
    return chain


def _float(solution: Solution, i: int) -> float:
    total = solution.total[i]
    return LOTS if total is None else total

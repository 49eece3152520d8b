"""Compiled "what if": what every other duration of every activity does to the finish, all in about the time of a few passes.

Change the duration of one activity to d. Paths that avoid it stay as they are; the longest of them either crosses its place in
the order by a link, starts after it or ends before it. Paths through it use one of its two ends: with A and B the latest dates
its start and its finish wait for, S and F the longest ways on from its start and from its finish,
finish' = max(avoiding, max(A, B - d) + max(d + F, S)). Total float knows one way on only, so it overstates once a start waits
on a start or a finish on a finish.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from programs.graph.fast.compiled import jit

Array = Any

NONE = np.int32(-(1 << 30))


@jit
def avoiding(pp: Array, pn: Array, pw: Array, floor: Array, work: Array, es: Array, tail: Array) -> Array:
    """The longest path around each activity. Intervals are laid on a table of powers of two, then pushed down."""
    n = work.shape[0]
    high = 1
    while (1 << high) < n + 1:
        high += 1
    table = np.full((high, n), NONE, np.int32)
    log = np.zeros(n + 1, np.int32)
    for x in range(2, n + 1):
        log[x] = log[x >> 1] + 1
    for v in range(n):
        for k in range(pp[v], pp[v + 1]):
            u = np.int64(pn[k])
            length = v - u - 1
            if length > 0:
                x = es[u] + pw[k] + tail[v]
                level = table[log[length]]
                right = v - (np.int64(1) << log[length])
                level[u + 1] = max(level[u + 1], x)
                level[right] = max(level[right], x)
    for j in range(high - 1, 0, -1):
        half = np.int64(1) << (j - 1)
        upper, lower = table[j], table[j - 1]
        for i in range(n - half):
            lower[i + half] = max(lower[i + half], upper[i])
            lower[i] = max(lower[i], upper[i])
        for i in range(n - half, n):
            lower[i] = max(lower[i], upper[i])
    around = table[0]
    best = NONE
    for v in range(n):
        around[v] = max(around[v], best)
        best = max(best, es[v] + work[v])
    best = NONE
    for v in range(n - 1, -1, -1):
        around[v] = max(around[v], best)
        best = max(best, floor[v] + tail[v])
    return around


@jit
def ends(
    pp: Array, pn: Array, pk: Array, pl: Array, sp: Array, sn: Array, sk: Array, sl: Array,
    floor: Array, work: Array, es: Array, tail: Array,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    """A, B, S and F of every activity: what its start and finish wait for, the ways on from its start and finish."""
    n = work.shape[0]
    a, b, s, f = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    for v in range(n):
        to_start, to_finish, from_start, from_finish = floor[v], NONE, NONE, np.int32(0)
        for k in range(pp[v], pp[v + 1]):
            u, kind = pn[k], pk[k]
            at = es[u] + pl[k] + (work[u] if kind in (0, 2) else 0)
            if kind < 2:
                to_start = max(to_start, at)
            else:
                to_finish = max(to_finish, at)
        for k in range(sp[v], sp[v + 1]):
            u, kind = sn[k], sk[k]
            on = sl[k] + tail[u] - (work[u] if kind >= 2 else 0)
            if kind in (0, 2):
                from_finish = max(from_finish, on)
            else:
                from_start = max(from_start, on)
        a[v], b[v], s[v], f[v] = to_start, to_finish, from_start, from_finish
    return a, b, s, f


@jit
def finishes(around: Array, a: Array, b: Array, s: Array, f: Array, work: Array, more: int, nothing: bool, out: Array) -> None:
    """The plan's finish when each activity in turn takes `more` (or, with `nothing`, no time at all)."""
    for v in range(work.shape[0]):
        d = 0 if nothing else work[v] + more
        out[v] = max(around[v], max(a[v], b[v] - d) + max(d + f[v], s[v]))


def warm() -> None:
    """Run every kernel once, so that it is compiled or loaded."""
    pp, pn, sp, sn = (np.array(x, np.uint32) for x in ([0, 0, 1], [0], [0, 1, 1], [1]))
    kind, lag, one = np.zeros(1, np.int8), np.zeros(1, np.int32), np.ones(2, np.int32)
    around = avoiding(pp, pn, lag, one, one, one, one)
    finishes(around, *ends(pp, pn, kind, lag, sp, sn, kind, lag, one, one, one, one), one, 1, False, np.empty(2, np.int32))

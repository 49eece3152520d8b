"""Compiled kernels for networks of work, links and lags in one working time.

A link of any of the four types is one number: early start of the successor >= early start of the predecessor + weight. Indices
are unsigned (signed ones cost a wrap-around check each) and activities are numbered by (level, links in, links out): with
equal degrees next to each other the processor predicts the inner loops, which makes the pass two to four times faster.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from programs.graph.fast.compiled import jit

Array = Any


@jit
def rows(n: int, src: Array, dst: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Compressed rows both ways by counting: successors (start, node, link) and predecessors (start, node, link)."""
    m = src.shape[0]
    sp, pp = np.zeros(n + 1, np.int32), np.zeros(n + 1, np.int32)
    for e in range(m):
        sp[src[e] + 1] += 1
        pp[dst[e] + 1] += 1
    for i in range(n):
        sp[i + 1] += sp[i]
        pp[i + 1] += pp[i]
    sn, se, pn, pe = np.empty(m, np.int32), np.empty(m, np.int32), np.empty(m, np.int32), np.empty(m, np.int32)
    a, b = sp[:-1].copy(), pp[:-1].copy()
    for e in range(m):
        s, d = src[e], dst[e]
        k = a[s]
        sn[k], se[k] = d, e
        a[s] = k + 1
        k = b[d]
        pn[k], pe[k] = s, e
        b[d] = k + 1
    return sp, sn, se, pp, pn, pe


@jit
def levels(n: int, sp: Array, sn: Array, pp: Array) -> tuple[int, Array, Array]:
    """How many activities have an order (fewer than n: there is a loop), that order, and each one's level."""
    waiting, order, level = np.empty(n, np.int32), np.empty(n, np.int32), np.zeros(n, np.int32)
    tail = 0
    for i in range(n):
        waiting[i] = pp[i + 1] - pp[i]
        if waiting[i] == 0:
            order[tail] = i
            tail += 1
    head = 0
    while head < tail:
        v = order[head]
        head += 1
        for k in range(sp[v], sp[v + 1]):
            d = sn[k]
            level[d] = max(level[d], level[v] + 1)
            waiting[d] -= 1
            if waiting[d] == 0:
                order[tail] = d
                tail += 1
    return tail, order, level


@jit
def number(n: int, src: Array, dst: Array) -> tuple[int, Array, Array, int]:
    """(activities that have an order, order, rank, levels) with activities sorted by level, links in and links out."""
    sp, sn, _, pp, _, _ = rows(n, src, dst)
    found, _, level = levels(n, sp, sn, pp)
    key = np.empty(n, np.int64)
    for i in range(n):
        into, out = min(pp[i + 1] - pp[i], 4095), min(sp[i + 1] - sp[i], 4095)
        key[i] = (np.int64(level[i]) << 24) | (np.int64(into) << 12) | np.int64(out)
    order = np.argsort(key, kind="mergesort").astype(np.int32)
    rank = np.empty(n, np.int32)
    for i in range(n):
        rank[order[i]] = i
    return found, order, rank, level.max() + 1


@jit
def renumbered(n: int, src: Array, dst: Array, rank: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
    """The compressed rows in the new numbering, unsigned."""
    m = src.shape[0]
    s2, d2 = np.empty(m, np.int32), np.empty(m, np.int32)
    for e in range(m):
        s2[e], d2[e] = rank[src[e]], rank[dst[e]]
    sp, sn, se, pp, pn, pe = rows(n, s2, d2)
    return (sp.astype(np.uint32), sn.astype(np.uint32), se.astype(np.uint32),
            pp.astype(np.uint32), pn.astype(np.uint32), pe.astype(np.uint32))  # fmt: skip


@jit
def weights(src: Array, dst: Array, kind: Array, lag: Array, work: Array) -> Array:
    """Each link as one number. Kinds: 0 FS, 1 SS, 2 FF, 3 SF."""
    w = np.empty(src.shape[0], np.int32)
    for e in range(src.shape[0]):
        x = lag[e]
        if kind[e] in (0, 2):
            x += work[src[e]]
        if kind[e] >= 2:
            x -= work[dst[e]]
        w[e] = x
    return w


@jit
def forward(pc: Array, pd: Array, pw: Array, floor: Array, es: Array) -> None:
    """Early starts. `pc` counts an activity's predecessors, `pd` says how far before it each of them stands."""
    k = end = np.uint64(0)
    for v in range(floor.shape[0]):
        at, end = floor[v], end + np.uint64(pc[v])
        while k < end:
            at = max(at, es[np.uint64(v) - np.uint64(pd[k])] + np.int32(pw[k]))
            k += np.uint64(1)
        es[v] = at


@jit
def backward(sc: Array, sd: Array, sw: Array, work: Array, finish: int, ls: Array) -> None:
    """Late starts. `sc` counts an activity's successors, `sd` says how far behind it each of them stands."""
    k = first = np.uint64(sd.shape[0])
    for v in range(work.shape[0] - 1, -1, -1):
        at, first = finish - work[v], first - np.uint64(sc[v])
        while k > first:
            k -= np.uint64(1)
            at = min(at, ls[np.uint64(v) + np.uint64(sd[k])] - np.int32(sw[k]))
        ls[v] = at


@jit
def distances(start: Array, node: Array) -> tuple[Array, int]:
    """How far each row's neighbours stand from it, and the farthest: two bytes a link do for most plans."""
    far, most = np.empty(node.shape[0], np.uint32), 0
    for v in range(start.shape[0] - 1):
        for k in range(np.int64(start[v]), np.int64(start[v + 1])):
            far[k] = abs(np.int64(node[k]) - v)
            most = max(most, np.int64(far[k]))
    return far, most


@jit
def both(
    pc: Array, pd: Array, pw: Array, sc: Array, sd: Array, sw: Array, floor: Array, work: Array, es: Array, ls: Array
) -> int:
    """Early and late starts; returns the finish."""
    forward(pc, pd, pw, floor, es)
    finish = 0
    for v in range(work.shape[0]):
        finish = max(finish, es[v] + work[v])
    backward(sc, sd, sw, work, finish, ls)
    return finish


def warm() -> None:
    """Run every kernel once, so that it is compiled or loaded."""
    src, dst = np.array([0, 1], np.int32), np.array([1, 2], np.int32)
    work, lag, kind = np.ones(3, np.int32), np.zeros(2, np.int32), np.zeros(2, np.int8)
    _, _, rank, _ = number(3, src, dst)
    sp, sn, se, pp, pn, pe = renumbered(3, src, dst, rank)
    w = weights(src, dst, kind, lag, work)
    for far, weight in ((np.uint16, np.int16), (np.uint16, np.int32), (np.uint32, np.int16), (np.uint32, np.int32)):
        pd, sd, w = distances(pp, pn)[0].astype(far), distances(sp, sn)[0].astype(far), w.astype(weight)
        count = (pp[1:] - pp[:-1]).astype(np.uint8), (sp[1:] - sp[:-1]).astype(np.uint8)
        both(count[0], pd, w[pe], count[1], sd, w[se], np.zeros(3, np.int32), work, np.empty(3, np.int32), np.empty(3, np.int32))

"""Networks of work and links in one working time: dates, floats, what every slip and every drag does to the finish.

The plainest question a plan can ask, so the one every other tool is compared on. Times are whole units of one calendar
(minutes, say); links are FS, SS, FF or SF with lag or lead. `Plain` runs compiled when numba is loaded, else on lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from programs.graph.fast import compiled, reach
from programs.graph.types import LinkType

KINDS = {LinkType.FS: 0, LinkType.SS: 1, LinkType.FF: 2, LinkType.SF: 3}
WORDS = 16  # columns swept at a time, in 64 bits: rows of 3,000 activities stay in the fastest cache
WIDE = 64  # for large plans fewer, wider sweeps
Numbers = Sequence[int]


class Loop(ValueError):
    """The links form a loop."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Early and late starts by activity, and the finish."""

    finish: int
    early: list[int]
    late: list[int]


class Plain:
    """A compiled network. `src`, `dst`, `kind` and `lag` are parallel, activities are 0..n-1.

    Raises Loop when the links form one.

    >>> plan = Plain([2, 3], [0], [1], [0], [0])
    >>> plan.dates().late
    [0, 2]
    """

    def __init__(self, work: Numbers, src: Numbers, dst: Numbers, kind: Numbers, lag: Numbers) -> None:
        self.n = len(work)
        fast = compiled.ready("plain_kernels") is not None
        self._on: Any = (_Arrays if fast else _Lists)(work, src, dst, kind, lag)

    @property
    def accelerated(self) -> bool:
        """Whether compiled kernels compute it."""
        return isinstance(self._on, _Arrays)

    def run(self) -> int:
        """Both passes; returns the finish. `dates` reads them."""
        return int(self._on.run())

    def dates(self) -> Dates:
        """Early and late starts by activity."""
        finish = self.run()
        early, late = self._on.read()
        return Dates(finish, early, late)

    def slips(self, more: int) -> list[int]:
        """The finish if each activity in turn took `more` longer (negative: shorter, never below nothing)."""
        return list(self._on.slips(more))

    def drags(self) -> list[int]:
        """By how much the finish comes earlier if each activity in turn took no time; zero off the critical path."""
        finish = self.run()
        return [finish - then for then in self._on.slips(None)]

    def waiting_behind(self) -> list[int]:
        """How many activities come after each one."""
        return list(self._on.waiting_behind())

    def redundant(self) -> list[int]:
        """The links, by index, that only say what others say already (for plans in which no pair is linked twice)."""
        return list(self._on.redundant())


class _Arrays:
    """The compiled tier. Rows are numbered by rank; see `plain_kernels`."""

    def __init__(self, work: Any, src: Any, dst: Any, kind: Any, lag: Any) -> None:
        import numpy as np

        from programs.graph.fast import plain_kernels as kernels
        from programs.graph.fast import reach_kernels, slip_kernels

        self.np, self.kernels, self.reach, self.slip, self.n = np, kernels, reach_kernels, slip_kernels, len(work)
        src, dst, lag = np.asarray(src, np.int32), np.asarray(dst, np.int32), np.asarray(lag, np.int32)
        kind = np.asarray(kind, np.int8)
        given = np.asarray(work, np.int32)
        found, self.order, self.rank, _ = kernels.number(self.n, src, dst)
        if found < self.n:
            raise Loop("The links form a loop.")
        self.sp, self.sn, self.se, self.pp, self.pn, self.pe = kernels.renumbered(self.n, src, dst, self.rank)
        w = kernels.weights(src, dst, kind, lag, given)
        self.sw, self.pw = w[self.se], w[self.pe]
        self.kind, self.lag = kind, lag
        self.work, self.floor = given[self.order], np.zeros(self.n, np.int32)
        self.es, self.ls = np.empty(self.n, np.int32), np.empty(self.n, np.int32)
        (pd, far), (sd, _) = kernels.distances(self.pp, self.pn), kernels.distances(self.sp, self.sn)
        self.pd, self.sd = (x.astype(np.uint16 if far < 1 << 16 else np.uint32) for x in (pd, sd))
        self.pc, self.sc = self._counts(self.pp), self._counts(self.sp)
        narrow = np.int16 if np.abs(w).max(initial=0) < 1 << 15 else np.int32  # fewer bytes, faster passes of large plans
        weights = self.pw.astype(narrow), self.sw.astype(narrow)
        self.pass_ = (self.pc, self.pd, weights[0], self.sc, self.sd, weights[1], self.floor, self.work, self.es, self.ls)

    def _counts(self, rows: Any) -> Any:
        """How many links each row has, in one byte where that does."""
        counts = self.np.diff(rows.astype(self.np.int64))
        return counts.astype(self.np.uint8 if counts.max(initial=0) < 1 << 8 else self.np.uint32)

    def run(self) -> int:
        return int(self.kernels.both(*self.pass_))

    def read(self) -> tuple[list[int], list[int]]:
        return self.es[self.rank].tolist(), self.ls[self.rank].tolist()

    def slips(self, more: int | None) -> list[int]:
        return list(self.finishes((more,))[0][self.rank].tolist())

    def finishes(self, cases: Sequence[int | None]) -> list[Any]:
        """The finish by rank for several changes of work at once; None: no work at all."""
        np, kernels = self.np, self.slip
        finish = self.run()
        tail = finish - self.ls
        around = kernels.avoiding(self.pp, self.pn, self.pw, self.floor, self.work, self.es, tail)
        back, ahead = (self.kind[self.pe], self.lag[self.pe]), (self.kind[self.se], self.lag[self.se])
        ends = kernels.ends(self.pp, self.pn, *back, self.sp, self.sn, *ahead, self.floor, self.work, self.es, tail)
        answers = []
        for more in cases:
            out = np.empty(self.n, np.int32)
            kernels.finishes(around, *ends, self.work, more or 0, more is None, out)
            answers.append(out)
        return answers

    def waiting_behind(self) -> list[int]:
        np = self.np
        words = WORDS if self.n < 20_000 else WIDE
        counts = self.reach.waiting_behind(self.n, self.sp, self.sn, np.arange(self.n, dtype=np.int32), self.n, words)
        return list(counts[self.rank].astype(np.int64).tolist())

    def redundant(self) -> list[int]:
        found = self.reach.redundant(self.n, self.sp, self.sn, WORDS if self.n < 20_000 else WIDE)
        return sorted(self.se[found.astype(bool)].tolist())


class _Lists:
    """The standard library's tier: the same rows as lists, big integers as bit rows."""

    def __init__(self, work: Numbers, src: Numbers, dst: Numbers, kind: Numbers, lag: Numbers) -> None:
        self.n = n = len(work)
        self.given = work = [int(x) for x in work]
        self.links = links = [(int(a), int(b), int(k), int(x)) for a, b, k, x in zip(src, dst, kind, lag, strict=True)]
        after: list[list[int]] = [[] for _ in range(n)]
        waiting = [0] * n
        for a, b, _, _ in links:
            after[a].append(b)
            waiting[b] += 1
        self.order = order = [i for i in range(n) if not waiting[i]]
        for i in order:
            for j in after[i]:
                waiting[j] -= 1
                if not waiting[j]:
                    order.append(j)
        if len(order) < n:
            raise Loop("The links form a loop.")
        rank = [0] * n
        for place, i in enumerate(order):
            rank[i] = place
        self.rank = rank
        self.work = [work[i] for i in order]
        w = [x + (work[a] if k in (0, 2) else 0) - (work[b] if k >= 2 else 0) for a, b, k, x in links]
        self.into = sorted((rank[b], rank[a], w[e]) for e, (a, b, _, _) in enumerate(links))
        self.out = sorted((rank[a], rank[b], w[e], e) for e, (a, b, _, _) in enumerate(links))
        self.rows: list[list[int]] = [[] for _ in range(n)]
        for a, b, _, _ in self.out:
            self.rows[a].append(b)
        self.first = [0, *accumulate(map(len, self.rows))]
        self.forth = tuple(list(column) for column in zip(*self.into, strict=True)) or ([], [], [])
        self.back = tuple(list(column)[::-1] for column in zip(*self.out, strict=True)) or ([], [], [], [])
        self.es: list[int] = []
        self.ls: list[int] = []

    def run(self) -> int:
        """Links one after another, in the order of what they lead to, then of what they come from: no inner loop."""
        work = self.work
        self.es = es = [0] * self.n
        for v, u, w in zip(*self.forth, strict=True):
            at = es[u] + w
            if at > es[v]:  # noqa: PLR1730 - max() costs twice as much
                es[v] = at
        finish = max(map(int.__add__, es, work), default=0)
        self.ls = ls = [finish - x for x in work]
        for u, v, w in zip(*self.back[:3], strict=True):
            at = ls[v] - w
            if at < ls[u]:  # noqa: PLR1730
                ls[u] = at
        return finish

    def read(self) -> tuple[list[int], list[int]]:
        return [self.es[place] for place in self.rank], [self.ls[place] for place in self.rank]

    def slips(self, more: int | None) -> list[int]:
        """One pass each for whatever can move the finish: without float, or with a finish that waits or is waited for."""
        finish = self.run()
        found = [finish] * self.n
        plain = {a for a, _, k, _ in self.links if k} | {b for _, b, k, _ in self.links if k}
        es, ls = self.read()
        for i in range(self.n):
            longer = max(0, self.given[i] + more) - self.given[i] if more is not None else -self.given[i]
            if longer and (i in plain or (longer > ls[i] - es[i] if longer > 0 else es[i] == ls[i])):
                found[i] = self._again(i, longer)
        return found

    def _again(self, i: int, longer: int) -> int:
        work = list(self.given)
        work[i] += longer
        es = [0] * self.n
        before: list[list[tuple[int, int, int]]] = [[] for _ in range(self.n)]
        for a, b, k, x in self.links:
            before[b].append((a, k, x))
        for v in self.order:
            es[v] = max([0, *(es[a] + x + (work[a] if k in (0, 2) else 0) - (work[v] if k >= 2 else 0) for a, k, x in before[v])])
        return max(es[v] + work[v] for v in range(self.n))

    def waiting_behind(self) -> list[int]:
        counts = reach.waiting_behind(self.rows)
        return [counts[place] for place in self.rank]

    def redundant(self) -> list[int]:
        return sorted(self.out[self.first[u] + place][3] for u, place in reach.redundant(self.rows))

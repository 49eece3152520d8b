"""A simulation's model as the flat arrays its compiled kernels read."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from programs.graph.fast.simulation import BINS, Model, Tally

Array = Any
MOST = 60_000  # runs a call: bins of a call count in two bytes


class Packed:
    """Everything in arrays: `kernels` is the module that runs on them."""

    def __init__(self, model: Model, kernels: Any) -> None:
        self.kernels, self.model = kernels, model
        hits: list[int] = []
        steps: list[tuple[Any, ...]] = []
        lags, nodes, rows = [], [], 0
        for node in model.nodes:
            struck = self._hits(hits, node.events)
            first = len(steps)
            for step in node.steps:
                plain = step.before < 0 and step.after < 0 and not step.into_finish and not step.events
                lags.append(step.lag)
                steps.append(
                    (step.row, step.before, step.before_ends, step.after, step.after_ends, step.into_finish,
                     *self._hits(hits, step.events), plain)
                )  # fmt: skip
            kept = any(step.into_finish for step in node.steps)  # whoever asks who drove needs the work again
            rows += kept
            nodes.append((node.draw, *struck, first, len(steps), node.first, node.shift, rows * kept))
        self.nodes = _table(nodes, 8, np.int32)
        self.bases = _table([(node.base, node.floor, node.work, node.target) for node in model.nodes], 4, np.float32)
        self.steps, self.lags = _table(steps, 9, np.int32), np.array(lags, np.float32)
        self.hits = np.array(hits, np.int32)
        self.draws = _table([(d.kind, d.table) for d in model.draws], 2, np.int64)
        self.keys = _table([(*d.keys, d.cause + 1, *d.cause_keys) for d in model.draws], 5, np.int64)
        self.fields = _table([(d.low, d.share, d.rise, d.fall, d.high) for d in model.draws], 5, np.float32)
        self.tables = _pairs(model.tables)
        self.ways = _pairs(model.ways)
        self.streams = _table(model.causes, 2, np.int64)
        self.events = np.array([e.impact for e in model.events], np.int64)
        self.event_keys = _table([(*e.keys, e.cause + 1, *e.cause_keys) for e in model.events], 5, np.int64)
        self.chances = np.array([e.probability for e in model.events], np.float32)
        endings: list[tuple[int, int]] = []
        last: list[tuple[int, int]] = []
        for ending in model.endings:
            endings.append((len(last), len(last) + len(ending.last)))
            last += ending.last
        self.endings, self.last = _table(endings, 2, np.int32), _table(last, 2, np.int32)
        self.ending_bases = np.array([ending.base for ending in model.endings], np.float32)

    @staticmethod
    def _hits(hits: list[int], events: Sequence[int]) -> tuple[int, int]:
        first = len(hits)
        hits.extend(events)
        return first, len(hits)

    def count(self, first: int, runs: int, *, driving: bool) -> tuple[Array, Array, Array, Array]:
        """(bins, made, critical, finishes) of some runs."""
        n = len(self.model.nodes)
        bins, made, critical = np.zeros((n, BINS), np.uint16), np.zeros(n, np.int64), np.zeros(n, np.int64)
        finishes = np.empty((len(self.model.endings), runs), np.float32)
        if not n:  # nothing may move: programs end when their last work did
            finishes[:] = self.ending_bases[:, None]
            return bins, made, critical, finishes
        self.kernels.run(
            first, runs, driving, self.nodes, self.bases, self.steps, self.lags, self.hits,
            self.draws, self.keys, self.fields, self.tables, np.float32(self.model.share), self.streams,
            self.events, self.event_keys, self.chances, self.ways, self.endings, self.ending_bases, self.last,
            bins, made, critical, finishes,
        )  # fmt: skip
        return bins, made, critical, finishes

    def quantiles(self, bins: Array, shares: Sequence[float], runs: int) -> Array:
        """See the kernel."""
        out = np.empty((len(self.model.nodes), len(shares)), np.int32)
        self.kernels.quantiles(bins, self.nodes, np.array(shares), runs, out)
        return out

    def counted(self, tally: Tally, shares: Sequence[float]) -> Array:
        """The quantiles of a tally."""
        return self.quantiles(np.frombuffer(tally.bins, np.uint32).reshape(-1, BINS), shares, tally.runs)

    def run(self, first: int, runs: int, *, driving: bool, threads: int = 1) -> Tally:
        """Simulate some runs, on so many threads at once: parts add up exactly, so their number changes nothing."""
        if threads > 1 and runs > threads:
            cuts = [first + runs * part // threads for part in range(threads + 1)]
            with ThreadPoolExecutor(threads) as pool:
                parts = list(pool.map(lambda part: self.run(part[0], part[1] - part[0], driving=driving), pairwise(cuts)))
            total = parts[0]
            for part in parts[1:]:
                total += part
            return total
        counts: list[Array] = []
        finishes = []
        for begin in range(0, runs, MOST):
            *found, finish = self.count(first + begin, min(MOST, runs - begin), driving=driving)
            found = [x.astype(np.uint32) for x in found]
            counts = [a + b for a, b in zip(counts, found, strict=True)] if counts else found
            finishes.append(finish)
        rows = np.concatenate(finishes, axis=1)
        bins, made, critical = (array("I", x.tobytes()) for x in counts)
        return Tally(runs, bins, made, critical, [array("f", row.tobytes()) for row in rows])


def _table(rows: Sequence[Sequence[Any]], width: int, kind: Any) -> Array:
    return np.array(rows, kind).reshape(len(rows), width)


def _pairs(tables: Sequence[Sequence[tuple[float, float]]]) -> Array:
    """Each pair as one complex number: one look-up for both."""
    made = np.array(tables, np.float32) if tables else np.zeros((1, 1, 2), np.float32)
    return np.ascontiguousarray(made).view(np.complex64)[..., 0]

"""The simulation with numpy alone: one activity after another, all runs of a chunk at once."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from programs.graph.fast.draws import MASK, ONE, TWO
from programs.graph.fast.simulation import BEFORE, BINS, TABLE, TRIANGLE, Draw, Model, Step, Tally

CHUNK = 1000  # runs at once: rows of an activity and its neighbours stay in the outer cache
Row = Any


def run(model: Model, first: int, runs: int, driving: bool) -> Tally:
    """Simulate some runs."""
    n = len(model.nodes)
    bins, made, critical = (np.zeros(size, np.uint32) for size in (n * BINS, n, n))
    finishes: list[Row] = [np.empty(runs, np.float32) for _ in model.endings]
    ways = [np.array(way, np.float32) for way in model.ways]
    tables = [np.array(table, np.float32) for table in model.tables]
    for begin in range(0, runs, CHUNK):
        end = min(begin + CHUNK, runs)
        chunk = Chunk(model, np.arange(first + begin, first + end, dtype=np.uint32), ways, tables)
        for v, node in enumerate(model.nodes):
            finish = chunk.rows[2 * v + 1]
            places = np.ceil(finish).astype(np.int32) - node.first >> node.shift
            bins[BINS * v : BINS * (v + 1)] += np.bincount(places.clip(0, BINS - 1), minlength=BINS).astype(np.uint32)
            made[v] += np.count_nonzero(finish <= np.float32(node.target))
        for row, finish in zip(finishes, chunk.finishes, strict=True):
            row[begin:end] = finish
        if driving:
            for v, drove in chunk.drivers().items():
                critical[v] += np.count_nonzero(drove)
    days, met, drove = (array("I", counted.tobytes()) for counted in (bins, made, critical))
    return Tally(runs, days, met, drove, [array("f", row.tobytes()) for row in finishes])


def mixed(x: Row) -> Row:
    """As `draws.mixed`."""
    x = (x ^ x >> 16) * np.uint32(ONE)
    x = (x ^ x >> 15) * np.uint32(TWO)
    return x ^ x >> 15


class Chunk:
    """Some runs side by side; see `simulation_lists.Run`, which says the same for one."""

    def __init__(self, model: Model, numbers: Row, ways: list[Row], tables: list[Row]) -> None:
        self.model, self.ways, self.tables = model, ways, tables
        self.numbers = mixed(numbers)
        self.share = np.float32(model.share)
        self.causes = [self._own_bits(keys) for keys in model.causes]
        self.impacts = [self._impact(place) for place in range(len(model.events))]
        self.rows: list[Row] = []
        self.works: list[Row] = []
        for node in model.nodes:
            work: Row = np.float32(node.work) if node.draw < 0 else self._amount(model.draws[node.draw])
            for event in node.events:
                work = work + self.impacts[event]
            work = np.maximum(work, np.float32(0))
            start, finish = (np.full(len(numbers), least, np.float32) for least in (node.base, node.floor))
            for step in node.steps:
                if step.into_finish:
                    np.maximum(finish, self._asked(step, np.float32(0)), out=finish)
                else:
                    np.maximum(start, self._asked(step, work), out=start)
            self.rows += [np.maximum(start, finish - work), np.maximum(start + work, finish)]
            self.works.append(work)
        self.finishes = [self._finish(ending.base, ending.last) for ending in model.endings]

    def _own_bits(self, keys: tuple[int, int]) -> Row:
        x = self.numbers ^ np.uint32(keys[0] & MASK)
        x ^= x >> 16
        x *= np.uint32(ONE)
        x += np.uint32(keys[1])
        x ^= x >> 15
        x *= np.uint32(TWO)
        x ^= x >> 15
        return x

    def _bits(self, keys: tuple[int, int], cause: int, cause_keys: tuple[int, int]) -> Row:
        own = self._own_bits(keys)
        if cause < 0:
            return own
        return np.where(self._uniform(self._own_bits(cause_keys)) < self.share, self.causes[cause], own)

    def _uniform(self, drawn: Row) -> Row:
        return (drawn >> 9).astype(np.float32) * np.float32(2.0**-23) + np.float32(2.0**-24)

    def _amount(self, draw: Draw) -> Row:
        low, high = np.float32(draw.low), np.float32(draw.high)
        drawn = self._bits(draw.keys, draw.cause, draw.cause_keys)
        u = self._uniform(drawn)
        if draw.kind == TABLE:
            piece = self.tables[draw.table][drawn >> 24]
            return low + high * (piece[:, 0] + piece[:, 1] * u)
        if draw.kind == TRIANGLE:
            below = u < np.float32(draw.share)
            root = np.sqrt(np.where(below, u, np.float32(1) - u))
            return np.where(below, low + root * np.float32(draw.rise), high - root * np.float32(draw.fall))
        return np.full(len(drawn), low, np.float32)

    def _impact(self, place: int) -> Row:
        event = self.model.events[place]
        happens = self._uniform(self._bits(event.keys, event.cause, event.cause_keys)) < np.float32(event.probability)
        return np.where(happens, self._amount(self.model.draws[event.impact]), np.float32(0))

    def _asked(self, step: Step, work: Row) -> Row:
        at = self.rows[step.row]
        if step.before >= 0:
            at = self._led(at, step.before, step.before_ends)
        if step.lag:
            at = at + np.float32(step.lag)
        if step.after >= 0:
            at = self._led(at, step.after, step.after_ends)
        if step.events:
            at = np.maximum(at, np.float32(step.least))
        for event in step.events:
            at = at + self.impacts[event]
        return at - work if step.into_finish else at

    def _led(self, at: Row, way: int, ends: bool) -> Row:
        table = self.ways[way]
        day = np.ceil(at) - np.float32(1) if ends else np.floor(at)
        day = day.clip(-BEFORE, len(table) - BEFORE - 1)
        piece = table[day.astype(np.int32) + BEFORE]
        return piece[:, 0] + piece[:, 1] * (at - day)

    def _end(self, node: int, way: int) -> Row:
        finish = self.rows[2 * node + 1]
        return finish if way < 0 else self._led(finish, way, ends=True)

    def _finish(self, base: float, last: list[tuple[int, int]]) -> Row:
        row = np.full(len(self.numbers), base, np.float32)
        for node, way in last:
            np.maximum(row, self._end(node, way), out=row)
        return row

    def drivers(self) -> dict[int, Row]:
        """For each activity that drove in some run, in which."""
        found: dict[int, Row] = {}
        for ending, finish in zip(self.model.endings, self.finishes, strict=True):
            for node, way in ending.last:
                self._add(found, node, self._end(node, way) == finish)
        for v in range(len(self.model.nodes) - 1, -1, -1):
            if v in found:
                for step in self.model.nodes[v].steps:
                    self._add(found, step.row // 2, found[v] & (self._asked(step, self.works[v]) == self.rows[2 * v]))
        return found

    @staticmethod
    def _add(found: dict[int, Row], node: int, drove: Row) -> None:
        if drove.any():
            found[node] = found[node] | drove if node in found else drove

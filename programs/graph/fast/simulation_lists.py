"""The simulation in plain Python: one run after another, one activity after another. The judge of the faster tiers."""

from __future__ import annotations

from array import array
from math import ceil, floor, sqrt

from programs.graph.fast.draws import bits, mixed, single, uniform
from programs.graph.fast.simulation import BEFORE, BINS, TABLE, TRIANGLE, Draw, Ending, Model, Node, Step, Tally


def run(model: Model, first: int, runs: int, driving: bool) -> Tally:
    """Simulate some runs."""
    n = len(model.nodes)
    bins, made, critical = array("I", bytes(4 * n * BINS)), array("I", bytes(4 * n)), array("I", bytes(4 * n))
    finishes = [array("f") for _ in model.endings]
    for number in range(first, first + runs):
        one = Run(model, number)
        for v, node in enumerate(model.nodes):
            finish = one.rows[2 * v + 1]
            bins[BINS * v + min(max(ceil(finish) - node.first >> node.shift, 0), BINS - 1)] += 1
            made[v] += finish <= node.target
        for f, finish in enumerate(one.finishes):
            finishes[f].append(finish)
        if driving:
            for v in one.drivers():
                critical[v] += 1
    return Tally(runs, bins, made, critical, finishes)


class Run:
    """One run: early starts and finishes (`rows`, in turns), and the finish of every program."""

    def __init__(self, model: Model, number: int) -> None:
        self.model = model
        self.number = mixed(number)
        self.causes = [bits(self.number, *keys) for keys in model.causes]
        self.impacts = [self._impact(place) for place in range(len(model.events))]
        self.rows: list[float] = []
        self.works: list[float] = []
        for node in model.nodes:
            self._place(node)
        self.finishes = [max([ending.base, *(self._end(node, way) for node, way in ending.last)]) for ending in model.endings]

    def amount(self, draw: Draw) -> float:
        """What a draw comes to in this run."""
        drawn = self._bits(draw.keys, draw.cause, draw.cause_keys)
        u = uniform(drawn)
        if draw.kind == TABLE:
            start, slope = self.model.tables[draw.table][drawn >> 24]
            return single(draw.low + single(draw.high * single(start + single(slope * u))))
        if draw.kind == TRIANGLE:
            below = u < draw.share
            root = single(sqrt(u if below else single(1 - u)))
            return single(draw.low + single(root * draw.rise)) if below else single(draw.high - single(root * draw.fall))
        return draw.low

    def _bits(self, keys: tuple[int, int], cause: int, cause_keys: tuple[int, int]) -> int:
        if cause >= 0 and uniform(bits(self.number, *cause_keys)) < self.model.share:
            return self.causes[cause]
        return bits(self.number, *keys)

    def _impact(self, place: int) -> float:
        event = self.model.events[place]
        happens = uniform(self._bits(event.keys, event.cause, event.cause_keys)) < event.probability
        return self.amount(self.model.draws[event.impact]) if happens else 0.0

    def _place(self, node: Node) -> None:
        work = self.amount(self.model.draws[node.draw]) if node.draw >= 0 else node.work
        for event in node.events:
            work = single(work + self.impacts[event])
        work = max(work, 0.0)
        start, finish = node.base, node.floor
        for step in node.steps:
            if step.into_finish:
                finish = max(finish, self.asked(step, 0.0))
            else:
                start = max(start, self.asked(step, work))
        self.rows += [max(start, single(finish - work)), max(single(start + work), finish)]
        self.works.append(work)

    def asked(self, step: Step, work: float) -> float:
        """The early start that one link asks for."""
        at = self.rows[step.row]
        if step.before >= 0:
            at = self._led(at, step.before, step.before_ends)
        at = single(at + step.lag)
        if step.after >= 0:
            at = self._led(at, step.after, step.after_ends)
        if step.events:
            at = max(at, step.least)
        for event in step.events:
            at = single(at + self.impacts[event])
        return single(at - work) if step.into_finish else at

    def _led(self, at: float, way: int, ends: bool) -> float:
        table = self.model.ways[way]
        day = ceil(at) - 1 if ends else floor(at)
        day = min(max(day, -BEFORE), len(table) - BEFORE - 1)
        start, slope = table[day + BEFORE]
        return single(start + single(slope * single(at - day)))

    def _end(self, node: int, way: int) -> float:
        finish = self.rows[2 * node + 1]
        return finish if way < 0 else self._led(finish, way, ends=True)

    def drivers(self) -> set[int]:
        """What drove the finish of a program: whatever ends there, and whatever a driver's start waited for."""
        found: set[int] = set()
        for ending, finish in zip(self.model.endings, self.finishes, strict=True):
            found |= self._last(ending, finish)
        for v in range(len(self.model.nodes) - 1, -1, -1):
            if v in found:
                start = self.rows[2 * v]
                for step in self.model.nodes[v].steps:
                    if self.asked(step, self.works[v]) == start:
                        found.add(step.row // 2)
        return found

    def _last(self, ending: Ending, finish: float) -> set[int]:
        return {node for node, way in ending.last if self._end(node, way) == finish}

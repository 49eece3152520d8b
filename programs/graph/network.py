"""A plan compiled for the passes: integer indices, resolved lags, links expanded to leaves, a topological order."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from heapq import heapify, heappop, heappush

from programs.graph.calendars import ELAPSED, Calendar
from programs.graph.loops import find_loop
from programs.graph.plan import ROLLED_UP, Dialect, LagCalendar, Plan, Relation, Task
from programs.graph.types import LinkType


class LoopError(ValueError):
    """The plan holds a loop; `loop` names its members in walking order."""

    def __init__(self, loop: list[Hashable]) -> None:
        super().__init__("The links form a loop: " + " -> ".join(map(str, [*loop, *loop[:1]])))
        self.loop = loop


class Edge:
    """One scheduling link between leaves, its lag resolved as far as the data date allows."""

    __slots__ = ("back_lag", "base", "calendar", "full", "id", "lag", "pred", "succ", "type")

    def __init__(self, relation: Relation, pred: int, succ: int, *, lag: int, calendar: Calendar) -> None:
        self.id = relation.id
        self.pred = pred
        self.succ = succ
        self.type = relation.type
        self.full = lag  # as it was given
        self.lag = lag  # as the forward pass counts it
        self.back_lag = lag  # as the backward pass counts it
        self.calendar = calendar  # the one the lag is counted on
        self.base: int | None = None  # the instant the lag starts from, when progress has fixed it


class Network:
    """Tasks by index, edges both ways, and an order in which every predecessor comes first.

    Raises LoopError when no such order exists.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tasks = plan.tasks
        self.index = {task.id: i for i, task in enumerate(plan.tasks)}
        self.children: dict[int, list[int]] = {}
        for i, task in enumerate(plan.tasks):
            if task.parent is not None and task.parent in self.index:
                self.children.setdefault(self.index[task.parent], []).append(i)
        self.preds: list[list[Edge]] = [[] for _ in plan.tasks]
        self.succs: list[list[Edge]] = [[] for _ in plan.tasks]
        for edge in self._edges():
            self.preds[edge.succ].append(edge)
            self.succs[edge.pred].append(edge)
        self.order = self._topological()
        self.position = [0] * len(plan.tasks)  # the place of each in the order
        for place, i in enumerate(self.order):
            self.position[i] = place

    def __len__(self) -> int:
        return len(self.tasks)

    def leaves(self, i: int) -> list[int]:
        """The working activities below `i`, or `i` itself; levels of effort and summaries never work."""
        kind = self.tasks[i].kind
        if kind not in ROLLED_UP:
            return [i]
        found, stack, seen = [], [i], {i}
        while stack:
            for child in self.children.get(stack.pop(), ()):
                if child in seen:
                    continue
                seen.add(child)
                if self.tasks[child].kind in ROLLED_UP:
                    stack.append(child)
                else:
                    found.append(child)
        return found

    def _edges(self) -> Iterator[Edge]:
        for relation in self.plan.relations:
            a, b = self.index.get(relation.pred), self.index.get(relation.succ)
            if a is None or b is None:
                continue
            for i in self.leaves(a):
                for j in self.leaves(b):
                    if i != j:
                        yield self.edge(relation, i, j)

    def edge(self, relation: Relation, i: int, j: int) -> Edge:
        """A link between two leaves by index, as far as the state of its predecessor resolves it."""
        pred, options = self.tasks[i], self.plan.options
        lag = relation.lag
        if relation.lag_percent is not None:
            lag = round(pred.duration * relation.lag_percent / 100)
        edge = Edge(relation, i, j, lag=lag, calendar=self._lag_calendar(relation, pred, self.tasks[j]))
        if options.dialect is not Dialect.MSPROJECT and pred.started:
            _expire(edge, pred, options.data_date)
        return edge

    def _lag_calendar(self, relation: Relation, pred: Task, succ: Task) -> Calendar:
        which = self.plan.options.lag_calendar
        if relation.lag_elapsed or which is LagCalendar.ELAPSED:
            return ELAPSED
        if which is LagCalendar.DEFAULT:
            return self.plan.options.default_calendar
        task = pred if which is LagCalendar.PREDECESSOR else succ
        return task.float_calendar or ELAPSED if task.calendar is ELAPSED else task.calendar

    def _topological(self) -> list[int]:
        """Smallest index first, so the same plan always has the same order."""
        waiting = [len(edges) for edges in self.preds]
        ready = [i for i, n in enumerate(waiting) if not n]
        heapify(ready)
        order = []
        while ready:
            i = heappop(ready)
            order.append(i)
            for edge in self.succs[i]:
                waiting[edge.succ] -= 1
                if not waiting[edge.succ]:
                    heappush(ready, edge.succ)
        if len(order) < len(self.tasks):
            stuck = {i for i, n in enumerate(waiting) if n}
            loop = find_loop((e.pred, e.succ) for i in sorted(stuck) for e in self.succs[i] if e.succ in stuck)
            raise LoopError([self.tasks[i].id for i in loop or ()])  # type: ignore[call-overload]
        return order


def _expire(edge: Edge, pred: Task, data_date: int) -> None:
    """Count only the part of a lag that has not passed by the data date (semantics, section 4)."""
    full = edge.lag
    if pred.finished:
        gone = edge.calendar.diff(pred.actual_finish, data_date)  # type: ignore[arg-type]
        edge.back_lag = max(0, full - max(0, gone))
        if edge.type is LinkType.FS:
            edge.lag = edge.back_lag
        elif edge.type is LinkType.FF:
            edge.base = pred.actual_finish
        elif edge.type is LinkType.SS and pred.actual_start is not None:
            held = edge.calendar.add(pred.actual_start, full)
            edge.base, edge.lag = (held if held > data_date else None), 0
    elif edge.type is LinkType.SS:
        edge.lag = edge.back_lag = max(0, full - pred.actual_duration)

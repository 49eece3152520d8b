"""The forward pass of the native and P6 dialects: how early can everything be (semantics, sections 4 and 5).

Started work is scheduled by its remaining duration from the data date on. `place` computes one activity from its
predecessors, so a what-if can redo a cone instead of the whole plan.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from enum import IntEnum
from typing import NamedTuple

from programs.graph.calendars import Calendar
from programs.graph.network import Edge, Network
from programs.graph.plan import ROLLED_UP, Kind, Progress, Rule, Task
from programs.graph.types import LinkType

Add = Callable[[Calendar, int, int], int]


class Bind(IntEnum):
    """What decided an early start."""

    FLOOR = 0  # the data date or the start of the program
    LINK = 1
    CONSTRAINT = 2
    HOLD = 3
    OWN_DATE = 4
    EXTERNAL = 5
    MANDATORY = 6
    ACTUAL = 7
    LATE = 8  # as late as possible


class Skip(NamedTuple):
    """What to leave out when asking where an activity would stand without it."""

    edges: frozenset[Edge] = frozenset()
    binds: frozenset[Bind] = frozenset()


NOTHING = Skip()


class Early:
    """Early dates by index, with what decided them. `logic` is the date before constraints overrode it."""

    __slots__ = ("bind", "dated", "drivers", "ef", "es", "logic", "reach", "remaining")

    def __init__(self, network: Network) -> None:
        n = len(network)
        self.es = [0] * n
        self.ef = [0] * n
        self.logic = [0] * n
        self.remaining = [task.remaining for task in network.tasks]
        self.bind = [Bind.FLOOR] * n
        self.drivers: list[tuple[Edge, ...]] = [()] * n
        self.dated = [task.anchored for task in network.tasks]
        self.reach: list[int | None] = [None] * n  # the latest date a link asks for

    def copy(self) -> Early:
        """The same dates in lists of their own, to change and compare."""
        twin = object.__new__(Early)
        for name in self.__slots__:
            setattr(twin, name, list(getattr(self, name)))
        return twin


class Forward:
    """The pass itself, over one network."""

    def __init__(self, network: Network, early: Early | None = None) -> None:
        options = network.plan.options
        self.network = network
        self.options = options
        self.early = early or Early(network)
        self.holds = [task.hold for task in network.tasks]
        self.points = [task.kind is Kind.MILESTONE for task in network.tasks]  # they fall where they fall
        self.override = options.progress is Progress.PROGRESS_OVERRIDE
        self.add = rounding(options.round_to)

    def run(self) -> Early:
        """Place every activity in order, then move what should be as late as possible."""
        for i in self.network.order:
            self.place(i)
        self._as_late_as_possible()
        return self.early

    def place(self, i: int, skip: Skip = NOTHING) -> None:
        """Compute one activity's early dates from those of its predecessors, as if `skip` did not hold it."""
        task, early = self.network.tasks[i], self.early
        es, bind = (task.floor if task.floor is not None else self.options.floor), Bind.FLOOR
        edges = () if self.override and task.started else self.network.preds[i]
        candidates = [(self.candidate(edge), edge) for edge in edges if early.dated[edge.pred] and edge not in skip.edges]
        early.dated[i] = task.anchored or any(self._dates(at, edge) for at, edge in candidates)
        early.reach[i] = latest = max((at for at, _ in candidates), default=None)
        for at, why in self._lower_limits(i, task, latest):
            if at is None or at <= es or why in skip.binds:
                continue
            if self.points[i] or task.calendar.next_start(at) > task.calendar.next_start(es):
                bind = why
            es = at
        if not task.started:
            es, bind = self._mandatory(task, early.remaining[i], es, bind)
        self._settle(i, task, es, bind)
        early.drivers[i] = self._drivers(i, task, candidates)

    def _dates(self, at: int, edge: Edge) -> bool:
        """Whether a link says when: finished work does so only while its lag still runs."""
        return not self.network.tasks[edge.pred].finished or edge.calendar.diff(self.options.data_date, at) > 0

    def _lower_limits(self, i: int, task: Task, latest: int | None) -> Iterator[tuple[int | None, Bind]]:
        """What holds the start back; of those that agree in working time the first is the reason, so a link must be alone."""
        if not task.finished:
            for bound in task.bounds:
                if bound.rule in (Rule.FNET, Rule.FINISH_ON):
                    yield self.add(task.calendar, bound.at, -self.early.remaining[i]), Bind.CONSTRAINT
                elif bound.rule in (Rule.SNET, Rule.START_ON) and not task.started:
                    yield bound.at, Bind.CONSTRAINT
        yield task.external_early_start, Bind.EXTERNAL
        yield self.holds[i], Bind.HOLD
        yield task.own_date, Bind.OWN_DATE
        yield latest, Bind.LINK

    def candidate(self, edge: Edge) -> int:
        """The early start that one link asks of its successor."""
        early, lag = self.early, edge.lag
        if edge.type is LinkType.FS:
            at = early.ef[edge.pred]
        elif edge.base is not None:
            at = edge.base
        elif edge.type is LinkType.FF:
            at = early.ef[edge.pred]
        else:
            at = early.es[edge.pred]
            if not lag and edge.type is LinkType.SS:
                return edge.calendar.next_start(at)
        if lag:
            at = self.add(edge.calendar, at, lag)
            if lag < 0 and at < self.options.data_date:
                at = self.options.data_date
        if edge.type is LinkType.FF or edge.type is LinkType.SF:
            at = self.add(self.network.tasks[edge.succ].calendar, at, -early.remaining[edge.succ])
        return at

    def _mandatory(self, task: Task, remaining: int, es: int, bind: Bind) -> tuple[int, Bind]:
        """Apply the constraints that overrule links."""
        for bound in task.bounds:
            if bound.rule is Rule.MSO:
                es, bind = max(bound.at, self.options.data_date), Bind.MANDATORY
            elif bound.rule is Rule.MFO:
                late = bound.at < self.options.data_date  # too late to keep: as soon as the data date allows
                es = self.options.data_date if late else self.add(task.calendar, bound.at, -remaining)
                bind = Bind.MANDATORY
        return es, bind

    def _settle(self, i: int, task: Task, es: int, bind: Bind) -> None:
        """Move the start to working time and compute the finish."""
        early, calendar = self.early, task.calendar
        if task.finished:
            early.es[i] = early.ef[i] = es
            early.bind[i] = bind
            return
        if not self.points[i] and not (task.kind is Kind.FINISH_MILESTONE and calendar.prev_finish(es) == es):
            es = calendar.next_start(es)
        early.es[i], early.bind[i] = es, bind
        expected = task.expected_finish
        if expected is not None and self.options.use_expected_finish and expected >= max(es, self.options.data_date):
            early.remaining[i] = calendar.diff(es, expected)
            early.ef[i] = expected
            return
        early.ef[i] = self.add(calendar, es, early.remaining[i])
        if bind is Bind.MANDATORY:
            for bound in task.bounds:
                if bound.rule is Rule.MFO and bound.at >= self.options.data_date:
                    early.ef[i] = bound.at

    def _drivers(self, i: int, task: Task, candidates: list[tuple[int, Edge]]) -> tuple[Edge, ...]:
        """The links whose date is the chosen one, at zero working time."""
        early, calendar = self.early, task.calendar
        es = early.es[i]
        if early.bind[i] is Bind.MANDATORY or not candidates:
            return ()
        if self.points[i]:
            return tuple(edge for at, edge in candidates if at == es)
        start = calendar.next_start(es)
        return tuple(edge for at, edge in candidates if at == es or (at <= start and calendar.next_start(at) == start))

    def _as_late_as_possible(self) -> None:
        """Move ALAP activities later by their free float (P6: zero free float), last first."""
        network, early = self.network, self.early
        late = [
            i
            for i in reversed(network.order)
            if any(b.rule is Rule.ALAP for b in network.tasks[i].bounds) and not network.tasks[i].started
        ]
        if not late:
            return
        finish: dict[Hashable, int] = {}
        for i, task in enumerate(network.tasks):
            if task.kind not in ROLLED_UP:
                finish[task.group] = max(finish.get(task.group, 0), early.ef[i])
        for i in late:
            task = network.tasks[i]
            free = free_float(network, early, i, finish[task.group])
            if free > 0:
                early.ef[i] = self.add(task.calendar, early.ef[i], free)
                early.es[i] = self.add(task.calendar, early.ef[i], -early.remaining[i]) if early.remaining[i] else early.ef[i]
                early.bind[i], early.drivers[i] = Bind.LATE, ()


def free_float(network: Network, early: Early, i: int, finish: int | None) -> int:
    """Working seconds an activity may slip before any successor does; `finish` bounds it when nothing follows.

    Working time is that of the activity's own calendar; never negative.
    """
    task = network.tasks[i]
    calendar = task.float_calendar or task.calendar
    if any(b.rule is Rule.MFO for b in task.bounds) or (
        task.expected_finish is not None and network.plan.options.use_expected_finish
    ):
        return 0
    override = network.plan.options.progress is Progress.PROGRESS_OVERRIDE
    free: int | None = None
    for edge in network.succs[i]:
        if not early.dated[edge.succ]:
            continue
        if override and network.tasks[edge.succ].started and edge.type in (LinkType.FS, LinkType.SS):
            continue
        at = early.es[i] if edge.type in (LinkType.SS, LinkType.SF) else early.ef[i]
        to = early.es[edge.succ] if edge.type in (LinkType.SS, LinkType.FS) else early.ef[edge.succ]
        gap = calendar.diff(at, edge.calendar.add(to, -edge.lag))
        free = gap if free is None or gap < free else free
    if free is None:
        free = calendar.diff(early.ef[i], finish) if finish is not None else 0
    return max(0, free)


def rounding(to: int) -> Add:
    """`Calendar.add` with every result rounded to so many seconds, as P6 keeps minutes."""
    if to <= 1:
        return lambda calendar, at, seconds: calendar.add(at, seconds)
    return lambda calendar, at, seconds: (calendar.add(at, seconds) + to // 2) // to * to if seconds else at

"""Both passes of the Microsoft Project dialect (semantics, section 3).

Started work keeps its actual start and its whole duration; the status date plays no part; constraints override logic.
"""

from __future__ import annotations

from programs.graph.backward import NEVER, Late
from programs.graph.forward import Bind, Early
from programs.graph.network import Edge, Network
from programs.graph.plan import ROLLED_UP, Kind, Rule, Task
from programs.graph.types import LinkType


class MsForward:
    """How early: candidates from links, leveling delay, then constraints that may overrule them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.options = network.plan.options
        self.early = Early(network)

    def run(self) -> Early:
        """Place every activity in order."""
        for i in self.network.order:
            self.place(i)
        return self.early

    def place(self, i: int) -> None:
        """Compute one activity from its predecessors."""
        task, early = self.network.tasks[i], self.early
        if task.fixed_start is not None and (task.manual or task.external):
            early.es[i] = early.logic[i] = task.fixed_start
            early.ef[i] = (
                task.fixed_finish if task.fixed_finish is not None else task.calendar.add(task.fixed_start, task.duration)
            )
            early.bind[i] = Bind.OWN_DATE
            return
        es, bind, drivers = self._from_links(i, task)
        es = self._working(task, es)
        if task.leveling_delay:
            es = task.calendar.next_start(es + task.leveling_delay)
        early.logic[i] = es
        if task.started:
            self._started(i, task)
            return
        early.drivers[i] = drivers
        self._constrained(i, task, es, bind)

    def _from_links(self, i: int, task: Task) -> tuple[int, Bind, tuple[Edge, ...]]:
        start = self.options.start
        candidates = [(self.candidate(edge), edge) for edge in self.network.preds[i]]
        if not candidates:
            early_bounds = [self._start_of(task, b.rule, b.at) for b in task.bounds if b.rule in (Rule.SNET, Rule.FNET)]
            if early_bounds and min(early_bounds) < start:
                return max(early_bounds), Bind.CONSTRAINT, ()
            return start, Bind.FLOOR, ()
        es = max(at for at, _ in candidates)
        drivers = tuple(edge for at, edge in candidates if at == es)
        if es < start and all(edge.type in (LinkType.FF, LinkType.SF) for edge in drivers):
            return start, Bind.FLOOR, ()
        return es, Bind.LINK, drivers

    def candidate(self, edge: Edge) -> int:
        """The early start that one link asks of its successor."""
        early, succ = self.early, self.network.tasks[edge.succ]
        at = early.ef[edge.pred] if edge.type in (LinkType.FS, LinkType.FF) else early.es[edge.pred]
        at = edge.calendar.add(at, edge.lag)
        if edge.type in (LinkType.FF, LinkType.SF):
            at = succ.calendar.add(at, -succ.duration)
        return at

    def _working(self, task: Task, at: int) -> int:
        """Move to working time, except a point in time standing at the end of a working period."""
        if (task.kind is Kind.MILESTONE or not task.duration) and task.calendar.prev_finish(at) == at:
            return at
        return task.calendar.next_start(at)

    def _start_of(self, task: Task, rule: Rule, at: int) -> int:
        return task.calendar.add(at, -task.duration) if rule in (Rule.FNET, Rule.FNLT, Rule.MFO) else at

    def _constrained(self, i: int, task: Task, es: int, bind: Bind) -> None:
        early, honour = self.early, self.options.honor_constraints
        finish = None
        for bound in task.bounds:
            rule, at = bound.rule, self._start_of(task, bound.rule, bound.at)
            if rule in (Rule.SNET, Rule.FNET) or (rule in (Rule.MSO, Rule.MFO) and not honour):
                if at > es:
                    es, bind = self._working(task, at), Bind.CONSTRAINT
            elif rule in (Rule.SNLT, Rule.FNLT):
                if honour and at < es:
                    es, bind = at, Bind.MANDATORY
            elif rule is Rule.MSO:
                es, bind = at, Bind.MANDATORY
            elif rule is Rule.MFO:
                es, bind, finish = at, Bind.MANDATORY, bound.at
        early.es[i], early.bind[i] = es, bind
        early.ef[i] = finish if finish is not None else task.calendar.add(es, task.duration)
        if bind is not Bind.LINK:
            early.drivers[i] = ()

    def _started(self, i: int, task: Task) -> None:
        early = self.early
        begun = task.actual_start if task.actual_start is not None else task.actual_finish
        assert begun is not None
        early.es[i], early.bind[i] = begun, Bind.ACTUAL
        if task.actual_finish is not None:
            early.ef[i] = task.actual_finish
        elif task.resume is not None and task.stop is not None and task.resume > task.stop:
            early.ef[i] = task.calendar.add(task.resume, task.remaining)
        else:
            early.ef[i] = task.calendar.add(begun, task.duration)


class MsBackward:
    """How late: over unfinished successors, bounded by the project's finish."""

    def __init__(self, network: Network, early: Early) -> None:
        self.network = network
        self.early = early
        self.late = Late(len(network))
        counted = [early.ef[i] for i, task in enumerate(network.tasks) if not task.external and task.kind not in ROLLED_UP]
        self.finish = max(counted, default=network.plan.options.start)

    def run(self) -> Late:
        """Compute late dates, last first."""
        for i in reversed(self.network.order):
            self._place(i)
        return self.late

    def _place(self, i: int) -> None:
        task, early, late, calendar = self.network.tasks[i], self.early, self.late, self.network.tasks[i].calendar
        if task.finished or task.external:
            late.ls[i], late.lf[i] = early.es[i], early.ef[i]
            return
        lf, by = NEVER, None
        for edge in self.network.succs[i]:
            succ = self.network.tasks[edge.succ]
            if succ.finished or succ.external:
                continue
            at = self._asked(edge, task, succ)
            if at < lf:
                lf, by = at, edge
        if by is None:
            lf = early.ef[i] if self.network.plan.options.multiple_critical_paths else self.finish
        late.by[i] = by if lf <= self.finish else None
        lf = self._bounded(i, task, min(lf, self.finish))
        late.lf[i] = lf = calendar.prev_finish(lf) if task.duration else lf
        late.ls[i] = early.es[i] if task.started else calendar.add(lf, -task.remaining)

    def _asked(self, edge: Edge, task: Task, succ: Task) -> int:
        s, late, calendar = edge.succ, self.late, edge.calendar
        if edge.type is LinkType.FF:
            return calendar.add(late.lf[s], -edge.lag)
        if edge.type is LinkType.SF:
            return task.calendar.add(calendar.add(late.lf[s], -edge.lag), task.duration)
        if edge.type is LinkType.SS and (succ.started or task.started):
            return self.finish
        at = calendar.add(self._late_start(s, succ) - succ.leveling_delay, -edge.lag)
        return task.calendar.add(at, task.duration) if edge.type is LinkType.SS else at

    def _late_start(self, s: int, succ: Task) -> int:
        """The late start a predecessor sees: of started work, that of what remains."""
        if not succ.started:
            return self.late.ls[s]
        if not succ.duration:
            return self.late.lf[s]
        at = succ.calendar.add(self.late.lf[s], -succ.remaining)
        return min(at, succ.resume) if succ.resume is not None else at

    def _bounded(self, i: int, task: Task, lf: int) -> int:
        calendar = task.calendar
        rule_set: Rule | None = None
        for bound in task.bounds:
            rule, at = bound.rule, bound.at
            if rule in (Rule.MSO, Rule.SNLT):
                at = calendar.add(at, task.duration)
            if rule in (Rule.MSO, Rule.MFO) or (rule in (Rule.SNLT, Rule.FNLT) and at < lf):
                lf, rule_set = at, rule
        if task.deadline is not None and task.deadline < lf:
            lf, rule_set = task.deadline, Rule.FNLT
        if rule_set is not None:
            self.late.by[i] = rule_set
        return lf


def total_float(network: Network, early: Early, late: Late, i: int) -> int:
    """Total float in working seconds of the float calendar; negative where a fixed date beats its logic."""
    task = network.tasks[i]
    rules = {bound.rule for bound in task.bounds}
    if task.finished or Rule.ALAP in rules:
        return 0
    calendar = task.float_calendar or task.calendar
    by_finish = calendar.diff(early.ef[i], late.lf[i])
    if task.started:
        return by_finish
    total = min(calendar.diff(early.es[i], late.ls[i]), by_finish)
    if early.bind[i] is Bind.MANDATORY and rules & {Rule.MSO, Rule.MFO}:
        total = min(total, calendar.diff(task.calendar.add(early.logic[i], task.duration), late.lf[i]))
    return total


def free_float(network: Network, early: Early, i: int, total: int) -> int:
    """Working seconds before any unfinished successor moves; never negative."""
    task = network.tasks[i]
    calendar = task.calendar
    if task.finished or any(bound.rule in (Rule.MSO, Rule.MFO) for bound in task.bounds):
        return 0
    free: int | None = None
    for edge in network.succs[i]:
        succ = network.tasks[edge.succ]
        if succ.finished or succ.external:
            continue
        at = early.ef[i] if edge.type in (LinkType.FS, LinkType.FF) else early.es[i]
        ends = edge.type in (LinkType.FF, LinkType.SF)
        to = early.ef[edge.succ] if ends else early.es[edge.succ] - succ.leveling_delay
        gap = calendar.diff(at, to) - edge.lag
        free = gap if free is None or gap < free else free
    return max(0, total if free is None else free)

"""Compute a whole exact plan in its own dialect: early, late, floats, critical, longest path, roll-ups.

>>> from programs.graph.plan import Relation, Task
>>> plan = Plan((Task("a", duration=3), Task("b", duration=2, remaining=2)), (Relation(1, "a", "b"),))
>>> schedule(plan).results["b"].early_start
0
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from programs.graph import msproject
from programs.graph.backward import Late, backward
from programs.graph.forward import Bind, Early, Forward, free_float
from programs.graph.network import Network
from programs.graph.plan import ROLLED_UP, Dialect, FloatRule, Plan, Rule
from programs.graph.rollup import roll_up


@dataclass(frozen=True, slots=True)
class Result:
    """One activity's dates (instants) and floats (working seconds). Floats are None where the dialect gives none."""

    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    total_float: int | None
    free_float: int | None
    critical: bool
    on_longest_path: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """A computed plan: results by id, and the instant everything ends."""

    results: dict[Hashable, Result]
    finish: int
    network: Network
    early: Early
    late: Late


def schedule(plan: Plan) -> Schedule:
    """Compute a plan. Raises LoopError, naming the loop, when its links form one."""
    network = Network(plan)
    computed = _ms(network) if plan.options.dialect is Dialect.MSPROJECT else _p6(network)
    roll_up(network, computed.results)
    _alone(network, computed)
    return computed


def _working(network: Network) -> list[int]:
    return [i for i in network.order if network.tasks[i].kind not in ROLLED_UP]


def _alone(network: Network, computed: Schedule) -> None:
    """A summary without children, a level of effort without neighbours: where its own length puts it, and it never drives."""
    early, late = computed.early, computed.late
    for i, task in enumerate(network.tasks):
        if task.id not in computed.results:
            total = (task.float_calendar or task.calendar).diff(early.ef[i], late.lf[i])
            dates = (early.es[i], early.ef[i], late.ls[i], late.lf[i])
            computed.results[task.id] = Result(*dates, total, max(0, total), critical=False)


def _ms(network: Network) -> Schedule:
    early = msproject.MsForward(network).run()
    back = msproject.MsBackward(network, early)
    late = back.run()
    limit = network.plan.options.critical_limit
    results: dict[Hashable, Result] = {}
    for i in _working(network):
        task = network.tasks[i]
        total = msproject.total_float(network, early, late, i)
        free = msproject.free_float(network, early, i, total)
        critical = total <= limit and not task.finished
        results[task.id] = Result(early.es[i], early.ef[i], late.ls[i], late.lf[i], total, free, critical)
    return Schedule(results, back.finish, network, early, late)


def _p6(network: Network) -> Schedule:
    options = network.plan.options
    early = Forward(network).run()
    working = _working(network)
    finish = max((early.ef[i] for i in working), default=options.floor)
    cap = options.must_finish if options.must_finish is not None else finish
    caps = [cap] * len(network)
    if options.multiple_critical_paths:
        caps = [cap if network.succs[i] else min(cap, early.ef[i]) for i in range(len(network))]
    late = backward(network, early, caps)
    longest = longest_path(network, early, working, finish)
    results: dict[Hashable, Result] = {}
    for i in working:
        task = network.tasks[i]
        if task.finished:
            results[task.id] = Result(early.es[i], early.ef[i], late.ls[i], late.lf[i], None, None, critical=False)
            continue
        total = total_float(network, early, late, i)
        critical = i in longest if options.longest_path else total <= options.critical_limit
        free = free_float(network, early, i, finish)
        results[task.id] = Result(early.es[i], early.ef[i], late.ls[i], late.lf[i], total, free, critical, i in longest)
    return Schedule(results, finish, network, early, late)


def total_float(network: Network, early: Early, late: Late, i: int) -> int:
    """Return how many working seconds an activity may slip before its limit does, by the plan's float rule.

    Zero or less means critical; a negative value is how late the limit already is. Working time is that of the
    activity's own calendar.
    """
    task = network.tasks[i]
    calendar = task.float_calendar or task.calendar
    by_finish = calendar.diff(early.ef[i], late.lf[i])
    rule = network.plan.options.float_rule
    if rule is FloatRule.FINISH or task.started:
        return by_finish
    by_start = calendar.diff(early.es[i], late.ls[i])
    return by_start if rule is FloatRule.START else min(by_start, by_finish)


def longest_path(network: Network, early: Early, working: list[int], finish: int) -> set[int]:
    """Walk back over driving links from every unfinished activity that ends with the plan."""
    stack = [i for i in working if early.ef[i] == finish and not network.tasks[i].finished]
    seen = set(stack)
    while stack:
        i = stack.pop()
        if early.bind[i] in (Bind.LATE, Bind.MANDATORY) or any(b.rule is Rule.ALAP for b in network.tasks[i].bounds):
            continue
        for edge in early.drivers[i]:
            if edge.pred not in seen:
                seen.add(edge.pred)
                stack.append(edge.pred)
    return {i for i in seen if not network.tasks[i].finished}

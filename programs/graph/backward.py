"""The backward pass of the native and P6 dialects: how late may everything be (semantics, sections 4 and 5).

An activity without a limit has the late dates `NEVER`: nothing that counts waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from programs.graph.forward import Add, Early, rounding
from programs.graph.network import Edge, Network
from programs.graph.plan import Kind, Progress, Rule, Task
from programs.graph.types import LinkType

NEVER = 1 << 60


class Late:
    """Late dates by index; `by` is what set the late finish: a link, a constraint's rule, or None for the cap."""

    __slots__ = ("by", "lf", "ls")

    def __init__(self, n: int) -> None:
        self.ls = [NEVER] * n
        self.lf = [NEVER] * n
        self.by: list[Edge | Rule | None] = [None] * n


def backward(network: Network, early: Early, caps: Sequence[int], *, hard: bool = True, within: set[int] | None = None) -> Late:
    """Compute late dates. `caps[i]` is the latest finish of activity i (`NEVER`: no limit of its own).

    `hard` counts deadlines and late constraints; `within` restricts the pass to some activities, for one target.
    """
    late = Late(len(network))
    add = rounding(network.plan.options.round_to)
    order = reversed(network.order) if within is None else sorted(within, key=network.position.__getitem__, reverse=True)
    for i in order:
        recede(network, early, late, i, caps[i], hard=hard, add=add)
    return late


def recede(network: Network, early: Early, late: Late, i: int, cap: int, *, hard: bool, add: Add) -> None:
    """Compute one activity's late dates from those of its successors, so that a change may redo a cone and not the plan."""
    task, tasks = network.tasks[i], network.tasks
    override = network.plan.options.progress is Progress.PROGRESS_OVERRIDE
    lf = cap
    by: Edge | Rule | None = None
    for edge in network.succs[i]:
        s = edge.succ
        if late.lf[s] == NEVER or (
            override and tasks[s].started and (tasks[s].finished or edge.type in (LinkType.FS, LinkType.SS))
        ):
            continue
        at = _asked(edge, task, late, early.remaining[i], add)
        if at < lf:
            lf, by = at, edge
    if task.external_late_finish is not None and not network.succs[i] and task.external_late_finish < lf:
        lf = task.external_late_finish
    if hard:
        lf, by = _bounded(task, early.remaining[i], lf, by, add)
    late.by[i] = by
    late.ls[i], late.lf[i] = (NEVER, NEVER) if lf == NEVER else _settle(task, early.remaining[i], lf, add)


def _asked(edge: Edge, task: Task, late: Late, remaining: int, add: Add) -> int:
    """The late finish that one successor allows."""
    s, lag, calendar = edge.succ, edge.back_lag, edge.calendar
    if edge.type is LinkType.FS:
        return add(calendar, late.ls[s], -lag)
    if edge.type is LinkType.FF:
        return add(calendar, late.lf[s], -lag)
    at = late.ls[s] if edge.type is LinkType.SS else late.lf[s]
    return add(task.calendar, task.calendar.next_start(add(calendar, at, -lag)), remaining)


def _bounded(task: Task, remaining: int, lf: int, by: Edge | Rule | None, add: Add) -> tuple[int, Edge | Rule | None]:
    """Apply the constraints and the deadline that pull a late finish forward."""
    calendar = task.calendar
    limits: list[tuple[int, Rule]] = []
    for bound in task.bounds:
        rule, at = bound.rule, bound.at
        if rule is Rule.MSO:
            lf, by = add(calendar, at, remaining), rule
        elif rule is Rule.MFO:
            lf, by = at, rule
        elif rule in (Rule.SNLT, Rule.START_ON) and not task.started:
            limits.append((add(calendar, at, remaining), rule))
        elif rule is Rule.FNLT or rule is Rule.FINISH_ON:
            limits.append((at, rule))
    if task.deadline is not None:
        limits.append((task.deadline, Rule.FNLT))
    for at, rule in limits:
        if at < lf:
            lf, by = at, rule
    return lf, by


def _settle(task: Task, remaining: int, lf: int, add: Add) -> tuple[int, int]:
    if task.finished or task.kind in (Kind.START_MILESTONE, Kind.MILESTONE):
        return lf, lf
    lf = task.calendar.prev_finish(lf)
    return add(task.calendar, lf, -remaining), lf

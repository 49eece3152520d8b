"""Conflicts are data: what the plan says that cannot hold, with both sides named."""

from __future__ import annotations

from collections.abc import Iterator

from programs.graph.backward import NEVER
from programs.graph.build import own_date
from programs.graph.calendars import day_end, finishing_day
from programs.graph.network import Edge
from programs.graph.paths import driving
from programs.graph.plan import Rule
from programs.graph.solution import Solution, days
from programs.graph.types import Constraint, Finding


def findings(solution: Solution) -> tuple[Finding, ...]:
    """Everything that cannot hold: what building found, then early promises, missed constraints, work out of order."""
    found = list(solution.built.findings)
    for i in range(len(solution.tasks)):
        found.extend(_promised_early(solution, i))
        found.extend(_conflicts(solution, i))
        found.extend(_needed_before_promised(solution, i))
        found.extend(_out_of_order(solution, i))
    return tuple(found)


def _holder(solution: Solution, i: int) -> int | None:
    """The predecessor whose link asks for the latest date."""
    drivers = driving(solution, i)
    if drivers:
        return solution.id(drivers[0])
    dated = [(solution.forward.candidate(e), -e.pred) for e in solution.network.preds[i] if solution.early.dated[e.pred]]
    return solution.id(-max(dated)[1]) if dated else None


def _promised_early(solution: Solution, i: int) -> Iterator[Finding]:
    """A date-driven milestone promised before what it waits for."""
    own, reach = solution.tasks[i].own_date, solution.early.reach[i]
    if own is None or reach is None or not solution.open[i]:
        return
    late = solution.calendar(i).diff(own, reach)
    if reach > own and late > 0 and any(solution.open[e.pred] for e in solution.network.preds[i]):
        params = {"promised": finishing_day(own), "possible": finishing_day(solution.early.ef[i]), "days": days(late)}
        yield Finding("promised_early", solution.id(i), _holder(solution, i), params)


def _conflicts(solution: Solution, i: int) -> Iterator[Finding]:
    """A constraint or deadline that the forecast cannot keep."""
    task, early, activity = solution.tasks[i], solution.early, solution.built.activities[i]
    if not solution.open[i] or not early.dated[i]:
        return
    limits = [(task.deadline, early.ef[i])] if task.deadline is not None else []
    limits += [(b.at, early.ef[i]) for b in task.bounds if b.rule is Rule.FINISH_ON]
    if not task.started:
        limits += [(b.at, early.es[i]) for b in task.bounds if b.rule is Rule.START_ON]
    for limit, at in limits:
        late = solution.calendar(i).diff(limit, at)
        if late > 0 and activity.constraint_date is not None:
            params = {"constraint": Constraint(activity.constraint).value, "date": activity.constraint_date, "days": days(late)}
            yield Finding("conflict", solution.id(i), _holder(solution, i), params)


def _needed_before_promised(solution: Solution, i: int) -> Iterator[Finding]:
    """Its own date comes after the last day that still makes the program's target; `other` is who needs it first."""
    promised, late = own_date(solution.built.activities[i]), solution.needed.lf[i]
    if promised is None or not solution.open[i] or late >= NEVER:
        return
    short = solution.calendar(i).diff(late, day_end(promised))
    if short > 0:
        by = solution.needed.by[i]
        needed = finishing_day(solution.calendar(i).prev_finish(late))
        params = {"needed": needed, "promised": promised, "days": days(short)}
        yield Finding("needed_before_promised", solution.id(i), solution.id(by.succ) if isinstance(by, Edge) else None, params)


def _out_of_order(solution: Solution, i: int) -> Iterator[Finding]:
    """Finished although what it waits for is not; the work behind it still waits (retained logic)."""
    if solution.open[i]:
        return
    for edge in sorted(solution.network.preds[i], key=lambda e: e.pred):
        if solution.open[edge.pred] and isinstance(edge.id, int):
            yield Finding("out_of_order", solution.id(i), solution.id(edge.pred), {"link": edge.id})

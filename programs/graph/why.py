"""Why a date is what it is, and why an activity is or is not critical: one reason, as data.

Every reason names the one thing that binds: a link, a constraint, a date, a blocker or an actual. `phrases.say` words it.
Params hold names for reading, ids (`..._id`) for linking, ISO-able dates and working days.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from programs.graph.backward import Late
from programs.graph.calendars import day_end, finishing_day, starting_day
from programs.graph.forward import Bind
from programs.graph.network import Edge
from programs.graph.paths import Road, driving
from programs.graph.plan import Rule
from programs.graph.solution import Solution, days
from programs.graph.types import Activity, Constraint, LinkType, Why

VIA = 3  # names a sentence lists before it says how many more


def name(activity: Activity) -> str:
    """How a sentence calls an activity."""
    return activity.name or activity.key or str(activity.id)


def start_why(solution: Solution, i: int) -> Why:
    """Why the activity (its remaining work) starts when it does; for a point in time, why it happens then."""
    activity, early = solution.built.activities[i], solution.early
    if not solution.open[i]:
        code = "done" if activity.actual is not None else "done_undated"
        return Why(code, {"date": finishing_day(solution.tasks[i].actual_finish or 0)})
    if not early.dated[i]:
        return Why("undated")
    bind = early.bind[i]
    if bind is Bind.LINK and early.drivers[i]:
        return _link_why(solution, i)
    if bind is Bind.HOLD:
        return _hold_why(solution, i)
    params: dict[str, Any] = {"date": _shown_start(solution, i)}
    if bind is Bind.OWN_DATE:
        return Why("own_date", params)
    if bind in (Bind.CONSTRAINT, Bind.MANDATORY):
        planned = activity.constraint not in (Constraint.SNET, Constraint.MUST_START, Constraint.MUST_FINISH)
        return Why("planned_start" if planned else f"constraint_{activity.constraint.value}", params)
    if bind is Bind.LATE:
        return Why("as_late_as_possible", params)
    return _floor_why(solution, i, params)


def _floor_why(solution: Solution, i: int, params: dict[str, Any]) -> Why:
    activity, as_of = solution.built.activities[i], solution.built.snapshot.as_of
    frame = solution.built.frames[activity.frame]
    if (solution.tasks[i].floor or 0) > day_end(as_of):
        return Why("program_start", params | {"program": frame.name})
    own = solution.tasks[i].own_date
    if own is not None and (own_day := finishing_day(own)) <= as_of:  # a later one binds by itself
        return Why("own_date" if own_day == as_of else "overdue", {"date": own_day, "as_of": as_of})
    if solution.tasks[i].remaining:
        return Why(
            "remaining" if solution.tasks[i].started else "can_start", params | {"days": days(solution.tasks[i].remaining)}
        )
    return Why("ready", {"as_of": as_of})


def _hold_why(solution: Solution, i: int) -> Why:
    hold = solution.forward.holds[i]
    holding = [
        o for o in solution.built.snapshot.obstacles
        if o.activity == solution.id(i) and o.clear is not None and day_end(o.clear) == hold
    ]  # fmt: skip
    params: dict[str, Any] = {"clear": finishing_day(hold or 0), "date": _shown_start(solution, i)}
    first = min(holding, key=lambda o: (bool(o.decision), o.id), default=None)
    if first is not None and first.decision:
        return Why("decision", params | {"decision": first.decision, "hold_id": first.id})
    return Why("blocker", params | {"blocker_id": first.id if first else None})


def _link_why(solution: Solution, i: int) -> Why:
    """The driving link; when several ask for the same date they are all named."""
    edges = sorted(solution.early.drivers[i], key=lambda e: (e.pred, e.type.value, str(e.id)))
    first = next(e for p in driving(solution, i) for e in edges if e.pred == p)
    by = {e.pred: name(solution.built.activities[e.pred]) for e in edges}
    works = bool(solution.early.remaining[i])
    on = _edge_day(solution, first)
    params: dict[str, Any] = {
        "by": by[first.pred],
        "by_id": solution.id(first.pred),
        "date": _shown_start(solution, i),
        "on": on,
        "link_id": first.id if isinstance(first.id, int) else None,
    }
    if len(by) > 1:
        ordered = [first.pred, *sorted(p for p in by if p != first.pred)]
        names = {"names": listed([by[p] for p in ordered]), "ids": [solution.id(p) for p in ordered]}
        return Why("links" if works else "point_links", params | names)
    if len(edges) > 1:
        return Why("links_same" if works else "point_links_same", params)
    if works and first.type is LinkType.FS and not first.full and _holiday_between(solution, i, on):
        return Why("link_fs_gap", params)
    kind = f"{'' if works else 'point_'}link_{first.type.value.lower()}"
    if not first.full:
        return Why(kind, params)
    elapsed = first.calendar is not solution.calendar(first.pred)
    amount = {"elapsed" if elapsed else "lag": days(abs(first.full))}
    return Why(f"{kind}_{'lead' if first.full < 0 else 'lag'}{'_cd' if elapsed else ''}", params | amount)


def _holiday_between(solution: Solution, i: int, on: date) -> bool:
    """Whether the start waits longer than over days the program never works: a holiday lies in between."""
    days_off = solution.built.frames[solution.frame[i]].calendar
    start = starting_day(solution.early.es[i])
    between = (on + timedelta(days=n) for n in range(1, min((start - on).days, 60)))
    return solution.tasks[i].calendar is solution.calendar(i) and any(d.isoweekday() in days_off.weekdays for d in between)


def _edge_day(solution: Solution, edge: Edge) -> date:
    """The day of the predecessor's end that the link hangs on."""
    early, task = solution.early, solution.tasks[edge.pred]
    if edge.type in (LinkType.FS, LinkType.FF):
        at = solution.end(edge.pred, early)
        return finishing_day(task.calendar.prev_finish(at) if task.remaining else at)
    if not task.remaining:
        return finishing_day(early.es[edge.pred])
    return starting_day(early.es[edge.pred])


def _shown_start(solution: Solution, i: int) -> date:
    """The day the reason speaks of: the start of work, or the day of a point in time."""
    at = solution.early.es[i]
    return starting_day(at) if solution.tasks[i].remaining else finishing_day(at)


# -- critical ------------------------------------------------------------------------------------------------------------


def critical_why(solution: Solution, i: int, leads: dict[int, tuple[int, Road]]) -> Why:
    """Why the activity is or is not critical. `leads` are the roads to finishes."""
    if not solution.open[i]:
        return Why("finished")
    if not solution.early.dated[i]:
        return Why("undated_critical")
    if i in leads:
        frame, there = leads[i]
        return _driving_why(solution, i, there, frame)
    seconds, program = solution.total[i], solution.built.frames[solution.frame[i]].name
    if seconds is None:
        return Why("nothing_waits", {"program": program})
    return _float_why(solution, i, seconds, solution.late_of(i), program)


def _driving_why(solution: Solution, i: int, road: Road, frame: int) -> Why:
    activities, way = solution.built.activities, road.way
    passed, at = [], i
    while way[at] != at:
        at = way[at]
        passed.append(at)
    if not passed:
        return Why("critical_finish", {"program": solution.built.frames[frame].name, "finish": name(activities[i])})
    end = passed.pop()
    via = [name(activities[p]) for p in passed]
    params = {
        "finish": name(activities[end]),
        "finish_id": solution.id(end),
        "via": listed(via),
        "via_ids": [solution.id(p) for p in passed],
    }
    seconds = solution.float_of(i, road.late)
    if seconds is not None and seconds > 0:
        return Why("critical_calendar", params | {"days": days(seconds)})
    return Why("critical_through" if passed else "critical_direct", params)


def _float_why(solution: Solution, i: int, seconds: int, late: Late, program: str) -> Why:
    """Float, and who needs the activity when it is used up."""
    needs = needed_first(solution, i, late)
    if isinstance(needs, Rule):
        held = _limit_holder(i, late)
        params = {
            "days": abs(days(seconds) or 0.0),
            "deadline": name(solution.built.activities[held]),
            "deadline_id": solution.id(held),
        }
        code = "float_deadline" if seconds > 0 else "late_for_deadline" if seconds < 0 else "critical_deadline"
        return Why(code if held != i else f"{code}_own", params)
    params = {"days": abs(days(seconds) or 0.0), "program": program}
    if needs is not None:
        params |= {"by": name(solution.built.activities[needs]), "by_id": solution.id(needs)}
    if seconds > 0:
        return Why("float_before" if needs is not None else "float_finish", params)
    state = "late" if seconds < 0 else "no_float"
    return Why(f"{state}_before" if needs is not None else f"{state}_finish", params)


def needed_first(solution: Solution, i: int, late: Late) -> int | Rule | None:
    """Who stops the activity from slipping further: the first on the binding chain with less float than it.

    An activity's index; a rule when a deadline or constraint does; None when the finish itself does.
    """
    mine, at = solution.float_of(i, late), i
    while True:
        by = late.by[at]
        if not isinstance(by, Edge):
            return by
        at = by.succ
        theirs = solution.float_of(at, late)
        if theirs is not None and mine is not None and theirs < mine:
            return at


def _limit_holder(i: int, late: Late) -> int:
    at = i
    while isinstance(by := late.by[at], Edge):
        at = by.succ
    return at


def critical_to_why(solution: Solution, i: int, target: int, seconds: int, late: Late, road: Road) -> Why:
    """Why the activity is or is not critical to one chosen milestone; `road` leads there."""
    activities = solution.built.activities
    if not solution.open[i]:
        return Why("finished")
    if i == target:
        return Why("target_itself", {"finish": name(activities[target]), "days": days(seconds)})
    if i in road.way:
        return _driving_why(solution, i, road, solution.frame[target])
    return _float_why(solution, i, seconds, late, name(activities[target]))


def listed(names: list[str]) -> dict[str, Any]:
    """Names for a sentence: the first few, and how many more."""
    return {"names": names[:VIA], "more": max(0, len(names) - VIA)}

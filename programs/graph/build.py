"""Snapshot to network: validate, add what containment implies, set loops aside, turn days into instants.

`Built.graph` is the structure as a `networkx.DiGraph` (nodes are activity ids, edges carry their relations): the model and
the judge. `Built.network` is the same thing compiled for the passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import networkx as nx

from programs.graph.calendars import DAY, ELAPSED, FULL_DAY, Calendar, day_end, day_start
from programs.graph.containment import Containment
from programs.graph.days import working_days
from programs.graph.loops import closing
from programs.graph.network import Network
from programs.graph.plan import Bound, Kind, Options, Plan, Relation, Rule, Task
from programs.graph.types import Activity, Constraint, DayCalendar, Finding, Frame, Link, Snapshot, State, Unit


@dataclass(frozen=True)
class Built:
    """A snapshot made ready: who takes part, in index order (that of the ids), and what had to be left out."""

    snapshot: Snapshot
    activities: tuple[Activity, ...]
    frames: dict[int, Frame]
    calendars: dict[int, Calendar]
    network: Network
    findings: tuple[Finding, ...]

    @cached_property
    def graph(self) -> nx.DiGraph:
        """The acyclic graph of everything that schedules, implied containment included."""
        graph = nx.DiGraph()
        graph.add_nodes_from((activity.id, {"activity": activity}) for activity in self.activities)
        for relation in self.network.plan.relations:
            if graph.has_edge(relation.pred, relation.succ):
                graph.edges[relation.pred, relation.succ]["relations"] += (relation,)
            else:
                graph.add_edge(relation.pred, relation.succ, relations=(relation,))
        return graph


def build(snapshot: Snapshot) -> Built:
    """Compile a snapshot. Any input order gives the same result.

    Nothing is refused but nonsense (two activities with one id, an unknown program): a link to an unknown activity, a link
    that closes a loop and a containment that closes one are left out and reported as findings.
    """
    frames = {frame.id: frame for frame in snapshot.frames}
    activities = tuple(sorted((a for a in snapshot.activities if a.state is not State.DROPPED), key=lambda a: a.id))
    _validate(snapshot, frames)
    kinds = {days: day_calendar(days, snapshot.as_of) for days in {frame.calendar for frame in snapshot.frames}}
    calendars = {frame.id: kinds[frame.calendar] for frame in snapshot.frames}
    relations, findings = _relations(snapshot, activities)
    holds = _holds(snapshot)
    followers = {relation.succ for relation in relations}
    tasks = tuple(
        task_of(a, frames[a.frame], calendars[a.frame], as_of=snapshot.as_of, hold=holds.get(a.id), follows=a.id in followers)
        for a in activities
    )
    options = Options(data_date=day_end(snapshot.as_of), start=day_end(snapshot.as_of))
    network = Network(Plan(tasks, relations, options))
    return Built(snapshot, activities, frames, calendars, network, findings)


def day_calendar(days: DayCalendar, around: date) -> Calendar:
    """A calendar of whole working days: one working day is 86,400 working seconds."""
    exceptions: dict[int, tuple[tuple[int, int], ...]] = {day.toordinal(): () for day in days.holidays}
    exceptions |= {day.toordinal(): FULL_DAY for day in days.extra_days}
    week = [FULL_DAY if weekday in days.weekdays else () for weekday in range(1, 8)]
    return Calendar(week, exceptions, around.toordinal())


def own_date(activity: Activity) -> date | None:
    """The date the milestone itself names: its owner's expected date, else its target."""
    return activity.expected or activity.target


def days_ahead(activity: Activity, calendar: DayCalendar, as_of: date) -> float:
    """How far away the end of its own work is as planned: the work that is left, else the working days to the date it names.

    In days of the activity's own unit; negative where that date has passed, zero where nothing is said. The length by which
    a learned spread is chosen (`spread.Spreads`).
    """
    _duration, remaining = _work(activity)
    own = own_date(activity)
    return remaining / DAY if remaining else working_days(as_of, own, calendar) if own is not None else 0.0


def _validate(snapshot: Snapshot, frames: dict[int, Frame]) -> None:
    ids = [activity.id for activity in snapshot.activities]
    if len(set(ids)) < len(ids):
        raise ValueError("Two activities of the snapshot share an id.")
    for activity in snapshot.activities:
        if activity.frame not in frames:
            raise ValueError(f"Activity {activity.id} belongs to frame {activity.frame}, which the snapshot does not hold.")


def _holds(snapshot: Snapshot) -> dict[int, date]:
    """The latest expected clear date of each activity's open blockers."""
    holds: dict[int, date] = {}
    for obstacle in snapshot.obstacles:
        if obstacle.clear is not None and obstacle.clear > holds.get(obstacle.activity, date.min):
            holds[obstacle.activity] = obstacle.clear
    return holds


# -- links ---------------------------------------------------------------------------------------------------------------


def _relations(snapshot: Snapshot, activities: tuple[Activity, ...]) -> tuple[tuple[Relation, ...], tuple[Finding, ...]]:
    """Given links first, by id, then what containment implies: whatever comes last is blamed for a loop."""
    known = {activity.id for activity in snapshot.activities}
    taking_part = {activity.id for activity in activities}
    findings = []
    links = []
    for link in sorted(snapshot.links, key=lambda link: link.id):
        if link.predecessor not in known or link.successor not in known:
            lost = link.predecessor if link.predecessor not in known else link.successor
            findings.append(Finding("dangling", None, None, {"link": link.id, "missing": lost}))
        elif link.predecessor in taking_part and link.successor in taking_part:
            links.append(link)
    containment = Containment(activities)
    given = [relation_of(link) for link in links if not containment.redundant(link)]
    implied = containment.implied(links)
    every = given + implied
    blamed = closing([(r.pred, r.succ) for r in every])
    for index, loop in blamed.items():
        findings.append(_loop_finding(every[index], loop, is_implied=index >= len(given)))
    return tuple(r for index, r in enumerate(every) if index not in blamed), tuple(findings)


def relation_of(link: Link) -> Relation:
    """A link as the passes want it."""
    return Relation(link.id, link.predecessor, link.successor, link.type, round(link.lag * DAY), None, link.unit is Unit.ELAPSED)


def _loop_finding(relation: Relation, loop: list, is_implied: bool) -> Finding:  # type: ignore[type-arg]
    code = "containment_loop" if is_implied else "loop"
    return Finding(code, relation.succ, relation.pred, {"link": None if is_implied else relation.id, "members": tuple(loop)})  # type: ignore[arg-type]


# -- activities ----------------------------------------------------------------------------------------------------------


def task_of(activity: Activity, frame: Frame, calendar: Calendar, *, as_of: date, hold: date | None, follows: bool) -> Task:
    """One activity as the passes want it. `hold` is when its last blocker clears, `follows` whether anything comes before it."""
    duration, remaining = _work(activity)
    works_elapsed = activity.unit is Unit.ELAPSED and bool(remaining)
    own = own_date(activity)
    date_driven = (
        own is not None and activity.remaining is None and (activity.duration is None or (activity.duration == 0 and not follows))
    )
    bounds = _bounds(activity, as_of, is_point=not remaining)
    done_on = done_date(activity, as_of) if activity.state is State.DONE else None
    started = activity.state in (State.STARTED, State.DONE)
    floor = day_end(as_of)
    if frame.start is not None and not started:
        floor = max(floor, day_start(frame.start))
    if done_on is not None:
        hold = done_on if done_on > as_of else None
    return Task(
        id=activity.id,
        kind=Kind.TASK if remaining else Kind.MILESTONE,
        calendar=ELAPSED if works_elapsed else calendar,
        float_calendar=calendar,
        duration=duration,
        remaining=remaining,
        actual_duration=_worked(activity, calendar, as_of),
        bounds=bounds,
        deadline=_deadline(activity),
        actual_start=_actual_start(activity, done_on, as_of) if started else None,
        actual_finish=day_end(done_on) if done_on is not None else None,
        floor=floor,
        group=activity.frame,
        hold=day_end(hold) if hold is not None else None,
        own_date=day_end(own) if own is not None and date_driven and done_on is None else None,
        anchored=bool(date_driven or done_on or activity.duration is not None or activity.remaining is not None or hold
                      or any(bound.rule is not Rule.ALAP for bound in bounds)),
    )  # fmt: skip


def _deadline(activity: Activity) -> int | None:
    """A hard deadline bounds the backward pass only; the target of a milestone never does."""
    hard = activity.constraint is Constraint.FNLT and activity.state is not State.DONE
    if hard and activity.constraint_date is not None:
        return day_end(activity.constraint_date)
    return None


def _work(activity: Activity) -> tuple[int, int]:
    """Duration and remaining duration in seconds."""
    given = activity.duration if activity.duration is not None else activity.remaining
    duration = round(max(0.0, given or 0.0) * DAY)
    if activity.state is State.DONE:
        return duration, 0
    if activity.remaining is not None:
        return duration, round(max(0.0, activity.remaining) * DAY)
    left = 1 - min(100.0, max(0.0, activity.percent_done or 0.0)) / 100
    return duration, round(duration * left)


def _bounds(activity: Activity, as_of: date, is_point: bool) -> tuple[Bound, ...]:
    """Constraints, softly: a fixed date holds work back and bounds it, but never moves it before its links."""
    on = activity.constraint_date
    bounds = []
    if activity.state is State.OPEN and activity.start is not None and activity.start > as_of:
        bounds.append(Bound(Rule.SNET, day_end(activity.start) if is_point else day_start(activity.start)))
    if activity.constraint is Constraint.ALAP:
        bounds.append(Bound(Rule.ALAP))
    if on is None or activity.state is State.DONE:
        return tuple(bounds)
    if activity.state is State.STARTED and activity.constraint is not Constraint.MUST_FINISH:
        return tuple(bounds)  # what has started no longer waits for a start
    if activity.constraint is Constraint.SNET and on > as_of:
        bounds.append(Bound(Rule.SNET, day_end(on) if is_point else day_start(on)))
    elif activity.constraint is Constraint.MUST_START:
        bounds.append(Bound(Rule.START_ON, day_end(on) if is_point else day_start(on)))
    elif activity.constraint is Constraint.MUST_FINISH:
        bounds.append(Bound(Rule.FINISH_ON, day_end(on)))
    return tuple(bounds)


def done_date(activity: Activity, as_of: date) -> date:
    """When finished work finished: its actual date; if nobody wrote it, what is known and not after `as_of`."""
    if activity.actual is not None:
        return activity.actual
    for known in (activity.target, activity.expected):
        if known is not None and known <= as_of:
            return known
    return as_of


def _actual_start(activity: Activity, done_on: date | None, as_of: date) -> int:
    begun = activity.start if activity.start is not None and activity.start <= as_of else (done_on or as_of)
    if done_on is not None and begun >= done_on and not activity.duration:
        return day_end(done_on)
    return day_start(min(begun, done_on) if done_on is not None else begun)


def _worked(activity: Activity, calendar: Calendar, as_of: date) -> int:
    if activity.state is not State.STARTED or activity.start is None or activity.start > as_of:
        return 0
    return calendar.diff(day_start(activity.start), day_end(as_of))

"""The database as the engine wants it: one frozen network of every program that hangs together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import IntegerField, Q, Value

from programs.flags.types import Thresholds
from programs.graph.types import Activity, Constraint, DayCalendar, Frame, Link, LinkType, Obstacle, Snapshot, State, Unit
from programs.models import SCHEDULING_RELATIONS, Blocker, BlockerStatus, DecisionStatus, Dependency, Hold, Milestone, Program
from programs.queries.calendars import calendars

STATE = {
    "not_started": State.OPEN,
    "unknown": State.OPEN,
    "in_progress": State.STARTED,
    "blocked": State.STARTED,
    "done": State.DONE,
    "cancelled": State.DROPPED,
    "deferred": State.DROPPED,
}
_ACTIVE = Q(set_aside="", relation__in=SCHEDULING_RELATIONS)


@dataclass(frozen=True, slots=True)
class Network:
    """A snapshot and the programs it covers, with the revision each was read at."""

    snapshot: Snapshot
    programs: dict[int, Program]
    revisions: dict[int, int]


def today_in(program: Program, at: datetime) -> date:
    """The calendar day it is in the program's time zone."""
    return at.astimezone(ZoneInfo(program.time_zone)).date()


def cluster(program_ids: Collection[int]) -> set[int]:
    """The given programs and every program joined to them, directly or through others. Two queries.

    Pairs of one program are sorted out here, not in SQL: `<>` between two joined tables lets a planner without fresh
    statistics try every milestone against every other.
    """
    joined: dict[int, set[int]] = defaultdict(set)
    active = Dependency.objects.filter(_ACTIVE)
    pairs = set(active.values_list("predecessor__program_id", "successor__program_id").distinct())
    families = Milestone.objects.exclude(parent=None)
    pairs |= set(families.values_list("program_id", "parent__program_id").distinct())
    for left, right in pairs:
        joined[left].add(right)
        joined[right].add(left)
    seen: set[int] = set()
    queue = list(program_ids)
    while queue:
        program = queue.pop()
        if program not in seen:
            seen.add(program)
            queue.extend(joined[program] - seen)
    return seen


def network(program_ids: Iterable[int], *, as_of: date) -> Network:
    """Freeze these programs as one network. Five queries, whatever the size."""
    programs, frames = framed(program_ids, as_of=as_of)
    snapshot = Snapshot(
        as_of=as_of,
        frames=frames,
        activities=activities(Q(program__in=programs)),
        links=links(Q(predecessor__program__in=programs, successor__program__in=programs)),
        obstacles=obstacles(Q(program__in=programs), Q(milestone__program__in=programs)),
    )
    return Network(snapshot, programs, {pk: program.revision for pk, program in programs.items()})


def framed(program_ids: Iterable[int], *, as_of: date) -> tuple[dict[int, Program], tuple[Frame, ...]]:
    """Programs, and each as the engine's frame. Two queries."""
    programs = {program.pk: program for program in Program.objects.filter(pk__in=list(program_ids)).order_by("pk")}
    working = calendars(programs.values(), around=as_of)
    return programs, tuple(_frame(program, working[program.pk]) for program in programs.values())


def _frame(program: Program, calendar: DayCalendar) -> Frame:
    return Frame(
        id=program.pk,
        name=program.name,
        start=program.start_date,
        target=program.target_date,
        finish=program.finish_milestone_id,
        calendar=calendar,
        near_critical_days=Thresholds.of(program.thresholds).near_critical_days,
    )


def empty(program: Program, *, as_of: date) -> Snapshot:
    """A program that is not there yet, with nothing in it."""
    frame = _frame(program, calendars([program], around=as_of)[program.pk])
    return Snapshot(as_of=as_of, frames=(frame,), activities=(), links=(), obstacles=())


ACTIVITY = (
    *("pk", "program_id", "name", "key", "status", "parent_id", "duration_days", "remaining_days", "duration_unit"),
    *("percent_done", "start_date", "baseline_date", "target_date", "expected_date", "actual_date"),
    *("constraint", "constraint_date", "external"),
)


def activities(which: Q) -> tuple[Activity, ...]:
    """Milestones as the engine needs them. One query."""
    return tuple(activity(row) for row in Milestone.objects.filter(which).order_by("pk").values_list(*ACTIVITY))


def activity(row: tuple[Any, ...]) -> Activity:
    """One milestone from its columns `ACTIVITY`."""
    (pk, program, name, key, status, parent, duration, remaining, unit) = row[:9]
    (percent, start, baseline, target, expected, actual, constraint, on, external) = row[9:]
    holds = constraint if on or constraint == Constraint.ALAP else ""
    return Activity(
        id=pk,
        frame=program,
        name=name,
        key=key,
        state=STATE[status],
        parent=parent,
        duration=None if duration is None else float(duration),
        remaining=None if remaining is None else float(remaining),
        unit=Unit(unit),
        percent_done=None if percent is None else float(percent),
        start=start,
        baseline=baseline,
        target=target,
        expected=expected,
        actual=actual,
        constraint=Constraint(holds),
        constraint_date=on,
        external=external,
    )


def links(which: Q) -> tuple[Link, ...]:
    """Dependencies that schedule and are not set aside. One query."""
    rows = (
        Dependency.objects.filter(_ACTIVE, which)
        .order_by("pk")
        .values_list("pk", "predecessor_id", "successor_id", "type", "lag_days", "lag_unit")
    )
    return tuple(Link(pk, before, after, LinkType(kind), float(lag), Unit(unit)) for pk, before, after, kind, lag, unit in rows)


def obstacles(which: Q, held: Q | None = None) -> tuple[Obstacle, ...]:
    """Open blockers on milestones and, by their holds, open decisions: those under minus the number of the hold. One query."""
    blockers = Blocker.objects.filter(which, status=BlockerStatus.OPEN, milestone__isnull=False).order_by()
    rows = blockers.values_list("pk", "milestone_id", "expected_clear", Value(0, output_field=IntegerField()))
    if held is not None:
        holds = Hold.objects.filter(held, decision__status=DecisionStatus.OPEN).order_by()
        waits = holds.values_list("pk", "milestone_id", "decision__due_on", "decision__number")
        rows = rows.union(waits, all=True)
    found = [
        Obstacle(-pk, milestone, clear, f"D-{number}") if number else Obstacle(pk, milestone, clear)
        for pk, milestone, clear, number in rows
    ]
    return tuple(sorted(found, key=lambda one: (bool(one.decision), abs(one.id))))

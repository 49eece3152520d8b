"""What somebody may mean by typing a day for work whose date is worked out, and what each meaning does to the finish.

A date that comes from work does not move because somebody writes another one over it. The day may say that the work takes until
then, that it cannot begin before some day, or what is promised. Each is solved in memory; the plan is only read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from programs.graph.analyse import early_days
from programs.graph.calendars import finishing_day
from programs.graph.days import add_working_days, next_working_day, working_days
from programs.graph.diff import compare
from programs.graph.solution import solve
from programs.graph.whatif import Edit, tried
from programs.models import ConstraintKind, MilestoneStatus
from programs.queries.preview import as_engine
from programs.queries.snapshots import cluster, network, today_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from programs.graph.solution import Solution
    from programs.graph.types import DayCalendar, Snapshot
    from programs.models import Milestone

NOT_BEGUN = frozenset({MilestoneStatus.NOT_STARTED, MilestoneStatus.UNKNOWN})


class Meaning(StrEnum):
    """What a day may mean, as a form sends it."""

    WORK = "work"  # the work takes until then
    START = "start"  # it begins so late that it ends then
    PROMISE = "promise"  # its target


@dataclass(frozen=True, slots=True)
class Way:
    """One meaning: the fields it changes, when the work would then end, and what the finish does."""

    meaning: Meaning
    changes: Mapping[str, Any]
    forecast: date | None
    finish_before: date | None
    finish_after: date | None
    misses: int = 0  # targets missed then that are not missed now
    days: float | None = None  # WORK: days of work left, in `unit`
    unit: str = "wd"
    begins: date | None = None  # START: the first day it may begin
    late: int | None = None  # PROMISE: working days by which the forecast misses it


def ways(milestone: Milestone, day: date, *, at: datetime, may_plan: bool) -> tuple[Way, ...]:
    """The meanings that lead to this day; none for what stands on a date of its own, or is forecast for that very day."""
    today = today_in(milestone.program, at)
    if not milestone.is_open or day < today or (milestone.duration_days is None and milestone.remaining_days is None):
        return ()
    net = network(cluster([milestone.program_id]), as_of=today)
    now = solve(net.snapshot)
    place = next((i for i in range(len(now.tasks)) if now.id(i) == milestone.pk), None)
    begins, ends = early_days(now, place) if place is not None else (None, None)
    if begins is None or ends is None or ends == day:
        return ()
    calendar = now.built.frames[milestone.program_id].calendar
    found = [_longer(milestone, day, begins, calendar), _later(milestone, day, begins, ends, calendar)]
    tried_out = [_tried(net.snapshot, now, milestone, way) for way in found if way is not None]
    if may_plan and milestone.target_date != day:
        finish = _finish(now, milestone.program_id)
        late = working_days(day, ends, calendar)
        tried_out.append(Way(Meaning.PROMISE, {"target_date": day}, ends, finish, finish, late=late))
    return tuple(tried_out)


def _longer(row: Milestone, day: date, begins: date, calendar: DayCalendar) -> Way | None:
    """The work left is what fits between its first day and that day; a point in time has none."""
    if day < begins or (row.remaining_days is None and not row.duration_days):
        return None
    whole = row.duration_unit != "wd"
    left = (day - begins).days + 1 if whole else working_days(begins, day, calendar) + 1
    begun = row.status not in NOT_BEGUN or row.remaining_days is not None or bool(row.percent_done)
    field = "remaining_days" if begun else "duration_days"
    return Way(Meaning.WORK, {field: left}, None, None, None, days=left, unit=row.duration_unit)


def _later(row: Milestone, day: date, begins: date, ends: date, calendar: DayCalendar) -> Way | None:
    """It begins later by as much as it is to end later. Work that has begun cannot; another constraint is left alone."""
    if day <= ends or row.status not in NOT_BEGUN or row.constraint not in ("", ConstraintKind.SNET):
        return None
    if row.duration_unit != "wd":
        first = begins + timedelta(days=(day - ends).days)
    else:
        first = add_working_days(begins, working_days(ends, day, calendar), calendar)
    first = next_working_day(first, calendar)
    changes = {"constraint": ConstraintKind.SNET.value, "constraint_date": first}
    return Way(Meaning.START, changes, None, None, None, begins=first)


def _tried(plan: Snapshot, now: Solution, row: Milestone, way: Way) -> Way:
    """The same meaning with what it does."""
    edit = Edit(row.pk, tuple(as_engine(name, value) for name, value in way.changes.items()))
    then = solve(tried(plan, [edit]))
    moves = compare(now, then)
    own = next((move.after.forecast for move in moves if move.item == row.pk), None)
    return Way(
        meaning=way.meaning,
        changes=way.changes,
        forecast=own,
        finish_before=_finish(now, row.program_id),
        finish_after=_finish(then, row.program_id),
        misses=sum(move.misses for move in moves),
        days=way.days,
        unit=way.unit,
        begins=way.begins,
    )


def _finish(solution: Solution, frame: int) -> date | None:
    at = solution.finishes[frame].at
    return None if at is None else finishing_day(at)

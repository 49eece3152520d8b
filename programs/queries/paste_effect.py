"""What pasted rows would do to the dates: the plan as it is and with them, both solved in memory. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from programs.graph.days import working_days
from programs.graph.diff import standings
from programs.graph.solution import solve
from programs.graph.types import Activity, Link, LinkType, Snapshot, Unit
from programs.graph.whatif import Add, Change, Edit, Join, Part, tried
from programs.intake.wants import CREATE, UPDATE
from programs.queries.preview import FIELDS, Preview, as_engine, between
from programs.queries.snapshots import cluster, empty, network, today_in

if TYPE_CHECKING:
    from programs.graph.solution import Solution
    from programs.intake.wants import Existing, Plan, Want
    from programs.models import Person, Program

LISTED = 30


@dataclass(frozen=True, slots=True)
class NewRow:
    """A milestone that is not there yet: when it would be reached, and by how many working days after its own target."""

    name: str
    forecast: date
    target: date | None
    late: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What moves, the finish against the program's target before and after (working days late), and the new rows, late first."""

    moves: Preview
    target: date | None
    late_before: int | None
    late_after: int | None
    new: tuple[NewRow, ...] = ()
    more_new: int = 0
    new_late: int = 0


def effect(*, program: Program, plan: Plan, existing: Existing, by: Person, at: datetime) -> Effect:
    """Solve the plan with the rows in it. Raises nothing that a sound paste could bring."""
    today = today_in(program, at)
    now = network(cluster([program.pk]), as_of=today).snapshot if program.pk else empty(program, as_of=today)
    changes, names = _changes(now, program, plan, existing)
    before, after = solve(now), solve(tried(now, changes))
    moves = between(program, before, after, by=by)
    frame = before.built.frames[program.pk]
    days = (moves.finish_before, moves.finish_after)
    late = [working_days(frame.target, day, frame.calendar) if frame.target and day else None for day in days]
    new = _new(after, program, names)
    return Effect(
        moves=moves,
        target=frame.target,
        late_before=late[0],
        late_after=late[1],
        new=tuple(new[:LISTED]),
        more_new=max(0, len(new) - LISTED),
        new_late=sum(row.late > 0 for row in new),
    )


def _changes(now: Snapshot, program: Program, plan: Plan, existing: Existing) -> tuple[list[Change], dict[int, str]]:
    """The rows as changes of the plan; new ones have numbers below zero, by which their names are returned."""
    numbers: dict[Any, int] = {ident: have.pk for ident, have in existing.rows["milestones"].items()}
    changes: list[Change] = []
    names: dict[int, str] = {}
    for at, want in enumerate(plan.of("milestones", CREATE), 1):
        numbers[want.id] = -at
        names[-at] = str(want.values["name"])
        changes.append(Add(_activity(-at, program.pk, want)))
    for want in plan.of("milestones", UPDATE):
        edited = tuple(as_engine(name, want.values[name]) for name in want.before if name in FIELDS)
        if edited and want.pk is not None:
            changes.append(Edit(want.pk, edited))
    there = {activity.id for activity in now.activities} | set(names)
    for at, want in enumerate(_links(plan), 1):
        if want.step == UPDATE and any(link.id == want.pk for link in now.links):
            changes.append(Part(want.pk or 0))
        link = _link(-at, want, existing, numbers)
        if {link.predecessor, link.successor} <= there:
            changes.append(Join(link))
    return changes, names


def _links(plan: Plan) -> list[Want]:
    return [want for want in plan.wants.get("dependencies", ()) if want.step in (CREATE, UPDATE)]


def _activity(number: int, program: int, want: Want) -> Activity:
    given = want.values
    days = given.get("duration_days")
    return Activity(
        id=number,
        frame=program,
        name=str(given["name"]),
        duration=None if days is None else float(days),
        unit=Unit(given.get("duration_unit") or Unit.WORKING),
        start=given.get("start_date"),
        target=given.get("target_date"),
    )


def _link(number: int, want: Want, existing: Existing, numbers: dict[Any, int]) -> Link:
    have = existing.have("dependencies", want.id)
    given = {**(have.values if have else {}), **want.values}
    ends = [end if isinstance(end, int) else numbers.get(end, 0) for end in (given["predecessor"], given["successor"])]
    lag, unit = float(given.get("lag_days") or 0), Unit(given.get("lag_unit") or Unit.WORKING)
    return Link(number, ends[0], ends[1], LinkType(given.get("type") or LinkType.FS), lag, unit)


def _new(after: Solution, program: Program, names: dict[int, str]) -> list[NewRow]:
    """The new rows that have a date: those after their own target first, the latest of them at the top."""
    calendar = after.built.frames[program.pk].calendar
    targets = {activity.id: activity.target for activity in after.built.activities}
    found = []
    for item, standing in standings(after).items():
        if item in names and standing.forecast is not None:
            target = targets[item]
            late = working_days(target, standing.forecast, calendar) if target else 0
            found.append(NewRow(names[item], standing.forecast, target, max(0, late)))
    return sorted(found, key=lambda row: (-row.late, row.forecast, row.name))

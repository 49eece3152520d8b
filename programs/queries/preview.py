"""What a save would move, before it is saved: every milestone with its old and new date, and who would be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from programs.graph.calendars import finishing_day
from programs.graph.diff import Move, compare
from programs.graph.solution import Solution, solve
from programs.graph.types import Constraint, Unit
from programs.graph.whatif import Change, Edit, tried
from programs.models import Follow, Milestone, Person, Program
from programs.queries.snapshots import STATE, cluster, network, today_in
from programs.queries.withheld import Sight

SHOWN = 30
# What a form calls a field, what the engine calls it, and how it reads it.
FIELDS: dict[str, tuple[str, Any]] = {
    "expected_date": ("expected", None),
    "target_date": ("target", None),
    "start_date": ("start", None),
    "actual_date": ("actual", None),
    "constraint_date": ("constraint_date", None),
    "duration_days": ("duration", float),
    "remaining_days": ("remaining", float),
    "percent_done": ("percent_done", float),
    "duration_unit": ("unit", Unit),
    "constraint": ("constraint", Constraint),
    "status": ("state", STATE.__getitem__),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One milestone that would move. `milestone` is None for one the reader may not see."""

    milestone: Milestone | None
    move: Move


@dataclass(frozen=True, slots=True)
class Preview:
    """What would move, worst first, cut at thirty; who would be told, by name; and the finish before and after."""

    rows: tuple[Row, ...]
    count: int
    misses: int  # targets missed then that are not missed now
    told: tuple[str, ...]
    finish_before: date | None
    finish_after: date | None
    makes: int = 0  # targets missed now that are not missed then

    @property
    def more(self) -> int:
        """Milestones that move and are not listed."""
        return self.count - len(self.rows)


def edited(milestone: Milestone, changes: Mapping[str, Any], *, by: Person, at: datetime) -> Preview:
    """What an edit of a milestone would move. Its own row is listed too."""
    known = {name: value for name, value in changes.items() if name in FIELDS}
    fields = tuple(as_engine(name, value) for name, value in known.items())
    return tried_out(milestone, [Edit(milestone.pk, fields)], by=by, at=at)


def as_engine(name: str, value: Any) -> tuple[str, Any]:
    """A field of a form as the engine names and reads it."""
    known, kind = FIELDS[name]
    return known, value if kind is None or value is None else kind(value)


def tried_out(milestone: Milestone, changes: list[Change], *, by: Person, at: datetime) -> Preview:
    """Solve the network as it is and as it would be, and compare. The plan is only read."""
    net = network(cluster([milestone.program_id]), as_of=today_in(milestone.program, at))
    return between(milestone.program, solve(net.snapshot), solve(tried(net.snapshot, changes)), by=by)


def between(program: Program, before: Solution, after: Solution, *, by: Person) -> Preview:
    """What differs between two solved plans, as this person may see it."""
    moves = compare(before, after)
    sight = Sight(by, program)
    rows = Milestone.objects.select_related("program", "owner").in_bulk([move.item for move in moves[:SHOWN]])
    seen = {pk: row for pk, row in rows.items() if sight.sees(row.program_id)}
    return Preview(
        rows=tuple(Row(seen.get(move.item), move) for move in moves[:SHOWN]),
        count=len(moves),
        misses=sum(move.misses for move in moves),
        told=told([move.item for move in moves], by=by, sight=sight),
        finish_before=_finish(before, program.pk),
        finish_after=_finish(after, program.pk),
        makes=sum(move.makes for move in moves),
    )


def _finish(solution: Solution, frame: int) -> date | None:
    at = solution.finishes[frame].at
    return None if at is None else finishing_day(at)


def told(items: list[int], *, by: Person, sight: Sight) -> tuple[str, ...]:
    """Names of the owners and followers of what moves, as far as their program may be seen; not who makes the change."""
    people = Q(person__is_active=True, person__email__isnull=False)
    follows = Follow.objects.filter(people, milestone__in=items).exclude(person=by)
    owned = Milestone.objects.filter(pk__in=items, owner__is_active=True, owner__email__isnull=False).exclude(owner=by)
    pairs = {*follows.values_list("person__name", "milestone__program_id"), *owned.values_list("owner__name", "program_id")}
    return tuple(sorted({name for name, program in pairs if name and sight.sees(program)}))

"""The changes of the last 24 hours, each told once, and whether it can still be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from programs.models import Blocker, Event, Person, Program, StatusUpdate, Step
from programs.queries import access
from programs.summaries.event_lines import Entry, entries

DAY = timedelta(hours=24)
LISTED = 100
WHOLE = frozenset({"workstream", "dependency"})  # what stands in many lines of a list
SAID_OF: tuple[Any, ...] = (Blocker, StatusUpdate)  # what is said in the line of its milestone
FEW = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One change: how it is told, who took it back when somebody did, and whether the reader may."""

    entry: Entry
    batch: UUID
    may_undo: bool
    undone: Event | None
    is_undo: bool


def recent(*, by: Person, program: Program | None, at: datetime) -> list[Change]:
    """The newest first. Four queries, whatever happened."""
    told = Event.objects.filter(at__gt=at - DAY).select_related("by", "program")
    told = told.filter(program=program) if program else told.filter(by=by)
    steps = Step.objects.filter(at__gt=at - DAY, batch__in=told.values("batch")).values("batch", "undoes")
    batches = {row["batch"]: row for row in steps.annotate(last=Max("pk")).order_by("-last")[:LISTED]}
    takers = dict(Step.objects.filter(batch__in=batches, undone_by__isnull=False).values_list("batch", "undone_by"))
    notes = list(told.filter(batch__in=batches).order_by("-pk")) if batches else []
    undoing = {
        event.batch: event for event in Event.objects.filter(batch__in=takers.values(), kind="change.undone").select_related("by")
    }
    manages = program is not None and access.can(program, by, "plan")
    found = []
    for entry in entries(notes, most=LISTED):
        batch = entry.event.batch
        undone = undoing.get(takers[batch]) if batch in takers else None
        may = batch not in takers and (manages or entry.event.by_id == by.pk)
        found.append(Change(entry, batch, may, undone, batches[batch]["undoes"] is not None))
    return found


def others(change: Event) -> int:
    """How many more things of the same sort the change was about: it is named after its first. One query."""
    notes = Event.objects.filter(batch=change.batch, subject_type=change.subject_type)
    return max(0, notes.values("subject_id").distinct().count() - 1)


def last(*, by: Person, at: datetime) -> UUID | None:
    """The newest change of this person that still stands and is no undo itself. One query."""
    steps = Step.objects.filter(at__gt=at - DAY)
    own = Event.objects.filter(by=by, at__gt=at - DAY).values("batch")
    standing = steps.filter(batch__in=own, undoes__isnull=True)
    taken = steps.filter(undone_by__isnull=False).values("batch")
    return standing.exclude(batch__in=taken).order_by("-pk").values_list("batch", flat=True).first()


def rows_of(batch: UUID) -> list[int] | None:
    """The milestones whose line in a list says something else since this change. None when lines came or went, or many differ.

    Three queries.
    """
    found: set[int] = set()
    changed: dict[str, list[int]] = {}
    for table, row, act, was, now in Step.objects.filter(batch=batch).values_list("table", "row", "act", "was", "now"):
        if table in WHOLE or "thresholds" in now or (table == "milestone" and act in (Step.Act.MADE, Step.Act.REMOVED)):
            return None
        if table == "milestone":
            found.add(row)
        changed.setdefault(table, []).append(row)
        found |= {part["milestone_id"] for part in (was, now) if part.get("milestone_id")}
    for model in SAID_OF:
        rows = model.objects.filter(pk__in=changed.get(str(model._meta.model_name), ()), milestone__isnull=False)
        found |= set(rows.values_list("milestone_id", flat=True))
    return sorted(found) if len(found) <= FEW else None

"""The changes of the last 24 hours, each told once, and whether it can still be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from programs.models import Event, Person, Program, Step
from programs.queries import access
from programs.summaries.event_lines import Entry, entries

DAY = timedelta(hours=24)
LISTED = 100


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

"""The one place that writes the history: a note of each change, in the change's own transaction.

Notes are only added, never edited. docs/guide/events.md says what each kind means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.actions import deeds, touched, writing
from programs.actions.values import readable
from programs.models import Event, Milestone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any
    from uuid import UUID

    from django.db import models

    from programs.models import Person, Program

KINDS = frozenset(
    {
        "program.created",
        "program.changed",
        "program.deleted",
        "program.restored",
        "workstream.created",
        "workstream.changed",
        "workstream.deleted",
        "workstream.restored",
        "milestone.created",
        "milestone.changed",
        "milestone.said",
        "milestone.done",
        "milestone.help",
        "milestone.helped",
        "milestone.help_over",
        "milestone.deleted",
        "milestone.moved",
        "milestone.restored",
        "dependency.linked",
        "dependency.changed",
        "dependency.removed",
        "dependency.set_aside",
        "blocker.opened",
        "blocker.changed",
        "blocker.said",
        "blocker.cleared",
        "blocker.reopened",
        "blocker.escalated",
        "blocker.room",
        "blocker.deleted",
        "blocker.restored",
        "risk.created",
        "risk.changed",
        "risk.closed",
        "risk.deleted",
        "risk.restored",
        "decision.created",
        "decision.changed",
        "decision.decided",
        "decision.withdrawn",
        "decision.reopened",
        "decision.checked",
        "decision.breached",
        "decision.deleted",
        "decision.restored",
        "update.written",
        "opening.written",
        "report.begun",
        "report.sent",
        "report.discarded",
        "update.deleted",
        "update.restored",
        "team.created",
        "team.changed",
        "team.deleted",
        "team.restored",
        "member.added",
        "member.changed",
        "member.removed",
        "subscription.created",
        "subscription.changed",
        "subscription.stopped",
        "subscription.deleted",
        "nudge.sent",
        "message.requeued",
        "message.settled",
        "person.changed",
        "person.disabled",
        "person.enabled",
        "person.bounced",
        "person.confirmed",
        "person.signed_out",
        "change.undone",
        "draft.shared",
        "draft.applied",
        "hook.saved",
        "hook.removed",
        "hook.gone",
        "baseline.taken",
        "baseline.chosen",
        "baseline.deleted",
        "baseline.restored",
        "share.opened",
        "share.closed",
        "key.made",
        "key.withdrawn",
        "view.saved",
        "view.changed",
        "view.deleted",
        "import.applied",
        "import.undone",
        "template.saved",
        "template.deleted",
        "slip.acknowledged",
        "slip.contested",
        "analysis.finish_moved",
        "analysis.health_changed",
        "history.imported",
    }
)

# Columns that only follow another one: the source's own word for a status, the day of a word that is noted itself.
QUIET = frozenset(
    {
        "status_raw",
        "kind_raw",
        "declared_health_raw",
        "response_raw",
        "said_on",
        "updated_on",
        "program",
        "baseline_start",
        "help_by",
    }
)


def new_batch() -> UUID:
    """What groups the notes of one action."""
    return deeds.batch()


def record(
    kind: str,
    *,
    by: Person | None,
    at: datetime,
    program: Program | None,
    subject: models.Model,
    subject_name: str = "",
    field: str = "",
    old: str = "",
    new: str = "",
    note: str = "",
    milestone: Milestone | None = None,
    batch: UUID | None = None,
    origin: str = "",
) -> Event:
    """Note one change. The subject's name is kept, so that what was deleted stays readable."""
    note_row = draft(
        kind,
        by=by,
        at=at,
        program=program,
        subject=subject,
        subject_name=subject_name,
        field=field,
        old=old,
        new=new,
        note=note,
        milestone=milestone,
        batch=batch,
        origin=origin,
    )
    note_row.save(force_insert=True)
    return note_row


def draft(
    kind: str,
    *,
    by: Person | None,
    at: datetime,
    program: Program | None,
    subject: models.Model,
    subject_name: str = "",
    field: str = "",
    old: str = "",
    new: str = "",
    note: str = "",
    milestone: Milestone | None = None,
    batch: UUID | None = None,
    origin: str = "",
) -> Event:
    """A note that is not yet written: actions that touch many rows write theirs with one `bulk_create`."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a kind of event; add it to KINDS and to docs/guide/events.md")
    if milestone is None and isinstance(subject, Milestone):
        milestone = subject
    made = Event(
        at=at,
        by=by,
        kind=kind,
        program=program,
        milestone=milestone,
        subject_type=subject._meta.model_name or "",
        subject_id=subject.pk,
        subject_name=(subject_name or str(subject))[:600],
        field=field,
        old=old,
        new=new,
        note=note,
        batch=batch or new_batch(),
        origin=origin,
        revision=program.revision + 1 if program else None,
    )
    touched.happened(at)
    return made


def record_changes(
    kind: str,
    changed: Mapping[str, tuple[Any, Any]],
    *,
    by: Person | None,
    at: datetime,
    program: Program | None,
    subject: models.Model,
    note: str = "",
    milestone: Milestone | None = None,
    batch: UUID | None = None,
) -> UUID:
    """Note an edit, one note per field, with what it was and what it is now as readable text."""
    batch = batch or new_batch()
    notes = [
        draft(
            kind,
            by=by,
            at=at,
            program=program,
            subject=subject,
            field=field,
            old=readable(old),
            new=readable(new),
            note=note,
            milestone=milestone,
            batch=batch,
        )
        for field, (old, new) in changed.items()
        if field not in QUIET
    ]
    writing.add(notes)
    return batch

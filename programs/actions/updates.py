"""Status updates: a dated word by a person about a program, a workstream or a milestone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, events, revisions
from programs.actions.saving import Draft, Edit
from programs.models import Said, StatusUpdate

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from programs.models import Milestone, Person, Program, Workstream


@transaction.atomic(durable=True)
def write(
    *,
    program: Program,
    note: str,
    by: Person,
    at: datetime,
    health: str = "",
    workstream: Workstream | None = None,
    milestone: Milestone | None = None,
) -> StatusUpdate:
    """Say how it goes, in words. With a health, that becomes the declared one of what the update is about.

    It is about the milestone when one is given, else the workstream, else the program. An update about a milestone counts as
    being heard from.
    """
    program = revisions.hold(program)
    day = checks.today(program, at)
    draft = Draft(StatusUpdate(program=program, on=day, author=by))
    draft.put({"note": note, "health": health, "workstream": workstream, "milestone": milestone}, _FIELDS)
    if not draft.row.note:
        draft.refuse("note", _("Write at least a few words."), "blank")
    checks.same_program(draft, program, "workstream")
    checks.same_program(draft, program, "milestone")
    made = draft.save()
    batch = events.new_batch()
    subject = made.milestone or made.workstream or program
    events.record(
        "update.written",
        by=by,
        at=at,
        program=program,
        subject=made,
        subject_name=str(subject),
        field="health" if made.health else "",
        new=made.health,
        note=made.note,
        milestone=made.milestone,
        batch=batch,
    )
    _declare(made, by=by, at=at, day=day, batch=batch)
    revisions.moved(program)
    return made


_FIELDS = frozenset({"note", "health", "workstream", "milestone"})


def _declare(update: StatusUpdate, *, by: Person, at: datetime, day: date, batch: UUID) -> None:
    """Let what was said stand beside what is computed."""
    subject = update.milestone or update.workstream or update.program
    change: Edit[Any] = Edit(subject, None, {}, editable=())
    if update.milestone is not None:
        change.set("said_on", day)
        change.set("updated_on", day)
        if update.health and change.row.is_open and change.row.said != Said.BLOCKED:
            change.set("said", update.health)
    elif update.health:
        change.set("declared_health", update.health)
        change.set("declared_health_raw", "")
    saved = change.save()
    kind = f"{subject._meta.model_name}.changed"
    events.record_changes(kind, change.changed, by=by, at=at, program=update.program, subject=saved, batch=batch)

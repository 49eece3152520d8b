"""What an undo writes into the history: that it was one, and what each row is now, as any change does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from programs.actions import dependencies, events
from programs.actions.help import FIELD
from programs.models import Blocker, BlockerStatus, Dependency, Event, Membership, Milestone, Program
from programs.queries.help import ASKED, OVER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db import models

    from programs.models import Person

NOUNS = {"statusupdate": "update", "membership": "member"}
GONE = {"dependency": "dependency.removed", "membership": "member.removed"}
BACK = {"dependency": "dependency.linked", "membership": "member.added"}


class Notes:
    """Writes the notes of one undo."""

    def __init__(self, *, by: Person, at: datetime) -> None:
        self.by, self.at = by, at

    def undone(self, batch: UUID, programs: Mapping[int, Program]) -> None:
        """One note for each program that the history of the change is in."""
        told: dict[int | None, Event] = {}
        for event in Event.objects.filter(batch=batch).select_related("milestone").order_by("pk"):
            told.setdefault(event.program_id, event)
        for pk, event in told.items():
            program = programs.get(pk or 0)
            subject: Any = event.milestone or program or self.by
            self._record("change.undone", subject, program, name=event.subject_name, milestone=event.milestone)

    def changed(self, row: models.Model, pairs: Mapping[str, tuple[Any, Any]], program: Program | None) -> None:
        """Fields are as they were."""
        left = {name: pair for name, pair in pairs.items() if name not in events.QUIET}
        if isinstance(row, Dependency):
            dependencies.tell("dependency.changed", row, by=self.by, at=self.at, changed=left)
            return
        if isinstance(row, Program) and "deleted_at" in left:
            del left["deleted_at"]
            self._record("program.restored" if row.deleted_at is None else "program.deleted", row, program)
        if isinstance(row, Blocker) and "status" in left:
            old, new = left.pop("status")
            kind = "blocker.reopened" if new == BlockerStatus.OPEN else "blocker.cleared"
            self._record(kind, row, program, field="status", old=str(old), new=str(new))
        if isinstance(row, Milestone) and FIELD in left:
            _old, now = left.pop(FIELD)
            self._record(OVER if now is None else ASKED, row, program, field=FIELD)
        kind = f"{_noun(row)}.changed"
        if kind in events.KINDS:
            about = {"program": program, "subject": row, "milestone": _milestone(row)}
            events.record_changes(kind, left, by=self.by, at=self.at, **about)

    def gone(self, row: models.Model, program: Program | None) -> None:
        """What was made went again. Call before it goes."""
        self._known(GONE.get(row._meta.model_name or "", f"{_noun(row)}.deleted"), row, program)

    def back(self, row: models.Model, program: Program | None) -> None:
        """What was removed is there again."""
        self._known(BACK.get(row._meta.model_name or "", f"{_noun(row)}.restored"), row, program)

    def _known(self, kind: str, row: models.Model, program: Program | None) -> None:
        if kind not in events.KINDS:
            return
        if isinstance(row, Dependency):
            dependencies.tell(kind, row, by=self.by, at=self.at)
            return
        if isinstance(row, Membership):
            role = {"old": row.role} if kind == GONE["membership"] else {"new": row.role}
            self._record(kind, row, program, name=row.person.name, field="role", **role)
            return
        self._record(kind, row, program, name=_about(row), milestone=_milestone(row))

    def _record(self, kind: str, row: Any, program: Program | None, *, name: str = "", **facts: Any) -> None:
        events.record(kind, by=self.by, at=self.at, program=program, subject=row, subject_name=name, **facts)


def _noun(row: models.Model) -> str:
    name = row._meta.model_name or ""
    return NOUNS.get(name, name)


def _milestone(row: Any) -> Any:
    return getattr(row, "milestone", None)


def _about(row: Any) -> str:
    """What a status update is about: it has no name of its own."""
    return str(row.milestone or row.workstream or row.program) if _noun(row) == "update" else ""

"""What happened since: a change is not taken back over somebody's later work, and the refusal says whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from programs.models import Event, Milestone, Program, Step

if TYPE_CHECKING:
    from uuid import UUID

    from django.db import models

COMPUTED = "analysis."


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why one row cannot be put back: a sentence, and the later change where there is one."""

    message: str
    event: Event | None = None


class Since:
    """Notes written after one batch, less those of changes that were taken back themselves, and of the undo at work."""

    def __init__(self, batch: UUID, undoing: UUID) -> None:
        self.own = (batch, undoing)
        last = Event.objects.filter(batch=batch).order_by("-pk").values_list("pk", flat=True).first()
        self.after = last or 0

    def touched(self, table: str, row: int, field: str) -> Event | None:
        """The newest note of somebody who changed the same field."""
        about = Q(subject_type=table, subject_id=row, field=field)
        return self._newest(about)

    def built_on(self, row: models.Model) -> Event | None:
        """The newest note about a row or, for a milestone and a program, of anything that hangs on it."""
        table = row._meta.model_name or ""
        about = Q(subject_type=table, subject_id=row.pk)
        if isinstance(row, Milestone):
            about |= Q(milestone=row)
        elif isinstance(row, Program):
            about |= Q(program=row)
        return self._newest(about)

    def removal(self, table: str, row: int) -> Event | None:
        """Who deleted it."""
        gone = Q(subject_type=table, subject_id=row) & (Q(kind__endswith=".deleted") | Q(kind__endswith=".removed"))
        return self._newest(gone)

    def _newest(self, about: Q) -> Event | None:
        settled = Step.objects.exclude(undone_by=None, undoes=None).values("batch")
        later = Event.objects.filter(about, pk__gt=self.after).exclude(batch__in=self.own).exclude(kind__startswith=COMPUTED)
        return later.exclude(batch__in=settled).select_related("by").order_by("-pk").first()


def because(subject: Any, event: Event | None) -> Obstacle:
    """The refusal: who did what when, as far as it is known."""
    if event is None:
        return Obstacle(_("%(subject)s was changed since.") % {"subject": subject})
    facts = {
        "subject": event.subject_name or subject,
        "person": event.by.name if event.by else event.origin or _("Somebody"),
        "when": f"{localtime(event.at):%Y-%m-%d %H:%M}",
    }
    if event.kind.endswith((".deleted", ".removed")):
        return Obstacle(_("%(person)s deleted %(subject)s on %(when)s.") % facts, event)
    return Obstacle(_("%(person)s changed %(subject)s on %(when)s.") % facts, event)

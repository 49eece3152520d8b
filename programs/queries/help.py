"""Whether somebody waits for help with a milestone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.models import Event
from programs.queries.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

ASKED, ANSWERED = "milestone.help", "milestone.helped"


def called_for(milestone: int) -> Event | None:
    """The call that nobody has answered yet. One query."""
    last = _last.first(milestone)
    return last if last is not None and last.kind == ASKED else None


@prepared
def _last(milestone: int) -> QuerySet[Event]:
    rows = Event.objects.filter(milestone=milestone, kind__in=(ASKED, ANSWERED))
    return rows.select_related("by").order_by("-at", "-pk")[:1]

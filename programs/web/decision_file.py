"""The decisions of a program as CSV: what is open and what was decided, with nothing a spreadsheet would run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import access
from programs.queries import decisions as queries
from programs.queries.snapshots import today_in
from programs.web import respond

if TYPE_CHECKING:
    from programs.models import Decision
    from programs.web.posting import PersonRequest

COLUMNS = ("key", "question", "status", "due", "decided", "decided_by", "decision", "waits_for_it")


@require_safe
def file(request: PersonRequest, slug: str) -> HttpResponse:
    """Every one of them: the open ones as the page lists them, then the settled, the latest first."""
    program = access.program(slug, by=request.user)
    name = f"{slug}-decisions-{today_in(program, timezone.now()).isoformat()}"
    return respond.table(name, [COLUMNS, *(_cells(row, keys) for row, keys in queries.all_of(program))])


def _cells(row: Decision, keys: list[str]) -> list[Any]:
    who = row.decider if row.is_open else row.decided_by
    return [
        row.key,
        row.title,
        row.get_status_display(),
        row.due_on.isoformat() if row.due_on else "",
        row.decided_on.isoformat() if row.decided_on else "",
        who.name if who else "",
        row.chosen or row.outcome,
        "; ".join(keys),
    ]

"""Search: a page, what the palette asks, and what a date in words means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.queries import search as finder
from programs.web import marks, respond, wording
from programs.web.forms import dates

if TYPE_CHECKING:
    from programs.models import Blocker, Milestone, Program, Risk
    from programs.web.posting import PersonRequest

IN_PALETTE, ON_PAGE = 8, 50


@require_safe
def search(request: PersonRequest) -> HttpResponse:
    """Find anything the person may see. The palette gets rows; everybody else a page."""
    q = finder.plain(request.GET.get("q", ""))
    palette = respond.wants_part(request)
    where = finder.plain(request.GET.get("in", ""))
    found = finder.search(q, by=request.user, most=IN_PALETTE if palette else ON_PAGE, first=where)
    groups = [
        {"label": _("Milestones"), "rows": [_milestone(row) for row in found.milestones]},
        {"label": _("Programs"), "rows": [_program(row) for row in found.programs]},
        {"label": _("Blockers"), "rows": [_blocker(row) for row in found.blockers]},
        {"label": _("Risks"), "rows": [_risk(row) for row in found.risks]},
    ]
    if found.programs and not (found.milestones and found.milestones[0].rank == 0):  # type: ignore[attr-defined]
        groups[0], groups[1] = groups[1], groups[0]
    context = {"q": q, "groups": groups, "count": found.count, "most": ON_PAGE}
    return respond.page_or_part(request, "search/page.html", "components/palette_results.html", context)


@require_safe
def date_in_words(request: PersonRequest) -> HttpResponse:
    """What a field says back while a date is typed: "Fri 12 Mar (in 9 days)". The first value in the address is read."""
    text = next((str(value) for value in request.GET.values() if value), "")[:60]
    said, wrong = "", False
    if text.strip():
        try:
            said = dates.echo(dates.read(text, wording.today()), wording.today())
        except ValidationError as error:
            said, wrong = error.messages[0], True
    return render(request, "search/_date.html", {"said": said, "wrong": wrong})


def _milestone(row: Milestone) -> dict[str, Any]:
    timing = getattr(row, "timing", None)
    return {
        "url": reverse("milestone", args=(row.program.slug, row.key)),
        "title": row.name,
        "key": row.key,
        "state": marks.milestone_state(row.status, row.said, blocked=bool(timing and timing.blocked)),
        "hint": row.program.name,
    }


def _program(row: Program) -> dict[str, Any]:
    analysis = getattr(row, "analysis", None)
    return {
        "url": reverse("overview", args=(row.slug,)),
        "title": row.name,
        "state": marks.state(analysis.health if analysis else ""),
    }


def _blocker(row: Blocker) -> dict[str, Any]:
    home = row.milestone
    url = reverse("milestone", args=(row.program.slug, home.key)) if home else reverse("overview", args=(row.program.slug,))
    return {
        "url": url,
        "title": row.title,
        "key": row.key,
        "state": "blocked" if row.is_open else "done",
        "hint": row.program.name,
    }


def _risk(row: Risk) -> dict[str, Any]:
    url = f"{reverse('risks', args=(row.program.slug,))}?q={row.key}&status=all"
    return {"url": url, "title": row.title, "key": row.key, "icon": "risk", "hint": row.program.name}

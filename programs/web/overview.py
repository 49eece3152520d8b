"""One program on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from programs.queries.overview import overview as read_overview
from programs.queries.overview import waiting
from programs.web import respond, wording

if TYPE_CHECKING:
    from programs.queries.overview import Headline
    from programs.web.posting import PersonRequest

MOST_ASKS = 28  # of 700 ms each: 20 seconds, then the page stops asking


@require_safe
def overview(request: PersonRequest, slug: str) -> HttpResponse:
    """The page; to a swap, only the headline, until the forecast has caught up with the plan."""
    if respond.wants_part(request) and request.GET.get("asked"):
        return _still_working(request, slug)
    view = read_overview(slug, by=request.user, today=wording.today(), at=timezone.now())
    response = render(request, "overview/detail.html", {"view": view, "program": view.program, "asked": 1})
    patch_vary_headers(response, ["HX-Request"])
    return response


def _age(headline: Headline) -> str:
    """How old the forecast is that stands there; "" when there is none."""
    if headline.computed_at is None:
        return ""
    minutes = int((timezone.now() - headline.computed_at).total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}


def _still_working(request: PersonRequest, slug: str) -> HttpResponse:
    """The headline alone; when the forecast has caught up, the page brings itself up to date."""
    headline = waiting(slug, by=request.user)
    if not headline.behind and headline.sure.state != "behind":
        return HttpResponse(status=204, headers={"HX-Trigger": "longpole:stale"})
    asked = request.GET.get("asked", "")
    count = int(asked) + 1 if asked.isdecimal() and len(asked) < 4 else MOST_ASKS
    return render(
        request, "overview/_working.html", {"slug": slug, "asked": count, "gave_up": count >= MOST_ASKS, "age": _age(headline)}
    )

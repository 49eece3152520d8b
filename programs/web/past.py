"""How dates moved, any two days side by side, and how good the forecasts were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.queries import past, past_day, quality, sides
from programs.web import wording

if TYPE_CHECKING:
    from django.http import HttpResponse

    from programs.web.posting import PersonRequest


@require_safe
def history(request: PersonRequest, slug: str) -> HttpResponse:
    """Drift, milestone trend and burn-up, with their figures."""
    words = {"planned": _("Planned"), "done": _("Done")}
    view = past.past(slug, by=request.user, today=wording.today(), words=words)
    return render(request, "past/history.html", {"view": view, "program": view.program, "moves": {"chart": view.drift}})


@require_safe
def day(request: PersonRequest, slug: str) -> HttpResponse:
    """One past day as it was; `on` in the address says which."""
    page = request.GET.get("page", "")
    view = past_day.past_day(slug, by=request.user, on=request.GET.get("on", ""), page=int(page) if page.isdecimal() else 1)
    return render(request, "past/day.html", {"view": view, "program": view.program, "page": view.lines})


@require_safe
def compare(request: PersonRequest, slug: str) -> HttpResponse:
    """Two moments of a program beside each other: what moved, came, went and was finished."""
    asked = {"before": request.GET.get("base") or request.GET.get("from", ""), "after": request.GET.get("to", "")}
    view = sides.compare(slug, by=request.user, today=wording.today(), **asked)
    return render(request, "past/compare.html", {"view": view, "program": view.program})


@require_safe
def forecasts(request: PersonRequest, slug: str | None = None) -> HttpResponse:
    """How good our forecasts were: of a program, or of everything the reader sees."""
    view = quality.quality(slug, by=request.user, today=wording.today())
    return render(request, "past/forecasts.html", {"view": view, "program": view.program, "least": quality.LEAST})

"""What a link for people without an account shows: the map or the timeline of one program, as a picture and as a table."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.models import ShareLink, Shown
from programs.queries import map as maps
from programs.queries import shares as queries
from programs.queries.snapshots import today_in
from programs.queries.withheld import Sight
from programs.web import map_svg, map_table, pictures, timeline_svg
from programs.web.map_asked import Asked, of_map
from programs.web.map_choice import Choice, choose
from programs.web.timeline_asked import Asked as TimelineAsked
from programs.web.timeline_asked import of_timeline

if TYPE_CHECKING:
    from django.http import HttpRequest

    from programs.queries.map import Plan


@login_not_required
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """One program, no way on."""
    link = queries.found(token)
    if not queries.is_open(link, at=timezone.now()):
        return _closed_to_robots(render(request, "shares/over.html", status=HTTPStatus.GONE))
    choice = _choice(link)
    today = today_in(link.program, timezone.now())
    context = {
        "link": link,
        "program": link.program,
        "analysis": choice.plan.analysis,
        "lines": map_table.table(choice, today, most=None).lines,
        "picture_url": reverse("shared-picture", args=(token,)),
        "paper_url": reverse("shared-paper", args=(token,)),
        "is_timeline": link.shows == Shown.TIMELINE,
        "today": today,
    }
    return _closed_to_robots(render(request, "shares/shared.html", context))


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """The picture alone, as SVG or PDF, under the same conditions."""
    link = queries.found(token)
    if not queries.is_open(link, at=timezone.now()):
        return _closed_to_robots(HttpResponse(status=HTTPStatus.GONE))
    today = today_in(link.program, timezone.now())
    if link.shows == Shown.TIMELINE:
        context = timeline_svg.context(_plan(link), timeline_of(link.query), today)
    else:
        context = map_svg.context(_choice(link), today)
    svg = pictures.drawn(request, f"{link.shows}/picture.svg", context)
    answer = pictures.answer(svg, kind, program=link.program, of=link.shows, day=today, file=kind == "pdf")
    return _closed_to_robots(answer)


def map_of(query: str) -> Asked:
    """What the address of a map asks for; always drawn, from the first page."""
    return replace(of_map(QueryDict(query)), view="", page=1, slip=False)


def timeline_of(query: str) -> TimelineAsked:
    """What the address of a timeline asks for; never grouped by owner, for owners are not shown."""
    asked = of_timeline(QueryDict(query))
    return replace(asked, group="ws", open="") if asked.group == "owner" else asked


def _plan(link: ShareLink, *, fragile: bool = False) -> Plan:
    return maps.plan_of(link.program, Sight.of(link.program), role=None, analysis=maps.analysis_of(link.program), fragile=fragile)


def _choice(link: ShareLink) -> Choice:
    """The milestones of the table: those of the map, or those that a timeline with these filters has."""
    if link.shows == Shown.TIMELINE:
        rows = timeline_of(link.query)
        asked = Asked(q=rows.q, ws=rows.ws, owner=rows.owner, status=rows.status, done=rows.done, islands=True)
    else:
        asked = map_of(link.query)
    return choose(_plan(link, fragile=asked.show == "fragile"), asked)


def _closed_to_robots(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by nobody, and told to nobody further."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

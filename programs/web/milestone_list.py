"""The list of a program's milestones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import access, views
from programs.queries import milestones as milestone_list
from programs.queries.search import plain
from programs.queries.snapshots import today_in
from programs.web import filters, milestones, respond, rows, saved_views
from programs.web.forms.bulk import Bulk
from programs.web.forms.views import SaveView

if TYPE_CHECKING:
    from programs.models import Program, SavedView
    from programs.web.posting import PersonRequest

NO_VIEW = "0"  # in an address: no view, although the list would open with one


@require_safe
def milestones_page(request: PersonRequest, slug: str) -> HttpResponse:
    """The list: filters, order, page and the open panel are in the address. A swap gets the results, or only the next rows."""
    program = access.program(slug, by=request.user)
    offered = views.offered(program, request.user)
    first = views.opening(offered)
    if first is not None and not request.GET and not respond.wants_part(request):
        return redirect(saved_views.address(first))
    asked = filters.of_milestones(request.GET)
    focus = plain(request.GET.get("focus", ""))[:24]
    context = table(request, program, asked, focus=focus, offered=offered)
    more = request.headers.get("HX-Target") == "rows"
    if not respond.wants_part(request):
        context |= _panel(request, slug, focus)
    part = "milestones/_more.html" if more else "milestones/_results.html"
    response = respond.page_or_part(request, "milestones/list.html", part, context)
    if respond.wants_part(request) and not more:
        response.headers["HX-Push-Url"] = request.path + filters.address(asked, focus=focus).rstrip("?")
    return response


def table(
    request: PersonRequest,
    program: Program,
    asked: milestone_list.Filters,
    *,
    focus: str = "",
    offered: list[SavedView] | None = None,
    form: Bulk | None = None,
    picked: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """What the table, its chips, its heads and the bar of the selection are written from."""
    today = today_in(program, timezone.now())
    found = milestone_list.listing(program, asked, today)
    role = access.role_in(program, request.user)
    chosen = _views(views.offered(program, request.user) if offered is None else offered, asked)
    if chosen["first"] and not asked.view:
        asked = replace(asked, view=NO_VIEW)
    may_update, may_plan = access.allows(role, "update"), access.allows(role, "plan")
    return {
        "program": program,
        "asked": asked,
        "found": found,
        "focus": focus,
        "may_update": may_update,
        "may_plan": may_plan,
        "body": rows.body(program.slug, found.rows, found.thresholds, today, pick=may_update, cols=asked.cols, picked=picked),
        "views": chosen | {"may_change": may_plan or not getattr(chosen["active"], "shared", True)},
        "save_form": SaveView(may_plan=may_plan, program=program, today=today),
        "bulk": form or Bulk(may_plan=may_plan, program=program, today=today),
        "chips": filters.milestone_chips(asked, found),
        "heads": filters.heads(asked),
        "columns": filters.column_choices(asked),
        "usual_columns": filters.address(asked, cols="") if asked.cols else "",
        "address": filters.address(asked),
        "next_url": filters.address(asked, page=asked.page + 1),
        "previous_url": filters.address(asked, page=asked.page - 1),
        "clear_url": filters.address(milestone_list.Filters(status=milestone_list.ALL, cols=asked.cols)),
        "first": (asked.page - 1) * milestone_list.PAGE + 1,
        "next_count": min(found.left, milestone_list.PAGE),
    }


def _views(offered: list[SavedView], asked: milestone_list.Filters) -> dict[str, Any]:
    """The views to choose from, the one whose name the address carries, and whether its filters were changed since."""
    active = next((view for view in offered if str(view.pk) == asked.view), None)
    here = filters.address(asked, page=1, view="").removeprefix("?")
    return {
        "offered": [(view, saved_views.address(view)) for view in offered],
        "first": views.opening(offered),
        "active": active,
        "changed": active is not None and active.query != here,
    }


def _panel(request: PersonRequest, slug: str, key: str) -> dict[str, Any]:
    """The side panel of an address that was pasted somewhere; what is gone by now is simply not open."""
    if not key:
        return {}
    try:
        return {"panel": milestones.around(request, slug, key)}
    except Http404:
        return {}

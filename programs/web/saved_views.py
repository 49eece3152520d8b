"""Saved views of the milestones list: save one, look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import views as actions
from programs.actions.errors import Refused
from programs.queries import access
from programs.queries import views as queries
from programs.queries.snapshots import today_in
from programs.web import filters, posting, respond
from programs.web.forms.views import SaveView

if TYPE_CHECKING:
    from programs.models import Program, SavedView
    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request: PersonRequest, slug: str) -> HttpResponse:
    """The views one may choose from, to rename, share, put first and delete. A POST keeps a new one."""
    program = access.program(slug, by=request.user)
    if request.method != "POST":
        return _page(request, program)
    form = form_of(request, program, request.POST)
    return posting.submit(
        request,
        form,
        lambda: actions.save(program=program, by=request.user, at=timezone.now(), **_given(form)),
        show=lambda status: _page(request, program, form, status=status),
        leave=lambda view: (address(view), _("View saved: %(name)s") % {"name": view.name}),
    )


@require_POST
def change(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Another name or other filters; shared or not, first or not. Only what is sent changes."""
    view = access.saved_view(slug, pk, by=request.user, change=True)
    sent: dict[str, Any] = {"name": request.POST["name"]} if "name" in request.POST else {}
    sent |= {name: request.POST[name] == "1" for name in ("shared", "first") if name in request.POST}
    if "query" in request.POST:
        sent["query"] = normal(request.POST["query"])
    try:
        saved = actions.change(view=view, changes=sent, by=request.user, at=timezone.now())
    except Refused as refused:
        return _page(request, view.program, problem=refused.message, status=respond.UNPROCESSABLE)
    to = address(saved) if "query" in sent else reverse("views", args=(slug,))
    return respond.done(request, to, _("View saved: %(name)s") % {"name": saved.name})


@require_POST
def delete(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Forget it."""
    view = access.saved_view(slug, pk, by=request.user, change=True)
    actions.delete(view=view, by=request.user, at=timezone.now())
    return respond.done(request, reverse("views", args=(slug,)), _("View deleted: %(name)s") % {"name": view.name})


def form_of(request: PersonRequest, program: Program, data: QueryDict | None = None) -> SaveView:
    """The form that keeps the list as it is now."""
    may_plan = access.can(program, request.user, "plan")
    return SaveView(data, may_plan=may_plan, program=program, today=today_in(program, timezone.now()))


def address(view: SavedView) -> str:
    """Where the list stands as the view has it. The filters are in the address, so it can be passed on."""
    base = reverse("milestones", args=(view.program.slug,))
    return f"{base}?view={view.pk}" + (f"&{view.query}" if view.query else "")


def normal(query: str) -> str:
    """The filters of an address in their one way of writing, without page and view."""
    asked = filters.of_milestones(QueryDict(query.lstrip("?")[:2000]))
    return filters.address(asked, page=1, view="").removeprefix("?")


def _given(form: SaveView) -> dict[str, Any]:
    given = form.given()
    return given | {"query": normal(given["query"])}


def _page(
    request: PersonRequest, program: Program, form: SaveView | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    offered = [(view, address(view)) for view in queries.offered(program, request.user)]
    context = {
        "program": program,
        "offered": offered,
        "form": form,
        "problem": problem,
        "post": request.path,
        "submit_label": _("Save view"),
        "may_plan": access.can(program, request.user, "plan"),
    }
    return render(request, "milestones/views.html", context, status=status)

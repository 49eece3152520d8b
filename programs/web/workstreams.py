"""Workstreams: add one, change one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import workstreams as actions
from programs.queries import access
from programs.queries.snapshots import today_in
from programs.web import posting, respond
from programs.web.forms import workstreams as forms

if TYPE_CHECKING:
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a workstream."""
    program = access.program(slug, by=request.user, may="plan")
    at = timezone.now()
    form = forms.NewWorkstream(request.POST or None, program=program, today=today_in(program, at))
    overview = reverse("overview", args=(slug,))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": program,
        "submit_label": _("Add workstream"),
        "cancel_url": overview,
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "workstreams/new.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.create(program=program, by=request.user, at=at, **form.given()),
        show=display,
        leave=lambda row: (
            f"{reverse('milestones', args=(slug,))}?ws={row.key}",
            _("%(name)s added as %(key)s") % {"name": row.name, "key": row.key},
        ),
    )


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Change a workstream."""
    row = access.workstream(slug, key, by=request.user, may="plan")
    at = timezone.now()
    form = forms.EditWorkstream(request.POST or None, row=row, program=row.program, today=today_in(row.program, at))
    home = f"{reverse('milestones', args=(slug,))}?ws={row.key}"
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "workstream": row,
        "submit_label": _("Save workstream"),
        "cancel_url": home,
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "workstreams/edit.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.edit(workstream=row, **form.edit(), by=request.user, at=at),
        show=display,
        leave=lambda saved: (home, _("%(name)s saved") % {"name": saved.name}),
    )


@require_POST
def move(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """One place up or down."""
    row = access.workstream(slug, key, by=request.user, may="plan")
    actions.move(workstream=row, up=request.POST.get("to") != "down", by=request.user, at=timezone.now())
    return respond.done(request, f"{reverse('program-edit', args=(slug,))}#workstreams")

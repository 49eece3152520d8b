"""What people write about a program, beside what the network says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import programs
from programs.actions import updates as actions
from programs.queries import access, reports
from programs.queries import updates as queries
from programs.web import posting, wording
from programs.web.forms.updates import PinNote, Write

if TYPE_CHECKING:
    from django.http import HttpResponse

    from programs.models import Program, StatusUpdate
    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def updates(request: PersonRequest, slug: str) -> HttpResponse:
    """The list, and the form to write one. A POST writes it."""
    view = queries.updates(slug, by=request.user, page=request.GET.get("page"))
    if request.method == "POST":
        if not view.may_update:
            raise PermissionDenied
        return _write(request, view)
    return _page(request, view, _form(view) if view.may_update else None)


def _write(request: PersonRequest, view: queries.Updates) -> HttpResponse:
    form = _form(view, request.POST)

    def save() -> StatusUpdate:
        return actions.write(program=view.program, by=request.user, at=timezone.now(), **form.given())

    def leave(_row: StatusUpdate) -> tuple[str, str]:
        return reverse("updates", args=[view.program.slug]), _("Update saved")

    return posting.submit(request, form, save, show=lambda status: _page(request, view, form, status=status), leave=leave)


def _form(view: queries.Updates, data: Any = None) -> Write:
    return Write(data, today=wording.today(), workstreams=queries.workstreams(view.program))


@require_POST
def pin(request: PersonRequest, slug: str) -> HttpResponse:
    """Pin a note beside the computed health, or take it off."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    form = PinNote(request.POST, auto_id="pin_%s", row=program, program=program, today=wording.today())

    def save() -> Program:
        return programs.edit(program=program, **form.edit(), by=request.user, at=at)

    def show(status: int) -> HttpResponse:
        view = queries.updates(slug, by=request.user)
        return _page(request, view, _form(view), pinned=form, status=status)

    def leave(saved: Program) -> tuple[str, str]:
        return reverse("updates", args=[slug]), _("Note pinned") if saved.declared_note else _("Note taken off")

    return posting.submit(request, form, save, show=show, leave=leave)


def _page(
    request: PersonRequest, view: queries.Updates, form: Write | None, *, pinned: PinNote | None = None, status: int = 200
) -> HttpResponse:
    program = view.program
    if pinned is None and view.may_manage:
        pinned = PinNote(auto_id="pin_%s", row=program, program=program, today=wording.today())
    context = {
        "view": view,
        "program": program,
        "form": form,
        "pinned": pinned,
        "archive": reports.archive(program, page=request.GET.get("sent")),
        "draft": reports.draft(program) if view.may_manage else None,
        "may_manage": view.may_manage,
    }
    return render(request, "updates/list.html", context, status=status)

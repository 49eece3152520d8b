"""Programs: where a person lands, how one begins and ends. The rest is in `settings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from programs.actions import milestones, programs, workstreams
from programs.queries import access
from programs.queries import programs as program_pages
from programs.queries.snapshots import today_in
from programs.web import posting, respond, wording
from programs.web.forms import programs as forms

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Person, Program
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Who works somewhere goes to their work, who only reads to the portfolio, who sees nothing yet to the first steps."""
    return redirect({"works": "my-work", "reads": "portfolio", "": "program-new"}[program_pages.stands(request.user)])


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest) -> HttpResponse:
    """The first steps, and a program from nothing."""
    at = timezone.now()
    form = forms.NewProgram(request.POST or None, today=wording.today(), initial={"time_zone": request.user.time_zone})
    context = {
        "form": form,
        "post": request.get_full_path(),
        "first_run": not program_pages.stands(request.user),
        "demo": program_pages.demo_for(request.user),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "programs/new.html", "programs/_new_form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: _set_up(form, by=request.user, at=at),
        show=display,
        leave=lambda made: (reverse("milestones", args=(made.slug,)), _("%(name)s is set up") % {"name": made.name}),
    )


def _set_up(form: forms.NewProgram, *, by: Person, at: datetime) -> Program:
    """The program, its workstreams, and the milestone that finishes it in the last of them."""
    given = form.given()
    finish, lanes, target = given.pop("finish"), given.pop("workstreams"), given["target_date"]
    made = programs.create(by=by, at=at, **{name: value for name, value in given.items() if value})
    rows = [workstreams.create(program=made, name=name, by=by, at=at) for name in lanes]
    if finish:
        last = milestones.create(
            program=made, name=finish, workstream=rows[-1] if rows else None, target_date=target, duration_days=0, by=by, at=at
        )
        made = programs.edit(program=made, version=made.version, changes={"finish_milestone": last}, by=by, at=at)
    return made


@require_http_methods(FORM_METHODS)
def delete(request: PersonRequest, slug: str) -> HttpResponse:
    """The one thing that is asked for first, with the name of the program; it can still come back for a day."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    form = forms.DeleteProgram(request.POST or None, today=today_in(program, at))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": program,
        "goes": program_pages.goes_with(program),
        "submit_label": _("Delete the program"),
        "cancel_url": reverse("program-edit", args=(slug,)),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "programs/delete.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: programs.delete(program=program, name=form.cleaned_data["name"], by=request.user, at=at),
        show=display,
        leave=lambda gone: (reverse("home"), _("%(name)s deleted") % {"name": gone.name}),
    )

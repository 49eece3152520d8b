"""Programs: where a person lands, make one, change it, its calendar, its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions import milestones, programs, workstreams
from programs.actions.errors import Refused
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
def edit(request: PersonRequest, slug: str) -> HttpResponse:
    """The settings: what the program is, its calendar, its members."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    if request.method != "POST":
        return _settings(request, program)
    form = forms.EditProgram(request.POST, auto_id="general_%s", row=program, program=program, today=today_in(program, at))
    return posting.submit(
        request,
        form,
        lambda: programs.edit(
            program=program,
            version=form.cleaned_data["version"],
            changes=form.given(),
            base=form.made_from,
            by=request.user,
            at=at,
        ),
        show=lambda status: _settings(request, program, general=form, status=status),
        leave=lambda _saved: (reverse("program-edit", args=(slug,)), _("Program saved")),
    )


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


@require_POST
def calendar(request: PersonRequest, slug: str) -> HttpResponse:
    """Which days people work on."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    form = forms.Calendar(request.POST, auto_id="calendar_%s", row=program, program=program, today=today_in(program, at))
    return posting.submit(
        request,
        form,
        lambda: programs.set_calendar(
            program=program, version=form.cleaned_data["version"], by=request.user, at=at, **form.given()
        ),
        show=lambda status: _settings(request, program, calendar=form, status=status),
        leave=lambda _saved: (f"{reverse('program-edit', args=(slug,))}#calendar", _("Calendar saved")),
    )


@require_POST
def invite(request: PersonRequest, slug: str) -> HttpResponse:
    """Let somebody in."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    form = forms.Invite(request.POST, auto_id="invite_%s", today=today_in(program, at))
    return posting.submit(
        request,
        form,
        lambda: programs.invite(program=program, by=request.user, at=at, **form.given()),
        show=lambda status: _settings(request, program, invite=form, status=status),
        leave=lambda person: (
            f"{reverse('program-edit', args=(slug,))}#members",
            _("%(name)s is a member") % {"name": person.name},
        ),
    )


@require_POST
def role(request: PersonRequest, slug: str, person: int) -> HttpResponse:
    """Give a member another role."""
    program = access.program(slug, by=request.user, may="manage")
    member = _member(program, person)
    at = timezone.now()
    form = forms.ChangeRole(request.POST, auto_id="role_%s", today=today_in(program, at))
    return posting.submit(
        request,
        form,
        lambda: programs.set_member(program=program, person=member, role=form.cleaned_data["role"], by=request.user, at=at),
        show=lambda status: _settings(request, program, role=form, role_of=member.pk, status=status),
        leave=lambda _row: (
            f"{reverse('program-edit', args=(slug,))}#members",
            _("Role of %(name)s changed") % {"name": member.name},
        ),
    )


@require_POST
def remove(request: PersonRequest, slug: str, person: int) -> HttpResponse:
    """End a membership."""
    program = access.program(slug, by=request.user, may="manage")
    member = _member(program, person)
    try:
        programs.remove_member(program=program, person=member, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return _settings(request, program, status=respond.UNPROCESSABLE)
    home_url = f"{reverse('program-edit', args=(slug,))}#members"
    if member.pk == request.user.pk and not request.user.is_admin:
        home_url = reverse("home")
    return respond.done(request, home_url, _("%(name)s is no longer a member") % {"name": member.name})


def _member(program: Program, pk: int) -> Person:
    found = program_pages.member(program, pk)
    if found is None:
        raise Http404
    return found


def _settings(request: PersonRequest, program: Program, *, status: int = 200, **bound: Any) -> HttpResponse:
    """The page with all its forms; the one that was sent keeps what was typed."""
    today = today_in(program, timezone.now())
    own = program_pages.exceptions(program)
    names_too = request.GET.get("names") == "1"
    context = {
        "program": program,
        "general": bound.get("general") or forms.EditProgram(auto_id="general_%s", row=program, program=program, today=today),
        "calendar": bound.get("calendar")
        or forms.Calendar(auto_id="calendar_%s", row=program, program=program, today=today, exceptions=own),
        "invite": bound.get("invite") or forms.Invite(auto_id="invite_%s", today=today),
        "role": bound.get("role"),
        "role_of": bound.get("role_of"),
        "roles": forms.ChangeRole(today=today).fields["role"].choices,  # type: ignore[attr-defined]
        "members": program_pages.members(program, names_too=names_too),
        "names": 0 if names_too else program_pages.names_only(program),
        "lanes": program_pages.lanes(program),
    }
    return respond.page_or_part(request, "programs/settings.html", "programs/settings.html", context, status=status)

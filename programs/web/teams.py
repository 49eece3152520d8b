"""Teams, from the settings of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from programs.actions import teams as actions
from programs.actions.errors import Refused
from programs.queries import access
from programs.queries.snapshots import today_in
from programs.web import posting, respond
from programs.web.forms import teams as forms
from programs.web.settings import section_url

if TYPE_CHECKING:
    from programs.models import Program
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest, slug: str) -> HttpResponse:
    """Make a team."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    form = forms.NewTeam(request.POST or None, program=program, today=today_in(program, at))

    def display(status: int = 200) -> HttpResponse:
        return _page(request, program, form, _("New team"), status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.create(program=program, by=request.user, at=at, **form.given()),
        show=display,
        leave=lambda row: (section_url(slug, "teams"), _("%(name)s added") % {"name": row.name}),
    )


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Change who is in it and what it owns here."""
    team = access.team(slug, pk, by=request.user)
    program, at = access.program(slug, by=request.user, may="manage"), timezone.now()
    form = forms.EditTeam(request.POST or None, row=team, program=program, today=today_in(program, at))

    def display(status: int = 200) -> HttpResponse:
        return _page(request, program, form, team.name, team=team, status=status)

    def save() -> Any:
        asked = form.edit()
        members, lanes = (asked["changes"].pop(name) for name in ("members", "lanes"))
        return actions.edit(team=team, program=program, **asked, members=members, lanes=lanes, by=request.user, at=at)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        save,
        show=display,
        leave=lambda row: (section_url(slug, "teams"), _("%(name)s saved") % {"name": row.name}),
    )


@require_http_methods(FORM_METHODS)
def delete(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Ask, then dissolve it."""
    team = access.team(slug, pk, by=request.user)
    program = access.program(slug, by=request.user, may="manage")
    context, status = {"program": program, "team": team}, 200
    if request.method == "POST":
        try:
            actions.delete(team=team, program=program, by=request.user, at=timezone.now())
            return respond.done(request, section_url(slug, "teams"), _("Team dissolved"))
        except Refused as refused:
            messages.error(request, refused.message)
            status = respond.UNPROCESSABLE
    return render(request, "teams/delete.html", context, status=status)


def _page(
    request: PersonRequest, program: Program, form: forms.Team, title: str, *, team: Any = None, status: int = 200
) -> HttpResponse:
    context = {
        "program": program,
        "form": form,
        "title": title,
        "post": request.get_full_path(),
        "submit_label": _("Save team") if team else _("Add team"),
        "cancel_url": section_url(program.slug, "teams"),
        "delete_url": reverse("team-delete", args=(program.slug, team.pk)) if team else "",
        "delete_label": _("Dissolve team"),
    }
    return respond.page_or_part(request, "teams/edit.html", "components/form.html", context, status=status)

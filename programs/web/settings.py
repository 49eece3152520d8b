"""The settings of a program on one page: what it is, its workstreams, calendar, thresholds, members, teams and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import programs
from programs.actions.errors import Refused, Stale
from programs.queries import access, calendars
from programs.queries import outbox as mails
from programs.queries import programs as queries
from programs.queries import teams as team_pages
from programs.queries.snapshots import today_in
from programs.web import posting, respond, subscriptions
from programs.web.forms import programs as forms

if TYPE_CHECKING:
    from programs.models import Program
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, slug: str) -> HttpResponse:
    """Show everything; change what the program is."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    if request.method != "POST":
        return page(request, program)
    form = forms.EditProgram(request.POST, auto_id="general_%s", row=program, program=program, today=today_in(program, at))
    return posting.submit(
        request,
        form,
        lambda: programs.edit(program=program, **form.edit(), by=request.user, at=at),
        show=lambda status: page(request, program, general=form, status=status),
        leave=lambda _saved: (reverse("program-edit", args=(slug,)), _("Program saved")),
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
        show=lambda status: page(request, program, calendar=form, status=status),
        leave=lambda _saved: (section_url(slug, "calendar"), _("Calendar saved")),
    )


@require_POST
def thresholds(request: PersonRequest, slug: str) -> HttpResponse:
    """What counts as silent, near critical, a high risk."""
    program = access.program(slug, by=request.user, may="manage")
    at = timezone.now()
    form = forms.EditThresholds(request.POST, auto_id="thresholds_%s", row=program, program=program, today=today_in(program, at))

    def save() -> Program:
        version, base = form.cleaned_data["version"], form.made_from
        try:
            return programs.edit(
                program=program,
                version=version,
                changes=form.given(),
                base=None if base is None else {"thresholds": forms.as_stored(base)},
                by=request.user,
                at=at,
            )
        except Stale as stale:
            raise _looked_old(form, stale) from stale

    return posting.submit(
        request,
        form,
        save,
        show=lambda status: page(request, program, thresholds=form, status=status),
        leave=lambda _saved: (section_url(slug, "thresholds"), _("Thresholds saved")),
    )


def _looked_old(form: forms.EditThresholds, stale: Stale) -> Refused:
    """Somebody saved other thresholds in between: what was typed comes again, ready to be saved over theirs."""
    if stale.current is not None:
        data = form.data.copy()  # type: ignore[attr-defined]
        data["version"] = str(stale.current.version)  # type: ignore[attr-defined]
        form.data = data
    return Refused(_("Somebody else changed the thresholds meanwhile. Save again to keep yours."), code="stale")


def section_url(slug: str, section: str) -> str:
    """A part of the page."""
    return f"{reverse('program-edit', args=(slug,))}#{section}"


def page(request: PersonRequest, program: Program, *, status: int = 200, **bound: Any) -> HttpResponse:
    """The page with all its forms; the one that was sent keeps what was typed."""
    today = today_in(program, timezone.now())
    shared: dict[str, Any] = {"row": program, "program": program, "today": today}
    own = queries.exceptions(program)
    names_too = request.GET.get("names") == "1"
    context = {
        "program": program,
        "general": bound.get("general") or forms.EditProgram(auto_id="general_%s", **shared),
        "calendar": bound.get("calendar") or forms.Calendar(auto_id="calendar_%s", exceptions=own, **shared),
        "days_off": calendars.days_off(program, own, first=today, language=get_language() or "en"),
        "thresholds": bound.get("thresholds") or forms.EditThresholds(auto_id="thresholds_%s", **shared),
        "invite": bound.get("invite") or forms.Invite(auto_id="invite_%s", today=today),
        "role": bound.get("role"),
        "role_of": bound.get("role_of"),
        "roles": forms.ChangeRole(today=today).fields["role"].choices,  # type: ignore[attr-defined]
        "members": queries.members(program, names_too=names_too),
        "names": 0 if names_too else queries.names_only(program),
        "lanes": queries.lanes(program),
        "teams": team_pages.teams_of(program),
        "mails": subscriptions.rows(mails.subscriptions_in(program, by=request.user, manages=True), program.slug),
        "may_close": request.user.is_admin,
    }
    return respond.page_or_part(request, "programs/settings.html", "programs/settings.html", context, status=status)

"""Risks: the register with its heat map, add one, change one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from programs.actions import risks as actions
from programs.queries import access, choices
from programs.queries import risks as risk_register
from programs.queries.search import plain
from programs.queries.snapshots import today_in
from programs.web import filters, posting, respond, strips
from programs.web.forms import risks as forms

if TYPE_CHECKING:
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def risks(request: PersonRequest, slug: str) -> HttpResponse:
    """The register. A swap gets the map and the rows."""
    program = access.program(slug, by=request.user)
    asked = filters.of_risks(request.GET)
    at = timezone.now()
    found = risk_register.register(program, asked, at=at)
    context = {
        "program": program,
        "asked": asked,
        "found": found,
        "chips": filters.risk_chips(asked, found),
        "heat": filters.heat_links(asked, found),
        "kinds": filters.risk_kinds(asked, found),
        "clear_url": filters.address(risk_register.Filters(status=risk_register.ALL)),
        "sorts": {name: filters.address(asked, sort=name) for name in risk_register.SORTS},
        "may_plan": access.can(program, request.user, "plan"),
        "today": today_in(program, at),
    }
    response = respond.page_or_part(request, "risks/list.html", "risks/_results.html", context)
    if respond.wants_part(request):
        response.headers["HX-Push-Url"] = request.path + filters.address(asked).rstrip("?")
    return response


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest, slug: str) -> HttpResponse:
    """Write down a risk, perhaps to a milestone that is given in the address."""
    program = access.program(slug, by=request.user, may="plan")
    at = timezone.now()
    threatened = choices.by_key(program, plain(request.GET.get("milestone", "")))
    initial = {"milestone": threatened} if threatened else None
    form = forms.NewRisk(request.POST or None, program=program, today=today_in(program, at), initial=initial)
    home = reverse("risks", args=(slug,))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": program,
        "submit_label": _("Add risk"),
        "cancel_url": home,
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "risks/new.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.create(program=program, by=request.user, at=at, **form.given()),
        show=display,
        leave=lambda row: (home, _("%(key)s added") % {"key": row.key}),
    )


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Change a risk; its owner who may not plan says how it stands."""
    row = access.watched_risk(slug, number, by=request.user)
    at = timezone.now()
    kind = forms.EditRisk if access.can(row.program, request.user, "plan") else forms.ReviewRisk
    form = kind(request.POST or None, row=row, program=row.program, today=today_in(row.program, at))
    home = reverse("risks", args=(slug,))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "risk": row,
        "submit_label": _("Save risk"),
        "cancel_url": home,
        "history": strips.sparkline(risk_register.scores(row), most=25),
        "blockers": list(row.blockers.order_by("number")),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "risks/edit.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.edit(risk=row, **form.edit(), by=request.user, at=at),
        show=display,
        leave=lambda saved: (home, _("%(key)s saved") % {"key": saved.key}),
    )


@require_http_methods(FORM_METHODS)
def happened(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """It came true: say what is blocked now, with what is known of the risk filled in."""
    row = access.watched_risk(slug, number, by=request.user)
    at = timezone.now()
    initial = {
        "title": row.title,
        "owner": row.owner,
        "next_step": row.response_text,
        "so_what": row.so_what,
        "version": row.version,
    }
    form = forms.Happened(request.POST or None, program=row.program, today=today_in(row.program, at), initial=initial)
    home = reverse("risk-edit", args=(slug, number))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "risk": row,
        "submit_label": _("Add blocker and close %(key)s") % {"key": row.key},
        "cancel_url": home,
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "risks/happened.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.happened(risk=row, by=request.user, at=at, **{"version": row.version, **form.given()}),
        show=display,
        leave=lambda made: (reverse("blocker", args=(slug, made.number)), _("%(key)s added") % {"key": made.key}),
    )

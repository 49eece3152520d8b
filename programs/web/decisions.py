"""Decisions: the lists, one page, and what can be done about one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from programs.actions import decisions as actions
from programs.models import DecisionStatus
from programs.queries import access, choices
from programs.queries import decisions as queries
from programs.queries.search import plain
from programs.queries.snapshots import today_in
from programs.web import posting, respond
from programs.web.forms import decisions as forms

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs.models import Decision
    from programs.web.forms.base import Editing
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def everywhere(request: PersonRequest) -> HttpResponse:
    """What waits for a decision in any program one may see."""
    view = queries.of_everything(request.user, at=timezone.now())
    return respond.page_or_part(
        request, "decisions/all.html", "decisions/all.html", {"view": view, "today": timezone.localdate()}
    )


@require_safe
def decisions(request: PersonRequest, slug: str) -> HttpResponse:
    """Open ones by what waiting costs, then those that are made."""
    program = access.program(slug, by=request.user)
    at = timezone.now()
    context = {
        "program": program,
        "view": queries.of_program(program, by=request.user, at=at),
        "today": today_in(program, at),
    }
    return respond.page_or_part(request, "decisions/list.html", "decisions/list.html", context)


@require_safe
def decision(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """One decision."""
    row = access.decision(slug, number, by=request.user)
    at = timezone.now()
    view = queries.page(row, by=request.user, at=at)
    context = {"decision": row, "program": row.program, "view": view, "today": today_in(row.program, at)}
    return respond.page_or_part(request, "decisions/detail.html", "decisions/detail.html", context)


@require_safe
def effects(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Where the options lead by their what-if drafts, worked out now."""
    row = access.decision(slug, number, by=request.user)
    at = timezone.now()
    found = queries.effects(row, by=request.user, at=at)
    context = {"decision": row, "program": row.program, "effects": found, "today": today_in(row.program, at)}
    return respond.page_or_part(request, "decisions/effects.html", "decisions/_effects.html", context)


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest, slug: str) -> HttpResponse:
    """Put a question, perhaps one that a milestone in the address waits for."""
    program = access.program(slug, by=request.user, may="plan")
    at = timezone.now()
    waits = choices.by_key(program, plain(request.GET.get("milestone", "")))
    initial = {"holds": [waits] if waits else [], "owner": request.user}
    form = forms.NewDecision(request.POST or None, program=program, today=today_in(program, at), initial=initial)
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": program,
        "submit_label": _("Add decision"),
        "cancel_url": reverse("decisions", args=(slug,)),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "decisions/new.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.create(program=program, by=request.user, at=at, **form.given()),
        show=display,
        leave=lambda row: (reverse("decision", args=(slug, row.number)), _("%(key)s added") % {"key": row.key}),
    )


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Change what is asked."""
    row = access.decision(slug, number, by=request.user, may="plan")
    return _form(
        request,
        row,
        forms.EditDecision,
        lambda form: actions.edit(decision=row, **form.edit(), **_who(request)),
        _("Save decision"),
    )


@require_http_methods(FORM_METHODS)
def options(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Say what counts and what can be chosen. New criteria lead back here for their values."""
    row = access.decision(slug, number, by=request.user, may="plan")
    before = {one["name"] for one in row.criteria}

    def where(saved: Decision) -> str:
        more = saved.options and {one["name"] for one in saved.criteria} - before
        return reverse("decision-options" if more else "decision", args=(slug, number))

    return _form(
        request,
        row,
        forms.Options,
        lambda form: actions.edit(decision=row, **form.edit(), **_who(request)),
        _("Save options"),
        where=where,
        by=request.user,
    )


@require_http_methods(FORM_METHODS)
def decide(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Record the decision."""
    return _step(request, slug, number, forms.Decide, actions.decide, _("Record the decision"))


@require_http_methods(FORM_METHODS)
def check(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Say what came true."""
    return _step(request, slug, number, forms.Check, actions.check, _("Save what came true"))


@require_http_methods(FORM_METHODS)
def reopen(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Ask again."""
    return _step(request, slug, number, forms.Reopen, actions.reopen, _("Open it again"))


@require_http_methods(FORM_METHODS)
def withdraw(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Nobody has to decide it any more."""
    return _step(request, slug, number, forms.Withdraw, actions.withdraw, _("Not needed any more"))


def _who(request: PersonRequest) -> dict[str, Any]:
    return {"by": request.user, "at": timezone.now()}


def _step(
    request: PersonRequest, slug: str, number: int, kind: type[Editing], act: Callable[..., Decision], label: str
) -> HttpResponse:
    """What whoever decides it does with a decision, by a form of its own."""
    row = access.decision(slug, number, by=request.user)
    if not queries.may_decide(row, request.user):
        raise PermissionDenied

    def save(form: Any) -> Decision:
        return act(decision=row, version=form.cleaned_data["version"], **form.given(), **_who(request))

    return _form(request, row, kind, save, label)


def _form(
    request: PersonRequest,
    row: Decision,
    kind: type[Editing],
    save: Callable[[Any], Decision],
    label: str,
    *,
    where: Callable[[Decision], str] | None = None,
    **options: Any,
) -> HttpResponse:
    """One form about a decision, on a page of its own; it leads back to the decision."""
    form = kind(request.POST or None, row=row, program=row.program, today=today_in(row.program, timezone.now()), **options)
    home = reverse("decision", args=(row.program.slug, row.number))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "decision": row,
        "heading": label,
        "submit_label": label,
        "cancel_url": home,
        "decided": row.status == DecisionStatus.DECIDED,
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "decisions/form.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: save(form),
        show=display,
        leave=lambda saved: (where(saved) if where else home, _("%(key)s saved") % {"key": saved.key}),
    )

"""Baselines of a program: take one, choose the one that is shown, delete one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import baselines as actions
from programs.queries import access
from programs.queries import baselines as queries
from programs.queries.snapshots import today_in
from programs.web import posting, respond
from programs.web.forms.baselines import Take

if TYPE_CHECKING:
    from django.http import HttpResponse

    from programs.models import Program
    from programs.web.posting import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def baselines(request: PersonRequest, slug: str) -> HttpResponse:
    """Every baseline, and for planners the form that takes one. A POST takes it."""
    program = access.program(slug, by=request.user, may="view")
    may_plan = access.allows(access.role_in(program, request.user), "plan")
    options = {"program": program, "today": today_in(program, timezone.now())}
    if request.method != "POST":
        return _page(request, program, Take(**options) if may_plan else None)
    if not may_plan:
        raise PermissionDenied
    form = Take(request.POST, **options)
    return posting.submit(
        request,
        form,
        lambda: actions.take(
            program=program,
            by=request.user,
            at=timezone.now(),
            name=form.cleaned_data["name"],
            show=bool(form.cleaned_data["show"]),
        ),
        show=lambda status: _page(request, program, form, status=status),
        leave=lambda made: (reverse("baselines", args=(slug,)), _("Baseline taken: %(name)s") % {"name": made.name}),
    )


@require_POST
def choose(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Measure slips from this one."""
    one = access.baseline(slug, pk, by=request.user)
    actions.choose(baseline=one, by=request.user, at=timezone.now())
    return respond.done(request, reverse("baselines", args=(slug,)), _("Slips are measured from %(name)s") % {"name": one.name})


@require_POST
def delete(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Forget it."""
    one = access.baseline(slug, pk, by=request.user)
    actions.delete(baseline=one, by=request.user, at=timezone.now())
    return respond.done(request, reverse("baselines", args=(slug,)), _("Baseline deleted: %(name)s") % {"name": one.name})


def _page(request: PersonRequest, program: Program, form: Take | None, *, status: int = 200) -> HttpResponse:
    context = {"program": program, "form": form, "rows": queries.of_program(program), "post": request.path}
    return render(request, "past/baselines.html", context | {"submit_label": _("Take baseline")}, status=status)

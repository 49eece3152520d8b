"""What a new date moves, shown before it is saved: under the field while one types, or as a page where there is no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.queries import access, date_ways
from programs.queries import preview as queries
from programs.queries.snapshots import today_in
from programs.web import answers, respond
from programs.web.forms import milestones as forms

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Milestone
    from programs.web.posting import PersonRequest


@require_safe
def moves(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """The part under a date field; nothing while what is typed is no day yet. A page of its own without script."""
    row = access.milestone(slug, key, by=request.user, may="update")
    at = timezone.now()
    form = forms.NewDate(request.GET, today=today_in(row.program, at), auto_id="date_%s")
    if not form.is_valid():
        if respond.wants_part(request):
            return render(request, "milestone/_moves.html", {"preview": None})
        return answers.unsettled(request, form, row, "", status=respond.UNPROCESSABLE)
    return page(request, form, row, at=at)


@require_safe
def edit_moves(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """The part under the form of a whole milestone: what its dates and its work, as they are typed now, would move."""
    row = access.milestone(slug, key, by=request.user, may="plan")
    at = timezone.now()
    form = forms.EditMilestone(request.GET, row=row, program=row.program, today=today_in(row.program, at))
    form.is_valid()  # what is half typed has no value yet; the rest of the form is not asked
    typed = {name: form.cleaned_data.get(name) for name in queries.FIELDS if name in request.GET and name in form.fields}
    changes = {name: value for name, value in typed.items() if value != getattr(row, name)}
    half = any(name in form.errors for name in typed)
    seen = queries.edited(row, changes, by=request.user, at=at) if changes and not half else None
    return render(request, "milestone/_moves.html", {"preview": seen, "today": form.today})


def comes_first(request: PersonRequest, form: forms.NewDate) -> bool:
    """Whether the day was not looked at yet: without script it is shown before it is saved."""
    if respond.wants_part(request) or not form.is_valid():
        return False
    return request.POST.get("seen") != form.cleaned_data["date"].isoformat()


def page(request: PersonRequest, form: forms.NewDate, row: Milestone, *, at: datetime) -> HttpResponse:
    """What the day in a valid form would move."""
    day = form.cleaned_data["date"]
    context = {
        "preview": queries.edited(row, {"expected_date": day}, by=request.user, at=at),
        "ways": date_ways.ways(row, day, at=at, may_plan=access.can(row.program, request.user, "plan")),
        "seen": day,
        "milestone": row,
        "program": row.program,
        "form": form,
        "today": form.today,
    }
    return respond.page_or_part(request, "milestone/moves.html", "milestone/_moves.html", context)

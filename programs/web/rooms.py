"""The page of a blocker, what it costs, who to pull into the room, and the list of all blockers of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from programs.actions import escalations, notices
from programs.actions.errors import Refused
from programs.queries import access
from programs.queries import blocker as queries
from programs.queries.notices import unanswered
from programs.queries.snapshots import today_in
from programs.summaries import room, words
from programs.web import posting, respond, wording
from programs.web.forms import blockers as forms

if TYPE_CHECKING:
    from programs.models import Blocker
    from programs.web.posting import PersonRequest


@require_safe
def blockers(request: PersonRequest, slug: str) -> HttpResponse:
    """Every blocker of a program, by the days it adds, and how long they take here."""
    view = queries.blockers(slug, by=request.user, at=timezone.now())
    with words.spoken(gettext, ngettext):
        dates = unanswered(view.program, by=request.user, today=view.today) if view.may_plan else []
    context = {"view": view, "program": view.program, "today": view.today, "dates": dates}
    return render(request, "blockers/list.html", context)


@require_safe
def blocker(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """One blocker. Its price is worked out in a part of its own."""
    return _page(request, slug, number)


def _page(
    request: PersonRequest, slug: str, number: int, *, snooze: forms.Snooze | None = None, status: int = 200
) -> HttpResponse:
    view = queries.page(slug, number, by=request.user, at=timezone.now())
    row = view.blocker
    given = {"until": row.snoozed_until, "reason": row.snooze_reason} if view.snoozed else {}
    context = {
        "view": view,
        "blocker": row,
        "program": view.program,
        "today": view.today,
        "clear_form": forms.Clear(today=view.today, auto_id="clear_%s", initial={"version": row.version}),
        "snooze": snooze or forms.Snooze(today=view.today, auto_id="snooze_%s", initial=given),
    }
    return render(request, "blockers/detail.html", context, status=status)


@require_safe
def price(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """What it costs and who should come, worked out now: a part of its page, or a page without script."""
    row = access.blocker(slug, number, by=request.user, may="view")
    return _price(request, row)


def _price(request: PersonRequest, row: Blocker, *, form: forms.Room | None = None, status: int = 200) -> HttpResponse:
    at = timezone.now()
    today = today_in(row.program, at)
    with words.spoken(gettext, ngettext):
        view = queries.priced(row, by=request.user, at=at)
        agenda = room.agenda(view.stuck, queries.facts(view, row), list(view.seats), note="", today=today)
    context = {
        "priced": view,
        "blocker": row,
        "program": row.program,
        "today": today,
        "agenda": agenda,
        "form": form or forms.Room(today=today, auto_id="room_%s"),
        "may_update": access.can(row.program, request.user, "update"),
    }
    return respond.page_or_part(request, "blockers/price.html", "blockers/_price.html", context, status=status)


@require_POST
def pull_in(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Mail those who should come."""
    row = access.blocker(slug, number, by=request.user, may="update")
    at = timezone.now()
    form = forms.Room(request.POST, today=today_in(row.program, at), auto_id="room_%s")
    people = [int(pk) for pk in request.POST.getlist("people") if pk.isascii() and pk.isdecimal() and len(pk) < 18]

    def save() -> int:
        told = queries.kept(queries.priced(row, by=request.user, at=at), row, people)
        return notices.pull_in(blocker=row, people=people, note=form.cleaned_data["note"], by=request.user, at=at, told=told)

    return posting.submit(
        request,
        form,
        save,
        show=lambda status: _price(request, row, form=form, status=status),
        leave=lambda n: (
            reverse("blocker", args=(slug, number)),
            ngettext("%(n)d person is asked in", "%(n)d people are asked in", n) % {"n": n},
        ),
    )


@require_POST
def snooze(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Tell nobody of a standstill until a day, or again from now."""
    row = access.blocker(slug, number, by=request.user, may="update")
    at = timezone.now()
    form = forms.Snooze(request.POST, today=today_in(row.program, at), auto_id="snooze_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            saved = escalations.snooze(blocker=row, until=given["until"], reason=given["reason"], by=request.user, at=at)
        except Refused as refused:
            names = {"snoozed_until": "until", "snooze_reason": "reason"}
            for problem in refused.problems:
                form.add_error(names.get(problem.field), problem.message)
        else:
            until = saved.snoozed_until
            said = _("Nobody is told of it until %(day)s") % {"day": wording.day(until)} if until else _("The ladder goes on")
            return respond.done(request, reverse("blocker", args=(slug, number)), said)
    return _page(request, slug, number, snooze=form, status=respond.UNPROCESSABLE)

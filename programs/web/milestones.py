"""One milestone, and what may be done to it. The list is in milestone_list.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programs.actions import help as help_calls
from programs.actions import milestones as actions
from programs.actions.errors import Refused
from programs.models import Said
from programs.queries import access, choices, date_ways, relocating
from programs.queries import milestone as milestone_page
from programs.queries.explained import explained
from programs.queries.preview import FIELDS
from programs.queries.search import plain
from programs.queries.snapshots import today_in
from programs.queries.withheld import Sight
from programs.web import answers, my_work, posting, preview, respond, strips, wording
from programs.web.forms import milestones as forms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from programs.models import Blocker, Milestone
    from programs.web.posting import PersonRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def milestone(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """One milestone with everything around it; one that moved to another program is found there."""
    try:
        return show(request, slug, key)
    except Http404:
        there = relocating.moved_to(slug, key, by=request.user)
        if there is None:
            raise
        return redirect("milestone", there.program.slug, there.key)


def show(
    request: PersonRequest, slug: str, key: str, *, update: Any = None, date_form: Any = None, status: int = 200
) -> HttpResponse:
    """The page of a milestone, or its side panel; perhaps with an answer that needs fixing."""
    context = around(request, slug, key, update=update, date_form=date_form)
    if respond.in_panel(request):
        return respond.for_panel(render(request, "milestones/_panel.html", context, status=status))
    return render(request, "milestone/detail.html", context, status=status)


def around(request: PersonRequest, slug: str, key: str, *, update: Any = None, date_form: Any = None) -> dict[str, Any]:
    """What the page of a milestone and its side panel are written from."""
    view = milestone_page.page(slug, key, by=request.user, at=timezone.now())
    today = view.today
    return {
        "view": view,
        "milestone": view.milestone,
        "program": view.program,
        "today": today,
        "may": " ".join(["view", *(["update"] if view.may_update else []), *(["date"] if view.may_date else [])])
        if view.milestone.is_open
        else "view",
        "strip": strips.of_milestone(view, today),
        "update": update or (_update_form(view, today) if view.may_update and view.milestone.is_open else None),
        "date_form": date_form or (_date_form(view, today) if view.may_date else None),
    }


@require_safe
def why(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Its date explained in full: a page, or the part of the milestone's page that asks for it."""
    row = access.milestone(slug, key, by=request.user)
    found = explained(row, Sight(request.user, row.program), as_of=today_in(row.program, timezone.now()))
    context = {"explained": found, "milestone": row, "program": row.program}
    return respond.page_or_part(request, "milestone/why.html", "milestone/_why.html", context)


@require_http_methods(FORM_METHODS)
def new(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a milestone."""
    program = access.program(slug, by=request.user, may="plan")
    at = timezone.now()
    lane = choices.workstreams(program).filter(key=plain(request.GET.get("ws", ""))).first()
    form = forms.NewMilestone(
        request.POST or None, program=program, today=today_in(program, at), initial={"workstream": lane} if lane else None
    )
    context = {"form": form, "post": request.get_full_path(), "program": program, "submit_label": _("Add milestone")}

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "milestone/new.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.create(program=program, by=request.user, at=at, **form.given()),
        show=display,
        leave=lambda row: _saved(request, row, _("%(key)s added") % {"key": row.key}),
    )


@require_http_methods(FORM_METHODS)
def edit(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Change a milestone."""
    row = access.milestone(slug, key, by=request.user, may="plan")
    at = timezone.now()
    form = forms.EditMilestone(request.POST or None, row=row, program=row.program, today=today_in(row.program, at))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "milestone": row,
        "submit_label": _("Save milestone"),
        "cancel_url": answers.address(row),
        "delete_url": reverse("milestone-delete", args=(slug, row.key)),
        "delete_label": _("Delete…"),
        "moves_url": reverse("milestone-edit-moves", args=(slug, row.key)),
        "moves_fields": ",".join(FIELDS),
    }

    def display(status: int = 200) -> HttpResponse:
        return respond.page_or_part(request, "milestone/edit.html", "components/form.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.edit(milestone=row, **form.edit(), by=request.user, at=at),
        show=display,
        leave=lambda saved: _saved(request, saved, _("%(key)s saved") % {"key": saved.key}),
    )


@require_http_methods(FORM_METHODS)
def delete(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Ask once, saying what goes with it; then delete."""
    row = access.milestone(slug, key, by=request.user, may="plan")
    at = timezone.now()
    form = forms.Delete(request.POST or None, row=row, today=today_in(row.program, at))
    context = {
        "form": form,
        "post": request.get_full_path(),
        "program": row.program,
        "milestone": row,
        "goes": milestone_page.goes_with(row, by=request.user),
        "submit_label": _("Delete %(key)s") % {"key": row.key},
        "cancel_url": answers.address(row),
    }

    def display(status: int = 200) -> HttpResponse:
        return render(request, "milestone/delete.html", context, status=status)

    if request.method != "POST":
        return display()
    return posting.submit(
        request,
        form,
        lambda: actions.delete(milestone=row, version=form.cleaned_data["version"], by=request.user, at=at),
        show=display,
        leave=lambda _went: (reverse("milestones", args=(slug,)), _("%(milestone)s deleted") % {"milestone": row}),
    )


@require_POST
def update(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """The quick update: how it stands, what it waits for when blocked, what changed."""
    row = access.milestone(slug, key, by=request.user, may="update")
    at = timezone.now()
    form = forms.Update(request.POST, program=row.program, today=today_in(row.program, at))
    if answers.from_my_work(request) and form.data.get("said") == Said.BLOCKED and "waiting_on" not in form.data:
        return answers.unsettled(request, _what_for(row, form), row, _("Save update"), status=respond.UNPROCESSABLE)

    def display(status: int = 200) -> HttpResponse:
        if answers.elsewhere(request) and not respond.in_panel(request):
            return answers.unsettled(request, form, row, _("Save update"), status=status)
        return show(request, slug, key, update=form, status=status)

    return posting.submit(
        request,
        form,
        lambda: answers.stand(row, form, by=request.user, at=at),
        show=display,
        leave=lambda said: answers.settled(request, row, said),
    )


@require_POST
def still(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Nothing changed: the last word holds as of today."""
    row = access.milestone(slug, key, by=request.user, may="update")
    try:
        actions.still_the_same(milestone=row, by=request.user, at=timezone.now())
    except Refused as refused:
        return answers.refused(request, row, refused)
    return answers.settled(request, row, _("%(key)s is still the same") % {"key": row.key})


@require_POST
def call_for_help(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Somebody needs help with it; who leads is told once."""
    row = access.milestone(slug, key, by=request.user, may="update")
    try:
        told = help_calls.ask(milestone=row, by=request.user, at=timezone.now())
    except Refused as refused:
        return answers.refused(request, row, refused)
    said = _("%(key)s: help is asked for") % {"key": row.key}
    if told:
        said = _("%(key)s: told %(names)s that you need help")
        said %= {"key": row.key, "names": ", ".join(person.name for person in told)}
    return _called(request, row, said)


@require_POST
def take_call_back(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """No help is needed any more: whoever asked says so, or whoever plans the program."""
    row = access.milestone(slug, key, by=request.user, may="update")
    if row.help_by_id not in (None, request.user.pk):
        access.require(row.program, request.user, "plan")
    try:
        help_calls.take_back(milestone=row, by=request.user, at=timezone.now())
    except Refused as refused:
        return answers.refused(request, row, refused)
    return _called(request, row, _("%(key)s: no help is needed any more") % {"key": row.key})


def _called(request: PersonRequest, row: Milestone, said: str) -> HttpResponse:
    """A call answers no question: on My work the card stays, and says how it stands with the call."""
    if not (answers.from_my_work(request) and respond.wants_part(request)):
        return answers.settled(request, row, said)
    card = my_work.card(request)
    if card is None:
        return respond.done(request, reverse("my-work"), said)
    return respond.parts(request, card, ("components/toast_oob.html", {"text": said, "undo_url": respond.undo_of(request)}))


@require_POST
def answer_call(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Say what will be done; the call stands no more."""
    row = access.milestone(slug, key, by=request.user, may="update")
    try:
        help_calls.answer(milestone=row, note=plain(request.POST.get("note", "")), by=request.user, at=timezone.now())
    except Refused as refused:
        return answers.refused(request, row, refused)
    return answers.settled(request, row, _("%(key)s: answered") % {"key": row.key})


@require_POST
def reschedule(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """The owner's own date. Owners may move it; for everybody else it is planning."""
    row = access.milestone(slug, key, by=request.user, may="update")
    if row.owner_id != request.user.pk:
        access.require(row.program, request.user, "plan")
    at = timezone.now()
    form = forms.NewDate(request.POST, today=today_in(row.program, at), auto_id="date_%s")
    if preview.comes_first(request, form):
        return preview.page(request, form, row, at=at)

    def display(status: int = 200) -> HttpResponse:
        if respond.in_panel(request):
            return show(request, slug, key, date_form=form, status=status)
        return answers.unsettled(request, form, row, _("Save date"), status=status)

    def save() -> str:
        given = form.cleaned_data
        day, reason = given["date"], given["reason"]
        said: dict[str, Any] = {"milestone": row, "version": given["version"], "reason": reason, "by": request.user, "at": at}
        if given["how"]:
            saved = actions.replan(**said, changes=_meant(request, row, given["how"], day, at))
            return _("%(key)s saved") % {"key": saved.key}
        saved = actions.reschedule(**said, date=day)
        return _("%(key)s is expected %(day)s") % {"key": saved.key, "day": wording.day(saved.expected_date)}

    return posting.submit(
        request,
        form,
        save,
        show=display,
        leave=lambda said: answers.settled(request, row, said),
    )


def _meant(request: PersonRequest, row: Milestone, how: str, day: date, at: datetime) -> Mapping[str, Any]:
    """The fields that lead to a day by this meaning, worked out anew: what the page showed may be old."""
    may_plan = access.can(row.program, request.user, "plan")
    found = next((way for way in date_ways.ways(row, day, at=at, may_plan=may_plan) if way.meaning == how), None)
    if found is None:
        raise Refused(_("This no longer leads to that day. Look at what each choice does again."), field="date")
    return found.changes


def _saved(request: PersonRequest, row: Milestone, said: str) -> tuple[str, str]:
    """Where to go after a save. A target outside the program's own dates is kept, and pointed out."""
    program, target = row.program, row.target_date
    if target and program.target_date and target > program.target_date:
        words = _("Its target, %(day)s, is after the target of the program, %(program)s.")
        messages.warning(request, words % {"day": wording.day(target), "program": wording.day(program.target_date)})
    elif target and program.start_date and target < program.start_date:
        words = _("Its target, %(day)s, is before the program starts, %(program)s.")
        messages.warning(request, words % {"day": wording.day(target), "program": wording.day(program.start_date)})
    return answers.address(row), said


def _date_form(view: milestone_page.Page, today: date) -> forms.NewDate:
    """The owner's own date, empty: a new one is written over it."""
    return forms.NewDate(today=today, auto_id="date_%s", initial={"version": view.milestone.version})


def _update_form(view: milestone_page.Page, today: date) -> forms.Update:
    """The quick update as it stands now."""
    said = "blocked" if view.blocked else view.milestone.said
    return _asked(view.milestone, view.first_blocker, said=said, today=today)


def _what_for(row: Milestone, given: forms.Update) -> forms.Update:
    """Blocked, in one click: not kept yet, but nothing is wrong either. What it waits for is asked next."""
    form = _asked(row, milestone_page.open_blocker(row), said=Said.BLOCKED, today=given.today)
    form.initial["note"] = given.data.get("note", "")
    waiting = form.fields["waiting_on"]
    waiting.help_text = waiting.error_messages["required"]
    waiting.widget.attrs["data-focus"] = True
    return form


def _asked(row: Milestone, blocker: Blocker | None, *, said: str, today: date) -> forms.Update:
    initial = {
        "said": said,
        "waiting_on": (blocker.waiting_on or blocker.title) if blocker else "",
        "clearer": blocker.owner_id if blocker else None,
        "expected_clear": blocker.expected_clear if blocker else None,
        "version": row.version,
    }
    return forms.Update(program=row.program, today=today, initial=initial)

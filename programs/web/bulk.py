"""One change to the milestones that are selected in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from programs.actions import bulk as actions
from programs.flags.types import Thresholds
from programs.queries import access
from programs.queries import milestones as milestone_list
from programs.queries.snapshots import today_in
from programs.web import answers, filters, posting, respond, rows
from programs.web import milestone_list as listing
from programs.web.forms.bulk import Bulk

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Program
    from programs.web.posting import PersonRequest

NAMED = 20  # refused rows that are listed with their reason; more are counted


@require_POST
def bulk(request: PersonRequest, slug: str) -> HttpResponse:
    """Change what is selected, and say what was left alone. Without script the list is loaded again."""
    program = access.program(slug, by=request.user, may="update")
    at = timezone.now()
    form = _form(request, program, at, request.POST)
    if not form.may_plan and str(request.POST.get("do")).startswith(("status:", "confidence:", *form.for_planners)):
        access.require(program, request.user, "plan")
    return posting.submit(
        request,
        form,
        lambda: _change(program, form, request, at),
        show=lambda status: _refused(request, program, form, status),
        leave=lambda done: _changed(request, program, form, done, at),
    )


def _form(request: PersonRequest, program: Program, at: datetime, data: QueryDict | None = None) -> Bulk:
    """The bar; without data a fresh one, whose token lets the next change through."""
    return Bulk(data, may_plan=access.can(program, request.user, "plan"), program=program, today=today_in(program, at))


def _change(program: Program, form: Bulk, request: PersonRequest, at: datetime) -> actions.Outcome:
    """Call the action behind the button."""
    given = form.cleaned_data
    name, _colon, value = given["do"].partition(":")
    everything: dict[str, Any] = {"program": program, "milestones": _selected(program, form), "by": request.user, "at": at}
    if name == "said":
        return actions.say(said=value, **everything)
    if name in ("status", "confidence"):
        return actions.assign(changes={name: value}, **everything)
    if name == "target":
        return actions.assign(changes={"target_date": given["target"]}, **everything)
    if name in ("owner", "workstream"):
        return actions.assign(changes={name: given[name]}, **everything)
    if name == "shift":
        return actions.shift(days=given["days"], unit=given["unit"] or "wd", fields=given["which"], **everything)
    if name == "delete":
        return actions.delete(**everything)
    return actions.label(word=given["label"], on=name == "label-add", **everything)


def _asked(form: Bulk) -> milestone_list.Filters:
    """The filters of the list the rows were selected in."""
    return filters.of_milestones(QueryDict(str(form.data.get("back") or "").lstrip("?")[:2000]))


def _selected(program: Program, form: Bulk) -> list[int]:
    """The ticked rows, or everything that matched when all of it was asked for."""
    if form.cleaned_data["all"]:
        return list(milestone_list.matching(program, _asked(form), form.today).values_list("pk", flat=True))
    return milestone_list.ids_of(program, form.keys())


def _changed(
    request: PersonRequest, program: Program, form: Bulk, done: actions.Outcome, at: datetime
) -> HttpResponse | tuple[str, str]:
    """Few rows are replaced where they stand. After many, or after deleting, the results are read again."""
    said = _told(form, done)
    left = _left_alone(done)
    asked = _asked(form)
    if not respond.wants_part(request):
        if left:
            messages.warning(request, left["text"])
        return reverse("milestones", args=(program.slug,)) + filters.address(asked), said
    few = not form.cleaned_data["all"] and len(done.changed) <= milestone_list.PAGE
    here = few and form.cleaned_data["do"] != "delete"
    if here:
        lines = milestone_list.some(program, [row.pk for row in done.changed])
        thresholds = Thresholds.of(program.thresholds)
        body = rows.body(program.slug, lines, thresholds, form.today, pick=True, cols=asked.cols, swap=True)
        context = {"body": body}
    else:
        context = listing.table(request, program, asked)
    response = respond.parts(
        request,
        ("milestones/_changed.html" if here else "milestones/_results.html", context),
        ("milestones/_left_alone.html", {"left": left, "bulk": _form(request, program, at)}),
        ("components/toast_oob.html", {"text": said, "undo_url": respond.undo_of(request), "undo_fields": {"from": "list"}}),
    )
    response.headers["HX-Trigger"] = "longpole:unselect"
    if here:
        response.headers["HX-Reswap"] = "none"
    return response


def _told(form: Bulk, done: actions.Outcome) -> str:
    count = len(done.changed)
    if form.cleaned_data["do"] == "delete":
        return ngettext("%(n)d milestone deleted", "%(n)d milestones deleted", count) % {"n": count}
    return ngettext("%(n)d milestone changed", "%(n)d milestones changed", count) % {"n": count}


def _left_alone(done: actions.Outcome) -> dict[str, Any] | None:
    """What was not changed, and why; None when everything was."""
    count = len(done.refused)
    if not count:
        return None
    head = ngettext("%(n)d was left as it was.", "%(n)d were left as they were.", count) % {"n": count}
    reasons = [(row, reason) for row, reason in done.refused[:NAMED]]
    text = " ".join([head, *(f"{row.key}: {reason}" for row, reason in reasons)])
    return {"head": head, "reasons": reasons, "more": count - len(reasons), "text": text}


def _refused(request: PersonRequest, program: Program, form: Bulk, status: int) -> HttpResponse:
    """Nothing was changed: a note above the list says why. Without script the list comes with it, the rows still ticked."""
    problem = answers.in_one(form)
    if respond.wants_part(request):
        return answers.not_kept(request, problem)
    context = listing.table(request, program, _asked(form), form=form, picked=frozenset(form.keys()))
    context["problem"] = render_to_string("milestones/_not_kept.html", {"problem": problem}, request)
    return respond.page_or_part(request, "milestones/list.html", "milestones/_results.html", context, status=status)

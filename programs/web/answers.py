"""Answers people give in one click: on the page of a milestone, on a card of My work, or on a row of a list.

A card is swapped in place; a row takes its new words wherever it stands, and an open side panel reads itself again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.actions import blockers, milestones, updates
from programs.flags.types import Thresholds
from programs.models import Blocker, Milestone, Said
from programs.queries import milestone as milestone_page
from programs.queries import milestones as milestone_list
from programs.queries.my_work_asks import item_name
from programs.queries.snapshots import today_in
from programs.web import filters, respond, rows, wording

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from programs.actions.errors import Refused
    from programs.models import Person, Program
    from programs.web.forms.base import Base
    from programs.web.forms.milestones import Update

    About = Milestone | Blocker

SAID_SO = {
    Said.ON_TRACK: lambda: _("%(key)s is on track"),
    Said.AT_RISK: lambda: _("%(key)s is at risk"),
    Said.OFF_TRACK: lambda: _("%(key)s is off track"),
    Said.DONE: lambda: _("%(key)s is done"),
}


def address(row: Milestone) -> str:
    """The page of a milestone."""
    return reverse("milestone", args=(row.program.slug, row.key))


def home_of(about: About) -> str:
    """The page something is shown on: a blocker is on that of its milestone."""
    if isinstance(about, Milestone):
        return address(about)
    if about.milestone is not None:
        return reverse("milestone", args=(about.program.slug, about.milestone.key))
    return reverse("overview", args=(about.program.slug,))


def from_my_work(request: HttpRequest) -> bool:
    """Whether the answer was given on My work."""
    return request.POST.get("from") == "my"


def from_list(request: HttpRequest) -> bool:
    """Whether the answer was given on a row of a list, or in the side panel beside it."""
    return respond.wants_part(request) and request.POST.get("from") in ("list", "panel")


def from_palette(request: HttpRequest) -> bool:
    """Whether the answer was given in the command palette: the page behind it is read again."""
    return respond.wants_part(request) and request.POST.get("from") == "palette"


def elsewhere(request: HttpRequest) -> bool:
    """Whether the answer was given on another page than that of its milestone."""
    return from_my_work(request) or from_list(request) or from_palette(request)


def stand(row: Milestone, form: Update, *, by: Person, at: datetime) -> str:
    """Keep a quick update and return what to tell. Blocked opens a blocker, or changes the one that is open."""
    given = form.cleaned_data
    if given["said"] != Said.BLOCKED:
        saved = milestones.say(milestone=row, said=given["said"], note=given["note"], version=given["version"], by=by, at=at)
        return SAID_SO[Said(saved.said)]() % {"key": row.key}
    known = milestone_page.open_blocker(row)
    facts = {"waiting_on": given["waiting_on"], "owner": given["clearer"], "expected_clear": given["expected_clear"]}
    if known is None:
        made = blockers.block(milestone=row, title=given["waiting_on"], by=by, at=at, **facts)
        said = _("%(key)s is blocked by %(blocker)s") % {"key": row.key, "blocker": made.key}
    else:
        said = _confirm(known, facts, by=by, at=at)
    if given["note"]:
        updates.write(program=row.program, milestone=row, note=given["note"], by=by, at=at)
    return said


def _confirm(known: Blocker, facts: dict[str, Any], *, by: Person, at: datetime) -> str:
    """Change what is new about an open blocker; when nothing is, it still holds."""
    if facts["waiting_on"] == known.title and not known.waiting_on:
        del facts["waiting_on"]
    changed = {name: value for name, value in facts.items() if getattr(known, name) != value}
    if changed:
        blockers.edit(blocker=known, version=known.version, changes=changed, by=by, at=at)
        return _("%(key)s saved") % {"key": known.key}
    blockers.still_the_same(blocker=known, by=by, at=at)
    return _("%(key)s is still the same") % {"key": known.key}


def settled(request: HttpRequest, about: About, said: str) -> HttpResponse:
    """An answer was kept. On My work its card says so, in a list its row; elsewhere its own page opens, with a toast."""
    home = about if isinstance(about, Milestone) else about.milestone
    if from_list(request) and home is not None:
        return _in_list(request, home, said)
    if from_palette(request):
        return respond.done(request, respond.came_from(request) or home_of(about), said)
    if not from_my_work(request):
        return respond.done(request, home_of(about), said)
    if not respond.wants_part(request):
        return respond.done(request, reverse("my-work"), said)
    context = {
        "item": item_name(about.program, about.key),
        "said": said,
        "undo_url": respond.undo_of(request),
        "about": about,
        "open_url": home_of(about),
    }
    return respond.parts(request, ("my_work/_answered.html", context))


def _in_list(request: HttpRequest, home: Milestone, said: str) -> HttpResponse:
    """The row as it is now and a toast, both out of band; and word to the side panel that its milestone changed."""
    return in_place(request, home.program, [home.pk], said, undo=respond.undo_of(request))


def in_place(request: HttpRequest, program: Program, ids: list[int], said: str, *, undo: str) -> HttpResponse:
    """The lines of these milestones as they are now, and a toast. A line that is not in the list at the moment stays away."""
    lines = milestone_list.some(program, ids)
    today, thresholds = today_in(program, timezone.now()), Thresholds.of(program.thresholds)
    cols = filters.columns_of(QueryDict(urlsplit(respond.came_from(request)).query))
    context = {
        "body": rows.body(program.slug, lines, thresholds, today, pick=True, cols=cols, swap=True),
        "text": said,
        "undo_url": undo,
        "undo_fields": {"from": "list"},
    }
    response = respond.parts(request, ("milestones/_answered.html", context))
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = json.dumps({"longpole:changed": {"keys": [line.key for line in lines]}})
    return response


def not_kept(request: HttpRequest, problem: str) -> HttpResponse:
    """An answer that could not be kept: a note says why, in the panel, above the list or on top of the page it was given on."""
    place, how = ("#panel-note" if respond.in_panel(request) else "#list-note"), "innerHTML"
    if from_palette(request):
        place, how = "#main", "afterbegin"
    response = respond.parts(request, ("milestones/_not_kept.html", {"problem": problem}), status=respond.UNPROCESSABLE)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = place, how
    return response


def in_one(form: Base) -> str:
    """Everything that is wrong with a form in one line, for where the form itself is not shown."""
    return " ".join(str(text) for errors in form.errors.values() for text in errors)


def unsettled(request: HttpRequest, form: Base, about: About, submit_label: str, *, status: int) -> HttpResponse:
    """An answer that needs fixing: the form again, in place of the card or on a page of its own; what was typed stays."""
    if from_list(request) or from_palette(request):
        return not_kept(request, in_one(form))
    mine = from_my_work(request)
    context = {
        "form": form,
        "about": about,
        "program": about.program,
        "item": item_name(about.program, about.key),
        "submit_label": submit_label,
        "action": request.path,
        "cancel_url": reverse("my-work") if mine else home_of(about),
        "mine": mine,
    }
    return respond.page_or_part(request, "my_work/unsettled.html", "my_work/_unsettled.html", context, status=status)


def refused(request: HttpRequest, about: About, reason: Refused) -> HttpResponse:
    """An answer without a form that could not be kept: say why, where it was given."""
    if from_list(request) or from_palette(request):
        return not_kept(request, reason.message)
    context = {
        "item": item_name(about.program, about.key),
        "about": about,
        "program": about.program,
        "problem": reason.message,
        "open_url": home_of(about),
    }
    return respond.page_or_part(request, "my_work/refused.html", "my_work/_answered.html", context, status=respond.UNPROCESSABLE)


def clears(blocker: Blocker) -> str:
    """What is told after a new date."""
    return _("%(key)s clears %(day)s") % {"key": blocker.key, "day": wording.day(blocker.expected_clear)}

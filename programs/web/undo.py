"""Undo: from the toast, by the key Z, and from the list of recent changes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from programs.actions import deeds
from programs.actions.errors import Refused
from programs.actions.undoing import undo as actions
from programs.models import Milestone, Program
from programs.queries import access
from programs.queries import changes as recent
from programs.web import answers, live, my_work, respond

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from programs.web.posting import PersonRequest

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def one_deed(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: what one request changes is one change in the history, and can be taken back as one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE:
            return answer(request)
        with deeds.opened(at=timezone.now()) as deed:
            request.deed = deed  # type: ignore[attr-defined]
            return answer(request)

    return middleware


@require_POST
def undo(request: PersonRequest, token: UUID) -> HttpResponse:
    """Take a change back. What cannot be put back is said, with the rest offered."""
    return _take_back(request, token)


@require_POST
def undo_last(request: PersonRequest) -> HttpResponse:
    """The key Z once the toast has gone: one's own last change of the last 24 hours that still stands."""
    token = recent.last(by=request.user, at=timezone.now())
    if token is not None:
        return _take_back(request, token)
    said = _("You changed nothing in the last 24 hours that could be undone.")
    if respond.wants_part(request):
        return respond.told(request, said)
    return respond.done(request, respond.came_from(request) or reverse("changes"), said)


def _take_back(request: PersonRequest, token: UUID) -> HttpResponse:
    change = access.change(token, by=request.user)
    actions.require_right(batch=token, by=request.user)
    try:
        undone = actions.undo(batch=token, by=request.user, at=timezone.now(), rest=request.POST.get("rest") == "1")
    except Refused as refused:
        return _refused(request, change, refused)
    said = _("Undone: %(subject)s") % {"subject": change.subject_name}
    if more := recent.others(change):
        said = ngettext("%(said)s and %(n)d more", "%(said)s and %(n)d more", more) % {"said": said, "n": more}
    if undone.left:
        left = ngettext("%(n)d part was left as it is", "%(n)d parts were left as they are", len(undone.left))
        said = f"{said}. {left % {'n': len(undone.left)}}"
    redo = reverse("redo", args=(undone.batch,))
    whole = any(isinstance(row, Program) for row in undone.gone)
    if respond.wants_part(request) and not whole and change.program is not None and _in_list_of(request, change.program):
        ids = recent.rows_of(undone.batch)
        if ids is None:
            return respond.told(request, said, undo=redo, fields={"from": "list"}, event="longpole:again")
        return answers.in_place(request, change.program, ids, said, undo=redo)
    back = _back(request, undone)
    if respond.wants_part(request) and back == respond.came_from(request):
        if answers.from_my_work(request) and (card := my_work.card(request)):
            toast = ("components/toast_oob.html", {"text": said, "undo_url": redo})
            return respond.parts(request, card, toast)
        if live.notices(urlsplit(back).path):
            return respond.told(request, said, undo=redo, event="longpole:mine")
        if request.headers.get("X-Typed"):  # to load the page again would lose what is typed; a save asks about what changed
            return respond.told(request, said, undo=redo)
    return respond.done(request, back, said, undo=redo)


def _in_list_of(request: PersonRequest, program: Program) -> bool:
    """Whether the undo was asked on the list of this program's milestones."""
    return urlsplit(respond.came_from(request)).path == reverse("milestones", args=(program.slug,))


def _refused(request: PersonRequest, change: recent.Event, refused: Refused) -> HttpResponse:
    """Why not, and what could be put back all the same: above the page it was asked on, or on a page of its own."""
    context = {
        "change": change,
        "obstacles": refused.detail.get("obstacles") or [{"message": refused.message}],
        "rest": refused.detail.get("rest", 0),
        "again": reverse("undo", args=(change.batch,)),
        "back": respond.came_from(request) or "/",
    }
    response = respond.page_or_part(request, "undo/refused.html", "undo/_refused.html", context, status=respond.CONFLICT)
    if respond.wants_part(request):
        response.headers["HX-Retarget"] = "#main"
        response.headers["HX-Reswap"] = "afterbegin"
    return response


def _back(request: PersonRequest, undone: actions.Undone) -> str:
    """The page the undo was asked on, unless it went with what was taken back."""
    back = respond.came_from(request)
    here = urlsplit(back).path
    for row in undone.gone:
        if isinstance(row, Program) and here.startswith(reverse("overview", args=(row.slug,))):
            return reverse("home")
        if isinstance(row, Milestone) and here.startswith(reverse("milestone", args=(row.program.slug, row.key))):
            return reverse("milestones", args=(row.program.slug,))
    leads_nowhere = ("/edit", "/delete", "/undo") if undone.gone else ("/delete", "/undo")
    return back if back and not here.endswith(leads_nowhere) else reverse("changes")


@require_safe
def changes(request: PersonRequest, slug: str = "") -> HttpResponse:
    """The changes of the last 24 hours: one's own everywhere, or everybody's in one program."""
    program = access.program(slug, by=request.user) if slug else None
    found = recent.recent(by=request.user, program=program, at=timezone.now())
    return render(request, "undo/list.html", {"program": program, "found": found})

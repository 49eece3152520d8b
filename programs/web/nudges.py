"""Ask people for a word: whose work has gone silent, or whose work somebody waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from programs.mail import nudge as letters
from programs.queries import access
from programs.queries.nudges import awaited, nudges
from programs.queries.overview_lists import flagged
from programs.web import respond

if TYPE_CHECKING:
    from programs.actions.nudges import Asked
    from programs.web.posting import PersonRequest


@require_POST
def nudge(request: PersonRequest, slug: str) -> HttpResponse:
    """Ask everybody who is silent here, or the one that is named. Asking twice asks once."""
    program = access.program(slug, by=request.user, may="plan")
    person, at = request.POST.get("person", ""), timezone.now()
    one = int(person) if person.isascii() and person.isdecimal() and len(person) < 10 else None
    if person and one is None:
        return HttpResponse(status=respond.UNPROCESSABLE)
    said = told(letters.ask(program, by=request.user, at=at, person=one))
    if not respond.wants_part(request):
        return respond.done(request, reverse("overview", args=(slug,)) + "#needs-update", said)
    context = {"program": program, "silent": flagged(program, "silent"), "nudges": nudges(program, at=at), "asked_now": True}
    return respond.parts(request, ("overview/_silent.html", context), ("components/toast_oob.html", {"text": said}))


@require_POST
def ask(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    """Ask the owner of a milestone how it stands, on behalf of one whose own work waits for it."""
    row, at = access.milestone(slug, key, by=request.user), timezone.now()
    one = awaited(row, by=request.user, at=at)
    if one is None:
        raise PermissionDenied
    said = told(letters.ask_these([one], row.program, by=request.user, at=at))
    return respond.done(request, reverse("my-work") + "#blocks-you", said)


def told(asked: Asked) -> str:
    """What happened, in a sentence or two."""
    if not asked.people and not asked.spared:
        return _("Nobody needs to be asked any more")
    if len(asked.people) == 1:
        words = [_("%(name)s is asked by mail") % {"name": asked.people[0].name}]
    elif asked.people:
        words = [_("%(n)s people are asked by mail") % {"n": len(asked.people)}]
    else:
        words = []
    if asked.spared:
        spared = ngettext("%(n)s was asked within a week", "%(n)s were asked within a week", len(asked.spared))
        words.append(spared % {"n": len(asked.spared)})
    if asked.people and not settings.MAIL_LEAVES:
        words.append(_("no mail server is set, so it is kept in the outbox"))
    return "; ".join(words)

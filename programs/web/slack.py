"""Slack: the commands /blocked, /clear and /longpole, and one's own page to link the two accounts.

Nothing is read from a request before its size and its signature over the raw bytes are good; a copy of one does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import blockers
from programs.actions import slack as actions
from programs.actions.errors import Refused
from programs.mail.issue import language_of
from programs.models import Blocker, Milestone
from programs.queries import slack as queries
from programs.queries.milestone import open_blocker
from programs.summaries import slack as say
from programs.web import answers, respond
from programs.web.signed import signature_holds, size_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from programs.models import Person
    from programs.web.posting import PersonRequest

FORM = "application/x-www-form-urlencoded"


@login_not_required
@csrf_exempt  # the signature is the authority
@never_cache
@require_POST
def command(request: HttpRequest) -> HttpResponse:
    """A slash command: 404 while Slack is off, 415, 413 and 401 for what is not one; then a sentence to whoever typed it."""
    if not settings.SLACK_SIGNING_SECRETS:
        raise Http404
    if request.content_type != FORM:
        return HttpResponse(status=415)
    if size_of(request) > settings.LIMITS.webhook_bytes:
        return HttpResponse(status=413)
    at, stamp = timezone.now(), request.headers.get("X-Slack-Request-Timestamp", "")
    signed = b"v0:" + stamp.encode("utf-8", "replace") + b":" + request.body
    given = request.headers.get("X-Slack-Signature", "")
    if not signature_holds(signed, stamp, given, secrets=settings.SLACK_SIGNING_SECRETS, now=at.timestamp()):
        return HttpResponse(status=401)
    if not actions.first_time(source="slack", signed=signed, at=at):
        return JsonResponse(say.only_to_you([_("Seen already: nothing was done twice.")]))
    fields = {name: values[0].replace("\0", "") for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    return JsonResponse(say.only_to_you(_answer(fields, at=at)))


def _answer(fields: dict[str, str], *, at: datetime) -> list[str]:
    """Do what was typed and return what to tell, escaped."""
    name, text = fields.get("command", ""), fields.get("text", "").strip()
    team, user = fields.get("team_id", ""), fields.get("user_id", "")
    if name == "/longpole" and text.split()[:1] == ["link"]:
        return _link(text.partition(" ")[2].strip(), team, user, at=at)
    person = queries.person_of(team, user)
    if person is None:
        address = say.link(settings.BASE_URL + reverse("slack"), _("Get a code"))
        return [_("Longpole does not know you here yet. %(link)s, then type: /longpole link CODE") % {"link": address}]
    with translation.override(language_of(person)):
        deeds: dict[str, Callable[[str, Person, datetime], str]] = {"/blocked": _blocked, "/clear": _cleared}
        try:
            return [deeds[name](text, person, at) if name in deeds else _usage()]
        except Refused as refused:
            return [say.escaped(refused.message), *(say.escaped(problem.message) for problem in refused.problems[1:])]


def _link(code: str, team: str, user: str, *, at: datetime) -> list[str]:
    if not (0 < len(team) <= 32 and 0 < len(user) <= 32):
        return [_("Slack did not say who you are. Try again.")]
    person = actions.link(code=code, team=team, user=user, at=at) if code else None
    if person is None:
        address = say.link(settings.BASE_URL + reverse("slack"), _("Get a new one"))
        return [_("This code is not good: each works once and for 15 minutes. %(link)s.") % {"link": address}]
    return [_("From now on you are %(name)s here.") % {"name": say.escaped(person.name)}, _usage()]


def _usage() -> str:
    return _("Type “/blocked KEY reason” or “/clear KEY”. KEY is that of a milestone, such as SEC-3; /clear takes B-31 as well.")


def _blocked(text: str, person: Person, at: datetime) -> str:
    key, _space, reason = text.partition(" ")
    if not key or not reason.strip():
        return _("Say which milestone and why: /blocked KEY reason")
    named = queries.milestone(key, by=person)
    if not isinstance(named.row, Milestone):
        return _not_one(key, named)
    made = blockers.block(milestone=named.row, title=reason.strip(), by=person, at=at)
    return _("%(milestone)s is blocked by %(blocker)s: %(reason)s") % {
        "milestone": _linked(named.row),
        "blocker": made.key,
        "reason": say.escaped(made.title),
    }


def _cleared(text: str, person: Person, at: datetime) -> str:
    key, _space, resolution = text.partition(" ")
    if not key:
        return _("Say what is clear: /clear KEY")
    named = queries.blocker(key, by=person)
    if named is None or named == queries.Named():
        named = queries.milestone(key, by=person)
    if named.row is None:
        return _not_one(key, named)
    found = named.row if isinstance(named.row, Blocker) else open_blocker(named.row)
    if found is None:
        return _("Nothing blocks %(key)s.") % {"key": _linked(named.row)}
    blockers.clear(blocker=found, resolution=resolution.strip(), by=person, at=at)
    said = _("%(key)s is cleared") % {"key": found.key}
    return f"{said}: {say.link(settings.BASE_URL + answers.home_of(found), found.title)}"


def _not_one(key: str, named: queries.Named) -> str:
    if named.several:
        return _("Several are called %(key)s. Say which: %(names)s") % {
            "key": say.escaped(key[:60]),
            "names": say.escaped(", ".join(named.several)),
        }
    if named.only_read:
        return _("You may read %(key)s, not change it.") % {"key": say.escaped(key[:60])}
    return _("Nothing you can see is called %(key)s.") % {"key": say.escaped(key[:60])}


def _linked(row: Milestone | Blocker) -> str:
    name = row.name if isinstance(row, Milestone) else row.title
    return say.link(settings.BASE_URL + answers.home_of(row), f"{row.key} {name}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """Get the code that links one's Slack user, or end the link. The code is shown once."""
    if not settings.SLACK_SIGNING_SECRETS:
        raise Http404
    code, at = "", timezone.now()
    if request.method == "POST":
        if request.POST.get("end") == "1":
            actions.unlink(person=request.user, at=at)
            return respond.done(request, reverse("slack"), _("Slack is unlinked"))
        code = actions.offer_code(person=request.user, at=at)
    return render(request, "profile/slack.html", {"linked": queries.linked(request.user), "code": code})

"""The outbox: every message on its way out, readable here when no mail server is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.decorators import csp, csp_update
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from programs.actions import outbox as actions
from programs.actions.errors import Refused
from programs.mail.links import without_stop_link
from programs.models import OutboxMessage
from programs.queries import outbox as queries
from programs.web import respond

if TYPE_CHECKING:
    from programs.web.posting import PersonRequest

State = OutboxMessage.State
WORDS = {
    State.QUEUED: ("todo", gettext_lazy("Waiting")),
    State.SENDING: ("doing", gettext_lazy("Being sent")),
    State.SENT: ("done", gettext_lazy("Sent")),
    State.HELD: ("stale", gettext_lazy("Kept here")),
    State.FAILED: ("off", gettext_lazy("Failed")),
    State.UNSURE: ("risk", gettext_lazy("Unsure")),
    State.CANCELLED: ("stale", gettext_lazy("Not sent")),
}


@require_safe
def outbox(request: PersonRequest) -> HttpResponse:
    """One's own messages; program managers also see those of their programs."""
    state = request.GET.get("state", "")
    written = request.GET.get("page", "1")
    page = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 1
    found, more = queries.outbox(request.user, state=state, page=page)
    context = {
        "rows": [(message, *WORDS[State(message.state)]) for message in found],
        "states": [(value, words) for value, (_glyph, words) in WORDS.items()],
        "state": state,
        "page": max(1, page),
        "more": more,
        "leaves": settings.MAIL_LEAVES,
    }
    return render(request, "outbox/list.html", context)


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def message(request: PersonRequest, pk: int) -> HttpResponse:
    """One message as it went out: its head, its text, its HTML in a frame that can do nothing."""
    found = queries.message(pk, by=request.user)
    glyph, words = WORDS[State(found.state)]
    context = {
        "message": found,
        "glyph": glyph,
        "words": words,
        "text": shown(found, found.text, request),
        "may_settle": queries.may_settle(found, request.user),
    }
    return render(request, "outbox/message.html", context)


@require_safe
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def body(request: PersonRequest, pk: int) -> HttpResponse:
    """The HTML body alone, for the frame: no script, no pictures, no forms; links open outside it."""
    found = queries.message(pk, by=request.user)
    if not found.html:
        raise Http404
    html = shown(found, found.html, request)
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


@require_POST
def settle(request: PersonRequest, pk: int) -> HttpResponse:
    """A stuck message is sent again, or somebody says that it arrived: an administrator, or whoever owns the chat it is for."""
    found = queries.message(pk, by=request.user)
    if not (request.user.is_admin or queries.may_settle(found, request.user)):
        raise PermissionDenied
    act = actions.arrived if request.POST.get("arrived") else actions.send_again
    said = _("Marked as arrived") if request.POST.get("arrived") else _("It will be sent again")
    try:
        act(message=found, by=request.user, at=timezone.now())
    except Refused as refused:
        said = refused.message
    return respond.done(request, reverse("outbox-message", args=[pk]), said)


def shown(found: OutboxMessage, text: str, request: PersonRequest) -> str:
    """A body as its own reader gets it; others see it without the link that stops it."""
    return without_stop_link(found, text, own=found.person_id == request.user.pk)

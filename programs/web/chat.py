"""The chat a program's channel or a person is told things in: its address, a test, and taking it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programs.actions import hooks as actions
from programs.actions.errors import Refused
from programs.integrations import addresses
from programs.mail import channels
from programs.models import Hook, OutboxMessage
from programs.queries import access
from programs.queries import hooks as queries
from programs.web import posting, respond, wording
from programs.web.forms.hooks import Chat

if TYPE_CHECKING:
    from programs.models import Program
    from programs.web.posting import PersonRequest

State = OutboxMessage.State


@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: PersonRequest, slug: str = "") -> HttpResponse:
    """Show where is posted and what; save another address."""
    program, hook = _at(request, slug)
    form = Chat(request.POST if request.method == "POST" else None, hook=hook, today=wording.today(), program=program)
    if request.method != "POST":
        return _page(request, program, hook, form)

    def save() -> Hook:
        given = form.given()
        label = addresses.label(given["address"]) if given["address"] else ""
        person = None if program else request.user
        return actions.save(
            program=program,
            person=person,
            address=given["address"],
            label=label,
            kinds=given.get("kinds", ()),
            by=request.user,
            at=timezone.now(),
        )

    return posting.submit(
        request,
        form,
        save,
        show=lambda status: _page(request, program, hook, form, status=status),
        leave=lambda row: (channels.settings_url(row), _("Saved. Send a test to see that messages arrive")),
    )


@require_POST
def trial(request: PersonRequest, slug: str = "") -> HttpResponse:
    """Post a few words there."""
    _program, hook = _known(request, slug)
    try:
        channels.try_out(hook, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return respond.done(request, channels.settings_url(hook))
    return respond.done(request, channels.settings_url(hook), _("A test is on its way to %(label)s") % {"label": hook.label})


@require_POST
def remove(request: PersonRequest, slug: str = "") -> HttpResponse:
    """Post nothing there any more."""
    _program, hook = _known(request, slug)
    home = channels.settings_url(hook)
    actions.remove(hook=hook, by=request.user, at=timezone.now())
    return respond.done(request, home, _("Removed: nothing is posted there any more"))


def _at(request: PersonRequest, slug: str) -> tuple[Program | None, Hook | None]:
    program = access.program(slug, by=request.user, may="manage") if slug else None
    return program, queries.of(program, None if program else request.user)


def _known(request: PersonRequest, slug: str) -> tuple[Program | None, Hook]:
    program, hook = _at(request, slug)
    if hook is None:
        raise Http404
    return program, hook


def _page(request: PersonRequest, program: Program | None, hook: Hook | None, form: Chat, *, status: int = 200) -> HttpResponse:
    last = queries.last(hook) if hook else None
    context = {
        "program": program,
        "hook": hook,
        "form": form,
        "last": last,
        "arrived": last is not None and last.state == State.SENT,
        "submit_label": _("Save"),
        "test_url": reverse("program-chat-test", args=[program.slug]) if program else reverse("chat-test"),
        "remove_url": reverse("program-chat-remove", args=[program.slug]) if program else reverse("chat-remove"),
        "post": request.path,
    }
    return respond.page_or_part(request, "chat/page.html", "components/form.html", context, status=status)

"""What is posted to chats and whoever owns them is told: notices to the channel of a program, a test, and that a chat is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from programs.actions import hooks as actions
from programs.actions.outbox import Letter
from programs.mail import rounds
from programs.mail.issue import language_of
from programs.mail.notices import said
from programs.mail.render import letter_mail
from programs.mail.rounds import Clock
from programs.models import Hook, OutboxMessage, Person, Posting, Program
from programs.queries import hooks as queries
from programs.queries.notices import worded_for_channel
from programs.queries.outbox import PROGRAMS
from programs.queries.snapshots import today_in
from programs.summaries import chat, words
from programs.summaries import notices as wording

LONGEST = timedelta(seconds=10)  # one round; the rest follows in the next


def post_due(*, clock: Clock, longest: timedelta = LONGEST) -> Counter[str]:
    """Write what waits for channels, and tell owners of chats that are gone. One that cannot be written holds up no other."""
    happened = rounds.each(
        queries.waiting().items(),
        lambda one, at: {"posts": _post(*one, at=at)},
        named=lambda one: f"what hook {one[0].pk} waits for",
        clock=clock,
        longest=longest,
    )
    for hook in queries.untold():
        happened["mails"] += actions.told(hook, [_gone(hook, person, at=clock()) for person in queries.owners(hook)], at=clock())
    return +happened


def settings_url(hook: Hook) -> str:
    """Where it is changed."""
    return reverse("program-chat", args=[hook.program.slug]) if hook.program else reverse("chat")


def try_out(hook: Hook, *, by: Person, at: datetime) -> OutboxMessage:
    """Queue a test."""
    with translation.override(language_of(by)), words.spoken(gettext, ngettext):
        rendered = letter_mail(chat.trial(who=by.name, about=_about(hook), path=settings_url(hook)))
    about, program = f"{hook.pk}:{at.isoformat()}", hook.program_id
    letter = rendered.to_chat(hook, kind=queries.TEST, about=about, person=hook.person, mailed_too=True, program=program)
    return actions.try_out(letter, hook=hook, at=at)


def _post(hook: Hook, waiting: Sequence[Posting], *, at: datetime) -> int:
    program = hook.program
    assert program is not None  # only channels are posted to
    letter = _letter(hook, program, waiting, at=at)
    return actions.posted(letter, [posting.pk for posting in waiting], at=at)


def _letter(hook: Hook, program: Program, waiting: Sequence[Posting], *, at: datetime) -> Letter | None:
    """Everything the channel is to be told now; None when nothing of it says anything any more."""
    language = language_of(hook.by) if hook.by else settings.LANGUAGE_CODE
    with translation.override(language), words.spoken(gettext, ngettext):
        rows = worded_for_channel([posting.notice for posting in waiting], program, today=today_in(program, at))
        if not rows:
            return None
        told = [said(row, answers=False) for row in rows]
        rendered = letter_mail(wording.channel(told, program=program.name, manage=settings.BASE_URL + settings_url(hook)))
    headers = {PROGRAMS: [program.pk]}
    return rendered.to_chat(hook, kind="channel", about=str(waiting[0].pk), program=program.pk, headers=headers)


def _gone(hook: Hook, person: Person, *, at: datetime) -> Letter:
    with translation.override(language_of(person)), words.spoken(gettext, ngettext):
        facts = {"label": hook.label, "about": _about(hook), "error": hook.error, "path": settings_url(hook)}
        rendered = letter_mail(chat.gone(**facts))
    since = hook.gone_at or at
    return rendered.to(person, kind=queries.GONE, about=f"{hook.pk}:{since.isoformat()}", program=hook.program_id)


def _about(hook: Hook) -> str:
    return hook.program.name if hook.program else hook.person.name if hook.person else ""

"""Write what is due: for each subscription whose time has come one letter, and its slot, in one transaction."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from programs.actions import outbox, slots
from programs.actions.outbox import Letter
from programs.mail import rounds
from programs.mail.render import summary_mail
from programs.mail.rounds import LONGEST, Clock
from programs.models import OutboxMessage, Person, Subscription
from programs.queries import outbox as outbox_queries
from programs.queries import summaries
from programs.summaries import words
from programs.summaries.portfolio import portfolio_summary
from programs.summaries.slots import Schedule, due
from programs.summaries.summary import Summary
from programs.summaries.write import program_summary


def issue_due(*, clock: Clock, longest: timedelta = LONGEST) -> Counter[str]:
    """Settle every slot that is due. One subscription that cannot be written never holds the others."""
    if outbox_queries.anything_unplanned():
        slots.plan_new(at=clock())
    return rounds.each(
        outbox_queries.due_subscriptions(at=clock()),
        lambda row, at: {issue(row, at=at): 1},
        named=lambda row: f"subscription {row.pk}",
        clock=clock,
        longest=longest,
    )


def issue(subscription: Subscription, *, at: datetime) -> str:
    """Settle one subscription's slot: queued, nothing to say, skipped, or done by somebody else."""
    planned = subscription.next_at
    if planned is None or planned > at:
        return "early"
    schedule = Schedule.of(subscription.weekdays, subscription.local_time, subscription.time_zone)
    decided = due(schedule, planned, at)
    claim = slots.Claim(subscription.pk, subscription.edition, planned, decided)
    if decided.send is None:
        return "skipped" if slots.fire(claim, letter=None, seen=None, at=at) else "taken"
    summary, programs = write(subscription, person=subscription.person, at=at)
    letter = None
    if not summary.nothing and can_receive(subscription.person):
        slot = f"{subscription.pk}.{subscription.edition}:{decided.send.isoformat()}"
        letter = letter_of(subscription, summary, kind="summary", slot=slot, person=subscription.person, programs=programs)
    if not slots.fire(claim, letter=letter, seen=summary.seen, at=at):
        return "taken"
    return "queued" if letter else "nothing"


def can_receive(person: Person) -> bool:
    """Whether there is anybody to send to."""
    return bool(person.is_active and person.email)


def language_of(person: Person) -> str:
    """The language this person is written to: their own choice, else the installation's."""
    return person.language or settings.LANGUAGE_CODE


def preview(subscription: Subscription, *, by: Person, at: datetime) -> OutboxMessage:
    """Send the summary as it would be now, to oneself and as oneself. Nobody's "since your last one" moves."""
    summary, programs = write(subscription, person=by, at=at, preview=True)
    slot = f"{subscription.pk}:{int(at.timestamp()) // 60}"
    letter = letter_of(subscription, summary, kind="preview", slot=slot, person=by, programs=programs)
    return outbox.preview(letter, by=by, at=at)


def write(subscription: Subscription, *, person: Person, at: datetime, preview: bool = False) -> tuple[Summary, list[int]]:
    """The summary of this moment for one person, and the programs it speaks of."""
    subscription.person = person
    programs = summaries.followed(subscription)
    reader = summaries.reader_of(subscription, at=at, programs=programs, preview=preview)
    with translation.override(language_of(person)), words.spoken(gettext, ngettext):
        facts = summaries.read(programs, person=person, reader=reader, stored=subscription.last_seen or {})
        if subscription.program_id is None:
            summary = portfolio_summary(reader, facts)
        elif facts:
            summary = program_summary(reader, facts[0])
        else:
            summary = portfolio_summary(reader, [])  # no longer a member: nothing to say
    return summary, [program.pk for program in programs]


def letter_of(
    subscription: Subscription, summary: Summary, *, kind: str, slot: str, person: Person, programs: list[int]
) -> Letter:
    """The message of one issue. All issues of one subscription are one thread at the reader's."""
    with translation.override(language_of(person)):
        rendered = summary_mail(summary)
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    headers = {"References": f"<summary.{subscription.pk}@{host}>", outbox_queries.PROGRAMS: programs}
    facts: dict[str, Any] = {"about": slot, "program": subscription.program_id, "subscription": subscription.pk}
    hook = subscription.hook if kind == "summary" else None
    if hook is not None and hook.works:
        return rendered.to_chat(hook, kind=kind, person=hook.person, headers=headers, **facts)
    return rendered.to(person, kind=kind, headers=headers, **facts)

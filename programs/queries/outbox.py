"""Messages: which a person may read, who may still receive one, and which subscriptions are due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from programs.models import Bounce, Frequency, OutboxMessage, Person, Preference, Program, Role, Slot, Subscription
from programs.queries import access, hooks, nudges
from programs.queries.prepared import prepared
from programs.summaries.quiet import Quiet

PAGE = 50
FOLLOWED = frozenset({"summary", "update"})  # sent because of a subscription, and stopped with it
ASKED_FOR = frozenset({"summary", "preview", hooks.TEST})  # a summary comes at the hour its reader chose
PROGRAMS = "programs"  # in `headers`: the programs a portfolio message speaks of; no header of the mail


def due_subscriptions(*, at: datetime, limit: int = 500) -> list[Subscription]:
    """Active subscriptions whose time has come, the oldest first."""
    found = Subscription.objects.filter(active=True, next_at__lte=at).select_related("person", "program", "hook__person")
    return list(found.order_by("next_at", "pk")[:limit])


def anything_unplanned() -> bool:
    """Whether a subscription has no date yet."""
    return Subscription.objects.filter(active=True, next_at__isnull=True).exists()


def leased(pk: int) -> OutboxMessage | None:
    """One message with its reader, its program and its hook, as they are at this moment."""
    return _leased.first(pk)


@prepared
def _leased(pk: int) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(pk=pk).select_related("person", "program", "hook")


def why_not(message: OutboxMessage) -> str:
    """Why this message must not be sent any more, asked just before its send; "" when it may go.

    A person removed at 08:59 gets nothing at 09:00.
    """
    person, posted = message.person, message.channel == OutboxMessage.Channel.CHAT
    if posted and (reason := hooks.why_not(message)):
        return reason
    if posted and person is None:
        return "" if _followed(message) else _("The reader stopped this summary.")
    if person is None or not person.is_active:
        return _("The reader has no account any more.")
    if not posted and (person.email or "").lower() != message.to.lower():
        return _("The reader's address changed after this was written.")
    if not posted and (bounced := bounce(message.to)) is not None:
        return _("Mail to this address bounced: %(why)s") % {"why": bounced.reason}
    if not _followed(message):
        return _("The reader stopped this summary.")
    wish = nudges.KIND if message.kind == nudges.REMINDER else message.kind
    if _unwanted(person.pk, wish):
        return _("The reader wants no such mails.")
    if message.kind == nudges.KIND and nudges.answered(message):
        return _("The reader answered before it was sent.")
    told = programs_of(message)
    if told and len(set(_known(person.pk, person.is_admin, told))) < len(set(told)):
        return _("The reader is no longer a member.")
    return ""


def bounce(address: str) -> Bounce | None:
    """Why nothing is mailed to an address; None while mail goes there. One query."""
    return _suppressed.first(address.lower())


@prepared
def _suppressed(address: str) -> QuerySet[Bounce]:
    return Bounce.objects.filter(address=address, suppressed_at__isnull=False)


def bounces(addresses: Collection[str]) -> dict[str, Bounce]:
    """Those of these addresses that nothing is mailed to."""
    rows = Bounce.objects.filter(address__in=[one.lower() for one in addresses], suppressed_at__isnull=False)
    return {row.address: row for row in rows}


def by_message_id(ids: Collection[str]) -> OutboxMessage | None:
    """The mail of ours that one of these names; None when none does."""
    rows = OutboxMessage.objects.filter(message_id__in=list(ids)[:10], channel=OutboxMessage.Channel.MAIL)
    return rows.select_related("person").first() if ids else None


@prepared
def _unwanted(person: int, kind: str) -> QuerySet[Preference, Any]:
    return Preference.objects.filter(person=person, kind=kind, frequency=Frequency.NEVER).values_list("pk")


@prepared
def _known(person: int, admin: bool, programs: list[int]) -> QuerySet[Program, Any]:
    return access.programs_for(Person(pk=person, is_admin=admin)).filter(pk__in=programs).values_list("pk")


def _followed(message: OutboxMessage) -> bool:
    """Whether the subscription it is sent for still runs; what needs none is."""
    if message.kind not in FOLLOWED or (message.channel == OutboxMessage.Channel.CHAT and message.subscription_id is None):
        return True
    return Subscription.objects.filter(pk=message.subscription_id or 0, active=True).exists()


def may_settle(message: OutboxMessage, person: Person) -> bool:
    """Who decides about a message that failed or is unsure: administrators, and about a post whoever owns its chat."""
    if message.state not in (OutboxMessage.State.FAILED, OutboxMessage.State.UNSURE):
        return False
    if person.is_admin or message.channel == OutboxMessage.Channel.MAIL:
        return person.is_admin
    return message.person_id == person.pk or (message.program is not None and access.can(message.program, person, "manage"))


def quiet_until(message: OutboxMessage, *, at: datetime) -> datetime | None:
    """When this message may go, if its reader wants quiet at this moment; None when it may go now.

    What they asked for, at that hour or just now, is never held back.
    """
    person = message.person
    if person is None or message.kind in ASKED_FOR:
        return None
    return Quiet(person.quiet_from, person.quiet_until, person.quiet_weekends, person.time_zone).until(at)


def programs_of(message: OutboxMessage) -> list[int]:
    """The programs a message speaks of."""
    listed = message.headers.get(PROGRAMS) if isinstance(message.headers, dict) else None
    found = [pk for pk in listed if isinstance(pk, int)] if isinstance(listed, list) else []
    return found or ([message.program_id] if message.program_id else [])


def readable_by(person: Person) -> QuerySet[OutboxMessage]:
    """One's own messages; a program manager also sees those of their programs, an administrator all."""
    if person.is_admin:
        return OutboxMessage.objects.all()
    managed = access.programs_for(person).filter(memberships__person=person, memberships__role=Role.TPM)
    return OutboxMessage.objects.filter(Q(person=person) | Q(program__in=managed))


def outbox(person: Person, *, state: str = "", page: int = 1) -> tuple[Sequence[OutboxMessage], bool]:
    """One page of messages without their bodies, the latest first, and whether there are more."""
    found = readable_by(person)
    if state in OutboxMessage.State.values:
        found = found.filter(state=state)
    start = (max(1, page) - 1) * PAGE
    rows = found.select_related("person", "program").defer("text", "html").order_by("-created_at", "-pk")
    got = list(rows[start : start + PAGE + 1])
    return got[:PAGE], len(got) > PAGE


def message(pk: int, *, by: Person) -> OutboxMessage:
    """One message this person may read; 404 otherwise."""
    found = readable_by(by).filter(pk=pk).select_related("person", "program", "subscription").first()
    if found is None:
        raise Http404
    return found


def subscriptions_of(person: Person) -> list[Subscription]:
    """One's own subscriptions, the portfolio first."""
    found = Subscription.objects.filter(person=person).select_related("program", "person")
    return list(found.order_by("program__name", "audience", "pk"))


def subscriptions_in(program: Program, *, by: Person, manages: bool) -> list[Subscription]:
    """The subscriptions of a program: all of them for its managers, one's own for everybody else."""
    found = Subscription.objects.filter(program=program).select_related("program", "person")
    if not manages:
        found = found.filter(person=by)
    return list(found.order_by("person__name", "audience", "pk"))


def skipped_slots(subscriptions: Sequence[Subscription], *, most: int = 5) -> dict[int, list[datetime]]:
    """The latest slots nothing was sent for because nothing ran, by subscription."""
    rows = (
        Slot.objects.filter(subscription__in=subscriptions, outcome="skipped")
        .order_by("-at")
        .values_list("subscription_id", "at")
    )
    found: dict[int, list[datetime]] = {}
    for subscription, at in rows[: most * 20]:
        listed = found.setdefault(subscription, [])
        if len(listed) < most:
            listed.append(at)
    return found

"""Chats that messages are posted to: whose they are, what goes where, and what waits for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from programs.models import Hook, Membership, OutboxMessage, Person, Posting, Preference, Program, Role

TEST = "test"  # the kind of a message that tries a hook
GONE = "hook"  # and of the mail that says one is gone
MOST = 100  # things said in one message to a channel are fewer; the rest follows in the next


def of(program: Program | None, person: Person | None) -> Hook | None:
    """The hook of this program, or of this person; working or not."""
    return Hook.objects.filter(program=program, person=person).select_related("program", "person", "by").first()


def working(program: Program, kind: str) -> Hook | None:
    """The program's channel, if it takes this kind."""
    hook = Hook.objects.filter(program=program, gone_at=None).select_related("by").first()
    return hook if hook and kind in hook.kinds else None


def reaches(person: Person) -> tuple[Hook | None, Mapping[str, str]]:
    """The person's working hook, and where each kind of notice goes. Without a hook everything goes by mail."""
    hook = Hook.objects.filter(person=person, gone_at=None).first()
    if hook is None:
        return None, {}
    return hook, dict(Preference.objects.filter(person=person).values_list("kind", "reach"))


def reaches_all(people: Collection[Person]) -> dict[int, tuple[Hook | None, Mapping[str, str]]]:
    """The same for many. Two queries."""
    own = {hook.person_id: hook for hook in Hook.objects.filter(person__in=[one.pk for one in people], gone_at=None)}
    reach: dict[int, dict[str, str]] = {}
    rows = Preference.objects.filter(person__in=own).values_list("person_id", "kind", "reach") if own else ()
    for person, kind, where in rows:
        reach.setdefault(person, {})[kind] = where
    return {person.pk: (own.get(person.pk), reach.get(person.pk, {})) for person in people}


def offered(person: Person, program: Program | None, *, manages: bool, now: int | None = None) -> QuerySet[Hook]:
    """Where a summary may be posted: where it is `now`, its reader's chat, for those who manage it the program's channel."""
    there = Q(person=person) | Q(program=program) if program and manages else Q(person=person)
    return Hook.objects.filter(Q(gone_at=None) & there | Q(pk=now)).order_by("pk")


def waiting() -> dict[Hook, list[Posting]]:
    """What is to be posted to channels now, the oldest first."""
    rows = Posting.objects.select_related("hook__program", "hook__by", "notice__program", "notice__milestone__timing")
    rows = rows.select_related("notice__blocker__milestone")
    found: dict[Hook, list[Posting]] = {}
    for row in rows.order_by("pk")[: MOST * 20]:
        found.setdefault(row.hook, []).append(row)
    return {hook: rows[:MOST] for hook, rows in found.items()}


def untold() -> list[Hook]:
    """Hooks that are gone and whose owners do not know yet."""
    return list(Hook.objects.filter(gone_at__isnull=False, told_at=None).select_related("program", "person").order_by("pk")[:50])


def owners(hook: Hook) -> list[Person]:
    """Who is told when it is gone: its person, or those who manage its program."""
    if hook.person is not None:
        return [hook.person] if hook.person.is_active and hook.person.email else []
    rows = Membership.objects.filter(program=hook.program, role=Role.TPM, person__is_active=True, person__email__isnull=False)
    return [row.person for row in rows.select_related("person").order_by("pk")]


def why_not(message: OutboxMessage) -> str:
    """Why nothing must be posted where this message goes; "" when it may. Readers are asked about elsewhere."""
    hook = message.hook
    if hook is None:
        return _("The webhook was removed.")
    if not hook.works and message.kind != TEST:
        return _("The webhook is gone: %(error)s") % {"error": hook.error}
    if hook.program_id and not Program.objects.filter(pk=hook.program_id).exists():
        return _("The program was deleted.")
    return ""


def last(hook: Hook) -> OutboxMessage | None:
    """The latest message to it."""
    return OutboxMessage.objects.filter(hook=hook).defer("text", "html", "payload").order_by("-created_at", "-pk").first()

"""Replies by mail: the address a mail is answered to, whose mail it answers, and what that mail asked about."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from programs.models import Blocker, Event, Milestone, Notice, NoticeKind, OutboxMessage, Person, Reply, Risk
from programs.queries import answer_links, nudges

KIND = "answer"  # of the mail that says what was understood
ANSWERS = "answers"  # in its `headers`: the message that was answered first; no header of the mail
REPLIED = frozenset(
    {
        NoticeKind.SLIP,
        NoticeKind.CLEARED,
        NoticeKind.ESCALATION,
        NoticeKind.UNBLOCK,
        NoticeKind.ROOM,
        NoticeKind.NUDGE,
        nudges.REMINDER,
        KIND,
    }
)
MOST_AN_HOUR = 20  # answers to one person; after that what they say is still done, in silence
_SALT = "programs.replies"
_TOKEN = re.compile(r"([1-9]\d{0,17})-([a-z2-7]{24})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a mail asked about, or told of. `so_what` when it asked what that means."""

    row: Milestone | Blocker | Risk
    notice: Notice | None = None
    so_what: bool = False

    @property
    def key(self) -> str:
        """As people call it."""
        return self.row.key


def token_for(message_id: int) -> str:
    """What a reply is addressed with: small letters and digits only, since servers change the case of addresses."""
    digest = salted_hmac(_SALT, str(message_id), algorithm="sha256").digest()
    return f"{message_id}-{base64.b32encode(digest[:15]).decode('ascii').lower()}"


def address_for(message: OutboxMessage) -> str:
    """Where an answer to this message goes; "" when nobody reads answers, or it asks for none."""
    if not settings.REPLY_ADDRESS or message.kind not in REPLIED:
        return ""
    local, _at, host = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{token_for(message.pk)}@{host}"


def addressed(to: Iterable[str]) -> OutboxMessage | None:
    """The message a reply with these recipients answers; None when none of them carries a genuine token."""
    local, _at, host = settings.REPLY_ADDRESS.lower().rpartition("@")
    for address in to:
        name, _at, where = address.lower().rpartition("@")
        found = _TOKEN.fullmatch(name.removeprefix(f"{local}+"))
        if where == host and found and constant_time_compare(token_for(int(found[1])), found[0]):
            rows = OutboxMessage.objects.filter(pk=int(found[1])).select_related("person", "program")
            return rows.first()
    return None


def is_theirs(message: OutboxMessage, sender: str) -> bool:
    """Whether the sender is whom this message was written to."""
    return message.person is not None and bool(sender) and sender == (message.person.email or "").lower()


def gone(message: OutboxMessage, *, at: datetime) -> answer_links.Gone | None:
    """Why it may not be answered any more."""
    return answer_links.gone_message(message, at=at)


def items(message: OutboxMessage) -> list[Item]:
    """What it is about, in the order in which it says so. A mail that says what was understood is about what that was."""
    asked = message.headers if isinstance(message.headers, dict) else {}
    if message.kind == KIND:
        first = OutboxMessage.objects.filter(pk=asked.get(ANSWERS) or 0, person=message.person).exclude(kind=KIND).first()
        return items(first) if first else []
    if message.kind == nudges.KIND:
        return _asked(asked)
    if message.kind == nudges.REMINDER:
        return _asked(asked) + _told(Notice.objects.filter(pk__in=asked.get(nudges.NOTICES, ()), person=message.person))
    return _told(message.notices.all())


def _told(notices: QuerySet[Notice]) -> list[Item]:
    found: list[Item] = []
    for notice in notices.select_related("milestone__program", "blocker__program", "blocker__milestone").order_by("pk"):
        row = notice.milestone if notice.kind == NoticeKind.SLIP else notice.blocker or notice.milestone
        if isinstance(row, Blocker) and not row.is_open:
            row = notice.milestone or row
        if row is not None:
            found.append(Item(row, notice if notice.kind == NoticeKind.SLIP else None))
    return found


def _asked(asked: dict[str, Sequence[int]]) -> list[Item]:
    found: list[Item] = []
    tables = ((nudges.MILESTONES, Milestone), (nudges.BLOCKERS, Blocker), (nudges.RISKS, Risk))
    for name, model in tables:
        rows = model.objects.filter(pk__in=asked.get(name, ())).select_related("program").in_bulk()
        found += [Item(rows[pk], so_what=model is not Milestone) for pk in asked.get(name, ()) if pk in rows]
    return found


def done_already(row: Reply, person: Person) -> bool:
    """Whether what a reply says was done by a worker that ended before it could note so."""
    return Event.objects.filter(by=person, at=row.at).exists()


def may_answer(person: Person, *, since: datetime) -> bool:
    """Whether one more mail says what was understood."""
    return OutboxMessage.objects.filter(kind=KIND, person=person, created_at__gte=since).count() < MOST_AN_HOUR

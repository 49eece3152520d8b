"""Every issue of a summary that went out, readable by its reader: from the list of their own, or by the link in the mail."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta

from django.http import Http404
from django.utils.crypto import constant_time_compare, salted_hmac

from programs.models import OutboxMessage, Person
from programs.queries import access
from programs.queries.outbox import programs_of

LASTS = timedelta(days=365)  # how long the link in a mail opens it without signing in
SHOWN = 30
_KINDS = ("summary", "preview")
_OUT = (OutboxMessage.State.SENT, OutboxMessage.State.HELD)
_SALT = "programs.issues"
_TOKEN = re.compile(r"([1-9]\d{0,17})\.([\w-]{32})", re.ASCII)


def token_for(message_id: int) -> str:
    """The token of one issue: it names the message, and only we can have written it."""
    digest = salted_hmac(_SALT, str(message_id), algorithm="sha256").digest()
    return f"{message_id}.{base64.urlsafe_b64encode(digest[:24]).decode('ascii')}"


def read(token: str) -> OutboxMessage:
    """The issue behind a genuine token; 404 for a forged one."""
    found = _TOKEN.fullmatch(token)
    if found is None or not constant_time_compare(token, token_for(int(found[1]))):
        raise Http404
    message = OutboxMessage.objects.filter(pk=int(found[1]), kind__in=_KINDS).select_related("person", "program").first()
    if message is None:
        raise Http404
    return message


def readable(message: OutboxMessage, *, at: datetime) -> bool:
    """Whether its reader may still read it by the link: the account, the address and every membership stand, within a year."""
    person = message.person
    if person is None or not person.is_active or (person.email or "").lower() != message.to.lower():
        return False
    if at > message.created_at + LASTS or message.state == OutboxMessage.State.CANCELLED:
        return False
    told = set(programs_of(message))
    return access.programs_for(person).filter(pk__in=told).count() == len(told)


def sent_to(person: Person) -> list[OutboxMessage]:
    """The latest issues this person got, without their bodies."""
    rows = OutboxMessage.objects.filter(person=person, kind="summary", state__in=_OUT)
    return list(rows.defer("text", "html", "markdown").order_by("-created_at", "-pk")[:SHOWN])

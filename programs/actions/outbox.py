"""Messages on their way out: put in with what caused them, leased one at a time, settled by conditional updates.

Nothing here speaks SMTP or HTTP. A lease is taken just before its own send; when its holder dies, the lease runs out and the
next one takes it over, knowing that the message may have gone (`doubtful`).
"""

from __future__ import annotations

import logging
import os
import socket
import uuid
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from programs.actions import events, writing
from programs.actions.errors import Refused
from programs.models import OutboxMessage, Person
from programs.queries import outbox as queries
from programs.summaries.words import line

log = logging.getLogger("longpole.mail")

DELIVER = "programs.deliver"
State = OutboxMessage.State
Channel = OutboxMessage.Channel
MOST_ATTEMPTS = 5
RETRY_AFTER = (60, 300, 900, 3600)  # seconds before the second, third, fourth and fifth try
UNREACHABLE_RETRY = 60  # seconds until a server that did not answer is asked again; that is no attempt
GIVE_UP_AFTER = timedelta(days=1)  # for a server that stays away
CANDIDATES = 64  # due messages read at once; each is leased by itself
PREVIEW_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it is put into the outbox. `key` makes it unique: kind, schedule, slot, recipient.

    With a `hook` its `payload` is posted there. `person` is None for the channel of a program.
    """

    key: str
    kind: str
    to: str
    subject: str
    text: str
    html: str
    person: int | None
    program: int | None = None
    subscription: int | None = None
    hook: int | None = None
    payload: dict[str, object] = field(default_factory=dict)
    headers: dict[str, object] = field(default_factory=dict)
    markdown: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one message for a while. `doubtful`: an earlier holder may have sent it already."""

    message: OutboxMessage
    doubtful: bool


def message_id(key: str) -> str:
    """The Message-ID of every attempt to send this message. Made with our key, so whoever names it has had the mail.

    >>> message_id("summary:7.1:2027-03-08T08:00:00+00:00:lena@example.org").endswith("@localhost>")
    True
    """
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{salted_hmac('programs.message', key, algorithm='sha256').hexdigest()[:40]}@{host}>"


def put(letter: Letter, *, at: datetime) -> OutboxMessage:
    """Write one message, inside the transaction of what caused it."""
    made = unwritten(letter, at=at)
    made.save(force_insert=True)
    return made


def unwritten(letter: Letter, *, at: datetime) -> OutboxMessage:
    """The message of a letter, for those who write many at once."""
    return OutboxMessage(
        key=letter.key,
        kind=letter.kind,
        person_id=letter.person,
        program_id=letter.program,
        subscription_id=letter.subscription,
        channel=Channel.CHAT if letter.hook else Channel.MAIL,
        hook_id=letter.hook,
        payload=letter.payload,
        to=letter.to,
        subject=line(letter.subject, 150),
        text=letter.text,
        html=letter.html,
        markdown=letter.markdown,
        headers=letter.headers,
        message_id=message_id(letter.key),
        state=State.QUEUED if letter.hook or settings.MAIL_LEAVES else State.HELD,
        created_at=at,
    )


@transaction.atomic(durable=True)
def preview(letter: Letter, *, by: Person, at: datetime) -> OutboxMessage:
    """Queue a preview to oneself, one a minute."""
    try:
        validate_email(letter.to)
    except ValidationError as error:
        raise Refused(_("Your account has no mail address to send a preview to."), code="address") from error
    Person.objects.select_for_update(no_key=True).filter(pk=by.pk).first()
    recent = OutboxMessage.objects.filter(kind="preview", person=by, created_at__gt=at - PREVIEW_PAUSE)
    if recent.exists():
        raise Refused(_("A preview went to you less than a minute ago. Wait a moment, then ask again."), code="too_soon")
    made = put(letter, at=at)
    ring_for([letter])
    return made


def ring(times: int = 1) -> None:
    """Ask for a delivery now, or for several side by side. A queue that is away is logged: the next tick delivers."""
    try:
        for _time in range(times):
            current_app.send_task(DELIVER, retry=False, ignore_result=True, expires=60)
    except Exception as error:  # noqa: BLE001 - whatever a broker raises, the message is kept
        log.warning("No hint to deliver, the next tick does: %s: %s", type(error).__name__, error)


def ring_for(letters: Iterable[Letter]) -> None:
    """Ask for a delivery once this is committed, if any of these leaves at all."""
    if any(letter.hook or settings.MAIL_LEAVES for letter in letters):
        transaction.on_commit(ring, robust=True)


def holder_name() -> str:
    """A name for whoever takes leases now."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def lease_one(*, holder: str, at: datetime, channel: str = Channel.MAIL) -> Lease | None:
    """Take the oldest message of a channel that is due, for as long as a send may last; None when there is none."""
    return Leases(holder=holder, channel=channel).next(at=at)


class Leases:
    """Leases for one holder, one after another: what is due is read for many at once, each is taken just before its own send.

    Those that were tried least come first, so one that ends its worker each time holds nobody up. A conditional update
    decides between workers: whoever changes the row as it was read has it, the other looks elsewhere.
    """

    def __init__(self, *, holder: str, channel: str = Channel.MAIL) -> None:
        self.holder, self.channel = holder, channel
        self._due: deque[_Due] = deque()

    def next(self, *, at: datetime) -> Lease | None:
        """The next one; None when nothing is due."""
        while True:
            if not self._due:
                self._due.extend(self._look(at))
                if not self._due:
                    return None
            one = self._due.popleft()
            if self._take(one, at):
                message = queries.leased(one.pk)
                if message is not None:
                    return Lease(message, doubtful=one.state == State.SENDING)
            else:
                self._due.rotate(len(self._due) // 2)  # somebody else works here

    def _look(self, at: datetime) -> list[_Due]:
        queued = Q(state=State.QUEUED) & (Q(retry_at__isnull=True) | Q(retry_at__lte=at))
        due = queued | Q(state=State.SENDING, lease_until__lt=at)
        rows = OutboxMessage.objects.filter(due, channel=self.channel).order_by("attempts", "created_at", "pk")
        return [_Due(*row) for row in rows.values_list(*_Due._fields)[:CANDIDATES]]

    def _take(self, one: _Due, at: datetime) -> bool:
        """Whether the row is still as it was read, and is ours now."""
        until = at + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
        taken = {"state": State.SENDING, "lease_by": self.holder, "lease_until": until, "attempts": one.attempts + 1}
        seen = {"id": one.pk, **{name: value for name, value in one._asdict().items() if name != "pk"}}
        return bool(writing.change(OutboxMessage, seen, taken))


class _Due(NamedTuple):
    """A message that may be leased, as it was read."""

    pk: int
    state: str
    attempts: int
    retry_at: datetime | None
    lease_until: datetime | None


def sent(message: OutboxMessage, *, at: datetime) -> bool:
    """The server took it: whoever holds the lease by now, it is sent."""
    done = {"state": State.SENT, "sent_at": at, "lease_until": None, "error": ""}
    if writing.change(OutboxMessage, {"id": message.pk, "state": State.SENDING}, done):
        return True
    return bool(OutboxMessage.objects.filter(pk=message.pk, state__in=(State.QUEUED, State.UNSURE)).update(**done))


def again_at(message: OutboxMessage, *, at: datetime) -> datetime:
    """When it is tried again: each time after a longer pause."""
    return at + timedelta(seconds=RETRY_AFTER[min(message.attempts, len(RETRY_AFTER)) - 1])


def retry(message: OutboxMessage, *, error: str, at: datetime, doubtful: bool = False) -> None:
    """Try again later, each time after a longer pause; give up after five. When in doubt, the next one asks first."""
    if message.attempts >= MOST_ATTEMPTS:
        fail(message, error=_("Gave up after %(n)s tries: %(error)s") % {"n": message.attempts, "error": error})
        return
    when = again_at(message, at=at)
    if doubtful:
        _settle(message, state=State.SENDING, lease_until=when, error=error)
    else:
        _settle(message, state=State.QUEUED, lease_until=None, retry_at=when, error=error)


def release(message: OutboxMessage, *, error: str, at: datetime, doubtful: bool = False) -> None:
    """The server could not be reached: that is not this message's fault, so it costs no attempt. After a day, give up."""
    if at - message.created_at > GIVE_UP_AFTER:
        fail(message, error=_("The mail server could not be reached for a day: %(error)s") % {"error": error})
        return
    later = at + timedelta(seconds=UNREACHABLE_RETRY)
    tried = max(0, message.attempts - 1)
    if doubtful:
        _settle(message, state=State.SENDING, lease_until=later, attempts=tried, error=error)
    else:
        _settle(message, state=State.QUEUED, lease_until=None, retry_at=later, attempts=tried, error=error)


def postpone(message: OutboxMessage, *, until: datetime, doubtful: bool = False, why: str = "") -> None:
    """Its reader wants quiet now, or its chat has had enough for the moment: later, and that is no attempt."""
    tried, why = max(0, message.attempts - 1), why or _("The reader's quiet hours.")
    if doubtful:
        _settle(message, state=State.SENDING, lease_until=until, attempts=tried, error=why)
    else:
        _settle(message, state=State.QUEUED, lease_until=None, retry_at=until, attempts=tried, error=why)


def fail(message: OutboxMessage, *, error: str) -> None:
    """It will not be sent, and why."""
    _settle(message, state=State.FAILED, lease_until=None, error=error)


def cancel(message: OutboxMessage, *, reason: str) -> None:
    """It must not be sent any more, and why."""
    _settle(message, state=State.CANCELLED, lease_until=None, error=reason)


def withdraw(messages: Collection[int], *, reason: str) -> set[int]:
    """Call off what nobody has begun to send, a mail and its post alike, inside a transaction; returns which."""
    gone = set()
    for pk, key in OutboxMessage.objects.filter(pk__in=messages).order_by("pk").values_list("pk", "key"):
        alike = key[: key.index(":", key.index(":") + 1) + 1]  # kind and what it is about, without who reads it
        both = OutboxMessage.objects.select_for_update(no_key=True, of=("self",)).filter(key__startswith=alike)
        if all(each.state in (State.QUEUED, State.HELD) for each in both.order_by("pk")):
            both.update(state=State.CANCELLED, retry_at=None, error=line(reason, 500))
            gone.add(pk)
    return gone


def unsure(message: OutboxMessage, *, reason: str) -> None:
    """It may have gone; a person decides."""
    _settle(message, state=State.UNSURE, lease_until=None, error=reason)


def by_mail(message: OutboxMessage, *, error: str) -> bool:
    """What cannot be posted reaches its reader by mail instead, where that is meant; whether it does."""
    now = _as_mail(message)
    if now:
        _settle(message, error=error, **now)
    return bool(now)


def call_off(hook: int, *, reason: str) -> None:
    """Nothing more is posted to a hook: what waits for it goes by mail where that is meant, else not at all."""
    rows = OutboxMessage.objects.filter(hook=hook, channel=Channel.CHAT, state__in=(State.QUEUED, State.SENDING))
    for message in rows.exclude(html="").select_related("person"):
        if now := _as_mail(message):
            rows.filter(pk=message.pk).update(error=line(reason, 500), **now)
    rows.update(state=State.CANCELLED, lease_until=None, error=line(reason, 500))


def _as_mail(message: OutboxMessage) -> dict[str, object]:
    """A post turned into the mail it holds; empty when it holds none or there is nobody to write to."""
    person = message.person
    if message.channel != Channel.CHAT or not message.html or person is None or not person.email:
        return {}
    state = State.QUEUED if settings.MAIL_LEAVES else State.HELD
    now = {"channel": Channel.MAIL, "to": person.email, "state": state}
    return {**now, "attempts": 0, "retry_at": None, "lease_until": None}


def hold_all() -> int:
    """No mail server is set: keep what waits readable in the outbox page."""
    waiting = OutboxMessage.objects.filter(channel=Channel.MAIL, state__in=(State.QUEUED, State.SENDING))
    return waiting.update(state=State.HELD, lease_until=None, retry_at=None)


@transaction.atomic(durable=True)
def send_again(*, message: OutboxMessage, by: Person, at: datetime) -> None:
    """Put back what failed or is unsure. Its Message-ID stays, so a reader's mail program may recognise a second copy."""
    stuck = OutboxMessage.objects.filter(pk=message.pk, state__in=(State.FAILED, State.UNSURE))
    if not stuck.update(state=State.QUEUED, attempts=0, retry_at=None, lease_until=None, error="", created_at=at):
        raise Refused(_("This message is neither failed nor unsure. Reload the page."), code="state")
    _note("message.requeued", message, by=by, at=at)


@transaction.atomic(durable=True)
def arrived(*, message: OutboxMessage, by: Person, at: datetime) -> None:
    """A person found that an unsure message did arrive."""
    if not OutboxMessage.objects.filter(pk=message.pk, state=State.UNSURE).update(state=State.SENT, sent_at=at, error=""):
        raise Refused(_("This message is not unsure. Reload the page."), code="state")
    _note("message.settled", message, by=by, at=at)


def _note(kind: str, message: OutboxMessage, *, by: Person, at: datetime) -> None:
    events.record(kind, by=by, at=at, program=message.program, subject=message, subject_name=message.subject)


def _settle(message: OutboxMessage, *, error: str, **values: object) -> None:
    """Only the holder of the lease may settle it, and only once."""
    held = OutboxMessage.objects.filter(pk=message.pk, state=State.SENDING, lease_by=message.lease_by)
    held.update(error=line(error, 500), **values)

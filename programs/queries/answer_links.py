"""The links in mails that answer without signing in: one person, one thing, one offered answer, for 14 days.

A token names the message that carried it, so that everything it may do is looked up when it is used: whose it was, whether the
person may still answer, whether the thing is still theirs and still asked. Nobody but us can have written it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.crypto import constant_time_compare, salted_hmac

from programs.models import (
    Blocker,
    Decision,
    DecisionStatus,
    Event,
    Milestone,
    Notice,
    NoticeKind,
    OutboxMessage,
    Person,
    Risk,
    RiskStatus,
    Step,
)
from programs.queries import access
from programs.queries.decisions import may_decide

LASTS = timedelta(days=14)
OFFERED = {
    "m": frozenset({"same", "on_track", "at_risk", "blocked", "done"}),
    "b": frozenset({"cleared", "same", "date", "so_what"}),
    "r": frozenset({"so_what", "review", "trigger", "happened"}),
    "d": frozenset({"review", "decide"}),
    "n": frozenset({"acknowledged", "contested"}),
}
_SALT = "programs.answers"
_PLAIN = re.compile(r"([mbrdn])([1-9]\d{0,17})-([a-z_]{4,12})", re.ASCII)
_TOKEN = re.compile(r"([1-9]\d{0,17})\.([mbrdn][1-9]\d{0,17}-[a-z_]{4,12})\.([\w-]{32})", re.ASCII)
_SPOKEN = (
    *("milestone.said", "milestone.done", "blocker.opened", "blocker.said", "blocker.changed", "blocker.cleared"),
    *("risk.changed", "risk.closed", "decision.checked", "decision.decided"),
)
_TABLES = {"b": "blocker", "r": "risk", "d": "decision"}

Thing = Milestone | Blocker | Risk | Decision
About = Thing | Notice


class Gone(StrEnum):
    """Why a genuine link does nothing any more."""

    EXPIRED = "expired"
    REVOKED = "revoked"  # the account, the membership, the address or the owner changed
    SETTLED = "settled"  # answered already, or finished


@dataclass(frozen=True, slots=True)
class Link:
    """What a genuine token says."""

    message: OutboxMessage
    kind: str
    pk: int
    code: str

    @property
    def person(self) -> Person:
        """Who answers with it; `gone` is asked first."""
        assert self.message.person is not None
        return self.message.person


def token_for(message_id: int, offer: str) -> str:
    """The token of one offered answer, such as m17-same, in one message."""
    digest = salted_hmac(_SALT, f"{message_id}.{offer}", algorithm="sha256").digest()
    return f"{message_id}.{offer}.{base64.urlsafe_b64encode(digest[:24]).decode('ascii')}"


def plain(offer: str) -> tuple[str, int, str] | None:
    """Kind, number and answer of an offer, None when it names nothing that is ever offered."""
    found = _PLAIN.fullmatch(offer)
    if found is None or found[3] not in OFFERED[found[1]]:
        return None
    return found[1], int(found[2]), found[3]


def read(token: str) -> Link | None:
    """The link behind a token; None for a forged one. Its message may be gone with its program: that is forged as well."""
    found = _TOKEN.fullmatch(token)
    offer = plain(found[2]) if found else None
    if found is None or offer is None or not constant_time_compare(token, token_for(int(found[1]), found[2])):
        return None
    message = OutboxMessage.objects.filter(pk=int(found[1])).select_related("person").first()
    return Link(message, *offer) if message else None


def gone(link: Link, *, at: datetime) -> Gone | None:
    """Why its reader may not use it any more, whatever it is about; None while they may."""
    return gone_message(link.message, at=at)


def gone_message(message: OutboxMessage, *, at: datetime) -> Gone | None:
    """Why nothing in this message may be answered any more; None while it may."""
    person = message.person
    if at > (message.sent_at or message.created_at) + LASTS:
        return Gone.EXPIRED
    if person is None or not person.is_active or person.email != message.to:
        return Gone.REVOKED
    return Gone.REVOKED if message.state == OutboxMessage.State.CANCELLED else None


def about(link: Link) -> About | Gone:
    """What the link is about, as it is now; or why it needs no answer from this person any more."""
    person = link.person
    try:
        if link.kind == "m":
            row = access.milestone_anywhere(link.pk, by=person, may="update")
            return _still(link, row, theirs=row.owner_id == person.pk, is_open=row.is_open)
        if link.kind == "b":
            blocker = access.blocker_anywhere(link.pk, by=person, may="update")
            if link.code == "so_what":
                return Gone.SETTLED if blocker.so_what or not blocker.is_open else blocker
            return _still(link, blocker, theirs=blocker.owner_id == person.pk, is_open=blocker.is_open)
        if link.kind == "r":
            risk = access.risk_anywhere(link.pk, by=person, may="plan" if link.code == "so_what" else "view")
            is_open = risk.status != RiskStatus.CLOSED
            if link.code == "so_what":
                return Gone.SETTLED if risk.so_what or not is_open else risk
            return _still(link, risk, theirs=risk.owner_id == person.pk, is_open=is_open)
        if link.kind == "d":
            decision = access.decision_anywhere(link.pk, by=person)
            if link.code == "decide":
                theirs = decision.decider_id == person.pk and may_decide(decision, person)
                return _still(link, decision, theirs=theirs, is_open=decision.is_open)
            theirs = decision.owner_id == person.pk and may_decide(decision, person)
            return _still(link, decision, theirs=theirs, is_open=decision.status == DecisionStatus.DECIDED)
        return _notice(link)
    except (Http404, PermissionDenied):
        return Gone.REVOKED


def _still(link: Link, row: Thing, *, theirs: bool, is_open: bool) -> About | Gone:
    if not theirs:
        return Gone.REVOKED
    return Gone.SETTLED if not is_open or _spoke(link, row) else row


def _spoke(link: Link, row: Thing) -> bool:
    """Whether this person said something about it since the message was written, and did not take it back."""
    undone = Step.objects.filter(batch=OuterRef("batch"), undone_by__isnull=False)
    words = Event.objects.filter(by=link.person, at__gt=link.message.created_at, kind__in=_SPOKEN).filter(concerns(row))
    return words.exclude(Exists(undone)).exists()


def concerns(row: Thing) -> Q:
    """Notes about a milestone or what blocks it; or about one blocker, risk or decision."""
    if isinstance(row, Milestone):
        return Q(milestone=row.pk) | Q(subject_type="milestone", subject_id=row.pk)
    return Q(subject_type=row._meta.model_name, subject_id=row.pk)


def _notice(link: Link) -> Notice | Gone:
    person = link.person
    row = Notice.objects.filter(pk=link.pk, person=person, kind=NoticeKind.SLIP).select_related("program", "milestone").first()
    if row is None or row.milestone is None or access.role_in(row.program, person) is None:
        return Gone.REVOKED
    return Gone.SETTLED if row.answer else row


def answered_with(link: Link, batch: str, *, at: datetime) -> bool:
    """Whether that change is this person's own, made since the message was written, about what the link is about."""
    if link.kind == "n" or gone(link, at=at):
        return False
    where = {"milestone": link.pk} if link.kind == "m" else {"subject_type": _TABLES[link.kind], "subject_id": link.pk}
    return Event.objects.filter(batch=batch, by=link.person, at__gte=link.message.created_at, **where).exists()

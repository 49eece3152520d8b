"""Who somebody is in Slack, by a code they get here and type there once; and that each request from there counts once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from programs.actions import events
from programs.models import Inbound, Person, SlackUser

CODE_LASTS = timedelta(minutes=15)
REMEMBERED = timedelta(hours=1)  # well beyond the five minutes in which a signature is good


@transaction.atomic(durable=True)
def offer_code(*, person: Person, at: datetime) -> str:
    """A code for this person, good once and for a quarter of an hour; an earlier one ends. Only its hash is kept."""
    code = secrets.token_urlsafe(12)
    SlackUser.objects.update_or_create(person=person, defaults={"code_hash": _hashed(code), "code_until": at + CODE_LASTS})
    return code


@transaction.atomic(durable=True)
def link(*, code: str, team: str, user: str, at: datetime) -> Person | None:
    """Let this Slack user act as whoever asked for the code; None when it is wrong, used or too old."""
    rows = SlackUser.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.filter(code_hash=_hashed(code), code_until__gte=at, person__is_active=True).first()
    if row is None:
        return None
    for other in rows.filter(team=team, user=user).exclude(pk=row.pk):
        _unlink(other, at=at, by=row.person)
    old, row.team, row.user = row.user, team, user
    row.linked_at, row.code_hash, row.code_until = at, "", None
    row.save()
    events.record("person.changed", by=row.person, at=at, program=None, subject=row.person, field="slack", old=old, new=user)
    return row.person


@transaction.atomic(durable=True)
def unlink(*, person: Person, at: datetime) -> None:
    """Slack speaks for this person no more. Twice is the same as once."""
    row = SlackUser.objects.select_for_update().filter(person=person).first()
    if row is not None:
        _unlink(row, at=at, by=person)


def _unlink(row: SlackUser, *, at: datetime, by: Person) -> None:
    if row.user:
        events.record("person.changed", by=by, at=at, program=None, subject=row.person, field="slack", old=row.user)
    row.delete()


@transaction.atomic(durable=True)
def first_time(*, source: str, signed: bytes, at: datetime) -> bool:
    """Whether this request was not seen before. Of copies side by side, one is the first."""
    Inbound.objects.filter(at__lt=at - REMEMBERED).delete()
    digest = hashlib.sha256(signed).hexdigest()
    _row, made = Inbound.objects.get_or_create(source=source, digest=digest, defaults={"at": at})
    return made


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()

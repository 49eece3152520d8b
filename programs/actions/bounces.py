"""Addresses that mail does not reach: nothing more is mailed to them until somebody confirms that they work."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from programs.actions import events
from programs.models import Bounce, OutboxMessage, Person
from programs.summaries.words import line


@transaction.atomic(durable=True)
def struck(*, message: OutboxMessage, nobody: bool, words: str, at: datetime) -> bool:
    """A server said that it could not deliver a message of ours; whether its address is suppressed by that.

    When it said that nobody is there, nothing more is mailed; anything else is counted.
    """
    row, _made = Bounce.objects.select_for_update().get_or_create(address=message.to.lower(), defaults={"last_at": at})
    if row.suppressed_at is not None:
        return False
    said = {"last_at": at, "reason": line(words, 500), "message": message}
    if not nobody:
        Bounce.objects.filter(pk=row.pk).update(soft=F("soft") + 1, **said)
        return False
    Bounce.objects.filter(pk=row.pk).update(suppressed_at=at, **said)
    if message.person is not None:
        events.record("person.bounced", by=None, at=at, program=None, subject=message.person, note=line(words, 500))
    return True


@transaction.atomic(durable=True)
def confirm(*, person: Person, by: Person, at: datetime) -> bool:
    """Say that somebody's address works: mail goes there again. False when nothing was held against it."""
    found = Bounce.objects.filter(address=(person.email or "").lower())
    if not found.delete()[0]:
        return False
    events.record("person.confirmed", by=by, at=at, program=None, subject=person)
    return True

"""Mails that came in: each counts once, and what it did is said back once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from programs.actions import outbox
from programs.actions.outbox import Letter
from programs.models import OutboxMessage, Reply

WORKING = timedelta(minutes=5)  # then the worker that took it has ended
REMEMBERED = timedelta(days=60)  # well beyond the days a mail may be answered


@transaction.atomic(durable=True)
def take(*, digest: str, message: OutboxMessage, at: datetime) -> tuple[Reply, bool] | None:
    """The right to do what this mail says, and whether it is new; None when it was done, or somebody is at it.

    Of copies side by side one is first. What is not new may have been done by a worker that ended before it could note so.
    """
    Reply.objects.filter(at__lt=at - REMEMBERED).delete()
    row, made = Reply.objects.select_for_update().get_or_create(digest=digest, defaults={"message": message, "at": at})
    return (row, made) if made or (row.done_at is None and row.at < at - WORKING) else None


@transaction.atomic(durable=True)
def done(row: Reply, *, letter: Letter | None, at: datetime) -> None:
    """Note that it is done, and queue what is said back."""
    if Reply.objects.filter(pk=row.pk, done_at=None).update(done_at=at) and letter is not None:
        outbox.put(letter, at=at)
        outbox.ring_for([letter])

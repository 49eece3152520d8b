"""A due slot and what it sends, in one transaction; and the tick that keeps time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from programs.actions.outbox import Letter, put
from programs.models import Installation, Slot, Subscription
from programs.queries.unsubscribe import hashed, token_for
from programs.summaries.slots import Due, Schedule, next_slot


@dataclass(frozen=True, slots=True)
class Claim:
    """One subscription whose time has come, as it was when it was read."""

    subscription: int
    edition: int
    planned: datetime
    due: Due


@transaction.atomic(durable=True)
def ticked(*, at: datetime) -> None:
    """Note that the clock runs; `/healthz` turns red when this grows old."""
    if not Installation.objects.filter(pk=1).update(last_tick_at=at):
        Installation.objects.bulk_create([Installation(pk=1, last_tick_at=at)], ignore_conflicts=True)


@transaction.atomic(durable=True)
def plan_new(*, at: datetime) -> int:
    """Give subscriptions that came without a date (from a demo or an import) their first slot. Returns how many."""
    new = list(Subscription.objects.filter(active=True, next_at__isnull=True)[:500])
    for row in new:
        first = next_slot(Schedule.of(row.weekdays, row.local_time, row.time_zone), at)
        Subscription.objects.filter(pk=row.pk, next_at__isnull=True, active=True).update(next_at=first)
    return len(new)


def fire(claim: Claim, *, letter: Letter | None, seen: dict[str, Any] | None, at: datetime) -> bool:
    """Settle a slot once: its row, its letter, and when it is due again. False when somebody else did, or it was edited.

    The unique slot row is the lock: two beats may both write the letter, one of them keeps it. Without a letter
    there was nothing to say.
    """
    try:
        return _fire(claim, letter, seen, at)
    except IntegrityError:
        _move_on(claim, at)
        return False


@transaction.atomic(durable=True)
def _fire(claim: Claim, letter: Letter | None, seen: dict[str, Any] | None, at: datetime) -> bool:
    unchanged = Subscription.objects.filter(pk=claim.subscription, edition=claim.edition, next_at=claim.planned, active=True)
    told = {"last_sent_at": at, "last_seen": seen} if letter is not None and seen is not None else {}
    token = hashed(token_for(claim.subscription))  # known again after the installation's key changed
    if not unchanged.update(next_at=claim.due.following, token_hash=token, **told):
        return False
    row = {"subscription_id": claim.subscription, "edition": claim.edition}
    skipped = [Slot(**row, at=missed, outcome="skipped") for missed in claim.due.skipped]
    Slot.objects.bulk_create(skipped, ignore_conflicts=True)
    if claim.due.send is not None:
        Slot.objects.create(**row, at=claim.due.send, outcome="queued" if letter else "nothing")
        if letter is not None:
            put(letter, at=at)
    return True


@transaction.atomic(durable=True)
def _move_on(claim: Claim, at: datetime) -> None:
    """The slot was settled before (a clock that jumped): leave it behind."""
    row = Subscription.objects.filter(pk=claim.subscription, edition=claim.edition, next_at=claim.planned).first()
    if row is not None:
        schedule = Schedule.of(row.weekdays, row.local_time, row.time_zone)
        Subscription.objects.filter(pk=row.pk, next_at=claim.planned).update(
            next_at=next_slot(schedule, max(at, claim.planned, claim.due.send or at))
        )

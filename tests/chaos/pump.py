"""Send what waits, for ever, in one of several ways. Run: `python -m tests.chaos.pump WAY`.

`ours` is the product's own delivery. The others are what many programs do, and must be seen to fail:
`batch` sends twenty and marks them at the end, `first` marks and then sends, `slots` fires due subscriptions without a slot row.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from programs.mail.deliver import deliver  # noqa: E402
from programs.mail.transport import Transport  # noqa: E402
from programs.models import OutboxMessage, Subscription  # noqa: E402
from tests.chaos.lab import naive_letter  # noqa: E402

State = OutboxMessage.State


def ours(_line: Transport) -> int:
    """A lease, a send, a settlement; then the next."""
    return sum(deliver(clock=now, longest=timedelta(seconds=5)).values())


def batch(line: Transport) -> int:
    """Loop over what is unsent, send, mark at the end."""
    with transaction.atomic():
        rows = list(OutboxMessage.objects.filter(state=State.QUEUED).order_by("pk")[:20])
        for row in rows:
            line.send(row)
            OutboxMessage.objects.filter(pk=row.pk).update(state=State.SENT)
    return len(rows)


def first(line: Transport) -> int:
    """Mark first, then send: a kill in between loses it silently."""
    row = OutboxMessage.objects.filter(state=State.QUEUED).order_by("pk").first()
    if row is None:
        return 0
    if OutboxMessage.objects.filter(pk=row.pk, state=State.QUEUED).update(state=State.SENT):
        line.send(row)
    return 1


def slots(line: Transport) -> int:
    """Look what is due, send it, note when it is due again."""
    rows = list(Subscription.objects.filter(active=True, next_at__lte=now()).select_related("person").order_by("next_at"))
    for row in rows:
        line.send(naive_letter(row))
        Subscription.objects.filter(pk=row.pk).update(next_at=row.next_at + timedelta(days=7))
    return len(rows)


WAYS = {"ours": ours, "batch": batch, "first": first, "slots": slots}


def main() -> None:
    """Work until killed."""
    way = WAYS[sys.argv[1]]
    with Transport() as line:
        while True:
            if not way(line):
                time.sleep(0.05)


if __name__ == "__main__":
    main()

"""Send what waits, for ever, in one of several ways. Run: `python -m tests.chaos.pump WAY MANY`.

As in a worker, processes that send are forked from one that has loaded everything, and one that was killed is replaced at once.

`ours` is the product's own delivery. The others are what many programs do, and must be seen to fail:
`batch` sends twenty and marks them at the end, `first` marks and then sends, `slots` fires due subscriptions without a slot row.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from programs.mail.deliver import deliver  # noqa: E402
from programs.mail.links import manage_url  # noqa: E402
from programs.mail.transport import Transport  # noqa: E402
from programs.models import OutboxMessage, Subscription  # noqa: E402
from tests.chaos.lab import naive_letter  # noqa: E402
from tracker.run.processes import end_with_parent  # noqa: E402

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


def work(way: Callable[[Transport], int]) -> NoReturn:
    """Send until killed."""
    end_with_parent(signal.SIGKILL)
    with Transport() as line:
        while True:
            if not way(line):
                time.sleep(0.05)


def main() -> None:
    """Keep so many at work."""
    way, many = WAYS[sys.argv[1]], int(sys.argv[2])
    manage_url()  # loads every address
    working = 0
    while True:
        if working < many:
            working += 1
            if not os.fork():
                work(way)
        else:
            os.wait()
            working -= 1


if __name__ == "__main__":
    main()

"""Send what waits, one lease at a time: nothing is lost, and nothing doubled where the server keeps a record to ask."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from programs.actions import bounces, outbox
from programs.actions.outbox import MOST_ATTEMPTS, Lease
from programs.mail import evidence, transport
from programs.mail.links import manage_url
from programs.mail.transport import Transport
from programs.queries.outbox import quiet_until, why_not

log = logging.getLogger("longpole.mail")
Clock = Callable[[], datetime]
LONGEST = timedelta(seconds=20)  # one round; then other work gets its turn


def deliver(*, clock: Clock, longest: timedelta = LONGEST) -> Counter[str]:
    """Send until nothing is due, the round is over or the server is away. Returns what happened to how many."""
    happened: Counter[str] = Counter()
    if not settings.MAIL_LEAVES:
        happened["held"] = outbox.hold_all()
        return happened
    leases = outbox.Leases(holder=outbox.holder_name())
    manage_url()  # loads every address now: a lease is for sending, not for starting up
    end = clock() + longest
    with Transport() as line:
        while clock() < end:
            lease = leases.next(at=clock())
            if lease is None:
                return happened
            outcome = send(lease, line, clock)
            happened[outcome] += 1
            if outcome == "unreachable":
                return happened
    happened["more"] = 1
    return happened


def send(lease: Lease, line: Transport, clock: Clock) -> str:
    """Send one leased message and settle it. Whatever goes wrong with writing or sending it stays with it.

    An error of the database is not the message's: it ends the round, and the lease brings the message back.
    """
    message = lease.message
    settled = before_sending(lease, clock)
    if settled:
        return settled
    try:
        line.send(message)
    except transport.Unreachable as error:
        log.warning("the mail server cannot be reached: %s", error)
        outbox.release(message, error=str(error), at=clock(), doubtful=lease.doubtful)
        return "unreachable"
    except transport.Later as error:
        outbox.retry(message, error=str(error), at=clock())
        return "later"
    except transport.Doubtful as error:
        outbox.retry(message, error=str(error), at=clock(), doubtful=True)
        return "doubtful"
    except transport.Refused as error:
        log.warning("message %s will not be sent: %s", message.pk, error)
        outbox.fail(message, error=str(error))
        if isinstance(error, transport.Nobody):
            bounces.struck(message=message, nobody=True, words=str(error), at=clock())
        return "failed"
    outbox.sent(message, at=clock())
    return "sent"


def before_sending(lease: Lease, clock: Clock) -> str:
    """Settle without sending: it went already, its reader may not have it (now, or any more), or nobody can tell."""
    message = lease.message
    went = evidence.accepted(message.message_id) if lease.doubtful or message.attempts > 1 else None
    if went:
        outbox.sent(message, at=clock())
        return "sent before"
    reason = why_not(message)
    if reason:
        outbox.cancel(message, reason=reason)
        return "cancelled"
    quiet = quiet_until(message, at=clock())
    if quiet is not None:
        outbox.postpone(message, until=quiet, doubtful=lease.doubtful)
        return "quiet"
    if lease.doubtful and went is None and settings.MAIL_WHEN_UNSURE == "hold":
        outbox.unsure(message, reason=_("The worker ended while it was being sent; it may have arrived."))
        return "unsure"
    if message.attempts > MOST_ATTEMPTS:
        outbox.fail(message, error=_("Gave up: %(n)s workers ended while sending it.") % {"n": message.attempts - 1})
        return "failed"
    return ""

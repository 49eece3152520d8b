"""Post what waits for chats, one lease at a time. A chat keeps no record to ask: what may have gone waits for a person."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from programs.actions import hooks, outbox
from programs.actions.outbox import MOST_ATTEMPTS, Channel, Lease
from programs.integrations import addresses
from programs.integrations.post import Reply, Unanswered, Unreachable, post
from programs.models import Hook, OutboxMessage
from programs.queries.hooks import TEST
from programs.queries.outbox import quiet_until, why_not
from programs.summaries.words import line

log = logging.getLogger("longpole.chat")
Clock = Callable[[], datetime]
LONGEST = timedelta(seconds=20)  # one round; then other work gets its turn
GONE = frozenset({404, 410})  # no_service, channel_is_archived: nothing is ever taken there again
PAUSE = 60  # seconds, when a chat asks for a pause and does not say how long
LONGEST_PAUSE = 60 * 60


def deliver(*, clock: Clock, longest: timedelta = LONGEST) -> Counter[str]:
    """Post until nothing is due or the round is over. Returns what happened to how many."""
    happened: Counter[str] = Counter()
    holder, end = outbox.holder_name(), clock() + longest
    while clock() < end:
        lease = outbox.lease_one(holder=holder, at=clock(), channel=Channel.CHAT)
        if lease is None:
            return happened
        happened[send(lease, clock)] += 1
    happened["more"] = 1
    return happened


def send(lease: Lease, clock: Clock) -> str:
    """Post one leased message and settle it. Whatever goes wrong with posting it stays with it."""
    message = lease.message
    if settled := _before(lease, clock):
        return settled
    hook = message.hook
    assert hook is not None  # why_not asked
    try:
        reply = post(addresses.target(hook.address), message.payload, key=message.message_id.strip("<>"))
    except addresses.Unfit as error:
        return _refused(message, hook, error=str(error), at=clock())
    except (addresses.Unknown, Unreachable) as error:
        return _later(message, hook, error=str(error), at=clock())
    except Unanswered as error:
        return _unsure(message, hook, error=str(error), at=clock())
    return _settle(message, hook, reply, clock())


def _before(lease: Lease, clock: Clock) -> str:
    """Settle without posting: nobody may have it (now, or any more), or it may have gone."""
    message = lease.message
    if lease.doubtful:
        outbox.unsure(message, reason=_("The worker ended while it was being posted; it may have arrived."))
        return "unsure"
    if reason := why_not(message):
        outbox.cancel(message, reason=reason)
        return "cancelled"
    quiet = quiet_until(message, at=clock())
    if quiet is not None:
        outbox.postpone(message, until=quiet)
        return "quiet"
    return ""


def _settle(message: OutboxMessage, hook: Hook, reply: Reply, at: datetime) -> str:
    """What an answer means for the message and for the chat."""
    said = line(f"{reply.status} {reply.text}", 300)
    if 200 <= reply.status < 300:
        outbox.sent(message, at=at)
        hooks.well(hook)
        return "sent"
    if reply.status in GONE:
        log.warning("hook %s is gone: %s", hook.pk, said)
        if message.kind == TEST:
            outbox.fail(message, error=said)
        hooks.gone(hook, error=said, at=at)
        outbox.cancel(message, reason=said)
        return "gone"
    if reply.status == 429:
        until = at + timedelta(seconds=min(max(1, reply.retry_after or PAUSE), LONGEST_PAUSE))
        outbox.postpone(message, until=until, why=_("The chat asked for a pause."))
        hooks.rest(hook, until=until)
        return "pause"
    if reply.status >= 500 or reply.status == 408:
        return _later(message, hook, error=said, at=at)
    if 300 <= reply.status < 400:
        said = _("It leads elsewhere (%(status)s), which is not followed. Save the address it leads to.") % {
            "status": reply.status
        }
    return _refused(message, hook, error=said, at=at)


def _later(message: OutboxMessage, hook: Hook, *, error: str, at: datetime) -> str:
    """Nothing was taken: after a pause it is tried again, and after five tries mailed where that is meant."""
    if message.attempts >= MOST_ATTEMPTS and outbox.by_mail(message, error=error):
        outcome = "by mail"
    else:
        outbox.retry(message, error=error, at=at)
        outcome = "later"
    hooks.failed(hook, error=error, at=at)
    return outcome


def _refused(message: OutboxMessage, hook: Hook, *, error: str, at: datetime) -> str:
    """It will never be taken: mailed where that is meant, else failed."""
    log.warning("message %s will not be posted: %s", message.pk, error)
    outcome = "by mail" if outbox.by_mail(message, error=error) else "failed"
    if outcome == "failed":
        outbox.fail(message, error=error)
    hooks.failed(hook, error=error, at=at)
    return outcome


def _unsure(message: OutboxMessage, hook: Hook, *, error: str, at: datetime) -> str:
    outbox.unsure(message, reason=_("It was sent and no answer came; it may have arrived. %(error)s") % {"error": error})
    hooks.failed(hook, error=error, at=at)
    return "unsure"

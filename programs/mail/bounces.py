"""What mail servers report about mails of ours. Only what names a mail of ours, and the address it went to, counts.

The report carries the token of our answer address, or the Message-ID of the mail; both are made with the installation's key,
so only whoever had that mail can send one, and it concerns nobody's address but theirs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from programs.actions import bounces
from programs.intake.bounces import Notification
from programs.models import OutboxMessage
from programs.queries import outbox as queries
from programs.queries import replies

LATEST = timedelta(days=14)  # after a mail went; servers give up within five


def take(found: Notification, *, at: datetime) -> str:
    """Note what did not arrive. Returns what became of the report, in a word for logs."""
    message = replies.addressed(found.to) if found.to else None
    message = message or queries.by_message_id(found.message_ids)
    if not _was_sent(message, at):
        return "not ours"
    assert message is not None
    address = message.to.lower()
    mine = [one for one in found.failures if address in (one.address, one.original)]
    if not mine:
        return "about another address"
    suppressed = bounces.struck(message=message, nobody=any(one.nobody for one in mine), words=mine[0].words, at=at)
    return "bounced" if suppressed else "bounce counted"


def _was_sent(message: OutboxMessage | None, at: datetime) -> bool:
    if message is None or message.channel != OutboxMessage.Channel.MAIL or message.sent_at is None:
        return False
    return at - LATEST <= message.sent_at

"""Letters that wait to be sent."""

from __future__ import annotations

from programs.actions.outbox import Letter, put
from programs.models import OutboxMessage
from tests import cast


def letter(person, n: int = 1, **fields) -> Letter:
    """A letter to somebody."""
    given = {
        "key": f"test:{n}",
        "kind": "note",
        "to": person.email,
        "subject": f"Letter {n}",
        "text": "Hello",
        "html": "<p>Hello</p>",
    }
    return Letter(person=person.pk, **(given | fields))


def queued(person, n: int = 1, **fields) -> OutboxMessage:
    """A letter in the outbox."""
    return put(letter(person, n, **fields), at=cast.NINE)


def reread(message: OutboxMessage) -> OutboxMessage:
    """The letter as it is now."""
    message.refresh_from_db()
    return message

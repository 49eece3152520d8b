"""The link that stops a summary in one click (RFC 8058).

Its token is derived from the installation's key and stored only as a hash, so neither a copy of the database nor the
outbox page gives away anybody's link: stored bodies hold STOP_LINK in its place until the moment of sending.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from programs.models import OutboxMessage
from programs.queries.outbox import FOLLOWED
from programs.queries.unsubscribe import token_for

STOP_LINK = "https://stop.invalid/this-summary"


def stop_url(subscription_id: int) -> str:
    """The whole address that stops one subscription."""
    return settings.BASE_URL + reverse("unsubscribe", args=[token_for(subscription_id)])


def manage_url() -> str:
    """Where people see everything they get."""
    return settings.BASE_URL + reverse("my-subscriptions")


def with_stop_link(message: OutboxMessage, body: str) -> str:
    """A stored body with the reader's own link in it; a preview stops nothing, so it leads to the list instead."""
    own = message.kind in FOLLOWED and message.subscription_id is not None
    return body.replace(STOP_LINK, stop_url(message.subscription_id) if own and message.subscription_id else manage_url())


def without_stop_link(message: OutboxMessage, body: str, *, own: bool) -> str:
    """A stored body for the outbox page: only the reader sees the link that stops it."""
    return with_stop_link(message, body) if own else body.replace(STOP_LINK, manage_url())

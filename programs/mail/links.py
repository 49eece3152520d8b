"""The link that stops a summary in one click (RFC 8058).

Its token is derived from the installation's key and stored only as a hash, so neither a copy of the database nor the
outbox page gives away anybody's link: stored bodies hold STOP_LINK in its place until the moment of sending.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from programs.models import OutboxMessage
from programs.queries.unsubscribe import token_for

STOP_LINK = "https://stop.invalid/this-summary"


def stop_url(subscription_id: int) -> str:
    """The whole address that stops one subscription."""
    return settings.BASE_URL + reverse("unsubscribe", args=[token_for(subscription_id)])


def with_stop_link(message: OutboxMessage, body: str) -> str:
    """A stored body with the reader's own link in it; without a subscription, with the page where they are managed."""
    if STOP_LINK not in body:
        return body
    if message.subscription_id is None:
        return body.replace(STOP_LINK, settings.BASE_URL + reverse("my-subscriptions"))
    return body.replace(STOP_LINK, stop_url(message.subscription_id))

"""Tokens of the link that stops a summary: opaque, derived from the installation's key, compared by their hash."""

from __future__ import annotations

import base64
import hashlib

from django.utils.crypto import salted_hmac

from programs.models import Subscription

_SALT = "programs.unsubscribe"


def token_for(subscription_id: int) -> str:
    """The token of one subscription: 32 characters that cannot be guessed, and the same in each of its mails."""
    digest = salted_hmac(_SALT, str(subscription_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode("ascii")


def hashed(token: str) -> str:
    """What is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def find(token: str) -> Subscription | None:
    """The subscription this link stops; None for a forged one."""
    return Subscription.objects.filter(token_hash=hashed(token)).select_related("person", "program").first()

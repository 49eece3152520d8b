"""Requests from outside that are signed: nothing is read from one before its size and its signature are good."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

TOLERANCE = 5 * 60  # seconds a signature is good, either way


def size_of(request: HttpRequest) -> int:
    """How long the body says it is; too long when it does not say."""
    written = request.headers.get("Content-Length") or "0"
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 12 else settings.LIMITS.webhook_bytes + 1


def signature_holds(signed: bytes, stamp: str, given: str, *, secrets: Sequence[str], now: float) -> bool:
    """Whether `given` is v0= and the HMAC-SHA256 over `v0:{timestamp}:{raw body}` by one of the secrets, not too old."""
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12 or abs(now - int(stamp)) > TOLERANCE:
        return False
    wanted = ["v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return any(hmac.compare_digest(given.encode("utf-8", "replace"), each.encode()) for each in wanted)

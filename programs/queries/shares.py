"""Links for people without an account. Tokens are derived from the installation's key and stored only as a hash."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.crypto import salted_hmac

from programs.models import ShareLink

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Program

_SALT = "programs.share"


def token_for(pk: int) -> str:
    """The token of one link: 40 characters that cannot be guessed, only we can have written it."""
    digest = salted_hmac(_SALT, str(pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:30]).decode("ascii")


def hashed(token: str) -> str:
    """What is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def found(token: str) -> ShareLink:
    """The link of this token, open or not; 404 for a forged one. Asked of the database each time."""
    link = ShareLink.objects.filter(token_hash=hashed(token)).select_related("program").first()
    if link is None:
        raise Http404
    return link


def is_open(link: ShareLink, *, at: datetime) -> bool:
    """Whether it still shows something."""
    return link.revoked_at is None and link.expires_at > at and link.program.deleted_at is None


def of_program(program: Program) -> list[ShareLink]:
    """Links that were made, the newest first."""
    return list(ShareLink.objects.filter(program=program).select_related("by").order_by("-pk")[:200])

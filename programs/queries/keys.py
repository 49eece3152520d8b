"""Keys with which applications read one program: whose they are, and whether they still open anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.models import ApiKey
from programs.queries.shares import hashed

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Program


def found(secret: str, *, at: datetime) -> ApiKey | None:
    """The key, if it works: not expired, not withdrawn, its program not deleted, whoever made it still here."""
    rows = ApiKey.objects.filter(key_hash=hashed(secret), revoked_at=None, expires_at__gt=at)
    return rows.filter(program__deleted_at=None, by__is_active=True).select_related("program").first()


def is_open(key: ApiKey, *, at: datetime) -> bool:
    """Whether it has neither expired nor been withdrawn."""
    return key.revoked_at is None and key.expires_at > at


def of_program(program: Program) -> list[ApiKey]:
    """Keys that were made, the newest first."""
    return list(ApiKey.objects.filter(program=program).select_related("by").order_by("-pk")[:200])

"""Keys with which applications read one program: make one, withdraw one, count its calls."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from programs.actions import events
from programs.actions.errors import Refused
from programs.models import ApiKey, Program
from programs.queries.shares import hashed

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Person

BEGINS = "lp_"
MOST = 20  # keys of one program that work at the same time
CALLS = 600  # calls of one key in a minute


@transaction.atomic(durable=True)
def make(*, program: Program, name: str, days: int, by: Person, at: datetime) -> tuple[ApiKey, str]:
    """A key that reads the program for so many days, and its secret, which is not to be had again."""
    Program.objects.select_for_update().get(pk=program.pk)
    if ApiKey.objects.filter(program=program, revoked_at=None, expires_at__gt=at).count() >= MOST:
        raise Refused(_("%(limit)d keys work, the most there may be. Withdraw one first.") % {"limit": MOST}, code="limit")
    secret, ends = BEGINS + secrets.token_urlsafe(30), at + timedelta(days=days)
    made = ApiKey(program=program, by=by, name=name, begins=secret[:8], created_at=at, expires_at=ends, key_hash=hashed(secret))
    made.save()
    events.record("key.made", by=by, at=at, program=program, subject=made, new=ends.date().isoformat())
    return made, secret


@transaction.atomic(durable=True)
def withdraw(*, key: ApiKey, by: Person | None, at: datetime, why: str = "") -> bool:
    """From now on the key opens nothing; False when it was withdrawn already. `by` is nobody when it was seen in an address."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        return False
    events.record("key.withdrawn", by=by, at=at, program=key.program, subject=key, note=why)
    return True


def called(key: ApiKey, *, at: datetime) -> bool:
    """Count a call; whether it is one of the `CALLS` a minute may have."""
    minute = at.replace(second=0, microsecond=0)
    rows = ApiKey.objects.filter(pk=key.pk)
    rows.update(calls=Case(When(used_at__gte=minute, then=F("calls") + 1), default=Value(1)), used_at=at)
    return rows.values_list("calls", flat=True).get() <= CALLS

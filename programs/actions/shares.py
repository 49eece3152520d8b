"""Links for people without an account: make one, withdraw one. What they show is read anew each time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import events
from programs.actions.errors import Refused
from programs.models import Program, ShareLink
from programs.queries.shares import hashed, token_for

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Person

MOST = 50  # links of one program that work at the same time


@transaction.atomic(durable=True)
def share(*, program: Program, name: str, shows: str, query: str, days: int, by: Person, at: datetime) -> ShareLink:
    """Let whoever gets the link see this view of the map or the timeline for so many days."""
    Program.objects.select_for_update().get(pk=program.pk)
    if ShareLink.objects.filter(program=program, revoked_at=None, expires_at__gt=at).count() >= MOST:
        raise Refused(_("%(limit)d links are open, the most there may be. Withdraw one first.") % {"limit": MOST}, code="limit")
    ends = at + timedelta(days=days)
    made = ShareLink(
        program=program, by=by, name=name, shows=shows, query=query, created_at=at, expires_at=ends, token_hash=uuid4().hex
    )
    made.save()
    ShareLink.objects.filter(pk=made.pk).update(token_hash=hashed(token_for(made.pk)))
    events.record("share.opened", by=by, at=at, program=program, subject=made, new=ends.date().isoformat())
    return made


@transaction.atomic(durable=True)
def withdraw(*, link: ShareLink, by: Person, at: datetime) -> bool:
    """From now on the link shows nothing; False when it was withdrawn already."""
    if not ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at):
        return False
    events.record("share.closed", by=by, at=at, program=link.program, subject=link)
    return True

"""Write the opening paragraph of the coming summary, or leave it to the computed sentences again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from programs.actions import events, revisions
from programs.actions.saving import Edit
from programs.models import Opening, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from programs.models import Person, Program

EDITABLE = frozenset({"text"})
ROUND = timedelta(hours=24)  # readers in every time zone get the same issue within a day
NOBODY = timedelta(days=7)  # how long it waits while nobody is due


@transaction.atomic(durable=True)
def write(
    *,
    program: Program,
    version: int,
    changes: Mapping[str, Any],
    facts: Mapping[str, Any],
    by: Person,
    at: datetime,
    base: Mapping[str, Any] | None = None,
) -> Opening:
    """Keep the paragraph until the coming summary is out; an empty one means the computed sentences."""
    program = revisions.hold(program)
    row, _made = Opening.objects.get_or_create(program=program)
    change = Edit(row, version, changes, editable=EDITABLE, base=base)
    if change.changed:
        following = Subscription.objects.filter(program=program, active=True, next_at__gt=at).order_by("next_at").first()
        change.set("author", by)
        change.set("written_at", at)
        change.set("until", following.next_at + ROUND if following and following.next_at else at + NOBODY)
        change.set("facts", dict(facts))
    saved = change.save()
    if "text" in change.changed:
        events.record("opening.written", by=by, at=at, program=program, subject=program, note=saved.text)
    return saved

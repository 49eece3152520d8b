"""People: their own settings, and closing or opening an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, events
from programs.actions.errors import Refused
from programs.actions.saving import Edit
from programs.models import OutboxMessage, Person, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EDITABLE = frozenset({"name", "time_zone", "theme", "single_keys"})


@transaction.atomic(durable=True)
def edit(
    *, person: Person, version: int, changes: Mapping[str, Any], by: Person, at: datetime, base: Mapping[str, Any] | None = None
) -> Person:
    """Change one's own name, time zone and display settings; administrators may change anybody's."""
    if by.pk != person.pk and not by.is_admin:
        raise PermissionDenied
    change = Edit(person, version, changes, editable=EDITABLE, base=base)
    if "time_zone" in change.changed:
        checks.known_zone(change, "time_zone", change.row.time_zone)
    saved = change.save()
    events.record_changes("person.changed", change.changed, by=by, at=at, program=None, subject=saved)
    return saved


@transaction.atomic(durable=True)
def disable(*, person: Person, by: Person, at: datetime) -> Person:
    """Close an account: signed in nowhere from the next request on, no more mail, and nothing new to own."""
    if not by.is_admin:
        raise PermissionDenied
    if by.pk == person.pk:
        raise Refused(_("You cannot close your own account. Ask another administrator."), "person", "self")
    change = Edit(person, None, {}, editable=())
    change.set("is_active", False)
    saved = change.save()
    Subscription.objects.filter(person=saved, active=True).update(active=False)
    OutboxMessage.objects.filter(person=saved, state=OutboxMessage.State.QUEUED).update(state=OutboxMessage.State.CANCELLED)
    if change.changed:
        events.record("person.disabled", by=by, at=at, program=None, subject=saved)
    return saved


@transaction.atomic(durable=True)
def enable(*, person: Person, by: Person, at: datetime) -> Person:
    """Open a closed account again. Subscriptions stay stopped until they are wanted."""
    if not by.is_admin:
        raise PermissionDenied
    change = Edit(person, None, {}, editable=())
    change.set("is_active", True)
    saved = change.save()
    if change.changed:
        events.record("person.enabled", by=by, at=at, program=None, subject=saved)
    return saved

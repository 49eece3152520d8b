"""People: their own settings, and closing or opening an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import checks, events, subscriptions
from programs.actions.errors import Refused
from programs.actions.saving import Edit
from programs.models import OutboxMessage, Person, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EDITABLE = frozenset(
    {"name", "time_zone", "country", "theme", "language", "single_keys", "quiet_from", "quiet_until", "quiet_weekends"}
)


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
    _both_or_neither(change)
    saved = change.save()
    if "time_zone" in change.changed:
        subscriptions.moved(person=saved, old=change.changed["time_zone"][0], at=at)
    events.record_changes("person.changed", change.changed, by=by, at=at, program=None, subject=saved)
    return saved


def _both_or_neither(change: Edit[Person]) -> None:
    """Refuse quiet hours with one end."""
    row = change.row
    if (row.quiet_from is None) != (row.quiet_until is None):
        missing = "quiet_from" if row.quiet_from is None else "quiet_until"
        change.refuse(missing, _("Quiet hours have a beginning and an end. Give both times, or neither."), "required")
    elif row.quiet_from is not None and row.quiet_from == row.quiet_until:
        change.refuse("quiet_until", _("Quiet hours end when they begin. Choose a later end, or leave both empty."), "order")


@transaction.atomic(durable=True)
def end_session(*, person: Person, handle: str, by: Person, at: datetime) -> bool:
    """Sign this person out of one browser. False when there is no such session of theirs."""
    if by.pk != person.pk:
        raise PermissionDenied
    key = next((row.session_key for row in person.signed_in.only("session_key") if row.handle == handle), None)
    if key is None:
        return False
    person.signed_in.filter(session_key=key).delete()
    events.record("person.signed_out", by=by, at=at, program=None, subject=person)
    return True


@transaction.atomic(durable=True)
def end_other_sessions(*, person: Person, keep: str, by: Person, at: datetime) -> int:
    """Sign this person out everywhere but in the browser with the session key `keep`. Returns how many ended."""
    if by.pk != person.pk:
        raise PermissionDenied
    ended, _rows = person.signed_in.exclude(session_key=keep).delete()
    if ended:
        events.record("person.signed_out", by=by, at=at, program=None, subject=person)
    return ended


@transaction.atomic(durable=True)
def disable(*, person: Person, by: Person, at: datetime) -> Person:
    """Close an account: its sessions and links end, no more mail, and nothing new to own.

    A link to choose a password is worth nothing once its account is closed, so it needs no row here.
    """
    if not by.is_admin:
        raise PermissionDenied
    if by.pk == person.pk:
        raise Refused(_("You cannot close your own account. Ask another administrator."), "person", "self")
    change = Edit(person, None, {}, editable=())
    change.set("is_active", False)
    saved = change.save()
    saved.signed_in.all().delete()
    Subscription.objects.filter(person=saved, active=True).update(active=False, next_at=None)
    waiting = OutboxMessage.objects.filter(person=saved, state__in=(OutboxMessage.State.QUEUED, OutboxMessage.State.HELD))
    waiting.update(state=OutboxMessage.State.CANCELLED, error=_("The reader has no account any more."))
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

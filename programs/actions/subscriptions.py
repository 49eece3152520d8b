"""Who is told what and when: subscribe, change, stop.

A change of the schedule makes a new edition, and slots belong to an edition; so an edit neither loses the mail that
was due at that minute nor sends today's twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from programs.actions import events
from programs.actions.errors import Refused
from programs.actions.saving import Edit
from programs.models import Audience, Hook, Person, Program, Slot, Subscription
from programs.queries import access
from programs.queries.unsubscribe import hashed, token_for
from programs.summaries import slots

EDITABLE = frozenset({"audience", "weekdays", "local_time", "time_zone", "active", "hook"})
SCHEDULE = frozenset({"weekdays", "local_time", "time_zone"})
MOST_EACH = 50  # subscriptions of one person


@transaction.atomic(durable=True)
def create(
    *,
    person: Person,
    program: Program | None,
    audience: str,
    weekdays: Sequence[int],
    local_time: time,
    time_zone: str,
    by: Person,
    at: datetime,
    hook: Hook | None = None,
) -> Subscription:
    """Subscribe a member to a program, or to the portfolio when `program` is None. First due at the next slot.

    Without a time zone it is the reader's own: it comes in their morning, whoever subscribes them.
    """
    _check_reader(person, program)
    time_zone = time_zone or person.time_zone
    _check_audience(audience, program)
    _check_schedule(weekdays, local_time, time_zone)
    _check_hook(hook, person, program, by=by)
    standing = Subscription.objects.filter(person=person)
    if standing.filter(program=program, audience=audience, active=True).exists():
        raise Refused(
            _("%(name)s gets this summary already. Change that one instead.") % {"name": person.name}, "person", "twice"
        )
    if standing.count() >= MOST_EACH:
        raise Refused(
            _("That makes more than %(most)s summaries for one person. Remove some first.") % {"most": MOST_EACH}, "person"
        )
    row = Subscription.objects.create(
        person=person,
        program=program,
        audience=audience,
        weekdays=sorted(set(weekdays)),
        local_time=local_time,
        time_zone=time_zone,
        created_by=by,
        hook=hook,
        next_at=slots.next_slot(slots.Schedule.of(weekdays, local_time, time_zone), at),
    )
    row.token_hash = hashed(token_for(row.pk))
    Subscription.objects.filter(pk=row.pk).update(token_hash=row.token_hash)
    _note("subscription.created", row, by=by, at=at)
    return row


@transaction.atomic(durable=True)
def edit(
    *, subscription: Subscription, version: int | None, changes: Mapping[str, Any], by: Person, at: datetime
) -> Subscription:
    """Change when it comes and for whom it is written. A new schedule starts a new edition."""
    edit = Edit(subscription, version, changes, editable=EDITABLE)
    edit.raise_problems()
    row = edit.row
    if isinstance(row.weekdays, list | tuple | set):
        edit.set("weekdays", sorted({day for day in row.weekdays if isinstance(day, int)}))
    _check_audience(row.audience, row.program)
    _check_schedule(row.weekdays, row.local_time, row.time_zone)
    if "hook" in edit.changed:
        _check_hook(row.hook, row.person, row.program, by=by)
    if SCHEDULE & set(edit.changed) or "active" in edit.changed:
        was_active = edit.changed.get("active", (row.active, None))[0]
        edit.set("edition", row.edition + 1)
        edit.set("next_at", _next_at(row, at, was_active=was_active))
    saved, batch = edit.save(), events.new_batch()
    for name, (old, new) in edit.changed.items():
        if name in EDITABLE:
            change = {"field": name, "old": events.readable(old), "new": events.readable(new), "batch": batch}
            _note("subscription.changed", saved, by=by, at=at, **change)
    return saved


def moved(*, person: Person, old: str, at: datetime) -> None:
    """Somebody lives in another time zone now: what came by their old clock comes by their new one."""
    for row in Subscription.objects.filter(person=person, time_zone=old).select_related("program"):
        row.time_zone = person.time_zone
        following = _next_at(row, at, was_active=row.active)
        Subscription.objects.filter(pk=row.pk).update(
            time_zone=row.time_zone, next_at=following, edition=F("edition") + 1, version=F("version") + 1
        )


@transaction.atomic(durable=True)
def stop(*, subscription: Subscription, by: Person | None, at: datetime) -> Subscription:
    """Send this summary no more. Twice is the same as once; nobody need be signed in (`by` is None for a mail's link)."""
    if Subscription.objects.filter(pk=subscription.pk, active=True).update(active=False, next_at=None):
        _note("subscription.stopped", subscription, by=by, at=at)
    subscription.active, subscription.next_at = False, None
    return subscription


@transaction.atomic(durable=True)
def delete(*, subscription: Subscription, by: Person, at: datetime) -> None:
    """Remove it. What waits to be sent for it is cancelled when its turn comes."""
    _note("subscription.deleted", subscription, by=by, at=at)
    Subscription.objects.filter(pk=subscription.pk).delete()


def _note(kind: str, row: Subscription, *, by: Person | None, at: datetime, **change: Any) -> None:
    about = row.program.name if row.program else _("Portfolio")
    events.record(kind, by=by, at=at, program=row.program, subject=row, subject_name=f"{about}: {row.person.name}", **change)


def _next_at(row: Subscription, at: datetime, *, was_active: bool) -> datetime | None:
    """When the changed schedule is due: never again on a day that had its mail, but at once when one is due this minute."""
    if not row.active:
        return None
    if was_active and row.next_at is not None and row.next_at <= at:
        return row.next_at
    schedule = slots.Schedule.of(row.weekdays, row.local_time, row.time_zone)
    last = Slot.objects.filter(subscription=row, outcome="queued").order_by("-at").first()
    if last is not None and slots.local_day(last.at, schedule) >= slots.local_day(at, schedule):
        return slots.next_after_day(schedule, at, slots.local_day(last.at, schedule))
    return slots.next_slot(schedule, at)


def _check_reader(person: Person, program: Program | None) -> None:
    if not person.is_active or not person.email:
        raise Refused(_("%(name)s has no account to send mail to.") % {"name": person.name}, "person", "no_address")
    try:
        validate_email(person.email)
    except ValidationError as error:
        raise Refused(_("Write one address, like lena@example.org."), "person", "address") from error
    if program is not None and access.role_in(program, person) is None:
        words = _("%(name)s is not a member of %(program)s. Invite them first, then subscribe them.")
        raise Refused(words % {"name": person.name, "program": program.name}, "person", "stranger")


def _check_hook(hook: Hook | None, person: Person, program: Program | None, *, by: Person) -> None:
    """A summary is posted to its reader's own chat, or to its program's channel by those who manage that."""
    own = hook is None or hook.person_id == person.pk
    if not own and not (program and hook and hook.program_id == program.pk and access.can(program, by, "manage")):
        raise Refused(_("Choose from the list."), "hook", "choice")


def _check_audience(audience: str, program: Program | None) -> None:
    if audience not in Audience.values:
        raise Refused(_("Choose a leader, the team or a sponsor."), "audience", "choice")
    if audience == Audience.SPONSOR and program is not None:
        raise Refused(
            _("A sponsor's summary speaks of every program they sponsor. Choose all programs."), "audience", "portfolio"
        )


def _check_schedule(weekdays: object, local_time: object, time_zone: str) -> None:
    days = list(weekdays) if isinstance(weekdays, list | tuple | set | frozenset) else []
    if not days or any(isinstance(day, bool) or day not in range(1, 8) for day in days):
        raise Refused(_("Choose at least one weekday."), "weekdays", "required")
    if not isinstance(local_time, time):
        raise Refused(_("Write a time like 08:30."), "local_time", "required")
    if not slots.is_zone(time_zone):
        words = _("“%(zone)s” is not a time zone. Use a place, like Europe/Berlin or America/New_York.")
        raise Refused(words % {"zone": time_zone[:60]}, "time_zone", "zone")

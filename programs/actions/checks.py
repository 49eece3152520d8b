"""Rules several nouns share: who may own work, what belongs to which program, which day it is there."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from programs.models import Membership

if TYPE_CHECKING:
    from datetime import date, datetime

    from programs.actions.saving import Draft
    from programs.models import Person, Program


def today(program: Program, at: datetime) -> date:
    """The calendar day it is for the people of this program."""
    return at.astimezone(zone(program.time_zone)).date()


def zone(name: str) -> zoneinfo.ZoneInfo:
    """A time zone by name; UTC when the name is unknown on this machine."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def known_zone(draft: Draft[Any], field: str, name: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if name not in zoneinfo.available_timezones():
        draft.refuse(field, _("Choose a time zone from the list, such as Europe/Berlin or UTC."), "time_zone")


def member(draft: Draft[Any], program: Program, field: str) -> None:
    """Refuse somebody who cannot own work here, without saying who that would be or why."""
    person: Person | None = getattr(draft.row, field)
    if person is None:
        return
    if not Membership.objects.filter(program=program, person=person.pk, person__is_active=True).exists():
        words = _("Not a member of this program. Choose a member, or add the person to the program first.")
        draft.refuse(field, words, "not_a_member")


def same_program(draft: Draft[Any], program: Program, field: str) -> None:
    """Refuse a workstream or milestone that belongs to another program, as if it did not exist."""
    chosen = getattr(draft.row, field)
    if chosen is not None and chosen.program_id != program.pk:
        draft.refuse(field, _("Choose one from the list."), "choice")


def not_past(draft: Draft[Any], field: str, day: date) -> None:
    """Refuse a promise for a day that is already over."""
    chosen = getattr(draft.row, field)
    if chosen is not None and chosen < day:
        draft.refuse(field, _("This day is over. Choose %(day)s or later.") % {"day": day.isoformat()}, "past")


def not_ahead(draft: Draft[Any], field: str, day: date) -> None:
    """Refuse a fact about a day that has not come yet."""
    chosen = getattr(draft.row, field)
    if chosen is not None and chosen > day:
        draft.refuse(field, _("This day has not come yet. Choose %(day)s or earlier.") % {"day": day.isoformat()}, "ahead")


def in_order(draft: Draft[Any], first: str, second: str, message: str) -> None:
    """Refuse an end before its start, at the field of the end."""
    start, end = getattr(draft.row, first), getattr(draft.row, second)
    if start is not None and end is not None and end < start:
        draft.refuse(second, message, "order")

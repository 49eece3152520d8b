"""The working days of a program: its week, the holidays of its country, and days that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import holidays
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.actions import deeds, events, removing, revisions
from programs.actions.saving import Draft, Edit
from programs.models import CalendarException, Program

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from programs.models import Person

    Exceptional = tuple[date, bool, str]  # the day, whether people work, and its name

EDITABLE = frozenset({"weekdays", "country", "subdivision"})
MOST_EXCEPTIONS = 1_000


@transaction.atomic(durable=True)
def set_calendar(
    *,
    program: Program,
    version: int,
    weekdays: Sequence[int],
    by: Person,
    at: datetime,
    country: str = "",
    subdivision: str = "",
    exceptions: Iterable[Exceptional] = (),
) -> Program:
    """Say on which days this program works. Every date and float of it is computed anew.

    `weekdays` are ISO numbers, 1 is Monday. `exceptions` replace those there were: holidays of its own, and working days
    that the week or the country would leave out.
    """
    revisions.hold(program)
    wanted = {"weekdays": weekdays, "country": country, "subdivision": subdivision}
    change = Edit(program, version, wanted, editable=EDITABLE)
    _week(change)
    _country(change)
    days = _exceptional(change, list(exceptions))
    change.raise_problems()
    before = list(CalendarException.objects.filter(program=program).order_by("day"))
    was, is_now = [_line(each) for each in before], [_line(each) for each in days]
    if was != is_now and not change.changed:
        change.changed["weekdays"] = (change.row.weekdays, change.row.weekdays)  # the row is another version all the same
    if not change.changed:
        return change.row
    saved = change.save()
    fields = {name: pair for name, pair in change.changed.items() if pair[0] != pair[1]}
    if was != is_now:
        for each in before:
            removing.remove(each)
        deeds.made(*CalendarException.objects.bulk_create(days))
        fields["exceptions"] = (was, is_now)
    events.record_changes("program.changed", fields, by=by, at=at, program=saved, subject=saved)
    revisions.moved(saved)
    return saved


def _week(change: Draft[Program]) -> None:
    week = change.row.weekdays
    fine = isinstance(week, list | tuple) and week and all(type(day) is int and 1 <= day <= 7 for day in week)
    if not fine or len(set(week)) != len(week):
        change.refuse("weekdays", _("Choose at least one working day, Monday (1) to Sunday (7), each once."), "weekdays")
    else:
        change.set("weekdays", sorted(week))


def _country(change: Draft[Program]) -> None:
    """Refuse a country or part of one whose holidays are not known here."""
    row = change.row
    known = holidays.list_supported_countries(include_aliases=False)
    if row.country and row.country not in known:
        change.refuse("country", _("Choose a country from the list, such as DE, or none."), "country")
    elif row.subdivision and row.subdivision not in known.get(row.country, ()):
        change.refuse("subdivision", _("Choose a part of the country from the list, or none."), "subdivision")


def _exceptional(change: Draft[Program], given: list[Exceptional]) -> list[CalendarException]:
    """The days that differ, checked one by one; a problem names its day."""
    if len(given) > MOST_EXCEPTIONS:
        change.refuse("exceptions", _("Use at most %(limit)d days that differ.") % {"limit": MOST_EXCEPTIONS}, "limit")
        return []
    days: dict[Any, CalendarException] = {}
    for day, working, name in given:
        draft = Draft(CalendarException(program=change.row))
        draft.put({"day": day, "working": working, "name": name}, {"day", "working", "name"})
        problem = draft.problems[0].message if draft.problems else _refusal(draft.row, days)
        if problem:
            change.refuse("exceptions", f"{day}: {problem}", "exceptions")
        else:
            days[draft.row.day] = draft.row
    return [days[day] for day in sorted(days)]


def _refusal(row: CalendarException, days: dict[Any, CalendarException]) -> str:
    if row.day is None or not 1970 <= row.day.year <= 2100:
        return _("Use a date from 1970 to 2100, as YYYY-MM-DD.")
    if row.day in days:
        return _("This day is there twice.")
    try:
        row.clean_fields(exclude={"program"})
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _line(row: CalendarException) -> str:
    word = _("working") if row.working else _("free")
    return " ".join(filter(None, [row.day.isoformat(), word, row.name]))

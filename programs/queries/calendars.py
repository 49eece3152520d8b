"""A program's working days, from its weekly pattern, its country's holidays and its own exceptions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import holidays
from django.db.models import QuerySet

from programs.graph.types import DayCalendar
from programs.models import CalendarException, Person, Program
from programs.queries.prepared import prepared
from programs.summaries.ladder import Place

MOST_SHOWN = 12


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str, first: int, last: int) -> frozenset[date]:
    """Public holidays of a country (and part of it) between two years; none for an unknown country."""
    if not country:
        return frozenset()
    try:
        table = holidays.country_holidays(country, subdiv=subdivision or None, years=range(first, last + 1))
    except NotImplementedError:
        return frozenset()
    return frozenset(table)


@lru_cache(maxsize=64)
def named_holidays(country: str, subdivision: str, year: int, language: str) -> tuple[tuple[date, str], ...]:
    """Public holidays of one year, in order, with their names in this language or in that of the country."""
    if not country:
        return ()
    try:
        spoken = _spoken(holidays.country_holidays(country, years=()).supported_languages, language)
        table = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=spoken)
    except NotImplementedError:
        return ()
    return tuple(sorted(table.items()))


def _spoken(known: Iterable[str], language: str) -> str | None:
    """The name the table has for a language: en is en_US there."""
    return next((one for one in sorted(known, reverse=True) if one.split("_")[0] == language.split("-", maxsplit=1)[0]), None)


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day of the coming year that differs from the week."""

    day: date
    name: str
    working: bool = False
    own: bool = False


def days_off(program: Program, own: Iterable[tuple[date, bool, str]], *, first: date, language: str) -> list[DayOff]:
    """The next days that differ from the week: public holidays on working days, and the program's own. No query.

    `own` are the program's exceptions as (day, whether people work, name); they go before a holiday of the same day.
    """
    found = {
        day: DayOff(day, name)
        for year in (first.year, first.year + 1)
        for day, name in named_holidays(program.country, program.subdivision, year, language)
        if day.isoweekday() in program.weekdays
    }
    for day, working, name in own:
        found[day] = DayOff(day, name or (found[day].name if day in found else ""), working, own=True)
    return [found[day] for day in sorted(found) if day >= first][:MOST_SHOWN]


@prepared
def _exceptions(programs: Collection[int]) -> QuerySet[CalendarException, Any]:
    return CalendarException.objects.filter(program__in=programs).values_list("program_id", "day", "working")


def calendars(programs: Iterable[Program], *, around: date) -> dict[int, DayCalendar]:
    """Each program's calendar, good from ten years before to fifteen years after `around`. One query."""
    programs = list(programs)
    odd: dict[int, tuple[set[date], set[date]]] = {program.pk: (set(), set()) for program in programs}
    for program_id, day, working in _exceptions(odd):
        odd[program_id][1 if working else 0].add(day)
    found = {}
    for program in programs:
        closed, extra = odd[program.pk]
        public = public_holidays(program.country, program.subdivision, around.year - 10, around.year + 15)
        weekdays = frozenset(day for day in program.weekdays if day in range(1, 8)) or frozenset({1, 2, 3, 4, 5})
        found[program.pk] = DayCalendar(weekdays, (public | closed) - extra, frozenset(extra))
    return found


def place_of(person: Person, calendar: DayCalendar, day: date) -> Place:
    """Where and when somebody works: the program's week, the holidays of their own country when they named one."""
    own = public_holidays(person.country, "", day.year - 1, day.year + 1) if person.country else calendar.holidays
    return Place(person.time_zone, calendar.weekdays, own)

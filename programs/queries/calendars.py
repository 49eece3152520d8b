"""A program's working days, from its weekly pattern, its country's holidays and its own exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays

from programs.graph.types import DayCalendar
from programs.models import CalendarException, Program


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


def calendars(programs: Iterable[Program], *, around: date) -> dict[int, DayCalendar]:
    """Each program's calendar, good from ten years before to fifteen years after `around`. One query."""
    programs = list(programs)
    odd: dict[int, tuple[set[date], set[date]]] = {program.pk: (set(), set()) for program in programs}
    rows = CalendarException.objects.filter(program__in=odd).values_list("program_id", "day", "working")
    for program_id, day, working in rows:
        odd[program_id][1 if working else 0].add(day)
    found = {}
    for program in programs:
        closed, extra = odd[program.pk]
        public = public_holidays(program.country, program.subdivision, around.year - 10, around.year + 15)
        weekdays = frozenset(day for day in program.weekdays if day in range(1, 8)) or frozenset({1, 2, 3, 4, 5})
        found[program.pk] = DayCalendar(weekdays, (public | closed) - extra, frozenset(extra))
    return found

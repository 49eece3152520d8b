"""The escalation ladder: when a blocker that does not move is told to the next person, in that person's own working hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from programs.summaries.slots import instant, zone

BEGIN, END = time(9), time(17)  # an ordinary working day, where the receiver is
_DAY = timedelta(days=1)
_LONGEST = 400  # days looked at; nothing waits longer than that


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when one receiver works: their zone, weekdays (ISO) and days off."""

    zone_name: str
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    days_off: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether that is a working day there."""
        return day.isoweekday() in self.weekdays and day not in self.days_off


def worked(since: datetime, until: datetime, place: Place) -> timedelta:
    """Working time that passed for somebody: nights, weekends and holidays do not count.

    >>> from datetime import UTC
    >>> friday = datetime(2027, 3, 5, 15, tzinfo=UTC)
    >>> worked(friday, friday + timedelta(days=3), Place("UTC"))
    datetime.timedelta(seconds=28800)
    """
    where = zone(place.zone_name)
    day, last = since.astimezone(where).date(), until.astimezone(where).date()
    total = timedelta()
    for _step in range(_LONGEST):
        if day > last:
            break
        if place.works_on(day):
            begin, end = max(since, instant(day, BEGIN, where)), min(until, instant(day, END, where))
            total += max(timedelta(), end - begin)
        day += _DAY
    return total


def at_work(at: datetime, place: Place) -> bool:
    """Whether somebody is at work at this moment."""
    local = at.astimezone(zone(place.zone_name))
    return place.works_on(local.date()) and BEGIN <= local.time() < END


@dataclass(frozen=True, slots=True)
class Rung:
    """One person on the ladder of a blocker. `step` is 1 for whoever can clear it, 4 for the sponsor."""

    step: int
    person: int
    place: Place


def next_rung(
    rungs: Sequence[Rung], *, since: datetime, climbed: Sequence[tuple[int, datetime]], now: datetime, hours: float
) -> Rung | None:
    """Whom to tell now, if anybody: the next on the ladder after `hours` of their own working time without movement.

    `climbed` holds (step, when) of what was told since the last movement. A person stands on the lowest of their rungs only, and
    nobody is told outside their working hours. Without hours nobody ever is.
    """
    if hours <= 0:
        return None
    done = max((step for step, _when in climbed), default=0)
    start = max((when for _step, when in climbed), default=since)
    known = {rung.person for rung in rungs if rung.step <= done}
    for rung in sorted(rungs, key=lambda one: one.step):
        if rung.step <= done or rung.person in known:
            continue
        ripe = worked(start, now, rung.place) >= timedelta(hours=hours)
        return rung if ripe and at_work(now, rung.place) else None
    return None

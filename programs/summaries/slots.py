"""When a summary is due: wall-clock time of a place, turned into instants.

The rule, everywhere: a local time that exists twice (clocks go back) is taken the first time; one that does not
exist (clocks go forward) is moved by the gap, so 02:30 becomes 03:30. Celery's own crontab is not used for this:
in a local zone it falls silent for an hour when clocks go back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

CATCH_UP = timedelta(hours=12)  # after downtime, the latest missed slot is still sent when younger than this
MOST_SKIPPED = 400  # slots of one subscription recorded as skipped after one outage
_DAY = timedelta(days=1)
_FIXED = ("Etc/", "SystemV/")  # offsets with reversed signs, and leftovers: nobody lives there


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The zones people may choose: places, and UTC."""
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith(_FIXED)) | {"UTC"}


def is_zone(name: str) -> bool:
    """Whether this is a zone people may choose.

    >>> is_zone("Europe/Berlin"), is_zone("Mars/Base"), is_zone("Etc/GMT+99")
    (True, False, False)
    """
    return name in zone_names()


def zone(name: str) -> ZoneInfo:
    """The zone of this name; UTC when the name has gone from the time zone database."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Some weekdays (ISO: 1 is Monday) at one local time of one zone."""

    weekdays: frozenset[int]
    local_time: time
    zone_name: str

    @classmethod
    def of(cls, weekdays: object, local_time: time, zone_name: str) -> Schedule:
        """Read a stored schedule; anything that is no weekday is left out."""
        days = weekdays if isinstance(weekdays, list | tuple | set | frozenset) else ()
        return cls(frozenset(day for day in days if day in range(1, 8)), local_time.replace(tzinfo=None), zone_name)

    @property
    def zone(self) -> ZoneInfo:
        """The zone as the standard library knows it."""
        return zone(self.zone_name)


def instant(day: date, local_time: time, place: ZoneInfo) -> datetime:
    """The UTC instant of a local wall-clock time on one day.

    >>> instant(date(2026, 3, 29), time(2, 30), ZoneInfo("Europe/Berlin")).isoformat()
    '2026-03-29T01:30:00+00:00'
    """
    return datetime.combine(day, local_time).replace(tzinfo=place, fold=0).astimezone(UTC)


def local_day(at: datetime, schedule: Schedule) -> date:
    """The calendar day at the reader's place."""
    return at.astimezone(schedule.zone).date()


def upcoming(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Every slot strictly after an instant, in order; none when no weekday is chosen."""
    if not schedule.weekdays:
        return
    place = schedule.zone
    day = after.astimezone(place).date() - _DAY
    last = after
    while day < date.max - 2 * _DAY:
        if day.isoweekday() in schedule.weekdays:
            slot = instant(day, schedule.local_time, place)
            if slot > last:
                last = slot
                yield slot
        day += _DAY


def next_slot(schedule: Schedule, after: datetime) -> datetime | None:
    """The first slot strictly after an instant.

    >>> monday = Schedule(frozenset({1}), time(8), "Europe/Berlin")
    >>> next_slot(monday, datetime(2027, 3, 3, tzinfo=UTC)).isoformat()
    '2027-03-08T07:00:00+00:00'
    """
    return next(upcoming(schedule, after), None)


def next_after_day(schedule: Schedule, after: datetime, day: date) -> datetime | None:
    """The first slot after an instant that falls on a later local day than `day`: today's is not sent twice."""
    for slot in upcoming(schedule, after):
        if local_day(slot, schedule) > day:
            return slot
    return None


@dataclass(frozen=True, slots=True)
class Due:
    """What to do about a subscription whose time has come."""

    send: datetime | None  # the slot to send now
    skipped: tuple[datetime, ...]  # older slots missed while nothing ran: listed, never sent
    following: datetime | None  # when it is due again


def due(schedule: Schedule, planned: datetime, now: datetime) -> Due:
    """Settle everything from the planned slot until now: the latest is sent if under 12 hours old, the others are skipped.

    One a local day, also when the schedule was edited, or its zone changed its clocks, after the slot was planned.
    """
    missed = [planned]
    following = None
    for slot in upcoming(schedule, planned):
        if local_day(slot, schedule) <= local_day(missed[-1], schedule):
            continue
        if slot > now:
            following = slot
            break
        missed.append(slot)
    latest = missed[-1]
    fresh = now - latest < CATCH_UP
    return Due(
        send=latest if fresh else None,
        skipped=tuple((missed[:-1] if fresh else missed)[-MOST_SKIPPED:]),
        following=following,
    )

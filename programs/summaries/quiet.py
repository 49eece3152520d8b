"""Quiet hours: when a person wants no mail but what they asked for at that hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from programs.summaries.slots import instant, zone

_DAY = timedelta(days=1)
_WEEKEND = frozenset({6, 7})
_LONGEST = 4  # a night, a weekend, and the night after it


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one local time until another, over midnight when the end is earlier; and perhaps whole weekends."""

    start: time | None
    end: time | None
    weekends: bool
    zone_name: str

    def until(self, at: datetime) -> datetime | None:
        """When it is over, if it is quiet at this moment; None when mail may go.

        >>> from datetime import UTC
        >>> night = Quiet(time(22), time(7), False, "Europe/Berlin")
        >>> night.until(datetime(2027, 3, 1, 22, 30, tzinfo=UTC)).isoformat()
        '2027-03-02T06:00:00+00:00'
        >>> night.until(datetime(2027, 3, 1, 12, tzinfo=UTC)) is None
        True
        """
        end, moment = None, at
        for _step in range(_LONGEST):
            over = self._over(moment)
            if over is None or over <= moment:
                break
            end = moment = over
        return end

    def _over(self, at: datetime) -> datetime | None:
        """The end of the stretch this moment is in: the weekend, or the hours of the day."""
        place = zone(self.zone_name)
        local = at.astimezone(place)
        today, clock = local.date(), local.time()
        if self.weekends and local.isoweekday() in _WEEKEND:
            return instant(today + (8 - local.isoweekday()) * _DAY, time(0), place)
        if self.start is None or self.end is None or self.start == self.end:
            return None
        if self.start < self.end:
            return instant(today, self.end, place) if self.start <= clock < self.end else None
        if clock >= self.start:
            return instant(today + _DAY, self.end, place)
        return instant(today, self.end, place) if clock < self.end else None

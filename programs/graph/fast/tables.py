"""Working time as direct tables: one look-up where a calendar bisects. Made of the same intervals, so they agree exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import gcd
from typing import Any

import numpy as np

from programs.graph.calendars import DAY, FIRST_DAY, LAST_DAY, Calendar, Elapsed

MOST = 1 << 21  # slots per calendar; a plan that needs more is left to the calendars themselves
Array = Any


class TooLarge(ValueError):
    """The plan runs too long, or in too small parts of a day, for direct tables."""


class Tables:
    """One flat table of several calendars, in two bytes a number where the slots fit: working slots by instant, and back.

    `instant = origin + slot * unit` seconds. Slot 0 means no date and the last slot `never`; every look-up gives them back.
    `flat[flat[c * size + slot] + n + back(c)]` is the earliest instant n working slots later in calendar c, with `latest_of`
    added the latest; with n = 0 the end of the work before a slot, and the start of the work after it.
    Dates may lie from `low` to `high`; beyond them the tables go on for at least `reach` working slots of every calendar, twice.
    """

    def __init__(self, calendars: Sequence[Calendar], unit: int, first: int, last: int, reach: int) -> None:
        """Cover the days `first` to `last`. Raises TooLarge when that cannot be."""
        per_day, extra = DAY // unit, 8 * (reach * unit // DAY + 1) + 60
        self.unit, self.reach = unit, reach
        while True:
            start, days = first - extra, last - first + 2 * extra
            self.size = days * per_day + 3
            self.never, self.zone = self.size - 1, 2 * reach + 1
            self.row = self.size + 2 * self.zone
            if start < FIRST_DAY or start + days > LAST_DAY or self.size > MOST or self.row * len(calendars) > 1 << 27:
                raise TooLarge(f"{days} days of {per_day} slots")
            self.origin = start * DAY - unit
            self.low, self.high = extra * per_day + 1, (days - extra) * per_day + 1
            self.latest_of = self.row * len(calendars)
            self._fill(calendars)
            if self._reach_far():
                return
            extra *= 2

    def _fill(self, calendars: Sequence[Calendar]) -> None:
        count, size, row, zone = len(calendars), self.size, self.row, self.zone
        self.flat = np.empty(count * (size + 2 * row), np.uint16 if row <= 1 << 16 else np.int32)
        self.cum = cum = self.flat[: count * size].reshape(count, size)
        back = self.flat[count * size :].reshape(2, count, row)
        back[:, :, :zone], back[:, :, zone:], back[:, :, row - zone :] = 0, size - 2, size - 1
        for c, calendar in enumerate(calendars):
            done = np.zeros(size - 2, np.int32)
            np.cumsum(self._working(calendar), dtype=np.int32, out=done[1:])
            total = int(done[-1])
            ways = np.arange(total + 1)
            back[0, c, zone : zone + total + 1] = np.searchsorted(done, ways, side="left") + 1
            back[1, c, zone : zone + total + 1] = np.searchsorted(done, ways, side="right")
            cum[c, 1:-1] = done + zone
            cum[c, 0], cum[c, -1] = self.reach, row - 1 - self.reach

    def back(self, calendar: Any) -> Any:
        """Where the way back from working slots begins for a calendar (or an array of them)."""
        return len(self.cum) * self.size + calendar * self.row

    def _working(self, calendar: Calendar) -> Array:
        """One number a slot: whether work happens in it."""
        slots, begin = self.size - 3, self.origin + self.unit
        if isinstance(calendar, Elapsed):
            return np.ones(slots, np.int8)
        calendar.work(begin)
        calendar.work(begin + slots * self.unit)
        starts, ends = np.asarray(calendar.starts), np.asarray(calendar.ends)
        change = np.zeros(slots + 1, np.int32)
        np.add.at(change, np.clip((starts - begin) // self.unit, 0, slots), 1)
        np.add.at(change, np.clip((ends - begin) // self.unit, 0, slots), -1)
        return np.cumsum(change[:-1]) > 0

    def _reach_far(self) -> bool:
        cum = self.cum.astype(np.int64)
        places = (1, self.low // 2, self.low, self.high, (self.high + self.size) // 2, self.size - 2)
        far = [bool(np.all(cum[:, b] - cum[:, a] > self.reach)) for a, b in pairwise(places)]
        return all(far[:2]) and all(far[3:])


def common_unit(calendars: Sequence[Calendar], seconds: Array) -> int:
    """The largest part of a day that every number and every edge of a working interval is a multiple of."""
    unit = gcd(DAY, int(np.gcd.reduce(seconds))) if len(seconds) else DAY
    for calendar in calendars:
        hours = [*calendar.week, *calendar.exceptions.values()]
        for begin, end in {interval for day in hours for interval in day}:
            unit = gcd(unit, gcd(begin, end))
    return unit

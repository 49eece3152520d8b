"""Working time as numbers, and back.

An instant is a whole number of seconds since midnight before 1 January of year 1 (ordinal day x 86,400), local wall
clock, no time zones. A calendar is a sorted list of disjoint working intervals; intervals that touch are one. Friday
17:00 and Monday 08:00 are one point of working time with two spellings: `finish_at` gives the first, `start_at` the last.
Every operation is one bisection in three parallel lists (`starts`, `ends`, `totals`), which numeric code may read as arrays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

DAY = 86_400
HOUR = 3_600
FIRST_DAY = 2  # ordinal days a table may reach: the years 1 to 9999
LAST_DAY = date.max.toordinal() - 1

Interval = tuple[int, int]  # seconds after midnight; 86,400 is the end of the day
FULL_DAY: tuple[Interval, ...] = ((0, DAY),)


class Calendar:
    """Working time of a weekly pattern with exceptions; `week[0]` is Monday.

    The table grows on demand, so a plan may run for centuries; totals count from a fixed anchor and never change.

    >>> office = Calendar([[(8 * HOUR, 17 * HOUR)]] * 5 + [[], []])
    >>> friday = instant(datetime(2027, 3, 5, 17))
    >>> moment(office.add(friday, 2 * HOUR))
    datetime.datetime(2027, 3, 8, 10, 0)
    """

    __slots__ = ("_high", "_low", "ends", "exceptions", "starts", "totals", "week")

    def __init__(
        self,
        week: Sequence[Sequence[Interval]],
        exceptions: Mapping[int, Sequence[Interval]] | None = None,
        around: int = 730_000,
    ) -> None:
        self.week = tuple(tuple(sorted((a, b) for a, b in day if b > a)) for day in week)
        if len(self.week) != 7:
            raise ValueError("A calendar has seven weekdays.")
        self.exceptions = {day: tuple(sorted((a, b) for a, b in hours if b > a)) for day, hours in (exceptions or {}).items()}
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.totals: list[int] = []
        self._low = self._high = around
        low, high = around - 400, around + 800
        if not any(self.week):
            worked = [day for day, hours in self.exceptions.items() if hours]
            low, high = (min(worked), max(worked) + 1) if worked else (around, around)
        self._cover(low, high)

    # -- the table ---------------------------------------------------------------------------------------------------

    def _days(self, low: int, high: int) -> list[list[int]]:
        """The working intervals of days low..high-1, touching ones joined."""
        rows: list[list[int]] = []
        exceptions, week = self.exceptions, self.week
        for day in range(low, high):
            base = day * DAY
            for begin, end in exceptions.get(day, week[(day - 1) % 7]):
                if rows and rows[-1][1] >= base + begin:
                    rows[-1][1] = max(rows[-1][1], base + end)
                else:
                    rows.append([base + begin, base + end])
        return rows

    def _cover(self, low: int, high: int) -> None:
        """Extend the table to days low..high-1; what it already says stays as it is."""
        low, high = max(FIRST_DAY, low), min(LAST_DAY, high)
        if high > self._high:
            self._append(self._days(self._high, high))
            self._high = high
        if low < self._low:
            self._prepend(self._days(low, self._low))
            self._low = low

    def _append(self, rows: list[list[int]]) -> None:
        starts, ends, totals = self.starts, self.ends, self.totals
        done = totals[-1] + ends[-1] - starts[-1] if starts else 0
        for begin, end in rows:
            if ends and ends[-1] == begin:
                ends[-1] = end
            else:
                starts.append(begin)
                ends.append(end)
                totals.append(done)
            done += end - begin

    def _prepend(self, rows: list[list[int]]) -> None:
        todo = self.totals[0] if self.totals else 0
        if rows and self.starts and rows[-1][1] == self.starts[0]:
            begin, end = rows.pop()
            todo -= end - begin
            self.starts[0], self.totals[0] = begin, todo
        before = []
        for begin, end in reversed(rows):
            todo -= end - begin
            before.append(todo)
        self.starts[:0] = [row[0] for row in rows]
        self.ends[:0] = [row[1] for row in rows]
        self.totals[:0] = before[::-1]

    def _grow(self, later: bool) -> bool:
        """Double the table in one direction; False when it cannot grow, so the answer is its edge."""
        if not any(self.week):
            return False
        reach = max(400, self._high - self._low)
        if later and self._high < LAST_DAY:
            self._cover(self._low, self._high + reach)
            return True
        if not later and self._low > FIRST_DAY:
            self._cover(self._low - reach, self._high)
            return True
        return False

    # -- questions ---------------------------------------------------------------------------------------------------

    def work(self, t: int) -> int:
        """Working seconds before `t`, counted from the calendar's fixed anchor (so possibly negative)."""
        if t >= self._high * DAY:
            while t >= self._high * DAY and self._grow(later=True):
                pass
        i = bisect_right(self.starts, t) - 1
        if i < 0:
            while (i := bisect_right(self.starts, t) - 1) < 0:
                if not self._grow(later=False):
                    return self.totals[0] if self.totals else 0
        end = self.ends[i]
        return self.totals[i] + (min(end, t)) - self.starts[i]

    def finish_at(self, w: int) -> int:
        """The earliest instant with `w` working seconds before it."""
        i = bisect_left(self.totals, w) - 1
        while i < 0:
            if not self._grow(later=False):
                return self.starts[0] if self.starts else self._high * DAY
            i = bisect_left(self.totals, w) - 1
        while (t := self.starts[i] + w - self.totals[i]) > self.ends[i]:
            if not self._grow(later=True):
                return self.ends[-1]
            i = bisect_left(self.totals, w) - 1
        return t

    def start_at(self, w: int) -> int:
        """The latest instant with `w` working seconds before it."""
        i = bisect_right(self.totals, w) - 1
        while i < 0:
            if not self._grow(later=False):
                return self.starts[0] if self.starts else self._low * DAY
            i = bisect_right(self.totals, w) - 1
        while (t := self.starts[i] + w - self.totals[i]) >= self.ends[i]:
            if not self._grow(later=True):
                return self.ends[-1]
            i = bisect_right(self.totals, w) - 1
        return t

    def add(self, t: int, seconds: int) -> int:
        """`t` moved by working seconds: forward to the earliest such instant, back to the latest; zero leaves `t` alone."""
        if seconds > 0:
            return self.finish_at(self.work(t) + seconds)
        if seconds < 0:
            return self.start_at(self.work(t) + seconds)
        return t

    def diff(self, a: int, b: int) -> int:
        """Working seconds from `a` to `b`; negative when `b` is earlier."""
        return self.work(b) - self.work(a)

    def next_start(self, t: int) -> int:
        """`t` when work can start there, else the next start of a working interval."""
        if t >= self._high * DAY:
            self.work(t)
        i = bisect_right(self.starts, t) - 1
        if i >= 0 and t < self.ends[i]:
            return t
        while i + 1 >= len(self.starts):
            if not self._grow(later=True):
                return t
            i = bisect_right(self.starts, t) - 1
        if i < 0:
            self.work(t)
            i = bisect_right(self.starts, t) - 1
            return t if i >= 0 and t < self.ends[i] else self.starts[i + 1]
        return self.starts[i + 1]

    def prev_finish(self, t: int) -> int:
        """`t` when work can end there, else the previous end of a working interval."""
        if t >= self._high * DAY:
            self.work(t)
        i = bisect_left(self.starts, t) - 1
        while i < 0:
            if not self._grow(later=False):
                return t
            i = bisect_left(self.starts, t) - 1
        end = self.ends[i]
        return min(t, end)


class Elapsed(Calendar):
    """The calendar without non-working time, for elapsed durations and lags."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__([FULL_DAY] * 7)

    def work(self, t: int) -> int:
        """Every second counts."""
        return t

    def finish_at(self, w: int) -> int:
        """The one instant there is."""
        return w

    def start_at(self, w: int) -> int:
        """The one instant there is."""
        return w

    def next_start(self, t: int) -> int:
        """Work can start any time."""
        return t

    def prev_finish(self, t: int) -> int:
        """Work can end any time."""
        return t

    def add(self, t: int, seconds: int) -> int:
        """Plain addition."""
        return t + seconds

    def diff(self, a: int, b: int) -> int:
        """Plain difference."""
        return b - a


ELAPSED = Elapsed()


def union(calendars: Sequence[Calendar]) -> Calendar:
    """The calendar on which work goes on whenever any of these works, as for people on different shifts.

    >>> shifts = union([Calendar([[(0, 8 * HOUR)]] * 7), Calendar([[(8 * HOUR, 16 * HOUR)]] * 7)])
    >>> shifts.diff(730_000 * DAY, 730_001 * DAY) // HOUR
    16
    """
    week = [[hours for calendar in calendars for hours in calendar.week[day]] for day in range(7)]
    odd = {day for calendar in calendars for day in calendar.exceptions}
    exceptions = {
        day: [hours for calendar in calendars for hours in calendar.exceptions.get(day, calendar.week[(day - 1) % 7])]
        for day in odd
    }
    return Calendar(week, exceptions, next((calendar.ends[0] // DAY for calendar in calendars if calendar.ends), 730_000))


def instant(moment: datetime) -> int:
    """The instant of a local date-time, to the second."""
    return moment.toordinal() * DAY + moment.hour * HOUR + moment.minute * 60 + moment.second


def moment(t: int) -> datetime:
    """The local date-time of an instant, kept inside the years 1 to 9999."""
    day, seconds = divmod(t, DAY)
    if not FIRST_DAY <= day <= LAST_DAY:
        day, seconds = min(max(day, FIRST_DAY), LAST_DAY), 0
    return datetime.combine(date.fromordinal(day), time()) + timedelta(seconds=seconds)


def day_start(day: date) -> int:
    """The instant at which a day begins."""
    return day.toordinal() * DAY


def day_end(day: date) -> int:
    """The instant at which a day ends."""
    return day.toordinal() * DAY + DAY


def starting_day(t: int) -> date:
    """The day on which work starting at `t` starts."""
    return date.fromordinal(min(max(t // DAY, FIRST_DAY), LAST_DAY))


def finishing_day(t: int) -> date:
    """The day on which work ending at `t` ends: midnight belongs to the day before."""
    return date.fromordinal(min(max((t - 1) // DAY, FIRST_DAY), LAST_DAY))

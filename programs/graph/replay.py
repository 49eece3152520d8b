"""A program's past looked at again, week by week: what would have been forecast from what was known then, and what happened.

Nothing peeks. On each day only what had been promised by that day is a target, and only what had happened by that day is
learned from; what was still open then counts as still open. Links are left out: no history says when a link was made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from programs.graph.days import add_working_days, working_days
from programs.graph.spread import STEPS, Claim, Learned, Learning, Slip, days_of, lead, step_of
from programs.graph.types import DayCalendar
from programs.graph.uncertainty import SETTLING

WEEK = timedelta(days=7)
WEEKDAYS = DayCalendar()
GIVEN = tuple(range(5, 100, 5))  # percentages for which a date is given


@dataclass(frozen=True, slots=True)
class Record:
    """One milestone as its history tells it. `promises` are days and the date set on each, in order, from the first on."""

    id: int
    promises: tuple[tuple[date, date | None], ...]
    done: date | None = None
    team: str = ""
    kind: str = ""
    calendar: DayCalendar = WEEKDAYS

    @property
    def known(self) -> date:
        """The day it came into the plan."""
        return self.promises[0][0]

    def target(self, on: date) -> date | None:
        """The target in force on a day; None when there was none."""
        found = None
        for day, target in self.promises:
            if day > on:
                break
            found = target
        return found

    def open(self, on: date) -> bool:
        """Whether it was planned on this day and had not happened."""
        return self.known <= on and (self.done is None or self.done > on)


def dates(learned: Learned, target: date, on: date, calendar: DayCalendar, percents: Sequence[int] = GIVEN) -> dict[int, date]:
    """When something with a target is done, by percent: what the simulation says of a milestone that waits for nothing.

    The earliest is the next working day; a ratio of one is the target itself, on whatever day of the week it lies.
    """
    planned = max(0, working_days(on, target, calendar))
    quantiles, found = learned.ratios.quantiles, {}
    for percent in percents:
        at = percent / 100 * (len(quantiles) - 1)
        low = int(at)
        ratio = quantiles[low] + (at - low) * (quantiles[min(low + 1, len(quantiles) - 1)] - quantiles[low])
        days = max(1, math.ceil((planned + SETTLING) * ratio - SETTLING - 1e-6))
        found[percent] = target if days == planned else add_working_days(on, days, calendar)
    return found


class Replay:
    """Everything known about some milestones, asked for as of one day after the other."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = [record for record in records if record.promises]
        self._looks: dict[tuple[int, int], Slip | None] = {}

    def slips(self, on: date, step: int) -> list[Slip]:
        """One look at each milestone known by a day, when its date was about as far away as this step (`spread.step_of`)."""
        found = (self._slip(record, step, on) for record in self.records if record.known < on)
        return [slip for slip in found if slip is not None]

    def _slip(self, record: Record, step: int, on: date) -> Slip | None:
        over = record.done is not None and record.done <= on
        if over and (record.id, step) in self._looks:
            return self._looks[record.id, step]
        until = record.done if over and record.done else on
        found = None
        look = self._look(record, step, until)
        if look is not None:
            day, target = look
            planned, took = working_days(day, target, record.calendar), working_days(day, until, record.calendar)
            found = Slip(planned, took, record.team, record.kind, over)
        if over:
            self._looks[record.id, step] = found
        return found

    def _look(self, record: Record, step: int, until: date) -> tuple[date, date] | None:
        """The day on which the target in force was nearest to so many working days away, and that target."""
        back = timedelta(days=round(days_of(step) * 7 / len(record.calendar.weekdays or range(7))))
        last = until - timedelta(days=1)
        best: tuple[float, date, date] | None = None
        for place, (begin, target) in enumerate(record.promises):
            end = record.promises[place + 1][0] if place + 1 < len(record.promises) else until
            end = min(end - timedelta(days=1), last)
            if target is None or begin > end:
                continue
            day = min(max(target - back, begin), end)
            far = abs(lead(working_days(day, target, record.calendar)) - step / STEPS)
            if best is None or far < best[0]:
                best = (far, day, target)
        return None if best is None else best[1:]

    def learning(self, on: date, step: int) -> Learning:
        """What was known on a day of work planned for about so long."""
        return Learning(self.slips(on, step), days_of(step))

    def claims(self, until: date, *, every: timedelta = WEEK) -> Iterator[Claim]:
        """What would have been said on every day from the first on, as far as it is decided by the day of judging."""
        on = min((record.known for record in self.records), default=until)
        while on < until:
            yield from self._claims(on, until)
            on += every

    def _claims(self, on: date, until: date) -> Iterator[Claim]:
        said: dict[int, Learning] = {}
        for record in self.records:
            target = record.target(on)
            if target is None or not record.open(on):
                continue
            step = step_of(working_days(on, target, record.calendar))
            if step not in said:
                said[step] = self.learning(on, step)
            given = dates(said[step].spread(team=record.team, kind=record.kind), target, on, record.calendar)
            done = record.done if record.done is not None and record.done <= until else None
            if done is not None or given[max(given)] < until:
                yield Claim(given, target, done, record.id)

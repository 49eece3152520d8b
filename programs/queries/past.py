"""A program's past: how its dates moved, as far as answers were stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.maps import charts
from programs.maps.drift import Drift, drift, weekly
from programs.models import OPEN_STATUSES, Analysis, DailyAnalysis, Milestone, Person, Program
from programs.queries import access, attribution
from programs.queries.calendars import calendars
from programs.summaries.attribution import Account

MOST_DAYS = 1_000  # stored days that are read; a chart shows the last half year
TRENDS = 6  # milestones whose trend is drawn


@dataclass(frozen=True, slots=True)
class Moment:
    """One stored day: when the program was to finish, and how much was planned and done."""

    day: date
    finish: date | None
    target: date | None
    planned: int
    done: int
    moved: int | None = None  # working days the finish moved since the row before; None: it was not known on both


@dataclass(frozen=True, slots=True)
class Trend:
    """One milestone's dates as they were seen, week by week. `moved` in working days from the first to the last."""

    key: str
    name: str
    seen: tuple[tuple[date, date], ...]
    moved: int
    moves: int

    @property
    def first(self) -> date:
        """The oldest forecast shown."""
        return self.seen[0][1]

    @property
    def last(self) -> date:
        """The newest."""
        return self.seen[-1][1]


@dataclass(frozen=True, slots=True)
class Past:
    """The page of how a program's dates moved."""

    program: Program
    moments: tuple[Moment, ...]  # a week each, oldest first
    drift: Drift | None
    trends: tuple[Trend, ...]
    trend: charts.Chart | None
    burn: charts.Chart | None
    account: Account  # why the finish moved, day by day
    first: date | None  # the oldest stored day
    last: date | None
    stored: int  # days that can be looked at


def past(slug: str, *, by: Person, today: date, words: Mapping[str, str]) -> Past:
    """Read the whole page; `words` name the lines of the burn-up. The number of queries does not depend on the program's size."""
    program = access.program(slug, by=by, may="view")
    calendar = calendars([program], around=today)[program.pk]
    found = DailyAnalysis.objects.filter(program=program, day__lte=today).order_by("-day")
    rows = list(found.values_list("day", "finish", "target", "counts", "pk", "path")[:MOST_DAYS])[::-1]
    weeks = weekly(rows)
    trends = _trends(program, [row[4] for row in weeks], calendar)
    moments = tuple(_moments(weeks, calendar))
    return Past(
        program=program,
        moments=moments,
        drift=drift([(day, finish) for day, finish, *_ in rows if finish], target=program.target_date),
        trends=trends,
        trend=charts.over_days([(trend.key, trend.seen) for trend in trends], on_time=True),
        burn=_burn(moments, words),
        account=attribution.of_program(program, [(row[0], row[1], row[5]) for row in rows if row[1]], calendar),
        first=rows[0][0] if rows else None,
        last=rows[-1][0] if rows else None,
        stored=len(rows),
    )


def _moments(rows: Collection[tuple[Any, ...]], calendar: DayCalendar) -> list[Moment]:
    found: list[Moment] = []
    for day, finish, target, counts, *_rest in rows:
        before = found[-1].finish if found else None
        moved = working_days(before, finish, calendar) if before and finish else None
        found.append(Moment(day, finish, target, counts.get("milestones", 0), counts.get("done", 0), moved))
    return found


def _burn(moments: Collection[Moment], words: Mapping[str, str]) -> charts.Chart | None:
    counted = [one for one in moments if one.planned]
    planned, done = [(one.day, one.planned) for one in counted], [(one.day, one.done) for one in counted]
    return charts.counts([(words["planned"], planned), (words["done"], done)])


def _trends(program: Program, weeks: Collection[int], calendar: DayCalendar) -> tuple[Trend, ...]:
    """The milestones that moved most, the finish first."""
    seen: dict[int, list[tuple[date, date]]] = {}
    for day, forecasts in DailyAnalysis.objects.filter(pk__in=weeks).order_by("day").values_list("day", "forecasts"):
        for item, when in forecasts.items():
            if when:
                seen.setdefault(int(item), []).append((day, date.fromisoformat(when)))
    far = {item: max(points, key=_second)[1] - min(points, key=_second)[1] for item, points in seen.items() if len(points) > 1}
    finish = Analysis.objects.filter(program=program).values_list("finish_milestone_id", flat=True).first()
    worth = sorted(
        (item for item in far if far[item] or item == finish), key=lambda item: (item != finish, -far[item].days, item)
    )
    names = dict(_named(program, worth[: 2 * TRENDS]))
    return tuple(_trend(names[item], seen[item], calendar) for item in worth if item in names)[:TRENDS]


def _second(pair: tuple[date, date]) -> date:
    return pair[1]


def _named(program: Program, ids: Collection[int]) -> list[tuple[int, tuple[str, str]]]:
    rows = Milestone.objects.filter(program=program, pk__in=ids, status__in=OPEN_STATUSES).values_list("pk", "key", "name")
    return [(pk, (key, name)) for pk, key, name in rows]


def _trend(named: tuple[str, str], seen: list[tuple[date, date]], calendar: DayCalendar) -> Trend:
    moves = sum(one[1] != other[1] for one, other in pairwise(seen))
    return Trend(*named, tuple(seen), working_days(seen[0][1], seen[-1][1], calendar), moves)

"""A program's past: how its dates moved, and any day of it beside any other, as far as answers were stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.maps import charts
from programs.maps.drift import Drift, drift, weekly
from programs.models import (
    OPEN_STATUSES,
    Analysis,
    Baseline,
    DailyAnalysis,
    Event,
    Milestone,
    MilestoneStatus,
    Person,
    Program,
    Timing,
)
from programs.queries import access, attribution
from programs.queries.calendars import calendars
from programs.queries.withheld import Sight, a_milestone
from programs.summaries.attribution import Account

MOST_DAYS = 1_000  # stored days that are read; a chart shows the last half year
TRENDS = 6  # milestones whose trend is drawn
NOW = "now"
BASELINE = "baseline-"  # before the number of one, in addresses


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


# -- two sides --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """A program as it was at one moment. `about` is its address: a day, a baseline, or `now`."""

    about: str
    day: date | None
    finish: date | None
    target: date | None
    health: str
    counts: Mapping[str, int]
    dates: Mapping[int, date]  # forecasts of what was open
    path: tuple[int, ...] = ()
    names: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # of what it knows itself
    name: str = ""  # of a baseline


@dataclass(frozen=True, slots=True)
class Row:
    """One milestone on both sides. `days` is how many working days later it is; `key` is empty where it is gone."""

    key: str
    name: str
    before: date | None
    after: date | None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be set side by side: days between two, and baselines by address and name."""

    days: tuple[date, date] | None
    baselines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two moments of one program, and what differs."""

    program: Program
    before: Side
    after: Side
    finish_moved: int | None
    moved: tuple[Row, ...]  # worst first
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    settled: tuple[Row, ...]  # done or dropped in between
    told: bool  # whether the dates of milestones are kept of both
    same: int
    paths: tuple[tuple[Row, ...], tuple[Row, ...]]
    choices: Choices


def compare(slug: str, *, by: Person, today: date, before: str = "", after: str = "") -> Comparison:
    """Two days side by side; without a choice, a week ago and now. A day stands for the newest stored one until its end."""
    program = access.program(slug, by=by, may="view")
    calendar = calendars([program], around=today)[program.pk]
    left = side(program, before or (today - timedelta(days=7)).isoformat(), earliest=not before)
    right = side(program, after or NOW)
    ends = DailyAnalysis.objects.filter(program=program).order_by("day").values_list("day", flat=True)
    names = _names(program, left, right, Sight(by, program))
    kept = Baseline.objects.filter(program=program).order_by("-taken_at").values_list("pk", "name")
    choices = Choices((first, today) if (first := ends.first()) else None, tuple((f"{BASELINE}{pk}", name) for pk, name in kept))
    return _compared(program, left, right, calendar, names, choices)


def side(program: Program, about: str, *, earliest: bool = False) -> Side:
    """One side by its address. Raises Http404 where nothing was stored; `earliest` takes the first day there is instead."""
    if about == NOW:
        return _now(program)
    if about.startswith(BASELINE):
        return _baseline(program, about)
    day = _day(about)
    rows = DailyAnalysis.objects.filter(program=program)
    row = rows.filter(day__lte=day).order_by("-day").first() or (rows.order_by("day").first() if earliest else None)
    if row is None:
        if earliest:
            return Side(about, None, None, None, "", {}, {})
        raise Http404
    dates = {int(item): date.fromisoformat(when) for item, when in row.forecasts.items() if when}
    return Side(row.day.isoformat(), row.day, row.finish, row.target, row.health, row.counts, dates, tuple(row.path))


def _baseline(program: Program, about: str) -> Side:
    number = about.removeprefix(BASELINE)
    row = Baseline.objects.filter(program=program, pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if row is None:
        raise Http404
    over = Milestone.objects.filter(program=program, status=MilestoneStatus.DONE, actual_date__lte=row.taken_at.date())
    done = set(over.values_list("pk", flat=True))  # what was over when it was taken is no promise
    dates = {int(item): date.fromisoformat(end) for item, (_start, end, _name) in row.dates.items() if int(item) not in done}
    names = {int(item): ("", name) for item, (_start, _end, name) in row.dates.items()}
    return Side(about, row.taken_at.date(), row.finish, row.target, "", {}, dates, (), names, row.name)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _now(program: Program) -> Side:
    found = Analysis.objects.filter(program=program).first()
    rows = Timing.objects.filter(program=program, milestone__status__in=OPEN_STATUSES, forecast__isnull=False)
    dates = {item: when for item, when in rows.values_list("milestone_id", "forecast") if when}
    if found is None:
        return Side(NOW, None, None, program.target_date, "", {}, dates)
    path = tuple(found.critical_path)
    return Side(NOW, found.as_of, found.finish, program.target_date, found.health, found.counts, dates, path)


def _compared(
    program: Program, left: Side, right: Side, calendar: DayCalendar, names: Mapping[int, tuple[str, str]], choices: Choices
) -> Comparison:
    def row(item: int, before: date | None, after: date | None) -> Row:
        key, name = names[item]
        return Row(key, name, before, after, working_days(before, after, calendar) if before and after else None)

    both = left.dates.keys() & right.dates.keys()
    moved = [row(item, left.dates[item], right.dates[item]) for item in both if left.dates[item] != right.dates[item]]
    told = bool(left.dates and right.dates)  # else one of them was kept without its milestones
    only = {item: row(item, left.dates[item], None) for item in left.dates.keys() - both if told}
    came = [row(item, None, right.dates[item]) for item in right.dates.keys() - both if told]
    gone = {item for item in only if not names[item][0]}
    settled = [only[item] for item in only if item not in gone]
    return Comparison(
        program=program,
        before=left,
        after=right,
        finish_moved=working_days(left.finish, right.finish, calendar) if left.finish and right.finish else None,
        moved=tuple(sorted(moved, key=lambda one: (-abs(one.days or 0), -(one.days or 0), one.key))),
        added=tuple(sorted(came, key=lambda one: (one.after or date.max, one.key))),
        removed=tuple(sorted((only[item] for item in gone), key=lambda one: one.name)),
        settled=tuple(sorted(settled, key=lambda one: (one.before or date.max, one.key))),
        told=told,
        same=len(both) - len(moved),
        paths=(_path(left, names), _path(right, names)),
        choices=choices,
    )


def _path(one: Side, names: Mapping[int, tuple[str, str]]) -> tuple[Row, ...]:
    return tuple(Row(*names[item], one.dates.get(item), None) for item in one.path if item in names)


def _names(program: Program, left: Side, right: Side, sight: Sight) -> dict[int, tuple[str, str]]:
    """Key and name of every milestone of both sides; of what is gone its name as the history knows it. Three queries at most."""
    ids = {*left.dates, *right.dates, *left.path, *right.path}
    found = {pk: (key, name) for pk, key, name in _rows(program, ids)}
    if lost := ids - found.keys():
        others = Milestone.objects.exclude(program=program).filter(pk__in=lost & {*left.path, *right.path})
        for pk, name, owner in others.values_list("pk", "name", "program_id"):
            found[pk] = ("", name if sight.sees(owner) else a_milestone())
        told = Event.objects.filter(program=program, kind__in=("milestone.deleted", "milestone.moved"), subject_id__in=lost)
        for number, name in told.values_list("subject_id", "subject_name"):
            found.setdefault(number or 0, ("", name))
    for pk in ids - found.keys():
        known = left.names.get(pk) or right.names.get(pk)
        found[pk] = ("", known[1] if known else _("a milestone that was deleted"))
    return found


def _rows(program: Program, ids: Collection[int]) -> Iterator[tuple[int, str, str]]:
    for pk, key, name in Milestone.objects.filter(program=program).values_list("pk", "key", "name"):
        if pk in ids:
            yield pk, key, name

"""Two moments of one program side by side: any days of which the answer was kept, baselines, and now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import Http404
from django.utils.translation import gettext as _

from programs.flags.kept import LINES, Kept, Stood, unpack
from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.models import (
    Analysis,
    Baseline,
    DailyAnalysis,
    Milestone,
    MilestoneStatus,
    Person,
    Program,
)
from programs.queries import access
from programs.queries.calendars import calendars
from programs.queries.past_day import Flagged, flagged, named, others_in, standing
from programs.queries.withheld import Sight

NOW = "now"
BASELINE = "baseline-"  # before the number of one, in addresses


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
    kept: Kept | None = None  # floats, what is critical, flags; None where they are not kept


@dataclass(frozen=True, slots=True)
class Row:
    """One milestone on both sides. `days` is how many working days later it is; `key` is empty where it is gone."""

    key: str
    name: str
    before: date | None
    after: date | None
    days: int | None = None
    stood: Stood | None = None  # where it stood before, as far as that is kept
    stands: Stood | None = None


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
    tightened: tuple[Row, ...]  # critical now, and open but not critical before
    eased: tuple[Row, ...]  # the other way round
    raised: tuple[Flagged, ...]  # flags of the later side alone, loudest first
    lowered: tuple[Flagged, ...]  # of the earlier one alone
    floats: bool  # whether floats and flags are kept of both
    told: bool  # whether the dates of milestones are kept of both
    same: int
    paths: tuple[tuple[Row, ...], tuple[Row, ...]]
    choices: Choices

    @property
    def differs(self) -> bool:
        """Whether any milestone or flag does."""
        dates = self.moved or self.added or self.removed or self.settled
        return bool(dates or self.tightened or self.eased or self.raised or self.lowered)


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
    kept = unpack(bytes(row.standing), row.day)
    return Side(row.day.isoformat(), row.day, row.finish, row.target, row.health, row.counts, dates, tuple(row.path), kept=kept)


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
    found, kept = Analysis.objects.filter(program=program).first(), standing(program.pk)
    dates = {item: one.forecast for item, one in kept.stood.items() if one.open and one.forecast}
    if found is None:
        return Side(NOW, None, None, program.target_date, "", {}, dates)
    path = tuple(found.critical_path)
    return Side(NOW, found.as_of, found.finish, program.target_date, found.health, found.counts, dates, path, kept=kept)


def _compared(
    program: Program, left: Side, right: Side, calendar: DayCalendar, names: Mapping[int, tuple[str, str]], choices: Choices
) -> Comparison:
    def row(item: int, before: date | None, after: date | None) -> Row:
        days = working_days(before, after, calendar) if before and after else None
        return Row(*names[item], before, after, days, _stood(left, item), _stood(right, item))

    both = left.dates.keys() & right.dates.keys()
    moved = [row(item, left.dates[item], right.dates[item]) for item in both if left.dates[item] != right.dates[item]]
    told = bool(left.dates and right.dates)  # else one of them was kept without its milestones
    only = {item: row(item, left.dates[item], None) for item in left.dates.keys() - both if told}
    came = [row(item, None, right.dates[item]) for item in right.dates.keys() - both if told]
    gone = {item for item in only if not names[item][0]}
    settled = [only[item] for item in only if item not in gone]
    tight, loose = (_critical(one) for one in (left, right))
    common = [item for item in both if _stood(left, item) and _stood(right, item)]
    turned = {item: row(item, left.dates[item], right.dates[item]) for item in common if (item in tight) != (item in loose)}
    flags = [frozenset(one.what for one in each.kept.noticed) if each.kept else frozenset() for each in (left, right)]
    floats = left.kept is not None and right.kept is not None
    return Comparison(
        program=program,
        before=left,
        after=right,
        finish_moved=working_days(left.finish, right.finish, calendar) if left.finish and right.finish else None,
        moved=tuple(sorted(moved, key=lambda one: (-abs(one.days or 0), -(one.days or 0), one.key))),
        added=tuple(sorted(came, key=lambda one: (one.after or date.max, one.key))),
        removed=tuple(sorted((only[item] for item in gone), key=lambda one: one.name)),
        settled=tuple(sorted(settled, key=lambda one: (one.before or date.max, one.key))),
        tightened=tuple(one for item, one in sorted(turned.items()) if item not in tight),
        eased=tuple(one for item, one in sorted(turned.items()) if item in tight),
        raised=_flags(right, flags[0], names) if floats else (),
        lowered=_flags(left, flags[1], names) if floats else (),
        floats=floats,
        told=told,
        same=len(both) - len(moved),
        paths=(_path(left, names), _path(right, names)),
        choices=choices,
    )


def _stood(one: Side, item: int) -> Stood | None:
    return one.kept.stood.get(item) if one.kept else None


def _critical(one: Side) -> set[int]:
    return {item for item, stood in one.kept.stood.items() if stood.critical and stood.open} if one.kept else set()


def _flags(
    one: Side, other: Collection[tuple[str, int | None, str]], names: Mapping[int, tuple[str, str]]
) -> tuple[Flagged, ...]:
    """Flags that the other side does not have. `critical` and `near_critical` are told as what they are."""
    assert one.kept is not None
    told = [flag for flag in one.kept.noticed if flag.what not in other and flag.rule not in LINES]
    return flagged(told, names, one.kept.facts)


def _path(one: Side, names: Mapping[int, tuple[str, str]]) -> tuple[Row, ...]:
    return tuple(Row(*names[item], one.dates.get(item), None) for item in one.path if item in names)


def _names(program: Program, left: Side, right: Side, sight: Sight) -> dict[int, tuple[str, str]]:
    """Key and name of every milestone of both sides. Three queries at most."""
    paths = {*left.path, *right.path}
    ids = {*left.dates, *right.dates, *paths}
    ids |= {flag.item for one in (left, right) if one.kept for flag in one.kept.noticed if flag.item}
    others = {other for one in (left, right) if one.kept for other in others_in(one.kept)}
    found = named(program, ids | others, paths | others, sight)
    for pk, (key, name) in found.items():
        if not key and not name:
            known = left.names.get(pk) or right.names.get(pk)
            found[pk] = ("", known[1] if known else _("a milestone that was deleted"))
    return found

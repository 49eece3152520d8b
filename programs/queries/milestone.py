"""One milestone with everything its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from programs.graph.days import working_days
from programs.models import (
    Analysis,
    Blocker,
    BlockerStatus,
    Dependency,
    Event,
    Flag,
    Milestone,
    Odds,
    Risk,
    RiskStatus,
    Timing,
)
from programs.queries import access, attribution
from programs.queries.calendars import calendars
from programs.queries.effects import Slip, slip
from programs.queries.following import Lane, lanes_after
from programs.queries.help import Call, calls
from programs.queries.milestones import Neighbours, neighbours
from programs.queries.odds import NOTHING, Sure, sure_of_milestone
from programs.queries.prepared import prepared
from programs.queries.readers import Tells, tells, watchers
from programs.queries.snapshots import today_in
from programs.queries.withheld import Sight
from programs.summaries.attribution import Account
from programs.summaries.event_lines import Entry, entries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from decimal import Decimal

    from django.db.models import QuerySet

    from programs.graph.types import DayCalendar
    from programs.models import Person, Program

ENTRIES = 30  # of the history, newest first
EVENTS_READ = 150
PARTS = 50
WEEK = 5  # working days of the slip that is told beforehand
_FLAGS_SHOWN_ELSEWHERE = frozenset({"critical", "blocked", "silent", "near_critical", "loop_set_aside"})


@dataclass(frozen=True, slots=True)
class Link:
    """One dependency, from the side of the milestone whose page it is on. `other` is None when it is withheld."""

    dependency: Dependency
    other: Milestone | None
    timing: Timing | None
    elsewhere: bool  # in another program
    may_change: bool
    drives: bool

    @property
    def active(self) -> bool:
        """Whether it takes part in dates."""
        return self.dependency.schedules

    @property
    def unusual(self) -> bool:
        """Whether more is to be said of it than "finish to start"."""
        link = self.dependency
        return link.type != "FS" or bool(link.lag_days) or link.strength != "hard" or not link.schedules


@dataclass(frozen=True, slots=True)
class BlockerLine:
    """A blocker of this milestone: how long it is open, and what it adds to the finish."""

    blocker: Blocker
    days_open: int | None
    adds: float | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a milestone shows."""

    milestone: Milestone
    program: Program
    today: date
    timing: Timing | None
    may_update: bool
    may_plan: bool
    may_date: bool
    may_link: bool
    behind: bool
    settled: bool  # whether reasons and counts fit the dates already; the queue completes them a moment after a save
    finish_name: str
    start_why: dict[str, Any]
    critical_why: dict[str, Any]
    waits_for: list[Link]
    feeds: list[Link]
    blockers: list[BlockerLine]
    held_by: list[Blocker]
    risks: list[Risk]
    flags: list[Flag]
    history: list[Entry]
    parts: list[Milestone]
    parent: Milestone | None
    parent_withheld: bool
    last_said: Event | None
    neighbours: Neighbours
    short: float  # working days from the day it is needed to its forecast
    help: Call | None  # a call for help that nobody answered yet
    tells: Tells | None  # who hears when it moves, but for who saves that
    watchers: list[Person]  # who follows it
    lanes: list[Lane]  # where what follows it stands
    slipped: Slip  # what a slip of a week would do
    moved: Account  # what moved its date in the last half year
    sure: Sure
    odds: Odds | None
    leads_in: float | None  # share of the runs in which it drives a finish

    @property
    def open_blockers(self) -> list[BlockerLine]:
        """Those nobody cleared yet."""
        return [line for line in self.blockers if line.blocker.is_open]

    @property
    def cleared(self) -> int:
        """How many blockers no longer stop the work."""
        return len(self.blockers) - len(self.open_blockers)

    @property
    def first_blocker(self) -> Blocker | None:
        """The one the quick update speaks of."""
        return self.open_blockers[0].blocker if self.open_blockers else None

    @property
    def too_late(self) -> float | None:
        """Working days by which the forecast misses the day it is needed; None when it does not."""
        timing = self.timing
        if timing is None or timing.needed_by is None or timing.forecast is None or timing.forecast <= timing.needed_by:
            return None
        return self.short

    @property
    def work_left(self) -> Decimal | None:
        """Days of work that remain: as given, else what is not done of the duration."""
        row = self.milestone
        if row.remaining_days is not None or row.duration_days is None:
            return row.remaining_days
        return row.duration_days * (100 - (row.percent_done or 0)) / 100

    @property
    def blocked(self) -> bool:
        """Whether work has stopped here."""
        return self.milestone.status == "blocked" or bool(self.open_blockers)


def page(slug: str, key: str, *, by: Person, at: datetime) -> Page:
    """Read the whole page: the number of queries does not depend on how much there is to show."""
    milestone = access.milestone(slug, key, by=by)
    program, today = milestone.program, today_in(milestone.program, at)
    role = access.role_in(program, by)
    sight = Sight(by, program)
    timing: Timing | None = getattr(milestone, "timing", None)
    analysis = _analysis.first(program.pk)
    plan, update = access.allows(role, "plan"), access.allows(role, "update")
    own = update and milestone.owner_id == by.pk
    waits_for, feeds = _links(milestone, sight, timing, plan=plan, own=own)
    settled = analysis is not None and analysis.settled_revision >= analysis.revision
    start_why, critical_why = sight.reasons(timing.start_why if timing else {}, timing.critical_why if timing and settled else {})
    parent = milestone.parent
    parent_seen = parent is not None and sight.sees(parent.program_id)
    history = _history(milestone)
    odds: Odds | None = getattr(milestone, "odds", None)
    sure = sure_of_milestone(odds, program) if milestone.is_open else NOTHING
    calendar = calendars([program], around=today)[program.pk]
    return Page(
        milestone=milestone,
        program=program,
        today=today,
        timing=timing,
        may_update=update,
        may_plan=plan,
        may_date=plan or own,
        may_link=plan or own,
        behind=analysis is None or program.analysed_revision < program.revision,
        settled=settled,
        finish_name=_finish_name(analysis, sight),
        start_why=start_why,
        critical_why=critical_why,
        waits_for=waits_for,
        feeds=feeds,
        blockers=_blockers(milestone, analysis, today),
        held_by=_held_by(milestone, timing, sight),
        risks=_risks(milestone, feeds),
        flags=_flags(milestone, waits_for),
        history=history,
        parts=_parts(milestone.pk, program.pk),
        parent=parent if parent_seen else None,
        parent_withheld=parent is not None and not parent_seen,
        last_said=_last_said(milestone),
        neighbours=neighbours(milestone, today),
        short=_short(timing, calendar),
        help=calls([milestone]).get(milestone.pk),
        tells=tells(milestone.pk, but=by.pk) if update and milestone.is_open else None,
        watchers=watchers(milestone.pk, program.pk),
        lanes=lanes_after(milestone, sight) if milestone.is_open else [],
        slipped=slip(timing, analysis, calendar, days=WEEK),
        moved=attribution.of_milestone(milestone, timing, calendar, today=today),
        sure=sure,
        odds=odds if sure.state else None,
        leads_in=odds.criticality if odds and sure.known else None,
    )


@prepared
def _analysis(program: int) -> QuerySet[Analysis]:
    return Analysis.objects.filter(program=program).select_related("finish_milestone")


@prepared
def _parts(parent: int, program: int) -> QuerySet[Milestone]:
    return Milestone.objects.filter(parent=parent, program=program).order_by("pk")[:PARTS]


def _links(milestone: Milestone, sight: Sight, timing: Timing | None, *, plan: bool, own: bool) -> tuple[list[Link], list[Link]]:
    drivers = set(timing.drivers) if timing else set()
    waits_for: list[Link] = []
    feeds: list[Link] = []
    for link in _linked(milestone.pk):
        inwards = link.successor_id == milestone.pk
        other = link.predecessor if inwards else link.successor
        elsewhere = other.program_id != milestone.program_id
        seen = sight.sees(other.program_id)
        line = Link(
            dependency=link,
            other=other if seen else None,
            timing=getattr(other, "timing", None),
            elsewhere=elsewhere,
            may_change=seen and (plan or (own and inwards and not elsewhere)),
            drives=inwards and other.pk in drivers,
        )
        (waits_for if inwards else feeds).append(line)
    waits_for.sort(key=_by_date)
    feeds.sort(key=_by_date)
    return waits_for, feeds


@prepared
def _linked(milestone: int) -> QuerySet[Dependency]:
    return (
        Dependency.objects.filter(Q(successor=milestone) | Q(predecessor=milestone))
        .select_related(
            *("predecessor__workstream", "predecessor__program", "predecessor__timing"),
            *("successor__workstream", "successor__program", "successor__timing"),
        )
        .defer("predecessor__description", "successor__description")
    )


def _by_date(link: Link) -> tuple[bool, date, int]:
    when = link.timing.forecast if link.timing else None
    return (not link.active, when or date.max, link.dependency.pk)


def _blockers(milestone: Milestone, analysis: Analysis | None, today: date) -> list[BlockerLine]:
    """Open ones first, the oldest on top; cleared ones as they were cleared."""
    costs = {cost["id"]: cost.get("days_added") for cost in (analysis.blockers if analysis else [])}
    lines = [
        BlockerLine(
            blocker=row,
            days_open=((row.resolved_on or today) - row.raised_on).days if row.raised_on else None,
            adds=costs.get(row.pk) if row.is_open else None,
            overdue=row.is_open and row.expected_clear is not None and row.expected_clear < today,
        )
        for row in _every_blocker(milestone.pk)
    ]
    return sorted(lines, key=lambda line: not line.blocker.is_open)


@prepared
def _every_blocker(milestone: int) -> QuerySet[Blocker]:
    rows = Blocker.objects.filter(milestone=milestone).select_related("owner", "program")
    return rows.order_by(F("resolved_on").desc(nulls_first=True), "number")[:PARTS]


def _held_by(milestone: Milestone, timing: Timing | None, sight: Sight) -> list[Blocker]:
    """Open blockers upstream that hold it, as far as the reader may know of them."""
    if timing is None or not timing.blocked_by:
        return []
    return [row for row in _upstream(timing.blocked_by, milestone.pk) if sight.sees(row.program_id)]


@prepared
def _upstream(blockers: Collection[int], milestone: int) -> QuerySet[Blocker]:
    rows = Blocker.objects.filter(pk__in=blockers, status=BlockerStatus.OPEN).exclude(milestone=milestone)
    return rows.select_related("milestone", "program", "owner").order_by("pk")


def _risks(milestone: Milestone, feeds: Iterable[Link]) -> list[Risk]:
    """Open risks on it and on what it feeds directly, in its own program."""
    near = [milestone.pk, *(link.other.pk for link in feeds if link.other and not link.elsewhere and link.active)]
    return sorted(
        _open_risks(milestone.program_id, near), key=lambda risk: (risk.milestone_id != milestone.pk, -(risk.score or 0))
    )


@prepared
def _open_risks(program: int, near: Collection[int]) -> QuerySet[Risk]:
    rows = Risk.objects.filter(program=program, milestone__in=near).exclude(status=RiskStatus.CLOSED)
    return rows.select_related("milestone", "owner").order_by("number")


def _flags(milestone: Milestone, waits_for: Iterable[Link]) -> list[Flag]:
    """What else a rule noticed. What is said of a link to somewhere the reader cannot see is left out."""
    hidden = {f"link:{link.dependency.pk}" for link in waits_for if link.other is None}
    return [flag for flag in _noticed(milestone.pk) if flag.subject not in hidden]


@prepared
def _noticed(milestone: int) -> QuerySet[Flag]:
    return Flag.objects.filter(milestone=milestone).exclude(rule__in=_FLAGS_SHOWN_ELSEWHERE).order_by("pk")


def _history(milestone: Milestone) -> list[Entry]:
    return entries(_notes(milestone.pk), most=ENTRIES)


@prepared
def _notes(milestone: int) -> QuerySet[Event]:
    return Event.objects.filter(milestone=milestone).select_related("by").order_by("-at", "-pk")[:EVENTS_READ]


def _last_said(milestone: Milestone) -> Event | None:
    """Who last said how it stands, for the line above its name."""
    return _words.first(milestone.pk)


@prepared
def _words(milestone: int) -> QuerySet[Event]:
    kinds = ("milestone.said", "milestone.done", "blocker.opened", "blocker.said", "blocker.cleared")
    return Event.objects.filter(milestone=milestone, kind__in=kinds).select_related("by").order_by("-at", "-pk")[:1]


def _short(timing: Timing | None, calendar: DayCalendar) -> float:
    if timing is None or timing.needed_by is None or timing.forecast is None:
        return 0.0
    return float(working_days(timing.needed_by, timing.forecast, calendar))


def _finish_name(analysis: Analysis | None, sight: Sight) -> str:
    finish = analysis.finish_milestone if analysis else None
    return finish.name if finish and sight.sees(finish.program_id) else ""


def open_blocker(milestone: Milestone) -> Blocker | None:
    """The oldest open blocker of a milestone: the one a quick update speaks of."""
    rows = Blocker.objects.filter(milestone=milestone, status=BlockerStatus.OPEN)
    return rows.select_related("program", "owner", "milestone").order_by("number").first()


def goes_with(milestone: Milestone, *, by: Person) -> dict[str, Any]:
    """What is deleted with a milestone: who waits for it (by name, as far as visible), and how many of everything."""
    waiting = Dependency.objects.filter(predecessor=milestone).select_related("successor__program").order_by("pk")
    sight = Sight(by, milestone.program)
    named = [link.successor if sight.sees(link.successor.program_id) else None for link in waiting[:PARTS]]
    return {
        "waiting": named,
        "links": Dependency.objects.filter(Q(predecessor=milestone) | Q(successor=milestone)).count(),
        "blockers": Blocker.objects.filter(milestone=milestone).count(),
        "parts": milestone.children.count(),
    }

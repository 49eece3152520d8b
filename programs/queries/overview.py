"""One program on one page: when it finishes, what drives that, who must do what, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.maps.drift import MOST_WEEKS, Drift, drift
from programs.models import Analysis, DailyAnalysis, Event, Milestone, Person, Program, ProgramStatus, StatusUpdate
from programs.queries import access, attribution, ways_back
from programs.queries.calendars import calendars
from programs.queries.decisions import Line, open_of
from programs.queries.fragility import Named, worst
from programs.queries.nudges import Nudges, nudges
from programs.queries.odds import Sure, sure_of
from programs.queries.overview_lists import (
    BlockerRow,
    Coming,
    Flagged,
    Heat,
    Lane,
    Standing,
    blocker_rows,
    coming,
    flagged,
    heat,
    held_elsewhere,
    lanes,
    open_blockers,
    standing,
)
from programs.queries.overview_path import NearPath, Path, critical_path, near_paths, steps_of
from programs.queries.prepared import prepared
from programs.summaries.attribution import Account
from programs.summaries.event_lines import Entry, entries

RECENT = 6
DECISIONS = 5
FRAGILE = 5
EVENTS_READ = 60
_TOLD = ("at", "kind", "subject_name", "field", "old", "new", "note", "batch", "origin", "by__name")
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Headline:
    """The one number that leads. `state` is empty, forecast, no_forecast, done or cancelled."""

    state: str
    subject: Milestone | None
    finish: date | None
    target: date | None
    late: float | None
    baseline: date | None
    sure: Sure
    done: int
    total: int
    undated: int
    behind: bool
    computed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moves:
    """How the forecast moved: the chart, and working days since the newest answer at least a week old."""

    chart: Drift | None
    days: int | None
    since: date | None
    account: Account | None = None  # what moved it since then, where the kept days tell of all of it

    @property
    def sooner(self) -> int:
        """Working days the forecast came nearer."""
        return max(0, -(self.days or 0))


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page shows."""

    program: Program
    analysis: Analysis | None
    headline: Headline
    moves: Moves
    path: Path | None
    near: tuple[NearPath, ...]
    blockers: tuple[BlockerRow, ...]
    blockers_open: int
    decisions: tuple[Line, ...]  # open, the dearest first
    held_elsewhere: int  # milestones that wait for blocked work of other programs, when nothing here is blocked
    coming: tuple[Coming, ...]
    standing: Standing
    until: date
    silent: Flagged
    nudges: Nudges
    disagree: Flagged
    heat: Heat
    lanes: tuple[Lane, ...]
    ways: ways_back.View | None  # what would bring a late program back
    fragile: tuple[tuple[Named, int, int], ...]  # what the most hangs on: strands, and is the only way for
    recent: tuple[Entry, ...]
    update: StatusUpdate | None
    may_update: bool
    may_plan: bool

    @property
    def ended(self) -> bool:
        """Done or cancelled: nothing drives its date any more."""
        return self.headline.state in {"done", "cancelled"}

    @property
    def empty(self) -> bool:
        """Nothing is planned yet."""
        return self.headline.state == "empty"


def overview(slug: str, *, by: Person, today: date, at: datetime) -> Overview:
    """Read the whole page. The number of queries does not depend on the size of the program."""
    program = access.program(slug, by=by, may="view")
    role = access.role_in(program, by)
    analysis = _analysis(program)
    calendar = calendars([program], around=today)[program.pk]
    blockers = open_blockers(program)
    may_plan = access.allows(role, "plan")
    steps = steps_of(analysis, program=program, by=by) if analysis else {}
    asked = open_of([program], at=at)
    return Overview(
        program=program,
        analysis=analysis,
        headline=headline(program, analysis),
        moves=_moves(program, analysis, calendar, today=today),
        path=critical_path(analysis, steps, blockers, calendar, today=today, target=program.target_date) if analysis else None,
        near=tuple(near_paths(analysis, steps)) if analysis else (),
        blockers=tuple(blocker_rows(blockers, analysis, today=today)),
        blockers_open=len(blockers),
        decisions=tuple(asked[:DECISIONS]),
        held_elsewhere=0 if blockers else held_elsewhere(program),
        coming=tuple(coming(program, blockers, [line.decision for line in asked], today=today)),
        standing=standing(program, today=today),
        until=today + timedelta(days=14),
        silent=flagged(program, "silent"),
        nudges=nudges(program, at=at) if may_plan else Nudges(),
        disagree=flagged(program, "disagree"),
        heat=heat(program),
        lanes=tuple(lanes(program, analysis)),
        ways=ways_back.ways(program),
        fragile=worst(program, FRAGILE),
        recent=tuple(recent(program)),
        update=_latest_update(program),
        may_update=access.allows(role, "update"),
        may_plan=may_plan,
    )


def waiting(slug: str, *, by: Person) -> Headline:
    """Only the headline, for a page that asks whether the forecast has caught up."""
    program = access.program(slug, by=by, may="view")
    return headline(program, _analysis(program))


def headline(program: Program, analysis: Analysis | None) -> Headline:
    """The date people came for, as far as it is known."""
    subject = (analysis.finish_milestone if analysis else None) or program.finish_milestone
    counts = analysis.counts if analysis else {}
    total = counts.get("milestones", 0)
    if not total:
        total = Milestone.objects.filter(program=program, external=False).count()
    finish = analysis.finish if analysis else None
    return Headline(
        state=_state(program, finish, total),
        subject=subject,
        finish=finish,
        target=program.target_date,
        late=analysis.days_late if analysis and program.target_date else None,
        baseline=subject.baseline_date if subject else None,
        sure=sure_of(program),
        done=counts.get("done", 0),
        total=total,
        undated=counts.get("undated", 0),
        behind=program.analysed_revision < program.revision,
        computed_at=analysis.computed_at if analysis else None,
    )


def _state(program: Program, finish: date | None, total: int) -> str:
    if program.status == ProgramStatus.DONE:
        return "done"
    if program.status == ProgramStatus.CANCELLED:
        return "cancelled"
    if not total:
        return "empty"
    return "forecast" if finish else "no_forecast"


def _analysis(program: Program) -> Analysis | None:
    return _stored.first(program.pk)


@prepared
def _stored(program: int) -> QuerySet[Analysis]:
    return Analysis.objects.filter(program=program).select_related("finish_milestone").defer("finish_milestone__description")


def _moves(program: Program, analysis: Analysis | None, calendar: DayCalendar, *, today: date) -> Moves:
    """What was forecast on each stored day of the last half year."""
    stored = _days(program.pk, today - MOST_WEEKS * WEEK, today)
    rows = [(day, finish) for day, finish, _sure, _path in stored]
    sure = {day: date.fromisoformat(by) for day, _finish, by, _path in stored if by}
    chart = drift(rows, target=program.target_date, sure=sure)
    before = [row for row in rows if row[0] <= today - WEEK]
    if not before or analysis is None or analysis.finish is None:
        return Moves(chart, None, None)
    day, finish = before[-1]
    days = working_days(finish, analysis.finish, calendar)
    kept = [(on, seen, path) for on, seen, _sure, path in stored if on >= day]
    account = attribution.of_program(program, kept, calendar) if days and rows[-1][1] == analysis.finish else None
    return Moves(chart, days, day, account)


@prepared
def _days(program: int, first: date, last: date) -> QuerySet[DailyAnalysis, Any]:
    rows = DailyAnalysis.objects.filter(program=program, finish__isnull=False, day__range=(first, last))
    return rows.order_by("day").values_list("day", "finish", "odds__dates__80", "path")


def recent(program: Program) -> list[Entry]:
    """The latest changes, each told once. One query."""
    return entries(_notes(program.pk), most=RECENT)


@prepared
def _notes(program: int) -> QuerySet[Event]:
    found = Event.objects.filter(program=program).select_related("by").order_by("-at", "-pk")
    return found.only(*_TOLD)[:EVENTS_READ]


def _latest_update(program: Program) -> StatusUpdate | None:
    """The last word on the program as a whole."""
    return _last_word.first(program.pk)


@prepared
def _last_word(program: int) -> QuerySet[StatusUpdate]:
    found = StatusUpdate.objects.filter(program=program, workstream=None, milestone=None).select_related("author")
    return found.order_by("-on", "-pk")[:1]

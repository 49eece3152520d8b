"""One row of the portfolio: a program with its stored answer, how it moved in a week, and what drives its date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.models import Analysis, Blocker, BlockerStatus, DailyAnalysis, Health, Milestone, Person, Program, ProgramStatus
from programs.queries import access
from programs.queries.odds import NOTHING, Sure, sure_of
from programs.queries.prepared import prepared

TOP = 4  # blockers and risks shown
PATH_STEPS = 6  # steps of a critical path looked at for the first one still open
ENDED = frozenset({ProgramStatus.DONE, ProgramStatus.CANCELLED})
_WORST = {Health.OFF_TRACK: 0, Health.AT_RISK: 1, Health.ON_TRACK: 2, "": 3}


@dataclass(frozen=True, slots=True)
class Reason:
    """What drives a program's date: `code` is blocked, leads, no_milestones, no_dates or on_hold."""

    code: str
    name: str = ""
    key: str = ""
    days: int | None = None  # how long it has been blocked, calendar days
    owner: str = ""
    title: str = ""  # of the blocker


@dataclass(frozen=True, slots=True)
class Row:
    """One program. `late` and `moved` are working days; `moved` is None when last week is not known."""

    program: Program
    analysis: Analysis | None
    reason: Reason | None
    moved: int | None
    behind: bool
    sure: Sure = NOTHING

    @property
    def health(self) -> str:
        """The computed health, empty when it is not known."""
        return self.analysis.health if self.analysis else ""

    @property
    def target(self) -> date | None:
        """The promised date."""
        return self.program.target_date

    @property
    def finish(self) -> date | None:
        """The forecast finish; for an ended program the day it ended."""
        if self.program.status in ENDED and self.program.actual_date:
            return self.program.actual_date
        return self.analysis.finish if self.analysis else None

    @property
    def late(self) -> float | None:
        """Working days after the target."""
        return self.analysis.days_late if self.analysis and self.target else None

    @property
    def sooner(self) -> int:
        """Working days the forecast came nearer in a week."""
        return max(0, -(self.moved or 0))


@dataclass(frozen=True, slots=True)
class Before:
    """A stored day of one program's history."""

    finish: date | None
    health: str


@prepared
def programs_of(person: int, admin: bool, week: date, since: date) -> QuerySet[Program]:
    """The programs with the stored days to compare with."""

    def latest(day: date) -> Subquery:
        rows = DailyAnalysis.objects.filter(program=OuterRef("pk"), day__lte=day).order_by("-day")
        return Subquery(rows.values("pk")[:1])

    return (
        access.programs_for(Person(pk=person, is_admin=admin))
        .select_related("analysis__finish_milestone", "owner", "odds")
        .defer(
            *("description", "odds__days", "odds__drivers", "analysis__near_paths", "analysis__workstreams"),
            "analysis__finish_milestone__description",
        )
        .annotate(week_row=latest(week), since_row=latest(since))
        .order_by("name")
    )


def days_before(programs: Iterable[Program]) -> dict[int, Before]:
    """The stored days the programs are compared with, by the number of their row."""
    wanted = {row for program in programs for row in (program.week_row, program.since_row) if row}  # type: ignore[attr-defined]
    return {pk: Before(finish, health) for pk, finish, health in _days(wanted)}


@prepared
def _days(wanted: Collection[int]) -> QuerySet[DailyAnalysis, Any]:
    return DailyAnalysis.objects.filter(pk__in=wanted).values_list("pk", "finish", "health")


def moved_between(before: Before | None, analysis: Analysis | None, calendar: DayCalendar) -> int | None:
    """Working days from the forecast then to the forecast now; None when one of them is not known."""
    if before is None or analysis is None or before.finish is None or analysis.finish is None:
        return None
    return working_days(before.finish, analysis.finish, calendar)


def costs(program: Program) -> list[dict[str, Any]]:
    """The program's blockers by days added, as stored."""
    analysis = getattr(program, "analysis", None)
    return analysis.blockers if analysis else []


def dear_blockers(programs: Sequence[Program]) -> dict[int, Blocker]:
    """The dearest blockers of each program."""
    wanted = [cost["id"] for program in programs for cost in costs(program)[:TOP]]
    return {blocker.pk: blocker for blocker in _open(wanted)}


@prepared
def _open(wanted: Collection[int]) -> QuerySet[Blocker]:
    found = Blocker.objects.filter(pk__in=wanted, status=BlockerStatus.OPEN).select_related("milestone", "owner")
    return found.only(
        *("number", "title", "waiting_on", "next_step", "raised_on", "owner__name", "milestone__key", "milestone__name")
    )


def rows(
    programs: Sequence[Program],
    days: dict[int, Before],
    working: dict[int, DayCalendar],
    held: dict[int, Blocker],
    *,
    today: date,
) -> list[Row]:
    """The running ones of these programs, worst first: health, then how late, then name. One query."""
    live = [program for program in programs if program.status not in ENDED]
    steps = _first_steps(live, programs)
    found = []
    for program in live:
        analysis = getattr(program, "analysis", None)
        moved = moved_between(days.get(program.week_row), analysis, working[program.pk])  # type: ignore[attr-defined]
        reason = _reason(program, analysis, held, steps, today)
        behind = program.analysed_revision < program.revision
        found.append(Row(program, analysis, reason, moved, behind, sure_of(program)))
    return sorted(found, key=_worst_first)


def ended(programs: Sequence[Program]) -> list[Row]:
    """Those done or cancelled, latest first."""
    found = [Row(one, getattr(one, "analysis", None), None, None, False) for one in programs if one.status in ENDED]
    return sorted(found, key=lambda row: (row.finish or date.min, row.program.name), reverse=True)


def _first_steps(programs: Sequence[Program], visible: Iterable[Program]) -> dict[int, Milestone]:
    """The first step still open of each program's critical path, by program; only steps the reader may see."""
    paths = {
        program.pk: program.analysis.critical_path[:PATH_STEPS] for program in programs if getattr(program, "analysis", None)
    }
    wanted = [pk for path in paths.values() for pk in path]
    found = {row.pk: row for row in _steps(wanted, [program.pk for program in visible])}
    steps = {}
    for program, path in paths.items():
        open_steps = [found[pk] for pk in path if pk in found and found[pk].is_open]
        if open_steps:
            steps[program] = open_steps[0]
    return steps


@prepared
def _steps(wanted: Collection[int], programs: Collection[int]) -> QuerySet[Milestone]:
    seen = Milestone.objects.filter(pk__in=wanted, program__in=programs)
    return seen.select_related("owner").only("key", "name", "status", "owner__name")


def _reason(
    program: Program, analysis: Analysis | None, blockers: dict[int, Blocker], steps: dict[int, Milestone], today: date
) -> Reason | None:
    """The first blocker that costs days or sits on the path, else the first open step of the critical path."""
    if analysis is None:
        return None
    step = steps.get(program.pk)
    for cost in costs(program)[:TOP]:
        blocker = blockers.get(cost["id"])
        if blocker is None or blocker.milestone is None:
            continue
        if cost["days_added"] > 0 or (step is not None and blocker.milestone_id == step.pk):
            days = (today - blocker.raised_on).days if blocker.raised_on else None
            return Reason("blocked", blocker.milestone.name, blocker.milestone.key, days, title=blocker.title)
    if step is not None:
        return Reason("leads", step.name, step.key, owner=step.owner.name if step.owner else "")
    if not analysis.counts.get("milestones"):
        return Reason("no_milestones")
    return Reason("no_dates") if analysis.finish is None else None


def _worst_first(row: Row) -> tuple[int, float, str]:
    late = row.late if row.late is not None else -9999.0
    return (_WORST.get(row.health, 3), -late, row.program.name)

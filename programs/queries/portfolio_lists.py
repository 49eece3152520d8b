"""Beside the portfolio's programs: the dearest blockers, the heaviest risks, and what changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet

from programs.graph.types import DayCalendar
from programs.models import Blocker, Milestone, MilestoneStatus, Program, Risk, RiskKind, RiskStatus
from programs.queries.portfolio_rows import TOP, Before, Row, costs, moved_between
from programs.queries.prepared import prepared

CHANGES = 6


@dataclass(frozen=True, slots=True)
class TopBlocker:
    """A blocker with its price."""

    blocker: Blocker
    program: Program
    adds: float
    room: float | None
    days_open: int | None
    new: bool


@dataclass(frozen=True, slots=True)
class TopRisk:
    """A risk with its score; `new` when it was raised since the chosen day."""

    risk: Risk
    new: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the chosen day: `code` is moved, dated, health or done."""

    code: str
    program: Program
    moved: int | None = None
    finish: date | None = None
    was: str = ""  # health before
    health: str = ""
    milestone: Milestone | None = None
    before: date | None = None  # the forecast then

    @property
    def late(self) -> float | None:
        """Of what is done: working days after its baseline, or after its target without one."""
        timing = getattr(self.milestone, "timing", None)
        if timing is None:
            return None
        return timing.slip if timing.slip is not None else timing.late


def top_blockers(rows: Sequence[Row], blockers: dict[int, Blocker], *, since: date, today: date) -> list[TopBlocker]:
    """The dearest of all programs: by days added, then by the room that is left."""
    found = []
    for row in rows:
        for cost in costs(row.program)[:TOP]:
            if blocker := blockers.get(cost["id"]):
                days = (today - blocker.raised_on).days if blocker.raised_on else None
                new = blocker.raised_on is not None and blocker.raised_on > since
                found.append(TopBlocker(blocker, row.program, cost["days_added"], cost["total_float"], days, new))
    found.sort(key=lambda one: (-one.adds, one.room if one.room is not None else 9999.0, one.blocker.pk))
    return found[:TOP]


def top_risks(programs: Sequence[Program], *, since: date) -> list[TopRisk]:
    """Open risks by likelihood times impact."""
    found = _risks([program.pk for program in programs])
    return [TopRisk(risk, risk.raised_on is not None and risk.raised_on > since) for risk in found]


@prepared
def _risks(programs: Collection[int]) -> QuerySet[Risk]:
    return (
        Risk.objects.filter(kind=RiskKind.RISK, program__in=programs, probability__isnull=False, impact__isnull=False)
        .exclude(status=RiskStatus.CLOSED)
        .select_related("program", "milestone")
        .defer("program__description", "milestone__description")
        .order_by((F("probability") * F("impact")).desc(), "-impact", "pk")[:TOP]
    )


def changes(
    rows: Sequence[Row], days: dict[int, Before], working: dict[int, DayCalendar], *, since: date, today: date
) -> list[Change]:
    """Forecasts that moved, the largest first, then health that changed without them, then what got done."""
    moves, others = [], []
    for row in rows:
        before = days.get(row.program.since_row)  # type: ignore[attr-defined]
        if before is None or row.analysis is None:
            continue
        moved = moved_between(before, row.analysis, working[row.program.pk])
        was = before.health if before.health != row.health else ""
        if moved:
            moves.append(Change("moved", row.program, moved, row.finish, was, row.health, before=before.finish))
        elif before.finish is None and row.finish is not None:
            others.append(Change("dated", row.program, None, row.finish, "", row.health))
        elif was and row.health:
            others.append(Change("health", row.program, None, row.finish, was, row.health))
    moves.sort(key=lambda change: -abs(change.moved or 0))
    return [*moves, *others, *_done([row.program for row in rows], since=since, today=today)][:CHANGES]


def _done(programs: Sequence[Program], *, since: date, today: date) -> list[Change]:
    found = _got_done([program.pk for program in programs], since, today)
    return [Change("done", milestone.program, milestone=milestone) for milestone in found]


@prepared
def _got_done(programs: Collection[int], since: date, today: date) -> QuerySet[Milestone]:
    return (
        Milestone.objects.filter(program__in=programs, status=MilestoneStatus.DONE, external=False)
        .filter(actual_date__gt=since, actual_date__lte=today)
        .select_related("program", "timing")
        .defer("description", "program__description")
        .order_by("-actual_date", "-pk")[:CHANGES]
    )

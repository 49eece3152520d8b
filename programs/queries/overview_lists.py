"""What the overview lists beside the path: blockers, the next two weeks, silence, disagreement, risks, workstreams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from programs.flags.types import Thresholds
from programs.models import (
    OPEN_STATUSES,
    Analysis,
    Blocker,
    BlockerStatus,
    Decision,
    Flag,
    Milestone,
    MilestoneStatus,
    Program,
    Risk,
    RiskKind,
    RiskStatus,
    Workstream,
)
from programs.queries.prepared import prepared

BLOCKERS = 8
MOST_BLOCKERS = 200  # open blockers read for the path and the calendar
AHEAD = timedelta(days=14)
UPCOMING = 12
FLAGGED = 6
PROMISED = Coalesce("baseline_date", "target_date", "expected_date")
LONG_OPEN = 14  # calendar days after which a blocker's age is said louder


@dataclass(frozen=True, slots=True)
class BlockerRow:
    """An open blocker with its price: working days it adds, and the float of what it holds."""

    blocker: Blocker
    adds: float | None
    room: float | None
    waiting_behind: int
    days_open: int | None
    overdue: bool

    @property
    def long_open(self) -> bool:
        """Open for two weeks or more."""
        return self.days_open is not None and self.days_open >= LONG_OPEN


@dataclass(frozen=True, slots=True)
class Coming:
    """What happens on a day soon: a milestone's forecast, a blocker expected to clear, or a decision that is due."""

    day: date
    milestone: Milestone | None = None
    blocker: Blocker | None = None
    decision: Decision | None = None

    @property
    def late(self) -> float | None:
        """Working days after the milestone's baseline, or after its target without one."""
        timing = getattr(self.milestone, "timing", None)
        if timing is None:
            return None
        return timing.slip if timing.slip is not None else timing.late


@dataclass(frozen=True, slots=True)
class Flagged:
    """The loudest flags of one rule, and how many there are in all."""

    flags: tuple[Flag, ...]
    count: int

    @property
    def more(self) -> int:
        """Those not shown."""
        return self.count - len(self.flags)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Open risks of one likelihood and impact. `level` from 1 to 5 is the step of the colour ramp."""

    likelihood: int
    impact: int
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Five rows, likelihood 5 on top; `unrated` risks have no place yet."""

    rows: tuple[tuple[HeatCell, ...], ...]
    count: int
    unrated: int

    @property
    def rated(self) -> int:
        """Those with a place on the map."""
        return self.count - self.unrated


@dataclass(frozen=True, slots=True)
class Lane:
    """A workstream with its computed health and how far it is."""

    workstream: Workstream
    health: str
    why: dict[str, Any]
    done: int
    total: int
    blocked: int

    @property
    def finished(self) -> bool:
        """Everything in it is done."""
        return 0 < self.total == self.done


def open_blockers(program: Program) -> list[Blocker]:
    """Open blockers of the program. One query."""
    return _blockers(program.pk)


@prepared
def _blockers(program: int) -> QuerySet[Blocker]:
    found = Blocker.objects.filter(program=program, status=BlockerStatus.OPEN).select_related("milestone", "owner")
    shown = found.only(
        *("number", "title", "waiting_on", "raised_on", "expected_clear", "owner__name", "milestone__key", "milestone__name")
    )
    return shown.order_by("expected_clear", "pk")[:MOST_BLOCKERS]


def blocker_rows(blockers: Sequence[Blocker], analysis: Analysis | None, *, today: date) -> list[BlockerRow]:
    """Blockers by the working days they add to the finish, then by float. Those not priced yet come last."""
    prices = {cost["id"]: (place, cost) for place, cost in enumerate(analysis.blockers if analysis else [])}
    placed = sorted(blockers, key=lambda one: prices[one.pk][0] if one.pk in prices else len(prices))
    rows = []
    for blocker in placed[:BLOCKERS]:
        cost = prices[blocker.pk][1] if blocker.pk in prices else {}
        rows.append(
            BlockerRow(
                blocker=blocker,
                adds=cost.get("days_added"),
                room=cost.get("total_float"),
                waiting_behind=cost.get("waiting_behind", 0),
                days_open=(today - blocker.raised_on).days if blocker.raised_on else None,
                overdue=blocker.expected_clear is not None and blocker.expected_clear < today,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Standing:
    """Open milestones that nothing dates later than today: `passed` were promised for an earlier day, `undated` for none."""

    passed: int
    undated: int


def standing(program: Program, *, today: date) -> Standing:
    """What is forecast for today only because it is not done. One query."""
    return next((Standing(passed, undated) for passed, undated in _standing(program.pk, today)), Standing(0, 0))


@prepared
def _standing(program: int, today: date) -> QuerySet[Milestone, Any]:
    rows = Milestone.objects.filter(program=program, status__in=OPEN_STATUSES, external=False, timing__forecast__lte=today)
    passed, undated = Count("pk", filter=Q(promised__lt=today)), Count("pk", filter=Q(promised=None))
    together = rows.annotate(promised=PROMISED).order_by().values("program").annotate(passed=passed, undated=undated)
    return together.values_list("passed", "undated")


def coming(program: Program, blockers: Sequence[Blocker], decisions: Sequence[Decision], *, today: date) -> list[Coming]:
    """The next two weeks in order: decisions that are due, days on which blockers should clear, forecasts. One query.

    What is forecast for today only because its day has passed, or because it has none, is counted by `standing` instead.
    """
    soon = [(one.timing.forecast, one) for one in _soon(program.pk, today, today + AHEAD)]
    days = [Coming(day, milestone=one) for day, one in soon if day]
    clears = [(one.expected_clear, one) for one in blockers if one.expected_clear]
    days += [Coming(day, blocker=one) for day, one in clears if today <= day <= today + AHEAD]
    due = [(one.due_on, one) for one in decisions if one.due_on]
    days += [Coming(day, decision=one) for day, one in due if today <= day <= today + AHEAD]
    return sorted(days, key=lambda one: (one.day, one.decision is None, one.blocker is None))[: UPCOMING + 1]


@prepared
def _soon(program: int, today: date, last: date) -> QuerySet[Milestone]:
    return (
        Milestone.objects.filter(program=program, status__in=OPEN_STATUSES, external=False)
        .annotate(promised=PROMISED)
        .filter(Q(timing__forecast__gt=today, timing__forecast__lte=last) | Q(timing__forecast=today, promised__gte=today))
        .select_related("owner", "team", "timing")
        .only(
            *("key", "name", "status", "said", "owner__name", "team__name"),
            *("timing__forecast", "timing__slip", "timing__late", "timing__blocked"),
        )
        .order_by("timing__forecast", "timing__total_float", "pk")[: UPCOMING + 1]
    )


def flagged(program: Program, rule: str) -> Flagged:
    """The flags of one rule, those with the most days first. Two queries."""
    return Flagged(tuple(_of_rule(program.pk, rule)), _how_many(program.pk, rule)[0][0])


@prepared
def _of_rule(program: int, rule: str) -> QuerySet[Flag]:
    shown = Flag.objects.filter(program=program, rule=rule).select_related("milestone__owner")
    shown = shown.only(*("params", "severity", "milestone__key", "milestone__name", "milestone__said", "milestone__owner__name"))
    return shown.order_by("-params__days", "pk")[:FLAGGED]


@prepared
def _how_many(program: int, rule: str) -> QuerySet[Program, Any]:
    of_it = Q(flags__rule=rule)
    return Program.objects.filter(pk=program).annotate(n=Count("flags", filter=of_it)).order_by().values_list("n")


def held_elsewhere(program: Program) -> int:
    """How many milestones wait for blocked work. One query."""
    return Flag.objects.filter(program=program, rule="blocked_upstream").count()


def heat(program: Program) -> Heat:
    """Open risks by likelihood and impact. One query."""
    counts = {(likelihood, impact): count for likelihood, impact, count in _judged(program.pk)}
    scale, bounds = range(1, 6), Thresholds.of(program.thresholds).heat
    rows = tuple(
        tuple(HeatCell(up, across, counts.get((up, across), 0), level(up * across, bounds)) for across in scale)
        for up in reversed(scale)
    )
    unrated = sum(count for (likelihood, impact), count in counts.items() if not likelihood or not impact)
    return Heat(rows, sum(counts.values()), unrated)


@prepared
def _judged(program: int) -> QuerySet[Risk, Any]:
    rows = Risk.objects.filter(program=program, kind=RiskKind.RISK).exclude(status=RiskStatus.CLOSED).order_by()
    return rows.values_list("probability", "impact").annotate(Count("pk"))


def level(score: int, bounds: Iterable[int]) -> int:
    """The step of the colour ramp for likelihood times impact, by the scores from which the next steps begin.

    >>> [level(score, (4, 8, 12, 15)) for score in (3, 4, 9, 12, 15, 16)]
    [1, 2, 3, 4, 5, 5]
    """
    return 1 + sum(score >= bound for bound in bounds)


def lanes(program: Program, analysis: Analysis | None) -> list[Lane]:
    """The program's workstreams in their own order, with their computed health. One query."""
    stored = analysis.workstreams if analysis else {}
    rows = []
    for one in _workstreams(program.pk):
        answer = stored.get(str(one.pk), {})
        rows.append(Lane(one, answer.get("health", ""), answer.get("why", {}), one.done, one.total, one.blocked))  # type: ignore[attr-defined]
    return rows


@prepared
def _workstreams(program: int) -> QuerySet[Workstream]:
    ours = Q(milestones__external=False) & ~Q(milestones__status__in=[MilestoneStatus.CANCELLED, MilestoneStatus.DEFERRED])
    return (
        Workstream.objects.filter(program=program)
        .only("key", "name", "position")
        .annotate(
            total=Count("milestones", filter=ours),
            done=Count("milestones", filter=ours & Q(milestones__status=MilestoneStatus.DONE)),
            blocked=Count("milestones", filter=ours & Q(milestones__status=MilestoneStatus.BLOCKED)),
        )
        .order_by("position", "key")
    )

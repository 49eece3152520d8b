"""The critical path and the paths next in line, with what a page says of each step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.maps.strip import Segment, Step, strip
from programs.models import Analysis, Blocker, Milestone, Person, Program, Timing
from programs.queries import access
from programs.queries.prepared import prepared

SAID_IN_FULL = 8  # steps of a path named in its sentence; longer paths name the ends and fold the middle
NEAR_PATHS = 4
NEAR_STEPS = 5


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step. Without a milestone it belongs to a program the reader may not see."""

    milestone: Milestone | None
    segment: Segment
    finish: date | None
    days: int | None  # working days it still takes
    blocked: bool


@dataclass(frozen=True, slots=True)
class Path:
    """The driving path to the finish, unfinished work only, drawn from today."""

    steps: tuple[PathStep, ...]
    target_at: int | None
    target_passed: bool
    blocked: int

    @property
    def named(self) -> bool:
        """Whether the sentence names every step."""
        return len(self.steps) <= SAID_IN_FULL

    @property
    def head(self) -> tuple[PathStep, ...]:
        """The steps the sentence begins with."""
        return self.steps if self.named else self.steps[: SAID_IN_FULL - 4]

    @property
    def folded(self) -> tuple[PathStep, ...]:
        """The steps in the middle of a long path."""
        return () if self.named else self.steps[SAID_IN_FULL - 4 : -2]

    @property
    def tail(self) -> tuple[PathStep, ...]:
        """The steps a long path ends with."""
        return () if self.named else self.steps[-2:]

    @property
    def flat(self) -> bool:
        """Whether everything ends today, so that there is no length to draw."""
        return not any(step.segment.width for step in self.steps)

    @property
    def first_blocked(self) -> bool:
        """Whether its very first step is blocked."""
        return self.steps[0].blocked


@dataclass(frozen=True, slots=True)
class NearPath:
    """A chain that leads next: its float in working days, its first steps, and how many more follow."""

    room: float
    steps: tuple[Milestone | None, ...]
    more: int
    leads: float | None = None  # share of simulated runs in which all of the steps shown drive the finish

    @property
    def first(self) -> Milestone | None:
        """Where it begins."""
        return self.steps[0] if self.steps else None


def steps_of(analysis: Analysis, *, program: Program, by: Person) -> dict[int, Milestone]:
    """The milestones on the critical path and on the near paths which this person may see. One query."""
    wanted = {*analysis.critical_path, *(pk for _, chain in analysis.near_paths[:NEAR_PATHS] for pk in chain[: NEAR_STEPS + 1])}
    return {row.pk: row for row in _steps(wanted, program.pk, by.pk, by.is_admin)}


@prepared
def _steps(wanted: Collection[int], program: int, by: int, admin: bool) -> QuerySet[Milestone]:
    return (
        Milestone.objects.filter(pk__in=wanted)
        .filter(Q(program=program) | Q(program__in=access.programs_for(Person(pk=by, is_admin=admin))))
        .select_related("owner", "workstream", "timing", "program", "odds")
        .only(
            *("key", "name", "status", "said", "owner__name", "workstream__name", "program__slug"),
            *("timing__forecast", "timing__early_start", "timing__blocked", "odds__criticality"),
        )
    )


def critical_path(
    analysis: Analysis,
    found: dict[int, Milestone],
    blockers: Iterable[Blocker],
    calendar: DayCalendar,
    *,
    today: date,
    target: date | None,
) -> Path | None:
    """The path as drawn and said; None when nothing is left of it."""
    unfinished = [found.get(pk) for pk in analysis.critical_path if pk not in found or found[pk].is_open]
    dated = [one for one in unfinished if one is None or _timing(one)]
    if not any(dated):
        return None
    clears = _clear_dates(blockers)
    steps, lengths, before = [], [], today
    for milestone in dated:
        step, length = _step(milestone, before, calendar, clears)
        steps.append(step)
        lengths.append(length)
        before = step.finish
    drawn = strip(steps, today=today, target=target)
    named = tuple(
        PathStep(one, segment, step.finish if one else None, length, bool(one and one.pk in clears))
        for one, segment, step, length in zip(dated, drawn.segments, steps, lengths, strict=True)
    )
    return Path(named, drawn.target_at, drawn.target_passed, sum(step.blocked for step in named))


def _step(
    milestone: Milestone | None, before: date, calendar: DayCalendar, clears: dict[int, date | None]
) -> tuple[Step, int | None]:
    """The step from where the one before it ended, and its length in working days. Work that waits for a date
    leaves a gap; work that is blocked is drawn from the start, hatched until its blocker clears.
    """
    timing = _timing(milestone)
    if milestone is None or timing is None or timing.forecast is None:
        return Step(None, before), None
    finish, start = max(timing.forecast, before), timing.early_start
    if start is None or milestone.pk in clears or working_days(before, start, calendar) <= 1:
        return Step(None, finish, clears.get(milestone.pk)), working_days(before, finish, calendar)
    begun = start - timedelta(days=1)
    return Step(begun, finish), working_days(begun, finish, calendar)


def near_paths(analysis: Analysis, found: dict[int, Milestone]) -> list[NearPath]:
    """Chains with the least float beside the critical path, tightest first."""
    chains = [(room, [pk for pk in chain if pk not in found or found[pk].is_open]) for room, chain in analysis.near_paths]
    return [
        NearPath(room, tuple(found.get(pk) for pk in chain[:NEAR_STEPS]), max(0, len(chain) - NEAR_STEPS), _leads(chain, found))
        for room, chain in chains[:NEAR_PATHS]
        if any(pk in found for pk in chain)
    ]


def _leads(chain: Sequence[int], found: dict[int, Milestone]) -> float | None:
    odds = [getattr(found[pk], "odds", None) for pk in chain[:NEAR_STEPS] if pk in found]
    return min((one.criticality for one in odds if one), default=None)


def _timing(milestone: Milestone | None) -> Timing | None:
    """The stored timing, if it has a forecast."""
    timing = getattr(milestone, "timing", None)
    return timing if timing and timing.forecast else None


def _clear_dates(blockers: Iterable[Blocker]) -> dict[int, date | None]:
    """By milestone: when its last blocker clears, None when nobody said."""
    clears: dict[int, date | None] = {}
    for blocker in blockers:
        if blocker.milestone_id is not None:
            days: Sequence[date] = [day for day in (clears.get(blocker.milestone_id), blocker.expected_clear) if day]
            clears[blocker.milestone_id] = max(days, default=None)
    return clears

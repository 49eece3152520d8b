"""The questions of My work: is the blocker cleared, how does the milestone stand, and what would another date do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from programs.flags.types import Thresholds
from programs.graph.days import add_working_days, working_days
from programs.models import MilestoneStatus
from programs.queries.snapshots import today_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programs.graph.types import DayCalendar
    from programs.models import Analysis, Blocker, Dependency, Milestone, Person, Program
    from programs.queries.help import Call

OFFERED = 3  # new dates to pick from
WORKING = frozenset({MilestoneStatus.IN_PROGRESS, MilestoneStatus.BLOCKED})


@dataclass(frozen=True, slots=True)
class Effect:
    """What a date would do: `finish` when it would move the finish there, `stays` when it surely would not."""

    day: date
    finish: date | None = None
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """What waits: the next steps by name (None is withheld), how many more between, and where it ends."""

    steps: tuple[Milestone | None, ...] = ()
    more: int = 0
    end: Milestone | None = None
    finish: date | None = None


@dataclass(frozen=True, slots=True)
class BlockerAsk:
    """ "Is it cleared?" A blocker this person can clear."""

    blocker: Blocker
    item: str
    needs_answer: bool
    days_open: int | None
    overdue: bool
    adds: float | None
    room: float | None
    waiting_behind: int
    chain: Chain
    dates: tuple[Effect, ...]
    today: date
    help: Call | None = None  # that stands for its milestone

    @property
    def costs_daily(self) -> bool:
        """Whether each day it stays open moves the finish."""
        return bool(self.adds and self.adds > 0) and (self.room or 0) <= 0


@dataclass(frozen=True, slots=True)
class MilestoneAsk:
    """ "How does it stand?" A milestone of this person without a word for a while, or past its date."""

    milestone: Milestone
    item: str
    overdue: date | None
    quiet: int | None  # days without a word
    very_quiet: bool
    needed_by: Milestone | None
    today: date
    help: Call | None = None  # that stands


@dataclass(slots=True)
class Desk:
    """What was read before the rows are made: one place, so that nothing is read twice."""

    person: Person
    at: datetime
    programs: dict[int, Program]
    analyses: dict[int, Analysis]
    calendars: dict[int, DayCalendar]
    spoken: dict[int, date] = field(default_factory=dict)
    named: dict[int, Milestone] = field(default_factory=dict)
    calls: dict[int, Call] = field(default_factory=dict)

    def today(self, program_id: int) -> date:
        """The day it is in that program."""
        return today_in(self.programs[program_id], self.at)

    def cost(self, blocker: Blocker) -> dict[str, float]:
        """What the stored analysis says of a blocker; empty when it does not know it yet."""
        analysis = self.analyses.get(blocker.program_id)
        return next((cost for cost in analysis.blockers if cost["id"] == blocker.pk), {}) if analysis else {}


def item_name(program: Program, key: str) -> str:
    """How an address names a question: program and key, since B-31 may be in several programs."""
    return f"{program.slug}:{key}"


def path_after(desk: Desk, blocker: Blocker) -> list[int]:
    """The critical path from the blocked milestone on; empty when it is not on it."""
    analysis = desk.analyses.get(blocker.program_id)
    path = analysis.critical_path if analysis else []
    return list(path[path.index(blocker.milestone_id) + 1 :]) if blocker.milestone_id in path else []


def blocker_ask(desk: Desk, blocker: Blocker) -> BlockerAsk:
    """The question about one blocker."""
    today, cost = desk.today(blocker.program_id), desk.cost(blocker)
    spoken = desk.spoken.get(blocker.pk, blocker.raised_on)
    clear = blocker.expected_clear
    return BlockerAsk(
        blocker=blocker,
        item=item_name(blocker.program, blocker.key),
        needs_answer=blocker_needs_answer(blocker, spoken, today, adds=cost.get("days_added") or 0),
        days_open=(today - blocker.raised_on).days if blocker.raised_on else None,
        overdue=clear is not None and clear < today,
        adds=cost.get("days_added"),
        room=cost.get("total_float"),
        waiting_behind=int(cost.get("waiting_behind") or 0),
        chain=_chain(desk, blocker),
        dates=offered(desk, blocker),
        today=today,
        help=desk.calls.get(blocker.milestone_id or 0),
    )


def blocker_needs_answer(blocker: Blocker, spoken: date | None, today: date, *, adds: float) -> bool:
    """Whether a blocker is asked about: silent for long, costing days without a word today, or past its own date."""
    if spoken is None or blocker.expected_clear is None:
        return True
    if (today - spoken).days >= Thresholds.of(blocker.program.thresholds).silent_days:
        return True
    return spoken < today and (adds > 0 or blocker.expected_clear <= today)


def _chain(desk: Desk, blocker: Blocker) -> Chain:
    analysis, path = desk.analyses.get(blocker.program_id), path_after(desk, blocker)
    if not path or analysis is None:
        return Chain()
    end = analysis.finish_milestone
    last = end if end is not None and path[-1] == end.pk else None
    between = path[:-1] if last else path
    return Chain(
        steps=tuple(desk.named.get(pk) for pk in between[:1]),
        more=max(0, len(between) - 1),
        end=last,
        finish=analysis.finish,
    )


def offered(desk: Desk, blocker: Blocker) -> tuple[Effect, ...]:
    """The next working days to choose from, each with what it does to the finish as far as the stored analysis can tell."""
    calendar, today = desk.calendars[blocker.program_id], desk.today(blocker.program_id)
    first = max(blocker.expected_clear or today, today)
    days = [add_working_days(first, step, calendar) for step in range(1, OFFERED + 1)]
    return tuple(effect(desk, blocker, day) for day in days)


def effect(desk: Desk, blocker: Blocker, day: date) -> Effect:
    """A later clear date moves the milestone by at most that many working days: within its float the finish stays; without
    float, and with the blocker itself holding the finish, it moves by exactly as many."""
    analysis, cost = desk.analyses.get(blocker.program_id), desk.cost(blocker)
    room, adds, clear = cost.get("total_float"), cost.get("days_added") or 0, blocker.expected_clear
    if analysis is None or analysis.finish is None or room is None or clear is None or clear < analysis.as_of or day <= clear:
        return Effect(day)
    calendar = desk.calendars[blocker.program_id]
    later = working_days(clear, day, calendar)
    if later <= room:
        return Effect(day, stays=True)
    if adds > 0 and room <= 0:
        return Effect(day, finish=add_working_days(analysis.finish, later, calendar))
    return Effect(day)


def milestone_asks(desk: Desk, mine: list[Milestone], links: dict[int, list[Dependency]]) -> list[MilestoneAsk]:
    """The questions about this person's milestones, those with the least float first."""
    asks = []
    for row in mine:
        ask = milestone_ask(desk, row, links.get(row.pk, []))
        if ask is not None:
            asks.append(ask)
    return sorted(asks, key=_urgency)


def _urgency(ask: MilestoneAsk) -> tuple[float, date, int]:
    timing = getattr(ask.milestone, "timing", None)
    room = timing.total_float if timing and timing.total_float is not None else 10_000.0
    return (room, ask.overdue or date.max, ask.milestone.pk)


def milestone_ask(desk: Desk, row: Milestone, links: Iterable[Dependency]) -> MilestoneAsk | None:
    """The question about one milestone; None while nothing needs to be asked."""
    today = desk.today(row.program_id)
    if not milestone_needs_answer(row, today):
        return None
    quiet, said = _quiet(row, today)
    return MilestoneAsk(
        milestone=row,
        item=item_name(row.program, row.key),
        overdue=_overdue(row, today),
        quiet=quiet if said or row.status in WORKING else None,
        very_quiet=quiet is not None and quiet >= Thresholds.of(row.program.thresholds).very_silent_days,
        needed_by=_first_needing(row, links),
        today=today,
        help=desk.calls.get(row.pk),
    )


def milestone_needs_answer(row: Milestone, today: date) -> bool:
    """Whether a milestone is asked about: in work and silent for long, or past its date without a word since."""
    limit = Thresholds.of(row.program.thresholds).silent_days
    quiet, _said = _quiet(row, today)
    overdue = _overdue(row, today)
    if row.status in WORKING and quiet is not None and quiet >= limit:
        return True
    return overdue is not None and (quiet is None or quiet >= limit or today - timedelta(days=quiet) <= overdue)


def _quiet(row: Milestone, today: date) -> tuple[int | None, bool]:
    """Days since somebody spoke of it, else since it started when it is in work; and whether anybody ever spoke."""
    words = [day for day in (row.said_on, row.updated_on) if day]
    spoken = max(words) if words else row.start_date if row.status in WORKING else None
    return ((today - spoken).days if spoken else None), bool(words)


def _overdue(row: Milestone, today: date) -> date | None:
    """The promised day that has passed."""
    promised = row.expected_date or row.target_date
    return promised if promised and promised < today else None


def _first_needing(row: Milestone, links: Iterable[Dependency]) -> Milestone | None:
    """The open milestone with the least float that waits for it."""
    waiting = [link.successor for link in links if link.predecessor_id == row.pk and link.successor.is_open]
    return min(waiting, key=float_of, default=None)


def float_of(row: Milestone) -> tuple[float, int]:
    """The order of what is tightest: least float first, unknown last."""
    timing = getattr(row, "timing", None)
    return (timing.total_float if timing and timing.total_float is not None else 10_000.0, row.pk)

"""What one person is asked, whom they block, who blocks them, and what comes up, across every program they work in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from programs.models import (
    OPEN_STATUSES,
    SCHEDULING_RELATIONS,
    Analysis,
    Blocker,
    BlockerStatus,
    Dependency,
    Event,
    Membership,
    Milestone,
    Person,
    Program,
    Role,
)
from programs.queries import access
from programs.queries.calendars import calendars
from programs.queries.decisions import Line, open_of
from programs.queries.help import Call, calls
from programs.queries.my_work_asks import BlockerAsk, Desk, MilestoneAsk, blocker_ask, float_of, milestone_asks, path_after
from programs.queries.nudges import Asking, asking
from programs.queries.prepared import prepared
from programs.queries.snapshots import today_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

AHEAD = timedelta(days=30)
LISTED = 20  # rows of each list below the questions
MOST_ASKED = 50
_ACTIVE = Q(set_aside="", relation__in=SCHEDULING_RELATIONS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of "You block" or "Blocks you"."""

    blocker: Blocker | None = None
    milestone: Milestone | None = None
    other: Milestone | None = None
    adds: float | None = None
    asking: Asking | None = None  # whether its owner may be asked how it stands


@dataclass(frozen=True, slots=True)
class MyWork:
    """The whole page."""

    blockers: list[BlockerAsk] = field(default_factory=list)
    milestones: list[MilestoneAsk] = field(default_factory=list)
    standing: list[BlockerAsk] = field(default_factory=list)  # yours to clear, with a fresh word: asked nothing now
    you_block: list[Waiting] = field(default_factory=list)
    blocks_you: list[Waiting] = field(default_factory=list)
    coming: list[Milestone] = field(default_factory=list)
    called: list[tuple[Milestone, Call]] = field(default_factory=list)  # help was asked for, and no question above says so
    to_decide: list[Line] = field(default_factory=list)
    behind: bool = False

    @property
    def asked(self) -> int:
        """How many questions stand open."""
        return len(self.blockers) + len(self.milestones)


def my_work(person: Person, *, at: datetime) -> MyWork:
    """Read the page: a fixed number of queries, however many programs and questions there are.

    Two more for calls for help, and two for work one waits for.
    """
    programs = _workplaces(person)
    to_decide = open_of(access.programs_for(person), at=at, decider=person, most=LISTED)
    if not programs:
        return MyWork(to_decide=to_decide)
    desk = Desk(
        person=person,
        at=at,
        programs=programs,
        analyses={row.program_id: row for row in _analyses(programs)},
        calendars=calendars(programs.values(), around=at.date()),
    )
    blockers = _my_blockers(desk)
    mine = _my_milestones(desk)
    desk.spoken = _last_words(blockers)
    desk.named = _named(desk, blockers)
    desk.calls = calls([*mine, *(blocker.milestone for blocker in blockers if blocker.milestone)])
    links = _links(desk, mine)
    every = [blocker_ask(desk, blocker) for blocker in blockers]
    every.sort(key=lambda ask: (-(ask.adds or 0), not ask.overdue, ask.blocker.expected_clear or date.min, ask.blocker.pk))
    covered = {blocker.milestone_id for blocker in blockers}
    asks = milestone_asks(desk, [row for row in mine if row.pk not in covered], links)[:MOST_ASKED]
    said = covered | {ask.milestone.pk for ask in asks}
    return MyWork(
        blockers=[ask for ask in every if ask.needs_answer][:MOST_ASKED],
        standing=[ask for ask in every if not ask.needs_answer][:MOST_ASKED],
        milestones=asks,
        you_block=_you_block(desk, blockers, mine, links)[:LISTED],
        blocks_you=_with_asking(desk, _blocks_you(desk, mine, links)[:LISTED]),
        coming=_coming(desk, mine)[:LISTED],
        called=[(row, desk.calls[row.pk]) for row in mine if row.pk in desk.calls and row.pk not in said],
        to_decide=to_decide,
        behind=any(row.analysed_revision < row.revision for row in programs.values()),
    )


def _workplaces(person: Person) -> dict[int, Program]:
    """Programs in which this person may answer; leaders only read."""
    return {row.pk: row for row in _where_answered(person.pk, person.is_admin)}


@prepared
def _where_answered(person: int, admin: bool) -> QuerySet[Program]:
    rows = access.programs_for(Person(pk=person, is_admin=admin))
    if not admin:
        rows = Program.objects.filter(
            pk__in=Membership.objects.filter(person=person, role__in=[Role.ENGINEER, Role.TPM]).values("program")
        )
    return rows.defer("description")


@prepared
def _analyses(programs: Collection[int]) -> QuerySet[Analysis]:
    return Analysis.objects.filter(program__in=programs).select_related("finish_milestone")


def _my_blockers(desk: Desk) -> list[Blocker]:
    return _owned_blockers(desk.person.pk, desk.programs)


@prepared
def _owned_blockers(person: int, programs: Collection[int]) -> QuerySet[Blocker]:
    rows = Blocker.objects.filter(owner=person, status=BlockerStatus.OPEN, program__in=programs)
    return rows.select_related("program", "milestone__owner", "milestone__timing").order_by("pk")[:200]


def _my_milestones(desk: Desk) -> list[Milestone]:
    return _owned(desk.person.pk, desk.programs)


@prepared
def _owned(person: int, programs: Collection[int]) -> QuerySet[Milestone]:
    rows = Milestone.objects.filter(owner=person, program__in=programs, status__in=OPEN_STATUSES)
    return rows.select_related("program", "workstream", "timing").defer("description").order_by("pk")[:500]


def _last_words(blockers: Iterable[Blocker]) -> dict[int, date]:
    """The day, in its own program, on which each blocker was last spoken of: opened, confirmed, moved."""
    program_of = {blocker.pk: blocker.program for blocker in blockers}
    rows = Event.objects.filter(subject_type="blocker", subject_id__in=program_of).order_by("at")
    return {subject: today_in(program_of[subject], at) for subject, at in rows.values_list("subject_id", "at") if subject}


def _named(desk: Desk, blockers: Iterable[Blocker]) -> dict[int, Milestone]:
    """The milestones that chains name, as far as the reader may see them."""
    wanted: set[int] = set()
    for blocker in blockers:
        wanted.update(path_after(desk, blocker)[:2])
    return {row.pk: row for row in _called(wanted, desk.person.pk, desk.person.is_admin)}


@prepared
def _called(wanted: Collection[int], person: int, admin: bool) -> QuerySet[Milestone]:
    return access.milestones_for(Person(pk=person, is_admin=admin)).filter(pk__in=wanted).only("key", "name", "program")


def _links(desk: Desk, mine: list[Milestone]) -> dict[int, list[Dependency]]:
    """Active links of this person's milestones, by milestone; both ends visible. One query."""
    ids = [row.pk for row in mine]
    found: dict[int, list[Dependency]] = defaultdict(list)
    own = set(ids)
    for link in _linked(ids, desk.person.pk, desk.person.is_admin):
        for end in {link.predecessor_id, link.successor_id} & own:
            found[end].append(link)
    return found


# What is said of the milestone at either end of a link; of all they have, the rest is not read.
_END = (
    *("key", "name", "status", "said", "owner__name", "program__slug"),
    *(f"timing__{name}" for name in ("blocked", "critical", "forecast", "late_finish", "total_float")),
)


@prepared
def _linked(ids: Collection[int], person: int, admin: bool) -> QuerySet[Dependency]:
    seen = access.programs_for(Person(pk=person, is_admin=admin))
    return (
        Dependency.objects.filter(_ACTIVE, Q(successor__in=ids) | Q(predecessor__in=ids))
        .filter(predecessor__program__in=seen, successor__program__in=seen)
        .select_related("predecessor__owner", "predecessor__program", "predecessor__timing")
        .select_related("successor__owner", "successor__program", "successor__timing")
        .only("predecessor", "successor", *(f"{end}__{name}" for end in ("predecessor", "successor") for name in _END))
        .order_by("pk")
    )


def _you_block(desk: Desk, blockers: list[Blocker], mine: list[Milestone], links: dict[int, list[Dependency]]) -> list[Waiting]:
    """Blockers this person can clear on others' work, then milestones others' work waits for, the tightest first."""
    rows = [
        Waiting(blocker=blocker, other=blocker.milestone, adds=desk.cost(blocker).get("days_added"))
        for blocker in blockers
        if blocker.milestone is None or blocker.milestone.owner_id != desk.person.pk
    ]
    rows.sort(key=lambda row: -(row.adds or 0))
    feeding = []
    for row in mine:
        others = [
            link.successor
            for link in links.get(row.pk, [])
            if link.predecessor_id == row.pk and link.successor.is_open and link.successor.owner_id != desk.person.pk
        ]
        if others:
            feeding.append(Waiting(milestone=row, other=min(others, key=float_of)))
    return rows + sorted(feeding, key=lambda row: float_of(row.milestone))  # type: ignore[arg-type]


def _blocks_you(desk: Desk, mine: list[Milestone], links: dict[int, list[Dependency]]) -> list[Waiting]:
    """Open blockers on this person's milestones that others clear, then unfinished work of others they wait for. One query."""
    ids = [row.pk for row in mine]
    rows = [Waiting(blocker=blocker, other=blocker.milestone) for blocker in _others(ids, desk.person.pk)]
    seen: set[int] = set()
    for row in sorted(mine, key=float_of):
        for link in links.get(row.pk, []):
            other = link.predecessor
            if link.successor_id != row.pk or not other.is_open or other.owner_id == desk.person.pk or other.pk in seen:
                continue
            seen.add(other.pk)
            rows.append(Waiting(milestone=other, other=row))
    return rows


@prepared
def _others(ids: Collection[int], person: int) -> QuerySet[Blocker]:
    stopped = Blocker.objects.filter(milestone__in=ids, status=BlockerStatus.OPEN).exclude(owner=person)
    return stopped.select_related("owner", "program", "milestone").order_by("expected_clear", "pk")[:LISTED]


def _with_asking(desk: Desk, rows: list[Waiting]) -> list[Waiting]:
    """What may be asked of the work one waits for. Two queries, none when there is no such work."""
    found = asking([row.milestone.pk for row in rows if row.milestone], at=desk.at)
    return [replace(row, asking=found.get(row.milestone.pk)) if row.milestone else row for row in rows]


def _coming(desk: Desk, mine: list[Milestone]) -> list[Milestone]:
    """Forecasts of the next 30 days, in order."""
    found = []
    for row in mine:
        timing, today = getattr(row, "timing", None), desk.today(row.program_id)
        if timing and timing.forecast and today <= timing.forecast <= today + AHEAD:
            found.append(row)
    return sorted(found, key=lambda row: (row.timing.forecast, row.pk))

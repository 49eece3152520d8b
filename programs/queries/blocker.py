"""One blocker with everything its page shows; what it costs, and who to pull into the room; all blockers of a program."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Count, F

from programs.graph.price import Cost, Price, price
from programs.graph.solution import solve
from programs.models import (
    Analysis,
    Blocker,
    BlockerKind,
    Escalation,
    Event,
    Milestone,
    Person,
    Program,
)
from programs.queries import access
from programs.queries.snapshots import cluster, network, today_in
from programs.queries.withheld import Sight
from programs.summaries.event_lines import Entry, entries
from programs.summaries.room import Facts, Hurt, Seat, Stuck, seats

EVENTS_READ = 200
ENTRIES = 50
NAMED = 12  # milestones a price names


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a blocker shows."""

    blocker: Blocker
    program: Program
    today: date
    days_open: int | None
    adds: float | None  # working days to the finish, from the stored analysis
    room: float | None
    finish_name: str
    history: list[Entry]
    ladder: list[Escalation]
    may_update: bool

    @property
    def snoozed(self) -> bool:
        """Nobody is told that it does not move."""
        until = self.blocker.snoozed_until
        return until is not None and until >= self.today


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone of a price; None for one its reader may not see."""

    milestone: Milestone | None
    cost: Cost


@dataclass(frozen=True, slots=True)
class Priced:
    """The price with names, and the room."""

    price: Price | None
    finish: Line | None
    targets: tuple[Line, ...]
    seats: tuple[Seat, ...]
    stuck: Stuck


def page(slug: str, number: int, *, by: Person, at: datetime) -> Page:
    """Read the page. A fixed number of queries."""
    blocker = access.blocker(slug, number, by=by, may="view")
    program, today = blocker.program, today_in(blocker.program, at)
    analysis = Analysis.objects.filter(program=program).select_related("finish_milestone").first()
    cost: dict[str, Any] = next((one for one in (analysis.blockers if analysis else []) if one.get("id") == blocker.pk), {})
    notes = Event.objects.filter(subject_type="blocker", subject_id=blocker.pk).select_related("by").order_by("-at", "-pk")
    until = blocker.resolved_on or today
    return Page(
        blocker=blocker,
        program=program,
        today=today,
        days_open=(until - blocker.raised_on).days if blocker.raised_on else None,
        adds=cost.get("days_added"),
        room=cost.get("total_float"),
        finish_name=analysis.finish_milestone.name if analysis and analysis.finish_milestone else "",
        history=entries(notes[:EVENTS_READ], most=ENTRIES),
        ladder=list(Escalation.objects.filter(blocker=blocker).select_related("person").order_by("-at")[:20]),
        may_update=access.can(program, by, "update"),
    )


def priced(blocker: Blocker, *, by: Person, at: datetime) -> Priced:
    """Solve the network with it, without it and with it a week longer. For a part of a page that is asked for by itself."""
    net = network(cluster([blocker.program_id]), as_of=today_in(blocker.program, at))
    found = price(solve(net.snapshot), blocker.pk)
    sight = Sight(by, blocker.program)
    costs = [*([found.finish] if found and found.finish else []), *(found.targets[:NAMED] if found else ())]
    hurt = list(found.hurt[: NAMED * 4]) if found else []
    wanted = {cost.item for cost in costs} | set(hurt)
    rows = Milestone.objects.select_related("program", "owner", "timing").in_bulk(wanted)
    seen = {pk: row for pk, row in rows.items() if sight.sees(row.program_id)}
    stuck = _stuck(blocker, [seen[pk] for pk in hurt if pk in seen])
    return Priced(
        price=found,
        finish=Line(seen.get(found.finish.item), found.finish) if found and found.finish else None,
        targets=tuple(Line(seen.get(cost.item), cost) for cost in (found.targets[:NAMED] if found else ())),
        seats=tuple(seats(stuck)),
        stuck=stuck,
    )


def _stuck(blocker: Blocker, hurt: Iterable[Milestone]) -> Stuck:
    milestone, team = blocker.milestone, blocker.waiting_team
    timing = getattr(milestone, "timing", None)
    return Stuck(
        title=blocker.title,
        kind=blocker.kind,
        blocked=milestone.name if milestone else "",
        critical=bool(timing and timing.critical),
        clearer=_who(blocker.owner),
        asked=_who(blocker.asked_of),
        awaited=_who(blocker.waiting_person),
        team=team.name if team else "",
        team_lead=_who(team.lead) if team else None,
        owner=_who(milestone.owner) if milestone else None,
        decider=_who(blocker.program.owner),
        hurt=tuple(
            Hurt(
                row.name,
                row.owner_id,
                row.owner.name if row.owner else "",
                bool(getattr(row, "timing", None) and row.timing.critical),
                row.program_id if row.program_id != blocker.program_id else None,
            )
            for row in hurt
            if row.owner_id
        ),
    )


def _who(person: Person | None) -> tuple[int, str] | None:
    return (person.pk, person.name) if person else None


def facts(view: Priced, blocker: Blocker) -> Facts:
    """The figures an agenda quotes."""
    awaited = [blocker.waiting_on, blocker.waiting_person.name if blocker.waiting_person else ""]
    awaited += [blocker.waiting_team.name if blocker.waiting_team else "", blocker.waiting_contact]
    return Facts(
        key=blocker.key,
        since=blocker.raised_on,
        clear=blocker.expected_clear,
        waiting_on=", ".join(part for part in awaited if part),
        next_step=blocker.next_step,
        finish=view.finish.milestone.name if view.finish and view.finish.milestone else "",
        adds=view.finish.cost.adds if view.finish else None,
        week=view.finish.cost.week if view.finish else None,
    )


def kept(view: Priced, blocker: Blocker, people: Collection[int]) -> dict[str, Any]:
    """What those who are asked into the room are told: the price, and who comes and why."""
    figures = facts(view, blocker)
    own = view.finish and view.finish.milestone and view.finish.milestone.program_id == blocker.program_id
    room = [[seat.name, [[one.code, one.name, one.program] for one in seat.why]] for seat in view.seats if seat.person in people]
    return {"room": room, "adds": figures.adds, "week": figures.week, "finish": figures.finish if own else ""}


@dataclass(frozen=True, slots=True)
class Row:
    """One blocker in the list of a program."""

    blocker: Blocker
    days_open: int | None
    adds: float | None
    room: float | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Spent:
    """Days blocked, for one team or kind. Calendar days; `typical` is the median until cleared, None while none was."""

    name: str
    open: int
    days: int
    typical: float | None


@dataclass(frozen=True, slots=True)
class Blockers:
    """All blockers of a program, what they cost and how long they take."""

    program: Program
    today: date
    open: tuple[Row, ...]
    cleared: tuple[Row, ...]
    cleared_count: int
    by_team: tuple[Spent, ...]
    by_kind: tuple[Spent, ...]
    typical: float | None  # median days until cleared
    reopened: int
    oldest: Row | None
    may_plan: bool


CLEARED_SHOWN = 50


def blockers(slug: str, *, by: Person, at: datetime) -> Blockers:
    """The page of a program's blockers. A fixed number of queries."""
    program = access.program(slug, by=by)
    today = today_in(program, at)
    analysis = Analysis.objects.filter(program=program).values_list("blockers", flat=True).first() or []
    costs = {one["id"]: one for one in analysis}
    rows = list(
        Blocker.objects.filter(program=program)
        .select_related("owner", "milestone__team", "milestone__workstream__team")
        .order_by(F("resolved_on").desc(nulls_first=True), "pk")
    )
    lines = [_row(row, costs.get(row.pk, {}), today) for row in rows]
    standing = sorted((line for line in lines if line.blocker.is_open), key=_dearest)
    gone = [line for line in lines if not line.blocker.is_open]
    reopened = Event.objects.filter(program=program, kind="blocker.reopened").aggregate(n=Count("subject_id", distinct=True))["n"]
    aged = [line for line in standing if line.days_open is not None]
    return Blockers(
        program=program,
        today=today,
        open=tuple(standing),
        cleared=tuple(gone[:CLEARED_SHOWN]),
        cleared_count=len(gone),
        by_team=_spent(lines, _team_of),
        by_kind=_spent(lines, lambda row: str(BlockerKind(row.kind).label)),
        typical=_median(line.days_open for line in gone),
        reopened=reopened,
        oldest=max(aged, key=lambda line: line.days_open or 0) if aged else None,
        may_plan=access.can(program, by, "plan"),
    )


def _row(row: Blocker, cost: dict[str, Any], today: date) -> Row:
    until = row.resolved_on or today
    return Row(
        blocker=row,
        days_open=max(0, (until - row.raised_on).days) if row.raised_on else None,
        adds=cost.get("days_added"),
        room=cost.get("total_float"),
        overdue=row.is_open and row.expected_clear is not None and row.expected_clear < today,
    )


def _dearest(line: Row) -> tuple[float, float, int]:
    far = float("inf")
    return (-(line.adds or 0), far if line.room is None else line.room, line.blocker.pk)


def _team_of(row: Blocker) -> str:
    milestone = row.milestone
    team = milestone.team or (milestone.workstream.team if milestone.workstream else None) if milestone else None
    if team is not None:
        return team.name
    return milestone.workstream.name if milestone and milestone.workstream else ""


def _spent(lines: Iterable[Row], name_of: Any) -> tuple[Spent, ...]:
    """Days blocked by name, most first. What was never cleared counts until today."""
    groups: dict[str, list[Row]] = {}
    for line in lines:
        groups.setdefault(name_of(line.blocker), []).append(line)
    found = [
        Spent(
            name=name,
            open=sum(line.blocker.is_open for line in rows),
            days=sum(line.days_open or 0 for line in rows),
            typical=_median(line.days_open for line in rows if not line.blocker.is_open),
        )
        for name, rows in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.days, one.name)))


def _median(days: Iterable[int | None]) -> float | None:
    known = [each for each in days if each is not None]
    return float(median(known)) if known else None

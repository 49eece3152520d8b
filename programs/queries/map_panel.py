"""One milestone in the panel of the map: what it holds up, what a slip would do, what it waits for and feeds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from programs.graph.analyse import early_days
from programs.graph.calendars import finishing_day
from programs.graph.days import working_days
from programs.graph.solution import Solution, solve
from programs.graph.types import DayCalendar
from programs.graph.whatif import Slip, Unknown, tried
from programs.models import Blocker, Milestone
from programs.queries import access
from programs.queries.calendars import calendars
from programs.queries.snapshots import cluster, network

if TYPE_CHECKING:
    from programs.models import Program
    from programs.queries.map import Edge, Node, Plan

SLIP = 5  # working days; what the panel asks "and if it slips"
SMALL = 300  # milestones that hang together for which the engine answers while the panel opens


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The other end of a link. `room` is how many working days this one may slip before that one moves."""

    node: Node
    edge: Edge
    room: int | None = None
    against: bool = False  # dated earlier than what it waits for


@dataclass(frozen=True, slots=True)
class Slipped:
    """What a slip of some working days does: how many others move, and the finish then. `finish` is None if it stays."""

    days: int
    moves: int
    finish: date | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the panel shows of one milestone."""

    node: Node
    blockers: list[Blocker]
    waits_for: list[Neighbour]
    feeds: list[Neighbour]
    behind: int  # unfinished milestones down stream
    lanes: list[tuple[str, int]]  # of them, by lane, in the order of the lanes
    driving: list[Node]  # the chain that sets its date, itself last
    slipped: Slipped | None
    asks: bool  # whether the engine can still be asked about a slip
    undated: list[Node]  # what else lacks a date that would give it one
    finish_name: str
    may_update: bool

    @property
    def waits_for_open(self) -> int:
        """How many of those it waits for are not done."""
        return sum(one.node.is_open for one in self.waits_for)


def panel(plan: Plan, focus: str, *, today: date, ask_engine: bool) -> Panel | None:
    """Gather the panel; None when there is no such milestone on the map or the reader may not see it.

    What a slip does is worked out at once in a small plan, and in a large one only with `ask_engine`.
    """
    node = plan.nodes.get(focus)
    if node is None or node.withheld:
        return None
    calendar = calendars([plan.program], around=today)[plan.program.pk]
    _up, down = plan.web(focus)
    open_below = [plan.nodes[one] for one in down if plan.nodes[one].is_open]
    lanes = Counter(one.lane for one in open_below)
    waits = [Neighbour(plan.nodes[edge.source], edge) for edge in plan.edges if edge.target == focus]
    feeds = [_fed(plan, node, edge, calendar) for edge in plan.edges if edge.source == focus]
    finish = plan.analysis.finish_milestone if plan.analysis else None
    asks = node.is_open and node.forecast is not None
    slipped = slip(plan.program, node, as_of=today, most=None if ask_engine else SMALL) if asks else None
    return Panel(
        node=node,
        blockers=plan.blockers.get(node.pk, []),
        waits_for=sorted(waits, key=_by_date),
        feeds=sorted(feeds, key=_by_date),
        behind=len(open_below),
        lanes=[(lane, lanes[lane]) for lane in _lane_order(plan) if lanes[lane]],
        driving=plan.driving(focus),
        slipped=slipped,
        asks=asks and not ask_engine,
        undated=[one.node for one in waits if one.edge.schedules and one.node.is_open and one.node.day is None],
        finish_name=finish.name if finish and finish.program_id == plan.program.pk else "",
        may_update=access.allows(plan.role, "update") and not node.program,
    )


def _by_date(one: Neighbour) -> tuple[bool, date, str]:
    return (not one.edge.schedules, one.node.day or date.max, one.node.id)


def _lane_order(plan: Plan) -> list[str]:
    own = [key for key, _name in plan.lanes]
    return own + sorted({node.lane for node in plan.nodes.values()} - set(own))


def _fed(plan: Plan, node: Node, edge: Edge, calendar: DayCalendar) -> Neighbour:
    """What waits for this one, and the room until it moves: for finish to start in working days only, else not said."""
    other = plan.nodes[edge.target]
    against = bool(edge.schedules and node.day and other.day and other.day < node.day and other.is_open)
    plain = edge.schedules and edge.type == "FS" and edge.unit == "wd" and not other.withheld
    if edge.drives or not plain or not node.forecast or not other.early_start or not other.is_open:
        return Neighbour(other, edge, 0 if edge.drives else None, against)
    room = working_days(node.forecast, other.early_start - timedelta(days=1), calendar) - round(edge.lag)
    return Neighbour(other, edge, max(room, 0), against)


def slip(program: Program, node: Node, *, as_of: date, most: int | None = None, days: int = SLIP) -> Slipped | None:
    """Ask the engine what happens if a milestone takes `days` working days longer; nothing is stored.

    None when more than `most` milestones hang together, for that takes longer than a panel may.
    """
    together = cluster([program.pk])
    if most is not None and Milestone.objects.filter(program__in=together).count() > most:
        return None
    plan = network(together, as_of=as_of).snapshot
    try:
        then = solve(tried(plan, [Slip(node.pk, days, node.forecast)]))
    except Unknown:
        return None
    now = solve(plan)
    before, after = _finishes(now), _finishes(then)
    moves = sum(after[item] != day for item, day in before.items() if item in after and item != node.pk)
    was, will = now.finishes[program.pk].at, then.finishes[program.pk].at
    return Slipped(days, moves, finishing_day(will) if was is not None and will is not None and will > was else None)


def _finishes(solution: Solution) -> dict[int, date | None]:
    """The forecast of everything unfinished."""
    return {solution.id(i): early_days(solution, i)[1] for i in range(len(solution.tasks)) if solution.open[i]}

"""Who gives to whom: the links still ahead, counted between teams, workstreams or programs, and the links of one cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext as _

from programs.graph.days import working_days
from programs.graph.types import DayCalendar
from programs.models import Milestone
from programs.queries import access
from programs.queries import map as maps
from programs.queries.calendars import calendars
from programs.queries.withheld import Sight, a_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from programs.models import Person, Program
    from programs.queries.map import Edge, Node, Plan

BY = ("team", "workstream", "program")


class Group(NamedTuple):
    """A team, a workstream or a program."""

    key: str
    name: str


class Handover(NamedTuple):
    """One link that is still ahead. `room` is in working days; below zero the giver is that much too late for the target."""

    edge: Edge
    giver: Node
    getter: Node
    gives: Group
    gets: Group
    room: int | None
    late: bool
    blocked: bool


@dataclass(slots=True)
class Cell:
    """The links from one group to another."""

    links: int = 0
    late: int = 0
    blocked: int = 0
    room: int | None = None  # the smallest

    @property
    def short(self) -> int:
        """Working days by which the worst link is too late; 0 when none is."""
        return max(0, -(self.room or 0))

    @property
    def level(self) -> int:
        """How much it weighs, from 1 (nothing wrong) to 5 (more than four weeks too late)."""
        if not self.short:
            return 2 if self.late or self.blocked else 1
        return 3 if self.short <= 5 else 4 if self.short <= 20 else 5


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows give, columns get."""

    program: Program | None  # None: all that the reader sees
    givers: tuple[Group, ...]
    getters: tuple[Group, ...]
    cells: dict[tuple[str, str], Cell]
    gives: dict[str, Cell] = field(default_factory=dict)  # what each gives in all
    gets: dict[str, Cell] = field(default_factory=dict)
    total: int = 0
    by: str = "program"  # what the groups are

    @property
    def divided(self) -> bool:
        """Whether it tells anything apart: there is more than one group."""
        return len({*self.givers, *self.getters}) > 1


def handovers(slug: str, by: str, *, reader: Person, today: date) -> tuple[Plan, list[Handover]]:
    """Every link whose first milestone is still open. The number of queries does not depend on the size of the program."""
    plan = maps.plan(slug, by=reader)
    return plan, _handed(plan, by, today)


def _handed(plan: Plan, by: str, today: date) -> list[Handover]:
    calendar = calendars([plan.program], around=today)[plan.program.pk]
    return list(_ahead(plan.edges, plan.nodes, _groups(plan, by), lambda _node: calendar))


def _ahead(
    edges: Iterable[Edge], nodes: dict[str, Node], groups: dict[str, Group], calendar: Callable[[Node], DayCalendar]
) -> Iterable[Handover]:
    """The links that are still ahead. Room is counted in the calendar of who gets."""
    for edge in edges:
        giver, getter = nodes[edge.source], nodes[edge.target]
        if not edge.schedules or not (giver.is_open or giver.withheld) or not (getter.is_open or getter.withheld):
            continue
        room = room_across(edge, giver, getter, calendar(getter))
        behind = bool(giver.forecast and giver.target and giver.forecast > giver.target)
        late = behind or (room is not None and room < 0)
        yield Handover(edge, giver, getter, groups[giver.id], groups[getter.id], room, late, giver.blocked)


def between(*, reader: Person, today: date) -> list[Handover]:
    """Every link still ahead from one program to another, as far as the reader sees one of the two. Four queries."""
    programs = list(access.programs_for(reader))
    sight = Sight.of(*programs)
    here = Q(predecessor__program__in=sight.programs) | Q(successor__program__in=sight.programs)
    links = maps.linked(
        here
        & ~Q(predecessor__program=F("successor__program"))
        & Q(predecessor__program__deleted_at=None, successor__program__deleted_at=None)
    )
    nodes = maps.nodes_of(maps.rows(pk__in={pk for link in links for pk in link[1:3]}), 0, sight)
    edges = [maps.edge_of(link, nodes[link[1]], nodes[link[2]]) for link in links]
    known = calendars(programs, around=today)
    working = {program.slug: known[program.pk] for program in programs}
    named = {node.id: node for node in nodes.values()}
    groups = {node.id: _elsewhere(node) or Group("", "") for node in nodes.values()}
    return list(_ahead(edges, named, groups, lambda node: working.get(node.slug, DayCalendar())))


def matrix(slug: str, *ways: str, reader: Person, today: date) -> Matrix:
    """The links of one program, counted in the first of these ways that tells them apart, else in the last."""
    plan = maps.plan(slug, by=reader)
    for by in ways:
        found = counted(_handed(plan, by, today), plan.program, by=by)
        if found.divided or not found.total:
            break
    return found


def counted(found: list[Handover], program: Program | None = None, *, by: str = "program") -> Matrix:
    """Count links between groups, those with the most links first."""
    cells: dict[tuple[str, str], Cell] = {}
    gives: dict[str, Cell] = {}
    gets: dict[str, Cell] = {}
    for one in found:
        for cell in (
            cells.setdefault((one.gives.key, one.gets.key), Cell()),
            gives.setdefault(one.gives.key, Cell()),
            gets.setdefault(one.gets.key, Cell()),
        ):
            _count(cell, one)
    return Matrix(
        program=program,
        givers=_ranked(one.gives for one in found),
        getters=_ranked(one.gets for one in found),
        cells=cells,
        gives=gives,
        gets=gets,
        total=len(found),
        by=by,
    )


def _count(cell: Cell, one: Handover) -> None:
    cell.links += 1
    cell.late += one.late
    cell.blocked += one.blocked
    if one.room is not None:
        cell.room = one.room if cell.room is None else min(cell.room, one.room)


def _ranked(groups: Iterable[Group]) -> tuple[Group, ...]:
    counted = Counter(groups)
    return tuple(sorted(counted, key=lambda one: (-counted[one], one.name.casefold(), one.key)))


def room_across(edge: Edge, giver: Node, getter: Node, calendar: DayCalendar) -> int | None:
    """Working days the giver may slip before the getter misses the date its program's target needs. None: it cannot be said.

    The giver's forecast and the lag, then the getter's own work, against the day the getter is needed by.
    """
    if giver.withheld or getter.withheld or not giver.forecast or not getter.needed_by:
        return None
    if edge.type not in {"FS", "FF"} or (edge.lag and edge.unit != "wd"):
        return None
    room = working_days(giver.forecast, getter.needed_by, calendar) - round(edge.lag)
    if edge.type == "FF":
        return room
    if getter.duration and getter.early_start and getter.forecast:
        room -= working_days(getter.early_start, getter.forecast, calendar) + 1
    return room


def _groups(plan: Plan, by: str) -> dict[str, Group]:
    if by == "team":
        return _teams(plan)
    own = Group(f"p-{plan.program.slug}", plan.program.name)
    lanes = dict(plan.lanes)
    return {one.id: _elsewhere(one) or (_lane(one, lanes) if by == "workstream" else own) for one in plan.nodes.values()}


def _elsewhere(node: Node) -> Group | None:
    if node.withheld:
        return Group("withheld", a_program())
    return Group(f"p-{node.slug}", node.program) if node.program else None


def _lane(node: Node, lanes: dict[str, str]) -> Group:
    if node.lane == maps.OUTSIDE:
        return Group("outside", _("Outside this program"))
    return Group(f"w-{node.lane}", lanes[node.lane]) if node.lane in lanes else Group("none", _("No workstream"))


def _teams(plan: Plan) -> dict[str, Group]:
    """The team of each milestone, else that of its workstream. One query."""
    rows = Milestone.objects.filter(pk__in=[node.pk for node in plan.nodes.values() if node.pk > 0]).values_list(
        *("pk", "team_id", "team__name", "workstream__team_id", "workstream__team__name")
    )
    teams = {pk: Group(f"t-{team or lane}", name or of_lane) for pk, team, name, lane, of_lane in rows if team or lane}
    nobody, outside = Group("none", _("No team")), Group("outside", _("Outside this program"))
    return {one.id: _elsewhere(one) or teams.get(one.pk) or (outside if one.external else nobody) for one in plan.nodes.values()}

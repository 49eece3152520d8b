"""The plan as the map shows it: milestones, the links between them, and what lies at the ends of links elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from programs.maps.board import Link
from programs.maps.reduction import neighbours, reached
from programs.models import OPEN_STATUSES, Analysis, Blocker, BlockerStatus, Dependency, Milestone, Workstream
from programs.models.choices import SCHEDULING_RELATIONS
from programs.queries import access
from programs.queries.fragility import fragile_ids
from programs.queries.prepared import prepared
from programs.queries.withheld import Sight, a_milestone, a_program

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programs.models import Person, Program

NONE, OUTSIDE, ELSEWHERE = "", "~outside", "~elsewhere"  # lanes that are no workstream


class Node(NamedTuple):
    """One milestone on the map. `id` is its key, or what stands for it when it is of another program or withheld."""

    id: str
    pk: int
    key: str
    name: str
    lane: str
    slug: str  # of its program
    program: str  # name of its program, when that is another one
    status: str
    said: str
    kind: str
    external: bool
    owner_id: int | None
    owner: str
    actual: date | None
    baseline_start: date | None
    baseline: date | None
    target: date | None
    duration: Any
    early_start: date | None
    forecast: date | None
    needed_by: date | None
    late_finish: date | None
    total_float: float | None
    slip: float | None
    critical: bool
    on_path: bool
    blocked: bool
    drivers: tuple[str, ...]  # ids of what sets its date, the tightest first
    withheld: bool = False
    sure_by: date | None = None  # the day we are 80% sure of, whatever stands behind it
    near: date | None = None  # of what is withheld: where its neighbours stand, so that it gets a place without a date

    @property
    def is_open(self) -> bool:
        """Whether work remains."""
        return self.status in OPEN_STATUSES

    @property
    def day(self) -> date | None:
        """Where it stands in time: its forecast, or when it was finished as far as anybody said."""
        if self.withheld:
            return self.near
        return self.forecast if self.is_open else self.actual or self.target

    @property
    def leads(self) -> bool:
        """Whether it is on the path that drives the finish of its program, and still to be done."""
        return self.on_path and self.is_open and not self.withheld

    @property
    def shown_critical(self) -> bool:
        """Whether it is critical and still to be done."""
        return self.critical and self.is_open and not self.withheld


class Edge(NamedTuple):
    """`target` waits for `source`; `aside` says why it takes no part in dates, if it does not."""

    pk: int
    source: str
    target: str
    type: str
    lag: float
    unit: str
    strength: str
    relation: str
    aside: str
    critical: bool = False
    drives: bool = False

    @property
    def schedules(self) -> bool:
        """Whether it takes part in dates."""
        return not self.aside and self.relation in SCHEDULING_RELATIONS

    @property
    def link(self) -> Link:
        """The same, as the drawing takes it."""
        return Link(self.source, self.target, self.critical, self.schedules)


@dataclass(frozen=True)
class Plan:
    """A program's milestones and links, as far as the reader may know of them."""

    program: Program
    role: str | None
    analysis: Analysis | None
    nodes: dict[str, Node]
    edges: tuple[Edge, ...]
    lanes: tuple[tuple[str, str], ...]  # key and name, in the program's order
    blockers: dict[int, list[Blocker]]  # open ones, by milestone
    fragile: frozenset[str] = frozenset()  # what the most hangs on, when it was asked for

    @cached_property
    def after(self) -> dict[str, list[str]]:
        """By milestone: what waits for it."""
        return neighbours((edge.source, edge.target) for edge in self.edges if edge.schedules)

    @cached_property
    def before(self) -> dict[str, list[str]]:
        """By milestone: what it waits for."""
        return neighbours((edge.target, edge.source) for edge in self.edges if edge.schedules)

    def web(self, focus: str) -> tuple[frozenset[str], frozenset[str]]:
        """Everything up and everything down stream of a milestone."""
        return reached(focus, self.before), reached(focus, self.after)

    def driving(self, focus: str) -> list[Node]:
        """The chain of unfinished work that sets the date of a milestone, first step first, itself last."""
        chain, seen = [self.nodes[focus]], {focus}
        while True:
            ahead = [self.nodes[one] for one in chain[-1].drivers if self.nodes[one].is_open and one not in seen]
            if not ahead:
                return chain[::-1]
            seen.add(ahead[0].id)
            chain.append(ahead[0])


_COLUMNS = (
    *("pk", "key", "name", "workstream__key", "program_id", "program__slug", "program__name", "status", "said", "kind"),
    *("external", "owner_id", "owner__name", "actual_date", "baseline_start", "baseline_date", "target_date", "duration_days"),
    *("timing__early_start", "timing__forecast", "timing__needed_by", "timing__late_finish"),
    *("timing__total_float", "timing__slip", "timing__critical", "timing__on_path", "timing__blocked", "timing__drivers"),
    "odds__p80",
)
_ENDS = ("pk", "predecessor_id", "successor_id", "type", "lag_days", "lag_unit", "strength", "relation", "set_aside")


def plan(slug: str, *, by: Person, fragile: bool = False) -> Plan:
    """Read the whole map, and which points are fragile if that is asked for. The number of queries does not depend on size."""
    program = access.program(slug, by=by, may="view")
    role = access.role_in(program, by)
    return plan_of(program, Sight(by, program), role=role, analysis=analysis_of(program), fragile=fragile)


def analysis_of(program: Program) -> Analysis | None:
    """What was worked out of a program last, with the milestone it ends on. One query."""
    return _analysis.first(program.pk)


@prepared
def _analysis(program: int) -> Any:
    return Analysis.objects.filter(program=program).select_related("finish_milestone")


def plan_of(program: Program, sight: Sight, *, role: str | None, analysis: Analysis | None, fragile: bool = False) -> Plan:
    """The map of a program as one who sees this much may know it."""
    own = {row[0]: row for row in _own(program.pk)}
    links = _links(program.pk)
    beyond = {pk for link in links for pk in link[1:3]} - own.keys()
    nodes = nodes_of(own | rows(pk__in=beyond) if beyond else own, program.pk, sight)
    named = {node.id: node for node in nodes.values()}
    edges = tuple(edge_of(link, nodes[link[1]], nodes[link[2]]) for link in links)
    return Plan(
        program=program,
        role=role,
        analysis=analysis,
        nodes=_near(named, edges),
        edges=edges,
        lanes=tuple(_lanes(program.pk)),
        blockers=_blockers(program),
        fragile=frozenset(nodes[pk].id for pk in fragile_ids(program) & nodes.keys()) if fragile else frozenset(),
    )


def rows(**chosen: Any) -> dict[int, tuple[Any, ...]]:
    """Milestones as they are stored, by number. One query."""
    return {row[0]: row for row in Milestone.objects.filter(**chosen).order_by("pk").values_list(*_COLUMNS)}


@prepared
def _own(program: int) -> Any:
    return Milestone.objects.filter(program=program).order_by("pk").values_list(*_COLUMNS)


def linked(chosen: Q) -> list[tuple[Any, ...]]:
    """Links as they are stored. One query."""
    return list(Dependency.objects.filter(chosen).order_by("pk").values_list(*_ENDS))


@prepared
def _links(program: int) -> Any:
    ends = Q(predecessor__program=program) | Q(successor__program=program)
    return Dependency.objects.filter(ends).order_by("pk").values_list(*_ENDS)


def nodes_of(rows: dict[int, tuple[Any, ...]], own: int, sight: Sight) -> dict[int, Node]:
    """By number: those of the program `own`, and what is of others; of what may not be seen only that there is something."""
    hidden = [pk for pk, row in rows.items() if row[4] != own and not sight.sees(row[4])]
    withheld = {pk: _withheld(number) for number, pk in enumerate(hidden, 1)}
    ids = {
        pk: withheld[pk].id if pk in withheld else row[1] if row[4] == own else f"{row[5]}:{row[1]}" for pk, row in rows.items()
    }
    return {pk: withheld.get(pk) or _node(row, own, ids) for pk, row in rows.items()}


def _node(row: tuple[Any, ...], own: int, ids: dict[int, str]) -> Node:
    pk, key, name, lane, program_id, slug, program_name, status, said, kind, external, owner_id, owner = row[:13]
    actual, baseline_start, baseline, target, duration = row[13:18]
    early_start, forecast, needed_by, late_finish, room, slip, critical, on_path, blocked, drivers, sure_by = row[18:]
    here = program_id == own
    where = ELSEWHERE if not here else OUTSIDE if external and not lane else lane or NONE
    ahead = tuple([ids[one] for one in drivers if one in ids]) if drivers else ()
    about = (ids[pk], pk, key, name, where, slug, "" if here else program_name, status, said, kind, external)
    dates = (actual, baseline_start, baseline, target, duration, early_start, forecast, needed_by, late_finish, room, slip)
    return Node(*about, owner_id, owner or "", *dates, bool(critical), bool(on_path), bool(blocked), ahead, sure_by=sure_by)


def _withheld(number: int) -> Node:
    """A place holder that tells nothing but that a link ends there."""
    unknown: dict[str, Any] = dict.fromkeys(Node._fields) | {
        "id": f"~{number}",
        "pk": -number,
        "key": "",
        "name": a_milestone(),
        "lane": ELSEWHERE,
        "slug": "",
        "program": a_program(),
        "status": "unknown",
        "said": "",
        "kind": "milestone",
        "external": False,
        "owner": "",
        "critical": False,
        "on_path": False,
        "blocked": False,
        "drivers": (),
        "withheld": True,
    }
    return Node(**unknown)


def edge_of(link: tuple[Any, ...], source: Node, target: Node) -> Edge:
    """A stored link between its ends."""
    pk, _before, _after, kind, lag, unit, strength, relation, aside = link
    drives = source.id in target.drivers and not aside and relation in SCHEDULING_RELATIONS
    critical = drives and source.leads and target.leads
    return Edge(pk, source.id, target.id, kind, float(lag), unit, strength, relation, aside, critical, drives)


def _near(nodes: dict[str, Node], edges: Iterable[Edge]) -> dict[str, Node]:
    """Give what is withheld the place of its earliest successor, else of its latest predecessor: of its own date nothing."""
    if not any(node.withheld for node in nodes.values()):
        return nodes
    later: dict[str, list[date]] = defaultdict(list)
    earlier: dict[str, list[date]] = defaultdict(list)
    for edge in edges:
        source, target = nodes[edge.source], nodes[edge.target]
        if source.withheld and target.day:
            later[source.id].append(target.day)
        if target.withheld and source.day:
            earlier[target.id].append(source.day)
    return {
        node.id: node._replace(near=min(later[node.id], default=None) or max(earlier[node.id], default=None))
        if node.withheld
        else node
        for node in nodes.values()
    }


@prepared
def _lanes(program: int) -> Any:
    return Workstream.objects.filter(program=program).order_by("position", "pk").values_list("key", "name")


@prepared
def _open_blockers(program: int) -> Any:
    rows = Blocker.objects.filter(program=program, status=BlockerStatus.OPEN, milestone__isnull=False)
    return rows.select_related("owner").order_by("number")


def _blockers(program: Program) -> dict[int, list[Blocker]]:
    found: dict[int, list[Blocker]] = defaultdict(list)
    for blocker in _open_blockers(program.pk):
        found[blocker.milestone_id or 0].append(blocker)
    return dict(found)

"""Which milestones and links of a plan a map shows, which of them are lit, and which are folded away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from programs.maps.board import COMPACT, FULL, Board, Card, Drawing
from programs.maps.folding import Folding, Item, fold
from programs.maps.lanes import nearer
from programs.maps.layout import layout
from programs.maps.periods import Period, periods, placed
from programs.maps.reduction import chains, redundant
from programs.queries.map import ELSEWHERE, NONE, OUTSIDE
from programs.web import marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programs.queries.map import Edge, Node, Plan
    from programs.web.map_asked import Asked
    from programs.web.timeline_asked import Asked as TimelineAsked


FEW_ELSEWHERE = 8  # milestones of other programs that are drawn without asking
OPENING = 60  # cards a large map opens with, unless its critical path and its blockers are more
BLOCKED, CRITICAL, REST = 1, 2, 9  # the ranks of what is blocked; critical, but not on the path; everything else
STEPS_DONE = 2  # of finished work that are shown before unfinished work, when only one web is


def state(node: Node) -> str:
    """What the glyph of a milestone shows."""
    return "unknown" if node.withheld else marks.milestone_state(node.status, node.said, blocked=node.blocked and node.is_open)


@dataclass(frozen=True)
class Choice:
    """What is on the map and how it is lit. Ids throughout."""

    plan: Plan
    asked: Asked
    focus: str  # "" when nothing is focused, or what was asked for is not on this map
    up: frozenset[str]
    down: frozenset[str]
    nodes: dict[str, Node]  # on the map: drawn, or summed up in a folded lane
    edges: tuple[Edge, ...]  # to be drawn
    aside: tuple[Edge, ...]  # set aside until somebody resolves them
    islands: tuple[Node, ...]  # without any link, and left out
    hidden: int  # links that others imply, not drawn
    related: int  # links that schedule nothing, drawn or not
    closed: tuple[str, ...]  # lanes that stay folded until somebody opens them
    folding: Folding

    @cached_property
    def lit(self) -> frozenset[str] | None:
        """Cards at full strength when a preset or a filter dims the others; None when nothing is dimmed."""
        asked = self.asked
        if self.focus:
            return self.up | self.down | {self.focus}
        if asked.filtered:
            hits = {node.id for node in self.nodes.values() if matches(node, asked)}
            return frozenset(hits | self._beside(hits))
        if asked.show == "critical":
            return frozenset(node.id for node in self.nodes.values() if node.shown_critical)
        if asked.show == "fragile":
            return self.plan.fragile & self.nodes.keys()
        if asked.show == "blocked":
            blocked = {node.id for node in self.nodes.values() if state(node) == "blocked"}
            return frozenset(blocked | {edge.target for edge in self.edges if edge.source in blocked and edge.schedules})
        return None

    def _beside(self, hits: set[str]) -> set[str]:
        ends = [(edge.source, edge.target) for edge in self.edges if edge.source in hits or edge.target in hits]
        return {end for pair in ends for end in pair}

    @cached_property
    def days(self) -> list[date]:
        """The days of everything on the map; not of other programs while they are folded, for those would stretch it."""
        return [node.day for node in self.nodes.values() if node.day and node.lane not in self.closed]

    @cached_property
    def undated(self) -> list[Node]:
        """What nothing dates."""
        return [node for node in self.nodes.values() if node.day is None and node.lane not in self.closed]

    def calendar(self, today: date) -> tuple[Period, ...]:
        """The periods across the map."""
        return periods(self.days, today=today, undated=bool(self.undated))

    def drawing(self, calendar: tuple[Period, ...]) -> Drawing:
        """Lay it out."""
        used = {node.lane for node in self.nodes.values()}
        lanes = tuple(key for key in lane_keys(self.plan) if key in used)
        if self.asked.order:
            lanes = nearer(lanes, {one: node.lane for one, node in self.nodes.items()}, (edge.link for edge in self.edges))
        folding, drawn = self.folding, set(self.folding.drawn)
        open_sums = (sums for lane, sums in folding.sums.items() if lane not in self.closed)
        cells = {placed(calendar, day) for day in {day for sums in open_sums for day, _state in sums}}
        board = Board(
            lanes=lanes,
            periods=calendar,
            cards=tuple(_card(self.nodes[one]) for one in folding.drawn),
            links=tuple(edge.link for edge in self.edges if edge.source in drawn and edge.target in drawn),
            folded=folding.folded,
            cells=frozenset(cells),
            pairs=folding.pairs,
        )
        return layout(board, COMPACT if self.asked.size == "compact" else FULL)


def choose(plan: Plan, asked: Asked) -> Choice:
    """Take from the plan what was asked for."""
    focus = asked.focus if asked.focus in plan.nodes else ""
    up, down = plan.web(focus) if focus else (frozenset(), frozenset())
    only = bool(focus and asked.only)
    there = _web(plan, focus, up, down, asked) if only else _visible(plan, asked)
    loose = frozenset() if only or asked.islands else _loose(plan, there, asked)
    nodes = {one: node for one, node in plan.nodes.items() if one in there and one not in loose}
    inside = [edge for edge in plan.edges if edge.source in nodes and edge.target in nodes]
    working = [edge for edge in inside if edge.schedules]
    related = [edge for edge in inside if not edge.aside and not edge.schedules]
    links = {edge.pk: edge.link for edge in working}
    implied = frozenset() if asked.redundant else redundant(links.values())
    edges = [edge for edge in working if (edge.source, edge.target) not in implied or focus in edge[1:3]]
    if asked.relates:
        edges += related
    closed = _closed(nodes, asked, focus)
    items = {one: _item(node) for one, node in nodes.items()}
    return Choice(
        plan=plan,
        asked=asked,
        focus=focus if focus in nodes else "",
        up=up & nodes.keys(),
        down=down & nodes.keys(),
        nodes=nodes,
        edges=tuple(edges),
        aside=tuple(edge for edge in inside if edge.aside),
        islands=tuple(sorted((plan.nodes[one] for one in loose), key=lambda node: (node.lane, node.id))),
        hidden=len(working) - sum(edge.schedules for edge in edges),
        related=len(related),
        closed=closed,
        folding=fold(
            list(items.values()),
            (links.get(edge.pk) or edge.link for edge in edges),
            opened=asked.opened,
            kept=_kept(plan, nodes, items, asked, focus, up | down) | (plan.fragile & nodes.keys()),
            closed=closed,
        ),
    )


def _web(plan: Plan, focus: str, up: frozenset[str], down: frozenset[str], asked: Asked) -> set[str]:
    """A milestone with everything up and down stream; of what is done only the last steps, unless all of it is wanted."""
    web = set(up | down | {focus})
    if asked.done:
        return web
    there = {one for one in web if plan.nodes[one].is_open or one == focus}
    for _step in range(STEPS_DONE):
        there |= {before for one in there for before in plan.before.get(one, ()) if before in web}
    return there


def _loose(plan: Plan, there: set[str], asked: Asked) -> frozenset[str]:
    """Islands: what has no link at all, unless it is critical or blocked, or nothing here is linked."""
    tied = {end for edge in plan.edges if edge.schedules or edge.aside or asked.relates for end in (edge.source, edge.target)}
    found = {one for one in there - tied if not plan.nodes[one].shown_critical and state(plan.nodes[one]) != "blocked"}
    return frozenset(found - {asked.focus}) if there - found else frozenset()


def _visible(plan: Plan, asked: Asked) -> set[str]:
    """Unfinished work of the program, all of it with `done`; of other programs what is linked to it."""
    here = {one: node for one, node in plan.nodes.items() if node.lane != ELSEWHERE}
    own = {one for one, node in here.items() if node.is_open or asked.done or one == asked.focus}
    linked = {end for edge in plan.edges if edge.schedules and (edge.source in own or edge.target in own) for end in edge[1:3]}
    there = {one for one in linked - own if plan.nodes[one].lane == ELSEWHERE}
    return own | {one for one in there if plan.nodes[one].is_open or asked.done or plan.nodes[one].withheld}


def _closed(nodes: dict[str, Node], asked: Asked, focus: str) -> tuple[str, ...]:
    """Many links from other programs would drown the program itself: they stay folded until somebody opens them."""
    elsewhere = sum(node.lane == ELSEWHERE for node in nodes.values())
    return (ELSEWHERE,) if elsewhere > FEW_ELSEWHERE and ELSEWHERE not in asked.opened and not focus else ()


def _kept(
    plan: Plan, nodes: dict[str, Node], items: dict[str, Item], asked: Asked, focus: str, web: frozenset[str]
) -> frozenset[str]:
    """What keeps its card in a folded lane."""
    if focus:
        return frozenset(web | {focus}) & nodes.keys()
    if asked.filtered:
        return frozenset(one for one, node in nodes.items() if matches(node, asked))
    if asked.show == "critical":
        return frozenset(one for one, node in nodes.items() if node.shown_critical)
    if asked.show == "blocked":
        return frozenset(one for one, item in items.items() if item.state == "blocked")
    return frozenset() if asked.show else _opening(plan, items)


def _opening(plan: Plan, items: dict[str, Item]) -> frozenset[str]:
    """What a large map opens with: the chain that sets the finish, what is blocked, and while they are few more that is critical.

    First what is on the path, too, and of that the longest chains: where hundreds of overdue steps all move the finish, a
    pile of them would say less than what hangs together.
    """
    chain = set(plan.analysis.critical_path) if plan.analysis else set()
    first = {one for one, item in items.items() if item.rank == BLOCKED or (plan.nodes[one].pk in chain and item.rank < REST)}
    rest = [item for one, item in items.items() if item.rank <= CRITICAL and one not in first]
    room = max(0, OPENING - len(first))
    if len(rest) > room:
        long = chains(edge[1:3] for edge in plan.edges if edge.schedules and edge.source in items and edge.target in items)
        rest.sort(key=lambda item: (item.rank, -long.get(item.card.id, 0), item.card.day or date.max, item.card.id))
    return frozenset(first | {item.card.id for item in rest[:room]})


def matches(node: Node, asked: Asked | TimelineAsked) -> bool:
    """Whether a milestone is what the filters ask for."""
    return bool(
        (not asked.q or asked.q.casefold() in f"{node.key} {node.name}".casefold())
        and (not asked.ws or node.lane == asked.ws)
        and (not asked.owner or (node.owner_id is None if asked.owner == "none" else str(node.owner_id) == asked.owner))
        and (not asked.status or state(node) == asked.status)
    )


def lane_keys(plan: Plan) -> Iterable[str]:
    """Every lane in order: the program's own, then what lies outside them."""
    return [*(key for key, _name in plan.lanes), NONE, OUTSIDE, ELSEWHERE]


def _card(node: Node) -> Card:
    return Card(node.id, node.lane, node.day, node.shown_critical)


def _item(node: Node) -> Item:
    """The milestone as folding takes it, with its rank: who gets a card first when there is not room for all."""
    what, card = state(node), _card(node)
    return Item(card, what, 0 if node.leads else BLOCKED if what == "blocked" else CRITICAL if card.critical else REST)

"""Single points of failure: the milestones and the holders of work on whom the most of a plan hangs.

Work waits for everything it depends on, so what never comes strands all open work after it. Upstream the question is another
one: work that reaches a target by one milestone alone is done in vain when that one fails, which is what a dominator of the
reversed graph says; and a cut point of the undirected graph holds two parts together that nothing else joins. All of it
takes time in proportion to the links, but for one sweep over bit rows, so that 15,000 milestones take about a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import networkx as nx

from programs.graph.build import build
from programs.graph.types import Snapshot, State

BLOCK = 16_384  # columns swept at a time, so memory stays bounded however large the plan


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody, or some party, whose failure stops all the work they hold."""

    kind: str
    id: int
    work: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Web:
    """Unfinished work and what of it waits for what: `links` go from the first to what waits for it, without a loop.

    Only `counted` work counts as stranded (all of it when empty); the rest conducts. `targets` come in the order they are
    shown. `pressing` is critical and near-critical work.
    """

    work: tuple[int, ...]
    links: tuple[tuple[int, int], ...]
    targets: tuple[int, ...] = ()
    holders: tuple[Holder, ...] = ()
    counted: frozenset[int] = frozenset()
    pressing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Point:
    """What one failure would take with it. `stranded` never comes, nearest first; of a holder it includes their own work."""

    kind: str  # "milestone", or the kind of its holder
    id: int
    strands: int
    stranded: tuple[int, ...]  # the first of them, as many as were asked for
    targets: tuple[int, ...]  # targets among what is stranded
    only_way: dict[int, int] = field(default_factory=dict)  # target -> work that reaches it through here alone
    parts: int = 0  # work that would have no link left to the largest part
    pressing: int = 0  # of a holder: how much critical and near-critical work they hold
    work: int = 0  # of a holder: how much work they hold

    @property
    def at_stake(self) -> int:
        """What waits for it, and what is done in vain without it."""
        return self.strands + max(self.only_way.values(), default=0)


@dataclass(frozen=True, slots=True)
class Fragility:
    """The most fragile points by kind, the worst first; `pressing` is how much critical and near-critical work there is."""

    points: dict[str, tuple[Point, ...]]
    counted: int
    pressing: int


def web_of(
    snapshot: Snapshot, *, program: int, targets: Iterable[int], holders: Iterable[Holder], pressing: Iterable[int]
) -> Web:
    """The unfinished work of a snapshot, of which that of one program counts. Links that close a loop are left out."""
    network = build(snapshot).network
    ids = [task.id for task in network.tasks]
    rows = {activity.id: activity for activity in snapshot.activities}
    is_open = [rows[one].state is not State.DONE for one in ids]  # type: ignore[index]
    links = {(ids[i], ids[edge.succ]) for i in network.order for edge in network.succs[i] if is_open[i] and is_open[edge.succ]}
    work = tuple(ids[i] for i in network.order if is_open[i])
    there = frozenset(work)
    return Web(
        work=work,  # type: ignore[arg-type]
        links=tuple(sorted(links)),  # type: ignore[arg-type]
        targets=tuple(one for one in targets if one in there),
        holders=tuple(holders),
        counted=frozenset(one for one in work if rows[one].frame == program),  # type: ignore[index, misc]
        pressing=frozenset(pressing) & there,
    )


def ends(web: Web, most: int) -> tuple[int, ...]:
    """Counted work that nothing counted waits for, by how much leads to it: what a plan is for, where nobody said."""
    counted = web.counted or frozenset(web.work)
    leads = {before for before, after in web.links if after in counted}
    last = [one for one in web.work if one in counted and one not in leads]
    before = _neighbours((after, one) for one, after in web.links)
    sizes, _none = _waiting(_order(web)[::-1], before, counted)
    return tuple(sorted((one for one in last if sizes[one]), key=lambda one: (-sizes[one], one))[:most])


def fragile(web: Web, *, most: int = 20, listed: int = 100) -> Fragility:
    """The `most` fragile points of each kind, each with the first `listed` of what it strands.

    Milestones are ranked by what is at stake, holders by what they strand; what strands nothing and joins nothing is none.
    """
    counted = web.counted or frozenset(web.work)
    after = _neighbours(web.links)
    alone, groups = _waiting(_order(web), after, counted, web.holders)
    only_way = _only_ways(web, counted)
    parts = cut_off(web)
    found: dict[str, list[Point]] = defaultdict(list)
    for one in web.work:
        ways = {target: counts[one] for target, counts in only_way.items() if one != target and counts.get(one)}
        if alone[one] or ways or parts.get(one):
            found["milestone"].append(Point("milestone", one, alone[one], (), (), ways, parts.get(one, 0)))
    for holder, strands in zip(web.holders, groups, strict=True):
        if strands:
            held = set(holder.work) & alone.keys()
            pressing = len(held & web.pressing)
            found[holder.kind].append(Point(holder.kind, holder.id, strands, (), (), {}, 0, pressing, len(held)))
    held_by = {(holder.kind, holder.id): holder.work for holder in web.holders}
    place = {one: at for at, one in enumerate(web.work)}
    points = {}
    for kind, several in found.items():
        several.sort(key=lambda point: (-point.at_stake, -point.pressing, -point.parts, point.id))
        points[kind] = tuple(
            _listed(point, held_by.get((kind, point.id)), web, after, counted, place, listed) for point in several[:most]
        )
    return Fragility(points, len(counted), len(web.pressing & counted))


def _listed(
    point: Point,
    held: tuple[int, ...] | None,
    web: Web,
    after: dict[int, list[int]],
    counted: frozenset[int],
    place: dict[int, int],
    most: int,
) -> Point:
    """The point with the names of what it strands: pressing work first, then in the order of the plan."""
    begins = [one for one in held if one in place] if held is not None else [point.id]
    reached = _reached(begins, after) | (set(begins) if held is not None else set())
    stranded = sorted(reached & counted, key=lambda one: (one not in web.pressing, place[one]))
    targets = tuple(one for one in web.targets if one in reached)
    return Point(
        point.kind, point.id, point.strands, tuple(stranded[:most]), targets,
        point.only_way, point.parts, point.pressing, point.work,
    )  # fmt: skip


def _neighbours(links: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for one, other in links:
        found[one].append(other)
    return found


def _reached(begins: Iterable[int], after: dict[int, list[int]]) -> set[int]:
    """Everything behind these, themselves only where one is behind another."""
    seen: set[int] = set()
    waiting = list(begins)
    while waiting:
        for one in after.get(waiting.pop(), ()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return seen


def _waiting(
    order: tuple[int, ...], after: dict[int, list[int]], counted: frozenset[int], holders: tuple[Holder, ...] = ()
) -> tuple[dict[int, int], list[int]]:
    """How much counted work comes after each, and after or in each holder's own: one sweep a block of columns."""
    columns = [one for one in order if one in counted]
    alone, groups = dict.fromkeys(order, 0), [0] * len(holders)
    for first in range(0, len(columns), BLOCK):
        bit = {one: 1 << n for n, one in enumerate(columns[first : first + BLOCK])}
        rows: dict[int, int] = {}
        for one in reversed(order):
            row = 0
            for other in after.get(one, ()):
                row |= rows[other] | bit.get(other, 0)
            rows[one] = row
            alone[one] += row.bit_count()
        for n, holder in enumerate(holders):
            row = 0
            for one in holder.work:
                row |= rows.get(one, 0) | bit.get(one, 0)
            groups[n] += row.bit_count()
    return alone, groups


def _order(web: Web) -> tuple[int, ...]:
    """The work with everything after what it waits for."""
    place = {one: at for at, one in enumerate(web.work)}
    if all(place[before] < place[after] for before, after in web.links):
        return web.work
    return tuple(nx.topological_sort(_graph(web)))


def _graph(web: Web) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(web.work)
    graph.add_edges_from(web.links)
    return graph


def _only_ways(web: Web, counted: frozenset[int]) -> dict[int, dict[int, int]]:
    """By target and milestone: how much counted work reaches the target through that milestone alone (its dominators)."""
    backward = _graph(web).reverse(copy=False)
    return {target: _dominated(backward, target, counted) for target in web.targets}


def _dominated(backward: nx.DiGraph, target: int, counted: frozenset[int]) -> dict[int, int]:
    """How much is below each in the dominator tree whose root is the target."""
    above = {one: up for one, up in nx.immediate_dominators(backward, target).items() if up is not None and one != up}
    below = _neighbours((up, one) for one, up in above.items())
    sizes: dict[int, int] = {}
    for one in reversed(_walk(target, below)):
        sizes[one] = sum(sizes[other] + (other in counted) for other in below.get(one, ()))
    return sizes


def _walk(root: int, below: dict[int, list[int]]) -> list[int]:
    """A tree from the root down: nobody before who is above them."""
    found = [root]
    for one in found:
        found.extend(below.get(one, ()))
    return found


def cut_off(web: Web) -> dict[int, int]:
    """By cut point: how much work has no link to the largest remaining part without it. Links count both ways.

    Blocks and cut points form a tree; what hangs below a cut point is what each of its blocks brings along.
    """
    graph = nx.Graph(web.links)
    points = set(nx.articulation_points(graph))
    blocks = list(nx.biconnected_components(graph))
    tree: dict[int, list[int]] = defaultdict(list)  # blocks are -1, -2, … so that they never meet an id
    own = {}
    for n, block in enumerate(blocks, 1):
        own[-n] = len(block - points)
        for one in block & points:
            tree[-n].append(one)
            tree[one].append(-n)
    found: dict[int, int] = {}
    seen: set[int] = set()
    for root in own:
        if root not in seen:
            found |= dict(_separated(root, tree, own))
            seen.update(one for one, _up in _rooted(root, tree))
    return found


def _rooted(root: int, tree: dict[int, list[int]]) -> list[tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = [(root, None)]
    for one, up in found:
        found.extend((other, one) for other in tree.get(one, ()) if other != up)
    return found


def _separated(root: int, tree: dict[int, list[int]], own: dict[int, int]) -> Iterator[tuple[int, int]]:
    order = _rooted(root, tree)
    sizes: dict[int, int] = defaultdict(int)
    pieces: dict[int, list[int]] = defaultdict(list)
    for one, up in reversed(order):
        sizes[one] += own.get(one, 1)
        if up is not None:
            sizes[up] += sizes[one]
            pieces[up].append(sizes[one])
    whole = sizes[root]
    for one, _up in order:
        if one not in own:
            parts = [*pieces[one], whole - sizes[one]]
            yield one, whole - 1 - max(parts)

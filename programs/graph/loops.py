"""Find a loop and name it in walking order, without ever listing all of them.

A plan may hold exponentially many loops, so nothing here enumerates. `closing` takes edges one by one in the order given and
keeps an order of the nodes that fits all edges taken so far (Pearce and Kelly 2006); an edge that cannot fit closes a loop.
Only the strongly connected parts are treated that way: on a plan without loops the whole check is one linear sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

import networkx as nx

Node = Hashable
Edge = tuple[Node, Node]
Within = Callable[[int], bool]
Came = dict[Node, Node | None]


def closing(edges: Sequence[Edge]) -> dict[int, list[Node]]:
    """Return {index of an edge that closes a loop: the loop in walking order}; without those edges there is no loop.

    Edges count in the order given, so the same order always blames the same edge. The loop starts at the blamed
    edge's successor and ends at its predecessor: walking the blamed edge leads back to the first.

    >>> closing([("a", "b"), ("b", "c"), ("c", "a")])
    {2: ['a', 'b', 'c']}
    """
    graph = nx.DiGraph()
    graph.add_edges_from(edges)
    knots = {}
    for number, knot in enumerate(nx.strongly_connected_components(graph)):
        if len(knot) > 1:
            knots.update(dict.fromkeys(knot, number))
    order = _Order()
    found: dict[int, list[Node]] = {}
    for index, (a, b) in enumerate(edges):
        if a == b:
            found[index] = [a]
        elif a in knots and knots[a] == knots.get(b) and (loop := order.add(a, b)):
            found[index] = loop
    return found


def find_loop(edges: Iterable[Edge]) -> list[Node] | None:
    """Return one loop in walking order, or None; linear in the edges. It starts at its first-named member.

    >>> find_loop([("a", "b"), ("b", "a"), ("b", "c")])
    ['a', 'b']
    """
    graph = nx.DiGraph()
    graph.add_edges_from(edges)
    try:
        loop = [a for a, _ in nx.find_cycle(graph)]
    except nx.NetworkXNoCycle:
        return None
    members = set(loop)
    first = loop.index(next(node for node in graph if node in members))
    return loop[first:] + loop[:first]


class _Order:
    """A topological order kept while edges arrive."""

    def __init__(self) -> None:
        self.place: dict[Node, int] = {}
        self.after: dict[Node, list[Node]] = {}
        self.before: dict[Node, list[Node]] = {}

    def _know(self, node: Node) -> int:
        if node not in self.place:
            self.place[node] = len(self.place)
            self.after[node], self.before[node] = [], []
        return self.place[node]

    def add(self, a: Node, b: Node) -> list[Node] | None:
        """Take the edge a -> b, or refuse it and return the path from b to a that it would close."""
        high, low = self._know(a), self._know(b)
        if low < high:
            came: Came = {b: None}
            ahead = self._reach(b, self.after, lambda place: place <= high, came)
            if a in came:
                return _walk(came, a)
            behind = self._reach(a, self.before, lambda place: place >= low, {a: None})
            self._reorder(behind, ahead)
        self.after[a].append(b)
        self.before[b].append(a)
        return None

    def _reach(self, start: Node, edges: dict[Node, list[Node]], within: Within, came: Came) -> list[Node]:
        seen = [start]
        for node in seen:
            for other in edges[node]:
                if other not in came and within(self.place[other]):
                    came[other] = node
                    seen.append(other)
        return seen

    def _reorder(self, behind: list[Node], ahead: list[Node]) -> None:
        by_place = self.place.__getitem__
        nodes = sorted(behind, key=by_place) + sorted(ahead, key=by_place)
        for node, place in zip(nodes, sorted(map(by_place, nodes)), strict=True):
            self.place[node] = place


def _walk(came: Came, end: Node) -> list[Node]:
    path = [end]
    while (node := came[path[-1]]) is not None:
        path.append(node)
    return path[::-1]

"""Which links would close a loop, decided link by link in their order, in time that grows with the links and not their square.

The order of the nodes is kept while links are added (Pearce and Kelly, "A dynamic topological sort algorithm for directed
acyclic graphs", 2006): a link that runs forwards costs nothing, one that runs backwards looks only at what lies between.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

Node = Hashable
Pair = tuple[Node, Node]


def components(pairs: Iterable[Pair]) -> list[list[Node]]:
    """Every set of two or more nodes that all wait for each other, each in walking order where it is a plain ring.

    >>> components([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")])
    [['b', 'c']]
    """
    after: dict[Node, list[Node]] = {}
    for one, two in pairs:
        after.setdefault(one, []).append(two)
        after.setdefault(two, [])
    return [_walk(found, after) for found in _strong(after, _in_cycles(after)) if len(found) > 1]


def _in_cycles(after: dict[Node, list[Node]]) -> set[Node]:
    """Peel off nodes with nothing before them (Kahn); what is left lies on a loop or behind one."""
    waiting = dict.fromkeys(after, 0)
    for successors in after.values():
        for each in successors:
            waiting[each] += 1
    free = [node for node, count in waiting.items() if not count]
    while free:
        node = free.pop()
        del waiting[node]
        for each in after[node]:
            waiting[each] -= 1
            if not waiting[each]:
                free.append(each)
    return set(waiting)


def _strong(after: dict[Node, list[Node]], within: set[Node]) -> list[list[Node]]:
    """Strongly connected components (Tarjan), without recursion, in the order their first node was met."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: list[list[Node]] = []
    for root, first in after.items():
        if root in index or root not in within:
            continue
        work = [(root, iter(first))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for each in rest:
                if each not in within:
                    continue
                if each not in index:
                    index[each] = low[each] = len(index)
                    stack.append(each)
                    on_stack.add(each)
                    work.append((each, iter(after[each])))
                    break
                if each in on_stack:
                    low[node] = min(low[node], index[each])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = _position(stack, node)
                    members = stack[cut:]
                    del stack[cut:]
                    on_stack.difference_update(members)
                    found.append(sorted(members, key=index.__getitem__))
    return sorted(found, key=lambda members: index[members[0]])


def _position(stack: Sequence[Node], node: Node) -> int:
    """Where the node lies, looked for from the top."""
    at = len(stack) - 1
    while stack[at] != node:
        at -= 1
    return at


def _walk(members: list[Node], after: dict[Node, list[Node]]) -> list[Node]:
    """The members in walking order when each has one way on; otherwise in the order they were met."""
    inside = set(members)
    ring = [members[0]]
    while len(ring) <= len(members):
        ways = {each for each in after[ring[-1]] if each in inside and each != ring[-1]}
        if len(ways) != 1:
            return members
        step = ways.pop()
        if step == members[0]:
            return ring if len(ring) == len(members) else members
        ring.append(step)
    return members


class Order:
    """A set of links without loops that refuses the link which would close one."""

    def __init__(self, nodes: Iterable[Node], pairs: Iterable[Pair] = ()) -> None:
        """Start from nodes in any order and links that are known to have no loop."""
        self.after: dict[Node, list[Node]] = {}
        self.before: dict[Node, list[Node]] = {}
        for node in nodes:
            self.after.setdefault(node, [])
            self.before.setdefault(node, [])
        self.rank = {node: rank for rank, node in enumerate(self.after)}
        for one, two in pairs:
            self.add(one, two)

    def add(self, one: Node, two: Node) -> list[Node] | None:
        """Add the link; or, when it would close a loop, add nothing and return the way from `two` round to `one`."""
        low, high = self.rank[two], self.rank[one]
        if low < high:
            ahead = self._ahead(two, one, high)
            if one in ahead:
                return _way(ahead, two, one)
            self._make_room(list(ahead), self._behind(one, low))
        elif one == two:
            return [one]
        self.after[one].append(two)
        self.before[two].append(one)
        return None

    def _ahead(self, start: Node, goal: Node, high: int) -> dict[Node, Node | None]:
        """What lies after `start` up to the rank `high`, each with the node it was met from; stops at the goal."""
        met: dict[Node, Node | None] = {start: None}
        queue = [start]
        for node in queue:
            for each in self.after[node]:
                if each not in met and self.rank[each] <= high:
                    met[each] = node
                    if each == goal:
                        return met
                    queue.append(each)
        return met

    def _behind(self, start: Node, low: int) -> list[Node]:
        met = {start}
        queue = [start]
        for node in queue:
            for each in self.before[node]:
                if each not in met and self.rank[each] >= low:
                    met.add(each)
                    queue.append(each)
        return queue

    def _make_room(self, ahead: list[Node], behind: list[Node]) -> None:
        """Give the ranks both hold to what lies behind first, then to what lies ahead."""
        moved = sorted(behind, key=self.rank.__getitem__) + sorted(ahead, key=self.rank.__getitem__)
        for node, rank in zip(moved, sorted(self.rank[each] for each in moved), strict=True):
            self.rank[node] = rank


def _way(met: dict[Node, Node | None], start: Node, goal: Node) -> list[Node]:
    way = [goal]
    while way[-1] != start:
        way.append(met[way[-1]])
    return way[::-1]


def closing(settled: Iterable[Pair], added: Sequence[Pair]) -> dict[int, list[Node]]:
    """Which of the added links close a loop, decided in their order on top of the settled ones, which have none.

    The answer maps the position of such a link to the loop it would close, from its successor round to its predecessor.

    >>> closing([("a", "b")], [("b", "c"), ("c", "a"), ("c", "d")])
    {1: ['a', 'b', 'c']}
    """
    settled = list(settled)
    rings = components([*settled, *added])
    if not rings:
        return {}
    home = {node: number for number, ring in enumerate(rings) for node in ring}
    inside = [pair for pair in settled if home.get(pair[0], -1) == home.get(pair[1], -2)]
    order = Order(_first_guess([*inside, *added], home), inside)
    found: dict[int, list[Node]] = {}
    for position, (one, two) in enumerate(added):
        if one in home and home[one] == home.get(two):
            way = order.add(one, two)
            if way is not None:
                found[position] = way
    return found


def _first_guess(pairs: list[Pair], home: dict[Node, int]) -> list[Node]:
    """The nodes of the rings in an order that most of their links follow: a walk's reversed postorder."""
    after: dict[Node, list[Node]] = {node: [] for node in home}
    for one, two in pairs:
        if one in home and home[one] == home.get(two):
            after[one].append(two)
    done: list[Node] = []
    met: set[Node] = set()
    for root, first in after.items():
        if root in met:
            continue
        met.add(root)
        work = [(root, iter(first))]
        while work:
            node, rest = work[-1]
            for each in rest:
                if each not in met:
                    met.add(each)
                    work.append((each, iter(after[each])))
                    break
            else:
                work.pop()
                done.append(node)
    return done[::-1]

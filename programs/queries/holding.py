"""Who is held by which open blockers upstream: one sweep over bit rows, a bit for each blocker.

Walking on from each blocker costs blockers times what lies behind them; a row of bits is handed on along a link at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from programs.flags.types import Edge, Impediment, Item
from programs.graph.types import State

WORKING = frozenset({State.OPEN, State.STARTED})


def in_order(impediments: Iterable[Impediment]) -> list[int]:
    """The ids of blockers in the order of their bits, which is that of their ids."""
    return sorted(one.id for one in impediments)


def rows(edges: Iterable[Edge], items: Mapping[int, Item], impediments: Collection[Impediment]) -> dict[int, int]:
    """By item, the bits of the blockers that lie before it. A finished step ends the chain behind it."""
    working = {item for item, facts in items.items() if facts.state in WORKING}
    after: dict[int, list[int]] = defaultdict(list)
    left: dict[int, int] = defaultdict(int)
    for edge in edges:
        if edge.schedules and not edge.set_aside and edge.predecessor in working and edge.successor in working:
            after[edge.predecessor].append(edge.successor)
            left[edge.successor] += 1
    own: dict[int, int] = defaultdict(int)
    place = {key: n for n, key in enumerate(in_order(impediments))}
    for one in impediments:
        if one.item in working:
            own[one.item] |= 1 << place[one.id]
    found: dict[int, int] = {}
    for item in _in_order(after, left):
        bits = found.get(item, 0) | own.get(item, 0)
        if bits:
            for other in after[item]:
                found[other] = found.get(other, 0) | bits
    return found


def _in_order(after: Mapping[int, list[int]], left: dict[int, int]) -> Iterator[int]:
    """Every item that has one behind it, after all that lie before it. Links that close a loop are set aside before."""
    ready = [item for item in after if not left.get(item)]
    while ready:
        item = ready.pop()
        yield item
        for other in after[item]:
            left[other] -= 1
            if not left[other] and other in after:
                ready.append(other)


def first(bits: int, keys: Sequence[int], most: int) -> tuple[int, ...]:
    """The blockers of a row, the first few of them."""
    found: list[int] = []
    while bits and len(found) < most:
        lowest = bits & -bits
        found.append(keys[lowest.bit_length() - 1])
        bits ^= lowest
    return tuple(found)

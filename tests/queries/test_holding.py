"""Rows of bits say the same as walking on from every blocker."""

from collections import deque
from random import Random

import pytest

from programs.flags.types import Edge, Impediment, Item
from programs.graph.types import State
from programs.queries import holding

STATES = [State.OPEN, State.OPEN, State.OPEN, State.STARTED, State.DONE, State.DROPPED]


def item(number, state):
    return Item(
        id=number, name=f"m{number}", key=f"K-{number}", state=state, owner="", owned=False, workstream=None, said="",
        last_word=None, since=None, baseline=None, target=None, expected=None, duration=1.0,
    )  # fmt: skip


def walked(edges, items, impediments):
    """The obvious way: from each blocker along whatever is not finished."""
    found = {}
    for one in sorted(impediments, key=lambda each: each.id):
        seen, queue = {one.item}, deque([one.item])
        while queue and items[one.item].state in holding.WORKING:
            here = queue.popleft()
            for edge in edges:
                after = edge.successor
                if edge.predecessor != here or not edge.schedules or edge.set_aside or after in seen:
                    continue
                if items[after].state in holding.WORKING:
                    seen.add(after)
                    queue.append(after)
                    found.setdefault(after, []).append(one.id)
    return {key: tuple(ids) for key, ids in found.items()}


@pytest.mark.parametrize("seed", range(40))
def test_rows_equal_a_walk_from_each_blocker(seed):
    rng = Random(seed)
    n = rng.randint(2, 25)
    items = {number: item(number, rng.choice(STATES)) for number in range(n)}
    pairs = [sorted(rng.sample(range(n), 2)) for _ in range(2 * n)]
    edges = [
        Edge(10 + k, a, b, rng.choice(["", "", "", "loop"]), "FS", schedules=rng.random() < 0.9) for k, (a, b) in enumerate(pairs)
    ]
    impediments = [Impediment(k, rng.randrange(n), "Stuck", "", "") for k in rng.sample(range(100), rng.randint(0, 8))]
    keys = holding.in_order(impediments)
    rows = holding.rows(edges, items, impediments)
    assert {key: holding.first(bits, keys, 99) for key, bits in rows.items()} == walked(edges, items, impediments)
    assert all(holding.first(bits, keys, 2) == holding.first(bits, keys, 99)[:2] for bits in rows.values())

"""Which link closes a loop: the same answer as looking, link by link, whether its end leads back to its start."""

import cProfile
import random
from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from programs.intake.loops import closing, components

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=40)


@given(PAIRS, st.integers(0, 40))
def test_the_fast_answer_is_the_slow_one(pairs, cut):
    graph, settled = nx.DiGraph(), []
    graph.add_nodes_from(range(10))
    for one, two in pairs[:cut]:
        if not nx.has_path(graph, two, one):
            graph.add_edge(one, two)
            settled.append((one, two))
    expected = set()
    for position, (one, two) in enumerate(pairs[cut:]):
        if nx.has_path(graph, two, one):
            expected.add(position)
        else:
            graph.add_edge(one, two)
    found = closing(settled, pairs[cut:])
    assert set(found) == expected
    every = set(settled) | set(pairs)
    for position, way in found.items():
        one, two = pairs[cut:][position]
        assert (way[0], way[-1]) == (two, one)
        assert all(step in every for step in pairwise(way))


@given(PAIRS)
def test_components_are_those_of_networkx(pairs):
    expected = sorted(sorted(each) for each in nx.strongly_connected_components(nx.DiGraph(pairs)) if len(each) > 1)
    assert sorted(sorted(each) for each in components(pairs)) == expected


def test_a_ring_is_named_in_walking_order():
    assert components([("b", "c"), ("a", "b"), ("c", "a"), ("x", "a")]) == [["b", "c", "a"]]


def looked_at(links) -> int:
    """Functions called until the last link of a ring is found to close it: work counted, so that no busy machine changes it."""
    counted = cProfile.Profile(builtins=True)
    assert counted.runcall(lambda: list(closing([], links))) == [len(links) - 1]
    return sum(entry.callcount for entry in counted.getstats())


def test_rings_of_any_size_and_order_take_no_more_than_their_share():
    """Ten times the ring, some ten times the work; looking at every pair would be a hundred times as much."""
    chance = random.Random(3)
    small, large = ([(n, (n + 1) % size) for n in range(size)] for size in (1_000, 10_000))
    for shape in (list, lambda ring: ring[::-1], lambda ring: chance.sample(ring, len(ring))):
        hard, easy = (looked_at(shape(ring)) for ring in (large, small))
        assert hard < 25 * easy

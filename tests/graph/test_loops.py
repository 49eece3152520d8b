"""Loops are found without listing them, named in walking order, and blamed on the same link every time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import networkx as nx
import pytest

from programs.graph.analyse import analyse
from programs.graph.loops import closing, find_loop
from programs.graph.network import LoopError
from programs.graph.plan import Plan, Relation, Task
from programs.graph.schedule import schedule
from programs.graph.types import Link
from tests.graph.plans import number, sketch


def test_the_last_link_is_blamed_and_the_loop_walks():
    assert closing([("a", "b"), ("b", "c"), ("c", "d"), ("d", "b"), ("d", "e")]) == {3: ["b", "c", "d"]}


def test_a_link_to_itself_is_a_loop_of_one():
    assert closing([("a", "a"), ("a", "b")]) == {0: ["a"]}


@pytest.mark.parametrize("seed", range(60))
def test_without_the_blamed_links_there_is_no_loop_and_each_really_closes_one(seed):
    rng = Random(seed)
    edges = [(rng.randrange(12), rng.randrange(12)) for _ in range(rng.randrange(5, 40))]
    blamed = closing(edges)
    kept = [edge for index, edge in enumerate(edges) if index not in blamed]
    graph = nx.DiGraph(kept)
    assert nx.is_directed_acyclic_graph(graph)
    for index, loop in blamed.items():
        a, b = edges[index]
        assert (loop[0], loop[-1]) == (b, a)
        assert all(step in edges for step in pairwise(loop))
    assert (find_loop(edges) is None) == (not blamed)


def test_a_knot_with_exponentially_many_loops_takes_no_time():
    """Thirty diamonds in a row, closed into a ring: 2^30 loops."""
    edges = [(f"{n}", f"{n}{side}") for n in range(30) for side in "ab"]
    edges += [(f"{n}{side}", f"{n + 1}") for n in range(30) for side in "ab"]
    assert list(closing([*edges, ("30", "0")])) == [len(edges)]


def test_the_native_engine_sets_the_closing_link_aside_and_says_so():
    plan = sketch("a(2) > b(2) > c(2) > d(1)")
    ring = replace(plan, links=(*plan.links, Link(9, number(plan, "c"), number(plan, "a"))))
    analysis = analyse(ring)
    [finding] = analysis.findings
    assert finding.code == "loop"
    assert finding.params == {"link": 9, "members": (1, 2, 3)}
    assert analysis.timings == analyse(plan).timings


def test_the_exact_engine_refuses_and_names_it():
    tasks = tuple(Task(key, duration=1, remaining=1) for key in "abcd")
    relations = tuple(Relation(n, a, b) for n, (a, b) in enumerate(("ab", "bc", "ca", "cd")))
    with pytest.raises(LoopError, match="a -> b -> c -> a"):
        schedule(Plan(tasks, relations))

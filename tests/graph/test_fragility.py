"""Who strands what: on a plan with known answers, and against taking each away and looking."""

from __future__ import annotations

from datetime import date
from random import Random

import networkx as nx
import pytest

from programs.graph.fragility import Holder, Web, cut_off, ends, fragile, web_of
from programs.graph.types import Activity, Frame, Link, Snapshot, State

#   1 → 3 ┐          ┌→ 6 ┐
#         ├→ 4 → 5 ──┤    ├→ 8 (the finish)      9 → 10 (an end of its own)
#   2 ────┘          └→ 7 ┘
LINKS = ((1, 3), (3, 4), (2, 4), (4, 5), (5, 6), (5, 7), (6, 8), (7, 8), (9, 10))
TEAM, PERSON, OUTSIDE = "team", "person", "external"


def plan(**changes):
    return Web(**{"work": tuple(range(1, 11)), "links": LINKS, "targets": (8, 10), **changes})


def by_id(web, kind="milestone", **asked):
    return {point.id: point for point in fragile(web, **{"most": 1000, "listed": 1000, **asked}).points.get(kind, ())}


def test_the_neck_of_a_plan_is_its_most_fragile_point():
    found = fragile(plan()).points["milestone"]
    assert [(point.id, point.strands, point.only_way) for point in found[:2]] == [(4, 4, {8: 3}), (5, 3, {8: 4})]
    neck = found[0]
    assert neck.stranded == (5, 6, 7, 8)
    assert neck.targets == (8,)
    assert neck.at_stake == 7


def test_work_with_two_ways_to_the_target_is_nobodys_only_way():
    points = by_id(plan())
    assert 8 not in points  # nothing waits for it, and everybody reaches a target through itself
    assert points[6].only_way == points[7].only_way == {}
    assert points[9].strands == 1
    assert points[9].targets == (10,)


def test_cut_points_say_how_much_they_hold_together():
    assert cut_off(plan()) == {3: 1, 4: 3, 5: 3}  # 4 holds 1, 2 and 3 to the other four


def test_holders_strand_their_own_work_and_all_behind_it_once():
    eli, team = Holder(PERSON, 7, (3, 6)), Holder(TEAM, 3, (9,))
    web = plan(holders=(eli, team), pressing=frozenset({3, 4, 5, 8}))
    point = by_id(web, PERSON)[7]
    assert (point.strands, point.work, point.pressing, point.targets) == (6, 2, 1, (8,))
    assert point.stranded == (3, 4, 5, 8, 6, 7)  # pressing work first
    assert by_id(web, TEAM)[3].stranded == (9, 10)
    assert fragile(web).pressing == 4


def test_only_counted_work_counts_and_the_rest_conducts():
    web = plan(counted=frozenset({1, 6, 8}))
    points = by_id(web)
    assert points[4].stranded == (6, 8)
    assert points[4].only_way == {8: 1}
    assert ends(web, 5) == (8,)


def test_the_list_is_cut_but_the_count_is_not():
    first = fragile(plan(), most=1, listed=2).points["milestone"]
    assert len(first) == 1
    assert (first[0].strands, first[0].stranded) == (4, (5, 6))


def test_finished_and_dropped_work_strands_nothing():
    states = {2: State.DONE, 7: State.DROPPED}
    activities = tuple(Activity(n, 1, duration=2.0, state=states.get(n, State.OPEN), actual=None) for n in range(1, 11))
    links = tuple(Link(n, *pair) for n, pair in enumerate(LINKS, 1))
    snapshot = Snapshot(date(2027, 3, 1), (Frame(1),), activities, links)
    web = web_of(snapshot, program=1, targets=(8, 2), holders=(), pressing=(4, 2))
    assert set(web.work) == {1, 3, 4, 5, 6, 8, 9, 10}
    assert (web.targets, web.pressing) == ((8,), frozenset({4}))
    assert by_id(web)[6].only_way == {8: 4}  # the other way is gone


def random_web(rng):
    size = rng.randint(2, 14)
    names = rng.sample(range(1, 100), size)  # the order of the plan is not that of the ids
    links = {
        (names[a], names[b])
        for b in range(1, size)
        for a in rng.sample(range(b), min(b, rng.choice((0, 1, 1, 2, 3))))
    }  # fmt: skip
    holders = tuple(Holder(PERSON, n, tuple(rng.sample(names, rng.randint(1, 2)))) for n in range(3))
    counted = frozenset(rng.sample(names, rng.randint(1, size))) if rng.random() < 0.5 else frozenset()
    return Web(tuple(names), tuple(sorted(links)), tuple(rng.sample(names, min(3, size))), holders, counted)


@pytest.mark.parametrize("seed", range(150))
def test_as_taking_each_away_and_looking(seed):
    web = random_web(Random(seed))
    counted = web.counted or frozenset(web.work)
    graph = nx.DiGraph()
    graph.add_nodes_from(web.work)
    graph.add_edges_from(web.links)
    points, cuts = by_id(web), cut_off(web)
    for one in web.work:
        behind = nx.descendants(graph, one)
        without = graph.copy()
        without.remove_node(one)
        ways = {}
        for target in web.targets:
            lost = nx.ancestors(graph, target) - {one} - (nx.ancestors(without, target) if target != one else set())
            if target != one and lost & counted and one in nx.ancestors(graph, target):
                ways[target] = len(lost & counted)
        point = points.get(one)
        assert (set(point.stranded) if point else set()) == behind & counted
        assert (point.strands if point else 0) == len(behind & counted)
        assert (point.only_way if point else {}) == ways
        assert point is None or point.targets == tuple(target for target in web.targets if target in behind)
        near = nx.node_connected_component(graph.to_undirected(), one)
        pieces = [len(piece & near) for piece in nx.connected_components(without.to_undirected()) if piece & near]
        assert cuts.get(one, 0) == (len(near) - 1 - max(pieces) if pieces else 0)
    holders = by_id(web, PERSON)
    for holder in web.holders:
        gone = set(holder.work).union(*(nx.descendants(graph, one) for one in holder.work)) & counted
        assert (set(holders[holder.id].stranded) if gone else set()) == gone


def test_the_same_plan_in_any_order_gives_the_same_points():
    web = plan(holders=(Holder(PERSON, 1, (4,)),))
    turned = Web(web.work[::-1], web.links[::-1], web.targets, web.holders)
    assert {one: point.strands for one, point in by_id(web).items()} == {
        one: point.strands for one, point in by_id(turned).items()
    }

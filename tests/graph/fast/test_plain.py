"""Networks of work and links: every tier gives what networkx and brute force give."""

from __future__ import annotations

import networkx as nx
import pytest

from programs.graph.fast import compiled
from programs.graph.fast.plain import Loop, Plain
from tests.bench import judge, networks

MIXED = (0.5, 0.25, 0.2, 0.05)


def tiers(network):
    """The same network on every tier there is."""
    made = [Plain(*network.parts)]
    compiled.allow(False)
    made.append(Plain(*network.parts))
    compiled.allow(True)
    assert not made[1].accelerated
    return made


def brute(network, change):
    """The finish with each activity's work changed in turn, one judged pass each."""
    made = judge.graph(network)
    order = list(nx.topological_sort(made))
    found = []
    for v in range(network.n):
        work = made.nodes[v]["work"]
        made.nodes[v]["work"] = change(work)
        found.append(judge.passes(made, order)[0])
        made.nodes[v]["work"] = work
    return found


@pytest.mark.parametrize("shape", networks.SHAPES)
@pytest.mark.parametrize("seed", range(8))
def test_dates_equal_networkx(shape, seed):
    network = networks.plain(200, 1.5 + seed % 4 / 2, shape, seed, MIXED if seed % 2 else (0.8, 0.12, 0.078, 0.002))
    finish, early, late = judge.everything(network)
    for plan in tiers(network):
        dates = plan.dates()
        assert dates.finish == finish
        assert dates.early == [early[v] for v in range(network.n)]
        assert dates.late == [late[v] for v in range(network.n)]


@pytest.mark.parametrize("seed", range(12))
def test_slips_and_drags_equal_brute_force(seed):
    network = networks.plain(90, 2.0, networks.SHAPES[seed % 3], seed, MIXED)
    finish = judge.everything(network)[0]
    for plan in tiers(network):
        assert plan.slips(networks.DAY) == brute(network, lambda work: work + networks.DAY)
        assert plan.drags() == [finish - then for then in brute(network, lambda work: 0)]


def test_zero_float_is_not_the_same_as_moving_the_finish():
    """The well-known rule, as a wrong answer that this engine does not give."""
    wrong = 0
    for seed in range(20):
        network = networks.plain(120, 2.0, "wide", seed, MIXED)
        finish, early, late = judge.everything(network)
        by_float = [max(finish, finish + networks.DAY - (late[v] - early[v])) for v in range(network.n)]
        wrong += by_float != Plain(*network.parts).slips(networks.DAY)
    assert wrong > 0


@pytest.mark.parametrize("shape", networks.SHAPES)
def test_waiting_behind_and_redundant_links_equal_networkx(shape):
    network = networks.plain(300, 2.5, shape)
    made = judge.graph(network)
    reduced = nx.transitive_reduction(made)
    ends = list(zip(network.src.tolist(), network.dst.tolist(), strict=True))
    for plan in tiers(network):
        assert plan.waiting_behind() == [len(nx.descendants(made, v)) for v in range(network.n)]
        assert plan.redundant() == [e for e, (a, b) in enumerate(ends) if not reduced.has_edge(a, b)]


def test_a_loop_is_refused_by_every_tier():
    parts = ([1, 1, 1], [0, 1, 2], [1, 2, 0], [0, 0, 0], [0, 0, 0])
    for wanted in (True, False):
        compiled.allow(wanted)
        try:
            with pytest.raises(Loop):
                Plain(*parts)
        finally:
            compiled.allow(True)

"""What everything plain is measured against: a careful hand-written pass over networkx attributes."""

from __future__ import annotations

import networkx as nx

from tests.bench.networks import PlainNetwork


def graph(network: PlainNetwork) -> nx.DiGraph:
    """The network as a networkx graph with attributes."""
    made = nx.DiGraph()
    made.add_nodes_from((i, {"work": w}) for i, w in enumerate(network.work.tolist()))
    rows = zip(network.src.tolist(), network.dst.tolist(), network.kind.tolist(), network.lag.tolist(), strict=True)
    made.add_edges_from((a, b, {"kind": k, "lag": x}) for a, b, k, x in rows)
    return made


def passes(made: nx.DiGraph, order: list[int]) -> tuple[int, dict[int, int], dict[int, int]]:
    """Finish, early and late starts."""
    es, ef = {}, {}
    for v in order:
        work = made.nodes[v]["work"]
        start = 0
        for u, _, link in made.in_edges(v, data=True):
            kind = link["kind"]
            at = (ef[u] if kind in (0, 2) else es[u]) + link["lag"] - (work if kind >= 2 else 0)
            if at > start:
                start = at
        es[v], ef[v] = start, start + work
    finish = max(ef.values())
    ls, lf = {}, {}
    for v in reversed(order):
        work = made.nodes[v]["work"]
        start = finish - work
        for _, u, link in made.out_edges(v, data=True):
            kind = link["kind"]
            at = (lf[u] if kind >= 2 else ls[u]) - link["lag"] - (work if kind in (0, 2) else 0)
            if at < start:
                start = at
        ls[v], lf[v] = start, start + work
    return finish, es, ls


def everything(network: PlainNetwork) -> tuple[int, dict[int, int], dict[int, int]]:
    """From rows to the answer."""
    made = graph(network)
    return passes(made, list(nx.topological_sort(made)))

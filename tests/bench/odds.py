"""The simulation: 3,000 milestones, 10,000 runs, against a bare copy, the loop a first version would write, and a package."""

# ruff: noqa: B023 - what the loops time is timed before the next round begins
from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from random import Random

import numpy as np

from programs.graph.fast import compiled, simulation_rows
from programs.graph.fast.modelling import prepare
from programs.graph.fast.packed import Packed
from programs.graph.forecast import PERCENTS
from programs.graph.solution import solve
from programs.graph.types import Activity, Frame, Link, Snapshot
from programs.graph.uncertainty import Estimate, Risk, Shape, ThreePoint, Uncertainty
from tests.bench import networks
from tests.bench.clock import Row, side_by_side

RUNS, RISKS = 10_000, 50


@dataclass(frozen=True)
class Case:
    """One network with everything in it uncertain."""

    network: networks.PlainNetwork
    ranges: list[tuple[float, float, float]]
    risks: tuple[Risk, ...]

    def snapshot(self) -> Snapshot:
        frame = Frame(1, "Program", networks.AS_OF, networks.AS_OF + timedelta(days=600), None, networks.OFFICE)
        rows = zip(*(part.tolist() for part in self.network.parts[1:]), strict=True)
        kinds = networks.KINDS
        return Snapshot(
            networks.AS_OF,
            (frame,),
            tuple(Activity(i, 1, f"Milestone {i}", duration=likely) for i, (_, likely, _) in enumerate(self.ranges)),
            tuple(Link(n, a, b, kinds[k], float(lag) / networks.DAY) for n, (a, b, k, lag) in enumerate(rows)),
        )

    def uncertainty(self, shape: Shape) -> Uncertainty:
        estimates = (Estimate(i, ThreePoint(*ends, shape)) for i, ends in enumerate(self.ranges))
        return Uncertainty(tuple(estimates), self.risks)


def case(n: int) -> Case:
    """A seeded network: 0.8 to 2.0 times the plan, fifty risks that strike up to seven milestones."""
    rng, network = Random(n), networks.plain(n)
    works = (network.work / networks.DAY).tolist()
    ranges = [(0.8 * work, work, work * rng.uniform(1.1, 2.0)) for work in works]
    struck = [tuple(rng.sample(range(n), rng.randint(1, 7))) for _ in range(RISKS)]
    return Case(network, ranges, tuple(Risk(r, rng.uniform(0.05, 0.5), 1, 20, None, who) for r, who in enumerate(struck)))


def obvious(made: Case) -> Callable[[], float]:
    """One run as a first version would write it: plain Python, triangular estimates, the finish."""
    n = made.network.n
    before: list[list[tuple[int, int, float]]] = [[] for _ in range(n)]
    for a, b, k, lag in zip(*(part.tolist() for part in made.network.parts[1:]), strict=True):
        before[b].append((a, k, lag / networks.DAY))
    order = list(solve(made.snapshot()).network.order)
    strikes: list[list[int]] = [[] for _ in range(n)]
    for place, risk in enumerate(made.risks):
        for i in risk.activities:
            strikes[i].append(place)

    def run() -> float:
        impacts = [random.uniform(r.low, r.high) if random.random() < r.probability else 0.0 for r in made.risks]
        starts, finishes = [0.0] * n, [0.0] * n
        for v in order:
            low, likely, high = made.ranges[v]
            work = random.triangular(low, high, likely)
            for place in strikes[v]:
                work += impacts[place]
            start = 0.0
            for u, k, lag in before[v]:
                at = (finishes[u] if k in (0, 2) else starts[u]) + lag
                if k >= 2:
                    at -= work
                if at > start:
                    start = at
            starts[v], finishes[v] = start, start + work
        return max(finishes)

    return run


def peer(made: Case) -> Callable[[int], object] | None:
    """PyPI's pmcontrols on the same milestones and links, so many runs (it knows no lags, link types or risks)."""
    if find_spec("pmcontrols") is None:
        return None
    import pmcontrols

    before: list[list[int]] = [[] for _ in range(made.network.n)]
    for a, b in zip(made.network.src.tolist(), made.network.dst.tolist(), strict=True):
        before[b].append(a)
    activities = [
        {"id": i, "duration": likely, "a": low, "m": likely, "b": high, "predecessors": before[i]}
        for i, (low, likely, high) in enumerate(made.ranges)
    ]
    return lambda runs: pmcontrols.pert(activities, n_sim=runs)


def odds() -> Iterator[Row]:
    """Ten percentiles and the criticality of every milestone, against everything."""
    n = 3_000
    made = case(n)
    solution, kernels = solve(made.snapshot()), compiled.ready("simulation_kernels")
    source, target = np.ones(n * RUNS, np.float32), np.zeros(n * RUNS, np.float32)
    works: dict[str, Callable[[], object]] = {"copy": lambda: np.copyto(target, source)}
    for shape in Shape:
        model = prepare(solution, made.uncertainty(shape), 1)
        packed, shares = Packed(model, kernels), [percent / 100 for percent in PERCENTS]
        same = packed.run(0, 1_500, driving=True)
        assert same == simulation_rows.run(model, 0, 1_500, driving=True)

        def everything(packed: Packed = packed, threads: int = 1) -> object:
            """With two threads: what the busier one does, and what is left to do with both results."""
            bins, made, critical, _ = packed.count(0, RUNS // threads, driving=True)
            for _ in range(threads - 1):
                bins, made, critical = bins + bins, made + made, critical + critical
            return packed.quantiles(bins, shares, RUNS)

        works[f"{shape}, one thread"] = everything
        works[f"{shape}, two threads"] = lambda everything=everything: everything(threads=2)
    took = side_by_side(works, rounds=9)
    for shape, most in ((Shape.TRIANGULAR, 8), (Shape.PERT, 14)):
        for threads, goal in (("one thread", None), ("two threads", most)):
            what = f"simulation, 3,000, {shape}, {threads}: times a copy of the numbers"
            yield Row(what, took[f"{shape}, {threads}"] / took["copy"], goal, at_least=False)
    model = prepare(solution, made.uncertainty(Shape.TRIANGULAR), 1)
    naive, theirs = obvious(made), peer(made)
    others: dict[str, Callable[[], object]] = {
        "obvious": naive,
        "compiled": works[f"{Shape.TRIANGULAR}, two threads"],
        "numpy": lambda: simulation_rows.run(model, 0, RUNS, driving=True),
    }
    took = side_by_side(others, rounds=3)
    yield Row("simulation, 3,000, two threads: times the obvious loop", took["obvious"] * RUNS / took["compiled"], 300)
    yield Row("simulation, 3,000: without numba, times the obvious loop", took["obvious"] * RUNS / took["numpy"], 25)
    if theirs is not None:
        few = {"few": lambda: theirs(100), "more": lambda: theirs(300), "compiled": others["compiled"]}
        took = side_by_side(few, rounds=3)
        each = (took["more"] - took["few"]) / 200
        yield Row("simulation, 3,000, two threads: times pmcontrols", each * RUNS / took["compiled"], 40)

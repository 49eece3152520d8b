"""The goals: each measures ratios of what ran side by side and asserts, in the same run, that the answers are right."""

# ruff: noqa: B023 - what the loops time is timed before the next round begins
from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import networkx as nx
import numpy as np

from programs.graph.analyse import analyse
from programs.graph.backward import backward
from programs.graph.build import build
from programs.graph.calendars import day_end
from programs.graph.fast import compiled
from programs.graph.fast.exact import CompiledPlan
from programs.graph.fast.plain import Plain
from programs.graph.forward import Forward
from programs.graph.solution import Solution
from tests.bench import judge, networks, peer
from tests.bench.clock import Row, side_by_side
from tests.bench.odds import odds
from tests.provision.postgres import PostgresServer

Goal = Callable[[], Iterator[Row]]


def same_plan(seconds_only: bool, n: int, seed: int = 7) -> tuple[Solution, CompiledPlan]:
    """A plan with everything in it, compiled, after the plain Python passes have judged it."""
    built = build(networks.whole(n, seed=seed))
    fast = Solution(built)
    assert fast.compiled is not None
    if not seconds_only:
        compiled.allow(False)
        slow = Solution(built)
        compiled.allow(True)
        for name in ("es", "ef", "bind", "dated", "drivers"):
            assert getattr(fast.early, name) == getattr(slow.early, name), name
        assert (fast.late.ls, fast.late.lf, fast.late.by) == (slow.late.ls, slow.late.lf, slow.late.by)
        assert (fast.needed.lf, fast.total) == (slow.needed.lf, slow.total)
    return fast, fast.compiled


def passes() -> Iterator[Row]:
    """Both plain passes against the careful networkx one, and against copying the bytes they touch."""
    for n, times, copies in ((3_000, 1_500, 12), (30_000, 2_000, 8)):
        network = networks.plain(n)
        plan, made = Plain(*network.parts), judge.graph(network)
        order = list(nx.topological_sort(made))
        finish, early, late = judge.passes(made, order)
        dates = plan.dates()
        assert dates.finish == finish
        assert dates.early == [early[v] for v in range(n)]
        assert dates.late == [late[v] for v in range(n)]
        touched = 2 * (8 * network.m + 16 * n)  # as in the first prototype, whose links took two bytes more
        source, target = np.ones(touched // 8, np.float32), np.zeros(touched // 8, np.float32)
        kernel, arrays = plan._on.kernels.both, plan._on.pass_
        took = side_by_side(
            {
                "networkx": lambda: judge.passes(made, order),
                "pass": lambda: kernel(*arrays),
                "copy": lambda: np.copyto(target, source),
            }
        )
        yield Row(f"plain passes, {n:,}: times the careful networkx pass", took["networkx"] / took["pass"], times)
        yield Row(f"plain passes, {n:,}: times a copy of the bytes touched", took["pass"] / took["copy"], copies, at_least=False)
        compiled.allow(False)
        lists = Plain(*network.parts)
        compiled.allow(True)
        assert lists.dates() == dates
        took = side_by_side({"networkx": lambda: judge.passes(made, order), "pass": lists.run}, rounds=3)
        yield Row(f"plain passes, {n:,}: without numba, times networkx", took["networkx"] / took["pass"], 11)


def reach() -> Iterator[Row]:
    """Who waits behind whom, and which links say nothing new."""
    n = 3_000
    network = networks.plain(n)
    made, plan = judge.graph(network), Plain(*network.parts)
    compiled.allow(False)
    lists = Plain(*network.parts)
    compiled.allow(True)
    behind = [len(nx.descendants(made, v)) for v in range(n)]
    reduced = nx.transitive_reduction(made)
    ends = zip(network.src.tolist(), network.dst.tolist(), strict=True)
    needless = [e for e, (a, b) in enumerate(ends) if not reduced.has_edge(a, b)]
    for tier in (plan, lists):
        assert tier.waiting_behind() == behind
        assert tier.redundant() == needless
    took = side_by_side(
        {
            "networkx": lambda: [len(nx.descendants(made, v)) for v in range(n)],
            "compiled": plan.waiting_behind,
            "lists": lists.waiting_behind,
        },
        rounds=5,
    )
    yield Row("waiting behind, 3,000: times networkx", took["networkx"] / took["compiled"], 250)
    yield Row("waiting behind, 3,000: without numba, times networkx", took["networkx"] / took["lists"], 250)
    took = side_by_side(
        {"networkx": lambda: nx.transitive_reduction(made), "compiled": plan.redundant, "lists": lists.redundant}, rounds=5
    )
    yield Row("redundant links, 3,000: times networkx", took["networkx"] / took["compiled"], 250)
    yield Row("redundant links, 3,000: without numba, times networkx", took["networkx"] / took["lists"], 250)


def slips() -> Iterator[Row]:
    """Every one-day slip of every milestone and every drag, against the pass; equal to brute force, one pass each."""
    for mix, name in (((0.80, 0.12, 0.078, 0.002), "usual links"), ((0.5, 0.25, 0.24, 0.01), "half SS and FF")):
        network = networks.plain(3_000, mix=mix)
        plan = Plain(*network.parts)
        on, kernel = plan._on, plan._on.kernels.both
        day = networks.DAY
        slipped, shrunk = plan._on.finishes((day, None))
        for found, change in ((slipped, lambda work: work + day), (shrunk, lambda _: 0)):
            for v in range(network.n):
                work = network.work.copy()
                work[v] = change(work[v])
                weights = on.kernels.weights(network.src, network.dst, network.kind, network.lag, work)
                arrays = (on.pc, on.pd, weights[on.pe], on.sc, on.sd, weights[on.se], on.floor, work[on.order])
                assert kernel(*arrays, np.empty_like(on.es), np.empty_like(on.ls)) == found[on.rank[v]]
        arrays = on.pass_
        took = side_by_side({"pass": lambda: kernel(*arrays), "all": lambda: on.finishes((day, None))}, rounds=9)
        yield Row(f"all one-day slips and drags, 3,000, {name}: in plain passes", took["all"] / took["pass"], 20, at_least=False)


def whole_plans() -> Iterator[Row]:
    """Full semantics against our own plain passes, and against MPXJ doing the same."""
    for n in (3_000, 10_000, 30_000):
        fast, plan = same_plan(False, n)
        plain = Plain(*networks.plain(n).parts)
        kernel, arrays = plain._on.kernels.both, plain._on.pass_
        took = side_by_side({"plain": lambda: kernel(*arrays), "whole": plan.run}, rounds=11)
        yield Row(f"whole plans, {n:,}: in plain passes of the same size", took["whole"] / took["plain"], 10, at_least=False)
        if n == 3_000:

            def python(fast: Solution = fast) -> None:
                early = Forward(fast.network).run()
                for limits in (
                    {frame: finish.at for frame, finish in fast.finishes.items()},
                    {frame: day_end(about.target) for frame, about in fast.built.frames.items() if about.target},
                ):
                    backward(fast.network, early, fast.caps(limits))

            took = side_by_side({"python": python, "whole": plan.run}, rounds=3)
            yield Row("whole plans, 3,000: times the passes in plain Python", took["python"] / took["whole"])
        if peer.available():
            schedule = peer.scheduler(fast.built.snapshot)
            took = side_by_side({"mpxj": schedule, "whole": plan.run}, rounds=5)
            yield Row(f"whole plans, {n:,}: times MPXJ's scheduler", took["mpxj"] / took["whole"], 20)


def growth() -> Iterator[Row]:
    """A hundred times the plan takes at most a hundred and fifty times as long; bytes kept for each activity."""
    runs, kept = {}, {}
    for n in (3_000, 300_000):
        network = Plain(*networks.plain(n).parts)
        kernel, arrays = network._on.kernels.both, network._on.pass_
        runs[n] = lambda kernel=kernel, arrays=arrays: kernel(*arrays)
        kept[n] = sum(x.nbytes for x in vars(network._on).values() if isinstance(x, np.ndarray)) / n
    took = side_by_side({str(n): run for n, run in runs.items()}, rounds=9)
    yield Row("plain passes: growth from 3,000 to 300,000, of linear", took["300000"] / took["3000"] / 100, 1.5, at_least=False)
    yield Row("plain plan, 300,000: bytes an activity", kept[300_000], 400, at_least=False)
    small, large = same_plan(True, 3_000)[1], same_plan(True, 30_000)[1]
    took = side_by_side({"small": small.run, "large": large.run}, rounds=9)
    yield Row("whole plans: growth from 3,000 to 30,000, of linear", took["large"] / took["small"] / 10, 1.5, at_least=False)
    yield Row("whole plan, 30,000: bytes an activity", large.nbytes / large.n, 400, at_least=False)


def analysis() -> Iterator[Row]:
    """The whole analysis with its reasons, with and without the accelerator."""
    snapshot = networks.whole(3_000)

    def without() -> object:
        compiled.allow(False)
        try:
            return analyse(snapshot)
        finally:
            compiled.allow(True)

    assert analyse(snapshot) == without()
    took = side_by_side({"compiled": lambda: analyse(snapshot), "python": without}, rounds=3)
    yield Row("whole analysis, 3,000: times the one in plain Python", took["python"] / took["compiled"])


def saved() -> Iterator[Row]:
    """From a save to its flags, on both databases, beside the plain design and beside the bare save."""
    for name, url in (("SQLite", ""), ("PostgreSQL", PostgresServer)):
        server = url().start() if url else None
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        if server:
            environment["DATABASE_URL"] = server.url
        try:
            for n, times in ((3_000, 400), (30_000, 2_000)):
                command = [sys.executable, "-m", "tests.bench.saved", str(n)]
                done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
                took = json.loads(done.stdout.splitlines()[-1])
                yield Row(f"saved, {name}, {n:,}: a slip, times the plain design", took["plain"] / took["slip"], times)
                yield Row(f"saved, {name}, {n:,}: a slip, in bare saves", took["slip"] / took["bare"], 5, at_least=False)
                for what in ("expect", "block", "clear", "slip_on_the_path"):
                    words = what.replace("_", " ")
                    yield Row(f"saved, {name}, {n:,}: {words}, times the plain design", took["plain"] / took[what])
                words = "a slip without a plan in memory, times faster than a whole answer"
                yield Row(f"saved, {name}, {n:,}: {words}", took["whole"] / took["cold"])
        finally:
            if server:
                server.stop()


def fresh() -> Iterator[Row]:
    """From a save to chances that are stored, beside the simulation they are made of."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.fresh", "3000"], capture_output=True, text=True, check=True)
    took = json.loads(done.stdout.splitlines()[-1])
    note = f"{took['fresh']:.1f} s of processor time, {took['drivers']:.1f} more for what moves them"
    yield Row("fresh chances, 3,000: in simulations alone", took["fresh"] / took["bare"], 2, at_least=False, note=note)


def trying() -> Iterator[Row]:
    """A what-if draft of five changes on 2,500 milestones: read, solved, each change alone and all together."""
    command = [sys.executable, "-m", "tests.bench.trying", "2500"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    took = json.loads(done.stdout.splitlines()[-1])
    note = f"{took['look'] * 1000:.0f} ms of processor time, {took['look_wall'] * 1000:.0f} of the wall; 300 is the promise"
    yield Row("a draft of five changes, 2,500: times solving anew", took["obvious"] / took["look"], 2.5, note=note)
    note = f"{took['kept'] * 1000:.0f} ms of processor time, {took['kept_wall'] * 1000:.0f} of the wall"
    yield Row("the same where the process knows the plan", took["obvious"] / took["kept"], 8, note=note)
    yield Row("ways back, 2,500: in solutions of the network", took["search"] / took["solve"], 40, at_least=False,
              note=f"{took['tried']:.0f} tried")  # fmt: skip


SETS = Path(__file__).resolve().parents[3] / "shared" / "data"
PLANS = {"demo": "demo", "kubernetes": str(SETS / "kubernetes-enhancements"), "20,000": "generated"}
BUDGET, PART_BUDGET = 150, 80  # milliseconds of a page and of a part of one


def pages() -> Iterator[Row]:
    """Pages of three plans, and asking whether anything is new, in bare answers of Django."""
    for name, which in PLANS.items():
        if which not in {"demo", "generated"} and not Path(which).is_dir():
            print(f"pages, {name}: not measured, the public sets are not beside this checkout")
            continue
        command = [sys.executable, "-m", "tests.bench.visits", which]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
        found = {row["page"]: row for row in map(json.loads, done.stdout.splitlines())}
        bare, nothing = found.pop("bare")["p50"], found.pop("nothing new")["p50"]
        for page, row in found.items():
            budget, most = (PART_BUDGET, 3_500) if "part" in page else (BUDGET, 6_000)
            p50, p95 = row["p50"] * 1000, row["p95"] * 1000
            note = f"p50 {p50:.0f}, p95 {p95:.0f} of {budget} ms; {row['queries']} queries; {row['bytes'] / 1000:.1f} kB packed"
            yield Row(f"pages, {name}: {page}, in bare answers", row["p50"] / bare, most, at_least=False, note=note)
        note = f"{nothing * 1000:.2f} of 1 ms; {nothing / found['overview']['p50']:.1%} of the overview"
        yield Row(f"pages, {name}: nothing new, in bare answers", nothing / bare, 40, at_least=False, note=note)


def opened() -> Iterator[Row]:
    """The first view of each page in a real browser on 4G, beside a page of one word. Wall time: keep the machine quiet."""
    for name, which in PLANS.items():
        if which not in {"demo", "generated"} and not Path(which).is_dir():
            continue
        command = [sys.executable, "-m", "tests.bench.opened", which]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
        found = {row["page"]: row["paint"] for row in map(json.loads, done.stdout.splitlines())}
        plain = found.pop("plain")
        for page, taken in found.items():
            note = f"{taken:.0f} of 1,000 ms; a page of one word {plain:.0f} ms"
            yield Row(f"first view, {name}: {page}, in pages of one word", taken / plain, None, at_least=False, note=note)


def drawn() -> Iterator[Row]:
    """Map and timeline in a real browser beside the same graph laid out there by two peers. Wall time: keep the machine quiet."""
    for size in (60, 150, 1_000, 5_000):
        command = [sys.executable, "-m", "tests.bench.drawn", str(size)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
        took = json.loads(done.stdout.splitlines()[-1])
        for where, our in (("", "paint"), (" alone", "alone")):
            peers = {name: took[f"{name}{where}"] for name in ("elkjs", "dagre") if name in took}
            if peers:
                told = ", ".join(f"{name} {taken:.0f} ms" for name, taken in peers.items())
                yield Row(
                    f"map, {size:,}{where and ', in a tab just opened'}: the best peer's drawing, in our first paints",
                    min(peers.values()) / took[our],
                    10 if size == 1_000 and not where else None,
                    note=f"{_told(took, '')}; {told}",
                )
        for what, sign in (("map", ""), ("timeline", "timeline ")):
            most = 2_000 if size == 5_000 else None
            name = f"{what}, {size:,}: milliseconds to first paint"
            yield Row(name, took[f"{sign}paint"], most, at_least=False, note=_told(took, sign))
            if size == 150:
                name = f"{what}, 150: milliseconds a frame while panning"
                yield Row(name, took[f"{sign}pan"], 32, at_least=False)
        if size == 150:
            yield Row("map, 150: milliseconds to focus a card", took["focus"], 100, at_least=False)


def _told(took: dict[str, float], sign: str) -> str:
    """What is told of a page beside its first paint."""
    names = ("paint", "second", "again", "alone", "server")
    paint, second, again, alone, server = (f"{took[sign + name]:.0f} ms" for name in names)
    packed = took[f"{sign}bytes"] / 1000
    told = f"paint {paint}, {second} for a second reader, {again} again, {alone} in a tab just opened"
    return f"{told}; server {server}; {packed:.1f} kB packed"


GOALS: tuple[Goal, ...] = (passes, reach, slips, whole_plans, growth, analysis, saved, fresh, trying, pages, opened, drawn, odds)

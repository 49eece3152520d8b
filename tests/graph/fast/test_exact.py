"""The compiled passes give exactly what the plain Python ones give: dates, reasons, drivers, floats, on thousands of plans."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from programs.graph.analyse import report
from programs.graph.build import build
from programs.graph.fast import compiled, exact
from programs.graph.fast.exact import CompiledPlan
from programs.graph.forward import free_float
from programs.graph.solution import Solution
from programs.graph.types import Constraint, DayCalendar, LinkType, Unit
from tests.bench import networks
from tests.graph.plans import SHARED, bundle, demo
from tests.graph.random_plans import anything, plain

pytestmark = pytest.mark.usefixtures("accelerated")
COPIES = 125  # plans a case


@pytest.fixture(autouse=True)
def however_small(monkeypatch):
    monkeypatch.setattr(exact, "SMALL", 1)


def both(snapshot):
    """The same plan twice: compiled, and by the passes in plain Python."""
    built = build(snapshot)
    fast = Solution(built)
    compiled.allow(False)
    try:
        return fast, Solution(built)
    finally:
        compiled.allow(True)


def assert_same(fast, slow, label=None):
    assert isinstance(fast.compiled, CompiledPlan), label
    assert slow.compiled is None
    for name in ("es", "ef", "dated", "remaining", "bind", "reach", "drivers"):
        assert getattr(fast.early, name) == getattr(slow.early, name), (label, name)
    for mine, theirs in (
        (fast._to_all, slow._to_all),
        (fast._to_promised, slow._to_promised),
        (fast.late, slow.late),
        (fast.needed, slow.needed),
    ):
        assert (mine.ls, mine.lf, mine.by) == (theirs.ls, theirs.lf, theirs.by), label
    assert fast.finishes == slow.finishes, label
    assert fast.total == slow.total, label
    free = fast.compiled.frees()
    for i in range(len(slow.tasks)):
        if slow.open[i] and slow.early.dated[i] and slow.network.succs[i]:
            assert free[i] == free_float(slow.network, slow.early, i, None), (label, i)
    assert report(fast) == report(slow), label


def drawn(seed):
    """Plans of every kind; every third without calendars, some with shares of days and work as late as possible."""
    rng = Random(seed)
    snapshot = plain(rng, 14, tuple(LinkType), lags=True) if seed % 3 == 0 else anything(rng, 6 + seed % 20)
    changes = {}
    for activity in snapshot.activities:
        if seed % 7 == 0 and rng.random() < 0.3:
            changes[activity.id] = {"percent_done": float(rng.choice((10, 25, 33)))}
        if seed % 5 == 0 and rng.random() < 0.2:
            changes[activity.id] = {"constraint": Constraint.ALAP, "constraint_date": None}
    links = [replace(link, lag=link.lag + 0.5) if seed % 11 == 0 and rng.random() < 0.3 else link for link in snapshot.links]
    activities = tuple(replace(a, **changes.get(a.id, {})) for a in snapshot.activities)
    return replace(snapshot, activities=activities, links=tuple(links))


@pytest.mark.parametrize("case", range(16))
def test_thousands_of_random_plans(case):
    for seed in range(case * COPIES, (case + 1) * COPIES):
        fast, slow = both(drawn(seed))
        if fast.compiled is None:  # the kernels may pass, never differ
            assert any(a.constraint is Constraint.ALAP for a in fast.built.activities), seed
            continue
        assert_same(fast, slow, seed)


@pytest.mark.parametrize("shape", networks.SHAPES)
def test_plans_shaped_like_programs(shape):
    assert_same(*both(networks.whole(700, 2.0, shape)))


@pytest.mark.parametrize("name", ["kubernetes-enhancements", "python-releases", "rust-goals-2024-2025"])
def test_real_plans(name):
    if not (SHARED / "data" / name / "milestones.csv").exists():
        pytest.skip(f"the public set {name} is not beside this checkout")
    assert_same(*both(bundle(name)), name)


def test_the_demo_program():
    if not (SHARED / "design" / "demo-data.json").exists():
        pytest.skip("the reference demo data is not beside the checkout")
    assert_same(*both(demo()[0]))


def test_a_plan_that_runs_for_a_century_makes_the_tables_larger():
    snapshot = plain(Random(3), 40)
    long = tuple(replace(activity, duration=900.0) for activity in snapshot.activities)
    assert_same(*both(replace(snapshot, activities=long)))


def test_what_the_kernels_do_not_know_is_left_to_python():
    never_works = DayCalendar(frozenset())
    snapshot = plain(Random(5), 8)
    frames = tuple(replace(frame, calendar=never_works) for frame in snapshot.frames)
    assert both(replace(snapshot, frames=frames))[0].compiled is None
    seconds = tuple(replace(activity, duration=activity.duration + 1 / 86_400) for activity in snapshot.activities)
    assert both(replace(snapshot, activities=seconds))[0].compiled is None


def test_elapsed_work_and_lags():
    for seed in range(40):
        snapshot = anything(Random(seed), 15)
        activities = tuple(replace(a, unit=Unit.ELAPSED) for a in snapshot.activities)
        links = tuple(replace(link, unit=Unit.ELAPSED) for link in snapshot.links)
        assert_same(*both(replace(snapshot, activities=activities, links=links)), seed)

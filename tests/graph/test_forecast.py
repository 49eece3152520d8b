"""The simulation: closed forms, the exact engine run by run with the same draws, and the same bits from every tier."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import NormalDist, fmean

import pytest

from programs.graph.build import build
from programs.graph.calendars import DAY
from programs.graph.fast import compiled, simulation_lists
from programs.graph.fast.modelling import prepare
from programs.graph.forecast import Lever, Simulation, forecast, pack, unpack
from programs.graph.forward import Forward
from programs.graph.network import Network
from programs.graph.solution import Solution, solve
from programs.graph.types import Activity, Constraint, DayCalendar, Frame, Link, LinkType, Obstacle, Snapshot, State, Unit
from programs.graph.uncertainty import Clearing, Confidence, Estimate, Ratios, Risk, Shape, ThreePoint, Uncertainty
from tests.graph.random_plans import anything

AS_OF = date(2027, 3, 1)
EVERY_DAY = DayCalendar(frozenset(range(1, 8)))


def plan(works, links=(), *, calendar=EVERY_DAY, target=None, obstacles=()):
    """Activities 1, 2, … with so much work, linked (predecessor, successor), in one program."""
    return Snapshot(
        AS_OF,
        (Frame(1, "Program", AS_OF, target, None, calendar),),
        tuple(Activity(i, 1, f"Work {i}", duration=float(work)) for i, work in enumerate(works, 1)),
        tuple(Link(n, a, b) for n, (a, b) in enumerate(links, 1)),
        tuple(obstacles),
    )


def finishes(snapshot, uncertainty, runs=20_000, seed=1):
    """Each run's finish of the first program, in working days from the data date."""
    return list(Simulation(snapshot, uncertainty, seed=seed).tally(0, runs).finishes[0])


def uncertain(rng, snapshot):
    """Something of everything: estimates of every kind with and without causes, risks, clear dates, a default."""
    spreads = (
        lambda: rng.choice(list(Confidence)),
        lambda: ThreePoint(*sorted(rng.uniform(0.5, 20) for _ in range(3))),
        lambda: ThreePoint(*sorted(rng.uniform(0.5, 20) for _ in range(3)), Shape.TRIANGULAR),
        lambda: Ratios(tuple(sorted(rng.uniform(0.5, 3) for _ in range(5)))),
    )
    ids = [activity.id for activity in snapshot.activities]
    estimates = tuple(Estimate(i, rng.choice(spreads)(), rng.choice(("", "team", "vendor"))) for i in ids if rng.random() < 0.6)
    works = {activity.id for activity in snapshot.activities if activity.duration} or set(ids)
    risks = tuple(
        Risk(
            n, rng.random(), low := rng.uniform(0, 5), low + 9, low + 2 if n % 2 else None,
            tuple(rng.sample(sorted(works), min(2, len(works)))),
            tuple(link.id for link in snapshot.links if rng.random() < 0.1 and link.successor in works),
            rng.choice(("", "supply")),
        )
        for n in range(1, 4)
    )  # fmt: skip
    clearings = tuple(Clearing(o.id, ThreePoint(0, 5, 30)) for o in snapshot.obstacles if rng.random() < 0.5)
    default = Ratios((0.8, 1.0, 1.6)) if rng.random() < 0.5 else None
    return Uncertainty(estimates, risks, clearings, default)


# -- closed forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", Shape)
def test_a_chain_has_the_sum_of_means_and_of_variances(shape):
    spread = ThreePoint(8, 10, 18, shape)
    found = finishes(
        plan([10] * 12, [(i, i + 1) for i in range(1, 12)]), Uncertainty(tuple(Estimate(i, spread) for i in range(1, 13)))
    )
    a, b = 1 + 4 * 0.2, 1 + 4 * 0.8
    pert = a * b / ((a + b) ** 2 * (a + b + 1)) * 100
    triangular = (8**2 + 10**2 + 18**2 - 8 * 10 - 8 * 18 - 10 * 18) / 18
    variance = 12 * (pert if shape is Shape.PERT else triangular)
    mean = fmean(found)
    assert mean == pytest.approx(12 * spread.mean, rel=0.003)
    assert fmean((x - mean) ** 2 for x in found) == pytest.approx(variance, rel=0.04)
    normal = NormalDist(12 * spread.mean, math.sqrt(variance))
    assert sorted(found)[int(0.8 * len(found))] == pytest.approx(normal.inv_cdf(0.8), rel=0.01)


def test_two_equal_paths_finish_later_than_either():
    """Merge bias: of two even draws between 10 and 20 the later is 10 + 10 * 2/3 on average, and each leads half the time."""
    even = Ratios((1.0, 2.0))  # (days + 5) between 1 and 2 times 15, so days between 10 and 25
    found = finishes(plan([10, 10]), Uncertainty((Estimate(1, even), Estimate(2, even))))
    assert fmean(found) == pytest.approx(10 + 15 * 2 / 3, rel=0.01)
    assert sorted(found)[len(found) // 2] == pytest.approx(10 + 15 * math.sqrt(0.5), rel=0.01)
    answer = forecast(plan([10, 10]), Uncertainty((Estimate(1, even), Estimate(2, even))))
    assert answer.milestones[1].criticality == pytest.approx(0.5, abs=0.02)
    assert answer.milestones[1].criticality + answer.milestones[2].criticality == pytest.approx(1, abs=0.001)


def test_an_event_happens_as_often_as_it_is_likely():
    target = AS_OF + timedelta(days=10)
    snapshot = plan([10], target=target)
    risks = Uncertainty(risks=(Risk(1, 0.3, 4, 6, activities=(1,)),))
    found = finishes(snapshot, risks)
    assert sum(x > 10 for x in found) / len(found) == pytest.approx(0.3, abs=0.01)
    assert fmean(found) == pytest.approx(10 + 0.3 * 5, rel=0.005)
    answer = forecast(snapshot, risks)
    assert answer.programs[1].chance == pytest.approx(0.7, abs=0.015)
    assert answer.programs[1].dates[60] == target
    assert target + timedelta(days=4) < answer.programs[1].dates[90] <= target + timedelta(days=6)


def test_a_risk_strikes_the_hand_over_of_a_link():
    snapshot = plan([5, 5], [(1, 2)])
    found = finishes(snapshot, Uncertainty(risks=(Risk(1, 0.5, 3, 3, links=(1,)),)), 4_000)
    assert set(found) == {10.0, 13.0}
    assert found.count(13.0) / len(found) == pytest.approx(0.5, abs=0.03)


def test_one_cause_moves_everything_of_it_together():
    """Two estimates of one cause have the rank correlation that was asked for; the spread of each stays as it was."""
    even = Ratios((1.0, 2.0))
    for wanted in (0.0, 0.3, 1.0):
        about = Uncertainty((Estimate(1, even, "team"), Estimate(2, even, "team")), correlation=wanted)
        model = prepare(solve(plan([10, 10], [(1, 2)])), about, 3)
        works = [simulation_lists.Run(model, number).works for number in range(6_000)]
        one, two = ([work[v] for work in works] for v in (0, 1))
        a, b = fmean(one), fmean(two)
        covariance = fmean((x - a) * (y - b) for x, y in zip(one, two, strict=True))
        assert covariance / (15**2 / 12) == pytest.approx(wanted, abs=0.05)
        assert a == pytest.approx(17.5, rel=0.01)


def test_weekends_and_clear_dates():
    monday_to_friday = DayCalendar()
    snapshot = plan([3], calendar=monday_to_friday, obstacles=[Obstacle(7, 1, AS_OF + timedelta(days=1))])
    certain = forecast(snapshot, Uncertainty(), runs=200)
    assert set(certain.milestones[1].dates.values()) == {date(2027, 3, 5)}  # Tuesday clear, then Wednesday to Friday
    late = forecast(snapshot, Uncertainty(clearings=(Clearing(7, ThreePoint(6, 6, 6)),)), runs=200)
    assert set(late.milestones[1].dates.values()) == {date(2027, 3, 12)}


def test_a_milestone_with_only_a_date_slips_by_what_was_learned():
    on = AS_OF + timedelta(days=15)
    snapshot = Snapshot(AS_OF, (Frame(1, "P", AS_OF, None, None, EVERY_DAY),), (Activity(1, 1, "Launch", target=on),))
    certain = forecast(snapshot, Uncertainty(), runs=300)
    assert certain.milestones[1].dates[80] == on
    assert certain.milestones[1].chance == 1
    slipping = forecast(snapshot, Uncertainty(default=Ratios((1.0, 1.55))), runs=4_000)
    assert slipping.milestones[1].dates[50] == AS_OF + timedelta(days=21)  # (15 + 5) * 1.275 - 5 = 20.5
    assert slipping.milestones[1].chance < 0.05


def test_dates_agree_with_the_chance_where_finishes_lie_far_apart():
    """Nine of ten on the very day, one a year late: days are counted in twos then, and the day that nine meet stays that day."""
    on = AS_OF + timedelta(days=30)
    snapshot = Snapshot(AS_OF, (Frame(1, "P", AS_OF, on, None, EVERY_DAY),), (Activity(1, 1, "Launch", target=on),))
    found = forecast(snapshot, Uncertainty(default=Ratios((1.0,) * 19 + (1.0, 12.0))), runs=2_000)
    one, whole = found.milestones[1], found.programs[1]
    assert one.chance == whole.chance > 0.9
    assert {one.dates[percent] for percent in (10, 50, 80, 90)} == {on} == {whole.dates[80]}
    assert one.dates[95] <= whole.dates[95] + timedelta(days=8)


# -- the exact engine with the same draws ------------------------------------------------------------------------------------


def replayed(solution, model, number):
    """One run by the exact engine: its draws written into the plan, then the passes of `Forward`."""
    run = simulation_lists.Run(model, number)
    tasks, index = list(solution.tasks), {node.index: n for n, node in enumerate(model.nodes) if node.index >= 0}
    holds: dict[int, int] = {}
    for i, n in index.items():
        node, task = model.nodes[n], solution.tasks[i]
        if task.finished:
            continue
        calendar = solution.calendar(i)
        changes = {"hold": None, "anchored": True}
        if not node.point:
            counted = model.calendars[node.calendar]
            changes |= {"remaining": round(run.works[n] * DAY), "calendar": counted, "kind": type(task.kind)("task")}
        tasks[i] = replace(task, **changes)
        by_own_date = model.estimated.get(solution.id(i))
        for step in node.steps:
            source = model.nodes[step.row // 2]
            if source.index >= 0:
                continue
            at = run.rows[step.row]
            clear = model.calendars[source.calendar]
            instant = clear.finish_at(clear.work(model.data_date) + round(at * DAY))
            if by_own_date == step.row // 2:
                tasks[i] = replace(tasks[i], own_date=instant)
            else:
                holds[i] = max(holds.get(i, 0), instant)
        if i in holds:
            tasks[i] = replace(tasks[i], hold=holds[i])
        assert calendar is solution.calendar(i)
    network = Network(replace(solution.network.plan, tasks=tuple(tasks)))
    steps = {step.id: step.events for node in model.nodes for step in node.steps if step.events}
    forward = Forward(network)
    asked = forward.candidate

    def candidate(edge):
        impact = round(sum(run.impacts[event] for event in steps.get(edge.id, ())) * DAY)
        return network.tasks[edge.succ].calendar.add(asked(edge), impact)

    forward.candidate = candidate
    for i in network.order:
        forward.place(i)
    return run, forward.early, index


@pytest.mark.parametrize("case", range(20))
def test_every_run_is_what_the_exact_engine_computes(case):
    """200 random networks with calendars, all links, lags, constraints, progress and blockers; five runs of each."""
    compared = 0
    for seed in range(case * 10, case * 10 + 10):
        rng = Random(seed)
        snapshot = anything(rng, 6 + seed % 20)
        compiled.allow(False)
        solution = Solution(build(snapshot))
        compiled.allow(True)
        model = prepare(solution, uncertain(rng, snapshot), seed)
        for number in range(5):
            run, early, index = replayed(solution, model, number)
            wanted = [0.0] * len(run.rows)
            for i, n in index.items():
                calendar = model.calendars[model.nodes[n].calendar]
                wanted[2 * n], wanted[2 * n + 1] = (calendar.diff(model.data_date, at) / DAY for at in (early.es[i], early.ef[i]))
            own = [row for n in index.values() for row in (2 * n, 2 * n + 1)]
            if any(not model.nodes[n].point and not run.works[n] for n in index.values()):
                continue  # what takes no time in this run has no end of work to fall on
            if any(0 < abs(wanted[row] - round(wanted[row])) < 0.001 for row in own):
                continue  # the engine counts whole seconds, so it may fall on the other side of midnight
            assert [run.rows[row] for row in own] == pytest.approx([wanted[row] for row in own], abs=0.002), (seed, number)
            compared += 1
    assert compared > 25


# -- the same answer from everywhere -----------------------------------------------------------------------------------------


def tiers(model, first, runs):
    """One tally from each tier there is."""
    found = [simulation_lists.run(model, first, runs, driving=True)]
    if compiled.available():
        from programs.graph.fast import simulation_rows
        from programs.graph.fast.packed import Packed

        assert compiled.load()
        found.append(simulation_rows.run(model, first, runs, driving=True))
        found.append(Packed(model, compiled._state.loaded["simulation_kernels"]).run(first, runs, driving=True))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_every_tier_gives_the_same_bits(seed):
    rng = Random(seed)
    snapshot = anything(rng, 10 + seed)
    model = prepare(solve(snapshot), uncertain(rng, snapshot), seed)
    first, *others = tiers(model, 3, 150)
    assert all(other == first for other in others)
    assert sum(first.critical) > 0


def test_parts_add_up_exactly_whatever_their_size():
    rng = Random(4)
    snapshot = anything(rng, 20)
    made = Simulation(snapshot, uncertain(rng, snapshot), seed=9)
    whole = made.tally(0, 1_000)
    assert made.tally(0, 1_000, threads=3) == whole
    for size in (1, 127, 333, 999):
        parts = [made.tally(first, min(size, 1_000 - first)) for first in range(0, 1_000, size)] if size > 1 else None
        if parts is None:
            parts = [made.tally(first, 1) for first in range(20)] + [made.tally(20, 980)]
        total = parts[0]
        for part in parts[1:]:
            total += unpack(pack(part))
        assert total == whole
        assert made.read(total) == made.read(whole)


def test_the_order_of_the_input_and_what_else_is_uncertain_change_no_draw():
    snapshot = plan([10, 10, 10], [(1, 2)])
    estimates = tuple(Estimate(i, ThreePoint(5, 10, 20)) for i in (1, 2, 3))
    backwards = replace(snapshot, activities=snapshot.activities[::-1])
    assert forecast(snapshot, Uncertainty(estimates)) == forecast(backwards, Uncertainty(estimates[::-1]))
    assert forecast(snapshot, Uncertainty(estimates), seed=2) != forecast(snapshot, Uncertainty(estimates), seed=3)
    without = forecast(snapshot, Uncertainty(estimates[:2])).milestones
    with_third = forecast(snapshot, Uncertainty(estimates, (Risk(1, 0.5, 1, 2, activities=(3,)),))).milestones
    assert without[2].dates == with_third[2].dates


def test_answers_do_not_depend_on_numba(monkeypatch):
    rng = Random(6)
    snapshot = anything(rng, 15)
    about = uncertain(rng, snapshot)
    compiled.load()
    fast = forecast(snapshot, about, runs=1_500)
    compiled.allow(False)
    try:
        rows = forecast(snapshot, about, runs=1_500)
        monkeypatch.setattr(compiled, "numpy", lambda: None)
        lists = forecast(snapshot, about, runs=1_500)
    finally:
        compiled.allow(True)
    assert fast == rows == lists


# -- criticality and drivers -------------------------------------------------------------------------------------------------


def test_criticality_is_the_share_of_runs_in_which_an_activity_leads():
    """By brute force: in each run, one day more for an activity on the driving path moves the finish."""
    rng = Random(11)
    snapshot = anything(rng, 14)
    snapshot = replace(
        snapshot,
        frames=tuple(replace(frame, calendar=EVERY_DAY) for frame in snapshot.frames),
        activities=tuple(replace(a, constraint=Constraint.NONE, constraint_date=None) for a in snapshot.activities),
        links=tuple(replace(link, type=LinkType.FS, lag=0.0, unit=Unit.WORKING) for link in snapshot.links),
    )
    ids = [activity.id for activity in snapshot.activities]
    model = prepare(solve(snapshot), Uncertainty(tuple(Estimate(i, ThreePoint(2, 5, 15)) for i in ids)), 5)
    counted = simulation_lists.run(model, 0, 60, driving=True)
    for n, node in enumerate(model.nodes):
        moved = 0
        for number in range(60):
            run = simulation_lists.Run(model, number)
            if node.index >= 0 and node.draw >= 0:
                work = run.works[n] + 1 / 64
                changed = replace(model, nodes=[replace(x, draw=-1, work=work) if x is node else x for x in model.nodes])
                moved += simulation_lists.Run(changed, number).finishes != run.finishes
        if node.draw >= 0:
            assert counted.critical[n] == moved, (n, node)


def test_drivers_are_ranked_by_what_their_absence_wins():
    snapshot = replace(plan([10, 10, 30, 5], [(1, 2), (3, 4)]), obstacles=(Obstacle(5, 3, AS_OF + timedelta(days=4)),))
    about = Uncertainty(
        estimates=(Estimate(1, ThreePoint(9, 10, 11)), Estimate(3, ThreePoint(25, 30, 60))),
        risks=(Risk(8, 0.5, 10, 20, activities=(4,)), Risk(9, 0.9, 1, 2, activities=(1,))),
        handovers=(2,),
    )
    made = Simulation(snapshot, about)
    found = made.drivers(1)
    assert [driver.days for driver in found] == sorted((driver.days for driver in found), reverse=True)
    levers = {(driver.lever, driver.id): driver for driver in found}
    assert set(levers) == {(Lever.ESTIMATE, 3), (Lever.RISK, 8), (Lever.BLOCKER, 5), (Lever.HANDOVER, 2)}
    first, *more = made.drivers(1, most=1)  # and every risk that moves it beyond those
    assert first == found[0]
    assert (Lever.RISK, 8) in {(driver.lever, driver.id) for driver in (first, *more)}
    assert {driver.lever for driver in more} <= {Lever.RISK}
    before = made.read(made.tally(0, 2_000)).programs[1].dates[80]
    without = forecast(snapshot, replace(about, risks=about.risks[1:]), runs=2_000).programs[1].dates[80]
    assert levers[Lever.RISK, 8].date == without < before
    cleared = forecast(replace(snapshot, obstacles=()), about, runs=2_000).programs[1].dates[80]
    assert levers[Lever.BLOCKER, 5].date == cleared
    unlinked = forecast(replace(snapshot, links=snapshot.links[:1]), about, runs=2_000).programs[1].dates[80]
    assert levers[Lever.HANDOVER, 2].date == unlinked


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: ThreePoint(5, 4, 6), "optimistic"),
        (lambda: Ratios((2.0, 1.0)), "rising"),
        (lambda: Risk(3, 1.5, 1, 2), "risk 3"),
        (lambda: Risk(3, 0.5, 2, 1), "risk 3"),
        (lambda: Uncertainty(correlation=2), "between 0 and 1"),
    ],
)
def test_nonsense_is_refused_in_words(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


def test_a_plan_in_which_nothing_may_move_ends_when_its_last_work_did():
    """Nothing dated, and nothing left to do: every tier has no activity to simulate."""
    done = Activity(1, 1, state=State.DONE, actual=date(2027, 2, 1))
    for activities, ends in (((Activity(1, 1),), None), ((done,), date(2027, 2, 1))):
        answer = forecast(Snapshot(date(2027, 3, 1), (Frame(1, target=date(2027, 4, 1)),), activities), Uncertainty(), runs=600)
        assert answer.milestones == {}
        assert [outlook.dates[80] for outlook in answer.programs.values()] == ([ends] if ends else [])

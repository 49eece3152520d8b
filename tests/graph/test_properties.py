"""What must hold for every plan, on plans drawn at random."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from programs.graph.analyse import analyse
from programs.graph.backward import NEVER
from programs.graph.build import build
from programs.graph.critical import critical_to
from programs.graph.explain import is_critical
from programs.graph.forward import Bind, Forward
from programs.graph.impact import drag, ripple
from programs.graph.network import Edge
from programs.graph.plan import Rule
from programs.graph.solution import Solution, solve
from programs.graph.types import Link, LinkType, Snapshot, State, Unit
from tests.graph.random_plans import anything, plain

DAY = 86_400
MINUTE = 60
seeds = st.integers(0, 10**6)
bounded = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
ALL = tuple(LinkType)


@bounded
@given(seeds)
def test_any_input_order_gives_the_same_answer(seed):
    rng = Random(seed)
    snapshot = anything(rng)
    shuffled = replace(
        snapshot,
        **{
            name: tuple(rng.sample(getattr(snapshot, name), len(getattr(snapshot, name))))
            for name in ("frames", "activities", "links")
        },
    )
    first, second = analyse(snapshot), analyse(shuffled)
    assert first.timings == second.timings
    assert first.frames == second.frames
    assert first.obstacles == second.obstacles


@bounded
@given(seeds)
def test_adding_a_link_makes_nothing_earlier_and_removing_it_nothing_later(seed):
    """Exception, by rule: a milestone of duration zero with a date of its own stops being date-driven by its first link."""
    rng = Random(seed)
    snapshot = anything(rng)
    a, b = sorted(rng.sample(range(1, len(snapshot.activities) + 1), 2))
    successor = next(x for x in snapshot.activities if x.id == b)
    before = solve(snapshot)
    follows = b in before.network.index and bool(before.network.preds[before.network.index[b]])
    assume(follows or successor.duration != 0 or not (successor.target or successor.expected))
    link = Link(999, a, b, rng.choice(ALL), float(rng.randint(-3, 5)), rng.choice(tuple(Unit)))
    after = solve(replace(snapshot, links=(*snapshot.links, link)))
    for i in range(len(before.tasks)):
        if before.early.dated[i]:
            assert after.early.ef[i] >= before.early.ef[i]
            assert after.early.es[i] >= before.early.es[i]


def slipped(solution: Solution, i: int, working: int) -> Solution:
    """The same plan with one activity's start moved later by working seconds of its program."""
    calendar = solution.calendar(i)
    forward = Forward(solution.network, solution.early.copy())
    forward.holds[i] = calendar.add(solution.early.es[i], working)
    ripple(forward, [i])
    moved = object.__new__(Solution)
    moved.__dict__ = {**solution.__dict__, "early": forward.early, "forward": forward}
    return moved


def targets(solution: Solution, spelled: bool = False) -> dict[tuple[str, int], float]:
    """Every finish, and how late every hard date is, as working time; `spelled`: finishes as they are written."""
    found: dict[tuple[str, int], float] = {}
    for frame in solution.built.frames:
        at = solution.finish_of(frame, solution.early).at
        found["finish", frame] = 0 if at is None else at if spelled else solution.built.calendars[frame].work(at)
    for i, task in enumerate(solution.tasks):
        if not solution.open[i] or not solution.early.dated[i]:
            continue
        limits = [(task.deadline, solution.early.ef[i])] if task.deadline is not None else []
        limits += [(b.at, solution.early.ef[i]) for b in task.bounds if b.rule is Rule.FINISH_ON]
        limits += [(b.at, solution.early.es[i]) for b in task.bounds if b.rule is Rule.START_ON and not task.started]
        for at, when in limits:
            found["limit", i] = max(0, solution.calendar(i).diff(at, when))
    return found


def in_working_days(snapshot: Snapshot) -> Snapshot:
    """Without elapsed durations: their floats count working days although they work on every day (docs/schedule-engine.md)."""
    return replace(snapshot, activities=tuple(replace(a, unit=Unit.WORKING) for a in snapshot.activities))


def simple_links(snapshot: Snapshot) -> Snapshot:
    """SS, FF, SF links and leads only within one calendar, and only finish-to-start links out of finished work.

    Elsewhere the late dates are the tools' (M), and float is exact to within one calendar gap (docs/schedule-engine.md).
    """
    one_calendar = len({frame.calendar for frame in snapshot.frames}) == 1
    done = {a.id for a in snapshot.activities if a.state is State.DONE}

    def simple(link: Link) -> bool:
        if link.predecessor in done:
            return link.type is LinkType.FS and link.lag >= 0
        return (link.type is LinkType.FS and link.lag >= 0) or (one_calendar and link.unit is Unit.WORKING)

    return replace(snapshot, links=tuple(link for link in snapshot.links if simple(link)))


def holder(solution: Solution, i: int) -> int | None:
    """Where the chain that sets a late finish ends; None when it runs through finished work, which no longer moves."""
    late = solution.late_of(i)
    while isinstance(by := late.by[i], Edge):
        i = by.succ
        if not solution.open[i]:
            return None
    return i


def indifferent(solution: Solution, i: int) -> set[tuple[str, int]]:
    """Other programs' mere last dates: nobody promised them, so they take no float from this one."""
    return {("finish", frame) for frame in solution.built.frames if frame != solution.frame[i] and not solution.promised(frame)}


@bounded
@given(seeds)
def test_total_float_moves_no_target_and_one_minute_more_moves_one(seed):
    solution = solve(simple_links(in_working_days(anything(Random(seed)))))
    before = targets(solution)
    for i, total in enumerate(solution.total):
        if total is None or total < 0:
            continue
        after = targets(slipped(solution, i, total))
        assert {key: value for key, value in after.items() if value != before[key] and key not in indifferent(solution, i)} == {}
        end = holder(solution, i)
        if end is None:
            continue
        frame = solution.built.frames[solution.frame[end]]
        reaches = solution.late_of(i).by[end] is not None or frame.finish is None or solution.finishes[frame.id].index == end
        already_missed = solution.total[end] is not None and solution.total[end] < 0
        if reaches and not already_missed:
            was, after = targets(solution, spelled=True), targets(slipped(solution, i, total + MINUTE), spelled=True)
            assert any(after[key] > was[key] for key in was), solution.id(i)


@bounded
@given(seeds)
def test_free_float_moves_nobody(seed):
    solution = solve(simple_links(in_working_days(anything(Random(seed)))))
    free = {key: timing.free_float for key, timing in analyse(solution.built.snapshot).timings.items()}

    def places(s: Solution, but: int) -> list[tuple[int, int]]:
        n = len(s.tasks)
        return [
            (s.calendar(j).work(s.early.es[j]), s.calendar(j).work(s.early.ef[j]))
            for j in range(n)
            if j != but and s.early.dated[j]
        ]

    for i in range(len(solution.tasks)):
        slack = free[solution.id(i)]
        if slack is not None and solution.network.succs[i]:
            assert places(slipped(solution, i, round(slack * DAY)), i) == places(solution, i)


@pytest.mark.parametrize("seed", range(100))
def test_drag_is_remove_and_solve_again(seed):
    snapshot = plain(Random(seed), 14, ALL, lags=True)
    solution = solve(snapshot)
    calendar, finish = solution.built.calendars[1], solution.finishes[1].at
    for i in range(len(solution.tasks)):
        if is_critical(solution, i):
            gone = tuple(replace(a, duration=0.0, remaining=0.0) if a.id == solution.id(i) else a for a in snapshot.activities)
            then = solve(replace(snapshot, activities=gone)).finishes[1].at
            assert drag(solution, i) == calendar.diff(then, finish) / DAY


@pytest.mark.parametrize("seed", range(40))
def test_float_to_every_target_is_what_brute_force_finds(seed):
    snapshot = simple_links(plain(Random(seed), 10, ALL, lags=True))
    solution = solve(snapshot)
    for target in range(len(solution.tasks)):
        answer = critical_to(solution, solution.id(target))
        for key, days in answer.floats.items():
            i = solution.network.index[key]
            if solution.late.lf[i] == NEVER and days > 60:
                continue
            moved = [
                slipped(solution, i, k * DAY).early.ef[target] > solution.early.ef[target] for k in (round(days), round(days) + 1)
            ]
            assert moved == [False, True], (seed, key, solution.id(target))


@bounded
@given(seeds)
def test_the_named_link_removed_changes_the_date_and_no_other_does(seed):
    snapshot = anything(Random(seed))
    solution = solve(snapshot)
    for i in range(len(solution.tasks)):
        if solution.early.bind[i] is not Bind.LINK or not solution.open[i]:
            continue
        working = solution.tasks[i].calendar.work if solution.early.remaining[i] else lambda at: at
        drivers = {edge.id for edge in solution.early.drivers[i]}
        for link in (x for x in snapshot.links if x.successor == solution.id(i)):
            rest = tuple(x for x in snapshot.links if x.id != link.id)
            if len(solution.network.preds[i]) == 1:
                continue  # the last link of a milestone also changes what kind of milestone it is
            then = solve(replace(snapshot, links=rest))
            j = then.network.index[solution.id(i)]
            same = then.early.dated[j] and working(then.early.es[j]) == working(solution.early.es[i])
            assert same == (drivers != {link.id}), (solution.id(i), link)


@bounded
@given(seeds)
def test_each_day_on_the_critical_path_moves_the_finish(seed):
    solution = solve(simple_links(in_working_days(anything(Random(seed)))))
    analysis = analyse(solution.built.snapshot)
    for i in range(len(solution.tasks)):
        why = analysis.timings[solution.id(i)].critical_why
        if why.code in ("critical_through", "critical_direct", "critical_finish"):
            before, after = targets(solution, spelled=True), targets(slipped(solution, i, DAY), spelled=True)
            assert any(after[key] > before[key] for key in before)


@bounded
@given(seeds)
def test_loops_and_nests_never_break_anything(seed):
    rng = Random(seed)
    snapshot = anything(rng, 9)
    links = [Link(500 + n, rng.randint(1, 9), rng.randint(1, 9), rng.choice(ALL)) for n in range(6)]
    parents = {a.id: rng.choice((None, rng.randint(1, 9))) for a in snapshot.activities}
    tangled = replace(
        snapshot,
        links=(*snapshot.links, *links),
        activities=tuple(replace(a, parent=parents[a.id]) for a in snapshot.activities),
    )
    analysis, built = analyse(tangled), build(tangled)
    open_ends = {a.id: a for a in tangled.activities if a.state in (State.OPEN, State.STARTED)}
    given_links = {(x.predecessor, x.successor) for x in tangled.links}
    for finding in analysis.findings:
        if finding.code == "loop":
            members = finding.params["members"]
            steps = list(zip(members, (*members[1:], members[0]), strict=True))
            assert all(step in given_links for step in steps)
    left_out = {finding.activity for finding in analysis.findings if finding.code == "containment_loop"}
    solution = solve(tangled)
    for child, parent in parents.items():
        if child in open_ends and parent in open_ends and child != parent and parent not in left_out and child not in left_out:
            i, j = solution.network.index[child], solution.network.index[parent]
            if solution.early.dated[i]:
                calendar = solution.calendar(j)
                assert calendar.work(solution.early.ef[j]) >= calendar.work(solution.early.ef[i])
    assert built.graph.number_of_nodes() == len(built.activities)

"""Ways back: what is told is what brute force finds, every finish is the engine's, and nothing is told where nothing helps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

import pytest

from programs.graph.days import working_days
from programs.graph.diff import compare
from programs.graph.solution import solve
from programs.graph.trial import Solved, Trial
from programs.graph.types import Activity, Link, Obstacle
from programs.graph.ways_back import Kind, Ways, ways_back
from programs.graph.whatif import Add, Clear, Drop, Edit, Join, Part, Slip, tried
from tests.graph.plans import MONDAY, number, sketch
from tests.graph.random_plans import anything


def search(plan, **options) -> Ways | None:
    return ways_back(Trial(plan), 1, **{"soft": (), **options})


def late(plan, *changes) -> int:
    frame = plan.frames[0]
    return working_days(frame.target, Solved(solve(tried(plan, changes))).frame(1).finish, frame.calendar)


def random_change(plan, rng: Random):
    one = rng.choice(plan.activities)
    kinds = [
        Slip(one.id, rng.randint(-3, 6)),
        Edit(one.id, (("target", MONDAY + timedelta(days=rng.randint(1, 30))),)),
        Drop(one.id),
    ]
    if plan.links:
        kinds.append(Part(rng.choice(plan.links).id))
    if plan.obstacles:
        kinds += [Clear(rng.choice(plan.obstacles).id), Clear(plan.obstacles[0].id, MONDAY + timedelta(days=20))]
    first, last = sorted(rng.sample([each.id for each in plan.activities], 2))
    kinds.append(Join(Link(max([0, *(each.id for each in plan.links)]) + 1, first, last)))
    kinds.append(Add(Activity(max(each.id for each in plan.activities) + 1, 1, "new", duration=4.0)))
    return rng.choice(kinds)


@pytest.mark.parametrize("seed", range(40))
def test_a_trial_answers_as_a_fresh_solution_and_keeps_the_plan(seed: int) -> None:
    rng = Random(seed)
    plan = anything(rng, size=12)
    trial = Trial(plan)
    today = trial.today
    for _ in range(6):
        change = random_change(plan, rng)
        expected = Solved(solve(tried(plan, [change]))).side()
        assert trial.side([change]) == expected
        ends = {frame: result.finish for frame, result in expected.frames.items()}
        assert {frame: trial.finish(frame, [change]) for frame in ends} == ends
        assert trial.side([change]) == expected
        assert trial.side([]) == today
    assert trial.plan is plan


def test_a_side_holds_what_two_analyses_would_compare() -> None:
    plan = sketch("a(3) > b(2); c(4) > b")
    a = number(plan, "a")
    after = Trial(plan).side([Slip(a, 4)])
    moved = {move.item: move.after for move in compare(solve(plan), solve(tried(plan, [Slip(a, 4)])))}
    assert moved
    assert {item: after.standings[item] for item in moved} == moved


@pytest.mark.parametrize("seed", range(25))
def test_finds_what_brute_force_finds(seed: int) -> None:
    rng = Random(seed)
    plan = anything(rng, size=9)
    finish = Solved(solve(plan)).frame(1).finish
    if finish is None:
        return
    frames = (replace(plan.frames[0], target=finish - timedelta(days=rng.randint(1, 9))), *plan.frames[1:])
    obstacles = [*plan.obstacles]
    for one in rng.sample(plan.activities, 3):
        obstacles.append(Obstacle(1000 + len(obstacles), one.id, MONDAY + timedelta(days=rng.randint(2, 40))))
    plan = replace(plan, frames=frames, obstacles=tuple(obstacles))
    soft = {link.id for link in plan.links if rng.random() < 0.6}
    ways = search(plan, soft=soft, most=500)
    today = late(plan)
    if today <= 0:
        assert ways is None
        return
    assert ways is not None
    assert ways.late == today
    told = {frozenset((step.kind, step.item) for step in way.steps): way.late for way in (*ways.reaching, *ways.helping)}
    mine = {each.id for each in plan.activities if each.frame == 1}
    obstacles = [one for one in plan.obstacles if one.activity in mine]
    alone = {}
    for link in plan.links:
        if link.id in soft and {link.predecessor, link.successor} <= mine:
            alone[Kind.PART, link.id] = late(plan, Part(link.id))
    for one in obstacles:
        alone[Kind.CLEAR, one.id] = late(plan, Clear(one.id))
    for key, then in alone.items():
        if then < today:  # whatever helps alone is told, with the finish it leads to
            assert told[frozenset({key})] == then
        else:
            assert frozenset({key}) not in told
    for one, other in combinations(obstacles, 2):
        pair = frozenset({(Kind.CLEAR, one.id), (Kind.CLEAR, other.id)})
        then = late(plan, Clear(one.id), Clear(other.id))
        if then < min(today, alone[Kind.CLEAR, one.id], alone[Kind.CLEAR, other.id]):
            assert told[pair] == then
        else:
            assert pair not in told
    for way in (*ways.reaching, *ways.helping):
        assert late(plan, *(step.change for step in way.steps)) == way.late < today
        assert way.reaches == (way.late <= 0)
    assert all(way.reaches for way in ways.reaching)
    assert not any(way.reaches for way in ways.helping)


def test_pairs_of_blockers_that_help_only_together() -> None:
    plan = sketch("a(2) > z(1); b(2) > z", target=date(2027, 3, 10))
    held = [Obstacle(n, number(plan, name), date(2027, 3, 12)) for n, name in ((1, "a"), (2, "b"))]
    ways = search(replace(plan, obstacles=tuple(held)))
    assert ways is not None
    assert [sorted(step.item for step in way.steps) for way in ways.reaching] == [[1, 2]]
    assert ways.helping == ()
    assert ways.complete


def test_the_least_change_comes_first() -> None:
    plan = sketch("a(10) > b(10)", target=date(2027, 3, 25))
    soft = {plan.links[0].id}
    held = Obstacle(1, number(plan, "a"), date(2027, 3, 3))
    ways = search(replace(plan, obstacles=(held,)), soft=soft)
    assert ways is not None
    first = ways.reaching[0]
    assert [step.kind for step in first.steps] == [Kind.PART]
    assert len({len(way.steps) for way in ways.reaching}) == 2
    assert [len(way.steps) for way in ways.reaching] == sorted(len(way.steps) for way in ways.reaching)


def test_cuts_a_fifth_of_what_is_left() -> None:
    plan = sketch("a(10) > b(5)", target=date(2027, 3, 18))
    ways = search(plan)
    assert ways is not None
    a = next(way for way in ways.reaching if way.steps[0].item == number(plan, "a") and len(way.steps) == 1)
    assert (a.steps[0].days, a.steps[0].value, a.finish, a.sooner) == (2.0, 8.0, date(2027, 3, 18), 2)


def test_says_nothing_where_there_is_nothing_to_win_back() -> None:
    assert search(sketch("a(3)")) is None  # no target
    assert search(sketch("a(3)", target=date(2027, 3, 10))) is None  # on target
    hopeless = search(sketch("a(30)", target=date(2027, 3, 3)))
    assert hopeless is not None
    assert hopeless.reaching == ()
    assert [way.steps[0].kind for way in hopeless.helping] == [Kind.CUT]


def test_the_work_is_bounded_and_says_so() -> None:
    plan = sketch(" > ".join(f"m{n}(3)" for n in range(60)), target=date(2027, 3, 10))
    held = tuple(Obstacle(n + 1, activity.id, date(2027, 4, 1)) for n, activity in enumerate(plan.activities[:20]))
    ways = search(replace(plan, obstacles=held))
    assert ways is not None
    assert not ways.complete
    assert ways.tried <= 12 + 40 + 66 + 28
    assert len(ways.helping) <= 6

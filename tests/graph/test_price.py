"""What a blocker costs, against plans solved without it and with it a week longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from programs.graph.days import add_working_days
from programs.graph.price import price
from programs.graph.solution import solve
from programs.graph.types import Obstacle
from programs.graph.whatif import Block, Clear, tried
from tests.graph.plans import number, sketch
from tests.graph.random_plans import anything


def blocked(clear: date | None):
    plan = sketch(
        "api(2) > app(2) > launch(0); docs(9) > launch; api > beta", beta={"target": date(2027, 3, 12), "duration": 0.0}
    )
    return tried(plan, [Block(Obstacle(7, number(plan, "api"), clear))])


def test_days_today_and_if_it_stays_a_week() -> None:
    plan = blocked(date(2027, 3, 8))
    found = price(solve(plan), 7)
    assert found is not None
    assert found.finish is not None
    assert (found.finish.adds, found.finish.week) == (0.0, 5.0)  # docs takes nine days anyway, and now there is no room left
    beta = next(cost for cost in found.targets if cost.item == number(plan, "beta"))
    assert (beta.adds, beta.week, beta.late) == (5.0, 5.0, -2.0)
    assert set(found.hurt) == {number(plan, "beta"), number(plan, "app"), number(plan, "launch")}
    assert found.hurt.index(number(plan, "app")) < found.hurt.index(number(plan, "launch"))  # nearest first


def test_a_blocker_without_a_day_stays_from_today() -> None:
    found = price(solve(blocked(None)), 7)
    assert found is not None
    assert found.finish is not None
    assert (found.finish.adds, found.finish.week) == (0.0, 0.0)
    assert found.float_left == 5.0


def test_nothing_for_a_blocker_that_holds_nothing() -> None:
    assert price(solve(blocked(None)), 99) is None


@pytest.mark.parametrize("seed", range(40))
def test_equals_two_plans_solved_from_the_start(seed: int) -> None:
    plan = anything(Random(seed))
    solution = solve(plan)
    for obstacle in plan.obstacles:
        found = price(solution, obstacle.id)
        if found is None or found.finish is None:
            continue
        frame = next(one.frame for one in plan.activities if one.id == obstacle.activity)
        calendar = next(one.calendar for one in plan.frames if one.id == frame)
        until = max(obstacle.clear or plan.as_of, plan.as_of)
        without = solve(tried(plan, [Clear(obstacle.id)]))
        longer = solve(replace(plan, obstacles=tuple(
            one if one.id != obstacle.id else replace(one, clear=add_working_days(until, 5, calendar)) for one in plan.obstacles
        )))  # fmt: skip
        i = solution.finishes[frame].index
        assert i is not None
        diff = solution.calendar(i).diff
        if solution.id(i) == found.finish.item:
            assert found.finish.adds * 86_400 == pytest.approx(diff(without.early.ef[i], solution.early.ef[i]))
            assert found.finish.week * 86_400 == pytest.approx(diff(solution.early.ef[i], longer.early.ef[i]))

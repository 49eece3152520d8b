"""Plans that are tried: each change does what it says, the plan it is tried on stays, and what is not there is named."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.graph.analyse import analyse
from programs.graph.types import Activity, Link, Obstacle, State
from programs.graph.whatif import Add, Block, Clear, Drop, Edit, Join, Part, Slip, Unknown, tried
from tests.graph.plans import number, sketch
from tests.graph.random_plans import anything


def finish(plan) -> date:
    return analyse(plan).frames[1].finish


def test_slips_work_that_has_a_duration() -> None:
    plan = sketch("a(3) > b(2)")
    assert finish(plan) == date(2027, 3, 8)
    assert finish(tried(plan, [Slip(number(plan, "a"), 2)])) == date(2027, 3, 10)
    assert finish(tried(plan, [Slip(number(plan, "a"), -2)])) == date(2027, 3, 4)
    assert finish(tried(plan, [Slip(number(plan, "a"), -99)])) == date(2027, 3, 3)  # never less than nothing


def test_slips_what_is_left_of_work_that_began() -> None:
    plan = sketch("a(4) > b(2)", a={"state": State.STARTED, "percent_done": 50.0, "start": date(2027, 2, 22)})
    assert finish(plan) == date(2027, 3, 5)
    assert finish(tried(plan, [Slip(number(plan, "a"), 1)])) == date(2027, 3, 8)
    left = sketch("a(4) > b(2)", a={"state": State.STARTED, "remaining": 1.0, "start": date(2027, 2, 22)})
    assert finish(tried(left, [Slip(number(left, "a"), 1)])) == date(2027, 3, 5)


def test_slips_a_date_from_what_is_later() -> None:
    """A date-driven milestone whose links already hold it later slips from there, not from the date its owner wrote."""
    plan = sketch("a(5) > b", b={"duration": None, "expected": date(2027, 3, 3)})
    assert finish(plan) == date(2027, 3, 8)
    assert finish(tried(plan, [Slip(number(plan, "b"), 2, forecast=date(2027, 3, 8))])) == date(2027, 3, 10)


def test_adds_drops_joins_parts_blocks_and_clears() -> None:
    plan = sketch("a(3) > b(2)")
    a, b = number(plan, "a"), number(plan, "b")
    new = Activity(9, 1, "new", duration=4.0)
    assert finish(tried(plan, [Add(new), Join(Link(90, a, 9)), Join(Link(91, 9, b))])) == date(2027, 3, 12)
    assert finish(tried(plan, [Part(plan.links[0].id)])) == date(2027, 3, 3)
    assert finish(tried(plan, [Drop(a)])) == date(2027, 3, 3)
    held = tried(plan, [Block(Obstacle(5, a, date(2027, 3, 10)))])
    assert finish(held) == date(2027, 3, 17)
    assert finish(tried(held, [Clear(5, date(2027, 3, 4))])) == date(2027, 3, 11)
    assert finish(tried(held, [Clear(5)])) == date(2027, 3, 8)
    assert finish(tried(plan, [Edit(a, (("state", State.DONE), ("actual", date(2027, 3, 1))))])) == date(2027, 3, 3)


@pytest.mark.parametrize("change", [Slip(99, 1), Drop(99), Part(99), Clear(99), Join(Link(1, 1, 99)), Block(Obstacle(1, 99))])
def test_names_what_is_not_there(change) -> None:
    with pytest.raises(Unknown):
        tried(sketch("a > b"), [change])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), pick=st.integers(0, 9))
def test_leaves_the_plan_as_it_was(seed: int, pick: int) -> None:
    """What is tried is another plan: the first is the same bytes after, and a change with its opposite changes nothing."""
    plan = anything(Random(seed))
    before, one = repr(plan), plan.activities[pick]
    analyse(tried(plan, [Slip(one.id, 3), Drop(one.id)]))
    assert repr(plan) == before
    assert tried(plan, []) == plan
    there_and_back = tried(plan, [Edit(one.id, (("duration", 7.0),)), Edit(one.id, (("duration", one.duration),))])
    assert there_and_back == plan

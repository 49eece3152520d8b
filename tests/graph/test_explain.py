"""What the engine says about one activity, and that it is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from programs.graph.bands import bands, float_consumed
from programs.graph.critical import critical_to
from programs.graph.explain import explain, next_driver
from programs.graph.forward import Bind
from programs.graph.phrases import say
from programs.graph.ranked import ranked_paths
from programs.graph.solution import solve
from programs.graph.types import Obstacle
from tests.graph.plans import number, sketch
from tests.graph.random_plans import anything

PLAN = "api(4) > app(3) > launch(2); docs(2) > launch; legal(6) > launch"


def names(plan, ids):
    by = {a.id: a.name for a in plan.activities}
    return [by[i] for i in ids]


def test_one_activity_in_plain_sentences():
    plan = sketch(PLAN)
    api = explain(plan, number(plan, "api"))
    assert say(api.start) == "Can start on 2027-03-02, the next working day; nothing holds it."
    assert say(api.critical) == "Critical: launch waits for it, through app; each day here moves launch."
    assert say(api.change) == "Up to 1 working day can be saved here; after that, work starting with legal decides launch."
    assert api.drag == 1
    docs = explain(plan, number(plan, "docs"))
    assert say(docs.critical) == "Not critical: 5 working days of float before launch needs it."
    assert say(docs.change) == "A slip of 5 working days makes it critical; any more moves the finish."
    assert docs.drag is None


def test_the_next_driver_once_the_current_one_is_gone():
    plan = sketch(PLAN)
    launch = explain(plan, number(plan, "launch"))
    assert say(launch.start) == "Starts 2027-03-11 because app finishes on 2027-03-10."
    assert say(launch.without) == "Starts 2027-03-10 because legal finishes on 2027-03-09."
    held = replace(plan, obstacles=(Obstacle(5, number(plan, "app"), date(2027, 3, 19)),))
    app = explain(held, number(plan, "app"))
    assert say(app.start) == "Waits until its blocker clears on 2027-03-19."
    assert say(app.without) == "Starts 2027-03-08 because api finishes on 2027-03-05."


def test_a_date_to_come_has_not_passed_when_it_is_thought_away():
    plan = sketch("a(0)")
    later = replace(plan.activities[0], expected=date(2027, 3, 19), duration=None)
    told = explain(replace(plan, activities=(later,)), later.id)
    assert say(told.start) == "Stands on its own date, 2027-03-19; everything it waits for is expected by then."
    assert say(told.without) == "Everything it waits for is reached, so it can be reached on 2027-03-01."


def test_ties_are_named_together():
    plan = sketch("a(3) > c(1); b(3) > c")
    assert say(explain(plan, 2).start) == "Starts 2027-03-05; a and b all hold it until then."


@pytest.mark.parametrize("seed", range(60))
def test_what_next_driver_says_is_what_happens(seed):
    """Remove the named links, blocker or date and solve again: the activity stands where the sentence said."""
    snapshot = anything(Random(seed))
    solution = solve(snapshot)
    for i in range(len(solution.tasks)):
        if solution.early.bind[i] is not Bind.LINK or not solution.open[i]:
            continue
        gone = {edge.id for edge in solution.early.drivers[i]}
        if len(gone) == len(solution.network.preds[i]):
            continue  # a milestone without any link is another kind of milestone
        rest = solve(replace(snapshot, links=tuple(link for link in snapshot.links if link.id not in gone)))
        j = rest.network.index[solution.id(i)]
        said = next_driver(solution, i)
        assert said is not None
        if rest.early.dated[j]:
            assert say(said) == say(explain(rest, solution.id(i)).start)


def test_to_one_milestone_only_its_own_ancestors_count():
    plan = sketch("a(3) > beta(1) > launch(5); b(2) > beta; c(9) > launch", beta={"target": date(2027, 3, 12)})
    answer = critical_to(plan, number(plan, "beta"))
    assert names(plan, answer.path) == ["a", "beta"]
    assert {name: answer.floats[number(plan, name)] for name in ("a", "b", "beta")} == {"a": 0, "b": 1, "beta": 0}
    assert number(plan, "c") not in answer.floats
    assert say(answer.why[number(plan, "b")]) == "Not critical: 1 working day of float before beta needs it."
    late = sketch("a(3) > beta(1)", beta={"target": date(2027, 3, 3)})
    assert critical_to(late, 1 + 1).floats == {1: -2, 2: -2}


def test_an_activity_explained_towards_chosen_milestones():
    plan = sketch("a(3) > beta(1) > launch(5); c(9) > launch")
    told = explain(plan, number(plan, "c"), (number(plan, "beta"), number(plan, "launch")))
    assert [say(why) for why in told.targets.values()] == [
        "Not critical: beta does not wait for it.",
        "Critical: launch waits for it; each day here moves launch.",
    ]


def test_driving_paths_are_ranked_and_ties_all_shown():
    plan = sketch("a(3) > c(2) > end(1); b(3) > c; d(4) > end; e(1) > d")
    ranked = ranked_paths(plan, number(plan, "end"))
    assert [(path.slack, names(plan, path.activities), path.driving) for path in ranked] == [
        (0.0, ["a", "c", "end"], True),
        (0.0, ["b", "c", "end"], True),
        (0.0, ["e", "d", "end"], True),
    ]
    slower = sketch("a(3) > c(2) > end(1); b(1) > c; d(2) > end")
    assert [(path.slack, names(slower, path.activities)) for path in ranked_paths(slower, number(slower, "end"))] == [
        (0.0, ["a", "c", "end"]),
        (2.0, ["b", "c", "end"]),
        (3.0, ["d", "end"]),
    ]


def test_exponentially_many_paths_are_no_trouble():
    steps = [f"s{n} > a{n} > s{n + 1}; s{n} > b{n} > s{n + 1}" for n in range(30)]
    plan = sketch("; ".join(["s30 > end", *steps]))
    ranked = ranked_paths(plan, number(plan, "end"), most=7)
    assert len(ranked) == 7
    assert all(path.driving and len(path.activities) == 62 for path in ranked)


def test_bands_and_float_consumed():
    plan = sketch("a(9) > end(1); b(3) > end; c(1) > end", b={"baseline": date(2027, 3, 2)}, c={"baseline": date(2027, 3, 5)})
    solution = solve(plan)
    assert [(band.upto, names(plan, band.activities)) for band in bands(solution, 1)] == [
        (0.0, ["a", "end"]),
        (5.0, []),
        (10.0, ["b", "c"]),
        (20.0, []),
        (None, []),
    ]
    used = float_consumed(solution, number(plan, "b") - 1)
    assert (used.slipped, used.left, used.share) == (2.0, 6.0, 0.25)
    assert float_consumed(solution, number(plan, "c") - 1).share == 0
    assert float_consumed(solution, number(plan, "a") - 1) is None


@pytest.mark.parametrize("seed", range(40))
def test_every_explanation_of_a_random_plan_is_a_sentence(seed):
    solution = solve(anything(Random(seed)))
    chosen = tuple(solution.id(i) for i in range(2))
    for i in range(len(solution.tasks)):
        told = explain(solution, solution.id(i), chosen)
        for why in (told.start, told.critical, told.without, told.change, *told.targets.values()):
            said = "It stands." if why is None else say(why)
            assert said.endswith(".")
            assert not {"{", "None"} & set(said.split())

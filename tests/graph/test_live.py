"""What is kept and changed in place answers as a new analysis of the whole network does, edit after edit, field by field."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from programs.graph.analyse import analyse
from programs.graph.edits import Change, Unable
from programs.graph.live import Live
from programs.graph.solution import solve
from programs.graph.types import Activity, Constraint, Link, LinkType, Obstacle, Snapshot, State, Unit
from tests.graph import random_plans

LATER = {"critical_why", "waiting_behind", "free_float"}


def edited(rng: Random, snapshot: Snapshot) -> tuple[Snapshot, Change]:
    """One thing somebody does: the plan afterwards, and the change."""
    kind = rng.choice(
        ("work", "work", "work", "date", "state", "constraint", "link", "link", "unlink", "relink", "block", "clear", "add")
    )
    activities = {a.id: a for a in snapshot.activities}
    links = {link.id: link for link in snapshot.links}
    obstacles = {o.id: o for o in snapshot.obstacles}
    put, linked, stopped = [], {}, {}
    one = activities[rng.choice(list(activities))]
    if kind == "work":
        put = [replace(one, duration=rng.choice((0.0, 1.0, 2.0, 4.0, 9.0)), remaining=None)]
    elif kind == "date":
        day = random_plans._day(rng, 0.8)
        put = [replace(one, **{rng.choice(("target", "expected", "start")): day})]
    elif kind == "state":
        state = rng.choice((State.OPEN, State.STARTED, State.DONE))
        actual = random_plans._day(rng, 1.0, -10, 10) if state is State.DONE else None
        put = [replace(one, state=state, actual=actual, remaining=float(rng.randint(0, 5)) if state is State.STARTED else None)]
    elif kind == "constraint":
        constraint = rng.choice(
            (Constraint.NONE, Constraint.SNET, Constraint.MUST_START, Constraint.MUST_FINISH, Constraint.FNLT)
        )
        put = [replace(one, constraint=constraint, constraint_date=random_plans._day(rng, 1.0) if constraint else None)]
    elif kind in ("link", "relink"):
        lag, unit = float(rng.choice((0, 0, 1, 3, -2))), rng.choice((Unit.WORKING, Unit.WORKING, Unit.ELAPSED))
        if kind == "relink" and links:
            old = links[rng.choice(list(links))]
            linked = {old.id: replace(old, type=rng.choice(tuple(LinkType)), lag=lag)}
        else:
            key = max([0, *links]) + 1
            linked = {key: Link(key, *rng.sample(list(activities), 2), rng.choice(tuple(LinkType)), lag, unit)}
    elif kind == "unlink" and links:
        linked = {rng.choice(list(links)): None}
    elif kind == "block":
        key = rng.choice([*obstacles, max([0, *obstacles]) + 1])
        where = obstacles[key].activity if key in obstacles else one.id
        stopped = {key: Obstacle(key, where, random_plans._day(rng, 0.8))}
    elif kind == "clear" and obstacles:
        stopped = {rng.choice(list(obstacles)): None}
    elif kind == "add":
        key = max(activities) + 1
        put = [
            Activity(
                key,
                one.frame,
                name=f"A{key}",
                key=f"A-{key}",
                duration=rng.choice((None, 1.0, 5.0)),
                target=random_plans._day(rng, 0.5),
            )
        ]
    for rows, changes in ((activities, {a.id: a for a in put}), (links, linked), (obstacles, stopped)):
        for key, row in changes.items():
            rows.pop(key, None)
            if row is not None:
                rows[key] = row
    after = replace(
        snapshot, activities=tuple(activities.values()), links=tuple(links.values()), obstacles=tuple(obstacles.values())
    )
    return after, Change(tuple(put), linked, stopped)


def known(timing):
    return {name: getattr(timing, name) for name in timing.__slots__ if name not in LATER}


def check(snapshot: Snapshot, rng: Random, edits: int, seen: Counter, tell=lambda message: message) -> None:
    try:
        live = Live(solve(snapshot))
    except Unable as why:
        seen[str(why)] += 1
        return
    truth = analyse(snapshot)
    for number in range(edits):
        after, change = edited(rng, snapshot)
        told = tell(f"edit {number}: {change}")
        uniform, shift = live.uniform, live.shift
        try:
            reached = live.apply(change)
        except Unable as why:
            seen[str(why)] += 1
            loop = analyse(after).findings
            if any(finding.code == "loop" for finding in loop):
                after = snapshot
            snapshot, truth = after, analyse(after)
            try:
                live = Live(solve(snapshot))
            except Unable:
                return
            continue
        before, truth, snapshot = truth, analyse(after), after
        for key, timing in truth.timings.items():
            assert known(live.timing(key)) == known(timing), (told, key)
            was = before.timings.get(key)
            unsaid = was is not None and key not in reached.activities
            if unsaid and known(timing) != known(was):
                assert uniform, (told, key)  # only what moves with the finish moves unsaid
                assert live.shift != shift, (told, key)
                early = ("early_start", "early_finish", "needed_by", "on_path", "dated", "drivers", "start_why")
                assert all(getattr(timing, name) == getattr(before.timings[key], name) for name in early), (told, key)
                moved = (live.shift - shift) / 86_400
                was = before.timings[key].total_float
                assert timing.total_float == (None if was is None else was + moved), (told, key)
        assert {frame: live.frame(frame) for frame in truth.frames} == truth.frames, told
        assert live.costs() == truth.obstacles, told
        seen["answered"] += 1
        seen["moved with the finish"] += uniform and live.shift != shift


def replayed(seed: int) -> str:
    """What led to a failure, for whoever looks."""
    return f"seed {seed}"


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_anything_a_plan_can_say(first):
    seen = Counter()
    for seed in range(first, first + 50):
        rng = Random(seed)
        check(random_plans.anything(rng, rng.randint(4, 16)), rng, 12, seen, lambda told, seed=seed: (replayed(seed), told))
    assert seen["answered"] > 250, seen


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_one_program_and_one_calendar(first):
    seen = Counter()
    for seed in range(first, first + 50):
        rng = Random(1000 + seed)
        plan = random_plans.plain(rng, rng.randint(4, 20), tuple(LinkType), lags=True)
        plan = replace(plan, links=tuple(replace(link, unit=Unit.WORKING) for link in plan.links))
        check(plan, rng, 12, seen, lambda told, seed=seed: (replayed(1000 + seed), told))
    assert seen["answered"] > 250, seen
    assert seen["moved with the finish"] > 25, seen


def test_containment_is_kept_and_left_alone():
    seen = Counter()
    for seed in range(60):
        rng = Random(5000 + seed)
        plan = random_plans.anything(rng, 12)
        inside = {n: rng.randint(n + 1, 12) for n in rng.sample(range(1, 12), 4)}  # parents late, so that few loops arise
        rows = tuple(replace(a, parent=inside.get(a.id)) for a in plan.activities)
        check(replace(plan, activities=rows), rng, 10, seen, lambda told, seed=seed: (replayed(5000 + seed), told))
    assert seen["answered"] > 150, seen


def test_the_judge_has_teeth_a_cone_that_stops_at_once_is_caught(monkeypatch):
    monkeypatch.setattr(
        Live, "_forward", lambda self, dirty: ([self.solution.forward.place(i) for i in dirty], (set(dirty), set(dirty)))[1]
    )
    with pytest.raises(AssertionError):
        test_anything_a_plan_can_say(0)


def test_a_loop_is_refused():
    plan = Snapshot(
        random_plans.AS_OF,
        (random_plans.plain(Random(1), 3).frames[0],),
        tuple(Activity(n, 1, duration=1.0) for n in (1, 2, 3)),
        (Link(1, 1, 2), Link(2, 2, 3)),
    )
    with pytest.raises(Unable, match="loop"):
        Live(solve(plan)).apply(Change(links={3: Link(3, 3, 1)}))


def test_what_the_finish_moves_moves_nobody_else():
    """A slip on the critical path changes the float of all, and is told of those on it only."""
    rows = tuple(Activity(n, 1, f"A{n}", duration=5.0) for n in range(1, 101))
    links = tuple(Link(n, n, n + 1) for n in range(1, 10))
    plan = Snapshot(random_plans.AS_OF, (random_plans.plain(Random(1), 3).frames[0],), rows, links)
    plan = replace(plan, frames=(replace(plan.frames[0], finish=None),))
    live = Live(solve(plan))
    slip = replace(rows[0], duration=6.0)
    reached = live.apply(Change((slip,)))
    assert reached.activities == set(range(1, 11))
    truth = analyse(replace(plan, activities=(slip, *rows[1:])))
    assert all(known(live.timing(n)) == known(truth.timings[n]) for n in range(1, 101))
    assert truth.timings[50].total_float == 46 != analyse(plan).timings[50].total_float
    assert live.frame(1).finish == random_plans.AS_OF + timedelta(days=71)

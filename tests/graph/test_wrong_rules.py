"""Three published ways to find the critical path that are wrong, each on a plan where it shows.

They stand here by name so that nobody brings one back: ours gives another, right answer on each plan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from programs.graph.analyse import analyse
from programs.graph.solution import solve
from programs.graph.types import DayCalendar, Obstacle, Snapshot, Unit
from tests.graph.plans import number, sketch

MONDAY = date(2027, 3, 1)


def critical(snapshot: Snapshot) -> set[str]:
    timings = analyse(snapshot).timings
    return {a.name for a in snapshot.activities if timings[a.id].critical}


def walk_back(snapshot: Snapshot, follows) -> set[str]:
    """From the finish back over every predecessor a rule accepts."""
    timings = analyse(snapshot).timings
    names = {a.id: a.name for a in snapshot.activities}
    stack, seen = [snapshot.frames[0].finish], {snapshot.frames[0].finish}
    while stack:
        b = stack.pop()
        before = [link.predecessor for link in snapshot.links if link.successor == b]
        for a in before:
            if a not in seen and follows(timings[a], timings[b], [timings[x] for x in before]):
                seen.add(a)
                stack.append(a)
    return {names[i] for i in seen}


def stops_at_a_calendar_gap(snapshot: Snapshot) -> set[str]:
    """Wrong: a predecessor drives only if its successor starts on the very next day. Any weekend cuts the path."""
    return walk_back(snapshot, lambda a, b, _: b.early_start == a.early_finish + timedelta(days=1))


def compares_end_dates_only(snapshot: Snapshot) -> set[str]:
    """Wrong: the predecessor that ends last drives. A lag or another link type makes an earlier one drive."""
    return walk_back(snapshot, lambda a, _, all_before: a.early_finish == max(t.early_finish for t in all_before))


def longest_elapsed_chain(snapshot: Snapshot) -> set[str]:
    """Wrong: the chain with the most calendar days of work. Waiting for a blocker, a date or a lag is not work, but it counts."""
    timings = analyse(snapshot).timings
    length = {a.id: (timings[a.id].early_finish - timings[a.id].early_start).days + 1 for a in snapshot.activities}

    def chain(b: int) -> tuple[int, list[int]]:
        longest = max((chain(link.predecessor) for link in snapshot.links if link.successor == b), default=(0, []))
        return longest[0] + length[b], [*longest[1], b]

    names = {a.id: a.name for a in snapshot.activities}
    return {names[i] for i in chain(snapshot.frames[0].finish)[1]}


def moves_the_finish(snapshot: Snapshot, name: str) -> bool:
    """The judge: hold one activity's work a day longer than it is held now."""
    solution = solve(snapshot)
    key = number(snapshot, name)
    start = analyse(snapshot).timings[key].early_start
    held = replace(snapshot, obstacles=(*snapshot.obstacles, Obstacle(99, key, start)))
    return solve(held).finishes[1].at > solution.finishes[1].at


def judged(snapshot: Snapshot) -> set[str]:
    return {a.name for a in snapshot.activities if moves_the_finish(snapshot, a.name)}


def test_stopping_at_a_calendar_gap_loses_everything_before_the_weekend():
    plan = sketch("design(4) > build(4) > launch(2); docs(1) > launch", as_of=MONDAY)
    assert stops_at_a_calendar_gap(plan) == {"build", "launch"}
    assert critical(plan) == judged(plan) == {"design", "build", "launch"}


def test_comparing_end_dates_only_follows_the_wrong_predecessor():
    plan = sketch("order(2) >FS+6 install(2); paint(4) > install", as_of=MONDAY)
    assert compares_end_dates_only(plan) == {"paint", "install"}
    assert critical(plan) == judged(plan) == {"order", "install"}


def test_the_longest_elapsed_chain_is_not_what_the_finish_waits_for():
    plan = sketch("survey(6) > report(5) > launch(1); permit(3) > launch", as_of=MONDAY)
    blocked = replace(plan, obstacles=(Obstacle(1, number(plan, "permit"), date(2027, 3, 19)),))
    assert longest_elapsed_chain(blocked) == {"survey", "report", "launch"}
    assert critical(blocked) == judged(blocked) == {"permit", "launch"}


def test_elapsed_days_of_different_calendars_do_not_add_up():
    plan = sketch("cure(8) > launch(1); fit(7) > launch", as_of=MONDAY, cure={"unit": Unit.ELAPSED})
    assert plan.frames[0].calendar == DayCalendar()
    assert critical(plan) == judged(plan) == {"fit", "launch"}

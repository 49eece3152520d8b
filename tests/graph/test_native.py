"""The native rules, one hand example each. The data date of drawn plans is Monday 1 March 2027; work starts on Tuesday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from programs.graph.analyse import analyse
from programs.graph.phrases import TEMPLATES, say
from programs.graph.types import Activity, Constraint, DayCalendar, Finding, Frame, Link, Obstacle, Snapshot, State, Unit
from tests.graph.plans import SHARED, bundle, demo, number, sketch

MARCH = {day: date(2027, 3, day) for day in range(1, 32)}


def timing(snapshot: Snapshot, name: str):
    return analyse(snapshot).timings[number(snapshot, name)]


def dates(snapshot: Snapshot, name: str) -> tuple[int | None, int | None]:
    """Early start and finish as days of March."""
    found = timing(snapshot, name)
    return tuple(None if day is None else (day - date(2027, 2, 28)).days for day in (found.early_start, found.early_finish))


@pytest.mark.parametrize(
    ("plan", "b"),
    [
        ("a(3) > b(2)", (5, 8)),  # a: Tue 2 to Thu 4; b: Fri 5 and Mon 8
        ("a(3) >FS+2 b(2)", (9, 10)),
        ("a(3) >FS-1 b(2)", (4, 5)),
        ("a(3) >SS b(2)", (2, 3)),
        ("a(3) >SS+2 b(2)", (4, 5)),
        ("a(3) >FF b(2)", (3, 4)),
        ("a(3) >FF+1 b(2)", (4, 5)),
        ("a(3) >SF+4 b(2)", (4, 5)),
        ("a(3) >FS-9 b(2)", (2, 3)),  # a lead never reaches before the data date
    ],
)
def test_the_four_links_with_lags_and_leads(plan, b):
    assert dates(sketch(plan), "b") == b


def test_elapsed_lags_count_every_day_and_elapsed_work_runs_through_the_weekend():
    plan = sketch("a(4) > b(1)")
    elapsed = replace(plan, links=(replace(plan.links[0], lag=2, unit=Unit.ELAPSED),))
    assert dates(elapsed, "b") == (8, 8)
    assert dates(sketch("a(4) > b(2)", b={"unit": Unit.ELAPSED}), "b") == (6, 7)


def test_holidays_and_extra_days_move_work():
    plan = sketch("a(4) > b(2)")
    calendar = DayCalendar(holidays=frozenset({MARCH[3]}), extra_days=frozenset({MARCH[6]}))
    closed = replace(plan, frames=(replace(plan.frames[0], calendar=calendar),))
    assert dates(closed, "a") == (2, 6)
    assert dates(closed, "b") == (8, 9)


def test_a_link_over_a_holiday_says_so():
    plan = sketch("a(3) > b(2)")
    shut = replace(plan, frames=(replace(plan.frames[0], calendar=DayCalendar(holidays=frozenset({MARCH[5]}))),))
    assert say(timing(shut, "b").start_why) == "Starts 2027-03-08: a finishes on 2027-03-04, and nobody works in between."
    assert timing(sketch("a(4) > b(1)"), "b").start_why.code == "link_fs"  # a weekend needs no words


def test_work_in_progress_is_scheduled_by_what_remains_and_still_waits():
    plan = sketch("a(3) > b(5)", b={"state": State.STARTED, "remaining": 2.0, "start": date(2027, 2, 22)})
    assert dates(plan, "b") == (5, 8)


def test_percent_done_shortens_what_remains():
    assert dates(sketch("a(10)", a={"state": State.STARTED, "percent_done": 70}), "a") == (2, 4)


def test_finished_work_keeps_its_actual_dates_and_a_missing_one_is_taken_from_what_is_known():
    plan = sketch("a(3) > b(2)", a={"state": State.DONE, "actual": date(2027, 2, 26)})
    assert timing(plan, "a").early_finish == date(2027, 2, 26)
    assert dates(plan, "b") == (2, 3)
    known = sketch("a(3) > b(2)", a={"state": State.DONE, "target": date(2027, 2, 24)})
    assert timing(known, "a").early_finish == date(2027, 2, 24)
    unknown = sketch("a(3) > b(2)", a={"state": State.DONE, "target": date(2027, 9, 1)})
    assert timing(unknown, "a").early_finish == MARCH[1]


def test_cancelled_work_takes_no_part():
    plan = sketch("a(3) > b(5) > c(1)", b={"state": State.DROPPED})
    analysis = analyse(plan)
    assert number(plan, "b") not in analysis.timings
    assert dates(plan, "c") == (2, 2)


def test_a_blocker_holds_remaining_work_until_the_end_of_its_clear_date():
    plan = sketch("a(2) > b(1); c(1) > b")
    blocked = replace(plan, obstacles=(Obstacle(7, number(plan, "a"), MARCH[4]), Obstacle(8, number(plan, "c"), None)))
    assert dates(blocked, "a") == (5, 8)
    costs = {cost.id: cost for cost in analyse(blocked).obstacles}
    assert (costs[7].days_added, costs[7].waiting_behind) == (3.0, 1)
    assert costs[8].days_added == 0
    assert [cost.id for cost in analyse(blocked).obstacles] == [7, 8]


def test_two_blockers_on_one_activity_each_cost_only_what_they_alone_cost():
    plan = sketch("a(2) > b(1)")
    held = replace(plan, obstacles=(Obstacle(1, 1, MARCH[4]), Obstacle(2, 1, MARCH[9])))
    assert {cost.id: cost.days_added for cost in analyse(held).obstacles} == {1: 0.0, 2: 3.0}


def test_a_date_without_a_duration_is_kept_unless_the_links_come_later():
    plan = sketch("a(3) > gate", gate={"duration": None, "target": MARCH[19]})
    assert dates(plan, "gate") == (19, 19)
    early = sketch("a(9) > gate", gate={"duration": None, "target": MARCH[5], "expected": MARCH[8]})
    assert dates(early, "gate") == (12, 12)
    [finding] = analyse(early).findings
    assert finding == Finding("promised_early", 2, 1, {"promised": MARCH[8], "possible": MARCH[12], "days": 4.0})


def test_an_overdue_open_date_is_forecast_today_and_may_fall_on_a_weekend():
    overdue = sketch("gate", gate={"duration": None, "target": date(2027, 2, 3)})
    assert dates(overdue, "gate") == (1, 1)
    saturday = sketch("gate > b(1)", gate={"duration": None, "target": MARCH[6]})
    assert dates(saturday, "gate") == (6, 6)
    assert dates(saturday, "b") == (8, 8)


def test_what_nothing_dates_has_no_date_and_holds_nothing():
    plan = sketch("a(3) >FS+9 b(1); c > d", a={"duration": None}, c={"duration": None}, d={"duration": None})
    for name in "acd":
        assert dates(plan, name) == (None, None)
        assert not timing(plan, name).dated
        assert timing(plan, name).total_float is None
    assert dates(plan, "b") == (2, 2)
    assert analyse(replace(plan, frames=(replace(plan.frames[0], finish=3),))).frames[1].finish == MARCH[2]


def test_not_before_holds_and_a_deadline_only_counts_backward():
    assert dates(sketch("a(2)", a={"constraint": Constraint.SNET, "constraint_date": MARCH[10]}), "a") == (10, 11)
    plan = sketch("a(9) > b(1)", a={"constraint": Constraint.FNLT, "constraint_date": MARCH[9]})
    assert dates(plan, "a") == (2, 12)
    assert timing(plan, "a").total_float == -3
    assert say(timing(plan, "a").critical_why).startswith("Critical: b waits for it")
    assert [finding.code for finding in analyse(plan).findings] == ["conflict"]


def test_a_fixed_date_holds_work_back_but_never_moves_it_before_its_links():
    later = sketch("a(2) > b(1)", b={"constraint": Constraint.MUST_FINISH, "constraint_date": MARCH[12]})
    assert dates(later, "b") == (12, 12)
    sooner = sketch("a(9) > b(1)", b={"constraint": Constraint.MUST_FINISH, "constraint_date": MARCH[4]})
    assert dates(sooner, "b") == (15, 15)
    assert timing(sooner, "b").total_float == -7


def test_as_late_as_possible_uses_its_free_float_and_no_more():
    plan = sketch("a(8) > c(1); b(2) > c", b={"constraint": Constraint.ALAP})
    assert dates(plan, "b") == (10, 11)
    assert dates(plan, "c") == (12, 12)


def test_the_program_target_bounds_needed_by_but_not_float():
    plan = sketch("a(3) > b(5); c(1) > b", target=MARCH[5])
    assert timing(plan, "a").total_float == 0
    assert timing(plan, "c").total_float == 2
    assert timing(plan, "a").needed_by == date(2027, 2, 26)
    assert analyse(plan).frames[1].days_late == 4


def test_a_date_promised_after_the_day_it_is_needed_is_reported_with_both_sides():
    plan = sketch("a(3) > b(5)", target=MARCH[12], a={"expected": MARCH[9]})
    assert timing(plan, "a").needed_by == MARCH[5]
    params = {"needed": MARCH[5], "promised": MARCH[9], "days": 2.0}
    assert analyse(plan).findings == (Finding("needed_before_promised", 1, 2, params),)


def test_work_after_the_finish_has_no_float_to_it():
    plan = sketch("a(3) > ship(1); a > tail(30)")
    assert timing(plan, "tail").total_float is None
    assert not timing(plan, "tail").critical
    assert say(timing(plan, "tail").critical_why) == "Not critical: the finish of Plan does not wait for it."
    assert timing(plan, "a").critical


def test_several_programs_in_one_network_keep_their_own_calendars_and_finishes():
    six_days = DayCalendar(frozenset({1, 2, 3, 4, 5, 6}))
    frames = (Frame(1, "Base", finish=2, target=MARCH[31]), Frame(2, "App", finish=4, calendar=six_days, target=MARCH[31]))
    activities = (
        Activity(1, 1, "lib", duration=4),
        Activity(2, 1, "base out", duration=10),
        Activity(3, 2, "app", duration=5),
        Activity(4, 2, "app out", duration=1),
    )
    plan = Snapshot(MARCH[1], frames, activities, (Link(1, 1, 3), Link(2, 3, 4), Link(3, 1, 2)))
    analysis = analyse(plan)
    assert analysis.timings[3].early_start == MARCH[6]  # Saturday works in App
    assert analysis.frames[2].critical_path == (1, 3, 4)
    assert analysis.frames[1].critical_path == (1, 2)
    assert analysis.timings[1].critical


def test_of_what_ends_together_the_one_promised_last_is_the_finish():
    overdue = {"burndown": date(2026, 7, 20), "release": date(2026, 8, 26), "docs": date(2026, 7, 27), "talk": None}
    activities = tuple(Activity(n, 1, name, target=day) for n, (name, day) in enumerate(overdue.items(), 1))
    found = analyse(Snapshot(MARCH[1], (Frame(1, "Plan"),), activities, ())).frames[1]
    assert (found.finish, found.finish_activity) == (MARCH[1], 2)


class TestContainment:
    def nest(self, **changes):
        plan = sketch("child(3) > other(1); outside(5) > parent; parent > after(2)", **changes)
        activities = tuple(
            replace(a, parent=number(plan, "parent")) if a.name in ("child", "grandchild") else a for a in plan.activities
        )
        return replace(plan, activities=activities)

    def test_a_parent_finishes_no_earlier_than_its_children_and_what_follows_waits_for_it(self):
        plan = self.nest(parent={"duration": None}, outside={"state": State.DONE, "actual": date(2027, 2, 26)})
        assert dates(plan, "parent") == (4, 4)
        assert dates(plan, "after") == (5, 8)

    def test_a_link_into_a_parent_holds_its_open_children(self):
        plan = self.nest(parent={"duration": None})
        assert dates(plan, "child") == (9, 11)
        assert dates(plan, "parent") == (11, 11)

    def test_a_parent_with_work_of_its_own_does_not_do_it_after_its_children(self):
        plan = self.nest(parent={"duration": 4.0}, outside={"state": State.DONE, "actual": date(2027, 2, 26)})
        assert dates(plan, "parent") == (2, 5)

    def test_a_child_that_waits_for_its_parent_is_reported_not_refused(self):
        plan = sketch("parent(2) > child(3)")
        nested = replace(plan, activities=tuple(replace(a, parent=1) if a.name == "child" else a for a in plan.activities))
        assert [finding.code for finding in analyse(nested).findings] == ["containment_loop"]
        assert dates(nested, "child") == (4, 8)

    def test_a_child_linked_to_its_own_parent_says_nothing_new(self):
        plan = sketch("child(3) > parent(1)")
        nested = replace(plan, activities=tuple(replace(a, parent=2) if a.name == "child" else a for a in plan.activities))
        assert dates(nested, "parent") == (4, 4)

    def test_parents_in_a_ring_are_no_harm(self):
        plan = sketch("a(3) > b(1)")
        ring = replace(plan, activities=tuple(replace(a, parent=3 - a.id) for a in plan.activities))
        assert analyse(ring).timings


def test_links_to_nobody_are_reported():
    plan = sketch("a(3) > b(1)")
    lost = replace(plan, links=(*plan.links, Link(9, 77, 1)))
    assert analyse(lost).findings == (Finding("dangling", None, None, {"link": 9, "missing": 77}),)


def test_finished_before_what_it_waits_for_is_reported_and_the_work_behind_still_waits():
    plan = sketch("a(3) > b(2) > c(1)", b={"state": State.DONE, "actual": date(2027, 2, 26)})
    assert [finding.code for finding in analyse(plan).findings] == ["out_of_order"]
    assert dates(plan, "c") == (5, 5)


def test_an_empty_plan_and_a_finished_one_are_plans():
    empty = analyse(Snapshot(MARCH[1], (Frame(1),), ()))
    assert empty.frames[1].finish is None
    done = sketch(
        "a(3) > b(1)", a={"state": State.DONE, "actual": date(2027, 2, 1)}, b={"state": State.DONE, "actual": date(2027, 2, 2)}
    )
    assert analyse(done).frames[1].finish == date(2027, 2, 2)
    assert analyse(done).frames[1].critical_path == ()


@pytest.mark.parametrize("far", [date.min, date.max])
def test_absurd_dates_are_answered(far):
    plan = sketch("a(3) > gate > b(2)", gate={"duration": None, "target": far}, a={"duration": 1e9})
    assert analyse(plan).timings


def test_every_reason_of_real_plans_is_a_sentence():
    if not SHARED.exists():
        pytest.skip("the reference data is not beside the checkout")
    for snapshot in (demo()[0], bundle("kubernetes-enhancements"), bundle("rust-goals-2024-2025"), bundle("python-releases")):
        for found in analyse(snapshot).timings.values():
            for why in (found.start_why, found.critical_why):
                assert why.code in TEMPLATES
                said = say(why)
                assert said.endswith(".")
                assert "{" not in said
                assert "None" not in said

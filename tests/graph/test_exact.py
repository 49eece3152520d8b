"""Rules of the two tools that the open corpus has few or no examples of, by hand."""

from __future__ import annotations

from datetime import datetime

import pytest

from programs.graph.calendars import HOUR, Calendar, instant, moment
from programs.graph.plan import Bound, Dialect, FloatRule, Kind, LagCalendar, Options, Plan, Progress, Relation, Rule, Task
from programs.graph.schedule import schedule
from programs.graph.types import LinkType

DAY = 8 * HOUR
OFFICE = Calendar(
    [[(8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)]] * 5 + [[], []], around=instant(datetime(2027, 3, 1)) // 86_400
)


def at(day: int, hour: int = 8) -> int:
    return instant(datetime(2027, 3, day, hour))


def task(key: str, days: float = 1, **fields) -> Task:
    length = round(days * DAY)
    return Task(key, **{"calendar": OFFICE, "duration": length, "remaining": length} | fields)


def links(*rows) -> tuple[Relation, ...]:
    """(a, b), (a, b, type) or (a, b, type, lag in days)."""
    made = []
    for n, (a, b, *more) in enumerate(rows):
        kind, lag = (*more, "FS", 0)[:2] if len(more) != 1 else (more[0], 0)
        made.append(Relation(n, a, b, LinkType(kind), round(lag * DAY)))
    return tuple(made)


def p6(tasks, relations=(), **options):
    usual = {"dialect": Dialect.P6, "start": at(1), "data_date": at(1), "default_calendar": OFFICE, "round_to": 60}
    return schedule(Plan(tuple(tasks), tuple(relations), Options(**usual | {"float_rule": FloatRule.FINISH} | options))).results


def msp(tasks, relations=(), **options):
    usual = {"dialect": Dialect.MSPROJECT, "start": at(1), "data_date": at(1), "default_calendar": OFFICE}
    return schedule(
        Plan(tuple(tasks), tuple(relations), Options(**usual | {"lag_calendar": LagCalendar.SUCCESSOR} | options))
    ).results


def spell(found) -> tuple[str, str]:
    return tuple(f"{moment(t):%d %H}" for t in (found.early_start, found.early_finish))


class TestPrimavera:
    def test_retained_logic_delays_what_follows_work_done_out_of_order(self):
        done = task("b", 2, remaining=0, actual_start=at(1), actual_finish=at(1, 17))
        plan = [task("a", 3), done, task("c", 1)], links(("a", "b"), ("b", "c"))
        assert spell(p6(*plan, data_date=at(2))["c"]) == ("05 08", "05 17")
        assert spell(p6(*plan, data_date=at(2), progress=Progress.PROGRESS_OVERRIDE)["c"]) == ("02 08", "02 17")

    def test_only_the_unexpired_part_of_a_lag_counts(self):
        done = task("a", 1, remaining=0, actual_start=at(1), actual_finish=at(1, 17))
        assert spell(p6([done, task("b")], links(("a", "b", "FS", 5)), data_date=at(4))["b"])[0] == "09 08"
        begun = task("a", 6, remaining=4 * DAY, actual_start=at(1), actual_duration=3 * DAY)
        assert spell(p6([begun, task("b")], links(("a", "b", "SS", 5)), data_date=at(4))["b"])[0] == "08 08"

    def test_mandatory_dates_beat_links_and_never_the_data_date(self):
        plan = [task("a", 5), task("b", 2, bounds=(Bound(Rule.MFO, at(3, 17)),))], links(("a", "b"))
        found = p6(*plan)
        assert spell(found["b"]) == ("02 08", "03 17")
        assert found["a"].total_float == -4 * DAY
        assert spell(p6(*plan, data_date=at(5))["b"]) == ("05 08", "08 17")

    def test_expected_finish_replaces_what_remains(self):
        plan = [task("a", 9, expected_finish=at(3, 17))]
        assert spell(p6(plan)["a"]) == ("01 08", "03 17")
        assert spell(p6(plan, use_expected_finish=False)["a"])[1] == "11 17"

    def test_as_late_as_possible_moves_the_early_dates(self):
        found = p6([task("a", 1, bounds=(Bound(Rule.ALAP),)), task("b", 4), task("c")], links(("a", "c"), ("b", "c")))
        assert spell(found["a"]) == ("04 08", "04 17")

    def test_must_finish_by_makes_negative_float(self):
        found = p6([task("a", 3)], must_finish=at(2, 17))
        assert found["a"].total_float == -DAY
        assert found["a"].critical

    def test_a_start_milestone_waits_for_working_time_and_a_finish_milestone_does_not(self):
        plan = [
            task("a", 5),
            task("s", 0, kind=Kind.START_MILESTONE),
            task("f", 0, kind=Kind.FINISH_MILESTONE),
        ]
        found = p6(plan, links(("a", "s"), ("a", "f")))
        assert spell(found["s"])[0] == "08 08"
        assert spell(found["f"])[0] == "05 17"

    def test_critical_by_longest_path_and_by_float(self):
        plan = [task("a", 3), task("b", 1), task("c", 3)], links(("a", "b"))
        by_path = p6(*plan, longest_path=True)
        assert [key for key in "abc" if by_path[key].critical] == ["a", "b"]
        generous = p6(*plan, critical_limit=DAY)
        assert all(generous[key].critical for key in "abc")

    def test_float_by_start_by_finish_and_the_smaller(self):
        plan = [task("a", 2, expected_finish=at(4, 17)), task("b", 6)]
        assert p6(plan, float_rule=FloatRule.FINISH)["a"].total_float == 2 * DAY
        assert p6(plan, float_rule=FloatRule.START)["a"].total_float == 2 * DAY
        assert p6(plan, float_rule=FloatRule.SMALLEST)["a"].total_float == 2 * DAY
        mandatory = [task("a", 2, bounds=(Bound(Rule.MSO, at(3)),)), task("b", 6)]
        assert p6(mandatory, float_rule=FloatRule.START)["a"].total_float == 0

    @pytest.mark.parametrize(
        ("calendar", "falls"),
        [(LagCalendar.PREDECESSOR, "04 17"), (LagCalendar.ELAPSED, "02 17"), (LagCalendar.DEFAULT, "04 17")],
    )
    def test_lags_count_on_the_calendar_of_the_option(self, calendar, falls):
        found = p6([task("a", 1), task("b", 0, kind=Kind.FINISH_MILESTONE)], links(("a", "b", "FS", 3)), lag_calendar=calendar)
        assert spell(found["b"])[0] == falls

    def test_levels_of_effort_span_their_neighbours_and_never_drive(self):
        plan = [task("a", 3), task("b", 4), task("watch", 30, kind=Kind.LOE)]
        found = p6(plan, links(("a", "b"), ("a", "watch", "SS"), ("b", "watch", "FF")))
        assert spell(found["watch"]) == ("01 08", "09 17")
        assert not found["watch"].on_longest_path
        assert moment(found["b"].early_finish).day == 9

    def test_what_only_spans_others_moves_nothing_that_is_as_late_as_possible(self):
        plan = [task("a", 1, bounds=(Bound(Rule.ALAP),)), task("b", 4), task("watch", 30, kind=Kind.LOE)]
        found = p6(plan)
        assert spell(found["a"])[0] == "04 08"
        assert spell(found["watch"])[0] == "01 08"
        assert not found["watch"].critical


class TestMicrosoft:
    def test_constraints_overrule_links_and_show_negative_slack(self):
        found = msp([task("a", 5), task("b", 2, bounds=(Bound(Rule.MSO, at(3)),))], links(("a", "b")))
        assert spell(found["b"]) == ("03 08", "04 17")
        assert found["a"].total_float == -3 * DAY
        ignored = msp([task("a", 5), task("b", 2, bounds=(Bound(Rule.MSO, at(3)),))], links(("a", "b")), honor_constraints=False)
        assert spell(ignored["b"]) == ("08 08", "09 17")

    @pytest.mark.parametrize(
        ("rule", "day", "starts"),
        [(Rule.SNET, 10, "10"), (Rule.FNET, 12, "11"), (Rule.SNLT, 3, "03"), (Rule.FNLT, 4, "03"), (Rule.MFO, 10, "09")],
    )
    def test_every_other_constraint(self, rule, day, starts):
        hour = 17 if rule in (Rule.FNET, Rule.FNLT, Rule.MFO) else 8
        found = msp([task("a", 5), task("b", 2, bounds=(Bound(rule, at(day, hour)),))], links(("a", "b")))
        assert spell(found["b"])[0] == f"{starts} 08"

    def test_a_constraint_before_the_project_start_is_honoured_with_what_follows(self):
        found = msp([task("a", 1, bounds=(Bound(Rule.SNET, instant(datetime(2027, 2, 22, 8))),)), task("b")], links(("a", "b")))
        assert spell(found["a"])[0] == "22 08"
        assert spell(found["b"])[0] == "23 08"

    def test_leveling_delay_counts_elapsed_time_also_behind_links(self):
        found = msp([task("a", 1), task("b", 1, leveling_delay=48 * HOUR)], links(("a", "b")))
        assert spell(found["b"])[0] == "04 08"

    def test_a_split_resumes_later_and_percent_lags_follow_the_predecessor(self):
        split = task("a", 4, remaining=3 * DAY, actual_start=at(1), stop=at(1, 17), resume=at(4))
        assert spell(msp([split])["a"]) == ("01 08", "08 17")
        half = Relation(0, "a", "b", LinkType.FS, 0, 50.0)
        assert spell(msp([task("a", 4), task("b")], (half,))["b"])[0] == "09 08"

    def test_manual_and_external_tasks_keep_their_dates_and_feed_others(self):
        fixed = {"fixed_start": at(9), "fixed_finish": at(10, 17)}
        found = msp([task("a", 5), task("m", 1, manual=True, **fixed), task("b")], links(("a", "m"), ("m", "b")))
        assert spell(found["m"]) == ("09 08", "10 17")
        assert spell(found["b"])[0] == "11 08"
        outside = msp([task("x", 1, external=True, **fixed), task("a", 2)], links(("a", "x")))
        assert outside["a"].total_float == 0

    def test_links_to_a_summary_hold_its_leaves_and_it_spans_them(self):
        plan = [
            task("a", 2),
            task("sum", 0, kind=Kind.SUMMARY),
            task("x", 1, parent="sum"),
            task("y", 3, parent="sum"),
            task("z"),
        ]
        found = msp(plan, links(("a", "sum"), ("sum", "z")))
        assert spell(found["sum"]) == ("03 08", "05 17")
        assert spell(found["z"])[0] == "08 08"
        assert found["sum"].critical

    def test_as_late_as_possible_keeps_its_early_dates_and_has_no_slack(self):
        found = msp([task("a", 1, bounds=(Bound(Rule.ALAP),)), task("b", 4)])
        assert spell(found["a"])[0] == "01 08"
        assert found["a"].total_float == 0

    def test_multiple_critical_paths_end_where_they_end(self):
        plan = [task("a", 1), task("b", 4)]
        assert msp(plan)["a"].total_float == 3 * DAY
        assert msp(plan, multiple_critical_paths=True)["a"].total_float == 0

    def test_a_summary_nothing_is_left_below_neither_ends_the_project_nor_goes_unanswered(self):
        found = msp([task("left", 30, kind=Kind.SUMMARY), task("a", 2), task("b", 3)])
        assert found["a"].total_float == DAY
        assert spell(found["left"])[0] == "01 08"
        assert not found["left"].critical

    def test_an_external_task_keeps_its_dates_also_against_a_constraint(self):
        fixed = {"fixed_start": at(2), "fixed_finish": at(2, 17), "bounds": (Bound(Rule.MSO, at(9)),)}
        found = msp([task("x", 5, external=True, **fixed)])
        assert (spell(found["x"]), found["x"].total_float) == (("02 08", "02 17"), 0)

    def test_free_float_before_a_start_to_finish_link_ends_at_the_finish_it_holds(self):
        found = msp([task("a", 1), task("other", 5), task("b", 2)], links(("a", "b", "SF"), ("other", "b", "FF")))
        assert spell(found["b"]) == ("04 08", "05 17")
        assert found["a"].free_float == 5 * DAY

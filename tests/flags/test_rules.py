"""Each rule on the smallest plan that raises it, and on the plan beside it that does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from programs.flags.health import PHRASES, program_health, workstream_health
from programs.flags.raise_flags import raise_flags, say
from programs.flags.types import Edge, Impediment, Item, Owed, Scene, Severity, Thresholds
from programs.graph.analyse import analyse
from programs.graph.types import Activity, Frame, Link, LinkType, Obstacle, Snapshot, State
from programs.queries.scenes import held_by

MONDAY = date(2027, 3, 1)
FRIDAY = MONDAY + timedelta(days=4)


def scene(*items, edges=(), blocked=(), target=None, finish=None, thresholds=None):
    """A program of one workstream from items (a dict each), links (from, to) and blockers (item, clear date)."""
    thresholds = thresholds or Thresholds()
    facts = {}
    activities = []
    for place, given in enumerate(items, start=1):
        row = {"state": State.OPEN, "duration": 1.0, **given}
        name = row.get("name", f"item {place}")
        shared = {key: row.get(key) for key in ("baseline", "target", "expected")}
        activities.append(
            Activity(
                id=place, frame=1, name=name, state=row["state"], duration=row["duration"], start=row.get("start"),
                actual=row.get("actual"), external=row.get("external", False), **shared,
            )
        )  # fmt: skip
        facts[place] = Item(
            id=place, name=name, key=f"K-{place}", state=row["state"], owner=row.get("owner", "Ann"),
            owned=row.get("owned", True), workstream=1, said=row.get("said", ""), last_word=row.get("last_word"),
            since=row.get("start"), duration=row["duration"], external=row.get("external", False),
            known=row.get("known", True), **shared,
        )  # fmt: skip
    lines = tuple(edge if isinstance(edge, Edge) else Edge(n, *edge) for n, edge in enumerate(edges, start=1))
    links = tuple(Link(e.id, e.predecessor, e.successor, LinkType(e.type)) for e in lines if e.schedules and not e.set_aside)
    frame = Frame(1, "Atlas", target=target, finish=finish, near_critical_days=thresholds.near_critical_days)
    obstacles = tuple(Obstacle(n, item, clear) for n, (item, clear) in enumerate(blocked, start=1))
    analysis = analyse(Snapshot(MONDAY, (frame,), tuple(activities), links, obstacles))
    impediments = tuple(Impediment(n, item, "No access", "the board", "Bob") for n, (item, _) in enumerate(blocked, start=1))
    held = held_by(lines, facts, impediments)
    own = tuple(facts)
    return Scene(1, analysis, frame.calendar, thresholds, facts, own, impediments, lines, held)


def raised(made, rule):
    return [flag for flag in raise_flags(made) if flag.rule == rule]


def on(made, rule):
    return [flag.item for flag in raised(made, rule)]


def test_critical_and_near_critical():
    made = scene({"duration": 20}, {"duration": 16}, {"duration": 1})
    assert on(made, "critical") == [1]
    assert on(made, "near_critical") == [2]
    assert on(scene({"duration": 20}, {"duration": 16}, thresholds=Thresholds(near_critical_days=3)), "near_critical") == []


def test_done_work_is_never_critical():
    made = scene({"state": State.DONE, "actual": MONDAY - timedelta(days=3)}, {})
    assert on(made, "critical") == [2]


def test_target_missed_counts_working_days():
    made = scene({"name": "Beta", "duration": 6, "target": FRIDAY})
    (flag,) = raised(made, "target_missed")
    assert say(flag.rule, flag.params) == "Beta is forecast for Tue 9 Mar 2027, 2 working days after its target, Fri 5 Mar 2027."
    assert on(scene({"duration": 4, "target": FRIDAY}), "target_missed") == []


def test_a_forecast_on_the_weekend_after_its_target_is_not_late():
    assert on(scene({"duration": None, "expected": FRIDAY + timedelta(days=1), "target": FRIDAY}), "target_missed") == []


def test_overdue_is_open_and_past():
    yesterday = MONDAY - timedelta(days=1)
    assert on(scene({"target": yesterday}, {"target": MONDAY}), "overdue") == [1]
    assert on(scene({"target": yesterday, "state": State.DONE, "actual": MONDAY}), "overdue") == []


def test_what_nobody_knows_the_state_of_is_not_called_late():
    made = scene({"target": MONDAY - timedelta(days=9), "duration": None, "known": False})
    assert (on(made, "overdue"), on(made, "target_missed")) == ([], [])


def test_promised_early_names_both_sides():
    made = scene(
        {"name": "API", "target": FRIDAY},
        {"name": "App", "target": FRIDAY, "duration": 2},
        edges=[(1, 2)],
    )
    (flag,) = raised(made, "promised_early")
    assert flag.item == 2
    assert {flag.params["name"], flag.params["other"]} == {"App", "API"}
    assert flag.params["needed"] == FRIDAY - timedelta(days=2)
    fine = scene({"target": FRIDAY - timedelta(days=2)}, {"target": FRIDAY, "duration": 2}, edges=[(1, 2)])
    assert on(fine, "promised_early") == []
    assert on(scene({"target": FRIDAY}, {"target": MONDAY}, edges=[Edge(1, 1, 2, schedules=False)]), "promised_early") == []


@pytest.mark.parametrize(("days", "severity"), [(6, None), (7, Severity.NOTICE), (14, Severity.WARNING)])
def test_silence_grows_louder(days, severity):
    made = scene({"state": State.STARTED, "last_word": MONDAY - timedelta(days=days)})
    assert [flag.severity for flag in raised(made, "silent")] == ([severity] if severity else [])


def test_work_not_begun_may_be_silent():
    assert on(scene({"last_word": MONDAY - timedelta(days=60)}), "silent") == []
    assert on(scene({"state": State.STARTED, "start": MONDAY - timedelta(days=30)}), "silent") == [1]


def test_said_on_track_but_late():
    late = {"duration": 10, "baseline": FRIDAY, "said": "on_track"}
    (flag,) = raised(scene(late), "disagree")
    assert flag.params["days"] == 6
    assert on(scene(late | {"said": "at_risk"}), "disagree") == []
    assert on(scene(late | {"duration": 8}), "disagree") == []  # four working days: not yet
    assert on(scene(late, thresholds=Thresholds(disagree_days=7)), "disagree") == []


def test_nobody_owns_it():
    assert on(scene({"owned": False}, {"owned": False, "state": State.DONE, "actual": MONDAY}, {}), "unowned") == [1]


def test_blocked_critical_work_speaks_loudest():
    made = scene({"duration": 20}, {"duration": 2}, blocked=[(1, FRIDAY), (2, FRIDAY)])
    assert {flag.item: flag.severity for flag in raised(made, "blocked")} == {1: Severity.CRITICAL, 2: Severity.WARNING}


def test_blocked_upstream_goes_through_chains_and_stops_at_finished_work():
    finished = {"state": State.DONE, "actual": MONDAY}
    made = scene({}, {}, {}, finished, {}, edges=[(1, 2), (2, 3), (1, 4), (4, 5)], blocked=[(1, FRIDAY)])
    assert on(made, "blocked_upstream") == [2, 3]
    assert on(scene({}, {}, edges=[Edge(1, 1, 2, schedules=False)], blocked=[(1, FRIDAY)]), "blocked_upstream") == []


def test_a_loop_set_aside_stands_until_resolved():
    made = scene({}, {}, edges=[(1, 2), Edge(2, 2, 1, set_aside="loop"), Edge(3, 1, 1, set_aside="self", schedules=False)])
    assert {(flag.item, flag.subject) for flag in raised(made, "loop_set_aside")} == {(1, "link:2"), (1, "link:3")}
    assert on(scene({}, {}, edges=[(1, 2), Edge(2, 1, 2, set_aside="duplicate")]), "loop_set_aside") == []


def test_a_loop_is_printed_in_walking_order_and_long_ones_are_cut():
    made = scene({"name": "A"}, {}, {"name": "C"}, edges=[(1, 2), (2, 3), Edge(3, 3, 1, set_aside="loop")])
    (flag,) = raised(made, "loop_set_aside")
    assert say(flag.rule, flag.params) == "The dependency C → A is set aside: it would close a loop (K-1 → K-2 → K-3 → K-1)."
    ring = [(n, n + 1) for n in range(1, 12)]
    long = scene(*({} for _ in range(12)), edges=[*ring, Edge(99, 12, 1, set_aside="loop")])
    assert raised(long, "loop_set_aside")[0].params["loop"].endswith("K-7 → … → K-12 → K-1")


def test_a_loop_written_past_every_door_is_shown_not_a_crash():
    made = scene({}, {}, edges=[(1, 2), (2, 1)])
    (flag,) = raised(made, "loop_set_aside")
    assert flag.subject == "link:2"
    assert "K-1 → K-2 → K-1" in flag.params["loop"] or "K-2 → K-1 → K-2" in flag.params["loop"]


def test_one_day_is_said_as_one_day():
    (flag,) = raised(scene({"duration": 5, "target": FRIDAY}), "target_missed")
    assert "1 working day after its target" in say(flag.rule, flag.params)


def test_outside_unchecked_and_dangling():
    bare = {"external": True, "owned": False, "duration": None, "name": "Vendor box"}
    made = scene(bare, {}, edges=[(1, 2)])
    assert on(made, "dangling") == on(made, "outside_unchecked") == [2]
    checked = scene(bare | {"owned": True}, {}, edges=[(1, 2)])
    assert on(checked, "dangling") == on(checked, "outside_unchecked") == []
    related = scene(bare, {}, edges=[Edge(1, 1, 2, schedules=False)])
    assert (on(related, "dangling"), on(related, "outside_unchecked")) == ([2], [])


def test_thresholds_are_overridden_and_nonsense_is_not():
    assert Thresholds.of({"silent_days": 3, "disagree_days": 2.5}) == Thresholds(silent_days=3, disagree_days=2.5)
    assert Thresholds.of({"silent_days": "x", "disagree_days": -1, "near_critical_days": True, "other": 1}) == Thresholds()


HEALTH = [
    ("off_track", "health_late", {"target": FRIDAY}, {"duration": 6}, ()),
    ("at_risk", "health_tight", {"target": FRIDAY}, {"duration": 2}, ()),
    ("at_risk", "health_blocked", {"target": FRIDAY + timedelta(days=90)}, {"duration": 2}, [(1, FRIDAY)]),
    ("on_track", "health_room", {"target": FRIDAY + timedelta(days=90)}, {"duration": 2}, ()),
    ("no_target", "health_no_target", {}, {"duration": 2}, ()),
    ("", "health_no_forecast", {}, {"duration": None}, ()),
]


@pytest.mark.parametrize(
    ("value", "code", "frame", "item", "blocked"), HEALTH, ids=lambda given: given if isinstance(given, str) else ""
)
def test_program_health_says_its_rule(value, code, frame, item, blocked):
    made = scene(item, blocked=blocked, **frame)
    health = program_health(made, target=frame.get("target"), ended=False)
    assert (health.value, health.why.code) == (value, code)
    assert PHRASES[code] % health.why.params


CHANCES = [
    (80, (), "on_track", "health_chance_on_track"),
    (79, (), "at_risk", "health_chance_at_risk"),
    (40, (), "at_risk", "health_chance_at_risk"),
    (39, (), "off_track", "health_chance_off_track"),
    (95, [(1, FRIDAY)], "at_risk", "health_chance_blocked"),
    (39, [(1, FRIDAY)], "off_track", "health_chance_off_track"),
]


@pytest.mark.parametrize(("percent", "blocked", "value", "code"), CHANCES)
def test_health_goes_by_the_chance_where_somebody_can_say(percent, blocked, value, code):
    far = FRIDAY + timedelta(days=90)
    made = replace(scene({"duration": 2}, blocked=blocked, target=far), chance=percent)
    health = program_health(made, target=far, ended=False)
    assert (health.value, health.why.code) == (value, code)
    assert f"{percent}%" in PHRASES[code] % health.why.params
    health = workstream_health(replace(made, owed={1: Owed(percent, "API", FRIDAY)}), 1)
    assert health.value == value
    assert "%(" not in PHRASES[health.why.code] % health.why.params
    assert workstream_health(replace(made, owed={2: Owed(percent, "API", FRIDAY)}), 2).value == ""  # no open work


def test_an_ended_program_has_no_health():
    assert program_health(scene({}), target=MONDAY, ended=True).value == ""


def test_workstream_health_is_its_worst_open_milestone():
    late = scene({"name": "API", "duration": 6}, target=FRIDAY)
    assert workstream_health(late, 1).value == "off_track"
    assert workstream_health(scene({"duration": 2}, target=FRIDAY), 1).value == "at_risk"
    assert workstream_health(scene({"duration": 2}, target=FRIDAY + timedelta(days=90)), 1).value == "on_track"
    assert workstream_health(scene({}), 2).value == ""

"""Blockers: blocked means an open blocker, always; dates, words and notes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from programs.actions import blockers, milestones
from programs.actions.errors import Refused, Stale
from programs.models import Blocker, Event, Milestone, Program
from tests.cast import MONDAY, NINE, milestone, sketch

FRIDAY = MONDAY + timedelta(days=4)
WEDNESDAY_NIGHT = NINE + timedelta(days=2, hours=14)


@pytest.fixture
def api(program):
    return milestone(program, "API", said="on_track")


def block(row, by, title="No access to the vault", **more):
    return blockers.block(milestone=row, title=title, by=by, at=NINE, **more)


def test_blocking_stops_the_milestone_and_says_why(program, eli, tess, api):
    made = block(
        api, eli, waiting_on="Platform", owner=tess, expected_clear=FRIDAY, kind="access", severity="high", next_step="Ask Pat"
    )
    made.refresh_from_db()
    api.refresh_from_db()
    assert (made.key, made.title, made.waiting_on, made.owner, made.raised_by) == (
        "B-1",
        "No access to the vault",
        "Platform",
        tess,
        eli,
    )
    assert (made.raised_on, made.expected_clear, made.kind, made.severity, made.next_step) == (
        MONDAY,
        FRIDAY,
        "access",
        "high",
        "Ask Pat",
    )
    assert (api.status, api.said, api.said_on, api.version) == ("blocked", "blocked", MONDAY, 2)
    opened = Event.objects.get(kind="blocker.opened")
    assert (opened.by, opened.milestone, opened.subject_name, opened.new) == (
        eli,
        api,
        "B-1 No access to the vault",
        "No access to the vault",
    )
    assert set(Event.objects.filter(batch=opened.batch).values_list("kind", "field")) == {
        ("blocker.opened", ""),
        ("milestone.changed", "status"),
        ("milestone.changed", "said"),
    }
    assert Program.objects.get(pk=program.pk).revision == program.revision + 1


BAD = [
    ("title", "", "can be seen"),
    ("title", "\u200b", "can be seen"),
    ("title", "t" * 501, "at most 500"),
    ("waiting_on", "a\x00", "control character"),
    ("waiting_on", "w" * 501, "at most 500 characters; this has 501"),
    ("expected_clear", date(2027, 2, 28), r"This day is over\. Choose 2027-03-01"),
    ("expected_clear", "31/12/26", "YYYY-MM-DD"),
    ("kind", "weather", "Choose one of: Decision"),
    ("severity", "awful", "Choose one of: Low"),
]


@pytest.mark.parametrize(("field", "value", "remedy"), BAD)
def test_bad_values_are_refused_and_nothing_is_blocked(program, tess, api, field, value, remedy):
    with pytest.raises(Refused, match=remedy) as refused:
        block(api, tess, **{field: value})
    assert refused.value.field == field
    assert Milestone.objects.get().status == "not_started"
    assert Program.objects.get().next_number == 1
    made = block(api, tess)
    with pytest.raises(Refused, match=remedy):
        blockers.edit(blocker=made, version=1, changes={field: value}, by=tess, at=NINE)


def test_an_owner_is_a_member(program, tess, otto, api):
    with pytest.raises(Refused, match="Not a member"):
        block(api, tess, owner=otto)


@pytest.mark.parametrize("status", ["done", "cancelled", "deferred"])
def test_what_is_over_cannot_be_blocked(program, tess, status):
    with pytest.raises(Refused, match="Set its status to In progress first"):
        block(milestone(program, status=status), tess)


def test_only_the_last_blocker_lets_the_work_go_on(program, tess, api):
    first, second = block(api, tess), block(api, tess, "No budget")
    cleared = blockers.clear(blocker=first, resolution=" Got it ", by=tess, at=WEDNESDAY_NIGHT)
    assert (cleared.status, cleared.resolution, cleared.resolved_on) == ("resolved", "Got it", date(2027, 3, 3))
    assert Milestone.objects.get().status == "blocked"
    blockers.clear(blocker=second, by=tess, at=WEDNESDAY_NIGHT)
    api.refresh_from_db()
    assert (api.status, api.said, api.said_on) == ("in_progress", "", date(2027, 3, 3))
    notes = Event.objects.filter(kind="blocker.cleared").order_by("pk")
    assert [(note.old, note.new, note.note) for note in notes] == [("open", "resolved", "Got it"), ("open", "resolved", "")]


def test_the_day_of_clearing_is_that_of_the_program(program, tess, api):
    Program.objects.filter(pk=program.pk).update(time_zone="Asia/Tokyo")
    assert blockers.clear(blocker=block(api, tess), by=tess, at=WEDNESDAY_NIGHT).resolved_on == date(2027, 3, 4)


def test_clearing_twice_and_clearing_by_an_old_page(program, tess, eli, api):
    made = block(api, tess)
    blockers.clear(blocker=made, by=eli, at=NINE)
    with pytest.raises(Refused, match="B-1 is cleared already"):
        blockers.clear(blocker=made, by=tess, at=NINE)
    again = blockers.reopen(blocker=made, by=tess, at=NINE)
    assert (again.status, again.resolved_on, again.version) == ("open", None, 3)
    with pytest.raises(Stale):
        blockers.clear(blocker=made, resolution="Done", version=1, by=tess, at=NINE)


def test_reopening_blocks_again(program, tess, api):
    made = blockers.clear(blocker=block(api, tess), by=tess, at=NINE)
    blockers.reopen(blocker=made, by=tess, at=NINE)
    assert Milestone.objects.get().status == "blocked"
    with pytest.raises(Refused, match="open already"):
        blockers.reopen(blocker=made, by=tess, at=NINE)
    blockers.clear(blocker=made, by=tess, at=NINE)
    milestones.say(milestone=api, said="done", by=tess, at=NINE)
    with pytest.raises(Refused, match="is done"):
        blockers.reopen(blocker=made, by=tess, at=NINE)


def test_a_new_date_is_a_word(program, tess, api):
    made = block(api, tess, expected_clear=FRIDAY)
    moved = blockers.new_date(blocker=made, expected_clear=FRIDAY + timedelta(days=3), by=tess, at=WEDNESDAY_NIGHT)
    assert moved.expected_clear == date(2027, 3, 8)
    assert Milestone.objects.get().said_on == date(2027, 3, 3)
    note = Event.objects.get(kind="blocker.changed")
    assert (note.field, note.old, note.new, note.milestone) == ("expected_clear", "2027-03-05", "2027-03-08", api)
    with pytest.raises(Refused, match="This day is over"):
        blockers.new_date(blocker=made, expected_clear=MONDAY, by=tess, at=WEDNESDAY_NIGHT)
    with pytest.raises(Stale):
        blockers.new_date(blocker=made, expected_clear=FRIDAY, version=1, by=tess, at=NINE)


def test_still_the_same(program, tess, api):
    made = block(api, tess)
    blockers.still_the_same(blocker=made, by=tess, at=WEDNESDAY_NIGHT)
    assert Milestone.objects.get().said_on == date(2027, 3, 3)
    assert Event.objects.get(kind="blocker.said").milestone == api
    blockers.clear(blocker=made, by=tess, at=NINE)
    with pytest.raises(Refused, match="cleared already"):
        blockers.still_the_same(blocker=made, by=tess, at=NINE)


def test_editing_notes_each_field_and_merges(program, tess, eli, api):
    made = block(api, tess)
    blockers.edit(blocker=made, version=1, changes={"owner": eli, "severity": "critical"}, by=tess, at=NINE)
    base = {"owner": None, "next_step": "", "severity": "medium"}
    saved = blockers.edit(blocker=made, version=1, base=base, changes={**base, "next_step": "Call"}, by=eli, at=NINE)
    assert (saved.owner, saved.severity, saved.next_step, saved.version) == (eli, "critical", "Call", 3)
    assert set(Event.objects.filter(kind="blocker.changed").values_list("field", "old", "new")) == {
        ("owner", "", "Eli"),
        ("severity", "medium", "critical"),
        ("next_step", "", "Call"),
    }
    with pytest.raises(Refused, match="cannot be set"):
        blockers.edit(blocker=saved, version=3, changes={"status": "resolved"}, by=tess, at=NINE)
    with pytest.raises(Refused, match="not come yet"):
        blockers.edit(blocker=saved, version=3, changes={"raised_on": FRIDAY}, by=tess, at=NINE)


def test_a_blocker_of_the_whole_program_has_no_milestone(program, tess):
    whole = Blocker.objects.create(program=program, number=9, title="Budget freeze")
    for act in (blockers.still_the_same, blockers.clear, blockers.reopen):
        act(blocker=whole, by=tess, at=NINE)
    assert Blocker.objects.get().is_open


def test_a_double_drawn_plan_can_be_blocked_anywhere(program, tess):
    drawn = sketch("api(3)! > app(2) > launch", program)
    block(drawn["app"], tess)
    assert [each.status for each in Milestone.objects.order_by("pk")] == ["blocked", "blocked", "not_started"]

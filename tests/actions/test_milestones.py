"""Milestones: keys, dates, words, refusals, notes."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from programs.actions import blockers, dependencies, milestones
from programs.actions.errors import Refused, Stale
from programs.models import Blocker, Dependency, Event, Membership, Milestone, Program, StatusUpdate, Workstream
from tests.cast import MONDAY, NINE, milestone, person, sketch
from tests.cast import program as make_program

FRIDAY = MONDAY + timedelta(days=4)


def create(program, by, name="Cut over", **fields):
    return milestones.create(program=program, name=name, by=by, at=NINE, **fields)


def edit(row, by, version=None, base=None, **changes):
    return milestones.edit(
        milestone=row, version=row.version if version is None else version, changes=changes, base=base, by=by, at=NINE
    )


@pytest.fixture
def sec(program):
    return Workstream.objects.get(program=program, key="SEC")


@pytest.fixture
def api(program, tess):
    return create(program, tess, "API")


# Making


def test_a_milestone_gets_the_next_key_of_its_workstream(program, tess, sec):
    made = create(
        program, tess, "  Pen test ", workstream=sec, target_date=FRIDAY, duration_days="2.5", labels=["audit", "audit "]
    )
    assert (made.key, made.name, made.duration_days, made.labels) == ("SEC-1", "Pen test", Decimal("2.5"), ["audit"])
    assert create(program, tess, workstream=sec).key == "SEC-2"
    note = Event.objects.filter(kind="milestone.created").earliest("pk")
    assert (note.by, note.program, note.milestone, note.subject_name) == (tess, program, made, "SEC-1 Pen test")
    assert Program.objects.get(pk=program.pk).revision == program.revision + 2


def test_without_a_workstream_it_shares_the_numbers_of_blockers_and_risks(program, tess):
    first = create(program, tess)
    blocker = blockers.block(milestone=first, title="No access", by=tess, at=NINE)
    assert [first.key, blocker.key, create(program, tess).key] == ["M-1", "B-2", "M-3"]


def test_a_key_is_never_given_twice(program, tess, sec):
    made = create(program, tess, workstream=sec)
    milestones.delete(milestone=made, version=1, by=tess, at=NINE)
    assert create(program, tess, workstream=sec).key == "SEC-2"
    Milestone.objects.create(program=program, key="SEC-3", name="From an import")
    assert create(program, tess, workstream=sec).key == "SEC-4"


def test_moving_to_another_workstream_keeps_the_key(program, tess, sec):
    made = create(program, tess)
    assert edit(made, tess, workstream=sec).key == "M-1"


BAD = [
    ("name", "", "can be seen"),
    ("name", "   ", "can be seen"),
    ("name", "\u200b", "can be seen"),
    ("name", "n" * 501, "at most 500 characters; this has 501"),
    ("name", "a\x00b", "control character"),
    ("name", "a\x0bb", "control character"),
    ("name", "a\x85b", "control character"),
    ("name", "a\u2028b", "control character"),
    ("name", "a\u202eb", "direction"),
    ("name", "a\ud800b", "surrogate"),
    ("name", "a\nb", "one line"),
    ("name", 7, "not text"),
    ("description", "d" * 20_001, "at most 20000 characters; this has 20001"),
    ("description", "a\x00b", "control character"),
    ("target_date", "2026-02-30", "1970 to 2100, as YYYY-MM-DD"),
    ("target_date", "0000-00-00", "1970 to 2100, as YYYY-MM-DD"),
    ("target_date", "31/12/26", "1970 to 2100, as YYYY-MM-DD"),
    ("target_date", "10000-01-01", "1970 to 2100, as YYYY-MM-DD"),
    ("target_date", date(1899, 12, 31), "1970 to 2100, as YYYY-MM-DD"),
    ("target_date", date(2101, 1, 1), "1970 to 2100, as YYYY-MM-DD"),
    ("duration_days", -1, "0 to 3,650 days"),
    ("duration_days", 1e9, "0 to 3,650 days"),
    ("duration_days", 1.5e308, "0 to 3,650 days"),
    ("duration_days", float("nan"), "0 to 3,650 days"),
    ("duration_days", "Infinity", "0 to 3,650 days"),
    ("duration_days", "five", "0 to 3,650 days"),
    ("duration_days", 2**31, "0 to 3,650 days"),
    ("duration_days", True, "0 to 3,650 days"),
    ("percent_done", 101, "0 to 100"),
    ("percent_done", "50%", "0 to 100"),
    ("status", "nearly", "Choose one of: Not started"),
    ("kind", "wish", "Choose one of: Milestone"),
    ("constraint", "whenever", "Choose one of"),
    ("url", "javascript:alert(1)", "http"),
    ("url", "ftp://example.org/x", "http"),
    ("url", "https://user:pw@example.org/", "http"),
    ("url", "https://example.org/\r\nx", "http"),
    ("url", "https://example.org/" + "x" * 500, "at most 500"),
    ("labels", "audit", "list of words"),
    ("labels", ["x" * 51], "at most 50"),
    ("labels", ["a\x00"], "control character"),
    ("owner", 7, "from the list"),
    ("key", "SEC-9", "cannot be set"),
    ("program", None, "cannot be set"),
    ("said", "done", "cannot be set"),
]


@pytest.mark.parametrize(("field", "value", "remedy"), BAD, ids=itertools.count())
def test_bad_values_are_refused_at_their_field_with_a_remedy_on_both_databases(program, tess, api, field, value, remedy):
    with pytest.raises(Refused, match=remedy) as refused:
        edit(api, tess, **{field: value})
    assert refused.value.field == field
    if field not in {"key", "program", "said", "name"}:
        with pytest.raises(Refused, match=remedy):
            create(program, tess, **{field: value})
    assert Milestone.objects.get().version == 1
    assert Event.objects.count() == 1


def test_everything_wrong_is_told_at_once(program, tess):
    with pytest.raises(Refused) as refused:
        create(program, tess, "", target_date="soon", duration_days=-1)
    assert {each.field for each in refused.value.problems} == {"name", "target_date", "duration_days"}
    assert set(refused.value.as_validation_error().message_dict) == {"name", "target_date", "duration_days"}
    assert not Milestone.objects.exists()


def test_names_of_all_the_world_are_kept_as_typed(program, tess):
    for name in ("🚀 Lançamento", "e\u0301tape", "مرحلة", "<script>", "{{7*7}}", "=HYPERLINK(1)"):
        assert create(program, tess, name).name == name


@pytest.mark.parametrize(("value", "kept"), [("-0.0", 0), ("", None), (None, None), (33.3333, Decimal("33.3333"))])
def test_numbers_are_kept_exactly(program, tess, value, kept):
    assert create(program, tess, duration_days=value).duration_days == kept


def test_owners_are_members_and_nobody_else_is_named(program, tess, eli, otto, lena):
    for stranger in (otto, None):
        if stranger:
            with pytest.raises(Refused, match="Not a member of this program") as refused:
                create(program, tess, owner=stranger)
            assert "Otto" not in refused.value.message
            assert refused.value.field == "owner"
    assert create(program, tess, owner=eli).owner == eli
    eli.is_active = False
    eli.save()
    with pytest.raises(Refused, match="Not a member"):
        create(program, tess, owner=eli)
    placeholder = person("Pat")
    Membership.objects.create(program=program, person=placeholder)
    assert create(program, tess, owner=placeholder).owner == placeholder


def test_an_owner_who_left_may_stay_while_other_fields_change(program, tess, eli):
    made = create(program, tess, owner=eli)
    Membership.objects.filter(person=eli).delete()
    assert edit(made, tess, name="Renamed", owner=eli).owner == eli


def test_a_workstream_of_another_program_is_not_on_the_list(program, tess, otto):
    other = make_program("Borealis", tpm=otto)
    with pytest.raises(Refused, match="from the list"):
        create(program, tess, workstream=other.workstreams.get())


def test_limits(program, tess, settings):
    settings.LIMITS = type(settings.LIMITS)(program_milestones=1)
    create(program, tess)
    with pytest.raises(Refused, match="has 1 milestones, the most a program"):
        create(program, tess)
    settings.LIMITS = type(settings.LIMITS)(total_milestones=1)
    with pytest.raises(Refused, match="installation has 1"):
        create(program, tess)


# Changing


def test_an_edit_notes_each_field_in_readable_text(program, tess, eli, api):
    saved = edit(api, tess, target_date="2027-03-05", owner=eli, percent_done="12.50", name="API")
    assert saved.version == 2
    notes = {note.field: (note.old, note.new) for note in Event.objects.filter(kind="milestone.changed")}
    assert notes == {"target_date": ("", "2027-03-05"), "owner": ("", "Eli"), "percent_done": ("", "12.5")}
    assert len(set(Event.objects.filter(kind="milestone.changed").values_list("batch", flat=True))) == 1


def test_an_edit_without_a_change_changes_nothing(program, tess, api):
    revision = Program.objects.get(pk=program.pk).revision
    assert edit(api, tess, name="API", description="").version == 1
    assert Program.objects.get(pk=program.pk).revision == revision
    assert Event.objects.count() == 1


def test_a_field_the_other_side_changed_asks(program, tess, eli, api):
    edit(api, eli, target_date=FRIDAY, description="by Eli")
    with pytest.raises(Stale) as stale:
        edit(api, tess, version=1, base={"target_date": None, "name": "API"}, target_date=MONDAY, name="Gateway")
    answer = stale.value
    assert answer.current.version == 2
    assert answer.fields == ("target_date",)
    assert (answer.base["target_date"], answer.theirs["target_date"], answer.yours["target_date"]) == (None, FRIDAY, MONDAY)
    assert answer.yours["name"] == "Gateway"
    assert Milestone.objects.get().name == "API"


def test_fields_that_only_one_side_changed_merge_without_asking(program, tess, eli, api):
    edit(api, eli, target_date=FRIDAY, description="by Eli")
    base = {"name": "API", "target_date": "", "description": "", "owner": None}
    saved = edit(api, tess, version=1, base=base, name="Gateway", target_date="", description="by Eli", owner=tess)
    saved.refresh_from_db()
    assert (saved.name, saved.target_date, saved.description, saved.owner, saved.version) == (
        "Gateway",
        FRIDAY,
        "by Eli",
        tess,
        3,
    )


def test_without_a_base_only_what_is_the_same_passes(program, tess, eli, api):
    edit(api, eli, target_date=FRIDAY)
    assert edit(api, tess, version=1, target_date=FRIDAY).version == 2
    with pytest.raises(Stale):
        edit(api, tess, version=1, name="Gateway")


@pytest.mark.parametrize("version", ["abc", -1, 0, 10**30, True, 1.0])
def test_a_version_that_is_none_is_refused(program, tess, api, version):
    with pytest.raises(Refused, match="Reload") as refused:
        edit(api, tess, version=version, name="Gateway")
    assert refused.value.field == "version"


def test_an_edit_of_what_was_deleted_says_by_whom(program, tess, eli, api):
    milestones.delete(milestone=Milestone.objects.get(), version=1, by=eli, at=NINE)
    with pytest.raises(Stale, match="deleted by Eli") as stale:
        edit(api, tess, name="Gateway")
    assert stale.value.current is None


def test_an_end_before_its_start_is_refused(program, tess, api):
    for end in ("target_date", "expected_date"):
        with pytest.raises(Refused, match="before the start") as refused:
            edit(api, tess, start_date=FRIDAY, **{end: MONDAY})
        assert refused.value.field == end
    late = edit(api, tess, status="in_progress", start_date=MONDAY, target_date=MONDAY - timedelta(days=7))
    assert late.target_date < late.start_date  # begun after its target: late, not mistaken


def test_a_constraint_needs_its_date(program, tess, api):
    with pytest.raises(Refused, match="needs a date"):
        edit(api, tess, constraint="must_finish")
    assert edit(api, tess, constraint="must_finish", constraint_date=FRIDAY).version == 2
    assert edit(Milestone.objects.get(), tess, constraint="alap", constraint_date=None).version == 3


@pytest.mark.parametrize(
    ("numbers", "field", "remedy"),
    [
        ((8, 10, None), "pessimistic_days", "three numbers"),
        ((None, 10, None), "optimistic_days", "three numbers"),
        ((8, 7, 25), "likely_days", "Enter 8 or more"),
        ((8, 10, 9.5), "pessimistic_days", "Enter 10 or more"),
    ],
)
def test_an_estimate_is_three_numbers_in_order(program, tess, api, numbers, field, remedy):
    given = dict(zip(("optimistic_days", "likely_days", "pessimistic_days"), numbers, strict=True))
    with pytest.raises(Refused, match=remedy) as refused:
        edit(api, tess, **given)
    assert refused.value.field == field
    assert Milestone.objects.get().version == 1


def test_an_estimate_is_kept_noted_and_taken_away(program, tess, api):
    row = edit(api, tess, optimistic_days=8, likely_days=10, pessimistic_days=25, confidence="rough")
    assert Event.objects.filter(kind="milestone.changed").count() == 4
    row = edit(row, tess, optimistic_days=None, likely_days=None, pessimistic_days=None, confidence="")
    assert (row.likely_days, row.confidence) == (None, "")


def test_done_and_back(program, tess, api):
    saved = edit(api, tess, status="done")
    assert (saved.actual_date, saved.percent_done, saved.said, saved.said_on) == (MONDAY, 100, "done", MONDAY)
    assert Event.objects.get(kind="milestone.done").new == "done"
    back = edit(saved, tess, status="in_progress")
    assert (back.actual_date, back.percent_done, back.said) == (None, None, "")


def test_an_actual_date_is_a_fact(program, tess, api):
    with pytest.raises(Refused, match="not come yet"):
        edit(api, tess, status="done", actual_date=FRIDAY)
    with pytest.raises(Refused, match="Set the status to Done"):
        edit(api, tess, actual_date=MONDAY)
    assert edit(api, tess, status="done", actual_date=MONDAY - timedelta(days=3)).actual_date == date(2027, 2, 26)


def test_today_is_the_programs_own(program, tess, api):
    Program.objects.filter(pk=program.pk).update(time_zone="Pacific/Auckland")
    late = NINE.replace(hour=13)  # Tuesday morning in Auckland
    done = milestones.say(milestone=api, said="done", by=tess, at=late)
    assert done.actual_date == MONDAY + timedelta(days=1)


def test_blocked_is_not_a_status_to_choose_or_to_leave_by_hand(program, tess, api):
    with pytest.raises(Refused, match="add a blocker"):
        edit(api, tess, status="blocked")
    blocker = blockers.block(milestone=api, title="No access", by=tess, at=NINE)
    for status in ("in_progress", "done", "cancelled"):
        with pytest.raises(Refused, match=rf"blocked by {blocker.key}\. Clear that first"):
            edit(Milestone.objects.get(), tess, status=status)


def test_a_parent_may_sit_elsewhere_only_for_who_plans_there(program, tess, otto, api):
    theirs = milestone(make_program("Borealis", tpm=otto))
    with pytest.raises(Http404):
        edit(api, tess, parent=theirs)
    Membership.objects.create(program=theirs.program, person=tess, role="viewer")
    with pytest.raises(PermissionDenied):
        edit(api, tess, parent=theirs)


def test_a_milestone_is_no_part_of_its_own_parts_nor_of_what_waits_for_it(program, tess):
    drawn = sketch("a > b; whole; part", program)
    edit(drawn["part"], tess, parent=drawn["whole"])
    for child, parent in (("whole", "part"), ("b", "a")):
        with pytest.raises(Refused, match="close a loop") as refused:
            edit(drawn[child], tess, parent=drawn[parent])
        assert refused.value.field == "parent"
    with pytest.raises(Refused, match="close a loop"):
        edit(drawn["a"], tess, parent=drawn["a"])
    edit(drawn["a"], tess, parent=drawn["b"])


# Moving and speaking


def test_rescheduling_keeps_the_reason_and_counts_as_a_word(program, tess, api):
    saved = milestones.reschedule(milestone=api, version=1, date=FRIDAY, reason="Vendor is late", by=tess, at=NINE)
    assert (saved.expected_date, saved.said_on) == (FRIDAY, MONDAY)
    note = Event.objects.get(kind="milestone.changed")
    assert (note.field, note.new, note.note) == ("expected_date", "2027-03-05", "Vendor is late")
    with pytest.raises(Refused, match=r"This day is over\. Choose 2027-03-01 or later"):
        milestones.reschedule(milestone=saved, version=2, date=date(2027, 2, 26), by=tess, at=NINE)
    with pytest.raises(Refused, match="cannot be set"):
        milestones.reschedule(milestone=saved, version=2, field="actual_date", date=MONDAY, by=tess, at=NINE)
    moved = milestones.reschedule(milestone=saved, version=2, field="target_date", date=FRIDAY, by=tess, at=NINE)
    assert moved.target_date == FRIDAY


def test_saying_how_it_goes(program, tess, api):
    saved = milestones.say(milestone=api, said="at_risk", note="Two people are ill", by=tess, at=NINE)
    assert (saved.said, saved.said_on, saved.status) == ("at_risk", MONDAY, "not_started")
    update = StatusUpdate.objects.get()
    assert (update.milestone, update.author, update.on, update.health, update.note) == (
        saved,
        tess,
        MONDAY,
        "at_risk",
        "Two people are ill",
    )
    note = Event.objects.get(kind="milestone.said")
    assert (note.old, note.new, note.note) == ("", "at_risk", "Two people are ill")


def test_saying_done(program, tess, api):
    saved = milestones.say(milestone=api, said="done", by=tess, at=NINE)
    saved.refresh_from_db()
    assert (saved.status, saved.said, saved.actual_date, saved.percent_done) == ("done", "done", MONDAY, 100)
    assert Event.objects.filter(kind="milestone.done", milestone=saved).count() == 1
    with pytest.raises(Refused, match=r"M-1 is done\. Set its status"):
        milestones.say(milestone=saved, said="on_track", by=tess, at=NINE)


@pytest.mark.parametrize(
    ("said", "words"), [("blocked", "add a blocker"), ("fine", "Choose one of"), ("", "Choose one of"), (None, "Choose")]
)
def test_words_that_are_not_words(program, tess, api, said, words):
    with pytest.raises(Refused, match=words) as refused:
        milestones.say(milestone=api, said=said, by=tess, at=NINE)
    assert refused.value.field == "said"


def test_a_bad_note_leaves_nothing_behind(program, tess, api):
    with pytest.raises(Refused) as refused:
        milestones.say(milestone=api, said="at_risk", note="a\x00b", by=tess, at=NINE)
    assert refused.value.field == "note"
    assert Milestone.objects.get().said == ""


def test_a_word_beside_an_open_blocker_is_kept_and_it_stays_blocked(program, tess, api):
    blockers.block(milestone=api, title="No access", by=tess, at=NINE)
    saved = milestones.say(milestone=api, said="on_track", by=tess, at=NINE)
    assert (saved.said, saved.status) == ("on_track", "blocked")
    with pytest.raises(Refused, match="Clear that first"):
        milestones.say(milestone=api, said="done", by=tess, at=NINE)
    Blocker.objects.all().delete()
    assert milestones.say(milestone=api, said="on_track", by=tess, at=NINE).status == "in_progress"


def test_a_stale_word_asks(program, tess, eli, api):
    milestones.say(milestone=api, said="at_risk", by=eli, at=NINE, version=1)
    with pytest.raises(Stale):
        milestones.say(milestone=api, said="on_track", by=tess, at=NINE, version=1)


def test_still_the_same_refreshes_the_day_and_nothing_else(program, tess, api):
    milestones.say(milestone=api, said="at_risk", by=tess, at=NINE)
    week = NINE + timedelta(days=7)
    saved = milestones.still_the_same(milestone=api, by=tess, at=week)
    assert (saved.said, saved.said_on) == ("at_risk", MONDAY + timedelta(days=7))
    assert StatusUpdate.objects.count() == 1
    assert Event.objects.filter(kind="milestone.said", old="at_risk", new="at_risk").count() == 1


# Deleting


def test_deleting_takes_the_links_and_leaves_the_history(program, tess):
    drawn = sketch("a > b > c; a > c", program)
    Milestone.objects.filter(pk=drawn["c"].pk).update(parent=drawn["b"])
    blockers.block(milestone=drawn["b"], title="No access", by=tess, at=NINE)
    went = milestones.delete(milestone=drawn["b"], version=2, by=tess, at=NINE)
    assert went == {"links": 2, "blockers": 1, "updates": 0, "children": 1}
    assert Dependency.objects.count() == 1
    assert Milestone.objects.get(pk=drawn["c"].pk).parent is None
    note = Event.objects.get(kind="milestone.deleted")
    assert (note.subject_name, note.subject_id, note.milestone) == ("SK-2 b", drawn["b"].pk, None)
    assert Event.objects.filter(kind="dependency.removed", batch=note.batch).count() == 2


def test_deleting_what_somebody_changed_meanwhile_asks(program, tess, eli, api):
    edit(api, eli, name="Gateway")
    with pytest.raises(Stale):
        milestones.delete(milestone=api, version=1, by=tess, at=NINE)
    assert Milestone.objects.exists()


def test_deleting_makes_the_other_program_out_of_date(program, tess, ada):
    other = make_program("Borealis", tpm=tess)
    mine, theirs = milestone(program), milestone(other)
    dependencies.link(predecessor=mine, successor=theirs, by=ada, at=NINE)
    before = Program.objects.get(pk=other.pk).revision
    milestones.delete(milestone=mine, version=1, by=tess, at=NINE)
    assert Program.objects.get(pk=other.pk).revision == before + 1


def test_the_finish_of_a_program_may_be_deleted(program, tess, api):
    Program.objects.filter(pk=program.pk).update(finish_milestone=api)
    milestones.delete(milestone=api, version=1, by=tess, at=NINE)
    assert Program.objects.get(pk=program.pk).finish_milestone is None

"""Programs, their members, their working days, their workstreams."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from programs.actions import milestones, programs, workstreams
from programs.actions.errors import Refused, Stale
from programs.models import CalendarException, Event, Membership, Milestone, Person, Program, Workstream
from tests.cast import MONDAY, NINE, milestone
from tests.cast import program as make_program


def create(by, name="Data centre exit", **fields):
    return programs.create(name=name, by=by, at=NINE, **fields)


def edit(row, by, version=1, **changes):
    return programs.edit(program=row, version=version, changes=changes, by=by, at=NINE)


# Programs


def test_who_starts_a_program_plans_it(tess):
    made = create(tess, target_date="2027-06-30", time_zone="Europe/Berlin")
    assert (made.slug, made.owner, made.target_date, made.version) == ("data-centre-exit", tess, date(2027, 6, 30), 1)
    assert Membership.objects.get(program=made).role == "tpm"
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["program.created", "member.added"]


@pytest.mark.parametrize(
    ("name", "slug"), [("New", "new-2"), ("Import!", "import-2"), ("مرحلة", "program"), ("é à", "e-a"), ("x" * 200, "x" * 70)]
)
def test_addresses_come_from_names_and_keep_clear_of_others(tess, name, slug):
    assert create(tess, name).slug == slug


def test_the_same_name_but_for_case_accents_and_blanks_is_refused_with_a_suggestion(tess, program):
    create(tess, "Café")
    with pytest.raises(Refused, match="“CAFE 2”") as refused:
        create(tess, " CAFE ")
    assert refused.value.field == "name"
    with pytest.raises(Refused, match="of this name already"):
        edit(program, tess, name="cafe")
    assert create(tess, "Café!").slug == "cafe-2"


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("name", "", "can be seen"),
        ("name", "n" * 201, "at most 200 characters; this has 201"),
        ("status", "great", "Choose one of: Planned"),
        ("declared_health", "purple", "Choose one of: On track"),
        ("target_date", "2026-02-30", "YYYY-MM-DD"),
        ("time_zone", "Mars/Base", "time zone from the list"),
        ("time_zone", "../../etc/passwd", "time zone from the list"),
        ("day_unit", "weeks", "Choose one of"),
        ("thresholds", {"near critical": 5}, "names with numbers"),
        ("thresholds", [5], "names with numbers"),
        ("thresholds", {"near": float("nan")}, "0 to 3,650"),
        ("thresholds", {"near": True}, "0 to 3,650"),
        ("thresholds", {"near": "5"}, "0 to 3,650"),
        ("url", "data:text/html,x", "http"),
        ("slug", "mine", "cannot be set"),
        ("revision", 7, "cannot be set"),
    ],
)
def test_bad_values_are_refused(tess, program, field, value, remedy):
    with pytest.raises(Refused, match=remedy) as refused:
        edit(program, tess, **{field: value})
    assert refused.value.field == field
    if field != "name":
        with pytest.raises(Refused, match=remedy):
            create(tess, **{field: value})
    assert not Event.objects.exists()


def test_dates_of_a_program_are_in_order(tess, program):
    with pytest.raises(Refused, match="target is before the start") as refused:
        edit(program, tess, start_date="2027-06-01", target_date="2027-05-01")
    assert refused.value.field == "target_date"
    with pytest.raises(Refused, match="not come yet"):
        edit(program, tess, actual_date="2027-05-01")
    assert edit(program, tess, status="done").actual_date == MONDAY


def test_an_owner_of_a_program_is_a_member(tess, program, otto, eli):
    with pytest.raises(Refused, match="Not a member"):
        edit(program, tess, owner=otto)
    assert edit(program, tess, owner=eli).owner == eli
    with pytest.raises(Refused, match="Nobody else is a member yet"):
        create(tess, owner=eli)


def test_the_finish_is_one_of_its_own_milestones(tess, program, otto):
    theirs = milestone(make_program("Borealis", tpm=otto))
    with pytest.raises(Refused, match="from the list"):
        edit(program, tess, finish_milestone=theirs)
    own = milestone(program)
    assert edit(program, tess, finish_milestone=own).finish_milestone == own


def test_a_program_is_no_part_of_itself(tess, program, otto):
    other = create(tess, parent=program)
    with pytest.raises(Refused, match="part of itself"):
        edit(program, tess, parent=other)
    with pytest.raises(Http404):
        edit(program, tess, parent=make_program("Borealis", tpm=otto))


def test_an_edit_asks_when_the_page_is_old(tess, program):
    revision = program.revision
    saved = edit(program, tess, name="Atlas II", thresholds={"near_critical_days": 3})
    assert (saved.slug, saved.version) == ("atlas", 2)
    assert Program.objects.get().revision == revision + 1
    with pytest.raises(Stale):
        edit(program, tess, name="Atlas III")


# Working days


def calendar(program, by, version=1, weekdays=(1, 2, 3, 4, 5), **more):
    return programs.set_calendar(program=program, version=version, weekdays=weekdays, by=by, at=NINE, **more)


def test_a_calendar_with_a_country_and_days_that_differ(tess, program):
    days = [(date(2027, 3, 8), False, "Company day"), (date(2027, 3, 13), True, "")]
    saved = calendar(program, tess, weekdays=[4, 1, 2, 3], country="DE", subdivision="BY", exceptions=days)
    saved.refresh_from_db()
    assert (saved.weekdays, saved.country, saved.subdivision, saved.version) == ([1, 2, 3, 4], "DE", "BY", 2)
    assert [(each.day, each.working) for each in CalendarException.objects.order_by("day")] == [
        (day, work) for day, work, _name in days
    ]
    notes = {note.field: (note.old, note.new) for note in Event.objects.all()}
    assert notes["weekdays"] == ("1, 2, 3, 4, 5", "1, 2, 3, 4")
    assert notes["exceptions"] == ("", "2027-03-08 free Company day, 2027-03-13 working")
    assert calendar(saved, tess, version=2, weekdays=[1, 2, 3, 4], country="DE", subdivision="BY", exceptions=days).version == 2
    again = calendar(saved, tess, version=2, weekdays=[1, 2, 3, 4], country="DE", subdivision="BY", exceptions=days[:1])
    assert (again.version, CalendarException.objects.count()) == (3, 1)
    assert {note.field for note in Event.objects.all()} == {"weekdays", "country", "subdivision", "exceptions"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekdays": [1, 1]}, "weekdays"),
        ({"weekdays": ["1"]}, "weekdays"),
        ({"weekdays": None}, "weekdays"),
        ({"country": "XX"}, "country"),
        ({"country": "Germany"}, "country"),
        ({"country": "DE", "subdivision": "ZZ"}, "subdivision"),
        ({"subdivision": "BY"}, "subdivision"),
        ({"exceptions": [("soon", False, "")]}, "exceptions"),
        ({"exceptions": [(date(1899, 1, 1), False, "")]}, "exceptions"),
        ({"exceptions": [(MONDAY, False, "a\x00")]}, "exceptions"),
        ({"exceptions": [(MONDAY, False, ""), (MONDAY, True, "")]}, "exceptions"),
    ],
)
def test_a_calendar_that_is_none(tess, program, given, field):
    with pytest.raises(Refused) as refused:
        calendar(program, tess, **given)
    assert refused.value.field == field
    assert not CalendarException.objects.exists()


# Members


def test_roles_are_given_changed_and_taken(tess, program, otto):
    programs.set_member(program=program, person=otto, role="viewer", by=tess, at=NINE)
    assert programs.set_member(program=program, person=otto, role="engineer", by=tess, at=NINE).role == "engineer"
    programs.set_member(program=program, person=otto, role="engineer", by=tess, at=NINE)
    programs.remove_member(program=program, person=otto, by=tess, at=NINE)
    assert not Membership.objects.filter(person=otto).exists()
    assert list(Event.objects.order_by("pk").values_list("kind", "subject_name", "old", "new")) == [
        ("member.added", "Otto", "", "viewer"),
        ("member.changed", "Otto", "viewer", "engineer"),
        ("member.removed", "Otto", "engineer", ""),
    ]
    with pytest.raises(Refused, match="Not a member"):
        programs.remove_member(program=program, person=otto, by=tess, at=NINE)


def test_a_program_keeps_one_manager_who_can_sign_in(tess, program, ada, eli):
    with pytest.raises(Refused, match="needs one program manager"):
        programs.set_member(program=program, person=tess, role="viewer", by=ada, at=NINE)
    with pytest.raises(Refused, match="needs one program manager"):
        programs.remove_member(program=program, person=tess, by=ada, at=NINE)
    programs.set_member(program=program, person=eli, role="tpm", by=tess, at=NINE)
    assert programs.set_member(program=program, person=tess, role="viewer", by=eli, at=NINE).role == "viewer"


def test_nobody_gives_or_takes_a_role_above_their_own(tess, program, eli, otto, lena):
    for role in ("tpm", "engineer"):
        with pytest.raises(PermissionDenied):
            programs.set_member(program=program, person=otto, role=role, by=lena, at=NINE)
    with pytest.raises(PermissionDenied):
        programs.set_member(program=program, person=tess, role="viewer", by=eli, at=NINE)
    with pytest.raises(PermissionDenied):
        programs.remove_member(program=program, person=tess, by=eli, at=NINE)
    with pytest.raises(PermissionDenied):
        programs.set_member(program=program, person=otto, role="viewer", by=otto, at=NINE)
    with pytest.raises(Refused, match="Choose one of: Viewer"):
        programs.set_member(program=program, person=otto, role="admin", by=tess, at=NINE)


def invite(program, by, email="pat@example.org", role="viewer", **more):
    return programs.invite(program=program, email=email, role=role, by=by, at=NINE, **more)


def test_inviting_makes_an_account_without_a_password(tess, program):
    pat = invite(program, tess, " Pat@Example.ORG ", name="Pat Doe")
    assert (pat.email, pat.name, pat.has_usable_password(), pat.is_admin) == ("pat@example.org", "Pat Doe", False, False)
    assert Membership.objects.get(person=pat).role == "viewer"
    with pytest.raises(Refused, match="member already"):
        invite(program, tess, "PAT@example.org")


def test_inviting_somebody_who_is_there_keeps_their_name(tess, program, otto):
    assert invite(program, tess, otto.email, name="Somebody") == otto
    assert Person.objects.get(pk=otto.pk).name == "Otto"


@pytest.mark.parametrize(
    "email", ["", "pat", "a@b.org, c@d.org", "Eve <e@x.org>", "ｍike@example.org", "a@b.org\r\nBcc: x@y.org", None, "a\x00@b.org"]
)
def test_an_address_is_one_plain_address(tess, program, email):
    with pytest.raises(Refused) as refused:
        invite(program, tess, email)
    assert refused.value.field == "email"


def test_a_closed_account_is_not_opened_by_an_invitation(tess, program, otto):
    Person.objects.filter(pk=otto.pk).update(is_active=False)
    with pytest.raises(Refused, match="closed"):
        invite(program, tess, otto.email)
    otto.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        programs.set_member(program=program, person=otto, role="viewer", by=tess, at=NINE)


def test_a_name_from_an_import_is_not_joined_to_an_address(tess, program):
    placeholder = Person.objects.create(name="Pat Doe", email=None)
    assert invite(program, tess, name="Pat Doe") != placeholder


# Workstreams


def stream(program, by, name="Site reliability", **more):
    return workstreams.create(program=program, name=name, by=by, at=NINE, **more)


def test_keys_come_from_names(tess, program):
    names = ["Site reliability", "Payments", "Security!", "Identity and access management", "安全", "Q", "Données légales"]
    assert [stream(program, tess, name).key for name in names] == ["SR", "PAY", "SEC2", "IAA", "WS", "WS2", "DL"]
    assert [each.position for each in Workstream.objects.order_by("pk")] == list(range(8))


@pytest.mark.parametrize(
    ("key", "words"), [("M", "2 to 12"), ("1A", "2 to 12"), ("A-B", "2 to 12"), ("A" * 13, "at most 12"), ("sec", "has this key")]
)
def test_keys_of_ones_own(tess, program, key, words):
    with pytest.raises(Refused, match=words) as refused:
        stream(program, tess, key=key)
    assert refused.value.field == "key"


def test_a_key_goes_on_after_imported_numbers(tess, program):
    Milestone.objects.create(program=program, key="PAY-7", name="From an import")
    Milestone.objects.create(program=program, key="PAY-x", name="From an import")
    assert stream(program, tess, "Payments", key="pay").next_number == 8


def test_a_new_prefix_is_for_new_milestones_and_no_key_is_given_twice(tess, program):
    made = stream(program, tess, "Payments")
    first, second = (milestones.create(program=program, name=name, workstream=made, by=tess, at=NINE) for name in "ab")
    assert (first.key, second.key) == ("PAY-1", "PAY-2")
    milestones.delete(milestone=second, version=second.version, by=tess, at=NINE)
    made = workstreams.edit(workstream=made, version=None, changes={"key": "mny"}, by=tess, at=NINE)
    assert made.key == "MNY"
    assert milestones.create(program=program, name="c", workstream=made, by=tess, at=NINE).key == "MNY-1"
    first.refresh_from_db()
    assert first.key == "PAY-1"
    other = stream(program, tess, "Payroll", key="PAY")
    assert milestones.create(program=program, name="d", workstream=other, by=tess, at=NINE).key == "PAY-3"
    with pytest.raises(Refused, match="Another workstream has this key"):
        workstreams.edit(workstream=made, version=None, changes={"key": "PAY"}, by=tess, at=NINE)


def test_workstreams_move_one_place_and_stop_at_the_ends(tess, program):
    Workstream.objects.filter(program=program).delete()
    rows = [stream(program, tess, name) for name in ("Aa", "Bb", "Cc")]
    Workstream.objects.filter(program=program).update(position=0)  # as an import leaves them

    def order() -> str:
        return "".join(row.name[0] for row in Workstream.objects.filter(program=program).order_by("position", "name"))

    for row, up, expected in ((2, True, "ACB"), (2, True, "CAB"), (2, True, "CAB"), (0, False, "CBA"), (0, False, "CBA")):
        workstreams.move(workstream=rows[row], up=up, by=tess, at=NINE)
        assert order() == expected


def test_workstreams_are_noted_checked_and_versioned(tess, program, eli, otto):
    made = stream(program, tess, "Payments", lead=eli)
    assert made.lead == eli
    with pytest.raises(Refused, match="Not a member"):
        stream(program, tess, "Legal", lead=otto)
    with pytest.raises(Refused, match="workstream of this name"):
        stream(program, tess, "payments")
    workstreams.edit(workstream=made, version=1, changes={"declared_health": "at_risk"}, by=tess, at=NINE)
    assert Event.objects.get(kind="workstream.changed").new == "at_risk"
    with pytest.raises(Stale):
        workstreams.edit(workstream=made, version=1, changes={"name": "Money"}, by=tess, at=NINE)

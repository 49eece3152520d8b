"""Who is told of what moved: exactly the owners and followers of it, each once, and never who did it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.actions import analysis, blockers, milestones, notices, telling
from programs.graph.diff import Room, Standing, stirred
from programs.models import Dependency, Membership, Milestone, Notice, Person, Program, Shift, Timing
from programs.queries import notices as queries
from tests import cast
from tests.cast import MONDAY, NINE
from tests.notices.followed import followed

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NINE + timedelta(minutes=10)
Told = Notice.State.TOLD


@pytest.fixture
def plan(program, tess, eli):
    """api (3 d) > app (2 d) > launch, and docs (1 d) > launch; Eli owns app, Tess launch, and api and docs are nobody's."""
    made = cast.sketch("api(3) > app(2) > launch(0); docs(1) > launch", program)
    Milestone.objects.filter(pk=made["app"].pk).update(owner=eli)
    Milestone.objects.filter(pk=made["launch"].pk).update(owner=tess)
    Program.objects.filter(pk=program.pk).update(finish_milestone=made["launch"], target_date=date(2027, 3, 9))
    for row in made.values():
        row.refresh_from_db()
    computed(program)
    return made


def computed(program, at=NINE):
    analysis.recompute(program_id=program.pk, at=at, force=True)


def edit(row, by, **changes):
    row.refresh_from_db()
    milestones.edit(milestone=row, version=row.version, changes=changes, by=by, at=NINE)
    computed(row.program)


def told(at=LATER):
    telling.tell(at=NINE)
    notices.settle(at=at)
    return {(each.person.name, each.milestone.name): each for each in Notice.objects.filter(state=Told)}


def test_the_first_answer_is_no_news(plan):
    assert not Shift.objects.exists()


def test_owners_downstream_are_told_and_the_author_is_not(plan, tess, eli):
    edit(plan["api"], tess, duration_days=5)
    found = told()
    assert set(found) == {("Eli", "app")}  # Tess did it, so launch is no news to her
    row = queries.inbox(eli, today=MONDAY).rows[0]
    assert row.told.title == "app: Wed 10 Mar, was Mon 8 Mar"
    assert row.told.because == "Duration of SK-1 api changed from 3 to 5 (Tess)."
    assert row.told.means == "2 working days later. It is critical: each further day moves the finish."
    edit(plan["api"], eli, duration_days=6)
    found = told()
    assert ("Tess", "launch") in found
    assert "It is critical" in queries.inbox(tess, today=MONDAY).rows[0].told.means


def test_nobody_else_is_bothered(plan, tess, eli, lena):
    """Lena reads the program but follows nothing; docs is off the path, so its owner's date and room stay."""
    Milestone.objects.filter(pk=plan["docs"].pk).update(owner=lena)
    edit(plan["app"], tess, duration_days=2.5)
    assert {who for who, _what in told()} == {"Eli"}


def test_room_that_is_gone_is_news_though_the_date_stays(plan, tess, lena):
    Milestone.objects.filter(pk=plan["docs"].pk).update(owner=lena)
    edit(plan["api"], tess, duration_days=1)
    edit(plan["app"], tess, duration_days=0)
    found = told()
    assert ("Lena", "docs") in found
    row = queries.inbox(lena, today=MONDAY).rows[0]
    assert row.told.title == "docs is critical now, still Tue 2 Mar"
    assert row.told.means == "It is critical now: each further day moves the finish."


def test_followers_are_told_and_say_why(plan, tess, lena):
    notices.follow(milestone=plan["launch"], by=lena, follows=True)
    edit(plan["api"], tess, duration_days=4)
    found = told()
    assert found["Lena", "launch"].role == "follower"
    notices.follow(milestone=plan["launch"], by=lena, follows=False)
    edit(plan["api"], tess, duration_days=9)
    assert len([1 for who, _what in told() if who == "Lena"]) == 1


def test_changes_within_the_window_are_one_notice_and_there_and_back_is_none(plan, tess, eli):
    edit(plan["api"], tess, duration_days=5)
    telling.tell(at=NINE)
    edit(plan["api"], tess, duration_days=7)
    found = told()
    assert Notice.objects.count() == 1
    assert found["Eli", "app"].facts["before"][0] == "2027-03-08"
    assert found["Eli", "app"].facts["after"][0] == "2027-03-12"
    edit(plan["api"], tess, duration_days=9)
    telling.tell(at=NINE)
    edit(plan["api"], tess, duration_days=7)
    telling.tell(at=NINE)
    assert notices.settle(at=LATER) == {"told": 0, "cancelled": 1}


def test_a_burst_of_edits_is_written_once_and_told_as_edit_by_edit(plan, tess, eli):
    """Eli's own edit comes first: what he is told begins behind it."""
    for days, by in ((5, eli), (7, tess), (9, tess)):
        edit(plan["api"], by, duration_days=days)
    assert Shift.objects.count() == 3
    with CaptureQueriesContext(connection) as asked:
        assert telling.tell(at=NINE) == 2
    written = [one["sql"] for one in asked if re.search(r"(INSERT INTO|UPDATE) .?programs_notice", one["sql"])]
    assert len(written) == 1, written
    found = told()
    assert {who: (each.facts["before"][0], each.facts["after"][0]) for who, each in found.items()} == {
        ("Eli", "app"): ("2027-03-10", "2027-03-16"),
        ("Tess", "launch"): ("2027-03-08", "2027-03-16"),
    }


def test_nothing_is_told_before_it_settled(plan, tess):
    edit(plan["api"], tess, duration_days=5)
    assert told(at=NINE) == {}
    assert len(told(at=LATER)) == 1


def test_telling_twice_or_side_by_side_tells_once(plan, tess):
    edit(plan["api"], tess, duration_days=5)
    assert telling.tell(at=NINE) == 1
    assert telling.tell(at=NINE) == 0
    notices.settle(at=LATER)
    assert notices.settle(at=LATER) == {"told": 0, "cancelled": 0}


def test_time_alone_is_a_cause_too(plan, eli):
    """A day late each day is one notice on Monday morning, with all of the week in it."""
    before = Timing.objects.get(milestone=plan["app"]).forecast
    for day in (1, 2, 3):
        computed(plan["api"].program, at=NINE + timedelta(days=day))
        telling.tell(at=NINE + timedelta(days=day))
        assert notices.settle(at=NINE + timedelta(days=day, hours=1))["told"] == 0
    assert set(told(at=NINE + timedelta(days=7))) == {("Eli", "app"), ("Tess", "launch")}
    row = queries.inbox(eli, today=MONDAY).rows[0]
    assert row.told.because == "Days went by and what it waits for, or itself, is not done."
    assert row.told.means.startswith("3 working days later.")
    assert row.notice.facts["before"][0] == before.isoformat()


def test_days_that_make_somebody_miss_a_target_are_told_the_next_morning(plan, eli):
    Milestone.objects.filter(pk=plan["app"].pk).update(target_date=Timing.objects.get(milestone=plan["app"]).forecast)
    computed(plan["api"].program)
    computed(plan["api"].program, at=NINE + timedelta(days=1))
    telling.tell(at=NINE + timedelta(days=1))
    assert set(told(at=NINE + timedelta(days=2))) == {("Eli", "app")}


def test_who_sets_the_date_of_what_drifted_is_not_told_of_it(plan, eli):
    computed(plan["api"].program, at=NINE + timedelta(days=1))
    telling.tell(at=NINE + timedelta(days=1))
    app = plan["app"]
    app.refresh_from_db()
    milestones.edit(milestone=app, version=app.version, changes={"duration_days": 4}, by=eli, at=NINE + timedelta(days=1))
    computed(app.program, at=NINE + timedelta(days=1))
    telling.tell(at=NINE + timedelta(days=1))
    notices.settle(at=NINE + timedelta(days=8))
    assert not Notice.objects.filter(person=eli, state=Told).exists()
    assert Notice.objects.filter(milestone=plan["launch"], state=Told).count() == 1


def test_those_who_cannot_sign_in_or_left_are_not_told(plan, tess, eli, program):
    Membership.objects.filter(program=program, person=eli).delete()
    edit(plan["api"], tess, duration_days=5)
    assert told() == {}


def test_who_waited_hears_that_it_is_clear(plan, tess, eli, lena):
    Milestone.objects.filter(pk=plan["api"].pk).update(owner=lena)
    plan["api"].refresh_from_db()
    stop = blockers.block(milestone=plan["api"], title="No access to the vault", by=tess, at=NINE)
    blockers.clear(blocker=stop, by=tess, at=NINE)
    found = {who: each for (who, _what), each in told(at=NINE).items()}
    assert {who: each.kind for who, each in found.items()} == {"Lena": "cleared", "Eli": "cleared"}
    means = queries.inbox(eli, today=MONDAY).rows[0].told
    assert means.title == "Cleared: No access to the vault"
    assert means.because == "Tess cleared it."
    assert means.means.startswith("api goes on, and app waits for it. Its forecast is ")


def test_a_blocker_that_is_open_again_was_not_cleared(plan, tess):
    stop = blockers.block(milestone=plan["api"], title="No access", by=tess, at=NINE)
    blockers.clear(blocker=stop, by=tess, at=NINE)
    blockers.reopen(blocker=stop, by=tess, at=NINE)
    assert [1 for each in told(at=NINE).values() if each.kind == "cleared"] == []


def test_work_in_a_program_one_cannot_see_stays_hidden(plan, tess, eli, otto):
    far = cast.program("Borealis", tpm=otto)
    other = cast.milestone(far, "Secret", duration_days=2)
    Dependency.objects.create(predecessor=other, successor=plan["api"])
    computed(far)
    told()
    Notice.objects.all().delete()
    edit(other, otto, duration_days=20)
    told()
    row = queries.inbox(eli, today=MONDAY).rows[0]
    assert row.told.because == "Because work in a program you cannot see moved."


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_recipients_are_exactly_those_whose_date_or_room_changed(transactional_db, seed):
    """On random programs, against the two stored answers compared row by row."""
    rng = Random(seed)
    Program.objects.all().delete()
    Person.objects.all().delete()
    plan, people, rows = followed(rng, 9, target_date=None)
    computed(plan)
    before = standings()
    author = rng.choice(people)
    edit(rng.choice(rows), author, duration_days=rng.randint(0, 12))
    after = standings()
    moved = {pk for pk in before if stirred(before[pk], after[pk])}
    expected = {
        (who, row.pk)
        for row in Milestone.objects.filter(pk__in=moved)
        for who in {row.owner_id, *row.followers.values_list("person", flat=True)} - {None, author.pk}
    }
    telling.tell(at=NINE)
    notices.settle(at=LATER)
    rows_told = list(Notice.objects.filter(state=Told).values_list("person", "milestone"))
    assert len(rows_told) == len(set(rows_told))
    assert set(rows_told) == expected


def standings():
    rows = Timing.objects.values_list("milestone_id", "forecast", "total_float", "critical")
    return {pk: Standing(day, room, Room.of(room, critical=critical, band=5)) for pk, day, room, critical in rows}


def test_talk_moves_no_date_and_is_named_for_none(plan, tess, eli, lena):
    """api is work of its own: that docs has room again is its doing, not that of whoever was asked into a room afterwards."""
    Milestone.objects.filter(pk=plan["docs"].pk).update(owner=lena, duration_days=5)
    plan["docs"].refresh_from_db()
    computed(plan["docs"].program)
    stop = blockers.block(milestone=plan["docs"], title="No access", owner=tess, by=tess, at=NINE)
    computed(plan["docs"].program)
    telling.tell(at=NINE)
    Notice.objects.all().delete()
    plan["api"].refresh_from_db()
    milestones.edit(milestone=plan["api"], version=plan["api"].version, changes={"duration_days": 20}, by=tess, at=NINE)
    notices.pull_in(blocker=stop, people=[eli.pk], note="", by=tess, at=NINE)
    blockers.still_the_same(blocker=stop, by=tess, at=NINE)
    moved = Shift.objects.get()  # as it is when all three were worked out at once
    moved.revisions = {str(stop.program_id): [moved.revisions[str(stop.program_id)][0], 1000]}
    moved.save()
    told()
    (row,) = queries.inbox(lena, today=MONDAY).rows
    assert row.told.because == "Duration of SK-1 api changed from 3 to 20 (Tess)."


def test_room_won_by_work_elsewhere_names_what_stopped_it_not_its_status(plan, tess, eli, lena):
    """docs is no critical work any more once api is blocked for longer; api lies on no way to docs."""
    Milestone.objects.filter(pk=plan["docs"].pk).update(owner=lena, duration_days=5)
    plan["docs"].refresh_from_db()
    computed(plan["docs"].program)
    telling.tell(at=NINE)
    Notice.objects.all().delete()
    blockers.block(milestone=plan["api"], title="No access", expected_clear=date(2027, 3, 26), by=tess, at=NINE)
    computed(plan["docs"].program)
    told()
    (row,) = queries.inbox(lena, today=MONDAY).rows
    assert row.told.because == "New blocker: B-1 No access (Tess)."

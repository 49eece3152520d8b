"""New dates nobody settles become blockers, once, and only where silence matters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from programs.actions import aging, notices
from programs.models import Blocker, Milestone, Notice
from tests import cast
from tests.cast import NINE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moved(program, eli):
    row = cast.milestone(program, "app", duration_days=2, owner=eli, target_date=date(2027, 3, 8))
    facts = {"before": ["2027-03-05", 3.0, "tight"], "after": ["2027-03-09", 1.0, "tight"], "cause": {"kind": "time"}}
    return Notice.objects.create(
        person=eli, kind="slip", role="owner", program=program, milestone=row, topic=f"slip:{row.pk}", facts=facts,
        state="told", created_at=NINE, due_at=NINE, told_at=NINE,
    )  # fmt: skip


def test_a_contested_date_becomes_the_managers_blocker_after_two_working_days(moved, eli, tess):
    notices.answer(notice=moved, answer="contested", note="The vendor promised the 5th", by=eli, at=NINE)
    assert aging.age(at=NINE + timedelta(days=1, hours=9)) == 0
    assert aging.age(at=NINE + timedelta(days=2)) == 1
    assert aging.age(at=NINE + timedelta(days=3)) == 0
    made = Blocker.objects.get()
    assert (made.title, made.kind, made.owner) == ("Eli contests the new date: The vendor promised the 5th", "decision", tess)
    assert Milestone.objects.get(pk=moved.milestone_id).status == "blocked"
    assert Notice.objects.get(pk=moved.pk).blocker == made


def test_silence_becomes_one_after_five_where_the_target_is_missed(moved):
    assert aging.age(at=NINE + timedelta(days=4)) == 0
    assert aging.age(at=NINE + timedelta(days=7)) == 1
    assert Blocker.objects.get().title == "Eli has not seen the new date"


def test_silence_about_a_date_that_hurts_nobody_is_fine(moved):
    Milestone.objects.filter(pk=moved.milestone_id).update(target_date=date(2027, 4, 1))
    assert aging.age(at=NINE + timedelta(days=20)) == 0


def test_what_was_seen_or_done_is_settled(moved, eli):
    notices.answer(notice=moved, answer="acknowledged", by=eli, at=NINE)
    assert aging.age(at=NINE + timedelta(days=20)) == 0
    Notice.objects.update(answer="")
    Milestone.objects.update(status="done", actual_date=date(2027, 3, 1))
    assert aging.age(at=NINE + timedelta(days=20)) == 0


def test_a_milestone_gets_one_blocker_however_many_contest(moved, eli, lena, program, tess, as_):
    other = Notice.objects.create(
        person=lena, kind="slip", role="follower", program=program, milestone=moved.milestone, topic=moved.topic,
        facts=moved.facts, state="told", created_at=NINE, due_at=NINE, told_at=NINE,
    )  # fmt: skip
    for notice, who in ((moved, eli), (other, lena)):
        notices.answer(notice=notice, answer="contested", note="No", by=who, at=NINE)
    page = as_(tess).get("/p/atlas/blockers").content.decode()
    assert "New dates that nobody settled" in page
    assert "New dates that nobody settled" not in as_(lena).get("/p/atlas/blockers").content.decode()
    assert aging.age(at=NINE + timedelta(days=3)) == 1
    assert Blocker.objects.count() == 1
    assert set(Notice.objects.values_list("blocker", flat=True)) == {Blocker.objects.get().pk}

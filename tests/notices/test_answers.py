"""What people say to their new date, how often they want mail, and who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from programs.actions import notices
from programs.actions.errors import Refused
from programs.models import Event, Notice
from programs.queries import notices as queries
from tests import cast
from tests.cast import MONDAY, NINE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moved(program, eli):
    row = cast.milestone(program, "app", duration_days=2, owner=eli)
    facts = {"before": ["2027-03-05", 3.0, "tight"], "after": ["2027-03-09", 1.0, "tight"], "cause": {"kind": "time"}}
    return Notice.objects.create(
        person=eli, kind="slip", role="owner", program=program, milestone=row, topic=f"slip:{row.pk}", facts=facts,
        state="told", created_at=NINE, due_at=NINE, told_at=NINE,
    )  # fmt: skip


def test_seen_is_kept_with_its_note(moved, eli):
    notices.answer(notice=moved, answer="acknowledged", by=eli, at=NINE)
    moved.refresh_from_db()
    assert (moved.answer, moved.read_at) == ("acknowledged", NINE)
    assert Event.objects.filter(kind="slip.acknowledged", milestone=moved.milestone).count() == 1


def test_contesting_needs_a_reason_and_is_listed_first(moved, eli, tess, program):
    with pytest.raises(Refused, match="Say why"):
        notices.answer(notice=moved, answer="contested", by=eli, at=NINE)
    moved.refresh_from_db()
    assert moved.answer == ""
    notices.answer(notice=moved, answer="contested", note="The vendor promised the 5th.", by=eli, at=NINE)
    row = queries.unanswered(program, by=tess, today=MONDAY)[0]
    assert (row.notice.answer, row.notice.answer_note) == ("contested", "The vendor promised the 5th.")
    notices.answer(notice=moved, answer="acknowledged", by=eli, at=NINE)
    assert queries.unanswered(program, by=tess, today=MONDAY) == []


@pytest.mark.parametrize("word", ["", "maybe", "told"])
def test_another_answer_is_refused(moved, eli, word):
    with pytest.raises(Refused, match="Choose one of"):
        notices.answer(notice=moved, answer=word, by=eli, at=NINE)


def test_only_ones_own_and_only_while_a_member(moved, eli, tess):
    assert queries.notice(moved.pk, by=eli) == moved
    with pytest.raises(Http404):
        queries.notice(moved.pk, by=tess)
    eli.memberships.all().delete()
    with pytest.raises(Http404):
        queries.notice(moved.pk, by=eli)


def test_reading_empties_the_count(moved, eli):
    assert queries.unread(eli) == 1
    assert notices.read(person=eli, at=NINE) == 1
    assert queries.unread(eli) == 0


@pytest.mark.parametrize(
    ("frequency", "zone", "expected"),
    [
        (None, "UTC", NINE),
        ("now", "UTC", NINE),
        ("daily", "UTC", NINE.replace(hour=8) + timedelta(days=1)),
        ("daily", "America/New_York", NINE.replace(hour=13)),
        ("weekly", "UTC", NINE.replace(hour=8) + timedelta(days=7)),
        ("never", "UTC", None),
    ],
)
def test_mail_leaves_when_its_reader_wants_it(eli, frequency, zone, expected):
    eli.time_zone = zone
    assert notices.mail_time(eli, frequency, at=NINE) == expected


def test_a_wish_is_kept_once(eli):
    notices.prefer(person=eli, wanted={"slip": "weekly"})
    notices.prefer(person=eli, wanted={"slip": "never"})
    assert dict(queries.frequencies(eli))["slip"] == "never"
    with pytest.raises(Refused):
        notices.prefer(person=eli, wanted={"slip": "hourly"})


def test_the_inbox_asks_a_fixed_number_of_questions(moved, eli, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert len(queries.inbox(eli, today=MONDAY).rows) == 1

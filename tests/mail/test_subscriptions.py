"""Who is told what and when: what is refused, and what an edit does to today's mail."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from programs.actions import people, subscriptions
from programs.actions.errors import Refused, Stale
from programs.models import Event, Person, Slot, Subscription
from programs.queries import summaries
from programs.queries.unsubscribe import find, token_for
from programs.summaries import slots
from tests import cast
from tests.mail.world import MONDAY_EIGHT, subscribed

pytestmark = pytest.mark.django_db


def test_the_first_mail_comes_at_the_next_slot(program, lena):
    row = subscribed(lena, program)
    assert row.next_at == cast.NINE
    assert (row.edition, row.active) == (1, True)
    assert Event.objects.get(kind="subscription.created").program == program


def test_the_token_is_kept_as_a_hash_only(program, lena):
    row = subscribed(lena, program)
    token = token_for(row.pk)
    assert token not in str(Subscription.objects.filter(pk=row.pk).values().get())
    assert find(token) == row
    assert find(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert find("") is None


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"time_zone": "Mars/Base"}, "time_zone", "“Mars/Base” is not a time zone. Use a place, like Europe/Berlin"),
        ({"time_zone": "Etc/GMT+99"}, "time_zone", "is not a time zone"),
        ({"weekdays": []}, "weekdays", "Choose at least one weekday."),
        ({"weekdays": [8]}, "weekdays", "Choose at least one weekday."),
        ({"weekdays": [True]}, "weekdays", "Choose at least one weekday."),
        ({"audience": "sponsor"}, "audience", "speaks of every program they sponsor. Choose all programs."),
        ({"local_time": "9"}, "local_time", "Write a time like 08:30."),
    ],
)
def test_what_cannot_be_is_refused_in_words(program, lena, fields, field, says):
    with pytest.raises(Refused) as refused:
        subscribed(lena, program, **fields)
    assert refused.value.field == field
    assert says in refused.value.message
    assert not Subscription.objects.exists()


def test_without_a_time_zone_it_comes_in_the_readers_morning(program, tess, lena):
    Person.objects.filter(pk=lena.pk).update(time_zone="Asia/Tokyo")
    lena.refresh_from_db()
    row = subscribed(lena, program, time_zone="", by=tess)
    assert row.next_at == datetime(2027, 3, 8, 0, tzinfo=UTC)


def test_whoever_moves_takes_their_summaries_along(program, lena):
    """Nine in the morning stays nine in the morning; one for another place stays where it is."""
    here, there = subscribed(lena, program), subscribed(lena, None, time_zone="Asia/Tokyo")
    changed = {"time_zone": "America/New_York"}
    people.edit(person=lena, version=lena.version, changes=changed, by=lena, at=MONDAY_EIGHT)
    here.refresh_from_db()
    assert (here.time_zone, here.next_at, here.edition) == ("America/New_York", datetime(2027, 3, 1, 14, tzinfo=UTC), 2)
    assert Subscription.objects.get(pk=there.pk).time_zone == "Asia/Tokyo"


def test_a_sponsors_summary_is_about_what_they_sponsor(program, tess, lena):
    other = cast.program("Borea", tpm=tess, viewer=lena)
    row = subscribed(lena, None, audience="sponsor")
    assert summaries.followed(row) == []
    type(other).objects.filter(pk=other.pk).update(sponsor=lena)
    assert summaries.followed(row) == [other]


def test_only_members_with_one_valid_address(program, otto, lena):
    with pytest.raises(Refused, match="Otto is not a member of Atlas"):
        subscribed(otto, program)
    for bad in (None, "a@b, c@d", "a@b;c@d", "Eve, E <e@x>"):
        lena.email = bad
        with pytest.raises(Refused):
            subscribed(lena, program)
    lena.email, lena.is_active = "lena@example.test", False
    with pytest.raises(Refused):
        subscribed(lena, program)


def test_the_same_twice_is_refused(program, lena):
    subscribed(lena, program)
    with pytest.raises(Refused, match="gets this summary already"):
        subscribed(lena, program)
    subscribed(lena, program, audience="team")
    subscribed(lena, None)


def edit(row, at, **changes):
    return subscriptions.edit(subscription=row, version=row.version, changes=changes, by=row.person, at=at)


def fired(row, at):
    """As if the tick had sent it."""
    Slot.objects.create(subscription=row, edition=row.edition, at=at, outcome="queued")
    Subscription.objects.filter(pk=row.pk).update(next_at=at + timedelta(days=7))


def test_an_edit_after_todays_mail_does_not_send_today_again(program, lena):
    row = subscribed(lena, program)
    fired(row, cast.NINE)
    edited = edit(row, cast.NINE + timedelta(hours=1), local_time=time(11), weekdays=[1, 2])
    assert edited.edition == 2
    assert edited.next_at == datetime(2027, 3, 2, 11, tzinfo=UTC)


def test_an_edit_in_the_minute_it_fires_keeps_todays_mail(program, lena):
    row = subscribed(lena, program)
    edited = edit(row, cast.NINE + timedelta(seconds=10), local_time=time(9, 30))
    assert (edited.edition, edited.next_at) == (2, cast.NINE)
    schedule = slots.Schedule.of(edited.weekdays, edited.local_time, edited.time_zone)
    later = slots.due(schedule, edited.next_at, cast.NINE + timedelta(seconds=30))
    assert (later.send, later.following) == (cast.NINE, cast.NINE + timedelta(days=7, minutes=30)), "and none at half past"


def test_an_edit_before_the_slot_moves_it(program, lena):
    edited = edit(subscribed(lena, program), MONDAY_EIGHT, local_time=time(10), time_zone="Europe/Berlin")
    assert edited.next_at == cast.NINE


def test_another_audience_is_no_new_schedule(program, lena):
    edited = edit(subscribed(lena, program), MONDAY_EIGHT, audience="team")
    assert (edited.edition, edited.next_at, edited.audience) == (1, cast.NINE, "team")


def test_stop_and_start_again(program, lena):
    row = subscribed(lena, program)
    subscriptions.stop(subscription=row, by=lena, at=MONDAY_EIGHT)
    subscriptions.stop(subscription=row, by=None, at=MONDAY_EIGHT)
    row.refresh_from_db()
    assert (row.active, row.next_at) == (False, None)
    assert Event.objects.filter(kind="subscription.stopped").count() == 1
    again = edit(row, cast.NINE + timedelta(days=1), active=True)
    assert again.next_at == cast.NINE + timedelta(days=7)


def test_a_bad_edit_saves_nothing(program, lena):
    row = subscribed(lena, program)
    with pytest.raises(Refused):
        edit(row, MONDAY_EIGHT, time_zone="Mars/Base", local_time=time(11))
    row.refresh_from_db()
    assert (row.time_zone, row.local_time, row.edition) == ("UTC", time(9), 1)


def test_two_people_who_edit_the_same_field_both_see_it(program, lena, tess):
    row = subscribed(lena, program)
    edit(row, MONDAY_EIGHT, local_time=time(10))
    with pytest.raises(Stale):
        subscriptions.edit(subscription=row, version=1, changes={"local_time": time(11)}, by=tess, at=MONDAY_EIGHT)


def test_delete_is_noted(program, lena):
    subscriptions.delete(subscription=subscribed(lena, program), by=lena, at=MONDAY_EIGHT)
    assert not Subscription.objects.exists()
    assert Event.objects.get(kind="subscription.deleted").subject_name == "Atlas: Lena"

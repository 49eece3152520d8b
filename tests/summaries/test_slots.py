"""One firing per local day, whatever the clocks do."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from programs.summaries.slots import Schedule, due, instant, is_zone, local_day, next_after_day, next_slot, upcoming, zone

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Havana",  # changes at midnight
    "America/St_Johns",
    "America/Santiago",  # changes at midnight, southern
    "Africa/Casablanca",  # changes around Ramadan
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Chatham",  # 45 minutes off, at 02:45
    "Antarctica/Troll",  # two hours
)
EVERY_DAY = frozenset(range(1, 8))
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]


@pytest.mark.parametrize("name", ZONES)
def test_two_years_of_every_half_hour_fire_once_a_local_day(name):
    place = zone(name)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    for at in HALF_HOURS:
        schedule = Schedule(EVERY_DAY, at, name)
        fired = Counter()
        for slot in upcoming(schedule, instant(FIRST, at, place) - timedelta(seconds=1)):
            local = slot.astimezone(place)
            if local.date() > LAST:
                break
            fired[local.date()] += 1
            shown = local.replace(tzinfo=None).time()
            assert shown == at or in_gap(local.date(), at, place), (name, local)
        assert fired == Counter(days), (name, at)


def in_gap(day: date, at: time, place) -> bool:
    wanted = datetime.combine(day, at)
    return wanted.replace(tzinfo=place).astimezone(UTC).astimezone(place).replace(tzinfo=None) != wanted


@pytest.mark.parametrize("name", ["Europe/Berlin", "Australia/Lord_Howe", "America/Havana"])
@pytest.mark.parametrize("step", [30, 7 * 60])
def test_a_ticking_clock_sends_each_slot_once(name, step):
    """Walk a fake clock over both changes, tick by tick, as the beat does."""
    schedule = Schedule(EVERY_DAY, time(2, 30), name)
    for start in (datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)):
        now, end, sent = start, start + timedelta(days=33), []
        planned = next_slot(schedule, now)
        while now < end:
            if planned <= now:
                answer = due(schedule, planned, now)
                sent.append(answer.send)
                planned = answer.following
            now += timedelta(seconds=step if planned - now < timedelta(hours=2) else 3600)
        days = [local_day(slot, schedule) for slot in sent]
        assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
        assert len(days) >= 32


def test_a_time_that_exists_twice_runs_the_first_time():
    autumn = instant(date(2026, 10, 25), time(2, 30), zone("Europe/Berlin"))
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_does_not_exist_is_moved_by_the_gap():
    spring = instant(date(2026, 3, 29), time(2, 30), zone("Europe/Berlin"))
    assert spring.astimezone(zone("Europe/Berlin")).time() == time(3, 30)


@pytest.mark.parametrize(
    ("down", "sends", "skipped"),
    [
        (timedelta(hours=1), True, 0),
        (timedelta(hours=11, minutes=59), True, 0),
        (timedelta(hours=12), False, 1),
        (timedelta(days=1, hours=1), True, 1),
        (timedelta(days=10, hours=1), True, 10),
        (timedelta(days=10, hours=13), False, 11),
    ],
)
def test_catching_up_sends_the_latest_when_young_and_lists_the_rest(down, sends, skipped):
    schedule = Schedule(EVERY_DAY, time(8), "Europe/Berlin")
    planned = next_slot(schedule, datetime(2027, 5, 3, tzinfo=UTC))
    answer = due(schedule, planned, planned + down)
    assert (answer.send is not None) == sends
    assert len(answer.skipped) == skipped
    assert answer.following > planned + down
    if sends and skipped:
        assert answer.send > max(answer.skipped)


def test_a_clock_that_jumps_forward_and_back_sends_nothing_twice():
    schedule = Schedule(EVERY_DAY, time(8), "UTC")
    planned = next_slot(schedule, datetime(2027, 3, 3, tzinfo=UTC))
    ahead = due(schedule, planned, planned + timedelta(days=1))
    assert ahead.following > planned + timedelta(days=1)
    assert not ahead.following <= planned + timedelta(hours=1), "back in time, nothing is due"


def test_an_edit_after_todays_slot_waits_for_tomorrow():
    schedule = Schedule(EVERY_DAY, time(11), "Europe/Berlin")
    now = datetime(2027, 3, 3, 8, tzinfo=UTC)  # 09:00 there; today's 08:00 slot went out
    assert next_slot(schedule, now).date() == date(2027, 3, 3)
    assert next_after_day(schedule, now, date(2027, 3, 3)).date() == date(2027, 3, 4)


def test_no_weekday_is_never_due():
    assert next_slot(Schedule(frozenset(), time(8), "UTC"), datetime(2027, 3, 3, tzinfo=UTC)) is None


def test_stored_rubbish_is_left_out():
    assert Schedule.of([1, 9, "x", None], time(8), "UTC").weekdays == {1}
    assert Schedule.of(None, time(8), "UTC").weekdays == frozenset()


def test_zones_people_may_choose():
    assert is_zone("Europe/Berlin")
    assert is_zone("UTC")
    for odd in ("Mars/Base", "Etc/GMT+99", "Etc/GMT+5", "", "../etc/passwd", "EST5EDT"):
        assert not is_zone(odd)
    assert str(zone("Gone/Away")) == "UTC"

"""Quiet hours: nothing but what was asked for goes out in them, and nothing is lost or costs an attempt."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from programs.actions.outbox import Letter, put
from programs.mail.deliver import deliver
from programs.mail.issue import issue_due
from programs.models import OutboxMessage
from programs.summaries.quiet import Quiet
from tests import cast
from tests.mail.world import Clock, furnished, subscribed

NIGHT = Quiet(time(22), time(7), False, "Europe/Berlin")
SPARE = Quiet(time(22), time(7), True, "Europe/Berlin")


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "moment", "over"),
    [
        (NIGHT, at(1, 20, 59), None),
        (NIGHT, at(1, 21), at(2, 6)),
        (NIGHT, at(2, 5, 59), at(2, 6)),
        (NIGHT, at(2, 6), None),
        (NIGHT, at(27, 22), at(28, 5)),  # clocks go forward that night
        (NIGHT, at(30, 21, month=10), at(31, 6, month=10)),  # and back in that one
        (SPARE, at(5, 21), at(8, 6)),  # Friday evening until Monday morning
        (SPARE, at(6, 11), at(8, 6)),
        (SPARE, at(8, 12), None),
        (Quiet(None, None, True, "UTC"), at(7, 23, 59), at(8, 0)),
        (Quiet(None, None, False, "UTC"), at(7, 3), None),
        (Quiet(time(12), time(13), False, "Mars/Base"), at(1, 12, 30), at(1, 13)),
        (Quiet(time(9), time(9), False, "UTC"), at(1, 9), None),
    ],
)
def test_when_it_is_quiet_and_until_when(quiet, moment, over):
    assert quiet.until(moment) == over


def test_it_is_over_when_it_is_over():
    """Whatever the hours: at the end told it is not quiet any more, and until then it is."""
    start = at(1, 0)
    for quiet in (NIGHT, SPARE, Quiet(time(0), time(23, 59), True, "America/New_York")):
        for hours in range(0, 24 * 30, 5):
            moment = start + timedelta(hours=hours)
            over = quiet.until(moment)
            if over is not None:
                assert over > moment
                assert quiet.until(over) is None
                assert quiet.until(over - timedelta(seconds=1)) is not None


def note(person, *, kind="note"):
    letter = Letter(
        key=f"{kind}:{person.email}", kind=kind, to=person.email, subject="A word", text="Words", html="", person=person.pk
    )
    return put(letter, at=cast.NINE)


@pytest.fixture
def sleeper(lena):
    lena.quiet_from, lena.quiet_until = time(8), time(11)
    lena.save()
    return lena


def test_what_nobody_asked_for_waits_without_costing_an_attempt(sleeper, smtp_server):
    note(sleeper)
    clock = Clock()
    assert deliver(clock=clock)["quiet"] == 1
    waiting = OutboxMessage.objects.get()
    assert (waiting.state, waiting.attempts, waiting.retry_at) == ("queued", 0, cast.NINE + timedelta(hours=2))
    assert not deliver(clock=clock)
    assert smtp_server.messages == []
    clock.go(hours=2)
    assert deliver(clock=clock)["sent"] == 1
    assert len(smtp_server.messages) == 1


def test_others_are_not_kept_waiting(sleeper, eli, smtp_server):
    note(sleeper)
    note(eli)
    assert deliver(clock=Clock())["sent"] == 1


def test_what_was_asked_for_goes_out(sleeper, program, smtp_server):
    furnished(program)
    subscribed(sleeper, program)
    clock = Clock()
    issue_due(clock=clock)
    assert OutboxMessage.objects.get().kind == "summary"
    note(sleeper, kind="preview")
    assert deliver(clock=clock)["sent"] == 2


def test_a_doubtful_one_stays_doubtful_while_it_waits(sleeper, smtp_server):
    message = note(sleeper)
    OutboxMessage.objects.filter(pk=message.pk).update(state="sending", lease_until=cast.NINE - timedelta(minutes=1), attempts=1)
    clock = Clock()
    assert deliver(clock=clock)["quiet"] == 1
    waiting = OutboxMessage.objects.get()
    assert (waiting.state, waiting.lease_until, waiting.attempts) == ("sending", cast.NINE + timedelta(hours=2), 1)
    clock.go(hours=2, seconds=1)
    assert deliver(clock=clock)["sent"] == 1

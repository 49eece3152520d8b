"""The tick: each slot settled once, with its letter, in one transaction."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from programs.actions import slots
from programs.mail import issue
from programs.mail.issue import issue_due
from programs.models import Analysis, Blocker, Event, Membership, Milestone, OutboxMessage, Slot, Subscription, Timing
from programs.queries.unsubscribe import find, token_for
from tests import cast
from tests.mail.world import Clock, furnished, subscribed

pytestmark = pytest.mark.django_db


def outcomes() -> list[str]:
    return list(Slot.objects.order_by("at").values_list("outcome", flat=True))


def test_a_due_slot_is_one_letter_and_the_next_date(program, lena, settings):
    settings.MAIL_LEAVES = True
    furnished(program)
    row = subscribed(lena, program)
    assert issue_due(clock=Clock(cast.NINE - timedelta(seconds=1))) == {}
    assert issue_due(clock=Clock()) == {"queued": 1}
    assert issue_due(clock=Clock()) == {}
    letter = OutboxMessage.objects.get()
    assert (letter.to, letter.state, letter.kind) == ("lena@example.test", "queued", "summary")
    assert letter.subject == "Atlas: cutover Mon 21 Jun, 6 working days late"
    assert letter.key == f"summary:{row.pk}.1:2027-03-01T09:00:00+00:00:lena@example.test"
    row.refresh_from_db()
    assert row.next_at == cast.NINE + timedelta(days=7)
    assert row.last_sent_at == cast.NINE
    assert row.last_seen["programs"][str(program.pk)]["finish"] == "2027-06-21"


def test_without_a_mail_server_it_is_kept_for_the_outbox_page(program, lena, settings):
    settings.MAIL_LEAVES = False
    furnished(program)
    subscribed(lena, program)
    issue_due(clock=Clock())
    assert OutboxMessage.objects.get().state == "held"


def test_two_beats_at_the_same_moment_write_one_letter(program, lena):
    """Both have read the subscription as due; the second finds the slot taken."""
    furnished(program)
    subscribed(lena, program)
    first, second = Subscription.objects.get(), Subscription.objects.get()
    assert issue.issue(first, at=cast.NINE) == "queued"
    assert issue.issue(second, at=cast.NINE) == "taken"
    assert OutboxMessage.objects.count() == 1


def test_an_edit_between_reading_and_writing_wins(program, lena):
    furnished(program)
    row = subscribed(lena, program)
    Subscription.objects.filter(pk=row.pk).update(edition=2)
    assert issue.issue(row, at=cast.NINE) == "taken"
    assert not OutboxMessage.objects.exists()
    assert issue_due(clock=Clock()) == {"queued": 1}


def test_a_slot_that_was_settled_before_is_left_behind(program, lena):
    """A clock that jumped back: the slot row stands, so nothing is sent, and it does not stay due for ever."""
    furnished(program)
    row = subscribed(lena, program)
    Slot.objects.create(subscription=row, edition=1, at=cast.NINE, outcome="queued")
    assert issue_due(clock=Clock()) == {"taken": 1}
    assert not OutboxMessage.objects.exists()
    row.refresh_from_db()
    assert row.next_at == cast.NINE + timedelta(days=7)


def test_a_letter_that_fails_to_be_written_leaves_no_slot(program, lena, monkeypatch):
    furnished(program)
    subscribed(lena, program)

    def breaks(*_args, **_fields):
        raise RuntimeError("disk full")

    monkeypatch.setattr(slots, "put", breaks)
    assert issue_due(clock=Clock()) == {"error": 1}
    assert not Slot.objects.exists()
    monkeypatch.undo()
    assert issue_due(clock=Clock()) == {"queued": 1}


def test_one_that_cannot_be_written_does_not_hold_the_others(program, lena, tess, monkeypatch):
    furnished(program)
    broken, fine = subscribed(lena, program), subscribed(tess, program)
    real = issue.write

    def write(subscription, **fields):
        if subscription.pk == broken.pk:
            raise ValueError("a poisoned row")
        return real(subscription, **fields)

    monkeypatch.setattr(issue, "write", write)
    assert issue_due(clock=Clock()) == {"error": 1, "queued": 1}
    assert OutboxMessage.objects.get().subscription == fine


def test_after_an_outage_the_latest_is_sent_and_older_ones_are_listed(program, lena):
    furnished(program)
    row = subscribed(lena, program, weekdays=[1, 2, 3, 4, 5])
    assert issue_due(clock=Clock(cast.NINE + timedelta(days=3, hours=2))) == {"queued": 1}
    assert outcomes() == ["skipped", "skipped", "skipped", "queued"]
    row.refresh_from_db()
    assert row.next_at == cast.NINE + timedelta(days=4)
    assert OutboxMessage.objects.count() == 1


def test_after_a_long_night_nothing_old_is_sent(program, lena):
    furnished(program)
    subscribed(lena, program)
    assert issue_due(clock=Clock(cast.NINE + timedelta(hours=13))) == {"skipped": 1}
    assert outcomes() == ["skipped"]
    assert not OutboxMessage.objects.exists()


def test_nothing_to_say_is_nothing_sent(program, lena):
    world = furnished(program)
    Blocker.objects.all().delete()
    row = subscribed(lena, program)
    Analysis.objects.update(health="on_track", days_late=-5.0, finish=date(2027, 6, 4), blockers=[])
    Timing.objects.update(late=None)
    clock = Clock()
    assert issue_due(clock=clock) == {"queued": 1}, "the first one is always news"
    clock.go(days=7)
    assert issue_due(clock=clock) == {"nothing": 1}
    clock.go(days=7)
    Event.objects.create(
        at=clock.at - timedelta(days=1), kind="milestone.done", program=program, milestone=world["step"], subject_type="milestone"
    )
    Milestone.objects.filter(pk=world["step"].pk).update(status="done", actual_date=date(2027, 3, 12))
    assert issue_due(clock=clock) == {"queued": 1}
    assert outcomes() == ["queued", "nothing", "queued"]
    assert "Done: Penetration test" in OutboxMessage.objects.latest("pk").text
    clock.go(days=7)
    assert issue_due(clock=clock) == {"nothing": 1}, "what was told is not told again"
    row.refresh_from_db()


def test_a_former_member_is_written_nothing(program, lena):
    furnished(program)
    subscribed(lena, program)
    Membership.objects.filter(person=lena).delete()
    assert issue_due(clock=Clock()) == {"nothing": 1}


def test_no_address_no_letter(program, lena):
    furnished(program)
    subscribed(lena, program)
    lena.is_active = False
    lena.save()
    assert issue_due(clock=Clock()) == {"nothing": 1}


def test_a_zone_that_has_gone_runs_in_utc(program, lena):
    furnished(program)
    row = subscribed(lena, program, time_zone="Europe/Berlin", local_time=time(10))
    Subscription.objects.filter(pk=row.pk).update(time_zone="Gone/Away")
    assert issue_due(clock=Clock()) == {"queued": 1}
    row.refresh_from_db()
    assert row.next_at == cast.NINE + timedelta(days=7, hours=1)


def test_a_portfolio_tells_only_what_the_reader_may_see(program, lena, otto):
    furnished(program)
    secret = cast.program("Secret", tpm=otto)
    furnished(secret)
    subscribed(lena, None)
    assert issue_due(clock=Clock()) == {"queued": 1}
    letter = OutboxMessage.objects.get()
    assert letter.subject == "Portfolio: Atlas 6 working days late"
    assert "Secret" not in letter.text + letter.html
    assert letter.headers["programs"] == [program.pk]


def test_a_round_ends_in_time_and_says_that_more_is_left(program, lena, tess):
    furnished(program)
    for who in (lena, tess):
        subscribed(who, program)
    clock = Clock()

    def slow():
        return clock.go(seconds=10)

    assert issue_due(clock=slow, longest=timedelta(seconds=15)) == {"queued": 1, "more": 1}


def test_a_subscription_without_a_date_gets_one_and_its_link_works(program, lena):
    """As the demo and imports make them."""
    furnished(program)
    row = Subscription.objects.create(person=lena, program=program, weekdays=[1], local_time=time(9, 30))
    clock = Clock()
    assert issue_due(clock=clock) == {}
    row.refresh_from_db()
    assert row.next_at == cast.NINE + timedelta(minutes=30)
    assert issue_due(clock=Clock(row.next_at)) == {"queued": 1}
    assert find(token_for(row.pk)) == row


def test_the_clock_is_noted(program):
    from programs.models import Installation

    Installation.objects.all().delete()
    slots.ticked(at=cast.NINE)
    slots.ticked(at=cast.NINE + timedelta(seconds=30))
    assert Installation.objects.get().last_tick_at == cast.NINE + timedelta(seconds=30)

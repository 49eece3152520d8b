"""Leases: one holder at a time, and what happens when a holder dies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from programs.actions import outbox
from programs.actions.outbox import lease_one
from programs.mail import evidence
from programs.mail.deliver import deliver
from programs.models import OutboxMessage
from tests import cast
from tests.mail.letters import queued, reread
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db
State = OutboxMessage.State


@pytest.fixture(autouse=True)
def mail_leaves(settings):
    settings.MAIL_LEAVES = True
    settings.MAIL_RELAY_LOG = ""
    settings.MAIL_WHEN_UNSURE = "resend"


def test_two_workers_never_hold_the_same_message(lena):
    for n in range(3):
        queued(lena, n)
    taken = [lease_one(holder=f"w{n}", at=cast.NINE) for n in range(4)]
    assert taken[3] is None
    assert len({lease.message.pk for lease in taken[:3]}) == 3


def test_two_that_look_at_once_each_take_their_own(lena):
    """Both have read the same due messages before either takes one."""
    rows = {queued(lena, n).pk for n in range(9)}
    first, second = (outbox.Leases(holder=holder) for holder in ("first", "second"))
    taken = []
    while (lease := first.next(at=cast.NINE)) or (lease := second.next(at=cast.NINE)):
        taken.append(lease.message.pk)
        if other := second.next(at=cast.NINE):
            taken.append(other.message.pk)
    assert len(taken) == len(set(taken)) == 9
    assert set(taken) == rows


def test_what_was_put_off_after_it_was_read_is_not_taken(lena):
    message, leases = queued(lena), outbox.Leases(holder="late")
    other = queued(lena, 2)
    assert leases.next(at=cast.NINE).message == message  # read both
    quick = lease_one(holder="quick", at=cast.NINE)
    outbox.postpone(quick.message, until=cast.NINE + timedelta(hours=1))
    assert reread(other).attempts == 0, "as it was read, but for its time"
    assert leases.next(at=cast.NINE) is None


def test_a_dead_lease_is_sent_again_under_the_same_id(lena, smtp_server):
    """Plain SMTP: never lost; the documented guarantee."""
    message, clock = queued(lena), Clock()
    lease = lease_one(holder="dead", at=clock())
    assert not lease.doubtful
    assert deliver(clock=clock) == {}, "while the lease lasts, nobody else sends it"
    clock.go(seconds=121)
    assert deliver(clock=clock) == {"sent": 1}
    assert smtp_server.ids() == [message.message_id]


def test_a_dead_lease_with_evidence_is_not_sent_again(lena, smtp_server, settings, tmp_path):
    message, clock = queued(lena), Clock()
    lease_one(holder="dead", at=clock())
    log = tmp_path / "mail.log"
    log.write_text(f"postfix/cleanup: A1B2: message-id={message.message_id}\n")
    settings.MAIL_RELAY_LOG = str(log)
    clock.go(seconds=121)
    assert deliver(clock=clock) == {"sent before": 1}
    assert smtp_server.messages == []


def test_a_dead_lease_may_wait_for_a_person(lena, smtp_server, settings, ada):
    settings.MAIL_WHEN_UNSURE = "hold"
    message, clock = queued(lena), Clock()
    lease_one(holder="dead", at=clock())
    clock.go(seconds=121)
    assert deliver(clock=clock) == {"unsure": 1}
    assert reread(message).state == State.UNSURE
    outbox.arrived(message=message, by=ada, at=clock())
    assert reread(message).state == State.SENT
    assert smtp_server.messages == []


def test_evidence_that_cannot_be_read_is_none(settings, tmp_path):
    settings.MAIL_RELAY_LOG = str(tmp_path / "missing.log")
    assert evidence.accepted("<a@b>") is None
    (tmp_path / "empty.log").touch()
    settings.MAIL_RELAY_LOG = str(tmp_path / "empty.log")
    assert evidence.accepted("<a@b>") is False


def test_a_message_that_kills_its_workers_is_given_up(lena, smtp_server):
    message, clock = queued(lena), Clock()
    for _n in range(5):
        assert lease_one(holder="dies", at=clock())
        clock.go(seconds=121)
    assert deliver(clock=clock) == {"failed": 1}
    assert reread(message).error == "Gave up: 5 workers ended while sending it."


def test_one_that_ends_its_workers_holds_nobody_up(lena):
    bad, clock = queued(lena, 1), Clock()
    lease_one(holder="dies", at=clock())
    clock.go(seconds=121)
    fine = [queued(lena, n) for n in (2, 3)]
    assert [lease_one(holder="lives", at=clock()).message for _n in range(3)] == [*fine, bad]


def test_a_late_holder_does_not_undo_what_another_settled(lena):
    message, clock = queued(lena), Clock()
    slow = lease_one(holder="slow", at=clock())
    clock.go(seconds=121)
    quick = lease_one(holder="quick", at=clock())
    assert quick.doubtful
    outbox.sent(quick.message, at=clock())
    outbox.retry(slow.message, error="too late", at=clock())
    assert reread(message).state == State.SENT

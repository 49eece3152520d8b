"""Sending: one lease at a time, every failure sorted, through a real mail server."""

from __future__ import annotations

import socket
import sys
import threading
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.db import OperationalError

from programs.actions import outbox, subscriptions
from programs.actions.outbox import message_id
from programs.mail import transport
from programs.mail.deliver import deliver
from programs.mail.issue import issue_due
from programs.models import Membership, OutboxMessage, Program
from programs.queries.unsubscribe import token_for
from tests import cast
from tests.mail.letters import queued, reread
from tests.mail.world import Clock, furnished, subscribed

pytestmark = pytest.mark.django_db
State = OutboxMessage.State


@pytest.fixture(autouse=True)
def mail_leaves(settings):
    settings.MAIL_LEAVES = True
    settings.MAIL_RELAY_LOG = ""
    settings.MAIL_WHEN_UNSURE = "resend"


def test_a_summary_arrives_whole(program, lena, smtp_server):
    furnished(program)
    row = subscribed(lena, program)
    clock = Clock()
    issue_due(clock=clock)
    assert deliver(clock=clock) == {"sent": 1}
    assert deliver(clock=clock) == {}
    (mail,) = smtp_server.messages
    stored = OutboxMessage.objects.get()
    assert (stored.state, stored.sent_at, stored.attempts) == ("sent", cast.NINE, 1)
    assert mail["Subject"] == "Atlas: cutover Mon 21 Jun, 6 working days late"
    assert mail["To"] == "lena@example.test"
    assert mail["Message-ID"] == stored.message_id == message_id(stored.key)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"] == f"<summary.{row.pk}@localhost>"
    assert parsedate_to_datetime(mail["Date"]) == cast.NINE
    stop = f"http://localhost:8000/unsubscribe/{token_for(row.pk)}"
    assert mail["List-Unsubscribe"].strip() == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "programs" not in mail
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for body in (text, html):
        assert stop in body
        assert "stop.invalid" not in body
        assert "Vendor cannot reach the vault" in body
    assert token_for(row.pk) not in stored.text + stored.html + str(stored.headers), "the outbox keeps nobody's link"


def test_the_same_thread_and_another_id_every_week(program, lena, smtp_server):
    furnished(program)
    subscribed(lena, program)
    clock = Clock()
    for _week in range(2):
        issue_due(clock=clock)
        deliver(clock=clock)
        clock.go(days=7)
    first, second = smtp_server.messages
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


# Refusals


@pytest.mark.parametrize("answer", ["421 too busy", "450 later please", "451 greylisted"])
def test_later_is_tried_again_with_growing_pauses(lena, smtp_server, answer):
    message, clock = queued(lena), Clock()
    smtp_server.refuse = lambda _mail: answer
    pauses = []
    for _attempt in range(5):
        before = clock.at
        outcome = deliver(clock=clock)
        assert sum(outcome.values()) == 1
        reread(message)
        if message.state == State.FAILED:
            break
        when = message.retry_at or message.lease_until
        pauses.append((when - before).total_seconds())
        assert deliver(clock=clock) == {}, "not before its time"
        clock.at = when + timedelta(seconds=1)
    assert pauses == [60, 300, 900, 3600]
    assert message.state == State.FAILED
    assert message.attempts == 5
    assert message.error.startswith("Gave up after 5 tries:")
    assert answer[:3] in message.error or answer.startswith("421")


def test_it_arrives_once_the_server_is_willing(lena, smtp_server):
    message, clock = queued(lena), Clock()
    smtp_server.refuse = lambda _mail: "450 later"
    deliver(clock=clock)
    smtp_server.refuse = lambda _mail: None
    clock.go(seconds=61)
    assert deliver(clock=clock) == {"sent": 1}
    assert reread(message).error == ""
    assert smtp_server.ids() == [message.message_id]


def test_never_is_failed_with_the_reason(lena, smtp_server):
    message = queued(lena)
    smtp_server.refuse = lambda _mail: "550 no such mailbox"
    assert deliver(clock=Clock()) == {"failed": 1}
    assert reread(message).state == State.FAILED
    assert message.error == "550 no such mailbox"


@pytest.mark.parametrize(
    "poison",
    [
        {"subject": "half \ud800 of a pair"},
        {"subject": "two\nlines"},
        {"text": "half \ud800 of a pair"},
        {"to": "a@b.test\r\nRCPT TO:<evil@x.test>"},
        {"headers": {"X-Odd": "a\r\nBcc: evil@x.test"}},
    ],
)
def test_one_poison_row_never_stops_the_rest(lena, eli, smtp_server, monkeypatch, poison):
    bad, good = queued(lena, 1), queued(eli, 2)
    taken = outbox.Leases.next

    def poisoned(self, **fields):
        lease = taken(self, **fields)
        if lease and lease.message.pk == bad.pk:
            for name, value in poison.items():
                setattr(lease.message, name, value)
            if "to" in poison:
                lease.message.person.email = poison["to"]
        return lease

    monkeypatch.setattr(outbox.Leases, "next", poisoned)
    happened = deliver(clock=Clock())
    assert reread(good).state == State.SENT
    assert "evil@x.test" not in smtp_server.recipients
    assert happened == {"failed": 1, "sent": 1}
    assert reread(bad).state == State.FAILED
    assert bad.error


def test_a_fault_of_ours_fails_no_message_at_once(lena, smtp_server, monkeypatch):
    """A broken release must not throw the week's mail away."""
    message, clock = queued(lena), Clock()

    def broken(_message):
        raise ImportError("no such module")

    with monkeypatch.context() as release:
        release.setattr(transport, "compose", broken)
        assert deliver(clock=clock) == {"later": 1}
    clock.go(seconds=61)
    assert deliver(clock=clock) == {"sent": 1}
    assert reread(message).state == State.SENT


def test_an_error_of_the_database_ends_the_round_and_costs_no_message(lena, smtp_server, monkeypatch):
    message, clock = queued(lena), Clock()

    def locked(_message):
        raise OperationalError("database is locked")

    monkeypatch.setattr(sys.modules["programs.mail.deliver"], "why_not", locked)
    with pytest.raises(OperationalError):
        deliver(clock=clock)
    monkeypatch.undo()
    assert reread(message).state == State.SENDING


def test_a_server_that_is_away_costs_no_attempt(lena, eli, settings):
    first, second = queued(lena, 1), queued(eli, 2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    settings.EMAIL_HOST, settings.EMAIL_BACKEND = "127.0.0.1", "django.core.mail.backends.smtp.EmailBackend"
    clock = Clock()
    for _n in range(8):
        assert deliver(clock=clock) == {"unreachable": 1}, "the round ends there"
        clock.go(seconds=30)
    assert reread(first).state == reread(second).state == State.QUEUED
    assert first.attempts == 0
    clock.go(days=2)
    assert deliver(clock=clock)["unreachable"] == 1
    assert OutboxMessage.objects.get(state=State.FAILED).error.startswith("The mail server could not be reached for a day")


def test_a_server_that_hangs_is_left_after_its_time(lena, settings):
    """It takes the connection and says nothing; the time-out is 10 seconds, here a fraction of one."""
    message = queued(lena)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", silent.getsockname()[1], 0.2
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        assert deliver(clock=Clock()) == {"unreachable": 1}
    assert reread(message).state == State.QUEUED
    assert "timed out" in message.error


def test_the_time_out_is_ten_seconds():
    from tracker import settings as product

    assert product.EMAIL_TIMEOUT == 10


def closing_after_data(accepts: bool) -> tuple[int, threading.Thread]:
    """A server that takes the whole message and hangs up without a word."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()

    def serve() -> None:
        line, _address = listener.accept()
        with listener, line, line.makefile("rwb") as talk:
            talk.write(b"220 hello\r\n")
            talk.flush()
            for said in talk:
                verb = said[:4].upper()
                answer = {b"EHLO": b"250 hello", b"DATA": b"354 go on"}.get(verb, b"250 ok")
                talk.write(answer + b"\r\n")
                talk.flush()
                if verb == b"DATA":
                    while talk.readline() not in (b".\r\n", b""):
                        pass
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], thread


@pytest.mark.parametrize(("recorded", "then"), [(True, {"sent before": 1}), (False, {"sent": 1})])
def test_a_line_that_breaks_after_data_asks_the_evidence(lena, smtp_server, settings, tmp_path, recorded, then):
    message, clock, good_port = queued(lena), Clock(), smtp_server.port
    log = tmp_path / "relay.log"
    log.write_text(f"accepted {message.message_id}\n" if recorded else "nothing\n")
    settings.MAIL_RELAY_LOG = str(log)
    settings.EMAIL_PORT, thread = closing_after_data(recorded)
    assert deliver(clock=clock) == {"doubtful": 1}
    thread.join(5)
    assert reread(message).state == State.SENDING
    settings.EMAIL_PORT = good_port
    clock.go(seconds=61)
    assert deliver(clock=clock) == then
    assert len(smtp_server.messages) == (0 if recorded else 1)
    assert reread(message).state == State.SENT


# Who may still receive


def test_recipients_are_checked_again_just_before(program, lena, smtp_server):
    furnished(program)
    cases = {
        "stopped": lambda row: subscriptions.stop(subscription=row, by=lena, at=cast.NINE),
        "deleted": lambda row: subscriptions.delete(subscription=row, by=lena, at=cast.NINE),
        "left": lambda _row: Membership.objects.filter(person=lena).delete(),
        "disabled": lambda _row: type(lena).objects.filter(pk=lena.pk).update(is_active=False),
        "moved": lambda _row: type(lena).objects.filter(pk=lena.pk).update(email="new@example.test"),
    }
    clock = Clock()
    for name, happens in cases.items():
        row = subscribed(lena, program)
        issue_due(clock=clock)
        happens(row)
        assert deliver(clock=clock) == {"cancelled": 1}, name
        message = OutboxMessage.objects.get()
        assert message.state == State.CANCELLED
        assert message.error
        message.delete()
        type(lena).objects.filter(pk=lena.pk).update(is_active=True, email="lena@example.test")
        Membership.objects.get_or_create(person=lena, program=program, defaults={"role": "viewer"})
        lena.subscriptions.all().delete()
    assert smtp_server.messages == []


def test_a_portfolio_is_not_sent_when_one_of_its_programs_is_closed_to_the_reader(program, lena, tess, smtp_server):
    furnished(program)
    other = cast.program("Other", tpm=tess, viewer=lena)
    furnished(other)
    subscribed(lena, None)
    issue_due(clock=Clock())
    Membership.objects.filter(person=lena, program=other).delete()
    assert deliver(clock=Clock()) == {"cancelled": 1}


def test_a_program_that_was_deleted_takes_its_letters_along(program, lena, smtp_server):
    furnished(program)
    subscribed(lena, program)
    issue_due(clock=Clock())
    Program.objects.all().delete()
    assert deliver(clock=Clock()) == {}


# No mail server


def test_without_a_mail_server_everything_is_kept_to_be_read(lena, settings):
    message = queued(lena)
    settings.MAIL_LEAVES = False
    assert deliver(clock=Clock())["held"] == 1
    assert reread(message).state == State.HELD
    settings.MAIL_LEAVES = True
    assert deliver(clock=Clock()) == {}, "a server set later does not send old ones"


def test_only_the_stuck_can_be_sent_again(lena, ada, smtp_server):
    from programs.actions.errors import Refused

    message = queued(lena)
    smtp_server.refuse = lambda _mail: "550 no"
    deliver(clock=Clock())
    smtp_server.refuse = lambda _mail: None
    outbox.send_again(message=message, by=ada, at=cast.NINE)
    assert deliver(clock=Clock()) == {"sent": 1}
    with pytest.raises(Refused):
        outbox.send_again(message=message, by=ada, at=cast.NINE)

"""Addresses that mail does not reach: what suppresses one, what only counts, what is not believed, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP

from programs.intake import bounces as reports
from programs.mail.deliver import deliver
from programs.mail.replies import take
from programs.models import Bounce, Event, OutboxMessage, Role
from programs.queries.replies import address_for
from tests.cast import NINE
from tests.mail.letters import queued, reread
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db
State = OutboxMessage.State
REPORTS = Path(__file__).with_name("reports")


@pytest.fixture(autouse=True)
def mail_leaves(settings):
    settings.MAIL_LEAVES = True
    settings.MAIL_RELAY_LOG = ""
    settings.REPLY_ADDRESS = "answers@example.test"


def report(name, message, *, to="plan@example.test", address=None, message_id=None):
    text = (REPORTS / name).read_text(encoding="utf-8")
    fields = {"{to}": to, "{address}": address or message.to, "{message_id}": message_id or message.message_id}
    for mark, value in fields.items():
        text = text.replace(mark, value)
    return text.encode()


@pytest.fixture
def gone(lena, smtp_server):
    """A mail to Lena that the server took."""
    message = queued(lena)
    deliver(clock=Clock())
    return reread(message)


def suppressed():
    return set(Bounce.objects.filter(suppressed_at__isnull=False).values_list("address", flat=True))


def test_a_report_that_nobody_is_there_suppresses_the_address(gone, lena, smtp_server):
    assert take(report("postfix_unknown.eml", gone), at=NINE) == "bounced"
    row = Bounce.objects.get()
    assert (row.address, row.suppressed_at, row.message) == (lena.email, NINE, gone)
    assert row.reason.startswith("5.1.1 550 5.1.1 <lena@example.test>: Recipient address rejected: User unknown")
    assert Event.objects.get(kind="person.bounced").subject_id == lena.pk
    smtp_server.clear()
    later = queued(lena, 2)
    assert deliver(clock=Clock()) == {"cancelled": 1}
    assert reread(later).error.startswith("Mail to this address bounced: 5.1.1 550")
    assert smtp_server.messages == []


def test_the_same_report_twice_is_one(gone):
    assert [take(report("postfix_unknown.eml", gone), at=NINE) for _ in range(2)] == ["bounced", "bounce counted"]
    assert Event.objects.filter(kind="person.bounced").count() == 1


def test_a_full_mailbox_is_counted_and_mail_goes_on(gone, lena):
    for count in (1, 2):
        assert take(report("exchange_full.eml", gone), at=NINE) == "bounce counted"
        assert Bounce.objects.get().soft == count
    assert suppressed() == set()
    queued(lena, 2)
    assert deliver(clock=Clock()) == {"sent": 1}


def test_what_is_only_late_is_no_bounce(gone):
    assert reports.read(report("delayed.eml", gone)) is None
    take(report("delayed.eml", gone), at=NINE)
    assert not Bounce.objects.exists()


def test_it_may_name_the_mail_by_the_token_of_its_answer_address(gone):
    OutboxMessage.objects.filter(pk=gone.pk).update(kind="slip")
    to = address_for(reread(gone))
    assert to
    assert take(report("postfix_unknown.eml", gone, to=to, message_id="<rewritten@relay.test>"), at=NINE) == "bounced"


@pytest.mark.parametrize("forged", ["unknown id", "somebody else's address", "too old", "never sent", "token of another"])
def test_a_forged_report_suppresses_nobody(gone, eli, lena, forged):
    other = queued(eli, 5)
    said = {
        "unknown id": report("postfix_unknown.eml", gone, message_id="<0123456789@localhost>"),
        "somebody else's address": report("postfix_unknown.eml", gone, address=eli.email),
        "too old": report("postfix_unknown.eml", gone),
        "never sent": report("postfix_unknown.eml", other),
        "token of another": report(
            "postfix_unknown.eml", gone, to=f"answers+{gone.pk}-{'a' * 24}@example.test", message_id="<x@y>"
        ),
    }
    at = NINE + timedelta(days=20) if forged == "too old" else NINE
    assert take(said[forged], at=at) in {"not ours", "about another address"}
    assert not Bounce.objects.exists()


def test_an_id_cannot_be_worked_out_without_the_key(gone, settings):
    from programs.actions.outbox import message_id

    settings.SECRET_KEY = "another key " * 5
    assert message_id(gone.key) != gone.message_id


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        ("550 5.1.1 No such user", {"lena@example.test"}),
        ("550 no such mailbox", {"lena@example.test"}),
        ("550 5.7.1 Relaying denied", set()),
        ("554 5.7.1 Blocked by policy", set()),
        ("450 4.2.0 Greylisted", set()),
    ],
)
def test_a_refused_recipient_is_suppressed_only_when_nobody_is_there(lena, smtp_server, monkeypatch, answer, then):
    async def refused(_self, _arg):
        await _self.push(answer)

    monkeypatch.setattr(SMTP, "smtp_RCPT", refused)
    queued(lena)
    deliver(clock=Clock())
    assert suppressed() == then


@pytest.mark.parametrize(
    "broken", [b"", b"\xff\xfe", b"Content-Type: multipart/report\n\n", b"Content-Type: multipart/report; boundary=x\n\n--x"]
)
def test_what_is_broken_says_nothing(broken):
    assert reports.read(broken) is None


def test_the_person_reads_why_and_ends_it(gone, client, lena):
    take(report("postfix_unknown.eml", gone), at=NINE)
    client.force_login(lena)
    page = client.get("/profile").content.decode()
    assert "No mail goes to your address since" in page
    assert "User unknown" in page
    assert client.post("/profile/address/confirm").status_code in {302, 303}
    assert suppressed() == set()
    assert "No mail goes to your address" not in client.get("/profile").content.decode()
    assert Event.objects.get(kind="person.confirmed").by == lena
    queued(lena, 2)
    assert deliver(clock=Clock()) == {"sent": 1}


def test_managers_see_it_and_an_administrator_ends_it(gone, client, program, tess, lena, ada):
    take(report("postfix_unknown.eml", gone), at=NINE)
    address = f"/p/{program.slug}/members/{lena.pk}/address/confirm"
    client.force_login(tess)
    page = client.get(f"/p/{program.slug}/edit").content.decode()
    assert "Mail bounced: 5.1.1" in page
    assert address not in page
    assert client.post(address).status_code == 403
    assert suppressed() == {lena.email}
    client.force_login(ada)
    assert address in client.get(f"/p/{program.slug}/edit").content.decode()
    assert client.post(address).status_code in {302, 303}
    assert suppressed() == set()


def test_others_cannot_end_it(gone, client, program, eli, otto, lena):
    take(report("postfix_unknown.eml", gone), at=NINE)
    for who, answer in ((eli, 403), (otto, 404)):
        client.force_login(who)
        assert client.post(f"/p/{program.slug}/members/{lena.pk}/address/confirm").status_code == answer
    assert program.memberships.filter(role=Role.VIEWER).exists()
    assert suppressed() == {lena.email}

"""Answers by mail, over a real mailbox: done as on the page, once, by whom it was asked, and said back in the same thread."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, timedelta

import pytest
from django.test import Client

from programs.actions import analysis, blockers, notices
from programs.mail import imap
from programs.mail import nudge as nudges
from programs.mail.deliver import deliver
from programs.mail.replies import take
from programs.models import (
    Blocker,
    Event,
    Membership,
    Milestone,
    Notice,
    NoticeKind,
    OutboxMessage,
    Reply,
    Role,
    StatusUpdate,
    Step,
)
from programs.queries.replies import address_for, token_for
from tests import cast
from tests.cast import MONDAY, NINE
from tests.mail import incoming
from tests.mail.world import Clock

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NINE + timedelta(hours=1)


@pytest.fixture(autouse=True)
def address(settings):
    settings.REPLY_ADDRESS = "answers@plan.example.test"
    return settings.REPLY_ADDRESS


@pytest.fixture
def vault(program, eli):
    said_on = MONDAY - timedelta(days=12)
    made = cast.milestone(program, "Vault", owner=eli, status="in_progress", said="on_track", said_on=said_on, duration_days=5)
    analysis.recompute(program_id=program.pk, at=NINE)
    program.refresh_from_db()
    return made


@pytest.fixture
def asked(vault, program, tess):
    """The nudge that asks Eli about his vault."""
    nudges.ask(program, by=tess, at=NINE)
    return OutboxMessage.objects.get(kind="nudge")


def answer(message, words: str, *, at=LATER, sender="eli@example.test", program="plain: gmail", **more) -> str:
    """Let a reply arrive; returns what became of it."""
    return take(incoming.by_program(program, sender, address_for(message), words, **more), at=at)


def said_back() -> str:
    """The last mail that says what was understood."""
    found = OutboxMessage.objects.filter(kind="answer").order_by("-pk").first()
    return " ".join(found.text.split()) if found else ""


def now(row):
    row.refresh_from_db()
    return row


# The words


def test_still_the_same_is_one_word(asked, vault, eli):
    before = now(vault).version
    assert answer(asked, "still the same") == "done"
    assert now(vault).said_on == MONDAY
    assert vault.version > before
    assert Event.objects.get(kind="milestone.said").by == eli
    assert "SK-1 is still the same" in said_back()


def test_done_is_done(asked, vault):
    answer(asked, "Erledigt.\nLena hat abgenommen.")
    assert now(vault).status == "done"
    assert StatusUpdate.objects.get().note == "Lena hat abgenommen."


def test_blocked_opens_a_blocker_with_its_reason(asked, vault, eli):
    answer(asked, "blocked: no access to the vault\nSince Friday.")
    found = Blocker.objects.get()
    assert (found.title, found.milestone, found.raised_by) == ("no access to the vault", vault, eli)
    assert StatusUpdate.objects.get().note == "Since Friday."
    assert now(vault).status == "blocked"
    assert "is blocked by B-1: no access to the vault" in said_back()


def test_blocked_needs_a_reason(asked, vault):
    answer(asked, "blocked")
    assert not Blocker.objects.exists()
    assert "Say why" in said_back()


def test_clear_clears_the_oldest_blocker(asked, vault, eli):
    blockers.block(milestone=now(vault), title="No access", by=eli, at=NINE)
    answer(asked, "clear: they opened it")
    assert (Blocker.objects.get().is_open, Blocker.objects.get().resolution) == (False, "they opened it")
    answer(asked, "clear", n="2")
    assert "Nothing blocks SK-1" in said_back()


@pytest.mark.parametrize("words", ["12 Mar", "new date: 12 mar", "Neuer Termin: 12. März", "Fr 12.3."])
def test_a_date_is_ones_own_word(asked, vault, eli, words):
    eli.language = "de"
    eli.save()
    answer(asked, words.replace("Fr ", ""))
    assert now(vault).expected_date == date(2027, 3, 12)
    assert "SK-1 wird Fr. 12 März 2027 erwartet" in said_back()


def test_anything_else_is_kept_as_an_update_and_said_back(asked, vault, eli):
    answer(asked, "The vendor <b>calls</b> tomorrow.\nThen we know.")
    found = StatusUpdate.objects.get()
    assert (found.note, found.milestone, found.author) == ("The vendor <b>calls</b> tomorrow.\nThen we know.", vault, eli)
    assert "Kept as an update of SK-1: The vendor <b>calls</b> tomorrow. Then we know." in said_back()


def test_its_key_may_stand_before_it(asked, vault):
    answer(asked, "SK-1: done")
    assert now(vault).status == "done"


def test_what_is_refused_is_said_back(asked, vault, eli):
    blockers.block(milestone=now(vault), title="No access", by=eli, at=NINE)
    answer(asked, "done")
    assert now(vault).status == "blocked"
    assert "SK-1:" in said_back()


def test_it_can_be_taken_back(asked, vault, eli, as_):
    answer(asked, "done")
    batch = Event.objects.get(kind="milestone.done").batch
    assert Step.objects.filter(batch=batch).exists()
    assert as_(eli).post(f"/undo/{batch}").status_code == 303
    assert now(vault).status == "in_progress"


# Several things in one mail


def test_lines_that_name_what_they_are_about(vault, program, tess, eli):
    said_on = MONDAY - timedelta(days=10)
    cast.milestone(program, "Load test", owner=eli, status="in_progress", said="on_track", said_on=said_on, duration_days=5)
    analysis.recompute(program_id=program.pk, at=NINE, force=True)
    program.refresh_from_db()
    nudges.ask(program, by=tess, at=NINE)
    message = OutboxMessage.objects.get(kind="nudge")
    answer(message, "sk-1: done\n2. 12 mar")
    first, second = Milestone.objects.order_by("key")
    assert (first.status, second.expected_date) == ("done", date(2027, 3, 12))
    answer(message, "blocked: no access", n="2")
    assert not Blocker.objects.exists()
    assert "begin each line with its key (SK-1, SK-2)" in said_back()
    assert "no access" in said_back(), "what was written is not lost"
    Milestone.objects.update(said_on=said_on, status="in_progress")
    answer(message, "still the same", n="3")
    assert set(Milestone.objects.values_list("said_on", flat=True)) == {MONDAY}


# Notices


def told(person, item, kind=NoticeKind.SLIP, **more) -> OutboxMessage:
    from programs.mail.notices import mail_due

    facts = {"before": ["2027-03-05", 3.0, "free"], "after": ["2027-03-12", 0.0, "critical"], "cause": {"kind": "plan"}}
    given = {"role": "owner", "program": item.program, "milestone": item, "topic": f"{kind}:{item.pk}", "facts": facts}
    Notice.objects.create(person=person, kind=kind, created_at=NINE, due_at=NINE, **(given | more))
    notices.settle(at=NINE)
    mail_due(clock=Clock())
    return OutboxMessage.objects.get(kind=kind)


def test_a_new_date_is_seen_or_contested(vault, eli, lena):
    message = told(eli, vault)
    answer(message, "ok")
    assert Notice.objects.get().answer == "acknowledged"
    answer(message, "It cannot hold: two tests are missing", n="2")
    assert (Notice.objects.get().answer, Notice.objects.get().answer_note) == ("contested", "two tests are missing")
    assert "You contest the new date of SK-1: two tests are missing" in said_back()


def test_readers_may_say_that_they_saw_it_and_nothing_more(vault, lena):
    message = told(lena, vault, role="follower")
    answer(message, "seen", sender="lena@example.test")
    assert Notice.objects.get().answer == "acknowledged"
    answer(message, "done", sender="lena@example.test", n="2")
    assert now(vault).status == "in_progress"
    assert "You may read SK-1, not change it." in said_back()


def test_a_blocker_that_does_not_move_is_answered(vault, eli):
    blocker = blockers.block(milestone=now(vault), title="No access", by=eli, at=NINE, owner=eli)
    message = told(
        eli, vault, NoticeKind.ESCALATION, blocker=blocker, topic="escalation:1", facts={"since": NINE.isoformat(), "step": 1}
    )
    answer(message, "12 mar")
    assert now(blocker).expected_clear == date(2027, 3, 12)
    answer(message, "They promised it twice", n="2")
    assert StatusUpdate.objects.get().note == "B-1: They promised it twice"
    answer(message, "Behoben", n="3")
    assert not now(blocker).is_open


# Who, once, and what is said back


@pytest.mark.parametrize(
    ("sender", "what"),
    [("otto@example.test", "forged"), ("tess@example.test", "forged"), ("eli@example.test.evil.test", "forged")],
)
def test_a_forged_sender_does_nothing_and_hears_nothing(asked, vault, otto, sender, what):
    assert answer(asked, "done", sender=sender) == what
    assert now(vault).status == "in_progress"
    assert (said_back(), Reply.objects.count()) == ("", 0)


def test_a_sender_the_server_doubts_is_forged(asked, vault):
    assert answer(asked, "done", Authentication_Results="mx.test; dmarc=fail") == "forged"
    assert now(vault).status == "in_progress"


def test_a_forged_token_is_not_for_us(asked, vault, eli):
    other = token_for(asked.pk + 1).partition("-")[2]
    for local in (
        f"answers+{asked.pk}-{other}",
        f"answers+{asked.pk}",
        "answers",
        f"answers+{asked.pk}-{'a' * 24}",
        "answers+٣-" + "a" * 24,
    ):
        raw = incoming.raw("eli@example.test", f"{local}@plan.example.test", "done")
        assert take(raw, at=LATER) == "not for us", local
    raw = incoming.raw("eli@example.test", address_for(asked).replace("plan.example.test", "evil.test"), "done")
    assert take(raw, at=LATER) == "not for us"
    assert (said_back(), now(vault).status) == ("", "in_progress")


def test_addresses_are_matched_without_regard_to_case(asked, vault):
    raw = incoming.raw("Eli@Example.TEST", address_for(asked).upper(), "done")
    assert take(raw, at=LATER) == "done"
    assert now(vault).status == "done"


@pytest.mark.parametrize("kind", incoming.AUTOMATIC)
def test_machines_are_not_answered(asked, vault, kind):
    text = incoming.head("eli@example.test", address_for(asked), **{"Content_Type": "text/plain", **incoming.AUTOMATIC[kind]})
    assert take(text.encode() + b"\r\ndone", at=LATER) == "automatic"
    assert (said_back(), now(vault).status) == ("", "in_progress")


def test_the_same_message_does_one_thing(asked, vault):
    for _n in range(3):
        outcome = answer(asked, "blocked: no access")
    assert outcome == "seen"
    assert (Blocker.objects.count(), OutboxMessage.objects.filter(kind="answer").count()) == (1, 1)


def test_a_worker_that_ended_in_between_does_not_do_it_twice(asked, vault, monkeypatch):
    from programs.actions import replies

    monkeypatch.setattr(replies, "done", lambda *_args, **_fields: (_ for _ in ()).throw(RuntimeError("killed")))
    with pytest.raises(RuntimeError):
        answer(asked, "blocked: no access")
    monkeypatch.undo()
    assert answer(asked, "blocked: no access", at=LATER + timedelta(minutes=1)) == "seen", "somebody may be at it"
    assert answer(asked, "blocked: no access", at=LATER + timedelta(minutes=10)) == "done"
    assert Blocker.objects.count() == 1


def test_too_old_is_said_and_nothing_is_done(asked, vault):
    assert answer(asked, "done", at=NINE + timedelta(days=15)) == "done"
    assert "too old to be answered" in said_back()
    assert now(vault).status == "in_progress"


def test_who_lost_their_role_does_nothing(asked, vault, eli):
    Membership.objects.filter(person=eli).update(role=Role.VIEWER)
    answer(asked, "done")
    assert now(vault).status == "in_progress"
    eli.is_active = False
    eli.save()
    assert answer(asked, "done", n="2") == "revoked"


def test_an_empty_mail_says_so(asked, vault):
    answer(asked, "\n")
    assert "No words of yours were found" in said_back()


def test_nobody_is_answered_without_end(asked, vault):
    for n in range(25):
        answer(asked, "still the same", n=str(n))
    assert OutboxMessage.objects.filter(kind="answer").count() == 20


def test_the_answer_stands_in_the_same_thread_and_can_be_answered(smtp_server, asked, vault):
    deliver(clock=Clock(LATER))
    question = smtp_server.messages[0]
    assert question["Reply-To"] == address_for(asked)
    assert "You can also answer this mail" in question.get_body(("plain",)).get_content()
    for name in ("milestones", "blockers", "risks", "answers", "programs"):
        assert name not in question
    answer(asked, "still the same")
    deliver(clock=Clock(LATER))
    reply = smtp_server.messages[1]
    assert reply["In-Reply-To"] == "<1@mail.example.test>"
    assert question["Message-ID"] in reply["References"]
    assert reply["Subject"] == "Re: " + question["Subject"]
    assert reply["Auto-Submitted"]
    second = OutboxMessage.objects.get(kind="answer")
    assert reply["Reply-To"] == address_for(second)
    answer(second, "done", n="2")
    assert now(vault).status == "done"


def test_without_an_address_nothing_is_said_of_answers(vault, program, tess, settings, smtp_server):
    settings.REPLY_ADDRESS = ""
    nudges.ask(program, by=tess, at=NINE)
    deliver(clock=Clock(LATER))
    assert smtp_server.messages[0]["Reply-To"] is None
    assert "You can also answer" not in smtp_server.messages[0].get_body(("plain",)).get_content()


# How mails come in


def test_the_mailbox_is_read_once(asked, vault, imap_server):
    imap_server.add(incoming.by_program("html: outlook", "eli@example.test", address_for(asked), "done"))
    imap_server.add(incoming.raw("otto@example.test", address_for(asked), "blocked: evil", n="2"))
    imap_server.add(b"no mail at all")
    assert imap.fetch(clock=Clock(LATER)) == {"done": 1, "forged": 1, "not for us": 1}
    assert imap_server.unread == 0
    assert imap.fetch(clock=Clock(LATER)) == {}
    assert now(vault).status == "done"


def test_a_mailbox_that_hangs_up_is_read_again(asked, vault, imap_server):
    imap_server.add(incoming.raw("eli@example.test", address_for(asked), "done"))
    imap_server.cut_off = True
    assert imap.fetch(clock=Clock(LATER)) == {"away": 1}
    assert imap_server.unread == 1
    imap_server.cut_off = False
    assert imap.fetch(clock=Clock(LATER)) == {"done": 1}


def test_a_mailbox_that_is_away_or_closed_is_no_error(asked, imap_server, settings):
    settings.IMAP_URL = imap_server.url.replace("let%20us%20in", "wrong")
    assert imap.fetch(clock=Clock(LATER)) == {"away": 1}
    settings.IMAP_URL = imap_server.url.replace("/INBOX", "/Elsewhere")
    assert imap.fetch(clock=Clock(LATER)) == {"away": 1}
    settings.IMAP_URL = imap_server.url
    imap_server.stop()
    assert imap.fetch(clock=Clock(LATER)) == {"away": 1}
    settings.IMAP_URL = "pop3://nobody@127.0.0.1"
    assert imap.fetch(clock=Clock(LATER)) == {"away": 1}


def test_too_big_is_left_alone(asked, vault, imap_server, settings):
    imap_server.add(incoming.raw("eli@example.test", address_for(asked), "done " + "x" * settings.LIMITS.webhook_bytes))
    assert imap.fetch(clock=Clock(LATER)) == {"too big": 1}
    assert imap_server.unread == 0


SECRET = "a secret of the mail server"


def post(raw: bytes, *, secret: str = SECRET, at=NINE, kind: str = "message/rfc822", **headers: str):
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    given = {"X-Longpole-Timestamp": stamp, "X-Longpole-Signature": f"v0={mac}"} | headers
    return Client(enforce_csrf_checks=True).post("/inbound/mail", raw, content_type=kind, headers=given)


def test_a_mail_server_may_hand_mails_over(asked, vault, monday, settings):
    raw = incoming.raw("eli@example.test", address_for(asked), "blocked: no access")
    assert post(raw).status_code == 404, "off without a secret"
    settings.INBOUND_MAIL_SECRETS = [SECRET]
    assert Client().get("/inbound/mail").status_code == 405
    assert post(raw, kind="text/plain").status_code == 415
    assert post(raw, secret="wrong").status_code == 401
    assert post(raw + b" ", **{"X-Longpole-Signature": "v0=0"}).status_code == 401
    assert post(raw, at=NINE - timedelta(minutes=6)).status_code == 401
    assert post(b"x" * (settings.LIMITS.webhook_bytes + 1)).status_code == 413
    assert not Blocker.objects.exists()
    assert post(raw).status_code == 202
    assert post(raw).status_code == 202
    assert post(incoming.raw("otto@example.test", address_for(asked), "done", n="2")).status_code == 202, (
        "nobody learns whose it was"
    )
    assert Blocker.objects.count() == 1
    assert now(vault).status == "blocked"

"""Posts to chats, over real HTTP: once, again after a pause, honest when nobody can tell, and an end when the chat is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from programs.actions import hooks, notices, outbox
from programs.integrations import post as posting
from programs.integrations.hooks import deliver
from programs.mail import deliver as mails
from programs.mail.channels import post_due, try_out
from programs.mail.notices import mail_due
from programs.models import Event, Hook, Notice, NoticeKind, OutboxMessage
from tests import cast
from tests.cast import NINE
from tests.mail.letters import letter, reread
from tests.mail.world import Clock
from tests.provision.chat import Answer

pytestmark = pytest.mark.django_db(transaction=True)
State, Channel = OutboxMessage.State, OutboxMessage.Channel
KINDS = ["slip", "cleared", "escalation", "update"]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def own(eli, chat_server):
    """Eli's own chat."""
    return hooks.save(program=None, person=eli, address=chat_server.url, label="chat …3kQz", kinds=[], by=eli, at=NINE)


@pytest.fixture
def channel(program, tess, chat_server):
    """The channel of Atlas."""
    return hooks.save(program=program, person=None, address=chat_server.url, label="chat …3kQz", kinds=KINDS, by=tess, at=NINE)


def posted(hook, n: int = 1, *, html: str = "<p>Hello</p>", person=None, **fields) -> OutboxMessage:
    """A message that waits for this hook."""
    given = {"hook": hook.pk, "to": hook.label, "payload": {"text": f"Hello {n}"}, "html": html, "key": f"post:{n}"}
    made = letter(person or hook.person or hook.by, n, **(given | fields))
    return outbox.put(made, at=NINE)


def test_what_is_taken_is_sent_once(own, chat_server, clock):
    message = posted(own)
    assert deliver(clock=clock) == {"sent": 1}
    assert deliver(clock=clock) == {}
    assert chat_server.posts == [{"text": "Hello 1"}]
    head = chat_server.heads[0]
    assert head["Content-Type"] == "application/json; charset=utf-8"
    assert head["Idempotency-Key"] == message.message_id.strip("<>")
    assert head["path"] == "/services/T0/B0/abcdefgh3kQz"
    assert (reread(message).state, message.sent_at) == (State.SENT, NINE)


def test_posts_leave_without_a_mail_server_and_mails_do_not_wait_for_posts(own, eli, chat_server, clock, settings):
    settings.MAIL_LEAVES = False
    message, mail = posted(own), outbox.put(letter(eli, 7), at=NINE)
    assert mails.deliver(clock=clock) == {"held": 0}
    assert (reread(message).state, reread(mail).state) == (State.QUEUED, State.HELD)
    assert deliver(clock=clock) == {"sent": 1}


def test_a_busy_chat_gets_its_pause_and_that_is_no_try(own, chat_server, clock):
    chat_server.answer = lambda _post: Answer(429, b"rate_limited", {"Retry-After": "30"})
    messages = [posted(own, n) for n in (1, 2, 3)]
    assert deliver(clock=clock) == {"pause": 1}, "the others wait with it"
    assert len(chat_server.posts) == 1
    chat_server.answer = lambda _post: Answer()
    clock.go(seconds=29)
    assert deliver(clock=clock) == {}
    clock.go(seconds=1)
    assert deliver(clock=clock) == {"sent": 3}
    assert {reread(each).attempts for each in messages} == {1}


def test_a_chat_with_a_fault_is_tried_again_after_longer_pauses_then_the_mail_goes(own, eli, chat_server, clock, smtp_server):
    chat_server.answer = lambda _post: Answer(503, b"try later")
    message = posted(own)
    for pause in (0, 60, 300, 900, 3600):
        clock.go(seconds=pause)
        deliver(clock=clock)
        clock.go(seconds=1)
        assert deliver(clock=clock) == {}, "not before its time"
        clock.go(seconds=-1)
    assert len(chat_server.posts) == 5
    assert (reread(message).channel, message.to, message.state) == (Channel.MAIL, eli.email, State.QUEUED)
    assert mails.deliver(clock=clock) == {"sent": 1}
    assert [mail["To"] for mail in smtp_server.messages] == [eli.email]


def test_a_channel_has_no_mail_to_fall_back_to(channel, chat_server, clock):
    chat_server.answer = lambda _post: Answer(500, b"no")
    message = posted(channel, html="")
    for pause in (0, 60, 300, 900, 3600):
        clock.go(seconds=pause)
        deliver(clock=clock)
    assert reread(message).state == State.FAILED
    assert "500 no" in message.error


def test_what_may_have_gone_is_not_posted_again(own, chat_server, clock, ada, eli, tess, as_):
    chat_server.answer = lambda _post: Answer(hang_up=True)
    message = posted(own)
    assert deliver(clock=clock) == {"unsure": 1}
    clock.go(days=1)
    assert deliver(clock=clock) == {}
    assert len(chat_server.posts) == 1
    assert "no answer came; it may have arrived" in reread(message).error
    assert as_(tess).post(f"/outbox/{message.pk}/settle").status_code == 404
    assert as_(eli).post(f"/outbox/{message.pk}/settle", {"arrived": "1"}).status_code == 303
    assert reread(message).state == State.SENT


def test_a_worker_that_died_leaves_an_unsure_post(own, chat_server, clock):
    message = posted(own)
    assert outbox.lease_one(holder="dead", at=clock(), channel=Channel.CHAT)
    clock.go(seconds=121)
    assert deliver(clock=clock) == {"unsure": 1}
    assert chat_server.posts == []
    assert reread(message).state == State.UNSURE


def test_an_answer_that_drips_has_an_end(own, chat_server, clock, monkeypatch):
    monkeypatch.setattr(posting, "ANSWER_WITHIN", 0.0)
    posted(own)
    assert deliver(clock=clock) == {"unsure": 1}


def test_nobody_there_means_nothing_was_said(own, chat_server, clock):
    message = posted(own)
    chat_server.stop()
    assert deliver(clock=clock) == {"later": 1}
    assert reread(message).state == State.QUEUED


def test_a_redirect_is_not_followed(own, chat_server, clock):
    chat_server.answer = lambda _post: Answer(302, b"", {"Location": "http://169.254.169.254/latest/meta-data"})
    message = posted(own, html="")
    assert deliver(clock=clock) == {"failed": 1}
    assert len(chat_server.posts) == 1
    assert "not followed" in reread(message).error


def test_an_address_that_became_private_is_not_reached(own, chat_server, clock, settings):
    settings.WEBHOOK_NETWORKS = []
    message = posted(own, html="")
    assert deliver(clock=clock) == {"failed": 1}
    assert chat_server.posts == []
    assert "not a public address" in reread(message).error


@pytest.mark.parametrize(("status", "body"), [(404, b"no_service"), (410, b"channel_is_archived")])
def test_a_chat_that_is_gone_is_left_alone_and_its_owner_is_told(own, eli, chat_server, clock, smtp_server, as_, status, body):
    chat_server.answer = lambda _post: Answer(status, body)
    first, second, twin = posted(own, 1), posted(own, 2), posted(own, 3, html="")
    assert deliver(clock=clock) == {"gone": 1}
    assert len(chat_server.posts) == 1, "what waits is not tried"
    assert {reread(each).channel for each in (first, second)} == {Channel.MAIL}
    assert reread(twin).state == State.CANCELLED, "its mail went already"
    assert f"{status} {body.decode()}" in Hook.objects.get().error
    assert post_due(clock=clock) == {"mails": 1}
    assert post_due(clock=clock) == {}
    mails.deliver(clock=clock)
    told = [mail for mail in smtp_server.messages if "takes no messages" in mail["Subject"]]
    assert [mail["To"] for mail in told] == [eli.email]
    assert body.decode() in told[0].get_body(("plain",)).get_content()
    page = as_(eli).get("/profile/chat").content.decode()
    assert "Nothing is posted there since" in page
    assert Event.objects.filter(kind="hook.gone", by=None).count() == 1


def test_managers_are_told_of_their_channel(channel, tess, chat_server, clock):
    chat_server.answer = lambda _post: Answer(404, b"no_service")
    posted(channel, html="")
    deliver(clock=clock)
    post_due(clock=clock)
    assert list(OutboxMessage.objects.filter(kind="hook").values_list("to", flat=True)) == [tess.email]


def test_a_test_that_arrives_begins_anew(own, eli, chat_server, clock):
    hooks.gone(own, error="404 no_service", at=NINE)
    own.refresh_from_db()
    try_out(own, by=eli, at=clock())
    assert deliver(clock=clock) == {"sent": 1}
    assert Hook.objects.get().works
    assert "tried whether messages arrive here" in chat_server.words()[0]


def test_many_tries_for_nothing_are_the_end(own, chat_server, clock):
    chat_server.answer = lambda _post: Answer(400, b"invalid_payload")
    for n in range(25):
        posted(own, n, html="")
    happened = deliver(clock=clock)
    assert happened == {"failed": 20}
    assert len(chat_server.posts) == hooks.MOST_FAILURES
    assert "Stopped after 20 tries" in Hook.objects.get().error
    assert OutboxMessage.objects.filter(state=State.CANCELLED).count() == 5


def test_removing_it_hands_what_waits_to_the_mail(own, eli, chat_server, clock):
    message = posted(own)
    hooks.remove(hook=own, by=eli, at=NINE)
    assert deliver(clock=clock) == {}
    assert (reread(message).channel, message.to, message.hook) == (Channel.MAIL, eli.email, None)


# Who is told what where


def notice(person, item, kind=NoticeKind.CLEARED, **fields) -> Notice:
    """Something this person is to be told."""
    from programs.models import Blocker

    blocker = Blocker.objects.get_or_create(
        program=item.program, milestone=item, number=1, defaults={"title": "No <access>", "raised_on": cast.MONDAY}
    )[0]
    given = {"role": "owner", "program": item.program, "milestone": item, "blocker": blocker, "topic": f"{kind}:{blocker.pk}"}
    return Notice.objects.create(person=person, kind=kind, created_at=NINE, due_at=NINE, **(given | fields))


@pytest.mark.parametrize(("reach", "mailed", "chatted"), [("mail", 1, 0), ("chat", 0, 1), ("both", 1, 1)])
def test_each_kind_goes_where_its_reader_wants_it(own, eli, program, chat_server, clock, smtp_server, reach, mailed, chatted):
    item = cast.milestone(program, "Vault <b>", owner=eli)
    notices.prefer(person=eli, wanted={}, reach={"cleared": reach})
    notice(eli, item)
    notices.settle(at=NINE)
    mail_due(clock=clock)
    mails.deliver(clock=clock)
    deliver(clock=clock)
    assert (len(smtp_server.messages), len(chat_server.posts)) == (mailed, chatted)
    for post in chat_server.posts:
        assert "No &lt;access&gt;" in post["text"]
        assert "/stop/" not in str(post), "nobody else in the chat can stop it"


def test_links_in_a_chat_are_not_signed(own, eli, tess, program, chat_server, clock):
    from programs.actions import analysis
    from programs.mail import nudge

    said_on = cast.MONDAY - timedelta(days=12)
    cast.milestone(program, "Vault", owner=eli, status="in_progress", said="on_track", said_on=said_on, duration_days=5)
    analysis.recompute(program_id=program.pk, at=NINE)
    notices.prefer(person=eli, wanted={}, reach={"nudge": "chat"})
    program.refresh_from_db()
    asked = nudge.ask(program, by=tess, at=NINE, person=eli.pk)
    assert [one.name for one in asked.people] == ["Eli"]
    deliver(clock=clock)
    text = str(chat_server.posts)
    assert "Still the same" in text
    assert "-same|" in text, "it asks who is there"
    assert nudge.ask(program, by=tess, at=NINE, person=eli.pk).spared, "once a week, wherever it went"


def test_never_is_never(own, eli, program, chat_server, clock):
    notices.prefer(person=eli, wanted={"cleared": "never"}, reach={"cleared": "chat"})
    notice(eli, cast.milestone(program, "Vault", owner=eli))
    notices.settle(at=NINE)
    assert mail_due(clock=clock) == {}


def test_quiet_hours_hold_for_ones_own_chat_not_for_channels(own, eli, program, tess, chat_server, clock):
    from datetime import time

    eli.quiet_from, eli.quiet_until = time(8), time(12)
    eli.save()
    channel = hooks.save(program=program, person=None, address=chat_server.url, label="c", kinds=KINDS, by=tess, at=NINE)
    posted(own, 1), posted(channel, 2, html="", person=type("", (), {"pk": None, "email": ""}))
    assert deliver(clock=clock) == {"quiet": 1, "sent": 1}
    clock.go(hours=3)
    assert deliver(clock=clock) == {"sent": 1}


def test_who_left_is_posted_nothing(own, eli, program, chat_server, clock):
    posted(own, program=program.pk)
    program.memberships.filter(person=eli).delete()
    assert deliver(clock=clock) == {"cancelled": 1}


def test_a_channel_hears_each_thing_once_however_many_are_told(channel, program, eli, tess, lena, chat_server, clock):
    item = cast.milestone(program, "Vault", owner=eli)
    for person in (eli, tess, lena):
        notice(person, item)
    notice(eli, item, NoticeKind.ROOM, facts={"by": tess.pk, "note": "come"})
    notices.settle(at=NINE)
    assert post_due(clock=clock) == {"posts": 1}
    assert post_due(clock=clock) == {}
    assert deliver(clock=clock) == {"sent": 1}
    assert len(chat_server.posts) == 1
    text = chat_server.words()[0]
    assert text.count("Cleared: No &lt;access&gt;") == 2, "as title, and as item"
    assert "come" not in text, "who is asked into a room is nobody else's"
    assert "those who manage Atlas chose so" in text


def test_a_channel_is_told_only_what_was_chosen(channel, program, eli, tess, chat_server, clock):
    hooks.save(program=program, person=None, address="", label="", kinds=["slip"], by=tess, at=NINE)
    notice(eli, cast.milestone(program, "Vault", owner=eli))
    notices.settle(at=NINE)
    assert post_due(clock=clock) == {}


def test_an_update_is_posted_to_the_channel(channel, program, tess, lena, chat_server, clock):
    from programs.actions import reports
    from programs.mail import reports as mail_reports
    from tests.mail.world import subscribed

    subscribed(lena, program)
    texts = {"headline": "Late & sorry", "summary": "We <wait>."}
    draft = reports.begin(program=program, texts=texts, seen={}, by=tess, at=NINE)
    sent = mail_reports.send(draft, version=draft.version, by=tess, at=NINE)
    assert sent.sent_to == 1, "people, not channels"
    assert deliver(clock=clock) == {"sent": 1}
    blocks = chat_server.posts[0]["blocks"]
    assert blocks[0]["text"]["text"] == "Late &amp; sorry"
    assert "We &lt;wait&gt;." in str(blocks)


def test_a_summary_goes_to_the_channel_at_its_time(channel, program, tess, chat_server, clock):
    from programs.mail.issue import issue_due
    from tests.mail.world import furnished, subscribed

    furnished(program, owner=tess)
    row = subscribed(tess, program, hook=channel)
    assert issue_due(clock=clock) == {"queued": 1}
    assert issue_due(clock=clock) == {}
    assert deliver(clock=clock) == {"sent": 1}
    assert "Vendor cannot reach the vault" in chat_server.words()[0]
    hooks.remove(hook=channel, by=tess, at=NINE)
    row.refresh_from_db()
    assert row.hook is None, "from then on by mail"

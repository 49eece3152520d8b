"""Tasks are rings of the bell: a broker that is away changes nothing but the hour."""

from __future__ import annotations

from collections import Counter

import pytest
from celery import current_app
from django.core.management import call_command

from programs import tasks
from programs.actions import outbox
from programs.mail import notices
from programs.mail.issue import issue_due
from programs.models import Installation, Membership, Notice, OutboxMessage, Program
from tests import cast
from tests.mail.world import Clock, furnished, subscribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch) -> list[str]:
    """The tasks that were asked for by name."""
    asked: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_fields: asked.append(name))
    return asked


def test_every_task_has_the_name_the_product_asks_for():
    for name in ("tick", "issue", "deliver", "recompute", "fragile", "ways_back", "sweep"):
        assert f"programs.{name}" in current_app.tasks


def test_a_tick_notes_the_time_writes_what_is_due_and_asks_for_the_rest(program, lena, rung, monday):
    furnished(program)
    subscribed(lena, program)
    Program.objects.update(revision=9)
    tasks.tick()
    assert Installation.objects.get().last_tick_at == cast.NINE
    assert OutboxMessage.objects.count() == 1
    assert rung == ["programs.deliver", "programs.recompute", "programs.forecast", "programs.fragile", "programs.ways_back"]
    tasks.tick()
    assert OutboxMessage.objects.count() == 1


def test_a_tick_works_while_the_queue_is_away(program, lena, monkeypatch, monday, caplog):
    def away(*_args, **_fields):
        raise ConnectionError("Redis is down")

    monkeypatch.setattr(current_app, "send_task", away)
    furnished(program)
    subscribed(lena, program)
    tasks.tick()
    assert OutboxMessage.objects.count() == 1
    assert "the next tick asks again" in caplog.text
    outbox.ring()


def test_a_delivery_that_is_not_finished_asks_for_another(rung, monkeypatch):
    monkeypatch.setattr(tasks, "deliver_mail", lambda **_fields: Counter(sent=9, more=1))
    tasks.deliver()
    assert rung == ["programs.deliver"]


def test_a_sweep_does_everything_without_the_queue(program, lena, smtp_server, monday):
    furnished(program)
    subscribed(lena, program)
    Program.objects.update(revision=9)
    tasks.sweep()
    assert Program.objects.get().analysed_revision == 9
    assert len(smtp_server.messages) == 1


def test_the_command_says_what_it_did(program, lena, smtp_server, monday, capsys):
    furnished(program)
    subscribed(lena, program)
    Program.objects.update(revision=9)
    call_command("sweep")
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "Forecasts brought up to date: 1",
        "Summaries: 1 queued",
        "Messages: 1 sent",
    ]
    call_command("sweep")
    assert capsys.readouterr().out.splitlines()[-2:] == ["Summaries: none due", "Messages: none due"]


def test_a_preview_rings_at_once(program, lena, rung, as_, settings, django_capture_on_commit_callbacks):
    settings.MAIL_LEAVES = True
    furnished(program)
    row = subscribed(lena, program)
    with django_capture_on_commit_callbacks(execute=True):
        as_(lena).post(f"/my/subscriptions/{row.pk}/preview")
    assert rung == ["programs.deliver"]


def test_leftover_letters_are_found_by_the_next_tick(program, lena, smtp_server, monday):
    furnished(program)
    subscribed(lena, program)
    issue_due(clock=Clock())
    tasks.deliver()
    assert len(smtp_server.messages) == 1


def test_whoever_still_waits_for_a_notice_is_written_to_at_once_not_by_the_next_tick(rung, monkeypatch, monday):
    monkeypatch.setattr(tasks, "tell_everybody", lambda: Counter(mails=500, more=1))
    tasks.tick()
    assert "programs.tell" in rung
    assert "programs.issue" not in rung


def test_a_slip_of_many_rings_for_a_few_side_by_side_and_says_that_there_are_more(program, tess, rung, settings, monkeypatch):
    """As many bells as mails would stand in the queue before whoever writes the rest."""
    settings.MAIL_LEAVES = True
    row = cast.milestone(program, "Vault")
    before, after = ["2027-03-05", 2.0, "tight"], ["2027-03-09", 0.0, "tight"]
    facts = {"before": before, "after": after, "cause": {"kind": "time"}}
    for number in range(5):
        person = cast.person(f"P{number}")
        Membership.objects.create(program=program, person=person, role="viewer")
        given = {
            "state": Notice.State.TOLD,
            "role": "follower",
            "created_at": cast.NINE,
            "due_at": cast.NINE,
            "mail_at": cast.NINE,
        }
        Notice.objects.create(person=person, kind="slip", program=program, milestone=row, topic="slip:1", facts=facts, **given)
    monkeypatch.setattr(notices, "MOST", 5)
    monkeypatch.setattr(notices, "TOGETHER", 2)
    happened = notices.mail_due(clock=Clock())
    assert (happened["mails"], happened["more"]) == (5, 1)
    assert rung == ["programs.deliver"] * (1 + notices.SIDE_BY_SIDE), "the first begins while the rest is written"
    assert notices.mail_due(clock=Clock()) == Counter()

"""We know when jobs stop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from programs.actions import slots
from programs.models import Installation, OutboxMessage, Program
from programs.queries import queue, system
from tests import cast
from tests.mail.world import analysed

pytestmark = pytest.mark.django_db


def test_green_while_the_clock_ticks_and_red_within_three_minutes(client, monday):
    slots.ticked(at=cast.NINE)
    assert client.get("/healthz").content == b"ok\n"
    monday.shift(120)
    assert client.get("/healthz").status_code == 200
    monday.shift(59)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.content.decode() == "Last tick 179 seconds ago: is beat running, a worker, and Redis?\n"
    slots.ticked(at=cast.NINE + timedelta(seconds=179))
    assert client.get("/healthz").status_code == 200


def test_red_before_the_first_tick(client):
    Installation.objects.all().delete()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert b"No tick yet" in answer.content


def test_monitors_need_no_account_and_get_no_cookie(client):
    slots.ticked(at=cast.NINE)
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert answer.status_code in {200, 503}
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert not answer.cookies
        assert client.post(path).status_code == 405


def test_ready_when_every_migration_is_there(client):
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'programs'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"programs.0001_squashed_0039_indexes_once" in answer.content


def test_the_status_page_is_for_administrators(program, ada, tess, as_, monday):
    slots.ticked(at=cast.NINE - timedelta(minutes=10))
    analysed(program)
    Program.objects.update(revision=7)
    for n, state in enumerate(("queued", "failed", "unsure", "sent")):
        OutboxMessage.objects.create(
            key=f"k{n}",
            kind="summary",
            to="a@b.test",
            subject=f"Subject {state}",
            text="",
            message_id=f"<{n}@b>",
            state=state,
            created_at=cast.NINE - timedelta(hours=n + 1),
        )
    assert as_(tess).get("/status").status_code == 403
    page = as_(ada).get("/status").content.decode()
    for words in ("The clock stands still.", "the oldest for 1", "1, 1, 1", "Atlas", "Subject failed", "Subject unsure"):
        assert words in page
    assert "Subject sent" not in page


@pytest.mark.parametrize(
    ("leaves", "log", "when_unsure", "guarantee"),
    [
        (False, "", "resend", "held"),
        (True, "", "resend", "resend"),
        (True, "", "hold", "unsure"),
        (True, "/var/log/mail.log", "hold", "evidence"),
    ],
)
def test_the_active_guarantee_is_said(settings, ada, as_, leaves, log, when_unsure, guarantee):
    settings.MAIL_LEAVES, settings.MAIL_RELAY_LOG, settings.MAIL_WHEN_UNSURE = leaves, log, when_unsure
    assert system.guarantee() == guarantee
    assert as_(ada).get("/status").status_code == 200


def test_a_queue_that_does_not_answer_is_told(monkeypatch):
    assert queue.length() == 0
    from celery import current_app

    monkeypatch.setattr(current_app, "connection_for_read", lambda: 1 / 0)
    assert queue.length() is None

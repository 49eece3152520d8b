"""Hints: after the commit, at most once a second for each program, and never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import transaction

from programs.actions import hints
from programs.actions.hints import Bell


@pytest.fixture
def named():
    """A list of what a bell with a pause of 0.2 seconds named, and the bell."""
    sent: list[tuple[int, float]] = []

    def send(program_id: int) -> bool:
        sent.append((program_id, time.monotonic()))
        return program_id != 13

    return sent, Bell(send, pause=0.2, rest=0.3)


def test_many_rings_in_a_second_are_two_hints_the_first_and_the_last(named):
    sent, bell = named
    for _edit in range(50):
        bell.ring(7)
        time.sleep(0.002)
    time.sleep(0.4)
    assert [program for program, _at in sent] == [7, 7]
    assert sent[1][1] - sent[0][1] >= 0.2


def test_what_can_wait_is_named_once_when_it_is_quiet():
    sent: list[float] = []
    bell = Bell(lambda _program: bool(sent.append(time.monotonic())) or True, quiet=0.4)
    for _save in range(5):
        bell.postpone(7)
        time.sleep(0.02)
    last = time.monotonic()
    time.sleep(1)
    assert len(sent) == 1
    assert sent[0] > last + 0.3


def test_a_ring_goes_before_what_can_wait(named):
    sent, bell = named
    bell.quiet = 60
    bell.postpone(7)
    bell.ring(7)
    bell.postpone(7)  # named by the ring that is due, if not yet by then
    time.sleep(0.3)
    assert [program for program, _at in sent] == [7]


def test_programs_do_not_wait_for_each_other(named):
    sent, bell = named
    for program in (1, 2, 3):
        bell.ring(program)
    assert bell.finish(within=1)
    assert sorted(program for program, _at in sent) == [1, 2, 3]


def test_after_a_failure_the_queue_rests(named):
    sent, bell = named
    bell.ring(13)
    time.sleep(0.1)
    bell.ring(8)
    assert bell.finish(within=1)
    assert [program for program, _at in sent] == [13]
    time.sleep(0.4)
    bell.ring(9)
    assert bell.finish(within=1)
    assert [program for program, _at in sent] == [13, 9]


def test_what_waits_is_sent_when_the_process_ends(named):
    sent, bell = named
    bell.ring(7)
    time.sleep(0.05)
    bell.ring(7)
    assert bell.finish(within=0.1)
    assert len(sent) == 2


def test_nothing_is_asked_before_the_commit_nor_after_a_rollback(transactional_db, monkeypatch):
    rung: list[int] = []
    monkeypatch.setattr(hints, "bell", Bell(lambda program_id: bool(rung.append(program_id)) or True))
    with transaction.atomic():
        hints.recompute(7)
        assert not rung
    assert hints.bell.finish(within=1)
    assert rung == [7]
    with transaction.atomic():
        hints.recompute(8)
        transaction.set_rollback(True)
    assert hints.bell.finish(within=1)
    assert rung == [7]


SCRIPT = """
import threading, django
django.setup()
from programs.actions import hints
gate, sent, send = threading.Event(), [], hints.bell.send
def held(program):
    gate.wait(20)
    sent.append(program)
    return send(program)
hints.bell.send = held
hints.bell.ring(7)
hints.bell.ring(7)
print("waited" if sent else "went on")
gate.set()
hints.bell.finish(within=20)
"""


def ring_in_a_process(redis_url: str, folder: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings", "REDIS_URL": redis_url, "VAR_DIR": str(folder)}
    environment["LOG_LEVEL"] = "WARNING"
    environment["DATABASE_URL"] = f"sqlite:///{folder}/none.sqlite3"
    return subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )


def test_a_real_queue_hears_the_program_by_the_name_of_the_task(redis_server, tmp_path):
    ring_in_a_process(redis_server.url, tmp_path)
    messages = [json.loads(each) for each in redis_server.client.lrange("celery", 0, -1)]
    assert [each["headers"]["task"] for each in messages] == ["programs.recompute"]
    assert "7" in messages[0]["headers"]["kwargsrepr"]


def test_without_a_queue_nobody_waits_and_one_line_says_so(tmp_path):
    done = ring_in_a_process(f"redis+socket://{tmp_path}/nobody.sock", tmp_path)
    assert done.stdout.split("\n")[0] == "went on"
    assert (done.stdout + done.stderr).count("No hint for programs.recompute {'program_id': 7}") == 1

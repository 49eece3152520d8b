"""Hints: after the commit, at most once a second for each program, and never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import transaction

from programs.actions import hints
from programs.actions.hints import Bell


class Named(list):
    """The programs a bell named, in order, and when; number 13 cannot be named."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[float] = []
        self.heard = threading.Condition()

    def __call__(self, program_id: int) -> bool:
        """Send, as a bell does."""
        with self.heard:
            self.append(program_id)
            self.at.append(time.monotonic())
            self.heard.notify_all()
        return program_id != 13

    def wait(self, count: int) -> None:
        """Wait until so many were named."""
        with self.heard:
            assert self.heard.wait_for(lambda: len(self) >= count, timeout=20)


@pytest.fixture
def named() -> Named:
    """What is sent."""
    return Named()


def test_many_rings_in_a_pause_are_two_hints_the_first_and_the_last(named):
    bell = Bell(named, pause=3600)
    bell.ring(7)
    named.wait(1)
    for _edit in range(50):
        bell.ring(7)
    assert named == [7]
    assert bell.finish(within=20)
    assert named == [7, 7]


def test_a_pause_lies_between_two_hints(named):
    bell = Bell(named, pause=0.2)
    bell.ring(7)
    named.wait(1)
    bell.ring(7)
    named.wait(2)
    assert named.at[1] - named.at[0] >= 0.2


def test_what_can_wait_is_named_once(named):
    bell = Bell(named, quiet=3600)
    for _save in range(5):
        bell.postpone(7)
    assert named == []
    assert bell.finish(within=20)
    assert named == [7]


def test_what_can_wait_is_named_when_it_was_quiet(named):
    bell = Bell(named, quiet=0.3)
    bell.postpone(7)
    last = time.monotonic()
    bell.postpone(7)
    named.wait(1)
    assert named.at[0] >= last + 0.3


def test_a_ring_goes_before_what_can_wait(named):
    bell = Bell(named, quiet=3600)
    bell.postpone(7)
    bell.ring(7)
    named.wait(1)
    assert bell.finish(within=20)
    assert named == [7]


def test_programs_do_not_wait_for_each_other(named):
    bell = Bell(named, pause=3600)
    for program in (1, 2, 3):
        bell.ring(program)
    named.wait(3)
    assert sorted(named) == [1, 2, 3]


def test_after_a_failure_the_queue_rests(named):
    bell = Bell(named, rest=3600)
    bell.ring(13)
    named.wait(1)
    bell.ring(8)
    assert bell.finish(within=20)
    assert named == [13]


def test_after_a_rest_it_is_tried_again(named):
    bell = Bell(named, rest=0.05)
    bell.ring(13)
    named.wait(1)
    time.sleep(0.1)
    bell.ring(9)
    assert bell.finish(within=20)
    assert named == [13, 9]


def test_what_waits_is_sent_when_the_process_ends(named):
    bell = Bell(named, pause=3600)
    bell.ring(7)
    named.wait(1)
    bell.ring(7)
    assert bell.finish(within=20)
    assert named == [7, 7]


def test_nothing_is_asked_before_the_commit_nor_after_a_rollback(transactional_db, monkeypatch):
    rung: list[int] = []
    monkeypatch.setattr(hints, "bell", Bell(lambda program_id: bool(rung.append(program_id)) or True))
    with transaction.atomic():
        hints.recompute(7)
        assert not rung
    assert hints.bell.finish(within=20)
    assert rung == [7]
    with transaction.atomic():
        hints.recompute(8)
        transaction.set_rollback(True)
    assert hints.bell.finish(within=20)
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

"""Two beats, slots that come due meanwhile: each is mailed once. Killed workers, beats and Redis change nothing but the hour."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import timedelta

from django.utils.timezone import now

from programs.models import Program, Subscription
from tests.chaos.lab import PATIENCE, ROOT, counted, number, slots_fired, subscribe_soon, waiting, wanted_of
from tests.provision import processes

FIRST_AFTER = 6.0  # seconds until workers are up and the first slot comes


def rows_again(made):
    return list(Subscription.objects.filter(pk__in=[row.pk for row in made]).select_related("person"))


def drained(made) -> bool:
    return not waiting() and not Subscription.objects.filter(pk__in=[row.pk for row in made], next_at__lte=now()).exists()


def test_with_two_beats_every_slot_is_mailed_once(live_stack, mails, told, say):
    seconds = number("BEAT_SECONDS", 10)
    made = subscribe_soon(seconds * 2, start=now() + timedelta(seconds=FIRST_AFTER), seconds=seconds)
    wanted, started = wanted_of(made), time.monotonic()
    Program.objects.update(revision=5)  # an edit whose hint the queue lost
    live_stack.worker(processes_each=2, **told)
    for _beat in range(2):
        live_stack.beat(every=1.0)
    time.sleep(FIRST_AFTER + seconds)
    processes.wait_until(
        lambda: drained(made), what=f"the outbox to drain\n{live_stack.words()}", seconds=4 * PATIENCE, every=0.5
    )
    time.sleep(1.0)
    figures = counted(wanted, mails, seconds=time.monotonic() - started)
    say(figures)
    assert (figures.lost, figures.doubled, figures.unplanned) == (0, 0, 0)
    assert set(slots_fired(made).values()) == {1}
    assert len(slots_fired(made)) == len(made)
    assert Program.objects.get().analysed_revision == 5, "the tick repairs what the queue lost"


def test_without_the_slot_row_two_beats_mail_twice(live_stack, mails, told, say, tmp_path):
    """Look what is due, send, note it: two of them at once send most of it twice."""
    made = subscribe_soon(40, start=now() + timedelta(seconds=3.0), seconds=4)
    wanted, started = wanted_of(made), time.monotonic()
    environment = live_stack.environment() | told | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.chaos.pump", "slots", "2"]
    both = processes.start(command, log=tmp_path / "naive.log", environment=environment)
    try:
        with contextlib.suppress(TimeoutError):
            processes.wait_until(
                lambda: drained(made) and now() > made[-1].next_at, what="the naive ones", seconds=PATIENCE, every=0.2
            )
    finally:
        processes.kill(both)
    figures = counted(wanted, mails, seconds=time.monotonic() - started)
    say(figures)
    assert figures.doubled > 0, "the test has lost its teeth"


class Killer:
    """Strikes a worker, one of its children, a beat or Redis, and starts again what it killed."""

    def __init__(self, stack, told, *, seed: int) -> None:
        self.stack, self.told, self.random = stack, told, random.Random(seed)
        self.workers = [stack.worker(processes_each=2, **told) for _ in range(2)]
        self.beats = [stack.beat(every=1.0) for _ in range(2)]
        self.kills: Counter[str] = Counter()

    def strike(self) -> None:
        what = self.random.choice(["worker", "child", "child", "beat", "redis"])
        n = self.random.randrange(2)
        if what == "worker":
            self.stack.kill(self.workers[n])
            self.workers[n] = self.stack.worker(processes_each=2, **self.told)
        elif what == "child":
            children = processes.family(self.workers[n])[1:]
            if not children:
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.random.choice(children).pid, signal.SIGKILL)
        elif what == "beat":
            self.stack.kill(self.beats[n])
            self.beats[n] = self.stack.beat(every=1.0)
        else:
            self.stack.redis.kill()
            time.sleep(self.random.random())
            self.stack.redis.start()
        self.kills[what] += 1


def test_everything_killed_at_random_loses_and_doubles_nothing(live_stack, mails, told, say):
    seconds = number("SECONDS", 24)
    made = subscribe_soon(
        number("SLOTS", seconds * 2), start=now() + timedelta(seconds=FIRST_AFTER), seconds=max(1, seconds - FIRST_AFTER)
    )
    wanted, started = wanted_of(made), time.monotonic()
    killer = Killer(live_stack, told, seed=number("SEED", 20))
    time.sleep(FIRST_AFTER)
    while time.monotonic() - started < seconds:
        time.sleep(1 + 2 * killer.random.random())
        killer.strike()
    processes.wait_until(
        lambda: drained(made), what=f"the outbox to drain\n{live_stack.words()[-6000:]}", seconds=4 * PATIENCE, every=0.5
    )
    time.sleep(1.0)
    figures = counted(wanted, mails, kills=killer.kills, seconds=time.monotonic() - started)
    say(figures)
    assert (figures.lost, figures.doubled, figures.unplanned) == (0, 0, 0)
    assert set(slots_fired(made).values()) == {1}
    assert len(slots_fired(made)) == len(made)
    assert set(rows_again(made)[0].last_seen) >= {"at", "programs"}

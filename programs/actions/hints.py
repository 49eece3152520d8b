"""After a commit, ring the bell: ask the queue to recompute a program.

A hint may be lost: the program's `revision` is ahead of its `analysed_revision` until somebody computes it, and the tick
looks for that. So nothing here waits, nothing here fails a request, and a program is named at most once a second per process.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from typing import TYPE_CHECKING

from celery import current_app
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs.models import Program

log = logging.getLogger("longpole.hints")

RECOMPUTE = "programs.recompute"
FORECAST = "programs.forecast"
FORECAST_PART = "programs.forecast_part"
TELL = "programs.tell"
PAUSE = 1.0  # seconds between two hints for one program
ODDS = 3.0  # the same for how sure its dates are, which is looked at less often than the dates
QUIET = 5.0  # seconds without a save before what was answered at once is completed
REST = 5.0  # seconds without a try after the queue could not be reached; the tick works meanwhile
LAST_WORDS = 2.0  # seconds a process that ends may spend on hints not yet sent


def recompute(program: Program | int) -> None:
    """Ask for a new analysis once the running transaction is committed; at once when there is none."""
    program_id = program if isinstance(program, int) else program.pk

    def ring() -> None:
        bell.ring(program_id)

    transaction.on_commit(ring, robust=True)


def settle(program_id: int) -> None:
    """Ask for what an answer at once leaves out, when the program has been quiet for a while; the tick finds it anyway."""
    bell.postpone(program_id)


def forecast(program_id: int) -> None:
    """Ask how sure the dates of a program are, now that they are known."""
    forecaster.ring(program_id)


def forecast_part(part_id: int) -> None:
    """Ask for some of the runs of a large forecast, once they are written down."""

    def ring() -> None:
        parter.ring(part_id)

    transaction.on_commit(ring, robust=True)


def tell() -> None:
    """Ask for the people to be told of what a committed transaction kept for them."""
    crier.ring(0)


class Bell:
    """Sends hints from a thread of its own, so that a queue that does not answer keeps no request waiting."""

    def __init__(self, send: Callable[[int], bool], *, pause: float = PAUSE, rest: float = REST, quiet: float = QUIET) -> None:
        self.send, self.pause, self.rest, self.quiet = send, pause, rest, quiet
        self._due: dict[int, float] = {}  # program -> when it may be named
        self._put_off: set[int] = set()  # those that are due only when it is quiet
        self._named: dict[int, float] = {}  # program -> when it last was
        self._busy = False
        self._quiet_until = 0.0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ring(self, program_id: int) -> None:
        """Name this program soon. Several rings within the pause are one."""
        with self._changed:
            if program_id not in self._due or program_id in self._put_off:
                self._put_off.discard(program_id)
                self._due[program_id] = self._named.get(program_id, -self.pause) + self.pause
            self._wake()

    def postpone(self, program_id: int) -> None:
        """Name this program once nobody has asked for it for `QUIET`; a ring meanwhile goes first."""
        with self._changed:
            if program_id not in self._due or program_id in self._put_off:
                self._put_off.add(program_id)
                self._due[program_id] = time.monotonic() + self.quiet
            self._wake()

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._busy = False
            self._thread = threading.Thread(target=self._work, name="hints", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def finish(self, within: float = LAST_WORDS) -> bool:
        """Send what is waiting without its pause, and say whether that was done in time."""
        with self._changed:
            self._due = dict.fromkeys(self._due, 0.0)
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._due and not self._busy, timeout=within)

    def _work(self) -> None:
        while True:
            program_id = self._next()
            if time.monotonic() >= self._quiet_until and not self.send(program_id):
                self._quiet_until = time.monotonic() + self.rest
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> int:
        """Wait until a program may be named, and take it off the list."""
        with self._changed:
            while True:
                program_id = min(self._due, key=self._due.__getitem__, default=None)
                now = time.monotonic()
                if program_id is not None and self._due[program_id] <= now:
                    del self._due[program_id]
                    self._put_off.discard(program_id)
                    self._named[program_id] = now
                    self._busy = True
                    return program_id
                self._changed.wait(None if program_id is None else self._due[program_id] - now)


def send(program_id: int) -> bool:
    """Put one message on the queue; whether that worked. What failed is logged, never raised."""
    return _send(RECOMPUTE, {"program_id": program_id})


def _send(task: str, ids: dict[str, int]) -> bool:
    try:
        current_app.send_task(task, kwargs=ids, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - whatever a broker raises, the edit is saved and the tick will find it
        log.warning("No hint for %s %s, the next tick finds it: %s: %s", task, ids, type(error).__name__, error)
        return False
    return True


def send_forecast(program_id: int) -> bool:
    """Ask for the odds of one program; whether that worked."""
    return _send(FORECAST, {"program_id": program_id})


def send_forecast_part(part_id: int) -> bool:
    """Ask for some runs; whether that worked."""
    return _send(FORECAST_PART, {"part_id": part_id})


def send_tell(_anybody: int) -> bool:
    """Ask for the people to be told of what happened; whether that worked."""
    return _send(TELL, {})


bell, crier = Bell(send), Bell(send_tell)
forecaster, parter = Bell(send_forecast, pause=ODDS), Bell(send_forecast_part)
BELLS = (bell, forecaster, parter, crier)
for each in BELLS:
    atexit.register(each.finish)

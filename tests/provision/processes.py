"""Start a process that cannot outlive the tests, and end it by its own id."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import psutil

from tracker.run.processes import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

PATIENCE = 20.0


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
    ends_on: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start one process in its own group, its words in `log`; it is ended when the tests are, however they end."""
    with log.open("ab") as words:
        return subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            preexec_fn=die_with_parent(ends_on),
        )


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the process and everything it started."""
    with contextlib.suppress(psutil.Error):
        head = psutil.Process(process.pid)
        return [head, *head.children(recursive=True)]
    return []


def kill(process: subprocess.Popen[bytes], *, whole_family: bool = True) -> None:
    """End it as a power cut does."""
    for each in family(process) if whole_family else family(process)[:1]:
        with contextlib.suppress(psutil.Error):
            each.kill()
    process.wait(PATIENCE)


def stop(process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGTERM) -> None:
    """Ask it to end, and kill it when it does not."""
    if process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        kill(process)


def wait_until(true: Callable[[], bool], *, what: str, seconds: float = PATIENCE, every: float = 0.02) -> None:
    """Wait for something to become true; fail in words when it does not."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            message = f"waited {seconds:g} s for {what}"
            raise TimeoutError(message)
        time.sleep(every)

"""Children that never outlive their parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PR_SET_PDEATHSIG = 1


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the system (Linux) to signal this process when its parent ends, also when the parent is killed -9."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(how))


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return what a child runs before it becomes its program, so that it cannot outlive this process."""
    parent = os.getpid()

    def before_exec() -> None:
        end_with_parent(how)
        if os.getppid() != parent:  # it ended in between
            os.kill(os.getpid(), how)

    return before_exec


def start(command: Sequence[str], *, keep_open: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start one child in a group of its own, so that Ctrl-C reaches only the supervisor and the whole group can be ended."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=keep_open,
        start_new_session=True,
        preexec_fn=die_with_parent(),
    )


def signal_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Send a signal to the child and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, how)


def group_lives(process: subprocess.Popen[bytes]) -> bool:
    """Whether the child or anything it started is still there."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def ask(process: subprocess.Popen[bytes]) -> None:
    """Ask the child to stop; it tells what it started."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()


def end(process: subprocess.Popen[bytes], *, patience: float) -> bool:
    """Ask the child to stop, wait, and then kill what is left of its group. Return whether asking was enough."""
    ask(process)
    deadline = time.monotonic() + patience
    while group_lives(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    obeyed = not group_lives(process)
    signal_group(process, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
    return obeyed

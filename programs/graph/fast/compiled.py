"""The optional accelerator: whether it is there, and loading it so that nobody waits for it.

Kernels are compiled once per machine and kept on disk beside the sources (or in NUMBA_CACHE_DIR). Loading them takes a fraction
of a second, compiling them some seconds; both happen away from whoever asks: until the kernels are ready, the standard library
answers, with the same answers.
"""

from __future__ import annotations

import logging
import os
import platform
import subprocess
import sys
import threading
from collections.abc import Callable
from fcntl import LOCK_EX, flock
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TypeVar, cast

log = logging.getLogger("longpole.graph")

Function = TypeVar("Function", bound=Callable[..., object])

_HERE = Path(__file__).resolve().parent
KERNELS = ("plain_kernels", "reach_kernels", "slip_kernels", "exact_kernels", "simulation_kernels")


class _State:
    """What this process has loaded; `allowed` is for tests and for machines that must not compile."""

    def __init__(self) -> None:
        self.allowed = True
        self.loaded: dict[str, ModuleType] = {}
        self.thread: threading.Thread | None = None
        self.lock = threading.Lock()
        self.importing = threading.RLock()  # two threads that import numpy at once may each see half of it


_state = _State()


def jit(function: Function) -> Function:
    """Compile one kernel: kept on disk, without the interpreter's lock, unsigned-friendly, unchecked bounds."""
    from numba import njit

    return cast("Function", njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")(function))


def inlined(function: Function) -> Function:
    """Compile one step of a kernel into whoever calls it: a call that hands over arrays costs more than most steps."""
    from numba import njit

    return cast("Function", njit(inline="always", error_model="numpy")(function))


def available() -> bool:
    """Whether the accelerator is installed and wanted."""
    return _state.allowed and find_spec("numba") is not None


def ready(name: str) -> ModuleType | None:
    """The kernels of that name when they are loaded; None while they are not, and loading begins."""
    if not _state.allowed:
        return None
    module = _state.loaded.get(name)
    if module is None:
        start()
    return module


def start() -> None:
    """Begin to load the kernels in a thread of their own; compile them in a process of their own where that is still to do."""
    with _state.lock:
        if _state.thread is None and available():
            _state.thread = threading.Thread(target=_load, name="kernels", daemon=True)
            _state.thread.start()


def load() -> bool:
    """Load every kernel now, compiling what is not on disk yet; False when there is no accelerator."""
    if not available():
        return False
    with _state.importing:
        for name in KERNELS:
            if name not in _state.loaded:
                module = import_module(f"programs.graph.fast.{name}")
                module.warm()
                _state.loaded[name] = module
    return True


def numpy() -> ModuleType | None:
    """The whole of numpy, which another thread may be loading just now; None where it is not installed."""
    if find_spec("numpy") is None:
        return None
    with _state.importing:
        return import_module("numpy")


def allow(wanted: bool) -> None:
    """Use the accelerator, or do as if it were not installed."""
    _state.allowed = wanted


def compile_all() -> None:
    """Compile what is not on disk yet and note that it is there. Of several processes at once one works, the others wait."""
    try:
        with (_place() / "kernels.txt").open("a+") as note:
            flock(note, LOCK_EX)
            if not compiled_already() and load():
                note.truncate(0)
                note.write(_edition())
    except (OSError, ImportError):  # a place where nothing can be written, or nothing to compile with
        load()


def compiled_already() -> bool:
    """Whether these very kernels were compiled on this machine before, so that loading them is quick."""
    try:
        return (_place() / "kernels.txt").read_text() == _edition()
    except (OSError, ImportError):
        return False


def _place() -> Path:
    """The folder compiled kernels are kept in."""
    return Path(os.environ.get("NUMBA_CACHE_DIR") or _HERE / "__pycache__")


def _edition() -> str:
    """What the compiled kernels hang on: the machine, Python, the compiler, the sources."""
    sources = [(name, (_HERE / f"{name}.py").stat().st_mtime_ns) for name in KERNELS]
    return repr((platform.node(), platform.machine(), sys.version, version("numba"), sources))


def _load() -> None:
    if not compiled_already():
        command = [sys.executable, "-m", "programs.graph.fast.compiled"]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=False, cwd=_HERE.parents[2], **quiet)  # type: ignore[call-overload]
    try:
        load()
    except Exception as error:  # noqa: BLE001 - whatever an optional package does, the standard library answers
        log.warning("Nothing is compiled, plain Python computes: %s: %s", type(error).__name__, error)


if __name__ == "__main__":
    import_module("programs.graph.fast.compiled").compile_all()

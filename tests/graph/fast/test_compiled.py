"""The accelerator loads by itself, away from whoever asks, and nothing needs it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

from programs.graph.fast import compiled

PROGRAM = """
import sys, time
from random import Random
from programs.graph.fast import compiled, exact
from programs.graph.solution import solve
from tests.bench import networks
"""


def run(code: str, **environment: str) -> str:
    """What a fresh process says."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + code], cwd=settings.BASE_DIR, env={**os.environ, **environment}, capture_output=True,
        text=True, check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_nobody_waits_for_a_compiler_and_the_answers_stay_the_same(accelerated):
    said = run("""
snapshot = networks.whole(400)
assert "numba" not in sys.modules
first = solve(snapshot)
assert first.compiled is None
compiled._state.thread.join()
then = solve(snapshot)
assert then.compiled is not None
print(first.early.ef == then.early.ef and first.total == then.total)
""")
    assert said == "True"


def test_what_was_compiled_before_is_only_loaded(accelerated):
    said = run("""
compiled.compile_all()
assert compiled.compiled_already()
def starts(*_args, **_kwargs):
    raise AssertionError("a process to compile in")
compiled.subprocess.run = starts
solve(networks.whole(400))
compiled._state.thread.join()
print(solve(networks.whole(400)).compiled is not None)
""")
    assert said == "True"


def test_kernels_of_another_edition_are_compiled_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert not compiled.compiled_already()
    (tmp_path / "kernels.txt").write_text(compiled._edition())
    assert compiled.compiled_already()
    monkeypatch.setattr(compiled.sys, "version", "3.99")
    assert not compiled.compiled_already()


def test_nobody_is_given_half_of_numpy():
    """Whoever needs it while the kernels are being imported waits for the whole of it."""
    said = run("""
import threading
found = []
with compiled._state.importing:
    waiting = threading.Thread(target=lambda: found.append(compiled.numpy()))
    waiting.start()
    waiting.join(0.2)
    print(len(found))
waiting.join()
print(found[0].__name__)
""")
    assert said.split() == ["0", "numpy"]


def test_without_the_accelerator_everything_works():
    said = run("""
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "numba":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Gone())
compiled.find_spec = lambda name: None
assert not compiled.load()
solution = solve(networks.whole(400))
assert solution.compiled is None
print(len(solution.total))
""")
    assert said == "400"


@pytest.mark.parametrize("broken", ["raise ImportError('no compiler')"])
def test_a_broken_accelerator_is_left_alone(broken):
    said = run(f"""
def fails():
    {broken}
compiled.load = fails
compiled.subprocess.run = lambda *_, **__: None
solution = solve(networks.whole(400))
if compiled._state.thread:
    compiled._state.thread.join()
print(solution.compiled, solve(networks.whole(400)).compiled)
""")
    assert said == "None None"

"""The accelerator, loaded before anything is compared; where it is not installed only the standard library is tested."""

from __future__ import annotations

import pytest

from programs.graph.fast import compiled


@pytest.fixture(scope="session", autouse=True)
def loaded() -> bool:
    return compiled.load()


@pytest.fixture
def without(loaded):
    """A plan made in here runs on the standard library."""
    compiled.allow(False)
    yield
    compiled.allow(True)


@pytest.fixture
def accelerated(loaded):
    if not loaded:
        pytest.skip("numba is not installed (pip install longpole[fast])")

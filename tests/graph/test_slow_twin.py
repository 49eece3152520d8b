"""Zero differences from the slow obvious solver, on a thousand random networks."""

from __future__ import annotations

from random import Random

import pytest

from programs.graph.analyse import analyse
from tests.graph.random_plans import anything
from tests.graph.slow import Slow

FIELDS = ("early_start", "early_finish", "late_start", "late_finish", "total_float", "free_float")


@pytest.mark.parametrize("block", range(10))
def test_the_same_dates_and_floats_day_by_day(block):
    for seed in range(block * 100, block * 100 + 100):
        snapshot = anything(Random(seed))
        timings = analyse(snapshot).timings
        for key, want in Slow(snapshot).answer().items():
            got = tuple(getattr(timings[key], name) for name in FIELDS)
            assert got == want, f"network {seed}, activity {key}"

"""The exact engine's work grows with the plan, not with its square: it runs inside a save. `make bench` measures."""

from __future__ import annotations

from time import process_time

import pytest

from programs.graph.analyse import analyse
from programs.graph.types import Snapshot
from tests.graph.plans import SHARED, bundle


def spent(snapshot: Snapshot) -> float:
    """Processor time of one analysis with every reason, the better of two."""
    taken = []
    for _turn in range(2):
        started = process_time()
        analysis = analyse(snapshot)
        taken.append(process_time() - started)
        assert len(analysis.timings) == sum(a.state != "dropped" for a in snapshot.activities)
    return min(taken)


@pytest.mark.skipif(not SHARED.exists(), reason="the reference data is not beside the checkout")
def test_six_times_the_plan_takes_little_more_than_six_times_the_work():
    one, six = (spent(bundle("kubernetes-enhancements", copies)) for copies in (1, 6))
    assert six < 18 * one

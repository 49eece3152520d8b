"""The exact engine stays quick enough to run inside a save; the bars are generous, `make bench` measures."""

from __future__ import annotations

from time import process_time

import pytest

from programs.graph.analyse import analyse
from tests.graph.plans import SHARED, bundle


@pytest.mark.skipif(not SHARED.exists(), reason="the reference data is not beside the checkout")
@pytest.mark.parametrize(("copies", "seconds"), [(1, 1.5), (6, 8.0)])
def test_a_large_plan_with_every_reason(copies, seconds):
    snapshot = bundle("kubernetes-enhancements", copies)
    started = process_time()
    analysis = analyse(snapshot)
    assert process_time() - started < seconds
    assert len(analysis.timings) == sum(a.state != "dropped" for a in snapshot.activities)

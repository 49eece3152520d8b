"""The demo program gives exactly what the reference pages show."""

from __future__ import annotations

from datetime import date

import pytest

from programs.graph.analyse import analyse
from programs.graph.phrases import say
from tests.graph.plans import SHARED, demo

pytestmark = pytest.mark.skipif(
    not (SHARED / "design" / "demo-data.json").exists(), reason="the reference demo data is not beside the checkout"
)


@pytest.fixture(scope="module")
def solved():
    snapshot, ids, expected = demo()
    return analyse(snapshot), ids, expected


def test_every_forecast_float_and_needed_by(solved):
    analysis, ids, expected = solved
    got = {
        key: (str(t.early_finish), t.total_float, str(t.needed_by))
        for key, t in ((key, analysis.timings[ids[key]]) for key in expected["milestones"])
    }
    want = {key: (row["forecast"], row["float"], row["needed_by"]) for key, row in expected["milestones"].items()}
    assert len(want) == 31
    assert got == want


def test_finish_and_critical_path(solved):
    analysis, ids, expected = solved
    frame = analysis.frames[1]
    assert frame.finish == date.fromisoformat(expected["forecast_finish"])
    assert frame.days_late == expected["working_days_late"]
    assert frame.critical_path == tuple(ids[key] for key in expected["critical_path"])
    assert {i for i, t in analysis.timings.items() if t.critical} == set(frame.critical_path)


def test_next_in_line(solved):
    analysis, ids, _ = solved
    keys = {i: key for key, i in ids.items()}
    shown = [(days, [keys[i] for i in chain]) for days, chain in analysis.frames[1].near_paths]
    assert shown[:3] == [(3.0, ["LED-5", "MIG-5", "MIG-6", "REC-5"]), (6.0, ["API-4", "API-5", "CHK-5"]), (9.0, ["MIG-4"])]
    assert len(shown) == 5


def test_blockers_by_days_added(solved):
    analysis, ids, expected = solved
    assert {f"B-{cost.id}": cost.days_added for cost in analysis.obstacles} == expected["blocker_days_added"]
    assert analysis.obstacles[0].id == 31
    assert analysis.timings[ids["SEC-3"]].waiting_behind == expected["blast_radius"]["SEC-3"]


def test_reasons_read_as_sentences(solved):
    analysis, ids, _ = solved
    assert (
        say(analysis.timings[ids["CUT-4"]].critical_why)
        == "Critical: Cutover complete waits for it; each day here moves Cutover complete."
    )
    assert say(analysis.timings[ids["CRD-5"]].critical_why) == (
        "Critical: Cutover complete waits for it, through Go / no-go decision; each day here moves Cutover complete."
    )
    assert (
        say(analysis.timings[ids["API-4"]].critical_why)
        == "Not critical: 6 working days of float before Go / no-go decision needs it."
    )
    assert say(analysis.timings[ids["SEC-3"]].start_why) == "Waits until its blocker clears on 2027-03-10."

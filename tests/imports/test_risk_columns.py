"""Risks with numbers come in, go out and are taken back: percent, days, what they strike, and the blocker that came of one."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from programs.actions import imports
from programs.intake import writing
from programs.models import Blocker, Dependency, Milestone, Risk, Strike
from programs.queries import exports
from programs.queries.risks import struck_by
from tests.imports.bundles import apply, bundle, codes, links, milestones

pytestmark = pytest.mark.django_db
RISK = {
    "id": "r1",
    "program_id": "P",
    "title": "The vendor goes",
    "milestone_id": "a",
    "probability": 4,
    "x_kind": "issue",
    "x_chance": 35,
    "x_days_low": 2,
    "x_days_high": 10,
    "x_trigger": "No answer by mail",
    "x_trigger_on": "2026-04-01",
    "x_response_text": "Ask another one",
    "x_residual_probability": 1,
    "x_residual_impact": 2,
    "x_residual_chance": 5,
    "x_milestone_ids": ["b"],
    "x_link_ids": ["a>b"],
}
PLAN = {"milestones": milestones("a", "b", "c"), "dependencies": links("a>b", "b>c")}
BLOCKERS = [{"id": "b1", "milestone_id": "a", "title": "It went", "x_risk_id": "r1"}]


def risk(**changes):
    """The risk as a cell-by-cell row: lists are JSON text."""
    return {name: json.dumps(value) if isinstance(value, list) else value for name, value in {**RISK, **changes}.items()}


def test_every_column_goes_in_and_comes_out_the_same(tess):
    apply(bundle(**PLAN, risks=[risk()], blockers=BLOCKERS))
    made = Risk.objects.get()
    assert (made.key, made.chance, made.days_low, made.days_high, made.residual_chance) == ("I-4", 35, 2, 10, 5)
    assert [one.pk for one in struck_by(made)] == [
        Milestone.objects.get(name="Name of b").pk,
        Dependency.objects.get(source_id="a>b").pk,
    ]
    assert Blocker.objects.get().risk == made
    out = json.loads(writing.single(exports.bundle(list(exports.programs_named(["P"])[0]), today=timezone.now().date())))
    row = out["risks"][0]
    assert {name: row[name] for name in RISK} == risk()
    assert out["blockers"][0]["x_risk_id"] == "r1"
    again = apply(json.dumps(out).encode())
    assert not any(again.report["updated"].values())
    assert not any(again.report["created"].values())


def test_what_a_risk_strikes_changes_and_is_taken_back(tess):
    apply(bundle(**PLAN, risks=[risk()]))
    run = apply(bundle(**PLAN, risks=[risk(x_milestone_ids=["c"], x_link_ids=[])]))
    assert list(Strike.objects.values_list("milestone__name", "dependency")) == [("Name of c", None)]
    imports.undo(run=run, by=None, at=timezone.now())
    assert {(one.milestone and one.milestone.name, bool(one.dependency)) for one in Strike.objects.all()} == {
        ("Name of b", False),
        (None, True),
    }


def test_what_points_to_nothing_is_said_and_left_out(tess):
    run = apply(
        bundle(
            **PLAN, risks=[risk(x_milestone_ids=["b", "gone"], x_link_ids=["c>d"])], blockers=[{**BLOCKERS[0], "x_risk_id": "r9"}]
        )
    )
    assert codes(run).count("dangling_reference") == 3
    assert Strike.objects.get().milestone.name == "Name of b"
    assert Blocker.objects.get().risk is None

"""`manage.py analyse`: the whole answer with the ids of the outside world."""

import json
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from programs.models import Dependency, Milestone

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(program):
    rows = [("api", 3, "X/api"), ("app", 2, "X/app"), ("launch", 0, None)]
    made = [
        Milestone.objects.create(
            program=program, key=key, name=key.title(), duration_days=days, source="x", source_id=outside, owner=program.owner
        )
        for key, days, outside in rows
    ]
    for before, after in pairwise(made):
        Dependency.objects.create(predecessor=before, successor=after)
    return made


def run(capsys, *words):
    call_command("analyse", *words, "--as-of", "2026-03-02", "--json")
    return json.loads(capsys.readouterr().out)


def test_the_json_has_every_promised_part(program, plan, capsys):
    found = run(capsys, program.slug)
    assert found["critical_path"] == ["X/api", "X/app", "launch"]
    assert found["finish"] == "2026-03-09"
    assert set(found) >= {"program", "as_of", "target", "finish", "health", "critical_path", "milestones", "blockers", "flags"}
    assert found["milestones"]["X/app"] == {
        "early_start": "2026-03-06",
        "early_finish": "2026-03-09",
        "late_start": "2026-03-06",
        "late_finish": "2026-03-09",
        "total_float_days": 0.0,
        "free_float_days": 0.0,
        "critical": True,
        "why": "Critical: Launch waits for it; each day here moves Launch.",
    }


@pytest.mark.parametrize("target", ["X/app", "app"])
def test_a_target_by_key_or_id(program, plan, capsys, target):
    found = run(capsys, program.slug, "--target", target)
    assert (found["target"], found["critical_path"]) == ("X/app", ["X/api", "X/app"])


def test_everything_as_one_network(program, plan, capsys):
    found = run(capsys, "--all")
    assert (found["program"], found["finish"]) == ("all", "2026-03-09")
    assert set(found["milestones"]) == {"X/api", "X/app", "atlas/launch"}


def test_an_empty_database_is_not_an_error(db, capsys):
    assert run(capsys, "--all")["milestones"] == {}


def test_unknown_names_are_refused_in_words(program):
    with pytest.raises(CommandError, match="There is no program “mars”"):
        call_command("analyse", "mars")
    with pytest.raises(CommandError, match="no milestone with the key or id “NOPE”"):
        call_command("analyse", program.slug, "--target", "NOPE")


def test_words_for_people(program, plan, capsys):
    call_command("analyse", program.slug, "--as-of", "2026-03-02")
    told = capsys.readouterr().out
    assert "Critical path" in told
    assert "each day here moves Launch" in told

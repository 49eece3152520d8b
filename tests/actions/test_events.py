"""The history: what is noted, in which words, and that every kind is documented."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from programs.actions import events, values
from programs.models import Event, Milestone, Program, Said
from tests.cast import NINE, milestone

GUIDE = Path(settings.BASE_DIR) / "docs" / "guide" / "events.md"
WRITERS = {"record", "record_changes", "draft", "tell", "_note"}


def documented() -> set[str]:
    return set(re.findall(r"^\| ([a-z]+\.[a-z_]+) \|", GUIDE.read_text(), re.MULTILINE))


def kinds_in_code() -> set[str]:
    """Every kind that code hands to a function that writes events."""
    found = set()
    for path in (Path(settings.BASE_DIR) / "programs").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "kind")]
            if name in WRITERS or name == "Event":
                found |= {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return {kind for kind in found if re.fullmatch(r"[a-z]+\.[a-z_]+", kind)}


def test_every_kind_is_documented_and_nothing_else_is():
    assert documented() == events.KINDS


def test_every_kind_that_code_writes_is_documented():
    used = kinds_in_code()
    assert {"milestone.created", "dependency.linked", "blocker.opened"} <= used
    assert used <= documented()


def test_an_unknown_kind_is_a_mistake_of_ours(program, tess):
    with pytest.raises(ValueError, match=r"docs/guide/events\.md"):
        events.record("milestone.exploded", by=tess, at=NINE, program=program, subject=program)


def test_a_note_knows_its_milestone_and_keeps_the_name(program, tess):
    api = milestone(program, "API")
    note = events.record("milestone.changed", by=tess, at=NINE, program=program, subject=api, field="name", old="A", new="API")
    assert (note.milestone, note.subject_type, note.subject_id, note.subject_name) == (api, "milestone", api.pk, "SK-1 API")
    api.delete()
    note.refresh_from_db()
    assert (note.milestone, note.subject_name) == (None, "SK-1 API")


def test_columns_that_only_follow_another_are_not_noted(program, tess):
    changed = {"status": ("not_started", "done"), "status_raw": ("todo", ""), "said_on": (None, NINE.date())}
    batch = events.record_changes("milestone.changed", changed, by=tess, at=NINE, program=program, subject=milestone(program))
    assert list(Event.objects.values_list("field", "batch")) == [("status", batch)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        ("", ""),
        (True, "yes"),
        (False, "no"),
        (Decimal("2.5000"), "2.5"),
        (Decimal(100), "100"),
        (Decimal(0), "0"),
        (date(2027, 3, 5), "2027-03-05"),
        (time(8, 30), "08:30:00"),
        (datetime(2027, 3, 5, 8, tzinfo=UTC), "2027-03-05T08:00:00+00:00"),
        (["audit", "api"], "audit, api"),
        ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
        (Said.AT_RISK, "at_risk"),
        (Milestone(key="SEC-3", name="Pen test"), "SEC-3 Pen test"),
        (Program(name="Atlas"), "Atlas"),
    ],
)
def test_values_as_words(value, words):
    assert values.readable(value) == words

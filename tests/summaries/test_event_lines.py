"""Notes of the history as sentences."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from programs.actions.events import KINDS
from programs.summaries.event_lines import entries, event_line


@dataclass
class Note:
    kind: str
    subject_name: str = "SEC-3 Penetration test"
    field: str = ""
    old: str = ""
    new: str = ""
    note: str = ""
    batch: Any = None
    by: Any = None
    at: datetime = datetime(2027, 3, 2, 16, 20, tzinfo=UTC)


def said(kind, **facts):
    return event_line(Note(kind, **facts)).say(day=lambda day: f"{day.day} {day:%b}")


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize(
    "facts", [{}, {"field": "target_date", "old": "2027-03-05", "new": "2027-03-10"}, {"field": "x", "new": "{odd} %s"}]
)
def test_every_kind_is_a_sentence(kind, facts):
    words = said(kind, **facts)
    assert words
    assert "{subject}" not in words
    assert not words.endswith(".")


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        (
            "blocker.changed",
            {"subject_name": "B-31", "field": "expected_clear", "old": "2027-03-05", "new": "2027-03-10"},
            "Expected clear date of B-31 moved from 5 Mar to 10 Mar",
        ),
        ("milestone.said", {"new": "at_risk"}, "SEC-3 Penetration test set to at risk"),
        ("milestone.done", {}, "SEC-3 Penetration test is done"),
        (
            "milestone.changed",
            {"field": "owner", "old": "Eli", "new": "Tess"},
            "Owner of SEC-3 Penetration test changed from Eli to Tess",
        ),
        ("milestone.changed", {"field": "target_date", "new": "2027-03-10"}, "Target of SEC-3 Penetration test set to 10 Mar"),
        ("milestone.changed", {"field": "team", "old": "Core"}, "Team of SEC-3 Penetration test taken away, was Core"),
        (
            "milestone.changed",
            {"field": "description", "old": "x" * 90, "new": "y"},
            "Description of SEC-3 Penetration test rewritten",
        ),
        (
            "milestone.changed",
            {"field": "status", "old": "in_progress", "new": "blocked"},
            "Status of SEC-3 Penetration test changed from in progress to blocked",
        ),
        ("risk.created", {"subject_name": "R-17 June sale"}, "New risk: R-17 June sale"),
        (
            "analysis.finish_moved",
            {"old": "Wed 16 Jun 2027", "new": "Mon 21 Jun 2027"},
            "Forecast moved from Wed 16 Jun 2027 to Mon 21 Jun 2027",
        ),
        ("analysis.finish_moved", {"new": "Mon 21 Jun 2027"}, "First forecast: Mon 21 Jun 2027"),
        ("analysis.health_changed", {"old": "at_risk", "new": "off_track"}, "Health changed from at risk to off track"),
    ],
)
def test_sentences(kind, facts, words):
    assert said(kind, **facts) == words


def test_text_of_people_is_never_a_template():
    assert said("milestone.changed", field="name", old="{subject}", new="{old.__class__}") == (
        "Name of SEC-3 Penetration test changed from {subject} to {old.__class__}"
    )


def test_what_was_done_at_once_is_told_once_by_its_most_telling_note():
    found = entries(
        [
            Note("update.written", batch="a"),
            Note("milestone.changed", batch="a", field="said_on", new="2027-03-02"),
            Note("milestone.said", batch="a", new="on_track"),
            Note("risk.created", batch="b"),
        ],
        most=5,
    )
    assert [(entry.event.kind, entry.more) for entry in found] == [("milestone.said", 2), ("risk.created", 0)]


def test_notes_without_a_batch_stand_alone_and_the_list_is_short():
    found = entries([Note("risk.created") for _ in range(9)], most=4)
    assert [entry.more for entry in found] == [0, 0, 0, 0]

"""Pumps killed in the middle of sending: with evidence nothing is lost and nothing doubled."""

from __future__ import annotations

import pytest

from tests.chaos.lab import kill_and_count, number


def test_with_the_relays_record_nothing_is_lost_and_nothing_doubled(alone, tmp_path, say):
    environment = alone | {"MAIL_RELAY_LOG": str(tmp_path / "relay.log")}
    count, kills = number("MAILS", 240), number("KILLS", 8)
    figures = kill_and_count(
        "ours", count=count, kills=kills, folder=tmp_path, environment=environment, patience=600 + kills * 8 + count * 0.1
    )
    say(figures)
    assert (figures.lost, figures.doubled, figures.unplanned) == (0, 0, 0)
    assert figures.states == {"sent": count}
    assert figures.kills.total() >= min(kills, 6)


def test_over_plain_smtp_nothing_is_lost(alone, tmp_path, say):
    """The guarantee without evidence: a copy may come twice, under the same Message-ID, but none is missing."""
    count, kills = number("PLAIN_MAILS", 120), number("PLAIN_KILLS", 4)
    figures = kill_and_count(
        "ours", count=count, kills=kills, folder=tmp_path, environment=alone, patience=600 + kills * 8 + count * 0.1
    )
    say(figures)
    assert (figures.lost, figures.unplanned) == (0, 0)
    assert figures.states == {"sent": count}


def test_the_naive_way_that_marks_at_the_end_doubles(alone, tmp_path, say):
    for seed in range(3):
        figures = kill_and_count("batch", count=120, kills=4, folder=tmp_path, environment=alone, patience=300, seed=seed)
        say(figures)
        if figures.doubled:
            return
    pytest.fail("the test has lost its teeth")


def test_the_naive_way_that_marks_first_loses(alone, tmp_path, say):
    for seed in range(3):
        figures = kill_and_count(
            "first", count=400, kills=7, folder=tmp_path, environment=alone, patience=300, pause=0, seed=seed
        )
        say(figures)
        if figures.lost:
            return
    pytest.fail("the test has lost its teeth")

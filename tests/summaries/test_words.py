"""Dates, days and names as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from programs.summaries import words

TODAY = date(2027, 3, 3)


@pytest.mark.parametrize(
    ("value", "said"),
    [(6.0, "6 working days late"), (1.0, "1 working day late"), (0.0, "on time"), (-2.0, "2 working days early"), (None, "")],
)
def test_late_and_early(value, said):
    assert words.late(value) == said


def test_a_half_day_keeps_its_half():
    assert words.late(2.5) == "2.5 working days late"


def test_the_year_only_when_it_is_another_one():
    assert words.day(date(2027, 6, 21), TODAY) == "Mon 21 Jun"
    assert words.day(date(2026, 12, 31), TODAY) == "Thu 31 Dec 2026"


def test_instants_are_said_at_the_readers_place():
    assert words.moment(datetime(2027, 3, 2, 23, 30, tzinfo=UTC), "Asia/Kolkata", TODAY) == "Wed 3 Mar, 05:00"
    assert words.moment(datetime(2027, 3, 2, 23, 30, tzinfo=UTC), "Gone/Away", TODAY) == "Tue 2 Mar, 23:30"


@pytest.mark.parametrize(
    "odd", ["a\r\nBcc: evil@x.test", "a\u2028b", "a\u0085b", "a\x00b", "a\u202eb", "a\ud800b", "a\x0b\x0cb", "\t a \n b "]
)
def test_a_line_is_one_line_that_no_mail_chokes_on(odd):
    said = words.line(odd)
    assert said == " ".join(said.split())
    assert said.isprintable()
    said.encode("utf-8")


def test_a_long_line_is_cut_with_an_ellipsis():
    assert words.line("x" * 500) == "x" * 119 + "…"
    assert words.line("x" * 120) == "x" * 120


def test_weekdays_in_words():
    assert words.weekday_names(frozenset(range(1, 8))) == "every day"
    assert words.weekday_names(frozenset({1, 3, 5})) == "every Monday, Wednesday and Friday"


def test_another_language_may_speak():
    with words.spoken(str.upper, lambda one, many, n: (one if n == 1 else many).upper()):
        assert words.health("off_track") == "OFF TRACK"
    assert words.health("off_track") == "Off track"

"""What moved between two analyses, and what that means."""

from __future__ import annotations

from datetime import date

from programs.graph.diff import Move, Room, Standing, move, root_of, worst_first
from programs.graph.types import DayCalendar

WEEK = DayCalendar()
FRIDAY, MONDAY, TUESDAY = date(2027, 3, 5), date(2027, 3, 8), date(2027, 3, 9)


def between(before: Standing, after: Standing, target: date | None = None) -> Move | None:
    return move(1, before, after, target=target, calendar=WEEK)


def test_counts_working_days_and_the_float_that_is_gone() -> None:
    found = between(Standing(FRIDAY, 7.0, Room.FREE), Standing(TUESDAY, 5.0, Room.TIGHT), target=MONDAY)
    assert found is not None
    assert (found.days, found.eaten, found.late, found.misses, found.makes) == (2, 2.0, 1, True, False)


def test_sees_a_class_that_changed_without_a_date() -> None:
    found = between(Standing(FRIDAY, 1.0, Room.TIGHT), Standing(FRIDAY, 0.0, Room.CRITICAL))
    assert found is not None
    assert found.days == 0


def test_says_nothing_of_float_inside_one_class_nor_of_what_has_no_date() -> None:
    assert between(Standing(FRIDAY, 9.0, Room.FREE), Standing(FRIDAY, 8.0, Room.FREE)) is None
    assert between(Standing(None, None, Room.OPEN), Standing(FRIDAY, 8.0, Room.FREE)) is None
    assert between(Standing(FRIDAY, 8.0, Room.FREE), Standing(None, None, Room.OPEN)) is None


def test_a_target_is_missed_or_made_once() -> None:
    late, later, early = (Standing(day, 1.0, Room.TIGHT) for day in (TUESDAY, date(2027, 3, 10), FRIDAY))
    worse, better = between(late, later, MONDAY), between(late, early, MONDAY)
    assert worse is not None
    assert not worse.misses
    assert better is not None
    assert better.makes


def test_the_worst_comes_first() -> None:
    missed = between(Standing(FRIDAY, 0.0, Room.CRITICAL), Standing(TUESDAY, 0.0, Room.CRITICAL), MONDAY)
    longer = move(2, Standing(FRIDAY, 0.0, Room.FREE), Standing(date(2027, 4, 1), 9.0, Room.FREE), target=None, calendar=WEEK)
    assert missed is not None
    assert longer is not None
    assert [one.item for one in worst_first([longer, missed])] == [1, 2]


def test_finds_the_change_behind_a_move() -> None:
    drivers = {5: (4, 3), 4: (2,), 3: (1,)}
    assert root_of(5, drivers, frozenset({1})) == 1
    assert root_of(5, drivers, frozenset({5})) == 5
    assert root_of(5, drivers, frozenset({1, 2})) == 2  # the tightest driver first
    assert root_of(5, drivers, frozenset({9})) is None

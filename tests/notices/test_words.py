"""What a notice and its letter say: a date that moved is not a room that changed, and not everybody can go on."""

from __future__ import annotations

from datetime import date

import pytest

from programs.graph.diff import Room, Standing, move
from programs.graph.types import DayCalendar
from programs.summaries.notices import Cleared, Said, Slip, cleared, letter, slip

TODAY, DAY, LATER = date(2027, 3, 1), date(2027, 3, 9), date(2027, 3, 16)
SIDES = {Room.CRITICAL: 0.0, Room.TIGHT: 3.0, Room.FREE: 23.0, Room.OPEN: None}


def told(before: Room, after: Room, *, day: date = DAY, **more: bool):
    sides = (Standing(DAY, SIDES[before], before), Standing(day, SIDES[after], after))
    moved = move(1, *sides, target=None, calendar=DayCalendar())
    assert moved is not None
    return slip(Slip("API", moved, None, (), **more), today=TODAY)


def title(kind: str, *said):
    rows = [Said(number, one, "Atlas", "you own it", "/p/atlas/m/A-1") for number, one in enumerate(said)]
    return letter(rows, kind=kind, of=len(rows), stop="", manage="").title


@pytest.mark.parametrize(
    ("before", "after", "says", "means"),
    [
        (Room.FREE, Room.TIGHT, "API is tight now, still Tue 9 Mar", "It is tight now: 3 working days of float."),
        (Room.TIGHT, Room.FREE, "API has room again, still Tue 9 Mar", "It has room again: 23 working days of float."),
        (Room.TIGHT, Room.OPEN, "API has room again, still Tue 9 Mar", ""),
        (Room.OPEN, Room.FREE, "API: still Tue 9 Mar", "Float left: 23 working days."),
        (
            Room.TIGHT,
            Room.CRITICAL,
            "API is critical now, still Tue 9 Mar",
            "It is critical now: each further day moves the finish.",
        ),
    ],
)
def test_room_that_changed_is_named(before, after, says, means):
    one = told(before, after)
    assert (one.title, one.means) == (says, means)


def test_a_date_that_moved_says_that_its_room_did_too():
    one = told(Room.FREE, Room.TIGHT, day=LATER)
    assert one.title == "API: Tue 16 Mar, was Tue 9 Mar"
    assert one.means == "5 working days later. It is tight now: 3 working days of float."
    assert told(Room.FREE, Room.FREE, day=LATER).means == "5 working days later. Float left: 23 working days."


def test_a_letter_does_not_say_that_a_date_moved_which_stays():
    moved, room = told(Room.FREE, Room.FREE, day=LATER), told(Room.FREE, Room.TIGHT)
    assert title("slip", moved) == "A date of yours moved"
    assert title("slip", room) == "The float of a milestone of yours changed"
    assert title("slip", room, room) == "The float of 2 milestones of yours changed"
    assert title("slip", moved, room, room) == "A date of yours moved, the float of 2 more changed"


def test_nobody_is_sent_on_while_another_blocker_stands():
    free = cleared(Cleared("No access", "API", "API", "Tess", DAY), today=TODAY)
    held = cleared(Cleared("No access", "API", "API", "Tess", DAY, goes_on=False), today=TODAY)
    assert title("cleared", free) == title("cleared", held, free).replace(" with 2 things", "") == "You can go on"
    assert title("cleared", held) == "A blocker is cleared, another still stands"
    assert title("cleared", told(Room.FREE, Room.FREE, day=LATER, halted=True)) == "A blocker is cleared, another still stands"

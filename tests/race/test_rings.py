"""People who link at the same moment never close a loop together, however many programs it runs through."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError

from programs.actions import dependencies
from programs.actions.errors import Refused
from programs.actions.loops import loop_through
from programs.models import Dependency, Milestone
from tests import cast
from tests.race.racing import Rounds

RACES = 300
NAIVE_RACES = 60


@pytest.fixture
def rings(transactional_db):
    """`rings(size, races)`: milestones of as many programs as the ring has places, and somebody who plans all of them."""
    planner = cast.person("Ada", is_admin=True)

    def draw(size: int, races: int) -> list[list[Milestone]]:
        programs = [cast.program(f"P{place}", tpm=planner) for place in range(size)]
        drawn = [
            Milestone.objects.bulk_create(Milestone(program=program, key=f"SK-{race}", name=f"{race}") for race in range(races))
            for program in programs
        ]
        return [[column[race] for column in drawn] for race in range(races)]

    draw.planner = planner
    return draw


def loops_in(rings_drawn: list[list[Milestone]]) -> int:
    """How many rings are closed."""
    links = set(Dependency.objects.values_list("predecessor_id", "successor_id"))
    return sum(all((a.pk, b.pk) in links for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) for ring in rings_drawn)


def ends(ring: list[Milestone], person: int) -> tuple[Milestone, Milestone]:
    return ring[person], ring[(person + 1) % len(ring)]


@pytest.mark.parametrize("size", [2, 4])
def test_exactly_one_is_refused_and_no_ring_is_closed(rings, size):
    drawn = rings(size, RACES)

    def link(person: int, race: int) -> Dependency:
        first, second = ends(drawn[race], person)
        return dependencies.link(predecessor=first, successor=second, by=rings.planner, at=cast.NINE)

    outcomes = Rounds(size).run(link, RACES)
    assert loops_in(drawn) == 0
    for race in outcomes:
        refused = [each for each in race if not isinstance(each, Dependency)]
        assert len(refused) == 1, race
        assert isinstance(refused[0], Refused)
        assert refused[0].code == "loop"
    assert Dependency.objects.count() == RACES * (size - 1)


@pytest.mark.parametrize("size", [2, 4])
def test_the_race_has_teeth_without_the_lock_rings_close(rings, size):
    """The same race, with the check but not the lock: if this closes no ring, the test above proves nothing."""
    drawn = rings(size, NAIVE_RACES)

    def link(person: int, race: int) -> str:
        first, second = ends(drawn[race], person)
        if loop_through(first.pk, second.pk):
            return "refused"
        time.sleep(0.001)  # what a request does between looking and writing
        Dependency.objects.create(predecessor=first, successor=second)
        return "linked"

    outcomes = Rounds(size).run(link, NAIVE_RACES)
    locked = sum(isinstance(each, OperationalError) for race in outcomes for each in race)
    assert loops_in(drawn) + locked > NAIVE_RACES // 4


def test_the_same_link_twice_at_the_same_moment_is_one_row(rings):
    drawn = rings(2, 40)

    def link(_person: int, race: int) -> Dependency:
        return dependencies.link(predecessor=drawn[race][0], successor=drawn[race][1], by=rings.planner, at=cast.NINE)

    for race in Rounds(4).run(link, 40):
        assert sum(isinstance(each, Dependency) for each in race) == 1
        assert {each.code for each in race if isinstance(each, Refused)} == {"duplicate"}

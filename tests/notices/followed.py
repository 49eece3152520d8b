"""A random program whose milestones have owners and followers: whom news concerns is tested on many of them."""

from __future__ import annotations

from random import Random
from typing import Any

from programs.models import Dependency, Follow, Membership, Milestone, Person, Program, Role
from tests import cast


def followed(rng: Random, milestones: int, **fields: Any) -> tuple[Program, list[Person], list[Milestone]]:
    """A TPM and three engineers, links forward, two milestones followed by each; `fields` are every milestone's."""
    people = [cast.person(f"P{n}") for n in range(4)]
    program = cast.program("Random", tpm=people[0])
    for who in people[1:]:
        Membership.objects.create(program=program, person=who, role=Role.ENGINEER)
    rows = [
        cast.milestone(program, f"m{n}", duration_days=rng.randint(0, 5), owner=rng.choice([None, *people]), **fields)
        for n in range(milestones)
    ]
    for n, after in enumerate(rows):
        for before in rng.sample(rows[:n], min(n, rng.randint(0, 2))):
            Dependency.objects.create(predecessor=before, successor=after)
    for who in people:
        for row in rng.sample(rows, 2):
            Follow.objects.create(person=who, milestone=row)
    return program, people, rows

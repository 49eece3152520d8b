"""No accepted edit is lost, no number is given twice, and nobody waits for somebody who waits for them."""

from __future__ import annotations

import random
import threading
from functools import partial

import pytest

from programs.actions import blockers, dependencies, milestones, risks
from programs.actions.errors import Refused, Stale
from programs.models import Blocker, Event, Milestone, Program, Workstream
from tests import cast
from tests.race.racing import Rounds, together

WRITERS, EDITS = 6, 100


@pytest.fixture
def row(transactional_db):
    """One milestone, in whose description six people write."""
    tess = cast.person("Tess")
    return cast.milestone(cast.program("Atlas", tpm=tess))


def test_every_edit_that_was_told_ok_is_kept(row):
    by = row.program.owner

    def write(person: int) -> list[str]:
        kept = []
        for number in range(EDITS):
            seen = Milestone.objects.get(pk=row.pk)  # the page this person looks at
            text = f"{seen.description} {person}.{number}"
            try:
                milestones.edit(milestone=seen, version=seen.version, changes={"description": text}, by=by, at=cast.NINE)
                kept.append(f"{person}.{number}")
            except Stale:  # both sides are shown to this person; nothing is overwritten
                continue
        return kept

    told_ok = [word for kept in together([partial(write, person) for person in range(WRITERS)]) for word in kept]
    row.refresh_from_db()
    assert sorted(row.description.split()) == sorted(told_ok)
    assert row.version == len(told_ok) + 1
    assert Event.objects.filter(kind="milestone.changed").count() == len(told_ok)
    assert Program.objects.get().revision == len(told_ok) + 1
    assert len(told_ok) >= EDITS


def test_the_race_has_teeth_without_the_version_edits_are_lost(row):
    def write(person: int) -> int:
        for number in range(EDITS):
            seen = Milestone.objects.get(pk=row.pk)
            seen.description += f" {person}.{number}"
            seen.save()
        return EDITS

    told_ok = sum(together([partial(write, person) for person in range(WRITERS)]))
    row.refresh_from_db()
    assert len(row.description.split()) < told_ok


def test_two_people_in_different_fields_both_win(row):
    by = row.program.owner
    both_have_looked = threading.Barrier(2)

    def save(person: int, number: int) -> Milestone:
        current = Milestone.objects.get(pk=row.pk)
        seen = {"name": current.name, "priority": current.priority}
        both_have_looked.wait(timeout=30)
        field = ("name", "priority")[person]
        changes = seen | {field: f"{field} {number}"}
        return milestones.edit(milestone=current, version=current.version, changes=changes, base=seen, by=by, at=cast.NINE)

    for race in Rounds(2).run(save, 40):
        assert all(isinstance(each, Milestone) for each in race), race
    row.refresh_from_db()
    assert (row.name, row.priority) == ("name 39", "priority 39")


def test_no_key_and_no_number_is_given_twice(row):
    program, by = row.program, row.program.owner
    sec = Workstream.objects.get(program=program)

    def add(person: int, number: int) -> str:
        if person < 2:
            return milestones.create(program=program, name=f"{person} {number}", workstream=sec, by=by, at=cast.NINE).key
        if person == 2:
            return milestones.create(program=program, name=f"{number}", by=by, at=cast.NINE).key
        return risks.create(program=program, title=f"{number}", by=by, at=cast.NINE).key

    keys = [key for race in Rounds(4).run(add, 25) for key in race]
    numbers = sorted(int(key[2:]) for key in keys if not key.startswith("SEC"))
    assert sorted(int(key[4:]) for key in keys if key.startswith("SEC")) == list(range(1, 51))
    assert numbers == list(range(1, 51))


def test_nobody_waits_for_somebody_who_waits_for_them(transactional_db):
    """Mixed actions on two programs with links between them: whatever meets, the locks are taken in one order."""
    ada = cast.person("Ada", is_admin=True)
    pool = [made for name in ("Atlas", "Borealis") for made in cast.sketch("a; b; c", cast.program(name, tpm=ada)).values()]
    dice = random.Random(7)
    plan = [[(dice.randrange(5), *dice.sample(range(len(pool)), 2)) for _number in range(40)] for _person in range(4)]

    def act(person: int, number: int) -> object:
        kind, one, other = plan[person][number]
        first = Milestone.objects.get(pk=pool[one].pk)
        if kind == 0:
            return dependencies.link(predecessor=first, successor=pool[other], by=ada, at=cast.NINE)
        if kind == 1:
            return blockers.block(milestone=first, title="No access", by=ada, at=cast.NINE)
        if kind == 2 and (held := Blocker.objects.filter(milestone=first, status="open").first()):
            return blockers.clear(blocker=held, by=ada, at=cast.NINE)
        if kind == 3:
            return milestones.edit(milestone=first, version=first.version, changes={"parent": pool[other]}, by=ada, at=cast.NINE)
        return milestones.still_the_same(milestone=first, by=ada, at=cast.NINE)

    outcomes = [each for race in Rounds(4).run(act, 40) for each in race]
    assert not [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, Refused | Stale)]
    for each in Milestone.objects.all():
        assert (each.status == "blocked") == Blocker.objects.filter(milestone=each, status="open").exists()

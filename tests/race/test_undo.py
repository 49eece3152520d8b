"""An undo and an edit at the same moment: one of them wins whole, and nothing that was told ok is lost."""

from __future__ import annotations

import time

import pytest

from programs.actions import deeds, dependencies, milestones
from programs.actions.errors import Refused, Stale
from programs.actions.loops import loop_through
from programs.actions.undoing.undo import Undone, undo
from programs.models import Dependency, Milestone, Step
from tests import cast
from tests.race.racing import Rounds

RACES = 40


@pytest.fixture
def ada(transactional_db):
    return cast.person("Ada", is_admin=True)


def rename(row: Milestone, name: str, by) -> object:
    with deeds.opened(at=cast.NINE) as deed:
        current = Milestone.objects.get(pk=row.pk)
        milestones.edit(milestone=current, version=current.version, changes={"name": name}, by=by, at=cast.NINE)
    return deed.batch


def test_an_edit_beside_its_undo_is_never_overwritten(ada):
    program = cast.program("Atlas", tpm=ada)
    rows = [cast.milestone(program, f"old {race}") for race in range(RACES)]
    batches = [rename(row, f"first {race}", ada) for race, row in enumerate(rows)]

    def act(person: int, race: int) -> object:
        if person == 0:
            return undo(batch=batches[race], by=ada, at=cast.NINE)
        current = Milestone.objects.get(pk=rows[race].pk)
        return milestones.edit(milestone=current, version=current.version, changes={"name": "mine"}, by=ada, at=cast.NINE)

    for race, (undone, edited) in enumerate(Rounds(2).run(act, RACES)):
        now = Milestone.objects.get(pk=rows[race].pk).name
        assert isinstance(undone, Undone | Refused), undone
        assert isinstance(edited, Milestone | Stale), edited
        if isinstance(edited, Milestone):
            assert now == "mine"  # whoever was told that it is saved finds it there
        else:
            assert (now, isinstance(undone, Undone)) == (f"old {race}", True)


def test_the_race_has_teeth_without_the_locks_an_edit_is_lost(ada):
    """The same race, with the look but without the lock: if this loses no edit, the test above proves nothing."""
    program = cast.program("Atlas", tpm=ada)
    rows = [cast.milestone(program, "first") for _race in range(RACES)]

    def act(person: int, race: int) -> object:
        current = Milestone.objects.get(pk=rows[race].pk)
        if person == 0:
            if current.name != "first":
                return "refused"
            time.sleep(0.005)  # what an undo does between looking and writing
            return Milestone.objects.filter(pk=current.pk).update(name="old")
        return milestones.edit(milestone=current, version=current.version, changes={"name": "mine"}, by=ada, at=cast.NINE)

    told_ok = [isinstance(edited, Milestone) for _undone, edited in Rounds(2).run(act, RACES)]
    lost = sum(ok and Milestone.objects.get(pk=row.pk).name != "mine" for ok, row in zip(told_ok, rows, strict=True))
    assert lost > 0


def test_of_two_undos_of_one_change_one_happens(ada):
    program = cast.program("Atlas", tpm=ada)
    rows = [cast.milestone(program, f"old {race}") for race in range(RACES)]
    batches = [rename(row, "new", ada) for row in rows]
    outcomes = Rounds(2).run(lambda _person, race: undo(batch=batches[race], by=ada, at=cast.NINE), RACES)
    for race in outcomes:
        assert sorted(type(each).__name__ for each in race) == ["Refused", "Undone"], race
    assert Step.objects.filter(undoes__isnull=False).count() == RACES


def test_a_link_that_returns_and_one_that_is_made_close_no_loop_together(ada):
    one, two = cast.program("Atlas", tpm=ada), cast.program("Borealis", tpm=ada)
    pairs = [(cast.milestone(one), cast.milestone(two)) for _race in range(RACES)]
    batches = []
    for first, second in pairs:
        link = Dependency.objects.create(predecessor=first, successor=second)
        with deeds.opened(at=cast.NINE) as deed:
            dependencies.unlink(dependency=link, by=ada, at=cast.NINE)
        batches.append(deed.batch)

    def act(person: int, race: int) -> object:
        first, second = pairs[race]
        if person == 0:
            return undo(batch=batches[race], by=ada, at=cast.NINE)
        return dependencies.link(predecessor=second, successor=first, by=ada, at=cast.NINE)

    for race, outcome in enumerate(Rounds(2).run(act, RACES)):
        refused = [each for each in outcome if isinstance(each, Refused)]
        assert len(refused) == 1, outcome
        assert "loop" in refused[0].message
        first, second = pairs[race]
        assert not (loop_through(first.pk, second.pk) and loop_through(second.pk, first.pk))

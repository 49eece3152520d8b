"""People save at the same moment: whoever looks afterwards sees the truth, or that it is being worked out. Never a wrong date."""

import random
import time
from contextlib import nullcontext

import pytest
from django.db.models import F

from programs.actions import analysis, answering, hints, milestones, plans
from programs.graph.analyse import analyse
from programs.models import Milestone, Program, Timing
from programs.queries.snapshots import cluster, network
from tests import cast
from tests.race.racing import Rounds

PEOPLE, ROUNDS = 4, 30


@pytest.fixture
def plan(transactional_db, monkeypatch):
    """A chain of milestones, one of them each person's own, and no queue that would repair anything."""
    monkeypatch.setattr(hints.bell, "ring", lambda program_id: None)
    monkeypatch.setattr(hints.bell, "postpone", lambda program_id: None)
    plans.forget_all()
    program = cast.program("Atlas", tpm=cast.person("Tess"))
    return cast.sketch(" > ".join(f"m{n}(1)" for n in range(PEOPLE)), program)


def race(plan):
    """Everybody saves longer and longer work; returns what was wrong although nobody said it was behind."""
    by = next(iter(plan.values())).program.owner
    wrong = []

    def save(person, number):
        own = plan[f"m{person}"].pk
        row = Milestone.objects.get(pk=own)
        milestones.edit(milestone=row, version=row.version, changes={"duration_days": number + 2}, by=by, at=cast.NINE)
        program = Program.objects.get(pk=row.program_id)
        if program.analysed_revision >= program.revision:
            timing = Timing.objects.get(pk=own)
            if (timing.forecast - timing.early_start).days < number + 1:
                wrong.append(("own save not seen", person, number))

    for number in range(ROUNDS):
        outcome = Rounds(PEOPLE).run(lambda person, _round, number=number: save(person, number), 1)
        assert outcome == [[None] * PEOPLE], outcome
        program = Program.objects.get()
        truth = analyse(network(cluster([program.pk]), as_of=cast.MONDAY).snapshot).timings
        stored = {row.pk: row.forecast for row in Timing.objects.all()}
        if program.analysed_revision >= program.revision and stored != {pk: one.early_finish for pk, one in truth.items()}:
            wrong.append(("stale answer shown as fresh", number))
    return wrong


def test_two_saves_at_once_both_see_the_truth(plan):
    assert race(plan) == []
    program = Program.objects.get()
    if program.analysed_revision < program.revision:  # somebody was busy: the queue does it
        assert analysis.recompute(program_id=program.pk, at=cast.NINE)
    assert Program.objects.get().analysed_revision == PEOPLE * ROUNDS + 1


def test_the_race_has_teeth_whoever_stores_last_would_win(plan, monkeypatch):
    """The naive way: compute, store, call it fresh."""

    def claim(program_id, _revision):
        time.sleep(random.random() * 0.1)  # longer than a save takes on a busy machine
        return bool(Program.objects.filter(pk=program_id).update(analysed_revision=F("revision")))

    monkeypatch.setattr(analysis, "_claim", claim)
    monkeypatch.setattr(
        answering, "_one_at_a_time", type("Nobody", (), {"acquire": lambda *_, **__: True, "release": lambda _: None})()
    )
    monkeypatch.setattr(answering, "_impatient", nullcontext)
    for careful in ("_from_memory", "_unpacked"):  # these make a claim of their own
        monkeypatch.setattr(answering, careful, lambda *_: False)
    assert any(race(plan) for _ in range(10)), "a busy machine may run them one after the other, once or twice"

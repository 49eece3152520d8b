"""A plan kept in memory for what-if drafts stays what it was, and is used for no other plan than that of the database."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from programs.actions import milestones
from programs.actions.drafting import changes, drafts
from programs.actions.errors import Refused
from programs.models import Blocker, Dependency, Milestone, Program
from programs.queries import drafts as queries
from programs.queries import solved
from tests import cast
from tests.analysis.test_steps import plan

pytestmark = pytest.mark.django_db(transaction=True)


def some_changes(rng, tess):
    """One to five changes of any kind the engine can follow, and some it has to solve anew."""
    rows = list(Milestone.objects.select_related("program").filter(program__name="Atlas").order_by("pk"))
    who = {"before": (), "by": tess, "at": cast.NINE}
    link = rng.choice(list(Dependency.objects.select_related("predecessor", "successor").order_by("pk")))
    blocker = Blocker.objects.select_related("program").first()
    makers = [
        lambda row: changes.slip(milestone=row, days=rng.randint(1, 9), forecast=None, **who),
        lambda row: changes.work(milestone=row, days=Decimal(rng.randint(1, 9)), **who),
        lambda row: changes.drop(milestone=row, **who),
        lambda _row: changes.unlink(dependency=link),
        lambda _row: changes.clear(blocker=blocker, on=None, at=cast.NINE),
    ]
    return [rng.choice(makers)(row) for row in rng.sample(rows, rng.randint(1, 5))]


def some_draft(rng, atlas, tess):
    """A draft of such changes; one that the plan refuses, as it is so already, is made out anew."""
    while True:
        with suppress(Refused):
            return drafts.begin(program=atlas, name="Any", by=tess, at=cast.NINE, changes=some_changes(rng, tess))


@pytest.fixture
def atlas(tess, monday):
    """A random plan of two programs with a blocker."""
    rows = plan(Random(3), tess, several=True)
    Blocker.objects.create(program=rows[4].program, milestone=rows[4], number=1, title="Stuck")
    return Program.objects.get(name="Atlas")


@pytest.mark.parametrize("seed", range(3))
def test_looking_at_drafts_leaves_the_kept_plan_as_it_was(seed, atlas, tess):
    rng = Random(40 + seed)
    made = [some_draft(rng, atlas, tess) for _ in range(8)]
    first, _ = solved.solved(atlas, as_of=cast.MONDAY)
    today = first.trial.today
    for one in rng.choices(made, k=16):
        queries.look(one, by=tess, at=cast.NINE)
    kept, _ = solved.solved(atlas, as_of=cast.MONDAY)
    assert kept is first
    after = {one.pk: queries.look(one, by=tess, at=cast.NINE) for one in made}
    assert kept.trial.side(()) == today
    for one in made:
        solved.forget_all()
        assert queries.look(one, by=tess, at=cast.NINE) == after[one.pk]


def test_a_save_a_day_or_another_working_time_is_another_plan(atlas, tess):
    first, _ = solved.solved(atlas, as_of=cast.MONDAY)
    assert solved.solved(atlas, as_of=cast.MONDAY)[0] is first
    assert solved.solved(atlas, as_of=cast.MONDAY + timedelta(days=1))[0] is not first
    again, _ = solved.solved(atlas, as_of=cast.MONDAY)
    row = Milestone.objects.filter(program=atlas).first()
    milestones.edit(milestone=row, version=row.version, changes={"duration_days": 33}, by=tess, at=cast.NINE)
    saved, _ = solved.solved(atlas, as_of=cast.MONDAY)
    assert saved is not again
    assert 33 in {one.duration for one in saved.net.snapshot.activities}
    Program.objects.filter(pk=atlas.pk).update(weekdays=[1, 2, 3])
    assert solved.solved(atlas, as_of=cast.MONDAY)[0] is not saved


def test_what_cannot_be_taken_back_is_solved_again(atlas):
    kept, _ = solved.solved(atlas, as_of=cast.MONDAY)
    first = kept.trial
    first.spent = True
    assert kept.trial is not first
    assert kept.trial is kept.trial


def test_the_least_used_go_when_there_are_too_many(atlas, tess, monkeypatch):
    monkeypatch.setattr(solved, "MOST_ITEMS", 20)
    other = cast.program("Citadel", tpm=tess)
    cast.sketch("; ".join(f"c{n}(1)" for n in range(10)), other)
    first, _ = solved.solved(atlas, as_of=cast.MONDAY)
    second, _ = solved.solved(other, as_of=cast.MONDAY)
    assert solved.solved(other, as_of=cast.MONDAY)[0] is second
    assert solved.solved(atlas, as_of=cast.MONDAY)[0] is not first


def test_a_draft_of_a_kept_plan_asks_less(atlas, tess, django_assert_max_num_queries):
    queries.look(some_draft(Random(1), atlas, tess), by=tess, at=cast.NINE)
    kept, _ = solved.solved(atlas, as_of=cast.MONDAY)
    with django_assert_max_num_queries(4):
        assert solved.solved(atlas, as_of=cast.MONDAY)[0] is kept

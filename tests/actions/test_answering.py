"""Saved means known: what an action returns to is already computed, or said to be behind."""

import threading

import pytest
from django.db import connection, transaction

from programs.actions import answering, blockers, dependencies, hints, milestones, plans, revisions
from programs.models import Analysis, Flag, Program, Timing
from tests.cast import MONDAY, NINE, sketch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_in_memory():
    plans.forget_all()


@pytest.fixture
def plan(program):
    made = sketch("api(3) > app(2) > launch(0); docs(1) > launch", program)
    program.finish_milestone = made["launch"]
    program.save()
    return made


@pytest.fixture
def rung(monkeypatch, program):
    """When the queue was asked for the program; what earlier tests left to be asked for is theirs."""
    asked = []
    monkeypatch.setattr(hints.bell, "ring", lambda program_id: asked.append(program_id) if program_id == program.pk else None)
    monkeypatch.setattr(hints.bell, "postpone", lambda program_id: asked.append(("later", program_id)))
    return asked


def behind():
    return [row.name for row in Program.objects.all() if row.analysed_revision < row.revision]


def test_a_save_returns_with_its_dates_and_flags(plan, tess, rung):
    row = plan["docs"]
    milestones.edit(milestone=row, version=row.version, changes={"duration_days": 20}, by=tess, at=NINE)
    docs = Timing.objects.get(milestone=row)
    assert (docs.forecast, docs.critical) == (MONDAY.replace(day=29), True)
    assert Flag.objects.filter(milestone=row, rule="critical").exists()
    assert Analysis.objects.get().critical_path == [row.pk, plan["launch"].pk]
    assert behind() == []


def test_blockers_and_links_too(plan, tess, rung):
    made = blockers.block(milestone=plan["api"], title="No contract", expected_clear=MONDAY.replace(day=12), by=tess, at=NINE)
    assert Timing.objects.get(milestone=plan["api"]).forecast == MONDAY.replace(day=17)
    assert Analysis.objects.get().blockers[0]["days_added"] == 9
    blockers.clear(blocker=made, by=tess, at=NINE)
    assert Timing.objects.get(milestone=plan["api"]).forecast == MONDAY.replace(day=4)
    dependencies.link(predecessor=plan["app"], successor=plan["docs"], by=tess, at=NINE)
    assert Timing.objects.get(milestone=plan["docs"]).forecast == MONDAY.replace(day=9)
    assert behind() == []
    assert set(rung) == {("later", plan["api"].program_id)}  # for what is completed once it is quiet


def test_a_large_network_is_left_to_the_queue_and_said_to_be_behind(plan, program, tess, rung, monkeypatch):
    monkeypatch.setattr(answering, "MOST", 3)
    learned = []
    monkeypatch.setattr(answering, "learn", lambda *given: learned.append(given))
    milestones.edit(milestone=plan["docs"], version=1, changes={"duration_days": 20}, by=tess, at=NINE)
    assert (behind(), rung, learned) == (["Atlas"], [program.pk], [(program.pk, NINE)])


def test_a_large_network_is_learned_and_the_next_save_answered(plan, program, tess, rung, monkeypatch):
    monkeypatch.setattr(answering, "MOST", 3)

    def learn(program_id, at):
        answering._learning.acquire()
        thread = threading.Thread(target=answering._learn, args=(program_id, at))
        thread.start()
        threads.append(thread)

    threads = []
    monkeypatch.setattr(answering, "learn", learn)
    milestones.edit(milestone=plan["docs"], version=1, changes={"duration_days": 20}, by=tess, at=NINE)
    threads[0].join(timeout=60)
    milestones.edit(milestone=plan["api"], version=1, changes={"duration_days": 4}, by=tess, at=NINE)
    assert behind() == ["Atlas"]  # what is stored is older than what was learned
    assert answering.analysis.recompute(program_id=program.pk, at=NINE)  # the queue
    milestones.edit(milestone=plan["api"], version=2, changes={"duration_days": 25}, by=tess, at=NINE)
    assert behind() == []
    assert Timing.objects.get(milestone=plan["api"]).critical


def test_whoever_computes_already_is_not_waited_for(plan, program, tess, rung, monkeypatch):
    monkeypatch.setattr(answering, "PATIENCE", 0.01)
    with answering._one_at_a_time:
        milestones.edit(milestone=plan["docs"], version=1, changes={"duration_days": 20}, by=tess, at=NINE)
    assert (behind(), rung) == (["Atlas"], [program.pk])


def test_a_lock_of_another_process_is_not_waited_for(plan, program, tess, rung, monkeypatch):
    monkeypatch.setattr(answering, "PATIENCE", 0.05)
    held, done, real = threading.Event(), threading.Event(), answering.analysis.look

    def hold():
        with transaction.atomic():
            Program.objects.select_for_update().get(pk=program.pk)
            held.set()
            done.wait(timeout=30)
        connection.close()

    other = threading.Thread(target=hold)

    def before_the_other_took_it(*given, **named):
        found = real(*given, **named)
        other.start()
        assert held.wait(timeout=30)
        return found

    monkeypatch.setattr(answering.analysis, "look", before_the_other_took_it)
    milestones.edit(milestone=plan["docs"], version=1, changes={"duration_days": 20}, by=tess, at=NINE)
    done.set()
    other.join(timeout=30)
    assert (behind(), rung) == (["Atlas"], [program.pk])
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:  # the next save is as patient as ever
        cursor.execute("PRAGMA busy_timeout" if lite else "SHOW lock_timeout")
        assert cursor.fetchone()[0] == (20_000 if lite else "0")


def test_what_was_rolled_back_is_not_answered(plan, program, tess, rung):
    with transaction.atomic():
        revisions.moved(program)
        transaction.set_rollback(True)
    assert not Analysis.objects.exists()
    assert rung == []

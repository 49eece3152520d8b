"""Saved means known: right after a save is committed, its answer is computed and stored, before anybody sees the next page.

Where that would take too long (a large network, another process that holds the locks) the queue is asked instead, and pages say
what they are as of. Nothing here fails a save: it is committed already.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.db import DatabaseError, OperationalError, connection, transaction

from programs.actions import analysis, hints, packing, plans, steps, touched
from programs.graph.edits import Unable
from programs.graph.solution import solve
from programs.models import Milestone, Program
from programs.queries.snapshots import cluster

log = logging.getLogger("longpole.answering")

MOST = 1_500  # milestones of a network that is read and analysed whole before the answer goes out
MOST_PACKED = 4_000  # the same of one that is unpacked and followed to where it is now
PATIENCE = 0.25  # seconds to wait for whoever computes or writes at the same moment

_one_at_a_time = threading.Lock()
_learning = threading.Lock()


def after_commit(mine: steps.Mine) -> None:
    """Answer for what was done once the running transaction is committed; at once when there is none."""

    def answer() -> None:
        touched.done(mine.touched)
        for program_id in sorted(mine.revisions):
            if _answered(program_id, mine):
                hints.forecast(program_id)
            else:
                hints.recompute(program_id)

    transaction.on_commit(answer, robust=True)


def _answered(program_id: int, mine: steps.Mine) -> bool:
    """Whether the stored answer of the program fits its plan now."""
    at = mine.touched.at
    if at is None or not _one_at_a_time.acquire(timeout=PATIENCE):
        return False
    try:
        with _impatient(), _uninterrupted():
            return _from_memory(program_id, mine, at) or _unpacked(program_id, mine, at) or _whole(program_id, at)
    except OperationalError as busy:
        log.info("The answer for program %s waits for the queue: %s", program_id, busy)
        return False
    finally:
        _one_at_a_time.release()


def _from_memory(program_id: int, mine: steps.Mine, at: datetime) -> bool:
    """Answer from the plan in memory, if there is one that can follow."""
    plan = plans.kept(program_id)
    if plan is None:
        return False
    try:
        steps.step(plan, mine, at=at, patience=PATIENCE)
    except steps.NotYet:
        return False
    except Unable as why:
        log.info("Program %s is looked at whole: %s", program_id, why)
        plans.forget(plan)
        return False
    except BaseException:
        if not plan.certain:
            plans.forget(plan)
        raise
    hints.settle(program_id)  # what a step leaves out
    return True


def _unpacked(program_id: int, mine: steps.Mine, at: datetime) -> bool:
    """Answer from the plan as the database keeps it, and have it in memory from then on."""
    if plans.kept(program_id) is not None or (plan := _unpack(program_id, at, MOST_PACKED)) is None:
        return False
    plans.keep(plan)
    return _from_memory(program_id, mine, at)


def _unpack(program_id: int, at: datetime, most: int) -> plans.Plan | None:
    """The packed plan solved, if there is one that can be followed."""
    found = packing.load(program_id, at=at, most=most)
    if found is not None:
        net, stage = found
        with suppress(Unable):
            return plans.Plan(net, solve(net.snapshot), stage, program_id)
    return None


def _whole(program_id: int, at: datetime) -> bool:
    """Read and analyse a small network, and keep it."""
    group = cluster([program_id])
    program = Program.objects.filter(pk=program_id).first()
    if program is None:
        return False
    if (size := Milestone.objects.filter(program__in=group).count()) > MOST:
        if size <= plans.MOST_ITEMS and plans.kept(program_id) is None:
            learn(program_id, at)
        return False
    whole = analysis.look(program, group, at=at)
    analysis.store(whole.net, whole.analysis, whole.stage, at=at, patience=PATIENCE)
    with suppress(Unable):
        plans.keep(plans.Plan(whole.net, whole.solution, whole.stage, program_id))
    return True


@contextmanager
def _impatient() -> Iterator[None]:
    """Give up on SQLite's lock after `PATIENCE`, not after as long as a save would wait. PostgreSQL is told by transaction."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Collect no cyclic garbage meanwhile: an answer makes none worth it, and walking every plan in memory costs more than it."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def learn(program_id: int, at: datetime) -> None:
    """Read a large network into memory beside everything else, so that the next save can be answered at once."""
    if _learning.acquire(blocking=False):
        threading.Thread(target=_learn, args=(program_id, at), name="plans", daemon=True).start()


def _learn(program_id: int, at: datetime) -> None:
    """Unpacked, a plan can be followed at once; read as it is now, it waits until what is stored has caught up."""
    try:
        plan = _unpack(program_id, at, plans.MOST_ITEMS)
        program = None if plan else Program.objects.filter(pk=program_id).first()
        if program is not None:
            whole = analysis.look(program, cluster([program_id]), at=at)
            plan = plans.Plan(whole.net, whole.solution, whole.stage, program_id)
        if plan is not None:
            with _one_at_a_time, _impatient():
                plans.keep(plan)
                _from_memory(program_id, steps.Mine({}, touched.Touched()), at)
    except (Unable, DatabaseError) as why:
        log.info("Program %s is not kept in memory: %s", program_id, why)
    finally:
        connection.close()
        _learning.release()

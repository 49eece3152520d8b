"""Who goes first: the locks of an action and the counters that say what is out of date.

Every action takes its locks in one order, so that two of them never wait for each other: the graph (only when links
change), then programs by number, then rows. On SQLite the transaction itself is the lock (`transaction_mode=IMMEDIATE`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Manager

from programs.actions import answering, steps, touched, touches, writing
from programs.actions.errors import Stale
from programs.models import Installation, Program
from programs.queries.prepared import Prepared, columns

if TYPE_CHECKING:
    from collections.abc import Iterable


def _held(programs: Manager[Program]) -> Prepared:
    locked = programs.select_for_update(no_key=True).order_by("pk")
    return Prepared(lambda keys: locked.filter(pk__in=keys).values_list(*columns(Program)))


_HELD, _HELD_TOO = _held(Program.objects), _held(Program.every)


def hold_graph() -> int:
    """Take the lock of the whole graph until the transaction ends, and return the graph's new revision.

    It must be the first statement of the transaction: what is read after it cannot change before the commit. A lock on the
    programs a link touches would not do, since a loop may run through programs that neither end belongs to.
    """
    now = writing.count_up(Installation, [1], "graph_revision")
    if not now:
        Installation.objects.bulk_create([Installation(pk=1)], ignore_conflicts=True)
        now = writing.count_up(Installation, [1], "graph_revision")
    return now[1]


def hold(program: Program | int) -> Program:
    """Lock one program until the transaction ends, and return it as it is now."""
    pk = program if isinstance(program, int) else program.pk
    held = hold_all([pk])
    if pk not in held:
        raise Stale(None, None)
    return held[pk]


def hold_all(program_ids: Iterable[int], *, deleted_too: bool = False) -> dict[int, Program]:
    """Lock programs in the order of their numbers, and return them as they are now."""
    held = _HELD_TOO if deleted_too else _HELD
    return {each.pk: each for each in held.instances(Program, set(program_ids))}


def moved(*programs: Program | int) -> None:
    """Say that the stored analysis of these programs no longer fits the plan; after the commit a new one is made.

    The one place where an action does so: `answering` decides whether it is there before the action returns.
    """
    ids = {each if isinstance(each, int) else each.pk for each in programs}
    found = touched.now()
    answering.after_commit(steps.Mine(touches.noted(ids, found), found))


def next_number(program: Program) -> int:
    """Take the next number of a program, for a blocker, a risk or a milestone without a workstream. Never given twice."""
    return writing.count_up(Program, [program.pk], "next_number")[program.pk] - 1

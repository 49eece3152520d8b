"""Who goes first: the locks of an action and the counters that say what is out of date.

Every action takes its locks in one order, so that two of them never wait for each other: the graph (only when links
change), then programs by number, then rows. On SQLite the transaction itself is the lock (`transaction_mode=IMMEDIATE`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Manager

from programs.actions import answering, touched, writing
from programs.actions.errors import Stale
from programs.models import Installation, Program, Touch
from programs.queries.prepared import Prepared, columns

if TYPE_CHECKING:
    from collections.abc import Iterable

_REVISIONS = Prepared(lambda keys: Program.every.filter(pk__in=keys).values_list("pk", "revision"))


def _held(programs: Manager[Program]) -> Prepared:
    locked = programs.select_for_update(no_key=True).order_by("pk")
    return Prepared(lambda keys: locked.filter(pk__in=keys).values_list(*columns(Program)))


_HELD, _HELD_TOO = _held(Program.objects), _held(Program.every)


def hold_graph() -> int:
    """Take the lock of the whole graph until the transaction ends, and return the graph's new revision.

    It must be the first statement of the transaction: what is read after it cannot change before the commit. A lock on the
    programs a link touches would not do, since a loop may run through programs that neither end belongs to.
    """
    if not _raise_graph_revision():
        Installation.objects.bulk_create([Installation(pk=1)], ignore_conflicts=True)
        _raise_graph_revision()
    return Installation.objects.values_list("graph_revision", flat=True).get(pk=1)


def _raise_graph_revision() -> int:
    return Installation.objects.filter(pk=1).update(graph_revision=F("graph_revision") + 1)


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
    Program.every.filter(pk__in=sorted(ids)).update(revision=F("revision") + 1)
    rows, whole = touched.moved(ids)
    for pk, number in _REVISIONS.rows(ids):
        writing.insert(Touch, {"program_id": pk, "revision": number, "rows": rows, "whole": whole, "wrote": None})
    answering.after_commit()


def next_number(program: Program) -> int:
    """Take the next number of a program, for a blocker, a risk or a milestone without a workstream. Never given twice."""
    Program.objects.filter(pk=program.pk).update(next_number=F("next_number") + 1)
    return Program.objects.values_list("next_number", flat=True).get(pk=program.pk) - 1

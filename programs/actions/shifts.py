"""What an analysis moved, kept for those it concerns: one row in the transaction that stores the analysis.

Whom it concerns is worked out later (`telling.tell`), so a save that moves five thousand milestones is no slower than one that
moves none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from programs.actions import hints, writing
from programs.actions.results import Moved
from programs.flags.types import Scene
from programs.graph.diff import Move, Room, Standing, move
from programs.models import Blocker, Person, Shift


def record(
    moved: Iterable[Moved], stage: Mapping[int, Scene], before: Mapping[int, int], now: Mapping[int, int], *, at: datetime
) -> Shift | None:
    """Keep what moved; None when nothing that anybody could be told did.

    `before` and `now` say which revisions of each program lie between: the edits that did it.
    """
    found = [one for each in moved if (one := _move(each, stage)) is not None]
    if not found:
        return None
    spans = {str(pk): [before[pk], revision] for pk, revision in now.items() if pk in before}
    return _keep(Shift(at=at, moves=[[one.item, *one.before.packed(), *one.after.packed()] for one in found], revisions=spans))


def cleared(blocker: Blocker, *, revision: int, by: Person, at: datetime) -> Shift:
    """Keep that a blocker is out of the way since a revision of its program, for those who waited."""
    return _keep(Shift(at=at, cleared=blocker, by=by, revisions={str(blocker.program_id): [revision - 1, revision]}))


def _keep(shift: Shift) -> Shift:
    writing.add([shift])
    transaction.on_commit(hints.tell, robust=True)
    return shift


def _move(each: Moved, stage: Mapping[int, Scene]) -> Move | None:
    scene = stage[each.after["program_id"]]
    band = scene.thresholds.near_critical_days
    sides = [_standing(row, band) for row in (each.before, each.after)]
    return move(each.item, *sides, target=scene.items[each.item].target, calendar=scene.calendar)


def _standing(row: Mapping[str, Any], band: float) -> Standing:
    room = Room.of(row["total_float"], critical=row["critical"], band=band)
    return Standing(row["forecast"], row["total_float"], room)

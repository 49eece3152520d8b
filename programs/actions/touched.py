"""What the running action has touched: gathered on the one path on which rows are kept, and read when its answer is computed.

Kept per thread, as the connection is. What an action touched that was rolled back may stay here until the next one: reading a
row again that did not change does no harm.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db import models

PLAN = ("milestone", "dependency", "blocker")  # tables of which single rows can be looked at again
FRAME = frozenset({"program", "workstream", "calendarexception", "team", "membership"})  # what everything is judged by


@dataclass
class Touched:
    """Rows whose change may move dates or flags, and when it happened. `whole`: more than single rows."""

    at: datetime | None = None
    rows: dict[str, set[int]] = field(default_factory=lambda: {table: set() for table in PLAN})
    seen: bool = False
    whole: bool = False
    programs: set[int] = field(default_factory=set)


class _Here(threading.local):
    """One collection a thread."""

    def __init__(self) -> None:
        self.now = Touched()


_here = _Here()


def happened(at: datetime) -> None:
    """When the action took place."""
    _here.now.at = at


def rows(found: Iterable[models.Model]) -> None:
    """These rows were made or changed."""
    now = _here.now
    for row in found:
        table = row._meta.model_name or ""
        now.seen = True
        now.whole |= table in FRAME
        if table in now.rows:
            now.rows[table].add(row.pk)


def gone(row: models.Model) -> None:
    """This row is about to be deleted. With a milestone more goes than can be followed row by row."""
    rows([row])
    _here.now.whole |= row._meta.model_name == "milestone"


def everything() -> None:
    """More than single rows changed."""
    _here.now.whole = True


def moved(program_ids: set[int]) -> tuple[dict[str, list[int]], bool]:
    """Gather the programs whose stored answer no longer fits; returns (rows by table, whether that is not all)."""
    now = _here.now
    now.programs |= program_ids
    return {table: sorted(ids) for table, ids in now.rows.items() if ids}, now.whole or not now.seen


def take() -> Touched:
    """What was gathered; from here on nothing is."""
    found, _here.now = _here.now, Touched()
    return found

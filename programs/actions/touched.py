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
FRAME = frozenset(
    {"program", "workstream", "calendarexception", "team", "membership", "decision", "hold"}
)  # what everything is judged by


@dataclass
class Touched:
    """Rows whose change may move dates or flags, and when it happened. `whole`: more than single rows."""

    at: datetime | None = None
    rows: dict[str, set[int]] = field(default_factory=lambda: {table: set() for table in PLAN})
    seen: bool = False
    whole: bool = False

    @property
    def everything(self) -> bool:
        """Whether single rows do not say what changed."""
        return self.whole or not self.seen

    def named(self) -> dict[str, list[int]]:
        """The rows by table, without the tables that have none."""
        return {table: sorted(ids) for table, ids in self.rows.items() if ids}


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


def now() -> Touched:
    """What was gathered so far; it may still grow."""
    return _here.now


def done(found: Touched) -> None:
    """What was gathered is committed: whatever comes next is gathered anew."""
    if _here.now is found:
        _here.now = Touched()

"""What one request does is one deed: its notes share a batch, and its steps say how to put every row back.

The doors open a deed around each request that may change something; the one path on which rows are kept (`saving`) and the one
on which they go (`removing`) add a step for each. So every action can be taken back without knowing of it, and an action that
runs outside a deed, such as an import with its own undo, keeps no steps.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from programs.actions import touched, writing
from programs.models import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db import models

KEPT = timedelta(hours=24)  # how long a change can be undone
# Settings of one person, changed back where they were set; and what is written to be sent, which nobody can call back.
NOT_KEPT = frozenset({"person", "savedview", "subscription", "outboxmessage", "report", "opening"})


@dataclass
class Deed:
    """One request's changes. `steps` counts the rows it touched so far."""

    at: datetime
    undoes: uuid.UUID | None = None
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    steps: int = 0


_current: ContextVar[Deed | None] = ContextVar("deed", default=None)


@contextmanager
def opened(*, at: datetime, undoes: uuid.UUID | None = None) -> Iterator[Deed]:
    """Let what is done inside be one deed."""
    deed = Deed(at=at, undoes=undoes)
    token = _current.set(deed)
    try:
        yield deed
    finally:
        _current.reset(token)


def batch() -> uuid.UUID:
    """What groups the notes of one action: the deed it is part of, else one of its own."""
    deed = _current.get()
    return deed.batch if deed else uuid.uuid4()


def made(*rows: models.Model) -> None:
    """These rows are new."""
    touched.rows(rows)
    _add(_step(row, Step.Act.MADE, now=values_of(row)) for row in rows)


def changed(row: models.Model, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """Fields of a row differ, by name: (old, new)."""
    all_changed([(row, changes)])


def all_changed(pairs: Iterable[tuple[models.Model, Mapping[str, tuple[Any, Any]]]]) -> None:
    """Fields of many rows differ."""
    pairs = list(pairs)
    touched.rows(row for row, _changes in pairs)
    _add(_difference(row, changes) for row, changes in pairs)


def _difference(row: models.Model, changes: Mapping[str, tuple[Any, Any]]) -> Step:
    was = {column(row, name): stored(old) for name, (old, _new) in changes.items()}
    now = {column(row, name): stored(new) for name, (_old, new) in changes.items()}
    return _step(row, Step.Act.CHANGED, was=was, now=now)


def removed(row: models.Model) -> None:
    """The row is about to go."""
    touched.gone(row)
    _add([_step(row, Step.Act.REMOVED, was=values_of(row))])


def untied(row: models.Model, model: type[models.Model], name: str, numbers: list[int]) -> None:
    """Notes of the history pointed at a row that is about to go."""
    _add([_step(row, Step.Act.UNTIED, was={"table": model._meta.model_name, "column": name, "rows": numbers})])


def values_of(row: models.Model) -> dict[str, Any]:
    """Every column of a row, as JSON keeps it."""
    return {each.attname: stored(getattr(row, each.attname)) for each in row._meta.concrete_fields}


def column(row: models.Model, name: str) -> str:
    """The column behind a field: `owner_id` for `owner`."""
    return str(row._meta.get_field(name).attname)  # type: ignore[union-attr]


def stored(value: Any) -> Any:
    """A value as JSON keeps it, without losing anything: dates and numbers in full, rows by their number."""
    if hasattr(value, "_meta"):
        return value.pk
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | uuid.UUID) else value


def read(model: type[models.Model], name: str, value: Any) -> Any:
    """The value of a column from what `stored` made of it."""
    found = next(each for each in model._meta.concrete_fields if each.attname == name)
    return value if value is None or found.is_relation else found.to_python(value)


def _step(row: models.Model, act: Step.Act, **values: Any) -> Step:
    return Step(table=row._meta.model_name or "", row=row.pk, act=act, **values)


def _add(steps: Iterable[Step]) -> None:
    deed = _current.get()
    if deed is None:
        return
    wanted = [step for step in steps if step.table not in NOT_KEPT]
    for step in wanted:
        step.batch, step.at, step.undoes = deed.batch, deed.at, deed.undoes
    deed.steps += len(wanted)
    writing.add(wanted)

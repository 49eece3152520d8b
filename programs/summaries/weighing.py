"""Options against criteria: read from plain data, weighed, and never decided by: the scores only say what was said.

A criterion has a name, perhaps a unit, a weight from 0 to 100 and a direction; an option has a value for each, perhaps the
working days by which it moves the finish, perhaps the what-if draft that shows it. What is expected of the answer has a range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

MOST = {"criteria": 6, "options": 6, "limits": 6}  # rows of each
BEST = 100


@dataclass(frozen=True, slots=True)
class Criterion:
    """What counts. `less` says that a smaller value is the better one."""

    name: str
    unit: str = ""
    weight: Decimal = Decimal(1)
    less: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen. `days`: working days the finish moves, negative sooner; None: nobody said. `draft`: a what-if draft."""

    name: str
    note: str = ""
    days: Decimal | None = None
    draft: int | None = None
    values: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """What is expected to come true: a value between `low` and `high`, and what it is in fact."""

    name: str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    actual: Decimal | None = None

    @property
    def breached(self) -> bool:
        """The value is outside what was expected."""
        if self.actual is None:
            return False
        return (self.low is not None and self.actual < self.low) or (self.high is not None and self.actual > self.high)


def criteria(rows: Sequence[Mapping[str, Any]]) -> list[Criterion]:
    """Criteria from stored data."""
    return [
        Criterion(row.get("name", ""), row.get("unit", ""), _number(row.get("weight")) or Decimal(0), bool(row.get("less")))
        for row in rows
    ]


def options(rows: Sequence[Mapping[str, Any]], by: Sequence[Criterion] = ()) -> list[Option]:
    """Options from stored data, each with its value of every criterion in `by`."""
    found = []
    for row in rows:
        said = row.get("values") or {}
        values = tuple(_number(said.get(one.name)) for one in by)
        found.append(Option(row.get("name", ""), row.get("note", ""), _number(row.get("days")), row.get("draft"), values))
    return found


def limits(rows: Sequence[Mapping[str, Any]]) -> list[Limit]:
    """Expected values from stored data."""
    found = []
    for row in rows:
        low, high, actual = (_number(row.get(name)) for name in ("low", "high", "actual"))
        found.append(Limit(row.get("name", ""), row.get("unit", ""), low, high, actual))
    return found


def scores(choices: Sequence[Option], by: Sequence[Criterion]) -> list[int | None]:
    """0 to 100 for each option: 100 is the best value of every criterion, 0 the worst, each counted by its weight.

    A criterion on which all options agree counts for nobody. An option without all its values has no score.

    >>> price, speed = Criterion("Price", "k", Decimal(3), less=True), Criterion("Speed", "", Decimal(1))
    >>> scores([Option("a", values=(Decimal(10), Decimal(1))), Option("b", values=(Decimal(20), Decimal(9)))], [price, speed])
    [75, 25]
    """
    columns = list(zip(*(_filled(option, len(by)) for option in choices), strict=True)) if choices else []
    spans = [_span([value for value in column if value is not None]) for column in columns]
    counted = [(i, one) for i, one in enumerate(by) if i < len(spans) and spans[i][1] > spans[i][0] and one.weight > 0]
    total = sum((one.weight for _i, one in counted), Decimal(0))
    if not total:
        return [None] * len(choices)
    found: list[int | None] = []
    for option in choices:
        values = _filled(option, len(by))
        if any(values[i] is None for i, _one in counted):
            found.append(None)
            continue
        points = sum((one.weight * _share(values[i], spans[i], less=one.less) for i, one in counted), Decimal(0))
        found.append(round(BEST * points / total))
    return found


def _filled(option: Option, size: int) -> tuple[Decimal | None, ...]:
    return (*option.values, *(None for _ in range(size)))[:size]


def _span(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return (min(values), max(values)) if values else (Decimal(0), Decimal(0))


def _share(value: Decimal | None, span: tuple[Decimal, Decimal], *, less: bool) -> Decimal:
    """How good a value is between the worst and the best of all options, 0 to 1."""
    low, high = span
    share = ((value or Decimal(0)) - low) / (high - low)
    return 1 - share if less else share


def _number(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None

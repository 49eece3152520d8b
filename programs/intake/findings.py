"""What an import has to say: findings about cells it could not keep as they were, and refusals of whole files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from programs.intake.phrases import FIXES, REASONS

SHOWN = 200  # characters of a value that a finding repeats


class Level(StrEnum):
    """`fix`: something of the row could not be kept as it stands. `check`: it was kept, but a person should look."""

    FIX = "fix"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should know about one cell, row or table.

    `row` counts data rows from 1, without the header; `line` is the line of the file where it is known.

    >>> Finding("date", "milestones", 14, "due_date", "2026-02-30").reason
    'not a date, so it was left empty'
    """

    code: str
    table: str
    row: int | None = None
    column: str = ""
    value: str = ""
    level: Level = Level.CHECK
    line: int | None = None
    id: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why, in plain words."""
        return REASONS[self.code] % self.params

    @property
    def fix(self) -> str:
        """What a person can do about it."""
        return FIXES.get(self.code, "") % self.params

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: what the command prints and what an import keeps."""
        return {
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
            "fix": self.fix,
            "level": str(self.level),
            "code": self.code,
            "line": self.line,
            "id": self.id,
            "params": self.params,
        }


def shown(value: object) -> str:
    """A value as a finding repeats it: printable, and cut when it is long.

    >>> shown("a\\x00b")
    'a\\\\x00b'
    """
    text = value if isinstance(value, str) else str(value)
    cut = text[: SHOWN + 1]
    safe = "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in cut)
    return safe if len(text) <= SHOWN else safe[:SHOWN] + "…"


class Unreadable(Exception):
    """A bundle that is refused whole, with every reason at once. Nothing of it is kept."""

    def __init__(self, problems: Iterable[Finding]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(each.reason for each in self.problems))

    @classmethod
    def because(cls, code: str, table: str = "", /, **params: Any) -> Unreadable:
        """One reason. `line` and `column`, when given, also say where."""
        line, column = params.get("line"), str(params.get("column", ""))
        return cls([Finding(code, table, None, column, level=Level.FIX, line=line, params={"table": table, **params})])

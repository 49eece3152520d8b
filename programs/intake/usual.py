"""Columns that several tables of a bundle have."""

from __future__ import annotations

from typing import Any

from programs.intake.columns import Address, Column, Id, Line, Number, Packed, Reference, Word

HEALTH = ("on_track", "at_risk", "off_track")
PROGRAM_STATUS = ("planned", "active", "on_hold", "done", "cancelled")
TITLE_LIMIT = 500


def ident() -> Column:
    """The row's own id."""
    return Id(
        name="id", required=True, help="Unique in its table; any text up to 200 characters. A later bundle finds the row by it."
    )


def owner(help: str = "Who answers for it: a name, `role:…` for a role, `team:…` for a team.") -> Column:
    """Who answers for the row."""
    return Line(name="owner", limit=100_000, help=help)


def url() -> Column:
    """Where to read more."""
    return Address(name="url", help="Where to read more: an http or https address, up to 500 characters.")


def so_what() -> Column:
    """What it means for those outside."""
    return Line(name="x_so_what", field="so_what", own=True, help="What it means for who pays or waits for it.")


def program(help: str) -> Column:
    """The program a row is in."""
    return Reference(name="program_id", field="program", into="programs", help=help)


def workstream(help: str) -> Column:
    """The workstream a row is in."""
    return Reference(name="workstream_id", field="workstream", into="workstreams", help=help)


def health() -> Column:
    """What people say of it."""
    return Word(
        name="health",
        field="declared_health",
        words=HEALTH,
        other="",
        raw="declared_health_raw",
        empty="",
        help="What people say of it, beside what Longpole computes.",
    )


def status_of_program(empty: str = "active") -> Column:
    """How far a program or a workstream has come."""
    return Word(name="status", words=PROGRAM_STATUS, other=empty, raw="status_raw", empty=empty, help="How far it has come.")


def number(prefix: str) -> Column:
    """The number people know it by."""
    return Number(
        name="x_number",
        field="number",
        own=True,
        low=1,
        high=2_000_000_000,
        places=0,
        help=f"Its number here, as in {prefix}-12.",
    )


def references(name: str, into: str, help: str) -> Column:
    """Rows of another table that a risk delays."""
    return Packed(name=name, field=f"struck_{into}", own=True, check=_idents, empty=[], help=help)


def _idents(value: Any) -> list[str]:
    """Ids, each once, in one order."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError
    return sorted(set(value))

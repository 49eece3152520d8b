"""Every row gets an id of its own: given, made from its content when missing, or told apart when used twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.intake.findings import Finding, Level, shown
from programs.intake.text import ID_LIMIT, as_name, fingerprint

if TYPE_CHECKING:
    from programs.intake.reading import Row

# What makes up the id of a row without one. Dates and states are left out: a later bundle with a new date is the same row.
CONTENT = {
    "programs": ("name",),
    "workstreams": ("program", "name"),
    "milestones": ("program", "workstream", "name"),
    "x_externals": ("program", "name"),
    "dependencies": ("predecessor", "successor", "type", "relation"),
    "risks": ("program", "milestone", "title"),
    "blockers": ("program", "milestone", "title"),
    "updates": ("subject", "on", "author", "note"),
}
SHARED = {"x_externals": "milestones"}  # tables whose ids live in one space


def give_ids(tables: dict[str, list[Row]], findings: list[Finding]) -> None:
    """Make the ids of each table unique, and give names to rows without one. What was done is added to `findings`."""
    seen: dict[str, dict[str, int]] = {}
    for table, rows in tables.items():
        if table not in CONTENT:
            continue
        taken = seen.setdefault(SHARED.get(table, table), {})
        given = {row.id for row in rows if row.id}
        for row in rows:
            _one(row, taken, given, findings)
            _named(row, findings)


def _one(row: Row, taken: dict[str, int], given: set[str], findings: list[Finding]) -> None:
    wanted = row.id
    if not wanted:
        wanted = "~" + fingerprint(row.table, *(str(row.values.get(each) or "") for each in CONTENT[row.table]))
        findings.append(Finding("no_id", row.table, row.number, "id", level=Level.FIX, line=row.line, id=wanted))
    ident, count = wanted, 1
    while ident in taken or (count > 1 and ident in given):
        count += 1
        ident = f"{wanted[: ID_LIMIT - 8]}~{count}"
    if ident != wanted and row.id:
        said = {"first": taken[wanted], "id": ident}
        findings.append(Finding("duplicate_id", row.table, row.number, "id", shown(wanted), Level.FIX, row.line, ident, said))
    row.id = ident
    taken[ident] = row.number


def _named(row: Row, findings: list[Finding]) -> None:
    """A row without a name or title goes by its id."""
    for field in ("name", "title"):
        if row.table not in {"dependencies", "updates"} and row.values.get(field) == "":
            row.values[field] = as_name(row.id)
            findings.append(Finding("no_name", row.table, row.number, field, level=Level.FIX, line=row.line, id=row.id))

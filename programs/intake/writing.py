"""Tables out: a folder, a zip or one JSON file, in the format the reader takes.

Spreadsheets run a cell that begins like a formula. So in CSV a text that begins with one of = + - @, a tab, a line break or
an apostrophe gets an apostrophe before it, the manifest says so (`x_guarded`), and the reader takes it off again.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from programs.intake.columns import Column, Day, Listed, Number, Packed, Truth, Word
from programs.intake.tables import TABLES
from programs.intake.text import GUARD, GUARDED
from programs.intake.values import plain

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """A bundle on its way out: the manifest, and rows as fields (a row's `id` among them)."""

    manifest: dict[str, Any]
    rows: Mapping[str, Sequence[Values]]


def cell(column: Column, values: Values) -> str | int | Decimal | None:
    """What stands in the cell of a column; None when it is not set."""
    value = values.get(column.fills)
    if isinstance(column, Word) and column.raw and values.get(column.raw) and value == column.other:
        return str(values[column.raw])
    if value is None or value in ("", [], {}):
        return None
    if isinstance(column, Truth):
        return "true" if value else None
    if isinstance(column, Listed):
        return ";".join(value)
    if isinstance(column, Packed):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if isinstance(column, Day):
        return value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(column, Number):
        return value if isinstance(value, int) else Decimal(plain(value))
    return str(value)


def _columns(table: str, cells: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Every column of the format, and those of our own that some row needs."""
    return [each for each in TABLES[table].columns if not each.own or any(each.name in row for row in cells)]


def _cells(table: str, rows: Sequence[Values]) -> list[dict[str, Any]]:
    found = []
    for values in rows:
        pairs = ((column.name, cell(column, values)) for column in TABLES[table].columns)
        found.append({name: value for name, value in pairs if value is not None})
    return found


def files(export: Export) -> dict[str, bytes]:
    """The files of a bundle folder."""
    found: dict[str, bytes] = {"manifest.json": _json(export.manifest | {"x_guarded": True})}
    for table, rows in export.rows.items():
        if rows or TABLES[table].obligatory:
            found[f"{table}.csv"] = _csv(table, rows)
    return found


def _csv(table: str, rows: Sequence[Values]) -> bytes:
    cells = _cells(table, rows)
    columns = _columns(table, cells)
    lines = [",".join(each.name for each in columns)]
    lines += [",".join(_quoted(guarded(row.get(each.name, ""))) for each in columns) for row in cells]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _quoted(text: str) -> str:
    """A cell by RFC 4180. The standard library forgets to quote a lone carriage return.

    >>> print(_quoted("a, b"))
    "a, b"
    """
    return '"' + text.replace('"', '""') + '"' if any(each in text for each in ',"\r\n') else text


def guarded(value: Any) -> str:
    """A value as a cell that no spreadsheet runs. Numbers stay numbers.

    >>> guarded("=1+1"), guarded("'tis"), guarded(Decimal("-2"))
    ("'=1+1", "''tis", '-2')
    """
    if not isinstance(value, str):
        return plain(Decimal(value))
    return GUARD + value if value.startswith(GUARDED) else value


def single(export: Export) -> bytes:
    """The whole bundle as one JSON file."""
    tables = {table: _cells(table, rows) for table, rows in export.rows.items() if rows or TABLES[table].obligatory}
    return _json({"manifest": export.manifest, **tables})


def archive(export: Export) -> bytes:
    """The bundle folder as a zip, the same bytes for the same bundle."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files(export).items():
            made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _json(value: Any) -> bytes:
    def number(each: Any) -> int | float:
        found = Decimal(each)
        return int(found) if found == found.to_integral_value() else float(found)

    return (json.dumps(value, ensure_ascii=False, indent=1, default=number) + "\n").encode("utf-8")

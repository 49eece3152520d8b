"""From the files of a bundle to clean rows: every cell read by its column, every oddity noted, nothing dropped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from programs.intake import delimited, identity, manifest, strict_json
from programs.intake.columns import Column, Day, Number, Table, Values
from programs.intake.files import Source
from programs.intake.findings import Finding, Level, Unreadable, shown
from programs.intake.limits import Limits
from programs.intake.manifest import Manifest
from programs.intake.tables import TABLES
from programs.intake.text import GUARD, GUARDED
from programs.intake.values import Unusable, as_word

KEEPS_CELLS = frozenset({"blockers", "history"})  # tables whose rows are judged by what was written
ESTIMATE = ("optimistic_days", "likely_days", "pessimistic_days")
COLUMNS_NAMED = 100  # columns nobody knows that a table's findings name one by one


@dataclass(slots=True)
class Row:
    """One row: `values` has the fields that are to be set; None or the field's empty value means "not set"."""

    table: str
    number: int
    line: int | None
    id: str
    values: Values
    written: dict[str, Any] = field(default_factory=dict)  # the cells as they were


@dataclass(slots=True)
class Bundle:
    """A bundle as read: rows by table in their order, and what was odd about them."""

    manifest: Manifest
    rows: dict[str, list[Row]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    left_out: int = 0  # rows of which nothing could be kept
    ignored: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """All rows of all tables."""
        return sum(map(len, self.rows.values()))


def read(source: Source, limits: Limits) -> Bundle:
    """Read a bundle. Raises Unreadable with everything that makes its files unreadable, from all files at once."""
    reader = _Reader(limits)
    if source.tables:
        found, findings = reader.manifest(source.manifest, source.label)
        raw = {table: reader.delimited(table, *source.tables[table]) for table in TABLES if table in source.tables}
    elif source.single:
        found, findings, raw = reader.single(source)
    else:
        raise Unreadable.because("missing_table", "milestones")
    for table in TABLES.values():
        if table.obligatory and table.name not in raw:
            reader.problems.append(Finding("missing_table", table.name, level=Level.FIX, params={"table": table.name}))
    if reader.problems:
        raise Unreadable(reader.problems)
    rows = sum(len(each.rows) for each in raw.values() if each)
    if rows > limits.rows:
        raise Unreadable.because("too_many_rows", rows=rows, limit=limits.rows)
    bundle = Bundle(found, findings=findings, ignored=tuple(map(shown, source.ignored)))
    bundle.findings += reader.findings
    for name, table_rows in raw.items():
        if table_rows is not None:
            bundle.rows[name] = _Cells(TABLES[name], found, bundle).rows(table_rows)
    for name, said in found.counts.items():
        there = len(raw[name].rows) if raw.get(name) else 0  # type: ignore[union-attr]
        if said != there:
            bundle.findings.append(Finding("count", shown(name), params={"said": said, "read": there}))
    identity.give_ids(bundle.rows, bundle.findings)
    return bundle


@dataclass(slots=True)
class RawTable:
    """Rows before their cells are read: the columns that count as present, and per row what each cell holds."""

    present: list[Column]
    rows: list[tuple[int | None, dict[str, Any] | None, int]]  # line, cells by column, cells short of the header


class _Reader:
    """Reads the files, gathering what makes them unreadable instead of stopping at the first."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.problems: list[Finding] = []
        self.findings: list[Finding] = []

    def manifest(self, data: bytes | None, label: str) -> tuple[Manifest, list[Finding]]:
        try:
            value = None if data is None else strict_json.load("manifest.json", data, self.limits)
            return manifest.read(value, label)
        except Unreadable as refusal:
            self.problems += refusal.problems
            return Manifest(label), []

    def delimited(self, name: str, file: str, data: bytes) -> RawTable | None:
        table = TABLES[name]
        columns = table.by_header()
        try:
            read = delimited.read(file, data, self.limits, lambda header: as_word(header) in columns)
        except Unreadable as refusal:
            if not table.obligatory and refusal.problems[0].code == "empty_file":
                return RawTable([], [])
            self.problems += [_in_table(name, each) for each in refusal.problems]
            return None
        matched = [columns.get(as_word(header)) for header in read.header]
        self._required(table, file, [each for each in matched if each], matched)
        unknown: list[tuple[str, int]] = []
        for index, column in enumerate(matched):
            if column is None:
                filled = sum(1 for _, cells, _ in read.rows if cells[index].strip())
                if read.header[index] or filled:
                    unknown.append((read.header[index] or f"({index + 1})", filled))
        self._unknown_columns(name, unknown)
        width = len(matched)
        rows: list[tuple[int | None, dict[str, Any] | None, int]] = [
            (
                line,
                {column.name: cells[index] for index, column in enumerate(matched) if column and cells[index]},
                width - there if there < width else 0,
            )
            for line, cells, there in read.rows
        ]
        return RawTable([each for each in matched if each], rows)

    def single(self, source: Source) -> tuple[Manifest, list[Finding], dict[str, RawTable | None]]:
        """The whole bundle as one JSON object; the manifest may stand under its key or at the top."""
        name, data = source.single  # type: ignore[misc]
        value = strict_json.load(name, data, self.limits)
        if not isinstance(value, dict):
            raise Unreadable.because("not_an_object", name=name)
        top = {key: each for key, each in value.items() if key not in TABLES and not isinstance(each, list)}
        said = value.get("manifest", top if "format" in top or "name" in top else None)
        try:
            found, findings = manifest.read(said, source.label)
        except Unreadable as refusal:
            self.problems += refusal.problems
            found, findings = Manifest(source.label), []
        for key in value:
            if key not in TABLES and isinstance(value[key], list):
                findings.append(Finding("unknown_table", shown(key), value=shown(key)))
        return found, findings, {key: self._json_table(key, value[key]) for key in TABLES if value.get(key) is not None}

    def _json_table(self, name: str, value: Any) -> RawTable | None:
        if not isinstance(value, list):
            self.problems.append(Finding("not_a_list", name, level=Level.FIX, params={"table": name}))
            return None
        columns = TABLES[name].by_header()
        unknown: dict[str, int] = {}
        used: set[str] = set()
        rows: list[tuple[int | None, dict[str, Any] | None, int]] = []
        for each in value:
            if not isinstance(each, dict):
                rows.append((None, None, 0))
                continue
            cells: dict[str, Any] = {}
            for key, cell in each.items():
                if cell is None or cell == "":
                    continue
                if column := columns.get(as_word(key)):
                    cells[column.name] = cell
                    used.add(column.name)
                else:
                    unknown[key] = unknown.get(key, 0) + 1
            rows.append((None, cells, 0))
        self._unknown_columns(name, list(unknown.items()))
        return RawTable([each for each in TABLES[name].columns if not each.own or each.name in used], rows)

    def _unknown_columns(self, table: str, found: list[tuple[str, int]]) -> None:
        """The first ones by name, the others by how many they are: a file may hold a million of them."""
        for column, filled in found[:COLUMNS_NAMED]:
            self.findings.append(Finding("unknown_column", table, None, shown(column), params={"count": filled}))
        if len(found) > COLUMNS_NAMED:
            self.findings.append(Finding("unknown_columns", table, params={"count": len(found) - COLUMNS_NAMED}))

    def _required(self, table: Table, file: str, present: list[Column], matched: list[Column | None]) -> None:
        names = [each.name for each in present]
        for name in sorted({each for each in names if names.count(each) > 1}):
            self.problems.append(_file_problem("same_header", table.name, name, file))
        for column in table.columns:
            if column.required and column.name not in names and matched:
                self.problems.append(_file_problem("missing_column", table.name, column.name, file))


def _file_problem(code: str, table: str, column: str, file: str) -> Finding:
    return Finding(code, table, None, column, level=Level.FIX, params={"name": file, "column": column})


def _in_table(table: str, each: Finding) -> Finding:
    return Finding(each.code, table, each.row, each.column, each.value, each.level, each.line, params=each.params)


class _Cells:
    """Reads the cells of one table. It is also the `note` its columns remark with."""

    def __init__(self, table: Table, said: Manifest, bundle: Bundle) -> None:
        self.table = table
        self.guarded = said.guarded
        self.bundle = bundle
        self.units = {"duration_unit": said.day_unit, "lag_unit": said.day_unit}
        self.at: tuple[int, int | None, str, Any] = (0, None, "", "")

    def __call__(self, code: str, level: Level = Level.CHECK, **params: Any) -> None:
        number, line, column, value = self.at
        self.bundle.findings.append(Finding(code, self.table.name, number, column, shown(value), level, line, params=params))

    def rows(self, raw: RawTable) -> list[Row]:
        found = []
        blanks = [(each, each.blank()) for each in raw.present]
        for number, (line, cells, short) in enumerate(raw.rows, start=1):
            self.at = (number, line, "", "")
            if not cells:
                self("not_a_row" if cells is None else "empty_row", Level.FIX if cells is None else Level.CHECK)
                self.bundle.left_out += 1
                continue
            if short:
                self("short_row", cells=len(raw.present) - short, columns=len(raw.present))
            values = self._values(number, line, cells, blanks)
            if values is None:
                self.at = (number, line, "", "")
                self("empty_row")
                self.bundle.left_out += 1
                continue
            ident = values.pop("id", None) or ""
            found.append(Row(self.table.name, number, line, ident, values, cells if self.table.name in KEEPS_CELLS else {}))
        return found

    def _values(self, number: int, line: int | None, cells: dict[str, Any], blanks: list[tuple[Column, Values]]) -> Values | None:
        values: Values = {}
        filled = False
        for column, blank in blanks:
            value = cells.get(column.name, "")
            self.at = (number, line, column.name, value)
            if not isinstance(value, str):
                value = self._as_text(column, value)
            elif self.guarded and line is not None and value[:1] == GUARD and value[1:2] in GUARDED:
                value = value if isinstance(column, Number | Day) else value[1:]
            if not value or value.isspace():
                values.update(blank)
                continue
            filled = True
            try:
                values.update(column.read(value, self))
            except Unusable as problem:
                self(problem.code, Level.FIX, **problem.params)
        for unit, default in self.units.items():
            if values.get(unit) == "":
                values[unit] = default
        if "labels" in values:
            values["labels"] = list(values["labels"])
        self._estimate(number, line, values)
        return values if filled else None

    def _estimate(self, number: int, line: int | None, values: Values) -> None:
        """Three numbers in rising order, or none of them: anything else says nothing that could be kept."""
        given = [values.pop(name) for name in ESTIMATE if name in values]
        told = [value for value in given if value is not None]
        if told == sorted(told) and (len(given), len(told)) in ((3, 3), (3, 0)):
            values.update(zip(ESTIMATE, given, strict=True))
        elif told:
            self.at = (number, line, "x_likely_days", ", ".join("–" if value is None else f"{value:f}" for value in given))
            self("estimate", Level.FIX)

    def _as_text(self, column: Column, value: Any) -> str:
        """A JSON value that is not text, as the text a CSV cell would hold."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
            if column.name != "labels" and not column.own:
                self("nested")
            return ";".join(map(str, value)) if not column.own else strict_text(value)
        if isinstance(value, dict | list):
            if not column.own:
                self("nested")
            return strict_text(value)
        return str(value)


def strict_text(value: Any) -> str:
    """JSON text of a nested value."""
    return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)

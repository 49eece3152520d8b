"""Rows pasted from a spreadsheet: which cell stands in which column, whatever the order and the separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from programs.intake import delimited
from programs.intake.beginnings import OFFICE, UTF16, ZIPS
from programs.intake.findings import shown
from programs.intake.text import GUARD, GUARDED, without_control
from programs.intake.values import Unusable

Cells = dict[str, str]

COLUMNS = ("key", "name", "workstream", "owner", "start", "duration", "target", "predecessors", "estimate")
WITHOUT_HEADER = COLUMNS[1:]
ALIASES: dict[str, str] = {
    "key": "key; id; kürzel; no; nr; number; row; wbs; milestone id; task id",
    "name": "name; milestone; milestones; task; task name; title; item; activity; deliverable; summary; subject; vorgangsname;"
    " aufgabe",
    "workstream": "workstream; work stream; stream; lane; track; area; group; team; teilprojekt",
    "owner": "owner; owner name; assignee; assigned to; responsible; accountable; zuständig; who; dri; resource names;"
    " verantwortlich; ressourcennamen",
    "start": "start; starts; start date; begin; planned start; from; anfang; beginn",
    "duration": "duration; days; dur; length; working days; duration days; duration in days; effort; dauer",
    "target": "target; target date; due; due date; finish; finish date; end; end date; deadline; by; until; ende; fällig;"
    " termin; ziel",
    "predecessors": "predecessors; predecessor; depends on; dependencies; dependency; waits for; waits on; after; blocked by;"
    " needs; vorgänger; abhängig von; wartet auf",
    "estimate": "estimate; estimates; confidence; range; how sure; three point estimate; schätzung; sicherheit",
    "optimistic": "optimistic; optimistic days; best case; estimate if all goes well; optimistisch;"
    " schätzung wenn alles gut geht",
    "likely": "likely; most likely; likely days; most likely days; estimate likely; wahrscheinlich; schätzung wahrscheinlich",
    "pessimistic": "pessimistic; pessimistic days; worst case; estimate if much goes wrong; pessimistisch;"
    " schätzung wenn viel schiefgeht",
}
THREE = ("optimistic", "likely", "pessimistic")  # columns of a spreadsheet that are one here: the estimate
MEANINGS = (*COLUMNS, *THREE)
LONGEST = 2_000  # characters of one cell
MOST_COLUMNS = 250
MOST_TOLD = 600_000  # characters of all cells: they travel with the page while columns are chosen
_KEY_LIKE = re.compile(r"[A-Za-z][A-Za-z0-9]*-\d+|\d+(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was pasted, and what each column of it is: "" for one that is left out.

    Blank rows inside stay, so that row numbers mean what people see.
    """

    records: list[list[str]]  # every line, its header included
    header: bool
    columns: tuple[str, ...]

    @property
    def body(self) -> list[list[str]]:
        """The lines that are rows."""
        return self.records[1:] if self.header else self.records

    @property
    def heads(self) -> tuple[str, ...]:
        """What each column is called; "" where nothing says so."""
        first = self.records[0] if self.header else []
        return tuple(first[place] if place < len(first) else "" for place in range(len(self.columns)))

    @property
    def rows(self) -> list[Cells]:
        """The rows under the columns we know."""
        return [_cells(self.columns, record) for record in self.body]

    @property
    def understood(self) -> bool:
        """Whether the header says which column is which, or there is only one."""
        return len(self.columns) == 1 or (self.header and not {"name", "key"}.isdisjoint(self.columns))

    @property
    def told(self) -> str:
        """Everything of it as one text, which `told_again` reads."""
        return "\n".join("\t".join(record) for record in self.records)

    def samples(self, place: int, most: int) -> list[str]:
        """The first different things that stand in a column."""
        cells = (record[place] for record in self.body if place < len(record) and record[place])
        return list(islice(dict.fromkeys(cells), most))

    def unread(self) -> list[int]:
        """Columns with anything in them that are left out, by their place."""
        return [place for place, column in enumerate(self.columns) if not column and self.samples(place, 1)]

    def wrong(self, needed: Collection[str]) -> dict[int, str]:
        """Columns that cannot be what they are said to be: place -> code. At least one of the `needed` has to be there."""
        found = {
            place: "pasted_column_twice" for place, column in enumerate(self.columns) if column and column in self.columns[:place]
        }
        return found if not set(needed).isdisjoint(self.columns) else {-1: "pasted_no_column", **found}


def _bare(heading: str) -> str:
    """A heading as it is compared: words only.

    >>> _bare(" Duration (days) "), _bare("Depends_on:")
    ('duration days', 'depends on')
    """
    return " ".join(re.sub(r"[^\w#]+|_", " ", heading.casefold()).split())


_BY_HEADING = {_bare(word): column for column, words in ALIASES.items() for word in words.split(";")} | {"#": "key"}


def column_of(heading: str) -> str:
    """The column a heading means, or ""."""
    return _BY_HEADING.get(_bare(heading), "")


def text_of(name: str, data: bytes) -> str:
    """The text of a file that a spreadsheet saved: UTF-8, or UTF-16 with its mark. Raises Unusable for a workbook and the like.

    >>> text_of("plan.csv", "Größe".encode("utf-16"))
    'Größe'
    """
    if data[:4] in ZIPS or data[:8] == OFFICE:
        raise Unusable("pasted_workbook", name=shown(name))
    try:
        return data.decode("utf-16" if data[:2] in UTF16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable("pasted_encoding", name=shown(name), line=data.count(b"\n", 0, error.start) + 1) from None


def read(text: str, most: int) -> Sheet:
    """Read what was pasted. Raises Unusable when it is too long, has an open quotation mark, or says nothing.

    >>> read("Owner\\tTask\\nEli\\tBuild\\n", 10).rows[0]["name"]
    'Build'
    """
    text = without_control(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    if not text.strip():
        raise Unusable("nothing_pasted")
    records = [[_unguarded(" ".join(cell.split()))[:LONGEST] for cell in record] for record in _records(text)]
    while records and not any(records[-1]):
        records.pop()
    first = records[0] if records else []
    matched = [column_of(each) for each in first]
    known = bool({"name", "key"} & set(matched)) or sum(map(bool, matched)) > 1
    header = known or _names_columns(records)
    body = records[1:] if header else records
    if not body:
        raise Unusable("nothing_pasted")
    if len(body) > most:
        raise Unusable("too_many_pasted", rows=len(body), limit=most)
    if max(map(len, records)) > MOST_COLUMNS:
        raise Unusable("too_many_columns", columns=max(map(len, records)), limit=MOST_COLUMNS)
    if sum(len(cell) for record in records for cell in record) > MOST_TOLD:
        raise Unusable("pasted_large", limit=f"{MOST_TOLD:,}")
    return _sheet(records, header, _once(matched) if header else _guess(body))


def told_again(text: str, header: bool, columns: Sequence[str]) -> Sheet:
    """A sheet from its `told`, with the columns as somebody chose them.

    >>> told_again(read("Owner\\tTask\\nEli\\tBuild\\n", 10).told, True, ["", "name"]).rows[0]["owner"]
    ''
    """
    records = [[cell.strip()[:LONGEST] for cell in line.split("\t")] for line in without_control(text).split("\n")]
    return _sheet(records, header, [column if column in MEANINGS else "" for column in columns])


def _sheet(records: list[list[str]], header: bool, columns: list[str]) -> Sheet:
    """As many columns as the widest line has cells."""
    width = max(map(len, records))
    return Sheet(records, header, tuple((columns + [""] * width)[:width]))


def _names_columns(records: list[list[str]]) -> bool:
    """Whether the first line looks like a header in words nobody here knows: all words, above columns with figures in them."""
    first, *body = records or [[]]
    return (
        len(first) > 1
        and all(first)
        and len(set(first)) == len(first)
        and not any(map(_has_figure, first))
        and any(_has_figure(cell) for record in body for cell in record)
    )


def _has_figure(text: str) -> bool:
    return any(letter.isdecimal() for letter in text)


def _once(columns: list[str]) -> list[str]:
    """Of two columns of one meaning the first is read."""
    return [column if column not in columns[:place] else "" for place, column in enumerate(columns)]


def _guess(body: list[list[str]]) -> list[str]:
    """Columns in our own order; keys or numbers may stand before the names."""
    firsts = [record[0] for record in body if record and record[0]]
    keyed = sum(bool(_KEY_LIKE.fullmatch(each)) for each in firsts)
    numbered = max(map(len, body), default=0) > 1 and keyed * 2 > len(firsts)
    return list(COLUMNS if numbered else WITHOUT_HEADER)


def _cells(columns: Sequence[str], record: list[str]) -> Cells:
    found = dict.fromkeys(MEANINGS, "")
    for column, cell in zip(columns, record, strict=False):
        if column:
            found[column] = cell
    three = [found.pop(column) for column in THREE]
    if any(three) and not found["estimate"]:
        found["estimate"] = " ".join(" / ".join(three).split())
    return found


def moved(rows: Sequence[Cells], was: Sheet, now: Sheet) -> list[Cells]:
    """Cells under what their columns are now. What somebody typed into one goes along with its column; rows of theirs stay."""
    goes = {old: new for old, new in zip(was.columns, now.columns, strict=True) if old}
    before, after = was.rows, now.rows
    found = []
    for number, cells in enumerate(rows):
        if number >= len(before):
            found.append(cells)
            continue
        typed = {goes.get(column, column): said for column, said in cells.items() if said != before[number][column]}
        found.append(after[number] | {column: said for column, said in typed.items() if column in COLUMNS})
    return found


def _records(text: str) -> list[list[str]]:
    lines = text.split("\n")
    separator = _separator(lines)
    if not separator:
        return [[line] for line in lines]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        if separator == "\t":  # a spreadsheet copies a lone quotation mark as it is
            return [line.split("\t") for line in lines]
        raise Unusable("pasted_quote") from None


def _separator(lines: list[str]) -> str:
    """Tabs come from a spreadsheet. Commas and semicolons count when a header says so, or when every line has as many."""
    if any("\t" in line for line in lines):
        return "\t"
    found = delimited.detect(lines[0], lambda heading: bool(column_of(heading)))
    if found in lines[0] and any(column_of(each) for each in lines[0].split(found)):
        return found
    filled = [line for line in lines if line.strip()]
    for each in (";", ","):
        widths = _widths(filled, each)
        if len(filled) > 1 and len(widths) == 1 and widths != {1}:
            return each
    return ""


def _widths(lines: Sequence[str], separator: str) -> set[int]:
    """How many cells each line has; a separator in quotation marks is none."""
    try:
        return {len(record) for record in csv.reader(lines, delimiter=separator, strict=True)}
    except csv.Error:
        return {line.count(separator) + 1 for line in lines}


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it.

    >>> _unguarded("'+3d"), _unguarded("'tis")
    ('+3d', "'tis")
    """
    return cell[1:] if cell[:1] == GUARD and cell[1:2] in GUARDED else cell

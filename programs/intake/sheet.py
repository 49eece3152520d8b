"""Rows pasted from a spreadsheet: which cell stands in which column, whatever the order and the separator."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from programs.intake import delimited
from programs.intake.beginnings import OFFICE, UTF16, ZIPS
from programs.intake.findings import shown
from programs.intake.text import without_control
from programs.intake.values import Unusable

Cells = dict[str, str]

COLUMNS = ("key", "name", "workstream", "owner", "start", "duration", "target", "predecessors", "estimate")
WITHOUT_HEADER = COLUMNS[1:]
ALIASES: dict[str, str] = {
    "key": "key; id; no; nr; number; row; wbs; milestone id; task id",
    "name": "name; milestone; milestones; task; task name; title; item; activity; deliverable; summary; subject; vorgangsname;"
    " aufgabe",
    "workstream": "workstream; work stream; stream; lane; track; area; group; teilprojekt",
    "owner": "owner; owner name; assignee; assigned to; responsible; accountable; who; dri; resource names; verantwortlich;"
    " ressourcennamen",
    "start": "start; starts; start date; begin; planned start; from; anfang; beginn",
    "duration": "duration; days; dur; length; working days; duration days; duration in days; effort; dauer",
    "target": "target; target date; due; due date; finish; finish date; end; end date; deadline; by; until; ende; fällig; termin",
    "predecessors": "predecessors; predecessor; depends on; dependencies; dependency; waits for; waits on; after; blocked by;"
    " needs; vorgänger; abhängig von",
    "estimate": "estimate; estimates; confidence; range; how sure; three point estimate; schätzung; sicherheit",
    "optimistic": "optimistic; optimistic days; best case; optimistisch",
    "likely": "likely; most likely; likely days; most likely days; wahrscheinlich",
    "pessimistic": "pessimistic; pessimistic days; worst case; pessimistisch",
}
THREE = ("optimistic", "likely", "pessimistic")  # columns of a spreadsheet that are one here: the estimate
LONGEST = 2_000  # characters of one cell
_KEY_LIKE = re.compile(r"[A-Za-z][A-Za-z0-9]*-\d+|\d+(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was pasted, cell by cell. Blank rows inside stay, so that row numbers mean what people see."""

    rows: list[Cells]
    header: bool
    unread: tuple[str, ...] = ()  # columns nobody here knows, by what they are called


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
    records = [[cell.strip() for cell in record] for record in _records(text)]
    while records and not any(records[-1]):
        records.pop()
    first = records[0] if records else []
    matched = [column_of(each) for each in first]
    header = bool({"name", "key"} & set(matched)) or sum(map(bool, matched)) > 1
    body = records[1:] if header else records
    if len(body) > most:
        raise Unusable("too_many_pasted", rows=len(body), limit=most)
    columns = _once(matched) if header else _guess(body)
    rows = [_cells(columns, record) for record in body]
    return Sheet(rows, header, _unread(first if header else [], columns, body))


def _once(columns: list[str]) -> list[str]:
    """Of two columns of one meaning the first is read."""
    return [column if column not in columns[:place] else "" for place, column in enumerate(columns)]


def _guess(body: list[list[str]]) -> list[str]:
    """Columns in our own order; keys or numbers may stand before the names."""
    firsts = [record[0] for record in body if record and record[0]]
    keyed = sum(bool(_KEY_LIKE.fullmatch(each)) for each in firsts)
    numbered = max(map(len, body), default=0) > 1 and keyed * 2 > len(firsts)
    return list(COLUMNS if numbered else WITHOUT_HEADER)


def _cells(columns: list[str], record: list[str]) -> Cells:
    found = dict.fromkeys((*COLUMNS, *THREE), "")
    for column, cell in zip(columns, record, strict=False):
        if column:
            found[column] = " ".join(cell.split())[:LONGEST]
    three = [found.pop(column) for column in THREE]
    if any(three) and not found["estimate"]:
        found["estimate"] = " ".join(" / ".join(three).split())
    return found


def _unread(header: list[str], columns: list[str], body: list[list[str]]) -> tuple[str, ...]:
    """Columns with anything in them that have no place here."""
    width = max(map(len, body), default=0)
    places = [place for place in range(width) if place >= len(columns) or not columns[place]]
    filled = [place for place in places if any(len(record) > place and record[place] for record in body)]
    return tuple(header[place][:60] if place < len(header) and header[place] else f"({place + 1})" for place in filled)


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
        counts = {line.count(each) for line in filled}
        if len(filled) > 1 and len(counts) == 1 and counts != {0}:
            return each
    return ""

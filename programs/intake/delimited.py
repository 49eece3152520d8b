"""CSV by RFC 4180, with the freedoms a bundle grants: a byte order mark, CRLF, and `;` or tab as separator."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from programs.intake.findings import Finding, Level, Unreadable
from programs.intake.limits import Limits
from programs.intake.strict_json import decode

SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows. Each row has the line of the file it begins on and exactly as many cells as the header."""

    header: list[str]
    rows: list[tuple[int, list[str], int]]  # line, cells, how many cells were really there
    separator: str


def read(name: str, data: bytes, limits: Limits, known: Callable[[str], bool]) -> Table:
    """Read one table. Raises Unreadable with every broken line; `known` says whether a header names a column."""
    text = decode(name, data)
    if (at := text.find("\x00")) >= 0:
        raise Unreadable.because("nul", name=name, line=text.count("\n", 0, at) + 1)
    if not text.strip():
        raise Unreadable.because("empty_file", name=name)
    separator = detect(text, known)
    lines = _records(name, text, separator, limits)
    header_line, header = next((record for record in lines if any(map(str.strip, record[1]))), (1, [""]))
    header = _header(name, header, header_line)
    rows: list[tuple[int, list[str], int]] = []
    problems: list[Finding] = []
    for line, cells in lines:
        if not cells:
            continue  # a blank line is not a row
        there = len(cells)
        if any(each.strip() for each in cells[len(header) :]):
            said = {"name": name, "line": line, "cells": there, "columns": len(header)}
            problems.append(Finding("too_many_cells", "", None, level=Level.FIX, line=line, params=said))
        rows.append((line, cells[: len(header)] + [""] * (len(header) - there), there))
    if problems:
        raise Unreadable(problems)
    return Table(header, rows, separator)


def detect(text: str, known: Callable[[str], bool]) -> str:
    """The separator whose reading of the first line that says anything names most columns.

    >>> detect("id;name,status\\n", {"id", "name,status"}.__contains__)
    ';'
    """
    first = next((line for line in io.StringIO(text, newline=None) if line.strip(' ,;\t\r\n"')), "")
    return max(SEPARATORS, key=lambda each: sum(known(cell.strip().strip('"')) for cell in first.split(each)))


def _records(name: str, text: str, separator: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line it begins on."""
    csv.field_size_limit(limits.cell)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _refusal(name, line, str(error), limits) from None
        yield line, cells


def _refusal(name: str, line: int, detail: str, limits: Limits) -> Unreadable:
    if "field larger" in detail:
        return Unreadable.because("cell_too_long", name=name, line=line, limit=limits.cell)
    if "unexpected end" in detail:
        return Unreadable.because("quote", name=name, line=line)
    return Unreadable.because("csv", name=name, line=line, detail=detail.replace("'", "").strip())


def _header(name: str, cells: list[str], line: int) -> list[str]:
    """Column names without blanks around them, each only once."""
    header = [each.strip() for each in cells]
    while len(header) > 1 and not header[-1]:
        header.pop()
    twice = sorted({each for each in header if each and header.count(each) > 1})
    if twice:
        raise Unreadable(
            [
                Finding("same_header", "", None, each, level=Level.FIX, line=line, params={"name": name, "column": each})
                for each in twice
            ]
        )
    return header

"""The rows of a paste that are left out, each with its reason, as a CSV to put right in a spreadsheet and bring in again."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from programs.intake.sheet import COLUMNS, THREE
from programs.web import pasting_words, respond
from programs.web.forms.paste import LABELS, MEANINGS, blank

if TYPE_CHECKING:
    from programs.actions.pasting import Looked
    from programs.intake.sheet import Cells, Sheet

_ROW = re.compile(r"(^|[,;]) *(\d{1,5})(?= ?(?:FS|SS|FF|SF|[+\-−–,;]|$))", re.IGNORECASE)


def answer(rows: list[Cells], found: Looked, sheet: Sheet | None, *, name: str) -> HttpResponse:
    """The file; `name` is what the one that was read is called."""
    return respond.table(f"{slugify(PurePath(name).stem) or 'rows'}-to-fix", table(rows, found, sheet))


def table(rows: list[Cells], found: Looked, sheet: Sheet | None) -> list[list[str]]:
    """The columns as they were pasted, with what was typed since; then those that were only typed; then the reason."""
    out, reason = sorted(found.left), _("Reason")
    before = dict(enumerate(sheet.rows)) if sheet else {}
    typed = {(row, column) for row in out for column in COLUMNS if rows[row][column] != before.get(row, blank())[column]}
    own = sheet.columns if sheet else ()
    heads = [_head(sheet, place) for place in range(len(own))] if sheet else []
    kept = [place for place, column in enumerate(own) if column or heads[place] != reason]  # not that of an earlier file
    more = [column for column in COLUMNS if column not in own and any((row, column) in typed for row in out)]
    said = _reasons(found)

    def cell(row: int, place: int) -> str:
        column = "estimate" if own[place] in THREE else own[place]
        if (row, column) in typed:
            return rows[row][column] if column == own[place] else ""
        if column == "predecessors":
            return _by_name(rows, found, rows[row][column])
        record = sheet.body[row] if sheet and row < len(sheet.body) else []
        return record[place] if place < len(record) else ""

    def further(row: int, column: str) -> str:
        value = rows[row][column] if (row, column) in typed else ""
        return _by_name(rows, found, value) if column == "predecessors" else value

    head = [*(heads[place] for place in kept), *(str(LABELS[column]) for column in more), reason]
    return [head] + [
        [*(cell(row, place) for place in kept), *(further(row, column) for column in more), said[row]] for row in out
    ]


def _head(sheet: Sheet, place: int) -> str:
    column = sheet.columns[place]
    return sheet.heads[place] or (str(MEANINGS[column]) if column else _("Column %(number)s") % {"number": place + 1})


def _reasons(found: Looked) -> dict[int, str]:
    """Why each row is left out."""
    said: dict[int, list[str]] = defaultdict(list)
    for each in found.problems:
        if each.bad:
            said[each.row].append(f"{LABELS[each.column]}: {pasting_words.sentence(each)}")
    waits = _("It waits for row %(row)s, which is left out.")
    return {row: " ".join(said[row]) if row == because else waits % {"row": because + 1} for row, because in found.left.items()}


def _by_name(rows: list[Cells], found: Looked, said: str) -> str:
    """What a row waits for, with rows called by their number called by key or name: in the file they have other numbers."""
    numbers = {cells["key"]: row for row, cells in reversed(list(enumerate(rows))) if cells["key"].isdecimal()}

    def named(match: re.Match[str]) -> str:
        row = numbers.get(match[2], int(match[2]) - 1)
        if not 0 <= row < len(rows) or not found.draft.ids[row]:
            return match[0]
        cells = rows[row]
        key = cells["key"] if found.here.new or not found.draft.ids[row].startswith("#") else ""
        return match[0].removesuffix(match[2]) + ((key if not key.isdecimal() else "") or cells["name"] or match[2])

    return _ROW.sub(named, said)

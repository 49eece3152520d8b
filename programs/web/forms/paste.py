"""Rows pasted from a spreadsheet: the text of the first step, then the cells, with what was decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from programs.intake import sheet
from programs.intake.pasted import Answers
from programs.intake.sheet import COLUMNS, LONGEST, Cells, Sheet
from programs.intake.text import without_control
from programs.models import Program
from programs.queries.date_words import words_of
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base
from programs.web.forms.dates import DateInWords
from programs.web.forms.programs import time_zones

if TYPE_CHECKING:
    from django.http import QueryDict

    from programs.models import Person

BLANK_ROWS = 5
LABELS = {
    "key": _("Key"),
    "name": _("Name"),
    "workstream": _("Workstream"),
    "owner": _("Owner"),
    "start": _("Start"),
    "duration": _("Duration"),
    "target": _("Target"),
    "predecessors": _("Waits for"),
    "estimate": _("Estimate"),
}

MEANINGS = {
    **LABELS,
    "optimistic": _("Estimate: if all goes well"),
    "likely": _("Estimate: likely"),
    "pessimistic": _("Estimate: if much goes wrong"),
}


class About(Base):
    """The program that pasted rows begin."""

    rows = (("name",), ("target_date", "time_zone"))
    name = fields.name(_("Name"))
    target_date = DateInWords(label=_("Target date"), help_text=_("“11 jun”, “in 90 days” or “2027-06-11”."))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)

    def as_program(self, by: Person) -> Program:
        """It as far as it is said, before anything is saved."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        time_zone = said.get("time_zone") or by.time_zone
        return Program(name=said.get("name", ""), owner=by, time_zone=time_zone, target_date=said.get("target_date"))


class Paste(Adding):
    """What was pasted, before its rows are read; `word` says what the shown preview would do."""

    text = forms.CharField(
        label=_("Rows"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 12, "class": "mono", "spellcheck": "false", "wrap": "off", "data-paste-text": ""}),
        help_text=_("With their header if you have one; columns may stand in any order. Tabs, commas and semicolons are read."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        help_text=_("A CSV file as your spreadsheet saves it. It is read instead of the rows above."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"}),
    )
    word = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    file_name = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def read_text(self) -> str:
        """What is to be read: the file, if there is one, else what was pasted. Raises Unusable for a file that is no text."""
        file = self.cleaned_data.get("file")
        return sheet.text_of(file.name, file.read()) if file else self.cleaned_data.get("text") or ""


class PasteOrFile(Paste):
    """The same where a program begins: the file comes first."""

    def add_fields(self) -> None:
        """In other words."""
        self.fields["file"].label, self.fields["text"].label = gettext("CSV file"), gettext("Or rows")
        self.fields["file"].help_text = gettext("As your spreadsheet saves it.")


def blank() -> Cells:
    """A row without anything in it."""
    return dict.fromkeys(COLUMNS, "")


def rows(sent: QueryDict) -> list[Cells]:
    """The cells of the grid, row by row; every column is sent once for each row."""
    columns = {column: sent.getlist(column) for column in COLUMNS}
    count = max(map(len, columns.values()))
    return [
        {column: _cell(values[number]) if number < len(values) else "" for column, values in columns.items()}
        for number in range(count)
    ]


def sheets(sent: QueryDict) -> tuple[Sheet, Sheet] | None:
    """What was read, under the columns it was shown with and under those that are chosen now; None where rows were typed."""
    told = sent.get("source")
    if not told or not isinstance(told, str):
        return None
    header, was = sent.get("header") == "1", sent.get("was", "").split(",")[: sheet.MOST_COLUMNS]
    chosen = [sent.get(f"as-{place}", column) for place, column in enumerate(was)]
    shown, now = (sheet.told_again(told, header, columns) for columns in (was, chosen))
    return shown, now


def _cell(text: str) -> str:
    return " ".join(without_control(text).replace("\x00", "").split())[:LONGEST]


def answers(sent: QueryDict) -> Answers:
    """What was decided about the paste as a whole."""

    def pairs(name: str) -> dict[str, Any]:
        return dict(zip(map(_cell, sent.getlist(f"{name}_name")), sent.getlist(f"{name}_answer"), strict=False))

    day_first = {"1": True, "0": False}.get(sent.get("day_first", ""))
    return Answers(day_first, pairs("lane"), pairs("person"), words_of(get_language() or "en"))

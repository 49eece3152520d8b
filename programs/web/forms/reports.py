"""The form in which a status update is written."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from programs.models import Report
from programs.models.text import TEXT_LIMIT
from programs.summaries import words
from programs.summaries.report import titles
from programs.web.forms.base import Editing, Rows

LONGEST_BOX = 14  # lines


class WriteReport(Editing):
    """A headline and six texts; one line is one point."""

    rows: ClassVar[Rows] = (("headline",), *((name,) for name in titles()))
    all_optional = True
    headline = forms.CharField(
        label=_("Headline"),
        required=False,
        max_length=800,
        widget=forms.TextInput({"maxlength": 200, "autocomplete": "off"}),
        help_text=_("The subject of the mail: the answer itself."),
    )

    def add_fields(self) -> None:
        """A box for each text, as high as what is in it."""
        row: Report = self.row
        with words.spoken(gettext, ngettext):
            labels = titles()
        for name, label in labels.items():
            lines = sum(1 + len(line) // 84 for line in getattr(row, name).splitlines())
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=TEXT_LIMIT * 2,
                widget=forms.Textarea({"rows": min(max(lines + 1, 2), LONGEST_BOX)}),
            )

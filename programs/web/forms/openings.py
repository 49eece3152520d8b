"""The opening paragraph of the coming summary."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import OPENING_LIMIT
from programs.web.forms.base import Editing, Rows


class WriteOpening(Editing):
    """One paragraph; empty means that the computed sentences stand."""

    rows: ClassVar[Rows] = (("text",),)
    all_optional = True
    text = forms.CharField(
        label=_("Opening paragraph"),
        required=False,
        max_length=OPENING_LIMIT * 2,
        widget=forms.Textarea({"rows": 5, "maxlength": OPENING_LIMIT}),
        help_text=_("Under the headline of the next summary, with your name. Empty: the computed sentences."),
    )

    def clean_text(self) -> str:
        """A paragraph is one line, however it was typed."""
        return " ".join(self.cleaned_data["text"].split())

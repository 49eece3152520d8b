"""The file a person gives."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class Upload(forms.Form):
    """One bundle: a zip of its folder, or one JSON file. What it is, its content tells, not its name."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("A zip of the bundle's folder, or one JSON file, up to 25 MB."),
        error_messages={"required": _("Choose a file."), "invalid": _("Choose a file."), "missing": _("Choose a file.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.json,application/zip,application/json"}),
    )

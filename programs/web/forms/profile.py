"""One's own settings."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Person
from programs.web.forms import fields
from programs.web.forms.base import Editing
from programs.web.forms.programs import time_zones


class Profile(Editing):
    """How the product calls me, when it is for me, and how it looks."""

    rows = (("name",), ("time_zone", "theme"), ("single_keys",))
    name = fields.name(_("Name"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, help_text=_("“Today” and every time on a page are yours.")
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Person.Theme.choices, required=False)
    single_keys = forms.BooleanField(
        label=_("Single-letter keys"),
        required=False,
        help_text=_("C cleared, S still the same, J and K to move. Ctrl K always works."),
    )

"""One's own settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Person
from programs.web.forms import fields
from programs.web.forms.base import Editing
from programs.web.forms.countries import countries
from programs.web.forms.programs import time_zones


def clock(label: Any, **options: Any) -> forms.TimeField:
    """An optional time of day."""
    wrong = _("Write a time like 22:00.")
    widget = forms.TimeInput({"type": "time", "class": "w-s"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget, error_messages={"invalid": wrong}, **options)


class Profile(Editing):
    """How the product calls me, when it is for me, in which language, and when it leaves me alone."""

    rows = (
        *(("name",), ("time_zone", "country"), ("language", "theme")),
        *(("quiet_from", "quiet_until"), ("quiet_weekends",), ("single_keys",)),
    )
    all_optional = True
    name = fields.name(_("Name"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("“Today” and every time on a page are yours."),
    )
    country = forms.ChoiceField(
        label=_("Public holidays of"),
        choices=countries,
        required=False,
        help_text=_("On these days no blocker is escalated to you. None: the holidays of the program."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=Person.Language.choices, required=False, help_text=_("Of pages and of mails to you.")
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Person.Theme.choices, required=False)
    quiet_from = clock(_("Quiet from"), help_text=_("No mail but the summaries you chose a time for."))
    quiet_until = clock(_("Quiet until"), help_text=_("In your time zone; the next morning when it is earlier."))
    quiet_weekends = forms.BooleanField(
        label=_("Quiet on Saturdays and Sundays"), required=False, help_text=_("What comes up then waits for Monday.")
    )
    single_keys = forms.BooleanField(
        label=_("Single-letter keys"),
        required=False,
        help_text=_("C cleared, S still the same, J and K to move. Ctrl K always works."),
    )

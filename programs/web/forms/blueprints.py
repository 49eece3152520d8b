"""Copy a program or a workstream, keep a program as a template, begin one from a template."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.web.forms import fields
from programs.web.forms.base import Adding, Rows
from programs.web.forms.dates import DateInWords
from programs.web.forms.programs import time_zones

NO_DAY = {"required": _("Write a day, such as “12 mar” or “fri”.")}


class CopyProgram(Adding):
    """The copy is a program of its own."""

    rows: ClassVar[Rows] = (("name",), ("start",), ("people",))
    name = fields.name(_("Name"))
    start = DateInWords(
        label=_("First day"),
        required=True,
        error_messages=NO_DAY,
        help_text=_("Every date keeps its distance from this day, in working days."),
    )
    people = forms.BooleanField(
        label=_("Keep owners, leads and members"),
        required=False,
        help_text=_("Left out, nobody owns anything yet and you are the only member."),
    )


class CopyWorkstream(CopyProgram):
    """The copy stands in the same program, with keys of its own."""

    rows: ClassVar[Rows] = (("name",), ("start",), ("people",), ("links",))
    people = forms.BooleanField(label=_("Keep owners and the lead"), required=False)
    links = forms.BooleanField(
        label=_("Keep links to the rest of the program"),
        required=False,
        help_text=_("The copy then waits for what the first one waits for, and feeds what it feeds."),
    )


class SaveTemplate(Adding):
    """A plan others may begin from. It holds no people, no statuses and no blockers."""

    rows = (("name",), ("description",), ("shared",))
    name = fields.name(_("Name"))
    description = fields.text(_("What it is for"))
    shared = forms.BooleanField(
        label=_("Everybody who can sign in may use it"),
        required=False,
        help_text=_("They see the names of its workstreams and milestones. Left off, it is yours alone."),
    )


class Begin(Adding):
    """A program from a template."""

    rows = (("name",), ("start", "time_zone"))
    name = fields.name(_("Name"))
    start = DateInWords(
        label=_("First day"), required=True, error_messages=NO_DAY, help_text=_("“11 jun”, “mon” or “2027-06-11”.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)

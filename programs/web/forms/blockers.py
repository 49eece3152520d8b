"""Say that work has stopped, change what is said, clear it, give another date."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import BlockerKind, Severity
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Editing
from programs.web.forms.dates import DateInWords


class Blocker(Base):
    """What other teams read first: what stopped, what it waits for, who can clear it, by when, what happens next."""

    rows = (("title",), ("waiting_on",), ("owner", "expected_clear"), ("kind", "severity"), ("next_step",), ("url",))
    title = fields.title(_("What is blocked"), help_text=_("One sentence: “Pen-test vendor cannot reach the staging vault”."))
    waiting_on = fields.line(_("Waiting for"), help_text=_("Who or what, so it can be chased."))
    expected_clear = DateInWords(label=_("Expected clear"))
    kind = forms.ChoiceField(label=_("Kind"), choices=BlockerKind.choices, initial=BlockerKind.OTHER)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, initial=Severity.MEDIUM)
    next_step = fields.line(_("Next step"))

    def add_fields(self) -> None:
        """Who clears it is a member of the program."""
        self.fields["owner"] = fields.PersonField(self.program, _("Who can clear it"), also=getattr(self.row, "owner_id", None))


class NewBlocker(Blocker, Adding):
    """Work stops now."""


class EditBlocker(Blocker, Editing):
    """A blocker that is there."""

    url = fields.address(_("Link"))


class Clear(Base):
    """What cleared it, in a few words."""

    resolution = fields.line(_("What cleared it"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class NewDate(Base):
    """When it is expected to clear now."""

    date = DateInWords(
        label=_("Clears on"), required=True, error_messages={"required": _("Write a day, such as “12 mar” or “fri”.")}
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

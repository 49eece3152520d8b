"""The one answer that a link in a mail offers, with what may be said beside it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Said
from programs.web.forms import fields
from programs.web.forms.base import Base
from programs.web.forms.blockers import Clear, NewDate
from programs.web.forms.dates import DateInWords


class Nothing(Base):
    """Still the same, seen: one press."""


class Word(Base):
    """How a milestone stands: what the link says, and what changed."""

    note = fields.text(_("What changed"), lines=2)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    said: ClassVar[str]

    def clean(self) -> dict[str, Any]:
        """The answer is the one the link offers."""
        return {**(super().clean() or self.cleaned_data), "said": self.said}


class OnTrack(Word):
    """It goes well."""

    said = Said.ON_TRACK


class AtRisk(Word):
    """It may slip."""

    said = Said.AT_RISK


class Done(Word):
    """It is finished."""

    said = Said.DONE


class Blocked(Word):
    """Work has stopped, and why."""

    said = Said.BLOCKED
    field_order = ("waiting_on", "expected_clear", "note")
    waiting_on = fields.line(_("Waiting for"), help_text=_("Who or what, so it can be chased."))
    expected_clear = DateInWords(label=_("Expected clear"))

    def add_fields(self) -> None:
        """Blocked needs something to wait for."""
        _demand(self.fields["waiting_on"], _("Say who or what, so it can be chased."))

    def clean(self) -> dict[str, Any]:
        """Who can clear it stays as it was."""
        return {**super().clean(), "clearer": self.initial.get("clearer")}


class Contest(Base):
    """Why a new date cannot hold."""

    answer_note = fields.line(_("Why it cannot hold"))

    def add_fields(self) -> None:
        """Without a reason nobody can act on it."""
        _demand(self.fields["answer_note"], _("Say why the new date cannot hold."))


def _demand(field: forms.Field, message: Any) -> None:
    field.required, field.error_messages["required"] = True, message


FORMS: dict[tuple[str, str], type[Base]] = {
    ("m", "same"): Nothing,
    ("m", "on_track"): OnTrack,
    ("m", "at_risk"): AtRisk,
    ("m", "blocked"): Blocked,
    ("m", "done"): Done,
    ("b", "cleared"): Clear,
    ("b", "same"): Nothing,
    ("b", "date"): NewDate,
    ("n", "acknowledged"): Nothing,
    ("n", "contested"): Contest,
}

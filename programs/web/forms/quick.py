"""The one answer that a link in a mail offers, with what may be said beside it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import Said
from programs.web.forms import fields
from programs.web.forms.base import Base, Rows
from programs.web.forms.blockers import Clear, NewDate
from programs.web.forms.dates import DateInWords
from programs.web.forms.risks import scale


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


class SoWhat(Base):
    """What it means, in one line."""

    so_what = fields.so_what()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def add_fields(self) -> None:
        """That line is all that is asked."""
        _demand(self.fields["so_what"], _("Write one line."))


class LookAgain(Base):
    """When to look at it next."""

    day = DateInWords(
        label=_("Look again on"), required=True, error_messages={"required": _("Write a day, such as “12 mar” or “fri”.")}
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def clean_day(self) -> date:
        """A day to come, or it would be asked again at once."""
        day: date = self.cleaned_data["day"]
        if day <= self.today:
            raise ValidationError(gettext("Choose a day after today."))
        return day


class NotYet(LookAgain):
    """The same with what is new."""

    field_order = ("note", "day")
    note = fields.line(_("What is new"))


class Review(NotYet):
    """The same with how likely and how bad it is by now."""

    rows: ClassVar[Rows] = (("probability", "impact"), ("note",), ("day",))
    probability = scale(_("Likelihood"))
    impact = scale(_("Impact"))

    def clean(self) -> dict[str, Any]:
        """What a message without them leaves out stays as it was judged."""
        given = super().clean() or self.cleaned_data
        return {name: value for name, value in given.items() if name in self.data or name not in {"probability", "impact"}}


class CameTrue(Base):
    """What is blocked now that a risk came true."""

    title = fields.line(_("What stops the work"))
    waiting_on = fields.line(_("Waiting for"), help_text=_("Who or what, so it can be chased."))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def add_fields(self) -> None:
        """A blocker needs a name."""
        _demand(self.fields["title"], _("Say what stops the work."))


class Decide(Base):
    """One of the options and why, or what is decided in words where there are none."""

    rows: ClassVar[Rows] = (("chosen",), ("outcome",), ("review_on",))
    outcome = fields.line(_("Why, or what exactly"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def add_fields(self) -> None:
        """Options are those of the decision; expected values that stand already want a day to look at them."""
        names = [(one["name"], one["name"]) for one in self.row.options]
        if names:
            self.fields["chosen"] = forms.ChoiceField(label=_("Decision"), choices=names, widget=forms.RadioSelect)
        if self.row.limits and self.row.review_on is None:
            self.fields["review_on"] = DateInWords(label=_("Look at it again"))

    def given(self) -> dict[str, Any]:
        """As a decision is recorded."""
        return {"chosen": "", **super().given()}


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
    ("b", "so_what"): SoWhat,
    ("r", "so_what"): SoWhat,
    ("r", "review"): Review,
    ("r", "trigger"): NotYet,
    ("r", "happened"): CameTrue,
    ("d", "review"): LookAgain,
    ("d", "decide"): Decide,
    ("n", "acknowledged"): Nothing,
    ("n", "contested"): Contest,
}

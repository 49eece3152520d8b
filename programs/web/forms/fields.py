"""Fields several forms share: people, lines of text, numbers of days, a milestone by its key."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.models import Confidence, DayUnit, Milestone, Person, Program, Team, Workstream
from programs.models.text import MILESTONE_NAME_LIMIT, NAME_LIMIT
from programs.queries import choices

if TYPE_CHECKING:
    from collections.abc import Iterable

TEAM = gettext_lazy("Team")
NOBODY = gettext_lazy("Nobody yet")
WORKSTREAM = gettext_lazy("Workstream")


class Checkboxes(forms.CheckboxSelectMultiple):
    """Boxes to tick. One value with commas is read as well: that is how a choice between two saves sends a whole set."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Every ticked value."""
        ticked = super().value_from_datadict(data, files, name) or []
        return [part for each in ticked for part in str(each).split(",")]


def name(label: Any, *, limit: int = NAME_LIMIT, **options: Any) -> forms.CharField:
    """A required line. Its length is checked by the action, which says how long it is and how long it may be."""
    widget = forms.TextInput({"maxlength": limit, "autocomplete": "off"})
    return forms.CharField(label=label, widget=widget, max_length=limit * 4, **options)


def lasting(days: int) -> forms.IntegerField:
    """For how many days a link or a key works, a year at most."""
    said = gettext_lazy("Write a number of days from 1 to 365.")
    return forms.IntegerField(
        label=gettext_lazy("Works for how many days"),
        min_value=1,
        max_value=365,
        initial=days,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
    )


def title(label: Any, **options: Any) -> forms.CharField:
    """The line that names a milestone, a blocker or a risk."""
    return name(label, limit=MILESTONE_NAME_LIMIT, **options)


def line(label: Any, *, limit: int = 500, **options: Any) -> forms.CharField:
    """An optional line."""
    widget = options.pop("widget", None) or forms.TextInput({"maxlength": limit})
    return forms.CharField(label=label, required=False, max_length=limit * 4, widget=widget, **options)


def so_what() -> forms.CharField:
    """What a blocker or a risk means for those who cannot read a plan."""
    said = gettext_lazy("What it means for who pays or waits for it: “Two banks cannot be billed in April, about 80,000 euros.”")
    return line(gettext_lazy("So what"), help_text=said)


def text(label: Any, *, lines: int = 3, **options: Any) -> forms.CharField:
    """An optional longer text."""
    return forms.CharField(label=label, required=False, widget=forms.Textarea({"rows": lines}), **options)


def address(label: Any) -> forms.CharField:
    """An optional link. The action says what a link must look like."""
    return forms.CharField(label=label, required=False, widget=forms.URLInput({"maxlength": 500, "placeholder": "https://"}))


class DaysField(forms.DecimalField):
    """A number of days; 18.0000 is shown as 18."""

    def prepare_value(self, value: Any) -> Any:
        """Plain digits."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) and value.is_finite() else value


class PercentDone(DaysField):
    """A share that may have a fraction; the sign may be written."""

    def to_python(self, value: Any) -> Any:
        """Read "50", "50%" and "12.5 %"."""
        return super().to_python(value.strip().removesuffix("%").strip() if isinstance(value, str) else value)


def days(label: Any, **options: Any) -> forms.DecimalField:
    """An optional number of days; fractions are fine."""
    widget = forms.TextInput({"inputmode": "decimal", "class": "w-s", "maxlength": 12})
    messages = {"invalid": gettext_lazy("Use 0 to 3,650 days, with at most 4 decimals.")}
    return DaysField(label=label, required=False, widget=widget, error_messages=messages, **options)


def percent(label: Any, **options: Any) -> forms.IntegerField:
    """An optional share in whole percent."""
    widget = forms.TextInput({"inputmode": "numeric", "class": "w-s", "maxlength": 4})
    message = gettext_lazy("Use a whole number from 0 to 100.")
    return Percent(label=label, required=False, widget=widget, error_messages={"invalid": message}, **options)


class Percent(forms.IntegerField):
    """Whole percent; the sign may be written. The action says which numbers are possible."""

    def to_python(self, value: Any) -> int | None:
        """Read "40" and "40 %"."""
        return super().to_python(value.strip().removesuffix("%") if isinstance(value, str) else value)


def unit(label: Any) -> forms.ChoiceField:
    """Working or calendar days."""
    return forms.ChoiceField(label=label, choices=DayUnit.choices, initial=DayUnit.WORKING, widget=forms.Select({"class": "w-m"}))


def confidence() -> forms.ChoiceField:
    """How sure somebody is of the work that is left, in a word."""
    return forms.ChoiceField(
        label=gettext_lazy("How sure"),
        choices=Confidence.choices,
        required=False,
        help_text=gettext_lazy("Of the work left or the date. Three numbers go before a word; without either, history speaks."),
        widget=forms.Select({"class": "w-m"}),
    )


class PersonField(forms.ModelChoiceField):
    """One member of the program. Whoever is not one is refused without a name."""

    def __init__(
        self, program: Program, label: Any, *, also: int | None = None, empty_label: Any = NOBODY, **options: Any
    ) -> None:
        super().__init__(choices.people(program, also=also), label=label, required=False, empty_label=empty_label, **options)
        self.error_messages["invalid_choice"] = _(
            "Not a member of this program. Choose a member, or add the person to the program first."
        )

    def label_from_instance(self, obj: Person) -> str:  # type: ignore[override]
        """People by name."""
        return obj.name


def workstream(program: Program, *, label: Any = WORKSTREAM) -> forms.ModelChoiceField[Workstream]:
    """One workstream of the program."""
    return forms.ModelChoiceField(choices.workstreams(program), label=label, required=False, empty_label=_("None"))


def team(program: Program, *, also: int | None = None, label: Any = TEAM) -> forms.ModelChoiceField[Team]:
    """One of the teams one may know of in this program."""
    return forms.ModelChoiceField(choices.teams(program, also=also), label=label, required=False, empty_label=_("None"))


class Labels(forms.Field):
    """Words between commas."""

    def prepare_value(self, value: Any) -> Any:
        """Write a list as one line."""
        return ", ".join(str(word) for word in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:
        """Read the line back."""
        words = value if isinstance(value, list | tuple) else str(value or "").split(",")
        return [str(word).strip() for word in words if str(word).strip()]


class SuggestingInput(forms.TextInput):
    """A line with suggestions the browser itself shows; it works without script."""

    template_name = "forms/suggesting.html"

    def __init__(self, suggestions: Iterable[tuple[str, str]]) -> None:
        super().__init__({"autocomplete": "off", "class": "w-m", "maxlength": 24})
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The list stands right behind the field it belongs to."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["suggestions"] = self.suggestions
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}_list"
        return context


class MilestoneByKey(forms.Field):
    """A milestone of the program, by the key people call it: CUT-5."""

    def __init__(self, program: Program, label: Any, **options: Any) -> None:
        super().__init__(label=label, widget=SuggestingInput(choices.suggested(program)), **{"required": False, **options})
        self.program = program

    def prepare_value(self, value: Any) -> Any:
        """Show the key of what is stored."""
        return value.key if isinstance(value, Milestone) else value

    def to_python(self, value: Any) -> Milestone | None:
        """Find it, or say what is expected."""
        if isinstance(value, Milestone) or value in self.empty_values:
            return value or None
        key = str(value).split(" ")[0].strip()
        found = choices.by_key(self.program, key) if key.isprintable() and len(key) <= 24 else None
        if found is None:
            raise ValidationError(_("No milestone of this program has this key. Write a key such as SEC-3."), code="key")
        return found

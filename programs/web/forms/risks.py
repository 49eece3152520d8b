"""Write down and change a risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programs.actions.risks import MOST_STRIKES, struck_words
from programs.models import RiskKind, RiskResponse, RiskStatus, Scale
from programs.queries.risks import struck_by, struck_named
from programs.web.forms import fields
from programs.web.forms.base import LAST_VERSION, Adding, Base, Editing, Rows
from programs.web.forms.blockers import NewBlocker
from programs.web.forms.dates import DateInWords

if TYPE_CHECKING:
    from collections.abc import Mapping

    from programs import models
    from programs.queries.risks import Struck


def scale(label: Any) -> forms.TypedChoiceField:
    """One to five, with the words."""
    choices = [("", _("Not judged yet")), *((value, f"{value} · {words}") for value, words in Scale.choices)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False)


class Strikes(forms.Field):
    """Milestones by their keys and links by the keys they join: "API-3, API-1 > APP-2"."""

    def __init__(self, program: models.Program) -> None:
        example = _("Keys of milestones, and links as API-1 > APP-2, with commas between.")
        super().__init__(label=_("Also delays"), required=False, help_text=example)
        self.program = program

    def prepare_value(self, value: Any) -> Any:
        """Write a list as one line."""
        return ", ".join(struck_words(one) for one in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[Struck]:
        """Find each, or say which is unknown."""
        if isinstance(value, list | tuple):
            return list(value)
        words = [" > ".join(part.strip() for part in word.split(">")) for word in str(value or "").split(",") if word.strip()]
        if len(words) > MOST_STRIKES:
            raise ValidationError(_("Name at most %(most)d milestones and links."), code="limit", params={"most": MOST_STRIKES})
        found = struck_named(self.program, words)
        unknown = [word for word in words if word.upper() not in found]
        if unknown:
            message = _("Not found in this program: %(words)s. Write keys such as SEC-3, and links as SEC-3 > API-1.")
            raise ValidationError(message, code="key", params={"words": ", ".join(unknown)[:200]})
        return list(dict.fromkeys(found[word.upper()] for word in words))


class Kind(forms.ChoiceField):
    """What a new line is about; a risk when nobody says."""

    def clean(self, value: Any) -> Any:
        """The first kind stands for none."""
        return super().clean(value or self.initial)


class Risk(Base):
    """What may happen, how likely, how bad, who watches it and when it is looked at again."""

    rows: ClassVar[Rows] = (
        ("kind",),
        ("title",),
        ("probability", "impact"),
        ("chance",),
        ("days_low", "days_high"),
        ("milestone", "strikes"),
        ("status", "owner"),
        ("review_on",),
        ("response", "response_text"),
        ("trigger", "trigger_on"),
        ("note",),
        ("so_what",),
    )
    folded: ClassVar[tuple[str, ...]] = (
        *("residual_probability", "residual_impact", "residual_chance"),
        *("workstream", "category", "url"),
    )
    folded_label = _("Once the response works, workstream, category and link")
    kind: forms.ChoiceField = Kind(label=_("Kind"), choices=RiskKind.choices, initial=RiskKind.RISK)
    title = fields.title(_("In one sentence"), help_text=_("What may happen, what you count on, or what has happened."))
    probability = scale(_("Likelihood"))
    impact = scale(_("Impact"))
    chance = fields.percent(_("Probability in percent"), help_text=_("If you know better than the scale of five."))
    days_low = fields.days(_("Adds at least"), help_text=_("Working days, if it happens."))
    days_high = fields.days(_("Adds at most"), help_text=_("Working days, if it happens."))
    trigger = fields.line(_("Trigger"), help_text=_("How you will notice that it happens."))
    trigger_on = DateInWords(label=_("Trigger date"), help_text=_("By when that shows."))
    response = forms.ChoiceField(label=_("Response"), choices=[("", _("None yet")), *RiskResponse.choices], required=False)
    response_text = fields.line(_("What we do"))
    residual_probability = scale(_("Likelihood afterwards"))
    residual_impact = scale(_("Impact afterwards"))
    residual_chance = fields.percent(_("Percent afterwards"))
    review_on = DateInWords(label=_("Next review"))
    note = fields.line(_("Latest word"))
    so_what = fields.so_what()
    category = fields.line(_("Category"), limit=200)

    def add_fields(self) -> None:
        """Owners are members; what it threatens belongs to the program."""
        self.fields["owner"] = fields.PersonField(self.program, _("Owner"), also=getattr(self.row, "owner_id", None))
        self.fields["milestone"] = fields.MilestoneByKey(self.program, _("Threatens"), help_text=_("Key of the milestone."))
        self.fields["strikes"] = Strikes(self.program)
        self.fields["workstream"] = fields.workstream(self.program)


class NewRisk(Risk, Adding):
    """A risk nobody wrote down yet."""


class EditRisk(Risk, Editing):
    """A risk that is there."""

    kind = forms.ChoiceField(label=_("Kind"), choices=RiskKind.choices)

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: models.Risk, **options: Any) -> None:
        options["initial"] = {"strikes": struck_by(row), **(options.get("initial") or {})}
        super().__init__(data, row=row, **options)

    status = forms.ChoiceField(label=_("Status"), choices=RiskStatus.choices)
    url = fields.address(_("Link"))


class ReviewRisk(Editing):
    """What its owner says of a risk without planning the program: how it stands, and when to look next."""

    rows: ClassVar[Rows] = (("probability", "impact"), ("note",), ("review_on", "trigger_on"))
    probability = scale(_("Likelihood"))
    impact = scale(_("Impact"))
    note = fields.line(_("Latest word"))
    review_on = DateInWords(label=_("Next review"))
    trigger_on = DateInWords(label=_("Trigger date"), help_text=_("By when that shows."))


class Happened(NewBlocker):
    """What is blocked now that a risk came true."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LAST_VERSION)

    def given(self) -> dict[str, Any]:
        """With the version of the risk: somebody may have closed it meanwhile."""
        return {**super().given(), "version": self.cleaned_data["version"]}

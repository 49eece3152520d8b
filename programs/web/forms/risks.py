"""Write down and change a risk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import RiskResponse, RiskStatus, Scale
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Editing
from programs.web.forms.dates import DateInWords


def scale(label: Any) -> forms.TypedChoiceField:
    """One to five, with the words."""
    choices = [("", _("Not judged yet")), *((value, f"{value} · {words}") for value, words in Scale.choices)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False)


class Risk(Base):
    """What may happen, how likely, how bad, who watches it and when it is looked at again."""

    rows = (
        ("title",),
        ("probability", "impact"),
        ("status", "response"),
        ("owner", "review_on"),
        ("milestone", "workstream"),
        ("note",),
        ("so_what",),
        ("category", "url"),
    )
    title = fields.title(_("Risk"), help_text=_("What may happen, in one sentence."))
    probability = scale(_("Likelihood"))
    impact = scale(_("Impact"))
    response = forms.ChoiceField(label=_("Response"), choices=[("", _("None yet")), *RiskResponse.choices], required=False)
    review_on = DateInWords(label=_("Next review"))
    note = fields.line(_("Latest word"))
    so_what = fields.so_what()
    category = fields.line(_("Category"), limit=200)

    def add_fields(self) -> None:
        """Owners are members; what it threatens belongs to the program."""
        self.fields["owner"] = fields.PersonField(self.program, _("Owner"), also=getattr(self.row, "owner_id", None))
        self.fields["milestone"] = fields.MilestoneByKey(self.program, _("Threatens"), help_text=_("Key of the milestone."))
        self.fields["workstream"] = fields.workstream(self.program)


class NewRisk(Risk, Adding):
    """A risk nobody wrote down yet."""


class EditRisk(Risk, Editing):
    """A risk that is there."""

    status = forms.ChoiceField(label=_("Status"), choices=RiskStatus.choices)
    url = fields.address(_("Link"))

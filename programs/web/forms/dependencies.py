"""Say that one milestone waits for another: which way, how, and with how much time between."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import LinkType, Relation, Strength
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Editing, Rows

WAITS, FEEDS = "waits", "feeds"
DIRECTIONS = ((WAITS, _("It waits for the other")), (FEEDS, _("The other waits for it")))
IN_PLAIN_WORDS = (
    (LinkType.FS, _("Starts after the other is finished (FS)")),
    (LinkType.SS, _("Starts after the other has started (SS)")),
    (LinkType.FF, _("Finishes after the other is finished (FF)")),
    (LinkType.SF, _("Finishes after the other has started (SF)")),
)


class Dependency(Base):
    """How the one that waits hangs on the other."""

    rows: ClassVar[Rows] = (("type",), ("lag_days", "lag_unit"), ("relation", "strength"), ("note",))
    type = forms.ChoiceField(label=_("The one that waits"), choices=IN_PLAIN_WORDS, initial=LinkType.FS)
    lag_days = fields.DaysField(
        label=_("Days between"),
        required=False,
        initial=0,
        widget=forms.TextInput({"inputmode": "text", "class": "w-s", "maxlength": 12}),
        help_text=_("Less than 0: the one that waits may begin that much earlier."),
        error_messages={"invalid": _("Use -3,650 to 3,650 days, with at most 4 decimals.")},
    )
    lag_unit = fields.unit(_("Days are"))
    relation = forms.ChoiceField(
        label=_("Relation"),
        choices=Relation.choices,
        initial=Relation.REQUIRES,
        help_text=_("Only “Requires” and “Blocks” move dates."),
    )
    strength = forms.ChoiceField(label=_("Strength"), choices=Strength.choices, initial=Strength.HARD)
    note = fields.line(_("Note"))

    def clean_lag_days(self) -> Any:
        """Nothing is no days between."""
        days = self.cleaned_data["lag_days"]
        return 0 if days is None else days


class NewDependency(Dependency, Adding):
    """A link that is not there yet. `other` is the number of the milestone that was picked from the search."""

    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS, initial=WAITS, widget=forms.RadioSelect)
    other = forms.IntegerField(
        label=_("The other milestone"),
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Search for the other milestone and pick it."),
            "invalid": _("Search for the other milestone and pick it."),
        },
    )
    rows: ClassVar[Rows] = (("direction",), *Dependency.rows)


class EditDependency(Dependency, Editing):
    """A link that is there."""

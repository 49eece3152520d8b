"""The cells of the milestones list as forms: the fields of the milestone that one column is made of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import MilestoneStatus
from programs.web.forms import fields
from programs.web.forms.base import Editing
from programs.web.forms.dates import DateInWords

CELLS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "status": ("status",),
    "workstream": ("workstream",),
    "owner": ("owner",),
    "target": ("target_date",),
    "forecast": ("expected_date", "duration_days"),  # a forecast is worked out from these
}


class Cell(Editing):
    """The fields behind one cell."""

    def __init__(self, *given: Any, cell: str, **options: Any) -> None:
        self.cell = cell
        super().__init__(*given, auto_id="cell_%s", **options)

    def add_fields(self) -> None:
        """Only what this cell needs, so that a list of people is read for the owner alone."""
        made = {
            "name": lambda: fields.title(_("Name")),
            "status": lambda: forms.ChoiceField(label=_("Status"), choices=MilestoneStatus.choices),
            "workstream": lambda: fields.workstream(self.program),
            "owner": lambda: fields.PersonField(self.program, _("Owner"), also=self.row.owner_id),
            "target_date": lambda: DateInWords(label=_("Target")),
            "expected_date": lambda: DateInWords(label=_("Owner's own date")),
            "duration_days": lambda: fields.days(_("Duration")),
        }
        for name in CELLS[self.cell]:
            self.fields[name] = made[name]()

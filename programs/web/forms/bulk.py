"""One change to the milestones that are selected in the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.models import Confidence, DayUnit, MilestoneStatus, Said
from programs.web.forms import fields
from programs.web.forms.base import Adding
from programs.web.forms.dates import DateInWords

SAID = ((Said.ON_TRACK, Said.ON_TRACK.label), (Said.AT_RISK, Said.AT_RISK.label), (Said.DONE, Said.DONE.label))
STATUSES = tuple(
    (status, status.label)
    for status in (
        MilestoneStatus.NOT_STARTED,
        MilestoneStatus.IN_PROGRESS,
        MilestoneStatus.CANCELLED,
        MilestoneStatus.DEFERRED,
    )
)
DATES = (
    ("target_date", gettext_lazy("Target")),
    ("expected_date", gettext_lazy("Owner's own date")),
    ("start_date", gettext_lazy("Start")),
)
FOR_PLANNERS = ("owner", "workstream", "target", "shift", "label-add", "label-remove", "delete")


class Bulk(Adding):
    """The bar below the list. `do` is the button that was pressed; only the fields that belong to it are read."""

    for_planners = FOR_PLANNERS

    do = forms.ChoiceField(error_messages={"required": gettext_lazy("Choose what to change.")})
    all = forms.BooleanField(required=False)
    back = forms.CharField(required=False, max_length=2000)
    target = DateInWords(label=gettext_lazy("Target"))
    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        required=False,
        min_value=-3650,
        max_value=3650,
        widget=forms.TextInput({"inputmode": "numeric", "class": "w-s", "maxlength": 5, "placeholder": "5"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("Write by how many days, such as 5 or -3; at most 3,650.")
        ),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Days are"), required=False, choices=DayUnit.choices, initial=DayUnit.WORKING, widget=forms.Select
    )
    which = forms.MultipleChoiceField(
        label=gettext_lazy("Dates to move"),
        required=False,
        choices=DATES,
        initial=[name for name, _label in DATES],
        widget=forms.CheckboxSelectMultiple,
    )
    label = fields.line(gettext_lazy("Label"), limit=50)

    def __init__(self, data: Any = None, *, may_plan: bool, **options: Any) -> None:
        self.may_plan = may_plan
        super().__init__(data, **{"auto_id": "bulk_%s", **options})

    def add_fields(self) -> None:
        """Owners are members, and a workstream is one of the program; only planners choose them."""
        doings = [f"said:{value}" for value, _label in SAID]
        if self.may_plan:
            doings += [f"status:{value}" for value, _label in STATUSES] + list(FOR_PLANNERS)
            doings += [f"confidence:{word}" for word in Confidence.values]
            self.fields["owner"] = fields.PersonField(self.program, _("Owner"))
            self.fields["workstream"] = fields.workstream(self.program)
        self.fields["do"].choices = [(name, name) for name in doings]  # type: ignore[attr-defined]

    def keys(self) -> list[str]:
        """The keys of the rows that are ticked, one to a field or all of them in the lines of one."""
        sent = self.data.getlist("key") if hasattr(self.data, "getlist") else []
        ticked = [key.strip() for each in sent for key in each.split("\n") if key.strip()]
        return [key for key in ticked if key.isprintable() and len(key) <= 24][:20_000]

    def clean(self) -> dict[str, Any] | None:
        """Of the fields only those count that the pressed button is about."""
        found = super().clean()
        does = str(self.cleaned_data.get("do") or "")
        about = {"shift": {"days", "unit", "which"}, "label-add": {"label"}, "label-remove": {"label"}}.get(does, {does})
        for name in set(self.errors) & {"target", "days", "unit", "which", "label", "owner", "workstream"} - about:
            del self.errors[name]
        if does == "shift" and "days" not in self.errors and not self.cleaned_data.get("days"):
            self.add_error("days", _("Write by how many days, such as 5 or -3; at most 3,650."))
        if not self.keys() and not self.cleaned_data.get("all"):
            self.add_error(None, _("Select rows first."))
        return found

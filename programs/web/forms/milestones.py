"""Make and change a milestone, say how it stands, give it another date."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import ConstraintKind, MilestoneKind, MilestoneStatus, Said
from programs.queries.date_ways import Meaning
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Editing, Rows
from programs.web.forms.dates import DateInWords


class Milestone(Base):
    """Everything a plan says about one dated item."""

    name = fields.title(_("Name"))
    description = fields.text(_("Description"), help_text=_("What must be true for this to be done."))
    kind = forms.ChoiceField(label=_("Kind"), choices=MilestoneKind.choices, initial=MilestoneKind.MILESTONE)

    baseline_date = DateInWords(label=_("Baseline"), help_text=_("The agreed plan, kept as it was."))
    target_date = DateInWords(label=_("Target"), help_text=_("The promised date."))
    expected_date = DateInWords(
        label=_("Owner's own date"), help_text=_("When its owner expects it. Left empty, the forecast is worked out alone.")
    )
    start_date = DateInWords(label=_("Start"), help_text=_("Planned, or actual once it began."))

    duration_days = fields.days(_("Duration"), help_text=_("Days of work. Empty: it stands on its date. 0: a point in time."))
    remaining_days = fields.days(_("Work left"), help_text=_("Empty: duration less percent done."))
    duration_unit = fields.unit(_("Days are"))
    optimistic_days = fields.days(_("Optimistic"), help_text=_("Work left if all goes well. Give all three, or none."))
    likely_days = fields.days(_("Likely"))
    pessimistic_days = fields.days(_("Pessimistic"), help_text=_("If much goes wrong."))
    confidence = fields.confidence()
    percent_done = fields.PercentDone(
        label=_("Percent done"),
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "class": "w-s", "maxlength": 7}),
        error_messages={"invalid": _("Use a number from 0 to 100.")},
    )

    constraint = forms.ChoiceField(label=_("Constraint"), choices=ConstraintKind.choices, required=False)
    constraint_date = DateInWords(label=_("Constraint date"))
    labels = fields.Labels(label=_("Labels"), required=False, help_text=_("Words, separated by commas."))
    priority = fields.line(_("Priority"), limit=50)
    url = fields.address(_("Link"))
    external = forms.BooleanField(
        label=_("Outside every program here"),
        required=False,
        help_text=_("A vendor's delivery, say. Somebody should check on it."),
    )

    rows: ClassVar[Rows] = (
        ("name",),
        ("workstream", "kind"),
        ("owner", "team"),
        ("target_date", "baseline_date"),
        ("expected_date", "start_date"),
        ("duration_days", "duration_unit"),
        ("confidence",),
        ("description",),
    )
    folded = (
        "remaining_days",
        "optimistic_days",
        "likely_days",
        "pessimistic_days",
        "percent_done",
        "constraint",
        "constraint_date",
        "parent",
        "labels",
        "priority",
        "url",
        "external",
    )
    folded_label = _("Work left, three-point estimate, constraint, parent, labels, link")

    def add_fields(self) -> None:
        """Owners are members; workstream and parent belong to the program."""
        self.fields["workstream"] = fields.workstream(self.program)
        self.fields["owner"] = fields.PersonField(self.program, _("Owner"), also=getattr(self.row, "owner_id", None))
        self.fields["team"] = fields.team(self.program, also=getattr(self.row, "team_id", None))
        self.fields["parent"] = fields.MilestoneByKey(
            self.program, _("Part of"), help_text=_("Key of the milestone this is a part of.")
        )


class NewMilestone(Milestone, Adding):
    """A milestone that is not there yet. Its key is given when it is saved."""


class EditMilestone(Milestone, Editing):
    """A milestone that is there, with how far it has come."""

    status = forms.ChoiceField(label=_("Status"), choices=MilestoneStatus.choices)
    actual_date = DateInWords(label=_("Finished on"), help_text=_("Once it is done."))
    rows: ClassVar[Rows] = (*Milestone.rows[:3], ("status", "actual_date"), *Milestone.rows[3:])


class Delete(Editing):
    """Yes, delete it: the version that was shown, nothing else."""


SAYABLE = (
    (Said.ON_TRACK, Said.ON_TRACK.label),
    (Said.AT_RISK, Said.AT_RISK.label),
    (Said.BLOCKED, Said.BLOCKED.label),
    (Said.DONE, Said.DONE.label),
)


class Update(Base):
    """One short form: how it stands, what it waits for when blocked, what changed."""

    said = forms.ChoiceField(
        label=_("Status"),
        choices=SAYABLE,
        widget=forms.RadioSelect({"data-status": "1"}),
        error_messages={
            "required": _("Choose how it stands."),
            "invalid_choice": _("Choose On track, At risk, Blocked or Done."),
        },
    )
    waiting_on = fields.line(_("Waiting for"), limit=500)
    expected_clear = DateInWords(label=_("Expected clear"))
    note = fields.text(_("What changed"), lines=2)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    token = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    def add_fields(self) -> None:
        """Who can clear it is a member of the program. Blocked needs something to wait for."""
        self.fields["clearer"] = fields.PersonField(self.program, _("Who can clear it"), also=self.initial.get("clearer"))
        self.order_fields(("said", "waiting_on", "clearer", "expected_clear", "note"))
        if (self.data or self.initial).get("said") == Said.BLOCKED:
            waiting = self.fields["waiting_on"]
            waiting.required, waiting.error_messages["required"] = True, _("Say who or what, so it can be chased.")


class NewDate(Base):
    """The owner's own date for a milestone."""

    date = DateInWords(
        label=_("Your date"), required=True, error_messages={"required": _("Write a day, such as “12 mar” or “fri”.")}
    )
    reason = fields.line(_("Why"))
    how = forms.ChoiceField(required=False, choices=[("", ""), *((each.value, each.value) for each in Meaning)])
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

"""One form for each kind of change a what-if draft may hold. What is wrong with one is said by the action that makes it out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.actions.drafting import changes
from programs.models import PlanChange, RiskResponse
from programs.queries import choices
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Rows
from programs.web.forms.dates import DateInWords
from programs.web.forms.dependencies import IN_PLAIN_WORDS
from programs.web.forms.risks import scale

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from programs.models import Milestone, Person

Kind = PlanChange.Kind
WHICH = (("expected_date", _("Owner's own date")), ("target_date", _("Target")), ("start_date", _("Start")))
KEY = _("Key of the milestone.")


@dataclass(frozen=True, slots=True)
class Making:
    """What a form makes a change from: the draft's other changes, the date a milestone has after them, who and when."""

    before: Sequence[PlanChange]
    forecast: Callable[[Milestone], date | None]
    by: Person
    at: datetime


class Change(Adding):
    """One change of a draft."""

    kind: ClassVar[Kind]

    def make(self, making: Making) -> PlanChange:
        """The change this form says, made out on the plan. Raises `Refused`."""
        raise NotImplementedError


class OfMilestone(Change):
    """A change of one milestone."""

    def add_fields(self) -> None:
        """By its key, in this program."""
        self.fields["milestone"] = fields.MilestoneByKey(self.program, _("Milestone"), help_text=KEY, required=True)


class Slip(OfMilestone):
    """So many working days more, or fewer."""

    kind = Kind.SLIP
    rows: ClassVar[Rows] = (("milestone",), ("days",))
    days = forms.IntegerField(
        label=_("Slips by"),
        help_text=_("Working days. Less than 0: it comes in earlier."),
        widget=forms.TextInput({"inputmode": "text", "class": "w-s", "maxlength": 6}),
        error_messages={"invalid": _("Write by how many days, such as 5 or -3; at most 3,650.")},
    )

    def make(self, making: Making) -> PlanChange:
        """A slip from where the draft leaves the milestone."""
        row, days = self.cleaned_data["milestone"], self.cleaned_data["days"]
        undated = row.remaining_days is None and row.duration_days is None
        forecast = making.forecast(row) if undated else None
        return changes.slip(milestone=row, days=days, before=making.before, forecast=forecast, by=making.by, at=making.at)


class Work(OfMilestone):
    """Another amount of work."""

    kind = Kind.WORK
    rows: ClassVar[Rows] = (("milestone",), ("work",))
    work = fields.DaysField(
        label=_("Days of work"),
        help_text=_("What is left, or how long it takes where it has not begun."),
        widget=forms.TextInput({"inputmode": "decimal", "class": "w-s", "maxlength": 12}),
        error_messages={"invalid": _("Use 0 to 3,650 days, with at most 4 decimals.")},
    )

    def make(self, making: Making) -> PlanChange:
        """What is left, else the duration."""
        given = self.cleaned_data
        return changes.work(milestone=given["milestone"], days=given["work"], before=making.before, by=making.by, at=making.at)


class Dates(OfMilestone):
    """One date set, or cleared."""

    kind = Kind.DATES
    rows: ClassVar[Rows] = (("milestone",), ("which", "day"))
    which = forms.ChoiceField(label=_("Which date"), choices=WHICH)
    day = DateInWords(label=_("Day"), help_text=_("Empty: the date is taken away."))

    def make(self, making: Making) -> PlanChange:
        """The date as the plan would take it."""
        given = self.cleaned_data
        about = {"milestone": given["milestone"], "field": given["which"], "day": given["day"]}
        return changes.dates(**about, before=making.before, by=making.by, at=making.at)


class Drop(OfMilestone):
    """Scope that is given up."""

    kind = Kind.DROP
    rows: ClassVar[Rows] = (("milestone",),)

    def make(self, making: Making) -> PlanChange:
        """It is cancelled."""
        return changes.drop(milestone=self.cleaned_data["milestone"], before=making.before, by=making.by, at=making.at)


class OfTwo(Change):
    """A change between two milestones of the program."""

    def add_fields(self) -> None:
        """Both by key."""
        self.fields["successor"] = fields.MilestoneByKey(self.program, _("Milestone"), help_text=KEY, required=True)
        self.fields["predecessor"] = fields.MilestoneByKey(self.program, _("Waits for"), help_text=KEY, required=True)


class Link(OfTwo):
    """One dependency more."""

    kind = Kind.LINK
    rows: ClassVar[Rows] = (("successor",), ("predecessor",), ("type",), ("lag_days",))
    type = forms.ChoiceField(label=_("The one that waits"), choices=IN_PLAIN_WORDS)
    lag_days = fields.DaysField(
        label=_("Days between"),
        required=False,
        widget=forms.TextInput({"inputmode": "text", "class": "w-s", "maxlength": 12}),
        error_messages={"invalid": _("Use -3,650 to 3,650 days, with at most 4 decimals.")},
    )

    def make(self, making: Making) -> PlanChange:
        """The link, if it closes no loop."""
        given = self.cleaned_data
        ends = {"predecessor": given["predecessor"], "successor": given["successor"]}
        return changes.link(**ends, type=given["type"], lag_days=given["lag_days"] or Decimal(0), by=making.by)


class Unlink(OfTwo):
    """One dependency less."""

    kind = Kind.UNLINK
    rows: ClassVar[Rows] = (("successor",), ("predecessor",))

    def clean(self) -> dict[str, Any] | None:
        """Find the link between the two."""
        given = self.cleaned_data
        if given.get("predecessor") and given.get("successor"):
            given["dependency"] = choices.link_between(given["predecessor"], given["successor"])
            if given["dependency"] is None:
                words = gettext("%(milestone)s does not wait for this one.") % {"milestone": given["successor"].key}
                self.add_error("predecessor", words)
        return given

    def make(self, making: Making) -> PlanChange:
        """Without it."""
        return changes.unlink(dependency=self.cleaned_data["dependency"])


class Add(Change):
    """One milestone more."""

    kind = Kind.ADD
    rows: ClassVar[Rows] = (("name",), ("days",), ("after",), ("before",), ("workstream",))
    name = fields.title(_("Name"))
    days = fields.days(_("Duration"), help_text=_("Days of work. 0: a point in time."))

    def add_fields(self) -> None:
        """Between which two it stands."""
        self.fields["after"] = fields.MilestoneByKey(self.program, _("Waits for"), help_text=KEY)
        self.fields["before"] = fields.MilestoneByKey(self.program, _("Feeds"), help_text=KEY)
        self.fields["workstream"] = fields.workstream(self.program)

    def make(self, making: Making) -> PlanChange:
        """The milestone with its links."""
        given = {name: self.cleaned_data[name] for name in ("name", "days", "after", "before", "workstream")}
        return changes.milestone(program=self.program, **given, by=making.by)


class Clear(Change):
    """A blocker cleared now or on another day."""

    kind = Kind.CLEAR
    rows: ClassVar[Rows] = (("blocker",), ("day",))
    day = DateInWords(label=_("Clears on"), help_text=_("Empty: it is cleared today."))

    def add_fields(self) -> None:
        """The open blockers of the program."""
        rows = choices.open_blockers(self.program)
        choice = forms.ModelChoiceField(rows, label=_("Blocker"), empty_label=None)
        self.fields["blocker"] = choice

    def make(self, making: Making) -> PlanChange:
        """Cleared then."""
        return changes.clear(blocker=self.cleaned_data["blocker"], on=self.cleaned_data["day"], at=making.at)


class Answer(Change):
    """Another answer to a risk, and what is left of it."""

    kind = Kind.RISK
    rows: ClassVar[Rows] = (("risk",), ("response",), ("probability", "impact"))
    response = forms.ChoiceField(label=_("Response"), choices=[("", _("None yet")), *RiskResponse.choices], required=False)
    probability = scale(_("Likelihood then"))
    impact = scale(_("Impact then"))

    def add_fields(self) -> None:
        """The risks that are open."""
        rows = choices.open_risks(self.program)
        choice = forms.ModelChoiceField(rows, label=_("Risk"), empty_label=None)
        self.fields["risk"] = choice

    def make(self, making: Making) -> PlanChange:
        """The answer and what remains; what is left open stays as it is judged."""
        given, row = self.cleaned_data, self.cleaned_data["risk"]
        left = {name: given[name] or getattr(row, name) for name in ("probability", "impact")}
        return changes.risk(risk=row, response=given["response"] or row.response, **left)


FORMS: dict[str, type[Change]] = {form.kind: form for form in (Slip, Work, Dates, Link, Unlink, Add, Clear, Drop, Answer)}


class Name(Base):
    """What a draft is called."""

    name = fields.name(_("Name"))


class Apply(Base):
    """Why the plan is changed, and which version of the draft was looked at."""

    reason = fields.line(_("Why"), help_text=_("Kept in the history of everything that changes."))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def given_all(self) -> dict[str, Any]:
        """The reason and the version."""
        return {"reason": self.cleaned_data["reason"], "version": self.cleaned_data["version"]}

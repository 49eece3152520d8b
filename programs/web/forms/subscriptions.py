"""Subscribe to a status summary, change when it comes."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import Audience, Hook, Person
from programs.queries import access
from programs.queries.hooks import offered
from programs.summaries.slots import zone_names
from programs.web.forms.base import Adding, Base, Editing
from programs.web.forms.fields import Checkboxes, SuggestingInput
from programs.web.forms.programs import WEEKDAYS

PORTFOLIO = "portfolio"


class Suggested(SuggestingInput):
    """A longer line with suggestions."""

    def __init__(self, suggestions: Any, *, limit: int) -> None:
        super().__init__(suggestions)
        self.attrs |= {"class": "w-l", "maxlength": limit}


def zone_field() -> forms.CharField:
    """A time zone by name; the action says which there are."""
    return forms.CharField(
        label=_("Time zone"),
        max_length=64,
        widget=Suggested([(name, "") for name in sorted(zone_names())], limit=64),
        help_text=_("A place, like Europe/Berlin. Clock changes are followed."),
    )


class Schedule(Base):
    """On which weekdays, at what time of which place, written for whom."""

    rows: ClassVar[tuple[tuple[str, ...], ...]] = (("audience",), ("weekdays",), ("local_time", "time_zone"))
    audience = forms.ChoiceField(
        label=_("Written for"),
        choices=[
            (Audience.LEADER, _("A leader: decisions first, the state in sentences")),
            (Audience.TEAM, _("The team: their own milestones first")),
            (Audience.SPONSOR, _("A sponsor: every program they sponsor, in one")),
        ],
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=WEEKDAYS,
        coerce=int,
        widget=Checkboxes,
        error_messages={"required": _("Choose at least one weekday."), "invalid_choice": _("Choose weekdays from the list.")},
    )
    local_time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput({"type": "time", "class": "w-s"}, format="%H:%M"),
        error_messages={"required": _("Write a time like 08:30."), "invalid": _("Write a time like 08:30.")},
        help_text=_("After an outage of more than 12 hours the next one is waited for."),
    )

    def add_fields(self) -> None:
        """The zones suggest themselves."""
        self.fields["time_zone"] = zone_field()
        if self.program is not None:
            self.fields["audience"].choices = self.fields["audience"].choices[:2]  # type: ignore[attr-defined]

    def offer(self, hooks: QuerySet[Hook]) -> None:
        """Where else than by mail, when there is a chat."""
        if hooks:
            self.fields["hook"] = forms.ModelChoiceField(hooks, label=_("Where"), required=False, empty_label=_("By mail"))
            self.rows = (*self.rows, ("hook",))  # type: ignore[misc]


class NewSubscription(Schedule, Adding):
    """A summary for oneself; whoever manages the program may choose another member."""

    def __init__(self, data: Any = None, *, by: Person, manages: bool = False, **options: Any) -> None:
        self.by, self.manages = by, manages
        first = {
            "weekdays": [1],
            "local_time": "09:00",
            "time_zone": "" if manages else by.time_zone,
            "audience": Audience.LEADER,
            "person": by.email,
        }
        super().__init__(data, initial=first | (options.pop("initial", None) or {}), **options)

    def add_fields(self) -> None:
        """Who gets it, and what it is about, where there is a choice."""
        super().add_fields()
        if self.program is None:
            found = access.programs_for(self.by).order_by("name").values_list("slug", "name")
            choices = [(PORTFOLIO, _("All my programs")), *found]
            self.fields["about"] = forms.ChoiceField(label=_("About"), choices=choices)
            self.rows = (("about",), *Schedule.rows)  # type: ignore[misc]
        elif self.manages:
            self.fields["time_zone"].required = False
            self.fields["time_zone"].help_text = _(
                "A place, like Europe/Berlin. Left empty: the reader's own, so that it comes in their morning."
            )
            members = [(person.email, person.name) for person in access.people_in(self.program).order_by("name") if person.email]
            self.fields["person"] = forms.CharField(
                label=_("Who gets it"),
                max_length=320,
                widget=Suggested(members, limit=254),
                help_text=_("The mail address of a member."),
            )
            self.rows = (("person",), *Schedule.rows)  # type: ignore[misc]
        self.offer(offered(self.by, self.program, manages=self.manages))

    def clean_person(self) -> Person:
        """One valid address of one member."""
        address = self.cleaned_data["person"].strip()
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValidationError(gettext("Write one address, like lena@example.org.")) from error
        found = access.people_in(self.program).filter(email__iexact=address).first()
        if found is None:
            words = gettext("%(address)s is not a member of %(program)s. Invite them first, then subscribe them.")
            raise ValidationError(words % {"address": address, "program": self.program.name})
        return found


class EditSubscription(Schedule, Editing):
    """The same, for a summary that is there; it can be paused."""

    rows = (*Schedule.rows, ("active",))
    active = forms.BooleanField(label=_("Send it"), required=False)

    def __init__(self, data: Any = None, *, manages: bool = False, **options: Any) -> None:
        self.manages = manages
        super().__init__(data, **options)

    def add_fields(self) -> None:
        """Where it goes, when there is a choice."""
        super().add_fields()
        self.offer(offered(self.row.person, self.row.program, manages=self.manages, now=self.row.hook_id))

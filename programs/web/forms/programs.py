"""Make a program, change it, set its calendar, let people in."""

from __future__ import annotations

import zoneinfo
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.flags.types import Thresholds
from programs.models import ProgramStatus, Role
from programs.models.text import NAME_LIMIT, one_line, visible
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Editing
from programs.web.forms.countries import countries
from programs.web.forms.dates import DateInWords, read

MOST_WORKSTREAMS = 100
WEEKDAYS = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
)
# Name: what it is called, what it does, and the largest value that makes sense.
THRESHOLDS = {
    "near_critical_days": (
        _("Near critical"),
        _(
            "Working days of float that still count as near. "
            "Where nothing is estimated, as much room before the target makes the health at risk."
        ),
        365,
    ),
    "disagree_days": (_("Disagreement"), _("Working days late against baseline while somebody says on track."), 365),
    "silent_days": (_("Silent"), _("Days without a word on work in progress."), 365),
    "very_silent_days": (_("Long silent"), _("Days without a word before it turns amber."), 365),
    "high_risk": (_("High risk"), _("Likelihood times impact, 1 to 25, from which a risk counts as high in summaries."), 25),
    "heat_2": (_("Second colour"), _("Likelihood times impact from which a cell of the risk map has its second colour."), 25),
    "heat_3": (_("Third colour"), _("The same for its third colour."), 25),
    "heat_4": (_("Fourth colour"), _("The same for its fourth colour."), 25),
    "heat_5": (_("Darkest colour"), _("The same for its darkest colour."), 25),
    "escalate_hours": (
        _("Ladder"),
        _("Working hours a blocker may stand still before the next person is told. 0: nobody ever is."),
        365,
    ),
    "shared_luck": (
        _("Shared luck"),
        _("Percent: how alike the luck of one team’s estimates is, and of risks of one category. 0: not at all."),
        100,
    ),
}


HEAT = (("heat_2", "heat_3"), ("heat_4", "heat_5"))


@lru_cache(maxsize=1)
def time_zones() -> list[tuple[str, str]]:
    """Every time zone this machine knows, by name."""
    return [(name, name) for name in sorted(zoneinfo.available_timezones())]


class DeleteProgram(Base):
    """Its name, to be sure."""

    rows = (("name",),)
    name = forms.CharField(label=_("Name of the program"), max_length=NAME_LIMIT, help_text=_("As it stands above."))


class NewProgram(Adding):
    """A name, a date and the lanes: enough to begin."""

    rows = (("name",), ("finish", "target_date"), ("workstreams",), ("time_zone",))
    name = fields.name(_("Name"))
    finish = fields.title(
        _("What finishes it"), required=False, help_text=_("One milestone. Its forecast is the program’s headline.")
    )
    target_date = DateInWords(label=_("Target date"), help_text=_("“11 jun”, “in 90 days” or “2027-06-11”."))
    workstreams = forms.CharField(
        label=_("Workstreams"), required=False, help_text=_("One per line."), widget=forms.Textarea({"rows": 4, "class": "tall"})
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, initial="UTC")

    def clean_workstreams(self) -> list[str]:
        """One name a line, each once."""
        names = list(
            {
                line.strip().casefold(): line.strip() for line in self.cleaned_data["workstreams"].split("\n") if line.strip()
            }.values()
        )
        if len(names) > MOST_WORKSTREAMS:
            raise ValidationError(
                gettext("Write at most %(count)d workstreams; more can follow later.") % {"count": MOST_WORKSTREAMS}
            )
        if too_long := next((each for each in names if len(each) > NAME_LIMIT), None):
            words = gettext("Use at most %(limit)d characters for a name; “%(start)s…” has %(length)d.")
            raise ValidationError(words % {"limit": NAME_LIMIT, "start": too_long[:30], "length": len(too_long)})
        for each in names:
            one_line(each)
            visible(each)
        return names


class EditProgram(Editing):
    """What a program is called, promises and counts as late."""

    rows = (
        *(("name",), ("description",), ("status",), ("owner", "sponsor"), ("start_date", "target_date")),
        *(("finish_milestone", "actual_date"), ("time_zone", "url")),
    )
    name = fields.name(_("Name"))
    description = fields.text(_("Description"))
    status = forms.ChoiceField(label=_("Status"), choices=ProgramStatus.choices)
    start_date = DateInWords(label=_("Start"))
    target_date = DateInWords(label=_("Target"), help_text=_("The promised date."))
    actual_date = DateInWords(label=_("Finished on"))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    url = fields.address(_("Link"))

    def add_fields(self) -> None:
        """The owner is a member, the finish a milestone of the program."""
        self.fields["owner"] = fields.PersonField(self.program, _("Owner"), also=self.row.owner_id)
        self.fields["sponsor"] = fields.PersonField(self.program, _("Sponsor"), also=self.row.sponsor_id)
        self.fields["finish_milestone"] = fields.MilestoneByKey(
            self.program, _("What finishes it"), help_text=_("Its key. Empty: the last of the program’s own milestones.")
        )


class EditThresholds(Editing):
    """When something is called silent, near critical, disagreeing or high. Empty is the default, which is shown."""

    rows = (("near_critical_days", "disagree_days"), ("silent_days", "very_silent_days"), ("high_risk", "shared_luck"), *HEAT)
    all_optional = True

    def __init__(self, *given: Any, row: Any, **options: Any) -> None:
        own = {name: value for name, value in (row.thresholds or {}).items() if name in THRESHOLDS}
        options["initial"] = {**own, **(options.get("initial") or {})}
        super().__init__(*given, row=row, **options)

    def add_fields(self) -> None:
        """A number each."""
        for name, (label, meaning, most) in THRESHOLDS.items():
            default = getattr(Thresholds(), name)
            wrong = gettext("Use a whole number from 0 to %(most)d.") % {"most": most}
            self.fields[name] = forms.IntegerField(
                label=label,
                help_text=meaning,
                required=False,
                min_value=0,
                max_value=most,
                widget=forms.TextInput({"inputmode": "numeric", "class": "w-s", "placeholder": f"{default:g}", "maxlength": 3}),
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
            )

    def clean(self) -> dict[str, Any]:
        """Colours of the risk map follow each other."""
        found = super().clean() or self.cleaned_data
        steps = [name for pair in HEAT for name in pair]
        scores = [found[name] if found.get(name) is not None else getattr(Thresholds(), name) for name in steps]
        for name, before, after in zip(steps[1:], scores, scores[1:], strict=False):
            if after < before and name in found:
                self.add_error(name, gettext("Use at least %(least)d, where the colour before it begins.") % {"least": before})
        return found

    def given(self) -> dict[str, Any]:
        """As the one column keeps them; a number nobody can set here stays as it is."""
        others = {name: value for name, value in (self.row.thresholds or {}).items() if name not in THRESHOLDS}
        return {"thresholds": others | as_stored(super().given())}


def as_stored(values: dict[str, Any]) -> dict[str, Any]:
    """Thresholds without those left at their default."""
    return {name: value for name, value in values.items() if value is not None}


class Calendar(Editing):
    """Which days people work on, and where."""

    rows = (("weekdays",), ("country", "subdivision"), ("exceptions",))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=WEEKDAYS,
        coerce=int,
        widget=fields.Checkboxes,
        error_messages={"required": _("Choose at least one working day.")},
    )
    country = forms.ChoiceField(label=_("Public holidays of"), choices=countries, required=False)
    subdivision = fields.line(
        _("State or region"), limit=12, help_text=_("Its code, such as BY for Bavaria. Empty: those of the whole country.")
    )
    exceptions = forms.CharField(
        label=_("Own exceptions"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("One per line: “24 dec 2027 company holiday”. Write “works” after the date for an extra working day."),
    )

    def __init__(self, *given: Any, row: Any, exceptions: Any = (), **options: Any) -> None:
        lines = "\n".join(written(day, working, name) for day, working, name in exceptions)
        options["initial"] = {"exceptions": lines, **(options.get("initial") or {})}
        super().__init__(*given, row=row, **options)

    def clean_exceptions(self) -> list[tuple[date, bool, str]]:
        """A day, whether people work, and what it is called."""
        found: dict[date, tuple[date, bool, str]] = {}
        for number, line in enumerate(self.cleaned_data["exceptions"].splitlines(), start=1):
            if line.strip():
                day, working, name = self._exception(number, line.strip())
                if day in found:
                    raise ValidationError(gettext("Line %(line)d: this day is there twice.") % {"line": number})
                found[day] = (day, working, name)
        return list(found.values())

    def _exception(self, number: int, line: str) -> tuple[date, bool, str]:
        words = line.split()
        for length in (3, 2, 1):
            try:
                day = read(" ".join(words[:length]), self.today)
            except ValidationError:
                continue
            rest = words[length:]
            working = bool(rest) and rest[0].lower() == "works"
            name = " ".join(rest[1:] if working else rest)
            if len(name) > NAME_LIMIT:
                break
            return day, working, name
        raise ValidationError(
            gettext("Line %(line)d: begin with a date, such as “24 dec 2027”, then the name.") % {"line": number}
        )


def written(day: date, working: bool, name: str) -> str:
    """An exception as its line in the form."""
    return " ".join(part for part in (day.isoformat(), "works" if working else "", name) if part)


class Invite(Adding):
    """Let somebody in by address."""

    rows = (("email", "name"), ("role",))
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "maxlength": 254}),
        error_messages={"invalid": _("Use one e-mail address, such as name@example.org.")},
    )
    name = fields.name(_("Name"), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.ENGINEER)


class ChangeRole(Base):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

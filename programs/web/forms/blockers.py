"""Say that work has stopped, change what is said, clear it, give another date."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import BlockerKind, Severity
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Editing
from programs.web.forms.dates import DateInWords

PEOPLE = {"owner": _("Who can clear it"), "asked_of": _("Asked of"), "waiting_person": _("Waiting for the person")}


class Blocker(Base):
    """What other teams read first: what stopped, what it waits for, who can clear it, by when, what happens next."""

    rows = (
        ("title",),
        ("waiting_on",),
        ("owner", "expected_clear"),
        ("kind", "severity"),
        ("next_step",),
        ("so_what",),
        ("url",),
    )
    folded = ("asked_of", "waiting_person", "waiting_team", "waiting_contact")
    folded_label = _("Who was asked, and whom or which team it waits for")
    title = fields.title(_("What is blocked"), help_text=_("One sentence: “Pen-test vendor cannot reach the staging vault”."))
    waiting_on = fields.line(_("Waiting for"), help_text=_("Who or what, so it can be chased."))
    expected_clear = DateInWords(label=_("Expected clear"))
    kind = forms.ChoiceField(label=_("Kind"), choices=BlockerKind.choices, initial=BlockerKind.OTHER)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, initial=Severity.MEDIUM)
    next_step = fields.line(_("Next step"))
    so_what = fields.so_what()

    waiting_contact = fields.line(
        _("Contact outside"), help_text=_("How the outside party is reached: a name, a number, an address.")
    )

    def add_fields(self) -> None:
        """Who clears it, who was asked and who is waited for are members of the program."""
        for name, label in PEOPLE.items():
            self.fields[name] = fields.PersonField(self.program, label, also=getattr(self.row, f"{name}_id", None))
        self.fields["waiting_team"] = fields.team(
            self.program, also=getattr(self.row, "waiting_team_id", None), label=_("Waiting for the team")
        )


class NewBlocker(Blocker, Adding):
    """Work stops now: the cursor stands where its reason is typed."""

    def add_fields(self) -> None:
        """The same, to be typed at once."""
        super().add_fields()
        if not self.is_bound:
            self.fields["title"].widget.attrs["autofocus"] = True


class EditBlocker(Blocker, Editing):
    """A blocker that is there."""

    url = fields.address(_("Link"))


class Clear(Base):
    """What cleared it, in a few words."""

    resolution = fields.line(_("What cleared it"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class NewDate(Base):
    """When it is expected to clear now."""

    date = DateInWords(
        label=_("Clears on"), required=True, error_messages={"required": _("Write a day, such as “12 mar” or “fri”.")}
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class Snooze(Base):
    """Until when nobody is told that a blocker does not move, and why."""

    until = DateInWords(label=_("Quiet until"))
    reason = fields.line(_("Why nobody needs to be told"))


class Room(Base):
    """Whom to ask into the room, and what to say."""

    note = fields.line(_("What to say"), help_text=_("When and where, or a question. It goes above the facts."))
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

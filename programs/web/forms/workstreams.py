"""Make and change a workstream."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import ProgramStatus
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Editing, Rows


class Workstream(Base):
    """The lane: what it is called and who leads it."""

    rows: ClassVar[Rows] = (("name", "key"), ("lead", "team"), ("status",), ("url",))
    name = fields.name(_("Name"))
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=48,
        widget=forms.TextInput({"class": "w-s", "maxlength": 12, "autocomplete": "off"}),
        help_text=_("Short capitals that begin the key of each milestone, such as SEC. Left empty, one is made from the name."),
    )

    def add_fields(self) -> None:
        """Leads are members of the program."""
        self.fields["lead"] = fields.PersonField(self.program, _("Lead"), also=getattr(self.row, "lead_id", None))
        self.fields["team"] = fields.team(self.program, also=getattr(self.row, "team_id", None))


class NewWorkstream(Workstream, Adding):
    """A lane that is not there yet."""

    rows: ClassVar[Rows] = (("name", "key"), ("lead", "team"))


class EditWorkstream(Workstream, Editing):
    """A lane that is there. A new key is for new milestones; those there are keep theirs."""

    status = forms.ChoiceField(label=_("Status"), choices=ProgramStatus.choices)
    url = fields.address(_("Link"))

    def add_fields(self) -> None:
        """As for a new one; the key says what a change of it does not do."""
        super().add_fields()
        self.fields["key"].required = True
        self.fields["key"].help_text = gettext(
            "Begins the keys of new milestones. Those there are keep theirs for life: SEC-3 stays SEC-3."
        )

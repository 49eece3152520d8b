"""Make and change a team."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Person, Workstream
from programs.queries import choices
from programs.web.forms import fields
from programs.web.forms.base import Adding, Base, Editing, Rows


class Names(forms.ModelMultipleChoiceField):
    """Boxes to tick, one for each person or workstream, by name."""

    widget = fields.Checkboxes

    def label_from_instance(self, obj: Any) -> str:
        """Plain names."""
        return str(obj.name)

    def clean(self, value: Any) -> Any:
        """One value with commas is read as well: that is how a page says what it was made from."""
        return super().clean([part for part in value.split(",") if part] if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Numbers in one order, so that the same choice is written the same way."""
        found = super().prepare_value(value)
        return sorted(found, key=str) if isinstance(found, list) else found


class Team(Base):
    """What it is called, who leads it, who is in it, and what it owns here."""

    rows: ClassVar[Rows] = (("name", "lead"), ("members",), ("lanes",))
    name = fields.name(_("Name"))

    def add_fields(self) -> None:
        """People and workstreams are those of the program."""
        people = choices.people(self.program)
        if self.row is not None:
            people = people | Person.objects.filter(teams=self.row)
        self.fields["lead"] = fields.PersonField(self.program, _("Lead"), also=getattr(self.row, "lead_id", None))
        self.fields["members"] = Names(people.distinct(), label=_("People"), required=False)
        lanes = Workstream.objects.filter(program=self.program).order_by("position", "name", "pk")
        self.fields["lanes"] = Names(lanes, label=_("Workstreams it owns here"), required=False)


class NewTeam(Team, Adding):
    """A team that is not there yet."""


class EditTeam(Team, Editing):
    """A team that is there."""

    def __init__(self, *given: Any, row: Any, program: Any, **options: Any) -> None:
        chosen = {
            "members": list(row.members.values_list("pk", flat=True)),
            "lanes": list(row.workstreams.filter(program=program).values_list("pk", flat=True)),
        }
        options["initial"] = {**chosen, **(options.get("initial") or {})}
        super().__init__(*given, row=row, program=program, **options)

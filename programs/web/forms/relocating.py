"""Choose the program a milestone moves to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import Program, Workstream
from programs.web.forms.base import Editing, Rows


class Move(Editing):
    """Where to: another program one plans, perhaps into one of its workstreams."""

    rows: ClassVar[Rows] = (("to",),)

    def __init__(self, *given: Any, targets: Sequence[tuple[Program, Sequence[Workstream]]], **options: Any) -> None:
        self.places: dict[str, tuple[Program, Workstream | None]] = {}
        self.groups: list[Any] = []
        for program, lanes in targets:
            self.places[program.slug] = (program, None)
            self.places |= {f"{program.slug}/{lane.key}": (program, lane) for lane in lanes}
            inside = [(f"{program.slug}/{lane.key}", lane.name) for lane in lanes]
            self.groups.append((program.name, [(program.slug, gettext("No workstream")), *inside]))
        super().__init__(*given, **options)

    def add_fields(self) -> None:
        """Grouped by program."""
        wrong = gettext("Choose a program that you plan from the list.")
        self.fields["to"] = forms.ChoiceField(
            label=_("Program and workstream"),
            choices=[("", gettext("Choose")), *self.groups],
            error_messages=dict.fromkeys(("required", "invalid_choice"), wrong),
        )

    def place(self) -> tuple[Program, Workstream | None]:
        """What was chosen."""
        return self.places[self.cleaned_data["to"]]

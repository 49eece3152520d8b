"""The form of a status update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Health
from programs.models.text import TEXT_LIMIT
from programs.web.forms import fields
from programs.web.forms.base import Adding, Editing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programs.models import Workstream


class PinNote(Editing):
    """One line of a manager beside the health nobody sets by hand."""

    rows: ClassVar[tuple[tuple[str, ...], ...]] = (("declared_note",),)
    all_optional = True
    declared_note = fields.line(
        _("Note beside the health"),
        help_text=_("What the figures do not say. Empty: no note."),
        widget=forms.TextInput({"maxlength": 500}),
    )


class Write(Adding):
    """A dated word about the program or one of its workstreams."""

    about = forms.ChoiceField(label=_("About"), required=False)
    health = forms.ChoiceField(
        label=_("How it stands"),
        required=False,
        choices=Health.choices,
        widget=forms.RadioSelect(attrs={"data-status": True}),
        help_text=_("Your own judgement. The computed health stays beside it."),
    )
    note = forms.CharField(
        label=_("What to know"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write a sentence or more: what changed, and what you need.")},
    )
    rows: ClassVar[tuple[tuple[str, ...], ...]] = (("about",), ("health",), ("note",))

    def __init__(self, data: Any = None, *, workstreams: Iterable[Workstream], **options: Any) -> None:
        super().__init__(data, **options)
        self.lanes = {lane.key: lane for lane in workstreams}
        choices = [("", _("The whole program")), *((key, lane.name) for key, lane in self.lanes.items())]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]
        if not self.lanes:
            del self.fields["about"]
            self.rows = (("health",), ("note",))  # type: ignore[misc]

    def given(self) -> dict[str, Any]:
        """What the action takes: the workstream itself instead of its key."""
        values = super().given()
        values["workstream"] = self.lanes.get(values.pop("about", ""))
        return values

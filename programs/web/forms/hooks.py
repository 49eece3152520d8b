"""The address of a chat, and what a program's channel is told."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programs.integrations import addresses
from programs.models import Hook, PostKind
from programs.web.forms.base import Adding, Rows
from programs.web.forms.fields import Checkboxes


class Chat(Adding):
    """Where to post, and what. A known address is never shown again; left empty it stays."""

    rows: ClassVar[Rows] = (("address",), ("kinds",))
    address = forms.CharField(
        label=_("Address of the webhook"),
        max_length=2000,
        required=False,
        widget=forms.TextInput({"class": "w-l", "autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    kinds = forms.MultipleChoiceField(label=_("What is posted"), choices=PostKind.choices, widget=Checkboxes, required=False)

    def __init__(self, data: Any = None, *, hook: Hook | None, **options: Any) -> None:
        self.hook = hook
        first = {"kinds": hook.kinds if hook else PostKind.values}
        super().__init__(data, **{"auto_id": "chat_%s", "initial": first, **options})

    def add_fields(self) -> None:
        """A person chooses what is posted beside how often; an address that is known need not be typed again."""
        if self.program is None:
            del self.fields["kinds"]
            self.rows = (("address",),)  # type: ignore[misc]
        field = self.fields["address"]
        field.required = self.hook is None
        field.error_messages["required"] = _("Paste the address of the webhook.")
        if self.hook:
            field.help_text = _(
                "Leave it empty to keep the one that is known. It is not shown again, because whoever has it may post there."
            )

    def clean_address(self) -> str:
        """One that may be reached."""
        address = str(self.cleaned_data["address"]).strip()
        if address:
            try:
                addresses.target(address)
            except (addresses.Unfit, addresses.Unknown) as reason:
                raise ValidationError(str(reason)) from reason
        return address

"""What every form of the product shares: dates in words, a version, the values it was made from, a token against double clicks.

Forms read what was typed into values. Whether the plan may change that way is decided by the action, whose refusal is shown
at the same fields.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.web.forms.dates import DateInWords

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db import models

    from programs.actions.errors import Refused
    from programs.models import Program

LAST_VERSION = 2**31 - 1
Rows = tuple[tuple[str, ...], ...]  # the fields of a form, row by row


class Edited(TypedDict):
    """A change of a stored row: from which version, to what, and the values it was made from."""

    version: int
    changes: dict[str, Any]
    base: dict[str, Any] | None


class Base(forms.Form):
    """A form of one program, on one day. `rows` and `folded` say how components/fields.html sets it."""

    rows: ClassVar[Rows] = ()
    folded: ClassVar[tuple[str, ...]] = ()
    all_optional: ClassVar[bool] = False  # nothing has to be filled in, so no label says that it need not be
    folded_label: ClassVar[Any] = gettext_lazy("More")
    meant_for_page: ClassVar[frozenset[str]] = frozenset({"token", "version", "base"})

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        today: date,
        program: Program | None = None,
        row: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **{"label_suffix": "", **options})
        self.today, self.row = today, row
        self.program = cast("Program", program)  # forms whose fields ask for it are given one
        self.add_fields()
        for field in self.fields.values():
            if isinstance(field, DateInWords):
                field.today = today
                field.widget.today = today  # type: ignore[attr-defined]

    def add_fields(self) -> None:
        """Fields whose choices depend on the program."""

    def given(self) -> dict[str, Any]:
        """What was typed, by the name of the field, without what only the page needs."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.meant_for_page}

    def refuse(self, refused: Refused) -> None:
        """Show an action's refusal at the fields it names; what names no field of this form goes on top."""
        for problem in refused.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)

    def as_written(self, name: str, value: Any) -> str:
        """A value as the control of that field sends it back."""
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return "on" if value else ""
        written = field.widget.format_value(field.prepare_value(value))
        if isinstance(written, list | tuple):
            return ",".join(str(each) for each in written)
        return "" if written is None else str(written)


class Adding(Base):
    """A form that makes a row: saved once, however often the button is pressed."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        options["initial"] = {"token": secrets.token_urlsafe(18), **(options.get("initial") or {})}
        super().__init__(data, **options)


class Editing(Base):
    """A form about a stored row: it carries the version it was made from and the values of that version."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LAST_VERSION)
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100_000)

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: models.Model, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        for name in self.fields.keys() - self.meant_for_page:
            if name not in self.initial and hasattr(row, name):
                self.initial[name] = getattr(row, name)
        self.initial["version"] = row.version  # type: ignore[attr-defined]
        self.initial["base"] = self._written_base()

    def _written_base(self) -> str:
        """What the page shows, as it would come back unchanged."""
        names = [name for name in self.fields if name not in self.meant_for_page]
        return json.dumps({name: self.as_written(name, self.get_initial_for_field(self.fields[name], name)) for name in names})

    @cached_property
    def made_from(self) -> dict[str, Any] | None:
        """The values this page was made from; None when it does not say."""
        try:
            written = json.loads(self.cleaned_data.get("base") or "null")
        except (ValueError, RecursionError):
            return None
        if not isinstance(written, dict):
            return None
        found = {}
        for name in self.fields.keys() - self.meant_for_page:
            if isinstance(written.get(name), str):
                try:
                    found[name] = self.fields[name].clean(written[name])
                except ValidationError:
                    continue
        return found

    def edit(self) -> Edited:
        """What an action that edits the row is given: `actions.edit(risk=row, **form.edit(), by=person, at=at)`."""
        return {"version": self.cleaned_data["version"], "changes": self.given(), "base": self.made_from}

    def clean(self) -> dict[str, Any] | None:
        """Say in words that a form without its version cannot be saved."""
        if "version" in self.errors:
            del self.errors["version"]
            self.add_error(None, _("The form is incomplete: its version is missing. Reload the page."))
        return super().clean()

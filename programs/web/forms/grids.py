"""Small tables in a form: a fixed number of rows, each with a few columns; empty rows are left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 500
AT = "_at"  # where in the table a row stood


@dataclass(frozen=True, slots=True)
class Column:
    """One column: text, a number, or a choice. `wide` takes a line of its own."""

    name: str
    label: str
    number: bool = False
    low: int = -3650
    high: int = 2_000_000_000
    choices: Sequence[tuple[str, str]] = ()
    limit: int = 200
    wide: bool = False


class Grid(forms.Widget):
    """The rows as inputs called `name_0_column`; as one text it is JSON."""

    template_name = "forms/grid.html"

    def __init__(self, columns: Sequence[Column], most: int, one: str) -> None:
        super().__init__()
        self.columns, self.most, self.one = columns, most, one

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """What was typed, row by row; or the one text that a choice between two saves sends back."""
        if name in data:
            return data.get(name)
        return [
            {AT: row, **{one.name: str(data.get(f"{name}_{row}_{one.name}", "")).strip() for one in self.columns}}
            for row in range(self.most)
        ]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Nothing of it was sent."""
        return name not in data and not any(key.startswith(f"{name}_") for key in data)

    def id_for_label(self, id_: str) -> str:
        """The first input."""
        return f"{id_}_0_{self.columns[0].name}" if id_ else id_

    def format_value(self, value: Any) -> str:
        """The rows as one text."""
        return value if isinstance(value, str) else json.dumps(value or [], sort_keys=True, ensure_ascii=False)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The rows that are filled, and two empty ones while there is room."""
        context: dict[str, Any] = super().get_context(name, "", attrs)
        rows = value if isinstance(value, list) else _loaded(value)
        rows = [row for row in rows if _said(row, self.columns)]
        shown = min(self.most, len(rows) + 2) if self.most > len(rows) else len(rows)
        ident = (attrs or {}).get("id") or f"id_{name}"
        context["grid"] = [
            [
                {
                    "column": one,
                    "name": f"{name}_{at}_{one.name}",
                    "id": f"{ident}_{at}_{one.name}",
                    "value": _cell(rows[at] if at < len(rows) else {}, one.name),
                }
                for one in self.columns
            ]
            for at in range(shown)
        ]
        context["one"] = self.one
        return context


class GridField(forms.Field):
    """A list of rows. Numbers are kept as plain text, so that nothing is lost on the way into the database."""

    composite = True

    def __init__(self, columns: Sequence[Column], *, most: int, one: str, label: Any, help_text: Any = "") -> None:
        super().__init__(label=label, required=False, help_text=help_text, widget=Grid(columns, most, one))
        self.columns = columns

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        """Filled rows. Raises ValidationError naming row and column of what cannot be read."""
        rows = value if isinstance(value, list) else _loaded(value)
        found: list[dict[str, Any]] = []
        for number, row in enumerate((row for row in rows if _said(row, self.columns)), start=1):
            found.append({AT: row[AT]} if AT in row else {})
            for one in self.columns:
                found[-1][one.name] = self._clean(one, str(_cell(row, one.name)), number)
        return found

    def _clean(self, column: Column, text: str, number: int) -> str:
        where = {"row": number, "column": column.label}
        if not text.isprintable() or len(text) > column.limit:
            where["limit"] = column.limit
            raise ValidationError(_("Row %(row)d, %(column)s: use one line of at most %(limit)d characters.") % where)
        if column.choices and text not in {key for key, _label in column.choices}:
            raise ValidationError(_("Row %(row)d, %(column)s: choose one from the list.") % where)
        if not column.number or not text:
            return text
        try:
            value = Decimal(text.replace(",", "."))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not column.low <= value <= column.high:
            where |= {"low": column.low, "high": column.high}
            raise ValidationError(_("Row %(row)d, %(column)s: use a number from %(low)d to %(high)d.") % where)
        return f"{value.normalize():f}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other rows are meant."""
        return bool(initial != data)


def plain(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows without where they stood, and without what was left empty."""
    return [{name: value for name, value in row.items() if name != AT and value not in ("", None)} for row in rows]


def _loaded(text: Any) -> list[dict[str, Any]]:
    try:
        found = json.loads(text or "[]")
    except (ValueError, TypeError, RecursionError):
        return []
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _cell(row: Mapping[str, Any], name: str) -> Any:
    value = row.get(name)
    return "" if value is None else value


def _said(row: Mapping[str, Any], columns: Sequence[Column]) -> bool:
    return any(str(_cell(row, one.name)).strip() for one in columns if not one.choices)

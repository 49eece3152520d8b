"""Dates as people write them: "12 mar", "12/3", "fri", "in 9 days", "+3d", "2027-03-12"."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programs.intake import day_words
from programs.queries import date_words
from programs.web import wording


def remedy() -> str:
    """What to write instead, for anything that cannot be read."""
    return _("Use YYYY-MM-DD, 1970 to 2100, or words such as “12 mar”, “fri” or “in 9 days”.")


def read(text: str, today: date) -> date:
    """Return the day that is meant, seen from `today`. Raises ValidationError with the remedy.

    Days come before months ("12/3" is 12 March). Without a year the nearest date is meant that is not more than about three
    months past; a weekday is the next one after today.

    >>> read("12 mar", date(2027, 3, 3)), read("fri", date(2027, 3, 3)), read("+3d", date(2027, 3, 3))
    (datetime.date(2027, 3, 12), datetime.date(2027, 3, 5), datetime.date(2027, 3, 6))
    """
    found = date_words.read(text, today)
    if found is None:
        raise ValidationError(remedy(), code="date")
    return found


def echo(day: date | None, today: date) -> str:
    """What a field says back: "Fri 12 Mar (in 9 days)"."""
    return wording.day_in(day, today)


class DateWidget(forms.TextInput):
    """A text field that says back which day was read: at once from the server, and while typing where there is script."""

    template_name = "forms/date"
    today: date | None = None

    def format_value(self, value: Any) -> str | None:
        """Write "12 Mar 2027", with the year, so that what is sent back unchanged is the same day next year too."""
        if not isinstance(value, date):
            return value
        if (get_language() or "en").startswith("en"):
            return f"{value.day} {day_words.month_word(value)} {value.year}"
        return value.isoformat()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the field holds, worded."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        said = ""
        if value and self.today:
            with suppress(ValidationError):
                said = echo(value if isinstance(value, date) else read(str(value), self.today), self.today)
        context["widget"]["said"] = said
        return context


class DateInWords(forms.Field):
    """One line for a date. `today` is that of the program; the form sets it before reading."""

    widget = DateWidget
    today: date = date.min

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, **options})
        self.widget.attrs |= {"autocomplete": "off", "data-date": "", "maxlength": 40}

    def to_python(self, value: Any) -> date | None:
        """Read the words; nothing is no date."""
        if isinstance(value, date) or value in self.empty_values:
            return value or None
        return read(str(value), self.today)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another day is meant."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True

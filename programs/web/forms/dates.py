"""Dates as people write them: "12 mar", "12/3", "fri", "in 9 days", "+3d", "2027-03-12"."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programs.models.fields import FIRST_DATE, LAST_DATE
from programs.web import wording

LOOK_BACK = 92  # days: a date without a year is the next one, unless it was less than about three months ago
_UNITS = {"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}
_MONTHS = ("january february march april may june july august september october november december").split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?\.?")
_DAY_MONTH = re.compile(r"(?:[a-z]{3,9}\.?,? )?(\d{1,2})(?:st|nd|rd|th)?\.? ([a-z]{3,9})\.?,?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"(?:[a-z]{3,9}\.?,? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")
_AWAY = re.compile(r"(?:in )?(\+|-)?\s?(\d{1,4})\s?(d|days?|w|weeks?)( ago)?")


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
    words = " ".join(text.lower().split())
    try:
        found = _read(words, today) if len(words) <= 40 else None
    except (ValueError, OverflowError):
        found = None
    if found is None or not FIRST_DATE <= found <= LAST_DATE:
        raise ValidationError(remedy(), code="date")
    return found


def _read(words: str, today: date) -> date | None:
    if words in {"today", "tomorrow", "yesterday"}:
        return today + timedelta(days={"today": 0, "tomorrow": 1, "yesterday": -1}[words])
    if match := _ISO.fullmatch(words):
        return date(*(int(part) for part in match.groups()))
    if match := _NUMBERS.fullmatch(words):
        day, month, year = match.groups()
        return _dated(int(day), int(month), year, today)
    if match := _AWAY.fullmatch(words):
        return _away(match, today)
    if (weekday := _named(words.removeprefix("next "), _DAYS)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if match := _DAY_MONTH.fullmatch(words):
        day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(words):
        name, day, year = match.groups()
    else:
        return None
    month_number = _named(name, _MONTHS)
    return None if month_number is None else _dated(int(day), month_number + 1, year, today)


def _away(match: re.Match[str], today: date) -> date | None:
    sign, number, unit, ago = match.groups()
    if not sign and not ago and not match.string.startswith("in "):
        return None
    days = int(number) * _UNITS[unit]
    return today + timedelta(days=-days if ago or sign == "-" else days)


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year), month, day)
    for candidate in (today.year - 1, today.year, today.year + 1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if (today - found).days <= LOOK_BACK:
            return found
    return date(today.year, month, day)


def _named(word: str, names: list[str]) -> int | None:
    """The place of a weekday or month that this word begins, by at least three letters."""
    return next((index for index, name in enumerate(names) if len(word) >= 3 and name.startswith(word)), None)


def echo(day: date | None, today: date) -> str:
    """What a field says back: "Fri 12 Mar (in 9 days)"."""
    return wording.day_in(day, today)


class DateWidget(forms.TextInput):
    """A text field that says back which day was read: at once from the server, and while typing where there is script."""

    template_name = "forms/date.html"
    today: date | None = None

    def format_value(self, value: Any) -> str | None:
        """Write "12 Mar 2027", with the year, so that what is sent back unchanged is the same day next year too."""
        if not isinstance(value, date):
            return value
        if (get_language() or "en").startswith("en"):
            return f"{value.day} {_MONTHS[value.month - 1][:3].title()} {value.year}"
        return value.isoformat()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the field holds, worded."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        said = ""
        if value and self.today:
            with suppress(ValidationError):
                said = echo(value if isinstance(value, date) else read(str(value), self.today), self.today)
        context["said"] = said
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

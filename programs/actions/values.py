"""Typed values: from what a form, an API or a command gave to what a column keeps, and back to words for the history."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from programs.models.text import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Row = TypeVar("Row", bound=models.Model)
BAD: Any = object()  # stands for a value that was refused
MOST_LABELS = 50
LABEL_LENGTH = 50


def clean(field: Any, value: Any) -> Any:
    """The value as this column keeps it. Raises ValidationError for what it cannot be made of."""
    if isinstance(field, models.ForeignKey):
        if value is not None and not isinstance(value, field.related_model):  # type: ignore[arg-type]
            raise ValidationError(_("Choose one from the list."), code="choice")
        return value
    if isinstance(field, models.JSONField):
        return labels(value) if field.name == "labels" else value
    if isinstance(field, models.CharField | models.TextField):
        return _text(field, value)
    if value == "" or value is None:
        return None
    if isinstance(value, bool) != isinstance(field, models.BooleanField):
        raise ValidationError(_("This is not a value for this field."), code="invalid")
    if isinstance(field, models.DecimalField):
        return _number(field, value)
    if isinstance(field, models.DateField) and isinstance(value, datetime):
        raise ValidationError(_("Give a date without a time."), code="date")
    return field.to_python(value)


def _text(field: Any, value: Any) -> str:
    """Text without blanks around it and with plain line breaks, not longer than allowed."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError(_("This is not text."), code="invalid")
    text = value.replace("\r\n", "\n").strip()
    if isinstance(field, models.URLField) and text:
        _web_address(text)
    most = settings.LIMITS.text_characters
    if isinstance(field, models.TextField) and len(text) > most:
        raise ValidationError("", code="max_length", params={"limit_value": most, "show_value": len(text)})
    return text


def _web_address(text: str) -> None:
    """Refuse other schemes, and names or passwords inside the address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or parts.username is not None or parts.password is not None:
        raise ValidationError("", code="url")


def _number(field: Any, value: Any) -> Decimal:
    number = field.to_python(str(value) if isinstance(value, float) else value)
    if not number.is_finite():
        raise ValidationError("", code="invalid")
    return number + 0  # the minus of a minus zero goes


def labels(value: Any) -> list[str]:
    """A list of short words, each once."""
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise ValidationError(_("Give labels as a list of words."), code="labels")
    found = list(dict.fromkeys(each.strip() for each in value if each.strip()))
    if len(found) > MOST_LABELS or any(len(each) > LABEL_LENGTH for each in found):
        raise ValidationError(
            _("Use at most %(count)d labels of at most %(length)d characters."),
            code="labels",
            params={"count": MOST_LABELS, "length": LABEL_LENGTH},
        )
    for each in found:
        one_line(each)
    return found


def lenient(field: Any, value: Any) -> Any:
    """A value a page was made from; what cannot be read compares unequal to everything that can."""
    try:
        return clean(field, value)
    except ValidationError:
        return BAD


def same(one: Any, other: Any) -> bool:
    """Whether two clean values are the same thing."""
    if isinstance(one, models.Model) or isinstance(other, models.Model):
        return getattr(one, "pk", None) == getattr(other, "pk", None)
    return one is not BAD and other is not BAD and one == other


def merged(now: Collection[Row], chosen: Collection[Row], base: Collection[Row]) -> list[Row]:
    """Rows somebody chose, with what others added or took away since the page was made."""
    rows = {(type(row), row.pk): row for row in (*now, *chosen)}
    current, wanted, shown = ({(type(row), row.pk) for row in some} for some in (now, chosen, base))
    kept = (current | (wanted - shown)) - (shown - wanted)
    return [row for key, row in rows.items() if key in kept]


def readable(value: Any) -> str:
    """A value as the history keeps it: ISO dates, plain numbers, names; words from a list of choices by their code."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(readable(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value)


def listed(words: Iterable[object], most: int = 8) -> str:
    """A few things in one sentence; the rest counted.

    >>> listed(["A", "B", "C"], most=2)
    'A, B and 1 more'
    """
    found = [str(each) for each in words]
    shown = ", ".join(found[:most])
    return shown if len(found) <= most else _("%(shown)s and %(count)d more") % {"shown": shown, "count": len(found) - most}

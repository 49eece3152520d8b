"""What to do about a refused value: one sentence that names the range, the format or the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.core.exceptions import ValidationError

OWN_WORDS = frozenset({"surrogate", "control", "bidi", "line", "labels", "choice"})  # codes whose message already says it all


def problems(field: Any, errors: Iterable[ValidationError]) -> Iterator[tuple[str, str]]:
    """For each error, its sentence and its code."""
    for error in errors:
        yield sentence(field, error), str(error.code or "")


def sentence(field: Any, error: ValidationError) -> str:
    """The remedy for one error of one field; of the whole row when `field` is None."""
    own = " ".join(error.messages)
    if field is None:
        return _("This breaks a rule of the database; check the values. (%(rule)s)") % {"rule": own}
    if error.code in OWN_WORDS:
        return own
    if error.code == "unique":
        return _("This is taken. Choose another.")
    if error.code == "max_length":
        return _too_long(error)
    if error.code in {"blank", "null"}:
        return _("Write a name that can be seen.") if field.name in {"name", "title"} else _("Fill this in.")
    return _by_kind(field) or own


def _too_long(error: ValidationError) -> str:
    params = error.params or {}
    limit, length = int(params.get("limit_value", 0)), int(params.get("show_value", 0))
    return _("Use at most %(limit)d characters; this has %(length)d.") % {"limit": limit, "length": length}


def _by_kind(field: Any) -> str:
    """The range or format of a field, in words."""
    if field.choices:
        choices = ", ".join(str(label) for value, label in field.flatchoices if value != "")
        return _("Choose one of: %(choices)s.") % {"choices": choices}
    if isinstance(field, models.DateField):
        return _("Use a date from 1970 to 2100, as YYYY-MM-DD.")
    if field.name in {"percent_done", "chance", "residual_chance"}:
        return _("Use a number from 0 to 100.")
    if field.name == "lag_days":
        return _("Use -3,650 to 3,650 days, with at most 4 decimals.")
    if isinstance(field, models.DecimalField):
        return _("Use 0 to 3,650 days, with at most 4 decimals.")
    if isinstance(field, models.URLField):
        return _("Use a web address that starts with http:// or https://, without a name or password in it.")
    if isinstance(field, models.EmailField):
        return _("Use one e-mail address, such as name@example.org.")
    return ""

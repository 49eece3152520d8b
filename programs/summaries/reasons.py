"""The engine's reasons in a mail: the same templates as on pages and in the shell, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from programs.graph.phrases import TEMPLATES, stored_day
from programs.summaries import words
from programs.summaries.words import gettext as _
from programs.summaries.words import ngettext


def sentence(reason: Mapping[str, Any], today: date) -> str:
    """A stored reason, {"code", "params"}, as a sentence; nothing for none, or for a code of another version.

    >>> sentence({"code": "float_before", "params": {"days": 6.0, "by": "App"}}, date(2027, 3, 1))
    'Not critical: 6 working days of float before App needs it.'
    """
    code = str(reason.get("code", ""))
    if code not in TEMPLATES:
        return ""
    params = reason.get("params") or {}
    return _(TEMPLATES[code]).format(**{name: _word(name, value, today) for name, value in params.items()})


def _word(name: str, value: Any, today: date) -> str:
    if name in ("days", "lag") and isinstance(value, int | float):
        return words.working_days(abs(value))
    if name == "elapsed" and isinstance(value, int | float):
        count = 1 if round(abs(value), 1) == 1 else 2
        return ngettext("%(n)s calendar day", "%(n)s calendar days", count) % {"n": words.number(abs(value))}
    if isinstance(value, dict):
        names, more = [words.line(str(each)) for each in value.get("names", [])], value.get("more")
        return ", ".join(names) + _(" and %(n)s more") % {"n": more} if more else words.joined(names)
    if (day := stored_day(value)) is not None:
        return words.day(day, today)
    return "" if value is None else words.line(str(value))

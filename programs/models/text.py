"""Text fields that keep what a database or a mail header would choke on out of the tables."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NAME_LIMIT = 200
MILESTONE_NAME_LIMIT = 500
TEXT_LIMIT = 20_000

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_BREAKERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


def plain(value: str) -> None:
    """Refuse control characters, lone surrogates and direction overrides (they break mails and databases)."""
    if any("\ud800" <= ch <= "\udfff" for ch in value):
        raise ValidationError(_("Remove the broken character: half of a surrogate pair."), code="surrogate")
    if _LINE_BREAKERS.search(value):
        raise ValidationError(_("Remove the control character; use plain text and line breaks."), code="control")
    if _BIDI.search(value):
        raise ValidationError(_("Remove the text-direction override character."), code="bidi")


def one_line(value: str) -> None:
    """Refuse line breaks and tabs as well: for names, subjects and anything that heads a list."""
    plain(value)
    if re.search(r"[\r\n\t]", value):
        raise ValidationError(_("Write it on one line, without tabs."), code="line")


def visible(value: str) -> None:
    """Refuse a name that shows nothing: only blanks or zero-width characters."""
    if not any(not ch.isspace() and unicodedata.category(ch) not in {"Cf", "Zs"} for ch in value):
        raise ValidationError(_("Write a name that can be seen."), code="blank")

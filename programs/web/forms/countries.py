"""Countries whose public holidays are known, by name."""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import gettext as _
from holidays.registry import COUNTRIES


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[str, str], ...]:
    named = ((code, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)) for name, code, *_rest in COUNTRIES.values())
    return tuple(sorted(named, key=lambda pair: pair[1]))


def countries() -> list[tuple[str, str]]:
    """None, then every country by its English name."""
    return [("", _("None")), *_known()]

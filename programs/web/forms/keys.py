"""A key of the API: what for, and for how long."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models.keys import KEY_NAME_LIMIT
from programs.web.forms import fields
from programs.web.forms.base import Adding

DAYS = _("Write a number of days from 1 to 365.")


class Key(Adding):
    """What reads the program, and for how long."""

    name = fields.name(
        _("What for"), limit=KEY_NAME_LIMIT, error_messages={"required": _("Write what the key is for, such as “Dashboard”.")}
    )
    days = forms.IntegerField(
        label=_("Works for how many days"),
        min_value=1,
        max_value=365,
        initial=90,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), DAYS),
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"auto_id": "key_%s", **options})

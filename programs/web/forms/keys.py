"""A key of the API: what for, and for how long."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from programs.models.keys import KEY_NAME_LIMIT
from programs.web.forms import fields
from programs.web.forms.base import Adding


class Key(Adding):
    """What reads the program, and for how long."""

    name = fields.name(
        _("What for"), limit=KEY_NAME_LIMIT, error_messages={"required": _("Write what the key is for, such as “Dashboard”.")}
    )
    days = fields.lasting(90)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"auto_id": "key_%s", **options})

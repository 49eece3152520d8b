"""A name for the plan as it is today."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models.baselines import BASELINE_NAME_LIMIT
from programs.web.forms import fields
from programs.web.forms.base import Adding


class Take(Adding):
    """What to call it, and whether slips are measured from it from now on."""

    name = fields.name(
        _("Name"),
        limit=BASELINE_NAME_LIMIT,
        error_messages={"required": _("Write what was agreed, such as “Steering committee, March”.")},
    )
    show = forms.BooleanField(label=_("Measure slips from it"), required=False, initial=True)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"auto_id": "baseline_%s", **options})

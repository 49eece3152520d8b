"""A link to the map or the timeline for people without an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models.shares import QUERY_LIMIT, SHARE_NAME_LIMIT, Shown
from programs.web.forms import fields
from programs.web.forms.base import Adding


class Share(Adding):
    """For whom, and for how long."""

    name = fields.name(
        _("For whom"), limit=SHARE_NAME_LIMIT, error_messages={"required": _("Write whom the link is for, such as “Auditors”.")}
    )
    days = fields.lasting(30)
    shows = forms.ChoiceField(label=_("Shows"), choices=Shown, required=False, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=QUERY_LIMIT, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **{"auto_id": "share_%s", **options})

"""Save and change a view of the milestones list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models.views import QUERY_LIMIT, VIEW_NAME_LIMIT
from programs.web.forms import fields
from programs.web.forms.base import Adding


class SaveView(Adding):
    """A name for the list as it is now. Who may not plan keeps it to themselves."""

    name = fields.name(
        _("Name"), limit=VIEW_NAME_LIMIT, error_messages={"required": _("Write a name, such as “Blocked this month”.")}
    )
    query = forms.CharField(required=False, max_length=QUERY_LIMIT, widget=forms.HiddenInput)
    shared = forms.BooleanField(label=_("Share it with everybody in the program"), required=False)
    first = forms.BooleanField(label=_("Open the list with it"), required=False)

    def __init__(self, data: Any = None, *, may_plan: bool, **options: Any) -> None:
        super().__init__(data, **{"auto_id": "view_%s", **options})
        if not may_plan:
            del self.fields["shared"]

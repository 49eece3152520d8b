"""Who did what, from the append-only notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.models import Event

if TYPE_CHECKING:
    from django.db import models


def last_change(row: models.Model) -> Event | None:
    """The newest note about a row: who saved it last, and when."""
    about = Event.objects.filter(subject_type=row._meta.model_name, subject_id=row.pk)
    return about.select_related("by").order_by("-at", "-pk").first()

"""A view of a program for people without an account."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.fields import name_field

QUERY_LIMIT = 2000
SHARE_NAME_LIMIT = 80


class Shown(models.TextChoices):
    """What a link shows."""

    MAP = "map", _("Map")
    TIMELINE = "timeline", _("Timeline")


class ShareLink(models.Model):
    """One read-only link: whoever holds it sees this view until it expires or is withdrawn. Only a hash of it is stored."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="share_links")
    by = models.ForeignKey("programs.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    name = name_field(SHARE_NAME_LIMIT)
    shows = models.CharField(max_length=10, choices=Shown, default=Shown.MAP, db_default=Shown.MAP)
    query = models.CharField(max_length=QUERY_LIMIT, blank=True, default="")  # what stands behind the question mark of its page
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

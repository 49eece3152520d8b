"""Plans as they were agreed."""

from __future__ import annotations

from django.db import models

from programs.models.fields import Versioned, name_field

BASELINE_NAME_LIMIT = 120


class Baseline(Versioned):
    """A program's dates as they were on one day, under a name. The one `shown` is what milestones carry as their baseline."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="baselines")
    name = name_field(BASELINE_NAME_LIMIT)
    by = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField()
    finish = models.DateField(null=True, blank=True)
    target = models.DateField(null=True, blank=True)
    dates = models.JSONField(default=dict)  # milestone id -> [start or null, finish, key and name]
    shown = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["program", "taken_at"])]

    def __str__(self) -> str:
        return self.name

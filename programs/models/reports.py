"""Status updates that are sent: written by a program manager from the facts, kept where every member can read them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from programs.models.choices import Health
from programs.models.fields import Versioned, day_field, line_field, text_field


class Report(Versioned):
    """One status update of a program: a draft until it is sent, then part of the archive for good.

    The text is the manager's; one line is one point. `seen` holds the facts it was drafted from, so that the next one can
    say what changed since. `address` is its day, with a number behind it when a day had several.
    """

    TEXTS = ("summary", "changed", "at_risk", "blockers", "upcoming", "decisions")

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="reports")
    author = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    headline = line_field(200)
    summary = text_field()
    changed = text_field()
    at_risk = text_field()
    blockers = text_field()
    upcoming = text_field()
    decisions = text_field()
    seen = models.JSONField(default=dict, blank=True)
    edited_at = models.DateTimeField()
    on = day_field()
    address = models.CharField(max_length=16, blank=True, default="")
    health = models.CharField(max_length=16, choices=Health.choices, blank=True, default="")  # computed, as it was then
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program"], condition=Q(sent_at__isnull=True), name="one_draft_per_program"),
            models.UniqueConstraint(fields=["program", "address"], condition=~Q(address=""), name="report_address"),
        ]

    def __str__(self) -> str:
        return self.headline

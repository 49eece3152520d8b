"""Blockers: what has stopped work, and how far each was carried up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from programs.models.choices import BlockerKind, BlockerStatus, Severity
from programs.models.fields import Sourced, Versioned, day_field, line_field, name_field
from programs.models.text import MILESTONE_NAME_LIMIT


class Blocker(Versioned, Sourced):
    """Work has stopped, and why. `number` is permanent: screens write it B-31."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="blockers")
    milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.CASCADE, related_name="blockers")
    number = models.PositiveIntegerField()
    title = name_field(MILESTONE_NAME_LIMIT)
    kind = models.CharField(max_length=16, choices=BlockerKind.choices, default=BlockerKind.OTHER)
    kind_raw = line_field(200)
    status = models.CharField(max_length=12, choices=BlockerStatus.choices, default=BlockerStatus.OPEN)
    status_raw = line_field(200)
    severity = models.CharField(max_length=12, choices=Severity.choices, default=Severity.MEDIUM)
    owner = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="blockers")
    raised_by = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_of = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    waiting_on = line_field(500)  # an outside party, or what exactly is awaited, in words
    waiting_person = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    waiting_team = models.ForeignKey("programs.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    waiting_contact = line_field(200)  # how the outside party is reached
    raised_on = day_field()
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)  # somebody last said or changed something about it
    snoozed_until = day_field()  # until that day nobody is told that it does not move
    snooze_reason = line_field(500)
    expected_clear = day_field()
    next_step = line_field(500)
    so_what = line_field(500)  # what it means for somebody who pays or waits for it
    resolved_on = day_field()
    resolution = line_field(500)
    risk = models.ForeignKey(
        "programs.Risk", null=True, blank=True, on_delete=models.SET_NULL, related_name="blockers"
    )  # it came true
    url = models.URLField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="blocker_number"),
            models.UniqueConstraint(fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="blocker_source"),
        ]
        indexes = [models.Index(fields=["program", "status"]), models.Index(fields=["owner", "status"])]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        """The name people use for it."""
        return f"B-{self.number}"

    @property
    def is_open(self) -> bool:
        """Nobody has cleared it yet."""
        return self.status == BlockerStatus.OPEN


class Escalation(models.Model):
    """One step of a blocker up the ladder. `since` is the movement it waited from, so that movement begins a new ladder."""

    blocker = models.ForeignKey(Blocker, on_delete=models.CASCADE, related_name="escalations")
    since = models.DateTimeField()
    step = models.PositiveSmallIntegerField()  # 1 owner, 2 lead of the workstream, 3 program manager, 4 sponsor
    at = models.DateTimeField()
    person = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blocker", "since", "step"], name="one_escalation_each")]

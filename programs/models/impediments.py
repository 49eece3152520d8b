"""Blockers (present impediments) and risks (possible ones)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from programs.models.choices import BlockerKind, BlockerStatus, RiskResponse, RiskStatus, Scale, Severity
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


class Risk(Versioned, Sourced):
    """Something that may stop or slow the work: likelihood and impact from 1 to 5. Screens write R-17."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="risks")
    workstream = models.ForeignKey("programs.Workstream", null=True, blank=True, on_delete=models.SET_NULL, related_name="risks")
    milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.SET_NULL, related_name="risks")
    number = models.PositiveIntegerField()
    title = name_field(MILESTONE_NAME_LIMIT)
    category = line_field(200)
    status = models.CharField(max_length=12, choices=RiskStatus.choices, default=RiskStatus.OPEN)
    status_raw = line_field(200)
    probability = models.PositiveSmallIntegerField(
        choices=Scale.choices, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    impact = models.PositiveSmallIntegerField(
        choices=Scale.choices, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    owner = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="risks")
    raised_on = day_field()
    review_on = day_field()
    closed_on = day_field()
    response = models.CharField(max_length=12, choices=RiskResponse.choices, blank=True, default="")
    response_raw = line_field(500)
    note = line_field(500)
    so_what = line_field(500)
    url = models.URLField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="risk_number"),
            models.UniqueConstraint(fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="risk_source"),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__range=(1, 5)), name="probability_in_range"
            ),
            models.CheckConstraint(condition=Q(impact__isnull=True) | Q(impact__range=(1, 5)), name="impact_in_range"),
        ]
        indexes = [models.Index(fields=["program", "status"])]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def key(self) -> str:
        """The name people use for it."""
        return f"R-{self.number}"

    @property
    def score(self) -> int | None:
        """Likelihood times impact, 1 to 25; None until both are judged."""
        return self.probability * self.impact if self.probability and self.impact else None

"""Milestones: any dated item of a plan, from a task to a gate, and what lies outside it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from programs.models.choices import (
    OPEN_STATUSES,
    SCHEDULING_RELATIONS,
    Confidence,
    ConstraintKind,
    DayUnit,
    LinkType,
    MilestoneKind,
    MilestoneStatus,
    Relation,
    Said,
    SetAside,
    Strength,
)
from programs.models.fields import Sourced, Versioned, day_field, days_field, line_field, name_field, text_field
from programs.models.text import MILESTONE_NAME_LIMIT


class Milestone(Versioned, Sourced):
    """One dated item. Four dates, all optional: baseline, target, forecast (computed, see Timing) and actual.

    `external` marks something outside every program here: it is named by a dependency, has no workstream,
    and somebody should check on it.
    """

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="milestones")
    workstream = models.ForeignKey(
        "programs.Workstream", null=True, blank=True, on_delete=models.SET_NULL, related_name="milestones"
    )
    key = models.CharField(max_length=24)
    name = name_field(MILESTONE_NAME_LIMIT)
    description = text_field()
    kind = models.CharField(max_length=16, choices=MilestoneKind.choices, default=MilestoneKind.MILESTONE)
    kind_raw = line_field(200)
    owner = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="milestones")
    team = models.ForeignKey("programs.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="milestones")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    external = models.BooleanField(default=False)

    status = models.CharField(max_length=16, choices=MilestoneStatus.choices, default=MilestoneStatus.NOT_STARTED)
    status_raw = line_field(200)
    said = models.CharField(max_length=16, choices=Said.choices, blank=True, default="")  # a person's last word
    said_on = day_field()
    percent_done = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    priority = line_field(50)

    start_date = day_field()
    baseline_start = day_field()  # where it was to begin, as the shown baseline has it
    baseline_date = day_field()
    target_date = day_field()
    expected_date = day_field()
    actual_date = day_field()
    duration_days = days_field()
    remaining_days = days_field()
    duration_unit = models.CharField(max_length=2, choices=DayUnit.choices, default=DayUnit.WORKING)
    optimistic_days = days_field()  # work left if all goes well, in the unit of the duration
    likely_days = days_field()
    pessimistic_days = days_field()  # if much goes wrong
    confidence = models.CharField(max_length=8, choices=Confidence.choices, blank=True, default="")  # instead of three numbers
    constraint = models.CharField(max_length=20, choices=ConstraintKind.choices, blank=True, default="")
    constraint_date = day_field()

    help_at = models.DateTimeField(null=True, blank=True)  # since when somebody waits for help with it
    help_by = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    labels = models.JSONField(default=list, blank=True)
    url = models.URLField(max_length=500, blank=True, default="")
    updated_on = day_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "key"], name="milestone_key"),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="milestone_source"
            ),
            models.CheckConstraint(condition=~Q(pk=F("parent")), name="milestone_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(percent_done__isnull=True) | Q(percent_done__range=(0, 100)), name="percent_in_range"
            ),
            models.CheckConstraint(
                condition=Q(duration_days__isnull=True) | Q(duration_days__range=(0, 3650)), name="duration_in_range"
            ),
            models.CheckConstraint(
                condition=Q(optimistic_days=None, likely_days=None, pessimistic_days=None)
                | Q(optimistic_days__lte=F("likely_days"), likely_days__lte=F("pessimistic_days")),
                name="estimate_in_order",
            ),
        ]
        indexes = [models.Index(fields=["program", "status"]), models.Index(fields=["owner", "status"])]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    @property
    def is_open(self) -> bool:
        """Work remains: neither done nor dropped from the plan."""
        return self.status in OPEN_STATUSES


class Dependency(Versioned, Sourced):
    """The successor depends on the predecessor. Only `requires` and `blocks` schedule, and only while not set aside.

    Imported self-links and links that would close a loop are kept, set aside, until a person resolves them;
    so the active graph has no loop at any moment.
    """

    predecessor = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="feeds")
    successor = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="waits_for")
    type = models.CharField(max_length=2, choices=LinkType.choices, default=LinkType.FS)
    lag_days = models.DecimalField(
        max_digits=9, decimal_places=4, default=0, validators=[MinValueValidator(-3650), MaxValueValidator(3650)]
    )
    lag_unit = models.CharField(max_length=2, choices=DayUnit.choices, default=DayUnit.WORKING)
    strength = models.CharField(max_length=8, choices=Strength.choices, default=Strength.HARD)
    relation = models.CharField(max_length=12, choices=Relation.choices, default=Relation.REQUIRES)
    relation_raw = line_field(200)
    origin = line_field(200)
    note = line_field(500)
    set_aside = models.CharField(max_length=12, choices=SetAside.choices, blank=True, default="")

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "type", "relation"], condition=Q(set_aside=""), name="no_duplicate_link"
            ),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="dependency_source"
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")) | ~Q(set_aside=""), name="no_self_link"),
            models.CheckConstraint(condition=Q(lag_days__range=(-3650, 3650)), name="lag_in_range"),
        ]
        indexes = [models.Index(fields=["successor", "predecessor"])]

    @property
    def schedules(self) -> bool:
        """Whether this link takes part in dates, critical paths and "who is blocked"."""
        return not self.set_aside and self.relation in SCHEDULING_RELATIONS

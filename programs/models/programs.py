"""The installation, its programs, their calendars and workstreams."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from programs.models.choices import DayUnit, Health, ProgramStatus
from programs.models.fields import Sourced, Versioned, day_field, line_field, name_field, text_field
from programs.models.text import NAME_LIMIT


class Installation(models.Model):
    """The one row that stands for this installation. Locking it locks the whole graph."""

    graph_revision = models.PositiveBigIntegerField(default=0)
    last_tick_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_installation")]


def monday_to_friday() -> list[int]:
    """The working week most programs start from, as ISO weekdays."""
    return [1, 2, 3, 4, 5]


class Standing(models.Manager["Program"]):
    """The programs that are there: one that was deleted is kept for a day, and only undo and the purge look at it."""

    def get_queryset(self) -> models.QuerySet[Program]:
        """Leave out what was deleted."""
        return super().get_queryset().filter(deleted_at=None)


class Program(Versioned, Sourced):
    """Work of many teams towards one finish, with its own calendar, members and thresholds."""

    slug = models.SlugField(max_length=80, unique=True)
    name = name_field(NAME_LIMIT)
    description = text_field()
    status = models.CharField(max_length=16, choices=ProgramStatus.choices, default=ProgramStatus.ACTIVE)
    status_raw = line_field(200)
    declared_health = models.CharField(max_length=16, choices=Health.choices, blank=True, default="")
    declared_health_raw = line_field(200)
    declared_note = line_field(500)
    owner = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_programs")
    sponsor = models.ForeignKey(
        "programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="sponsored_programs"
    )
    start_date = day_field()
    target_date = day_field()
    actual_date = day_field()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    finish_milestone = models.ForeignKey(
        "programs.Milestone", null=True, blank=True, on_delete=models.SET_NULL, related_name="finishes"
    )
    url = models.URLField(max_length=500, blank=True, default="")

    weekdays = models.JSONField(default=monday_to_friday)
    country = models.CharField(max_length=2, blank=True, default="")
    subdivision = models.CharField(max_length=12, blank=True, default="")
    time_zone = models.CharField(max_length=64, default="UTC")
    day_unit = models.CharField(max_length=2, choices=DayUnit.choices, default=DayUnit.WORKING)
    thresholds = models.JSONField(default=dict, blank=True)

    revision = models.PositiveBigIntegerField(default=1, editable=False)
    analysed_revision = models.PositiveBigIntegerField(default=0, editable=False)
    next_number = models.PositiveIntegerField(default=1, editable=False)  # blockers and risks are numbered per program
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)  # gone for everybody; purged a day later

    objects: ClassVar[Standing] = Standing()
    every: ClassVar[models.Manager[Program]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="program_source"),
            models.CheckConstraint(condition=~Q(pk=F("parent")), name="program_not_its_own_parent"),
        ]

    @property
    def ended(self) -> bool:
        """Whether it is over: then nothing in it is forecast any more."""
        return self.status in {ProgramStatus.DONE, ProgramStatus.CANCELLED}

    def __str__(self) -> str:
        return self.name


class CalendarException(Versioned):
    """One day that differs from the weekly pattern: a holiday, or an extra working day."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="calendar_exceptions")
    day = models.DateField()
    working = models.BooleanField(default=False)
    name = line_field(200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "day"], name="one_exception_per_day")]


class Workstream(Versioned, Sourced):
    """A lane of a program: one lead, one team, many milestones. `key` is the prefix of its milestones' keys."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="workstreams")
    key = models.CharField(max_length=12)
    name = name_field(NAME_LIMIT)
    lead = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="led_workstreams")
    team = models.ForeignKey("programs.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="workstreams")
    status = models.CharField(max_length=16, choices=ProgramStatus.choices, default=ProgramStatus.ACTIVE)
    status_raw = line_field(200)
    declared_health = models.CharField(max_length=16, choices=Health.choices, blank=True, default="")
    declared_health_raw = line_field(200)
    url = models.URLField(max_length=500, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    next_number = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "key"], name="workstream_key"),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="workstream_source"
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""What was said and what was done: status updates, the append-only event log, imports."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from programs.models.choices import Health
from programs.models.fields import Sourced, day_field, line_field, text_field


class StatusUpdate(Sourced):
    """A dated word by a person about a program, a workstream or a milestone (the most specific one set)."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="updates")
    workstream = models.ForeignKey("programs.Workstream", null=True, blank=True, on_delete=models.CASCADE, related_name="updates")
    milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.CASCADE, related_name="updates")
    on = models.DateField()
    author = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="updates")
    health = models.CharField(max_length=16, choices=Health.choices, blank=True, default="")
    health_raw = line_field(200)
    note = text_field()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], condition=Q(source_id__isnull=False), name="update_source"),
        ]
        indexes = [models.Index(fields=["milestone", "on"])]


class Event(models.Model):
    """A note of one change: who, when, what, old, new. Written in the change's own transaction, never edited.

    Mail, live pages and the history all read these rows. `batch` groups what one action did; imported
    history keeps its own date in `at` and its source in `origin`.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    kind = models.CharField(max_length=48)  # e.g. milestone.changed, blocker.opened; see docs/guide/events.md
    program = models.ForeignKey("programs.Program", null=True, blank=True, on_delete=models.CASCADE, related_name="events")
    milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    subject_type = models.CharField(max_length=32)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_name = models.CharField(max_length=600, blank=True, default="")
    field = models.CharField(max_length=64, blank=True, default="")
    old = models.TextField(blank=True, default="")
    new = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    batch = models.UUIDField(null=True, blank=True, db_index=True)
    origin = models.CharField(max_length=200, blank=True, default="")
    revision = models.PositiveBigIntegerField(null=True, blank=True)  # of the program, as this change made it

    class Meta:
        indexes = [models.Index(fields=["program", "at"]), models.Index(fields=["milestone", "at"])]


class Step(models.Model):
    """What an action did to one row, exactly enough to put it back for 24 hours: the inverse beside the notes of its batch.

    The notes say what happened in words people read; this keeps the values as the columns hold them. `was` and `now` are
    columns by name: all of the row for one that was made or removed, those that differ for one that changed.
    """

    class Act(models.TextChoices):
        MADE = "made"
        CHANGED = "changed"
        REMOVED = "removed"
        UNTIED = "untied"  # `was` says which rows pointed at something that was removed

    batch = models.UUIDField(db_index=True)
    at = models.DateTimeField(db_index=True)
    table = models.CharField(max_length=32)
    row = models.BigIntegerField()
    act = models.CharField(max_length=8, choices=Act.choices)
    was = models.JSONField(default=dict)
    now = models.JSONField(default=dict)
    undone_by = models.UUIDField(null=True, blank=True, db_index=True)  # the batch that took it back
    undoes = models.UUIDField(null=True, blank=True)  # the batch that this one takes back

    class Meta:
        indexes = [models.Index(fields=["table", "row"])]


class ImportRun(models.Model):
    """One bundle on its way in: previewed, applied in one transaction, undone while nothing later touched its rows."""

    class State(models.TextChoices):
        PREVIEWED = "previewed"
        APPLYING = "applying"
        APPLIED = "applied"
        UNDONE = "undone"
        FAILED = "failed"

    by = models.ForeignKey("programs.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="imports")
    at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREVIEWED)
    source = models.CharField(max_length=200)
    title = line_field(300)
    file_name = line_field(300)
    as_of = day_field()
    content = models.BinaryField(null=True, blank=True)  # the bundle, packed, until applied or discarded
    report = models.JSONField(default=dict)
    undo = models.JSONField(default=dict)
    graph_revision = models.PositiveBigIntegerField(default=0)  # refused when the plan moved on meanwhile
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    applied_at = models.DateTimeField(null=True, blank=True)

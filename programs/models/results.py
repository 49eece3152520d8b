"""What the engine computed: the current answer per program and milestone, and one compact row a day."""

from __future__ import annotations

from django.db import models

from programs.models.choices import Health
from programs.models.measured import FloatToTheFinish, LateDate


class Analysis(models.Model):
    """The current answer for one program: pages read it, nothing else computes a graph for a page."""

    program = models.OneToOneField("programs.Program", on_delete=models.CASCADE, primary_key=True, related_name="analysis")
    revision = models.PositiveBigIntegerField()
    settled_revision = models.PositiveBigIntegerField(default=0)  # for which reasons, counts and the day's row are right too
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    finish = models.DateField(null=True, blank=True)
    finish_at = models.BigIntegerField(null=True, blank=True)  # to the second, as the engine counts: what floats are measured to
    finish_moved = models.FloatField(
        default=0, db_default=0
    )  # working days it moved in all while rows of timings were left as they were
    finish_milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    days_late = models.FloatField(null=True, blank=True)  # working days after the target; negative is early
    health = models.CharField(max_length=16, choices=Health.choices, blank=True, default="")
    health_why = models.JSONField(default=dict)  # a Why: code and params
    critical_path = models.JSONField(default=list)  # milestone ids in order
    near_paths = models.JSONField(default=list)  # [[float, [milestone ids]], …]
    blockers = models.JSONField(default=list)  # [{id, milestone, days_added, total_float, waiting_behind}, …]
    workstreams = models.JSONField(default=dict)  # workstream id -> {health, why, finish, …}
    counts = models.JSONField(default=dict)  # milestones, done, open, critical, blocked, …


class DailyAnalysis(models.Model):
    """What was true at the end of one day, for drift, "since" and baselines."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    finish = models.DateField(null=True, blank=True)
    target = models.DateField(null=True, blank=True)
    health = models.CharField(max_length=16, blank=True, default="")
    days_late = models.FloatField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    forecasts = models.JSONField(default=dict)  # milestone id -> forecast date
    path = models.JSONField(default=list)  # ids of the critical path that day, in order
    odds = models.JSONField(default=dict)  # what the simulation said that day: {dates: {percent: date}, chance}
    standing = models.BinaryField(
        default=b"", db_default=b""
    )  # where each milestone stood and what was flagged, packed: `flags.kept`

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "day"], name="one_analysis_a_day")]


class Timing(models.Model):
    """The engine's dates and floats for one milestone. Floats and slips in working days."""

    milestone = models.OneToOneField("programs.Milestone", on_delete=models.CASCADE, primary_key=True, related_name="timing")
    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, db_index=False, related_name="timings")
    early_start = models.DateField(null=True, blank=True)
    forecast = models.DateField(null=True, blank=True)  # early finish
    late_start = LateDate(null=True, blank=True)
    late_finish = LateDate(null=True, blank=True)
    needed_by = models.DateField(null=True, blank=True)
    total_float = FloatToTheFinish(null=True, blank=True)
    finish_moved = models.FloatField(default=0, db_default=0)  # what `Analysis.finish_moved` was when the row was written
    free_float = models.FloatField(null=True, blank=True)
    slip = models.FloatField(null=True, blank=True)  # forecast (or actual) after baseline; negative is early
    late = models.FloatField(null=True, blank=True)  # forecast (or actual) after target; negative is early
    critical = models.BooleanField(default=False)
    near_critical = models.BooleanField(default=False)
    on_path = models.BooleanField(default=False)
    dated = models.BooleanField(default=True)
    blocked = models.BooleanField(default=False)  # an open blocker here
    blocked_by = models.JSONField(default=list)  # ids of open blockers upstream that hold it
    drivers = models.JSONField(default=list)  # driving predecessors, tightest first
    waiting_behind = models.PositiveIntegerField(default=0)
    start_why = models.JSONField(default=dict)
    critical_why = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["program", "forecast"])]


class Flag(models.Model):
    """One thing a rule noticed. `since` survives recomputes, so age is true."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, db_index=False, related_name="flags")
    milestone = models.ForeignKey("programs.Milestone", null=True, blank=True, on_delete=models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=48)
    severity = models.CharField(max_length=12)
    params = models.JSONField(default=dict)
    sentence = models.CharField(max_length=1000)
    subject = models.CharField(max_length=64, blank=True, default="")  # what else it is about: blocker or link id
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "rule", "milestone", "subject"], name="one_flag_each")]


class FragilePoints(models.Model):
    """What a program hangs on, worked out beside the analysis of one revision; pages say what it is as of."""

    program = models.OneToOneField("programs.Program", on_delete=models.CASCADE, primary_key=True, related_name="fragile_points")
    revision = models.PositiveBigIntegerField()
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    counted = models.PositiveIntegerField(default=0)  # unfinished milestones
    pressing = models.PositiveIntegerField(default=0)  # critical and near-critical ones among them
    targets = models.JSONField(default=list)  # milestone ids, the finish first
    points = models.JSONField(
        default=dict
    )  # kind -> [{id, strands, stranded: [ids], targets: [ids], only_way: [[target, count]], …}]


class Touch(models.Model):
    """What one revision of a program touched, so that a process that keeps the plan in memory can follow what others saved."""

    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, db_index=False, related_name="touches")
    revision = models.PositiveBigIntegerField()
    rows = models.JSONField(default=dict)  # table -> ids of changed rows
    whole = models.BooleanField(default=False)  # more than rows changed: look at everything
    wrote = models.JSONField(null=True, blank=True)  # milestones whose timing was rewritten when this revision was answered

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "revision"], name="one_touch_a_revision")]


class PackedPlan(models.Model):
    """A network as the engine and the rules read it at one revision, packed: see `actions.packing`."""

    program = models.OneToOneField("programs.Program", on_delete=models.CASCADE, primary_key=True, related_name="packed_plan")
    revisions = models.JSONField()  # program -> revision, of every program of the network; `program` is the first of them
    as_of = models.DateField()
    milestones = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # of all this and the shape it was packed in
    data = models.BinaryField()

"""Every table at once, for a new installation: the 39 steps to it took most of its first start. Older ones go on from where they are."""

import django.core.validators
import django.db.models.deletion
import programs.models.fields
import programs.models.programs
import programs.models.text
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


def one_installation(apps, schema_editor):
    """The row that stands for this installation; its lock is the lock of the whole graph."""
    installation = apps.get_model("programs", "Installation")
    installation.objects.using(schema_editor.connection.alias).get_or_create(pk=1)


class AllTables(migrations.SeparateDatabaseAndState):
    """Make every table from the models as they are after these operations.

    One by one, Django renders whatever hangs together with the table anew after each, which is nearly everything: 20 seconds.
    """

    def state_forwards(self, app_label, state):
        """Know the models, rendered once at the end."""
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Make their tables; keys that point at a later one are added when all are there."""
        for name in (operation.name for operation in self.state_operations if isinstance(operation, migrations.CreateModel)):
            model = to_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("programs", "0001_initial"),
        ("programs", "0002_one_installation"),
        ("programs", "0003_quiet_hours_and_sessions"),
        ("programs", "0004_reports"),
        ("programs", "0005_undo"),
        ("programs", "0006_notices"),
        ("programs", "0007_team_members"),
        ("programs", "0008_templates"),
        ("programs", "0009_ladder"),
        ("programs", "0010_saved_means_known"),
        ("programs", "0011_views"),
        ("programs", "0012_fragile_points"),
        ("programs", "0013_share_links"),
        ("programs", "0014_slack_users"),
        ("programs", "0015_audiences"),
        ("programs", "0016_so_what"),
        ("programs", "0017_estimates_and_forecasts"),
        ("programs", "0018_plan_drafts"),
        ("programs", "0019_risk_ranges"),
        ("programs", "0020_chat_hooks"),
        ("programs", "0021_shared_timelines"),
        ("programs", "0022_openings"),
        ("programs", "0023_packed_plans"),
        ("programs", "0024_issues"),
        ("programs", "0025_decisions"),
        ("programs", "0026_path_of_the_day"),
        ("programs", "0027_replies"),
        ("programs", "0028_baselines"),
        ("programs", "0029_forecast_ground"),
        ("programs", "0030_spreads_by_length"),
        ("programs", "0031_bounces"),
        ("programs", "0032_forecast_parts"),
        ("programs", "0033_floats_with_the_finish"),
        ("programs", "0034_api_keys"),
        ("programs", "0035_days_in_full"),
        ("programs", "0036_decisions_due"),
        ("programs", "0037_finish_of_the_runs"),
        ("programs", "0038_calls_for_help"),
        ("programs", "0039_indexes_once"),
    ]

    dependencies = []

    operations = [
        AllTables(
            state_operations=[
                migrations.CreateModel(
                    name="Program",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        (
                            "name",
                            models.CharField(
                                max_length=200, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        (
                            "description",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("active", "Active"),
                                    ("on_hold", "On hold"),
                                    ("done", "Done"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="active",
                                max_length=16,
                            ),
                        ),
                        (
                            "status_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "declared_health",
                            models.CharField(
                                blank=True,
                                choices=[("on_track", "On track"), ("at_risk", "At risk"), ("off_track", "Off track")],
                                default="",
                                max_length=16,
                            ),
                        ),
                        (
                            "declared_health_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "declared_note",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("start_date", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("target_date", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("actual_date", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("url", models.URLField(blank=True, default="", max_length=500)),
                        ("weekdays", models.JSONField(default=programs.models.programs.monday_to_friday)),
                        ("country", models.CharField(blank=True, default="", max_length=2)),
                        ("subdivision", models.CharField(blank=True, default="", max_length=12)),
                        ("time_zone", models.CharField(default="UTC", max_length=64)),
                        (
                            "day_unit",
                            models.CharField(
                                choices=[("wd", "working days"), ("cd", "calendar days")], default="wd", max_length=2
                            ),
                        ),
                        ("thresholds", models.JSONField(blank=True, default=dict)),
                        ("revision", models.PositiveBigIntegerField(default=1, editable=False)),
                        ("analysed_revision", models.PositiveBigIntegerField(default=0, editable=False)),
                        ("next_number", models.PositiveIntegerField(default=1, editable=False)),
                        ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="LearnedSpreads",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("team", models.CharField(max_length=20, unique=True)),
                        ("as_of", models.DateField()),
                        ("slips", models.PositiveIntegerField()),
                        ("spreads", models.JSONField(default=list)),
                    ],
                ),
                migrations.CreateModel(
                    name="Milestone",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        ("key", models.CharField(max_length=24)),
                        (
                            "name",
                            models.CharField(
                                max_length=500, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        (
                            "description",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("milestone", "Milestone"),
                                    ("gate", "Gate"),
                                    ("event", "Event"),
                                    ("deliverable", "Deliverable"),
                                    ("phase", "Phase"),
                                    ("task", "Task"),
                                    ("decision", "Decision"),
                                    ("bug", "Bug"),
                                    ("other", "Other"),
                                ],
                                default="milestone",
                                max_length=16,
                            ),
                        ),
                        (
                            "kind_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        ("external", models.BooleanField(default=False)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("not_started", "Not started"),
                                    ("in_progress", "In progress"),
                                    ("blocked", "Blocked"),
                                    ("done", "Done"),
                                    ("cancelled", "Cancelled"),
                                    ("deferred", "Deferred"),
                                    ("unknown", "Unknown"),
                                ],
                                default="not_started",
                                max_length=16,
                            ),
                        ),
                        (
                            "status_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "said",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("on_track", "On track"),
                                    ("at_risk", "At risk"),
                                    ("off_track", "Off track"),
                                    ("blocked", "Blocked"),
                                    ("done", "Done"),
                                ],
                                default="",
                                max_length=16,
                            ),
                        ),
                        ("said_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        (
                            "percent_done",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=5,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                            ),
                        ),
                        (
                            "priority",
                            models.CharField(blank=True, default="", max_length=50, validators=[programs.models.text.one_line]),
                        ),
                        ("start_date", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        (
                            "baseline_start",
                            models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible]),
                        ),
                        ("baseline_date", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("target_date", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("expected_date", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("actual_date", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        (
                            "duration_days",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=9,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("3650")),
                                ],
                            ),
                        ),
                        (
                            "remaining_days",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=9,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("3650")),
                                ],
                            ),
                        ),
                        (
                            "duration_unit",
                            models.CharField(
                                choices=[("wd", "working days"), ("cd", "calendar days")], default="wd", max_length=2
                            ),
                        ),
                        (
                            "optimistic_days",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=9,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("3650")),
                                ],
                            ),
                        ),
                        (
                            "likely_days",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=9,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("3650")),
                                ],
                            ),
                        ),
                        (
                            "pessimistic_days",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=9,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("3650")),
                                ],
                            ),
                        ),
                        (
                            "confidence",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Nobody said"),
                                    ("sure", "Sure"),
                                    ("fair", "Fairly sure"),
                                    ("rough", "Rough"),
                                    ("guess", "A guess"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        (
                            "constraint",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "None"),
                                    ("alap", "As late as possible"),
                                    ("start_no_earlier", "Start no earlier than"),
                                    ("must_start", "Must start on"),
                                    ("must_finish", "Must finish on"),
                                    ("finish_no_later", "Finish no later than"),
                                ],
                                default="",
                                max_length=20,
                            ),
                        ),
                        (
                            "constraint_date",
                            models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible]),
                        ),
                        ("labels", models.JSONField(blank=True, default=list)),
                        ("url", models.URLField(blank=True, default="", max_length=500)),
                        ("updated_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                    ],
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("email", models.EmailField(blank=True, max_length=254, null=True, unique=True)),
                        (
                            "name",
                            models.CharField(
                                max_length=200, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        ("time_zone", models.CharField(default="UTC", max_length=64)),
                        (
                            "theme",
                            models.CharField(
                                blank=True,
                                choices=[("", "As my system"), ("light", "Light"), ("dark", "Dark")],
                                default="",
                                max_length=8,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=[("", "As my browser"), ("en", "English"), ("de", "Deutsch")],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("quiet_from", models.TimeField(blank=True, null=True)),
                        ("quiet_until", models.TimeField(blank=True, null=True)),
                        ("quiet_weekends", models.BooleanField(default=False)),
                        ("country", models.CharField(blank=True, default="", max_length=2)),
                        ("single_keys", models.BooleanField(default=True, help_text="Single-letter keys on lists and cards.")),
                        ("is_admin", models.BooleanField(default=False)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name_plural": "people",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("source_id__isnull", False)),
                                fields=("source", "source_id"),
                                name="person_source",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FragilePoints",
                    fields=[
                        (
                            "program",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="fragile_points",
                                serialize=False,
                                to="programs.program",
                            ),
                        ),
                        ("revision", models.PositiveBigIntegerField()),
                        ("as_of", models.DateField()),
                        ("computed_at", models.DateTimeField()),
                        ("counted", models.PositiveIntegerField(default=0)),
                        ("pressing", models.PositiveIntegerField(default=0)),
                        ("targets", models.JSONField(default=list)),
                        ("points", models.JSONField(default=dict)),
                    ],
                ),
                migrations.CreateModel(
                    name="PackedPlan",
                    fields=[
                        (
                            "program",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="packed_plan",
                                serialize=False,
                                to="programs.program",
                            ),
                        ),
                        ("revisions", models.JSONField()),
                        ("as_of", models.DateField()),
                        ("milestones", models.PositiveIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        ("data", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ProgramForecast",
                    fields=[
                        ("p10", models.DateField(blank=True, null=True)),
                        ("p20", models.DateField(blank=True, null=True)),
                        ("p30", models.DateField(blank=True, null=True)),
                        ("p40", models.DateField(blank=True, null=True)),
                        ("p50", models.DateField(blank=True, null=True)),
                        ("p60", models.DateField(blank=True, null=True)),
                        ("p70", models.DateField(blank=True, null=True)),
                        ("p80", models.DateField(blank=True, null=True)),
                        ("p90", models.DateField(blank=True, null=True)),
                        ("p95", models.DateField(blank=True, null=True)),
                        ("target", models.DateField(blank=True, null=True)),
                        ("chance", models.FloatField(blank=True, null=True)),
                        (
                            "program",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="odds",
                                serialize=False,
                                to="programs.program",
                            ),
                        ),
                        ("revision", models.PositiveBigIntegerField()),
                        ("as_of", models.DateField()),
                        ("finish", models.DateField(blank=True, null=True)),
                        ("computed_at", models.DateTimeField()),
                        ("runs", models.PositiveIntegerField()),
                        ("seed", models.PositiveIntegerField()),
                        ("ground", models.CharField(blank=True, default="", max_length=32)),
                        ("about", models.JSONField(default=dict)),
                        ("days", models.JSONField(default=list)),
                        ("drivers", models.JSONField(default=list)),
                        ("drivers_revision", models.PositiveBigIntegerField(default=0)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="WaysBack",
                    fields=[
                        (
                            "program",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="ways_back",
                                serialize=False,
                                to="programs.program",
                            ),
                        ),
                        ("revision", models.PositiveBigIntegerField()),
                        ("as_of", models.DateField()),
                        ("computed_at", models.DateTimeField()),
                        ("late", models.IntegerField(blank=True, null=True)),
                        ("ways", models.JSONField(default=list)),
                        ("tried", models.PositiveIntegerField(default=0)),
                        ("complete", models.BooleanField(default=True)),
                    ],
                ),
                migrations.AddField(
                    model_name="program",
                    name="owner",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="owned_programs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="program",
                    name="parent",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="programs.program",
                    ),
                ),
                migrations.AddField(
                    model_name="program",
                    name="sponsor",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sponsored_programs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.CreateModel(
                    name="ApiKey",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "name",
                            models.CharField(
                                max_length=80, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        ("begins", models.CharField(max_length=12)),
                        ("key_hash", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        ("calls", models.PositiveIntegerField(default=0)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="api_keys", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Blocker",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        ("number", models.PositiveIntegerField()),
                        (
                            "title",
                            models.CharField(
                                max_length=500, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("decision", "Decision"),
                                    ("access", "Access"),
                                    ("dependency", "Dependency"),
                                    ("external", "External party"),
                                    ("capacity", "Capacity"),
                                    ("defect", "Defect"),
                                    ("environment", "Environment"),
                                    ("other", "Other"),
                                ],
                                default="other",
                                max_length=16,
                            ),
                        ),
                        (
                            "kind_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "status",
                            models.CharField(choices=[("open", "Open"), ("resolved", "Cleared")], default="open", max_length=12),
                        ),
                        (
                            "status_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "severity",
                            models.CharField(
                                choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                                default="medium",
                                max_length=12,
                            ),
                        ),
                        (
                            "waiting_on",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "waiting_contact",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        ("raised_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("moved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("snoozed_until", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        (
                            "snooze_reason",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "expected_clear",
                            models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible]),
                        ),
                        (
                            "next_step",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "so_what",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("resolved_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        (
                            "resolution",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("url", models.URLField(blank=True, default="", max_length=500)),
                        (
                            "asked_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="blockers",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="blockers", to="programs.program"
                            ),
                        ),
                        (
                            "raised_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "waiting_person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("number", models.PositiveIntegerField()),
                        (
                            "title",
                            models.CharField(
                                max_length=500, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        (
                            "background",
                            models.TextField(blank=True, default="", max_length=5000, validators=[programs.models.text.plain]),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("decided", "Decided"), ("withdrawn", "Not needed any more")],
                                default="open",
                                max_length=12,
                            ),
                        ),
                        ("raised_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("due_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("criteria", models.JSONField(blank=True, default=list)),
                        ("options", models.JSONField(blank=True, default=list)),
                        (
                            "chosen",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "outcome",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("decided_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("limits", models.JSONField(blank=True, default=list)),
                        ("review_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decider",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="decisions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="owned_decisions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Escalation",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("since", models.DateTimeField()),
                        ("step", models.PositiveSmallIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "blocker",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="escalations", to="programs.blocker"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ForecastPart",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("ground", models.CharField(max_length=32)),
                        ("first", models.PositiveIntegerField()),
                        ("runs", models.PositiveIntegerField()),
                        ("of", models.PositiveIntegerField()),
                        ("asked_at", models.DateTimeField(blank=True, null=True)),
                        ("tally", models.TextField(blank=True, default="")),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="forecast_parts", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Hook",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("address", models.CharField(max_length=500)),
                        ("label", models.CharField(max_length=100)),
                        ("kinds", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField()),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("gone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "error",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("told_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hook",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hook",
                                to="programs.program",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ImportRun",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("previewed", "Previewed"),
                                    ("applying", "Applying"),
                                    ("applied", "Applied"),
                                    ("undone", "Undone"),
                                    ("failed", "Failed"),
                                ],
                                default="previewed",
                                max_length=12,
                            ),
                        ),
                        ("source", models.CharField(max_length=200)),
                        (
                            "title",
                            models.CharField(blank=True, default="", max_length=300, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "file_name",
                            models.CharField(blank=True, default="", max_length=300, validators=[programs.models.text.one_line]),
                        ),
                        ("as_of", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("content", models.BinaryField(blank=True, null=True)),
                        ("report", models.JSONField(default=dict)),
                        ("undo", models.JSONField(default=dict)),
                        ("graph_revision", models.PositiveBigIntegerField(default=0)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("applied_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="imports",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Inbound",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("source", models.CharField(max_length=16)),
                        ("digest", models.CharField(max_length=64)),
                        ("at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("source", "digest"), name="one_request_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Installation",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("graph_revision", models.PositiveBigIntegerField(default=0)),
                        ("last_tick_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_installation")],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "role",
                            models.CharField(
                                choices=[("viewer", "Viewer"), ("engineer", "Engineer"), ("tpm", "Program manager")],
                                default="viewer",
                                max_length=16,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Odds",
                    fields=[
                        ("p10", models.DateField(blank=True, null=True)),
                        ("p20", models.DateField(blank=True, null=True)),
                        ("p30", models.DateField(blank=True, null=True)),
                        ("p40", models.DateField(blank=True, null=True)),
                        ("p50", models.DateField(blank=True, null=True)),
                        ("p60", models.DateField(blank=True, null=True)),
                        ("p70", models.DateField(blank=True, null=True)),
                        ("p80", models.DateField(blank=True, null=True)),
                        ("p90", models.DateField(blank=True, null=True)),
                        ("p95", models.DateField(blank=True, null=True)),
                        ("target", models.DateField(blank=True, null=True)),
                        ("chance", models.FloatField(blank=True, null=True)),
                        (
                            "milestone",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="odds",
                                serialize=False,
                                to="programs.milestone",
                            ),
                        ),
                        ("criticality", models.FloatField(default=0)),
                        ("source", models.JSONField(default=dict)),
                    ],
                ),
                migrations.CreateModel(
                    name="Timing",
                    fields=[
                        (
                            "milestone",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="timing",
                                serialize=False,
                                to="programs.milestone",
                            ),
                        ),
                        ("early_start", models.DateField(blank=True, null=True)),
                        ("forecast", models.DateField(blank=True, null=True)),
                        ("late_start", models.DateField(blank=True, null=True)),
                        ("late_finish", models.DateField(blank=True, null=True)),
                        ("needed_by", models.DateField(blank=True, null=True)),
                        ("total_float", models.FloatField(blank=True, null=True)),
                        ("finish_moved", models.FloatField(db_default=0, default=0)),
                        ("free_float", models.FloatField(blank=True, null=True)),
                        ("slip", models.FloatField(blank=True, null=True)),
                        ("late", models.FloatField(blank=True, null=True)),
                        ("critical", models.BooleanField(default=False)),
                        ("near_critical", models.BooleanField(default=False)),
                        ("on_path", models.BooleanField(default=False)),
                        ("dated", models.BooleanField(default=True)),
                        ("blocked", models.BooleanField(default=False)),
                        ("blocked_by", models.JSONField(default=list)),
                        ("drivers", models.JSONField(default=list)),
                        ("waiting_behind", models.PositiveIntegerField(default=0)),
                        ("start_why", models.JSONField(default=dict)),
                        ("critical_why", models.JSONField(default=dict)),
                    ],
                ),
                migrations.AddField(
                    model_name="program",
                    name="finish_milestone",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="finishes",
                        to="programs.milestone",
                    ),
                ),
                migrations.AddField(
                    model_name="milestone",
                    name="owner",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="milestones",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="milestone",
                    name="parent",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="programs.milestone",
                    ),
                ),
                migrations.AddField(
                    model_name="milestone",
                    name="program",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="milestones", to="programs.program"
                    ),
                ),
                migrations.CreateModel(
                    name="Hold",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="programs.decision"
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="held_by", to="programs.milestone"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Follow",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="follows", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="followers", to="programs.milestone"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Flag",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("rule", models.CharField(max_length=48)),
                        ("severity", models.CharField(max_length=12)),
                        ("params", models.JSONField(default=dict)),
                        ("sentence", models.CharField(max_length=1000)),
                        ("subject", models.CharField(blank=True, default="", max_length=64)),
                        ("since", models.DateField()),
                        (
                            "program",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="flags",
                                to="programs.program",
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="flags",
                                to="programs.milestone",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("at", models.DateTimeField(db_index=True)),
                        ("kind", models.CharField(max_length=48)),
                        ("subject_type", models.CharField(max_length=32)),
                        ("subject_id", models.BigIntegerField(blank=True, null=True)),
                        ("subject_name", models.CharField(blank=True, default="", max_length=600)),
                        ("field", models.CharField(blank=True, default="", max_length=64)),
                        ("old", models.TextField(blank=True, default="")),
                        ("new", models.TextField(blank=True, default="")),
                        ("note", models.TextField(blank=True, default="")),
                        ("batch", models.UUIDField(blank=True, db_index=True, null=True)),
                        ("origin", models.CharField(blank=True, default="", max_length=200)),
                        ("revision", models.PositiveBigIntegerField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="events",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="programs.program",
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="events",
                                to="programs.milestone",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Dependency",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("FS", "Finish to start"),
                                    ("SS", "Start to start"),
                                    ("FF", "Finish to finish"),
                                    ("SF", "Start to finish"),
                                ],
                                default="FS",
                                max_length=2,
                            ),
                        ),
                        (
                            "lag_days",
                            models.DecimalField(
                                decimal_places=4,
                                default=0,
                                max_digits=9,
                                validators=[
                                    django.core.validators.MinValueValidator(-3650),
                                    django.core.validators.MaxValueValidator(3650),
                                ],
                            ),
                        ),
                        (
                            "lag_unit",
                            models.CharField(
                                choices=[("wd", "working days"), ("cd", "calendar days")], default="wd", max_length=2
                            ),
                        ),
                        (
                            "strength",
                            models.CharField(choices=[("hard", "Hard"), ("soft", "Soft")], default="hard", max_length=8),
                        ),
                        (
                            "relation",
                            models.CharField(
                                choices=[
                                    ("requires", "Requires"),
                                    ("blocks", "Blocks"),
                                    ("relates", "Relates to"),
                                    ("duplicates", "Duplicates"),
                                    ("supersedes", "Supersedes"),
                                    ("parent", "Parent of"),
                                ],
                                default="requires",
                                max_length=12,
                            ),
                        ),
                        (
                            "relation_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "origin",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "note",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "set_aside",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Active"),
                                    ("self", "A milestone cannot wait for itself"),
                                    ("loop", "It would close a loop"),
                                    ("duplicate", "The same dependency is already there"),
                                    ("by_hand", "Set aside by a person"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        (
                            "predecessor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="feeds", to="programs.milestone"
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="waits_for", to="programs.milestone"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "dependencies",
                    },
                ),
                migrations.AddField(
                    model_name="blocker",
                    name="milestone",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blockers",
                        to="programs.milestone",
                    ),
                ),
                migrations.CreateModel(
                    name="Opening",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "text",
                            models.CharField(blank=True, default="", max_length=1000, validators=[programs.models.text.one_line]),
                        ),
                        ("written_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("until", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("facts", models.JSONField(blank=True, default=dict, editable=False)),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="opening", to="programs.program"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OutboxMessage",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("key", models.CharField(max_length=300, unique=True)),
                        ("kind", models.CharField(max_length=32)),
                        ("channel", models.CharField(choices=[("mail", "Mail"), ("chat", "Chat")], default="mail", max_length=4)),
                        ("to", models.CharField(max_length=254)),
                        ("subject", models.CharField(max_length=200)),
                        ("text", models.TextField()),
                        ("html", models.TextField(blank=True, default="")),
                        ("markdown", models.TextField(blank=True, default="")),
                        ("headers", models.JSONField(default=dict)),
                        ("payload", models.JSONField(default=dict)),
                        ("message_id", models.CharField(max_length=200, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("sending", "Sending"),
                                    ("sent", "Sent"),
                                    ("held", "Held"),
                                    ("failed", "Failed"),
                                    ("unsure", "Unsure"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="queued",
                                max_length=12,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("lease_by", models.CharField(blank=True, default="", max_length=64)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("retry_at", models.DateTimeField(blank=True, null=True)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.CharField(blank=True, default="", max_length=500)),
                        (
                            "hook",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="messages",
                                to="programs.hook",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="messages",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="programs.program",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("slip", "A date of yours moved"),
                                    ("cleared", "What you waited for is clear"),
                                    ("escalation", "A blocker does not move"),
                                    ("room", "You are asked into the room"),
                                    ("nudge", "A question about your work"),
                                    ("decision", "A decision is open again"),
                                    ("review", "Something is to be looked at again"),
                                    ("due", "A decision of yours is due"),
                                    ("help", "Help is needed, or on its way"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("owner", "you own it"),
                                    ("follower", "you follow it"),
                                    ("asked", "you were asked"),
                                    ("clearer", "you can clear it"),
                                    ("lead", "you lead the workstream"),
                                    ("planner", "you manage the program"),
                                    ("sponsor", "you sponsor the program"),
                                    ("decider", "you decide it"),
                                    ("asker", "you asked for it"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("topic", models.CharField(max_length=80)),
                        ("facts", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[("settling", "Settling"), ("told", "Told"), ("cancelled", "Cancelled")],
                                default="settling",
                                max_length=12,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("told_at", models.DateTimeField(blank=True, null=True)),
                        ("mail_at", models.DateTimeField(blank=True, null=True)),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[("", "No answer yet"), ("acknowledged", "Seen"), ("contested", "Contested")],
                                default="",
                                max_length=12,
                            ),
                        ),
                        (
                            "answer_note",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "blocker",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="programs.blocker",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="programs.decision",
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="programs.milestone",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="notices", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="programs.program"
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="notices",
                                to="programs.outboxmessage",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Bounce",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("address", models.EmailField(max_length=254, unique=True)),
                        ("soft", models.PositiveIntegerField(default=0)),
                        ("last_at", models.DateTimeField()),
                        ("suppressed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "reason",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="programs.outboxmessage",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="PlanDraft",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "name",
                            models.CharField(
                                max_length=200, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        ("shared", models.BooleanField(default=False)),
                        ("based_on", models.PositiveBigIntegerField()),
                        ("saved_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Draft"), ("applied", "Applied"), ("discarded", "Discarded")],
                                default="open",
                                max_length=12,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "reason",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("batch", models.UUIDField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="plan_drafts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="plan_drafts", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="PlanChange",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("place", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("slip", "Slip or pull in"),
                                    ("work", "Change work"),
                                    ("dates", "Set or clear a date"),
                                    ("link", "Add a dependency"),
                                    ("unlink", "Remove a dependency"),
                                    ("add", "Add a milestone"),
                                    ("clear", "Clear a blocker"),
                                    ("drop", "Drop from scope"),
                                    ("risk", "Answer a risk"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("about", models.JSONField(default=dict)),
                        ("values", models.JSONField(default=dict)),
                        ("seen", models.JSONField(default=dict)),
                        ("subject", models.CharField(blank=True, default="", max_length=600)),
                        (
                            "draft",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="programs.plandraft"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Posting",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "hook",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="postings", to="programs.hook"
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="postings", to="programs.notice"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Preference",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("slip", "A date of yours moved"),
                                    ("cleared", "What you waited for is clear"),
                                    ("escalation", "A blocker does not move"),
                                    ("room", "You are asked into the room"),
                                    ("nudge", "A question about your work"),
                                    ("decision", "A decision is open again"),
                                    ("review", "Something is to be looked at again"),
                                    ("due", "A decision of yours is due"),
                                    ("help", "Help is needed, or on its way"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "frequency",
                            models.CharField(
                                choices=[
                                    ("now", "At once"),
                                    ("daily", "Once a day"),
                                    ("weekly", "Once a week"),
                                    ("never", "Never"),
                                ],
                                default="now",
                                max_length=8,
                            ),
                        ),
                        (
                            "reach",
                            models.CharField(
                                choices=[("mail", "By mail"), ("chat", "In chat"), ("both", "Both")], default="mail", max_length=4
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="preferences",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Reply",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("at", models.DateTimeField(db_index=True)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "message",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="replies",
                                to="programs.outboxmessage",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "headline",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "summary",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        (
                            "changed",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        (
                            "at_risk",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        (
                            "blockers",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        (
                            "upcoming",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        (
                            "decisions",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        ("seen", models.JSONField(blank=True, default=dict)),
                        ("edited_at", models.DateTimeField()),
                        ("on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("address", models.CharField(blank=True, default="", max_length=16)),
                        (
                            "health",
                            models.CharField(
                                blank=True,
                                choices=[("on_track", "On track"), ("at_risk", "At risk"), ("off_track", "Off track")],
                                default="",
                                max_length=16,
                            ),
                        ),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("sent_to", models.PositiveIntegerField(default=0)),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="reports",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Risk",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        ("number", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[("risk", "Risk"), ("assumption", "Assumption"), ("issue", "Issue")],
                                default="risk",
                                max_length=12,
                            ),
                        ),
                        (
                            "title",
                            models.CharField(
                                max_length=500, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        (
                            "category",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("mitigating", "Mitigating"),
                                    ("accepted", "Accepted"),
                                    ("closed", "Closed"),
                                ],
                                default="open",
                                max_length=12,
                            ),
                        ),
                        (
                            "status_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "probability",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Very low"), (2, "Low"), (3, "Medium"), (4, "High"), (5, "Very high")],
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        (
                            "impact",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Very low"), (2, "Low"), (3, "Medium"), (4, "High"), (5, "Very high")],
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        (
                            "chance",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                            ),
                        ),
                        (
                            "days_low",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=9,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("3650")),
                                ],
                            ),
                        ),
                        (
                            "days_high",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=9,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("3650")),
                                ],
                            ),
                        ),
                        ("raised_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("review_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        ("closed_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        (
                            "trigger",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("trigger_on", models.DateField(blank=True, null=True, validators=[programs.models.fields.plausible])),
                        (
                            "response",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("avoid", "Avoid"),
                                    ("mitigate", "Reduce"),
                                    ("transfer", "Transfer"),
                                    ("accept", "Accept"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        (
                            "response_raw",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "response_text",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "residual_probability",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Very low"), (2, "Low"), (3, "Medium"), (4, "High"), (5, "Very high")],
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        (
                            "residual_impact",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Very low"), (2, "Low"), (3, "Medium"), (4, "High"), (5, "Very high")],
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        (
                            "residual_chance",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                            ),
                        ),
                        (
                            "note",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "so_what",
                            models.CharField(blank=True, default="", max_length=500, validators=[programs.models.text.one_line]),
                        ),
                        ("url", models.URLField(blank=True, default="", max_length=500)),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="risks",
                                to="programs.milestone",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="risks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="risks", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="notice",
                    name="risk",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="programs.risk",
                    ),
                ),
                migrations.AddField(
                    model_name="blocker",
                    name="risk",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="blockers",
                        to="programs.risk",
                    ),
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "name",
                            models.CharField(
                                max_length=80, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        ("query", models.CharField(blank=True, default="", max_length=1000)),
                        ("shared", models.BooleanField(default=False)),
                        ("first", models.BooleanField(default=False)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ShareLink",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "name",
                            models.CharField(
                                max_length=80, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        (
                            "shows",
                            models.CharField(
                                choices=[("map", "Map"), ("timeline", "Timeline")], db_default="map", default="map", max_length=10
                            ),
                        ),
                        ("query", models.CharField(blank=True, default="", max_length=2000)),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="share_links", to="programs.program"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Shift",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("at", models.DateTimeField()),
                        ("moves", models.JSONField(default=list)),
                        ("revisions", models.JSONField(default=dict)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "cleared",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="programs.blocker",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SignedIn",
                    fields=[
                        (
                            "session_key",
                            models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                        ),
                        ("session_data", models.TextField(verbose_name="session data")),
                        ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signed_in",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "session",
                        "verbose_name_plural": "sessions",
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SlackUser",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("team", models.CharField(blank=True, default="", max_length=32)),
                        ("user", models.CharField(blank=True, default="", max_length=32)),
                        ("linked_at", models.DateTimeField(blank=True, null=True)),
                        ("code_hash", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                        ("code_until", models.DateTimeField(blank=True, null=True)),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="slack", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Step",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("batch", models.UUIDField(db_index=True)),
                        ("at", models.DateTimeField(db_index=True)),
                        ("table", models.CharField(max_length=32)),
                        ("row", models.BigIntegerField()),
                        (
                            "act",
                            models.CharField(
                                choices=[("made", "Made"), ("changed", "Changed"), ("removed", "Removed"), ("untied", "Untied")],
                                max_length=8,
                            ),
                        ),
                        ("was", models.JSONField(default=dict)),
                        ("now", models.JSONField(default=dict)),
                        ("undone_by", models.UUIDField(blank=True, db_index=True, null=True)),
                        ("undoes", models.UUIDField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["table", "row"], name="programs_st_table_6fd0e7_idx")],
                    },
                ),
                migrations.CreateModel(
                    name="Strike",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "dependency",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="strikes",
                                to="programs.dependency",
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="strikes",
                                to="programs.milestone",
                            ),
                        ),
                        (
                            "risk",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="strikes", to="programs.risk"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Subscription",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "audience",
                            models.CharField(
                                choices=[("leader", "Leaders"), ("team", "Team"), ("sponsor", "Sponsor")],
                                default="leader",
                                max_length=8,
                            ),
                        ),
                        ("weekdays", models.JSONField(default=list)),
                        ("local_time", models.TimeField()),
                        ("time_zone", models.CharField(default="UTC", max_length=64)),
                        ("active", models.BooleanField(default=True)),
                        ("edition", models.PositiveIntegerField(default=1, editable=False)),
                        ("next_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                        ("last_sent_at", models.DateTimeField(blank=True, null=True)),
                        ("last_seen", models.JSONField(default=dict)),
                        ("token_hash", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "hook",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="subscriptions",
                                to="programs.hook",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="subscriptions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="subscriptions",
                                to="programs.program",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Slot",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("edition", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        ("outcome", models.CharField(max_length=16)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="slots", to="programs.subscription"
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="outboxmessage",
                    name="subscription",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to="programs.subscription",
                    ),
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        (
                            "name",
                            models.CharField(
                                max_length=200,
                                unique=True,
                                validators=[programs.models.text.one_line, programs.models.text.visible],
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="leads_teams",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="milestone",
                    name="team",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="milestones",
                        to="programs.team",
                    ),
                ),
                migrations.AddField(
                    model_name="blocker",
                    name="waiting_team",
                    field=models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="programs.team"
                    ),
                ),
                migrations.CreateModel(
                    name="TeamMember",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="places", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="places", to="programs.team"
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="team",
                    name="members",
                    field=models.ManyToManyField(
                        blank=True, related_name="teams", through="programs.TeamMember", to=settings.AUTH_USER_MODEL
                    ),
                ),
                migrations.CreateModel(
                    name="Template",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "name",
                            models.CharField(
                                max_length=200, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        (
                            "description",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        ("content", models.JSONField()),
                        ("shared", models.BooleanField(default=False)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="templates",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Touch",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("revision", models.PositiveBigIntegerField()),
                        ("rows", models.JSONField(default=dict)),
                        ("whole", models.BooleanField(default=False)),
                        ("wrote", models.JSONField(blank=True, null=True)),
                        (
                            "program",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="touches",
                                to="programs.program",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Workstream",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        ("key", models.CharField(max_length=12)),
                        (
                            "name",
                            models.CharField(
                                max_length=200, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("active", "Active"),
                                    ("on_hold", "On hold"),
                                    ("done", "Done"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="active",
                                max_length=16,
                            ),
                        ),
                        (
                            "status_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "declared_health",
                            models.CharField(
                                blank=True,
                                choices=[("on_track", "On track"), ("at_risk", "At risk"), ("off_track", "Off track")],
                                default="",
                                max_length=16,
                            ),
                        ),
                        (
                            "declared_health_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        ("url", models.URLField(blank=True, default="", max_length=500)),
                        ("position", models.PositiveIntegerField(default=0)),
                        ("next_number", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="led_workstreams",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="workstreams", to="programs.program"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="workstreams",
                                to="programs.team",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="StatusUpdate",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("source", models.CharField(blank=True, default="", editable=False, max_length=200)),
                        ("source_id", models.CharField(blank=True, editable=False, max_length=200, null=True)),
                        ("on", models.DateField()),
                        (
                            "health",
                            models.CharField(
                                blank=True,
                                choices=[("on_track", "On track"), ("at_risk", "At risk"), ("off_track", "Off track")],
                                default="",
                                max_length=16,
                            ),
                        ),
                        (
                            "health_raw",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "note",
                            models.TextField(blank=True, default="", max_length=20000, validators=[programs.models.text.plain]),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="updates",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="updates",
                                to="programs.milestone",
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="updates", to="programs.program"
                            ),
                        ),
                        (
                            "workstream",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="updates",
                                to="programs.workstream",
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="risk",
                    name="workstream",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="risks",
                        to="programs.workstream",
                    ),
                ),
                migrations.AddField(
                    model_name="milestone",
                    name="workstream",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="milestones",
                        to="programs.workstream",
                    ),
                ),
                migrations.CreateModel(
                    name="Analysis",
                    fields=[
                        (
                            "program",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="analysis",
                                serialize=False,
                                to="programs.program",
                            ),
                        ),
                        ("revision", models.PositiveBigIntegerField()),
                        ("settled_revision", models.PositiveBigIntegerField(default=0)),
                        ("as_of", models.DateField()),
                        ("computed_at", models.DateTimeField()),
                        ("finish", models.DateField(blank=True, null=True)),
                        ("finish_at", models.BigIntegerField(blank=True, null=True)),
                        ("finish_moved", models.FloatField(db_default=0, default=0)),
                        ("days_late", models.FloatField(blank=True, null=True)),
                        (
                            "health",
                            models.CharField(
                                blank=True,
                                choices=[("on_track", "On track"), ("at_risk", "At risk"), ("off_track", "Off track")],
                                default="",
                                max_length=16,
                            ),
                        ),
                        ("health_why", models.JSONField(default=dict)),
                        ("critical_path", models.JSONField(default=list)),
                        ("near_paths", models.JSONField(default=list)),
                        ("blockers", models.JSONField(default=list)),
                        ("workstreams", models.JSONField(default=dict)),
                        ("counts", models.JSONField(default=dict)),
                        (
                            "finish_milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="programs.milestone",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Baseline",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "name",
                            models.CharField(
                                max_length=120, validators=[programs.models.text.one_line, programs.models.text.visible]
                            ),
                        ),
                        ("taken_at", models.DateTimeField()),
                        ("finish", models.DateField(blank=True, null=True)),
                        ("target", models.DateField(blank=True, null=True)),
                        ("dates", models.JSONField(default=dict)),
                        ("shown", models.BooleanField(default=False)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="baselines", to="programs.program"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["program", "taken_at"], name="programs_ba_program_f8ebcc_idx")],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarException",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("day", models.DateField()),
                        ("working", models.BooleanField(default=False)),
                        (
                            "name",
                            models.CharField(blank=True, default="", max_length=200, validators=[programs.models.text.one_line]),
                        ),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_exceptions",
                                to="programs.program",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("program", "day"), name="one_exception_per_day")],
                    },
                ),
                migrations.CreateModel(
                    name="DailyAnalysis",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("day", models.DateField()),
                        ("finish", models.DateField(blank=True, null=True)),
                        ("target", models.DateField(blank=True, null=True)),
                        ("health", models.CharField(blank=True, default="", max_length=16)),
                        ("days_late", models.FloatField(blank=True, null=True)),
                        ("counts", models.JSONField(default=dict)),
                        ("forecasts", models.JSONField(default=dict)),
                        ("path", models.JSONField(default=list)),
                        ("odds", models.JSONField(default=dict)),
                        ("standing", models.BinaryField(db_default=b"", default=b"")),
                        (
                            "program",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="days", to="programs.program"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("program", "day"), name="one_analysis_a_day")],
                    },
                ),
                migrations.AddIndex(
                    model_name="decision",
                    index=models.Index(fields=["program", "status"], name="programs_de_program_51e064_idx"),
                ),
                migrations.AddIndex(
                    model_name="decision",
                    index=models.Index(fields=["decider", "status"], name="programs_de_decider_9dff77_idx"),
                ),
                migrations.AddConstraint(
                    model_name="decision",
                    constraint=models.UniqueConstraint(fields=("program", "number"), name="decision_number"),
                ),
                migrations.AddConstraint(
                    model_name="escalation",
                    constraint=models.UniqueConstraint(fields=("blocker", "since", "step"), name="one_escalation_each"),
                ),
                migrations.AddConstraint(
                    model_name="forecastpart",
                    constraint=models.UniqueConstraint(fields=("program", "ground", "first"), name="one_forecast_part"),
                ),
                migrations.AddConstraint(
                    model_name="hook",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", False), ("program__isnull", True)),
                            models.Q(("person__isnull", True), ("program__isnull", False)),
                            _connector="OR",
                        ),
                        name="hook_of_one_owner",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.UniqueConstraint(fields=("program", "person"), name="one_role_per_program"),
                ),
                migrations.AddField(
                    model_name="odds",
                    name="program",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="milestone_odds", to="programs.program"
                    ),
                ),
                migrations.AddField(
                    model_name="timing",
                    name="program",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="timings", to="programs.program"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="program",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)), fields=("source", "source_id"), name="program_source"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="program",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("pk", models.F("parent")), _negated=True), name="program_not_its_own_parent"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hold",
                    constraint=models.UniqueConstraint(fields=("decision", "milestone"), name="hold_once"),
                ),
                migrations.AddConstraint(
                    model_name="follow",
                    constraint=models.UniqueConstraint(fields=("person", "milestone"), name="one_follow_each"),
                ),
                migrations.AddConstraint(
                    model_name="flag",
                    constraint=models.UniqueConstraint(fields=("program", "rule", "milestone", "subject"), name="one_flag_each"),
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(fields=["program", "at"], name="programs_ev_program_5fbb52_idx"),
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(fields=["milestone", "at"], name="programs_ev_milesto_930222_idx"),
                ),
                migrations.AddIndex(
                    model_name="dependency",
                    index=models.Index(fields=["successor", "predecessor"], name="programs_de_success_aee4ac_idx"),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("set_aside", "")),
                        fields=("predecessor", "successor", "type", "relation"),
                        name="no_duplicate_link",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)), fields=("source", "source_id"), name="dependency_source"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("predecessor", models.F("successor")), _negated=True),
                            models.Q(("set_aside", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="no_self_link",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dependency",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("lag_days__range", (-3650, 3650))), name="lag_in_range"
                    ),
                ),
                migrations.AddIndex(
                    model_name="plandraft",
                    index=models.Index(fields=["program", "state"], name="programs_pl_program_692798_idx"),
                ),
                migrations.AddIndex(
                    model_name="planchange",
                    index=models.Index(fields=["draft", "place"], name="programs_pl_draft_i_03e790_idx"),
                ),
                migrations.AddConstraint(
                    model_name="posting",
                    constraint=models.UniqueConstraint(fields=("hook", "notice"), name="posted_once"),
                ),
                migrations.AddConstraint(
                    model_name="preference",
                    constraint=models.UniqueConstraint(fields=("person", "kind"), name="one_preference_each"),
                ),
                migrations.AddConstraint(
                    model_name="report",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("sent_at__isnull", True)), fields=("program",), name="one_draft_per_program"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="report",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("address", ""), _negated=True), fields=("program", "address"), name="report_address"
                    ),
                ),
                migrations.AddIndex(
                    model_name="notice",
                    index=models.Index(condition=models.Q(("state", "settling")), fields=["due_at"], name="notice_settling"),
                ),
                migrations.AddIndex(
                    model_name="notice",
                    index=models.Index(
                        condition=models.Q(("message", None), ("state", "told")), fields=["mail_at"], name="notice_to_mail"
                    ),
                ),
                migrations.AddIndex(
                    model_name="notice",
                    index=models.Index(fields=["person", "told_at"], name="programs_no_person__a6e6fc_idx"),
                ),
                migrations.AddIndex(
                    model_name="notice",
                    index=models.Index(fields=["program", "kind", "answer"], name="programs_no_program_3225cd_idx"),
                ),
                migrations.AddConstraint(
                    model_name="notice",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "settling")), fields=("person", "topic"), name="one_settling_notice"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="savedview",
                    constraint=models.UniqueConstraint(fields=("program", "person", "name"), name="one_view_of_a_name"),
                ),
                migrations.AddConstraint(
                    model_name="savedview",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("first", True), ("shared", False)),
                        fields=("program", "person"),
                        name="one_first_view_each",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="savedview",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("first", True), ("shared", True)), fields=("program",), name="one_first_view_for_all"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="slackuser",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("user", ""), _negated=True), fields=("team", "user"), name="one_person_per_slack_user"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="strike",
                    constraint=models.UniqueConstraint(fields=("risk", "milestone"), name="strike_milestone_once"),
                ),
                migrations.AddConstraint(
                    model_name="strike",
                    constraint=models.UniqueConstraint(fields=("risk", "dependency"), name="strike_link_once"),
                ),
                migrations.AddConstraint(
                    model_name="strike",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dependency__isnull", False), ("milestone__isnull", True)),
                            models.Q(("dependency__isnull", True), ("milestone__isnull", False)),
                            _connector="OR",
                        ),
                        name="strike_one_thing",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="slot",
                    constraint=models.UniqueConstraint(fields=("subscription", "edition", "at"), name="one_firing_per_slot"),
                ),
                migrations.AddIndex(
                    model_name="outboxmessage",
                    index=models.Index(
                        condition=models.Q(("state__in", ["queued", "sending"])),
                        fields=["state", "created_at"],
                        name="outbox_due",
                    ),
                ),
                migrations.AddIndex(
                    model_name="outboxmessage",
                    index=models.Index(fields=["person", "created_at"], name="programs_ou_person__884075_idx"),
                ),
                migrations.AddIndex(
                    model_name="blocker",
                    index=models.Index(fields=["program", "status"], name="programs_bl_program_e75c80_idx"),
                ),
                migrations.AddIndex(
                    model_name="blocker",
                    index=models.Index(fields=["owner", "status"], name="programs_bl_owner_i_952243_idx"),
                ),
                migrations.AddConstraint(
                    model_name="blocker",
                    constraint=models.UniqueConstraint(fields=("program", "number"), name="blocker_number"),
                ),
                migrations.AddConstraint(
                    model_name="blocker",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)), fields=("source", "source_id"), name="blocker_source"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="teammember",
                    constraint=models.UniqueConstraint(fields=("team", "person"), name="once_in_a_team"),
                ),
                migrations.AddConstraint(
                    model_name="touch",
                    constraint=models.UniqueConstraint(fields=("program", "revision"), name="one_touch_a_revision"),
                ),
                migrations.AddConstraint(
                    model_name="workstream",
                    constraint=models.UniqueConstraint(fields=("program", "key"), name="workstream_key"),
                ),
                migrations.AddConstraint(
                    model_name="workstream",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)), fields=("source", "source_id"), name="workstream_source"
                    ),
                ),
                migrations.AddIndex(
                    model_name="statusupdate",
                    index=models.Index(fields=["milestone", "on"], name="programs_st_milesto_161314_idx"),
                ),
                migrations.AddConstraint(
                    model_name="statusupdate",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)), fields=("source", "source_id"), name="update_source"
                    ),
                ),
                migrations.AddIndex(
                    model_name="risk",
                    index=models.Index(fields=["program", "status"], name="programs_ri_program_8811dd_idx"),
                ),
                migrations.AddConstraint(
                    model_name="risk",
                    constraint=models.UniqueConstraint(fields=("program", "number"), name="risk_number"),
                ),
                migrations.AddConstraint(
                    model_name="risk",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)), fields=("source", "source_id"), name="risk_source"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="risk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("probability__isnull", True), ("probability__range", (1, 5)), _connector="OR"),
                        name="probability_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="risk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("impact__isnull", True), ("impact__range", (1, 5)), _connector="OR"),
                        name="impact_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="risk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("chance__isnull", True), ("chance__range", (0, 100)), _connector="OR"),
                        name="chance_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="risk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("residual_probability__isnull", True), ("residual_probability__range", (1, 5)), _connector="OR"
                        ),
                        name="residual_probability_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="risk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("residual_impact__isnull", True), ("residual_impact__range", (1, 5)), _connector="OR"
                        ),
                        name="residual_impact_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="risk",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("residual_chance__isnull", True), ("residual_chance__range", (0, 100)), _connector="OR"
                        ),
                        name="residual_chance_in_range",
                    ),
                ),
                migrations.AddIndex(
                    model_name="milestone",
                    index=models.Index(fields=["program", "status"], name="programs_mi_program_39eed2_idx"),
                ),
                migrations.AddIndex(
                    model_name="milestone",
                    index=models.Index(fields=["owner", "status"], name="programs_mi_owner_i_2b067d_idx"),
                ),
                migrations.AddConstraint(
                    model_name="milestone",
                    constraint=models.UniqueConstraint(fields=("program", "key"), name="milestone_key"),
                ),
                migrations.AddConstraint(
                    model_name="milestone",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source_id__isnull", False)), fields=("source", "source_id"), name="milestone_source"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="milestone",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("pk", models.F("parent")), _negated=True), name="milestone_not_its_own_parent"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="milestone",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("percent_done__isnull", True), ("percent_done__range", (0, 100)), _connector="OR"),
                        name="percent_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="milestone",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("duration_days__isnull", True), ("duration_days__range", (0, 3650)), _connector="OR"),
                        name="duration_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="milestone",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("likely_days", None), ("optimistic_days", None), ("pessimistic_days", None)),
                            models.Q(
                                ("likely_days__lte", models.F("pessimistic_days")),
                                ("optimistic_days__lte", models.F("likely_days")),
                            ),
                            _connector="OR",
                        ),
                        name="estimate_in_order",
                    ),
                ),
                migrations.AddIndex(
                    model_name="odds",
                    index=models.Index(fields=["program", "chance"], name="programs_od_program_4b5a1b_idx"),
                ),
                migrations.AddIndex(
                    model_name="timing",
                    index=models.Index(fields=["program", "forecast"], name="programs_ti_program_e63196_idx"),
                ),
            ]
        ),
        migrations.RunPython(one_installation, migrations.RunPython.noop),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def carry_over(apps, schema_editor):
    """Calls for help were known by the history alone: the last word about each milestone says whether one stands."""
    Event, Milestone = apps.get_model("programs", "Event"), apps.get_model("programs", "Milestone")
    words = Event.objects.filter(kind__in=("milestone.help", "milestone.helped"), milestone__isnull=False).order_by("at", "pk")
    standing = {}
    for kind, milestone, at, by in words.values_list("kind", "milestone", "at", "by"):
        standing.pop(milestone, None)
        if kind == "milestone.help":
            standing[milestone] = (at, by)
    for milestone, (at, by) in standing.items():
        Milestone.objects.filter(pk=milestone).update(help_at=at, help_by=by)


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0001_squashed_0039_indexes_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="milestone",
            name="help_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="milestone",
            name="help_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]

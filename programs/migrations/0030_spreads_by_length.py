from django.db import migrations, models


def forget(apps, schema_editor):
    """What was learned before knew no lengths of time; it is learned anew before the next forecast."""
    apps.get_model("programs", "LearnedSpreads").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0029_forecast_ground"),
    ]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.AddField(
            model_name="learnedspreads",
            name="team",
            field=models.CharField(max_length=20, unique=True, default=""),
            preserve_default=False,
        ),
    ]

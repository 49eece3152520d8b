import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0031_bounces"),
    ]

    operations = [
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
        migrations.AddConstraint(
            model_name="forecastpart",
            constraint=models.UniqueConstraint(fields=("program", "ground", "first"), name="one_forecast_part"),
        ),
    ]

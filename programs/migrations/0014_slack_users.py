import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0013_share_links"),
    ]

    operations = [
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("user", ""), _negated=True), fields=("team", "user"), name="one_person_per_slack_user"
                    )
                ],
            },
        ),
    ]

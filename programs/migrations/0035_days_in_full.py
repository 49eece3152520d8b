from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0034_api_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="dailyanalysis",
            name="standing",
            field=models.BinaryField(db_default=b"", default=b""),
        ),
    ]

"""The one row that stands for this installation; its lock is the lock of the whole graph."""

from django.db import migrations


def create(apps, schema_editor):
    installation = apps.get_model("programs", "Installation")
    installation.objects.using(schema_editor.connection.alias).get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

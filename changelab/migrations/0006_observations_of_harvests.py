"""A lesson that began with an insight holds the words of its observations: bind it to those too."""

from django.db import migrations


def bind(apps, schema_editor):
    harvest = apps.get_model("changelab", "Harvest")
    for row in harvest.objects.filter(insight__isnull=False).iterator():
        row.observations.set(row.insight.observations.filter(created_at__lte=row.at))


class Migration(migrations.Migration):
    dependencies = [("changelab", "0005_lessons_taken_along")]

    operations = [migrations.RunPython(bind, migrations.RunPython.noop, elidable=True)]

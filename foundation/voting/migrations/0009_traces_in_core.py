from django.db import migrations


class Migration(migrations.Migration):
    """What was not wiped yet is wiped by the mechanism that all apps share now."""

    dependencies = [
        ("core", "0002_traces"),
        ("voting", "0008_traces"),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO core_trace (of) SELECT 'voting.' || of FROM voting_trace ORDER BY id",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel(name="Trace"),
    ]

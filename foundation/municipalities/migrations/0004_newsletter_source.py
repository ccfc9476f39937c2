from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("municipalities", "0003_official_shapes"),
    ]

    operations = [
        migrations.AddField(
            model_name="newsletter",
            name="source",
            field=models.CharField(blank=True, default="", editable=False, max_length=80, verbose_name="written about"),
        ),
        migrations.AddConstraint(
            model_name="newsletter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("source",),
                name="newsletter_once_per_source",
            ),
        ),
    ]

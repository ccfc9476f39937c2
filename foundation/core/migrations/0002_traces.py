from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Trace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.CharField(max_length=40, verbose_name="removed rows of")),
            ],
            options={
                "verbose_name": "trace of removed rows",
                "verbose_name_plural": "traces of removed rows",
            },
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learning_network", "0005_sessions")]

    operations = [
        migrations.AddField(
            model_name="tool",
            name="practices",
            field=models.ManyToManyField(
                blank=True,
                related_name="tools",
                to="learning_network.practice",
                verbose_name="practices where it was used",
            ),
        ),
    ]

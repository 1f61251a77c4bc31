from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("modules", "0002_settings")]

    operations = [
        migrations.CreateModel(
            name="Former",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[("status", "status"), ("step", "step")], max_length=6
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
                ("name_hu", models.CharField(blank=True, max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=60)),
                ("group_hu", models.CharField(blank=True, max_length=60)),
                ("group_en", models.CharField(blank=True, max_length=60)),
                ("went_to", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "former status or step",
                "verbose_name_plural": "former statuses and steps",
                "constraints": [
                    models.UniqueConstraint(fields=("what", "number"), name="former_once")
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("modules", "0003_former_names")]

    operations = [
        migrations.AddField(
            model_name="field",
            name="filled_from",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="modules.field",
            ),
        ),
        migrations.AddField(
            model_name="field",
            name="replaced_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="earlier",
                to="modules.field",
            ),
        ),
    ]

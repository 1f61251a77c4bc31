"""Indexes by which nothing is asked go: each of them is paid for by every change."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, SET_NULL, Q

UNASKED = {
    "client": ("created_by", "trashed_by"),
    "datasheet": ("created_by", "trashed_by"),
    "historyentry": ("author", "contact", "taken_back_by"),
    "todo": ("created_by", "done_by", "type"),
}


def drop(apps, schema_editor):
    """By their names: to alter a field would copy the whole table on SQLite."""
    for name, fields in UNASKED.items():
        meta = apps.get_model("crm", name)._meta
        for field in fields:
            index = schema_editor._create_index_name(
                meta.db_table, [meta.get_field(field).column], suffix=""
            )
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(index)}")


def user(**options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, PROTECT, null=True, db_index=False, **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0006_search_parts"),
        ("modules", "0004_fields"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, migrations.RunPython.noop)],
            state_operations=[
                *(
                    migrations.AlterField(model, name, user(editable=False, related_name="+"))
                    for model, name in (
                        ("client", "created_by"),
                        ("client", "trashed_by"),
                        ("datasheet", "created_by"),
                        ("datasheet", "trashed_by"),
                        ("todo", "created_by"),
                        ("todo", "done_by"),
                    )
                ),
                migrations.AlterField("historyentry", "author", user()),
                migrations.AlterField("historyentry", "taken_back_by", user(related_name="+")),
                migrations.AlterField(
                    "historyentry",
                    "contact",
                    models.ForeignKey("crm.contact", SET_NULL, null=True, db_index=False),
                ),
                migrations.AlterField(
                    "todo", "type", models.ForeignKey("modules.todotype", PROTECT, db_index=False)
                ),
            ],
        ),
        migrations.AddIndex(
            "historyentry",
            models.Index(
                fields=["contact"], name="history_contact", condition=Q(contact__isnull=False)
            ),
        ),
    ]

"""SQLite's search index merges its parts more seldom, for which an import waits a third less."""

from django.db import migrations

TABLES = ("crm_searchwords", "crm_searchinside")


def merge_at(parts):
    def set_it(apps, schema_editor):
        if schema_editor.connection.vendor != "sqlite":
            return
        there = schema_editor.connection.introspection.table_names()
        for table in TABLES:
            if table in there:
                schema_editor.execute(
                    f"INSERT INTO {table}({table}, rank) VALUES ('automerge', {parts})"  # noqa: S608 (our own tables)
                )

    return set_it


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0005_kept_file"),
    ]

    operations = [
        migrations.RunPython(merge_at(8), merge_at(4)),
    ]

"""The search index, and names that PostgreSQL compares by code point (see web.text.sort_key)."""

import sqlite3

import django.db.models.deletion
from django.db import migrations, models
from django.db.utils import Error

COLUMNS_IN_CODE_POINT_ORDER = (
    ("crm_client", "folded_name"),
    ("crm_client", "sort_key"),
    ("crm_contact", "folded_name"),
    ("crm_contact", "sort_key"),
    ("accounts_user", "sort_key"),
)

# The "ascii" tokenizer leaves our folded words as they are; '#', '~' and '.' are of our marks.
SQLITE_WORDS = """
CREATE VIRTUAL TABLE crm_searchwords USING fts5(
    tokens, content='', detail=none, columnsize=0, tokenize="ascii tokenchars '#~.'"
)
"""
SQLITE_INSIDE = """
CREATE VIRTUAL TABLE crm_searchinside USING fts5(
    tokens, content='', detail=none, columnsize=0, tokenize="trigram"
)
"""
ADD = "INSERT INTO {table}(rowid, tokens) VALUES (new.id, {new});"
TAKE = "INSERT INTO {table}({table}, rowid, tokens) VALUES ('delete', old.id, {old});"

PG_TOKENS = """
CREATE INDEX crm_searchdoc_tokens ON crm_searchdoc
USING gin (array_to_tsvector(string_to_array(btrim(words || marks), ' ')))
WITH (gin_pending_list_limit = 1024)
"""
PG_INSIDE = """
CREATE INDEX crm_searchdoc_inside ON crm_searchdoc
USING gin (words gin_trgm_ops) WITH (gin_pending_list_limit = 1024)
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        install_sqlite(schema_editor)
    elif schema_editor.connection.vendor == "postgresql":
        install_postgresql(schema_editor)


def install_sqlite(editor):
    tables = {"crm_searchwords": "words || {row}.marks"}
    editor.execute(SQLITE_WORDS)
    if sqlite3.sqlite_version_info >= (3, 34):
        editor.execute(SQLITE_INSIDE)
        tables["crm_searchinside"] = "words"
    add = take = ""
    for table, tokens in tables.items():
        add += ADD.format(table=table, new="new." + tokens.format(row="new"))
        take += TAKE.format(table=table, old="old." + tokens.format(row="old"))
    for name, event, body in (
        ("added", "INSERT", add),
        ("gone", "DELETE", take),
        ("changed", "UPDATE OF id, words, marks", take + add),
    ):
        editor.execute(
            f"CREATE TRIGGER crm_searchdoc_{name} AFTER {event} ON crm_searchdoc BEGIN {body} END",
            params=None,
        )


def install_postgresql(editor):
    for table, column in COLUMNS_IN_CODE_POINT_ORDER:
        with editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attname = %s",
                [table, column],
            )
            (kind,) = cursor.fetchone()
        editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} COLLATE "C"')
    editor.execute(PG_TOKENS)
    # Searching inside words is for databases that may have the extension; all others do without.
    sid = editor.connection.savepoint()
    try:
        editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        editor.execute(PG_INSIDE)
    except Error:
        editor.connection.savepoint_rollback(sid)
    else:
        editor.connection.savepoint_commit(sid)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in ("added", "gone", "changed"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS crm_searchdoc_{name}")
        schema_editor.execute("DROP TABLE IF EXISTS crm_searchwords")
        schema_editor.execute("DROP TABLE IF EXISTS crm_searchinside")


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchDoc",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("datasheet_id", models.BigIntegerField(default=0)),
                ("module_id", models.BigIntegerField(null=True)),
                ("words", models.TextField()),
                ("numbers", models.TextField(blank=True)),
                ("marks", models.TextField(blank=True)),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.client",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "datasheet_id"), name="searchdoc_once"
                    )
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]

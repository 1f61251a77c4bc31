"""`make restore FILE=…`: bring back what `make backup` wrote, on either database.

All rows are replaced in one transaction, so a failure leaves everything as it was. What stood
there before is backed up first.
"""

import json
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from office import backup

BLOCK = 2000


class UnusableError(Exception):
    """The file can't be restored here; the text says why."""


def read(path: Path) -> None:
    """Replace everything by what the file holds; raises UnusableError and changes nothing."""
    uploads = Path(settings.MEDIA_ROOT)
    fresh = uploads.with_name(f"{uploads.name}.restored")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        with tarfile.open(path, "r:gz") as archive, transaction.atomic():
            _check(archive)
            _empty()
            _fill(archive, fresh)
    except (tarfile.TarError, EOFError, ValueError, LookupError, DatabaseError) as error:
        shutil.rmtree(fresh)
        raise UnusableError(f"{path} is not a whole backup of Teendő: {error}") from error
    except BaseException:
        shutil.rmtree(fresh)
        raise
    shutil.rmtree(uploads, ignore_errors=True)
    fresh.rename(uploads)


def _check(archive: tarfile.TarFile) -> None:
    first = archive.next()
    if first is None or first.name != "manifest.json":
        raise UnusableError("The file is not a backup of Teendő.")
    manifest = json.load(_open(archive, first))
    if manifest["format"] != backup.FORMAT or manifest["migrations"] != backup.migrations():
        raise UnusableError(
            "The backup was made by another version of Teendő. Restore it with that version, "
            "then update."
        )


def _empty() -> None:
    existing = set(connection.introspection.table_names())
    names = {model._meta.db_table for model in [*backup.tables(), *_sessions()]}
    statements = connection.ops.sql_flush(no_style(), sorted(names & existing))
    connection.ops.execute_sql_flush(statements)


def _sessions() -> list[type[Model]]:
    """What belongs to the people and jobs that are replaced, and is in no backup."""
    gone = ("sessions.session", "usersessions.usersession", "django_tasks_database.dbtaskresult")
    return [apps.get_model(label) for label in gone]


def _fill(archive: tarfile.TarFile, uploads: Path) -> None:
    models = {f"table/{model._meta.label_lower}.jsonl": model for model in backup.tables()}
    seen = set()
    for member in archive:
        if member.name in models:
            seen.add(member.name)
            _insert(models[member.name], _open(archive, member))
        elif member.isfile() and member.name.startswith("uploads/"):
            _put(_open(archive, member), uploads, PurePosixPath(member.name))
    if missing := models.keys() - seen:
        raise UnusableError(f"The backup lacks {', '.join(sorted(missing))}.")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
            cursor.execute(statement)


def _insert(model: type[Model], lines: Iterable[bytes]) -> None:
    """Write the rows past the ORM: a million of them in a minute, with no signal and no default."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column or "") for field in backup.columns(model))
    table = quote(model._meta.db_table)
    rows = _prepared(model, lines)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(backup.columns(model)))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        while block := list(islice(rows, BLOCK)):
            cursor.executemany(statement, block)


def _prepared(model: type[Model], lines: Iterable[bytes]) -> Iterator[list[Any]]:
    fields = backup.columns(model)
    for line in lines:
        values = zip(fields, json.loads(line), strict=True)
        yield [
            field.get_db_prep_save(None if value is None else field.to_python(value), connection)
            for field, value in values
        ]


def _put(source: IO[bytes], uploads: Path, name: PurePosixPath) -> None:
    target = uploads.joinpath(*name.parts[1:])
    if ".." in name.parts or not target.is_relative_to(uploads):
        raise UnusableError(f"The backup holds a file with a name that leads outside: {name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(source, file)
    target.chmod(0o600)


def _open(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(member)
    if file is None:
        raise UnusableError(f"{member.name} is not a file.")
    return file

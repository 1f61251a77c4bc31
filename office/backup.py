"""`make backup`: one dated file with everything, readable on either database.

A tar of manifest.json, a table/<app.model>.jsonl for each model (a JSON list a row, in the order
of `columns()`), and uploads/. The rows are those of one moment, while others go on working.
"""

import base64
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.duration import duration_iso_string

FORMAT = 1
LEFT_OUT = frozenset(
    {
        "auth.permission",  # made by Django itself, for each installation anew
        "contenttypes.contenttype",
        "sessions.session",  # after a restore everybody logs in again
        "usersessions.usersession",
        "django_tasks_database.dbtaskresult",  # waiting jobs are put into the queue again
        "jobs.worker",
    }
)


def tables() -> list[type[Model]]:
    """Every model whose rows are kept, links between models included."""
    models = apps.get_models(include_auto_created=True)
    own = [m for m in models if m._meta.managed and not m._meta.proxy]
    return [model for model in own if model._meta.label_lower not in LEFT_OUT]


def columns(model: type[Model]) -> list["Field[Any, Any]"]:
    """The columns that are stored, without those the database computes."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def migrations() -> list[list[str]]:
    """What has run here: the shape of the data."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted([app, name] for app, name in applied)


def folder() -> Path:
    """Where backups are written."""
    return Path(settings.BASE_DIR) / "backups"


def write(prefix: str = "teendo") -> Path:
    """Write the file and return its path; nothing is left behind when it fails."""
    now = timezone.now().astimezone()
    folder().mkdir(mode=0o700, exist_ok=True)
    path = folder() / f"{prefix}-{now:%Y-%m-%d-%H%M%S}.tar.gz"
    partial = path.with_suffix(".part")
    partial.touch(mode=0o600)
    try:
        with tarfile.open(partial, "w:gz", compresslevel=3) as archive:
            with _one_moment():
                _add_text(archive, "manifest.json", _manifest(now))
                for model in tables():
                    _add_table(archive, model)
            _add_uploads(archive)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees one state of the database and stops nobody from writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    usual = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.settings_dict["OPTIONS"] = usual | {"transaction_mode": "DEFERRED"}
    try:
        with transaction.atomic():
            yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = usual


def _manifest(now: datetime) -> str:
    return json.dumps({"format": FORMAT, "written": now.isoformat(), "migrations": migrations()})


def _rows(model: type[Model]) -> Iterator[str]:
    names = [field.attname for field in columns(model)]
    found = model._base_manager.order_by("pk").values_list(*names)
    for row in found.iterator(chunk_size=5000):
        yield json.dumps(row, default=as_json, ensure_ascii=False, separators=(",", ":"))


def as_json(value: object) -> str:
    """What JSON can't say, as the text that the field's `to_python` reads."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"no way to keep a {type(value).__name__}")


def _add_table(archive: tarfile.TarFile, model: type[Model]) -> None:
    with tempfile.TemporaryFile("w+b", dir=folder()) as file:
        for row in _rows(model):
            file.write(row.encode() + b"\n")
        member = tarfile.TarInfo(f"table/{model._meta.label_lower}.jsonl")
        member.size = file.tell()
        file.seek(0)
        archive.addfile(member, file)


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def _add_uploads(archive: tarfile.TarFile) -> None:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        name = f"uploads/{path.relative_to(root).as_posix()}"
        try:
            if path.is_file():
                archive.add(path, name, recursive=False)
        except FileNotFoundError:  # removed by somebody in the meantime, as its row was
            continue

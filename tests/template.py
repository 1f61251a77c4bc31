"""A migrated, empty database for a run of the suite: its workers copy it instead of migrating."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = "config.settings.test"


@dataclass(frozen=True)
class Templates:
    """SQLite's file and PostgreSQL's database; None where migrating failed: workers say why."""

    sqlite: str | None
    postgres: str | None


@contextlib.contextmanager
def templates(url: str | None) -> Iterator[Templates]:
    """Both at once, for the server at ``url`` if there is one; they are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="teendo-template-") as folder:
        file = f"{folder}/empty.sqlite3"
        on_sqlite = _migrate(f"sqlite:///{file}")
        with _database(url) as name:
            on_postgres = _migrate(_path(url, name)) if url else None
            yield Templates(
                None if on_sqlite.wait() else file,
                None if on_postgres is None or on_postgres.wait() else name,
            )


@contextlib.contextmanager
def _database(url: str | None) -> Iterator[str]:
    name = f"teendo_template_{os.getpid()}"
    if url is None:
        yield name
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    try:
        yield name
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(SQL("DROP DATABASE {}").format(Identifier(name)))


def _path(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _migrate(url: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": SETTINGS}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    return subprocess.Popen(command, cwd=ROOT, env=environment)

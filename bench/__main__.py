"""`make bench ROWS=…`: make the data, start the server, measure, print the table.

ROWS may name several sizes ("10000 1000000"): then they are compared at the end. DATABASE_URL
chooses the database: nothing is SQLite in data/bench, `postgres` whatever `make test` finds (a
temporary cluster at the worst), an address a server; there a database of ours is made. KEEP=1
keeps the data for the next time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import django

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / "data" / "bench"
# A server of a company's size, as its makers advise, instead of one for a small machine.
AS_ADVISED = ("shared_buffers=1GB", "autovacuum_naptime=1min")


def main(arguments: list[str]) -> int:
    """Measure each number of rows in a process of its own; then compare them."""
    wanted = arguments or os.environ.get("ROWS", "10000").replace(",", " ").split()
    sizes = [int(size) for size in wanted]
    keep = os.environ.get("KEEP") == "1"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _server_url() as server:
        for size in sizes:
            with _database(server, size, keep=keep) as url:
                folder = FOLDER / str(size)
                folder.mkdir(exist_ok=True)
                environment = os.environ | {
                    "DATABASE_URL": url,
                    "DATA_DIR": str(folder),
                    "DJANGO_SETTINGS_MODULE": "bench.settings",
                    "DEMO": "0",
                }
                command = [sys.executable, "-m", "bench.one", str(size)]
                if subprocess.run(command, env=environment, check=False).returncode:
                    return 1
    if len(sizes) > 1:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
        django.setup()
        from bench.report import compare

        compare([FOLDER / str(size) / "result.json" for size in sizes])
    return 0


@contextmanager
def _server_url() -> Iterator[str]:
    """A PostgreSQL server's address, or nothing for SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if given == "postgres":
        from tests.cluster import postgres

        with postgres(*AS_ADVISED) as url:
            if url is None:
                raise SystemExit("There is no PostgreSQL here, neither running nor to be started.")
            yield url
    else:
        yield given


@contextmanager
def _database(server: str, size: int, *, keep: bool) -> Iterator[str]:
    """The address of a database of our own for this size; thrown away unless it is to be kept."""
    if not server.startswith("postgres"):
        file = FOLDER / f"{size}.sqlite3"
        try:
            yield f"sqlite:///{quote(str(file))}"
        finally:
            if not keep:
                for left in FOLDER.glob(f"{size}.sqlite3*"):
                    left.unlink()
                shutil.rmtree(FOLDER / str(size) / "imports", ignore_errors=True)
        return
    import psycopg

    name = f"teendo_bench_{size}"
    with psycopg.connect(server, autocommit=True) as db:
        there = db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not there:
            db.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        if not keep:
            with psycopg.connect(server, autocommit=True) as db:
                db.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

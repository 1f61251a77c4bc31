"""Fills an empty database in bulk: COPY on PostgreSQL, `executemany` on SQLite, indexes last."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context

from django.core.management import call_command
from django.db import connection, transaction

from bench import rows, tables
from bench.company import Frame, make_frame
from bench.tables import Row
from crm.actions import repair

CHECKED = 100_000
"""Up to so many datasheets the proof of keys and counts is quick enough to be made each time."""


def generate(size: int) -> None:
    """Make the schema and `size` datasheets with all that belongs to them."""
    started = time.perf_counter()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    frame = make_frame()
    with _without_indexes(), _without_triggers():
        _fill(frame, size)
    _finish()
    if size <= CHECKED and not (found := repair.check()).clean:
        raise SystemExit(f"the generated data contradict themselves: {found}")
    say(f"{size:,} datasheets made in {time.perf_counter() - started:.0f} s")


def _fill(frame: Frame, size: int) -> None:
    """Two processes make the blocks. On PostgreSQL each writes its own, SQLite has one writer."""
    clients = max(1, size // rows.SHEETS)
    firsts = range(0, clients, rows.BLOCK)
    jobs = [(frame, first, min(rows.BLOCK, clients - first)) for first in firsts]
    counts: Counter[rows.CountKey] = Counter()
    writes = connection.vendor == "postgresql"
    connection.close()
    if not writes:
        _hurry()
    with get_context("fork").Pool(2, _hurry if writes else None) as pool:
        made = pool.imap_unordered(_make_and_write if writes else _make, jobs)
        for number, block in enumerate(made, start=1):
            if not writes:
                _write(block)
            counts.update(block.counts)
            if number % 40 == 0:
                say(f"  {number * rows.BLOCK * rows.SHEETS:,} …")
    with transaction.atomic():
        tables.COUNTS.write(_count_rows(counts))


Job = tuple[Frame, int, int]


def _make(job: Job) -> rows.Block:
    return rows.Maker(*job).make()


def _make_and_write(job: Job) -> rows.Block:
    block = _make(job)
    _write(block)
    return rows.Block({}, block.counts)


def _write(block: rows.Block) -> None:
    with transaction.atomic():
        for table, some in block.rows.items():
            table.write(some)


def _count_rows(counts: Counter[rows.CountKey]) -> Iterator[Row]:
    for number, (key, n) in enumerate(counts.items(), start=1):
        yield (number, *key, n)


def _hurry() -> None:
    """Leave out the safety that a database nobody would miss can do without."""
    with connection.cursor() as db:
        if connection.vendor == "postgresql":
            db.execute("SET TIME ZONE 'UTC'")
            db.execute("SET synchronous_commit = off")
            db.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if db.fetchone() == (True,):
                db.execute("SET session_replication_role = replica")  # no checks of foreign keys
        else:
            db.execute("PRAGMA foreign_keys = OFF")
            db.execute("PRAGMA synchronous = OFF")
            db.execute("PRAGMA cache_size = -1000000")


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Drop the indexes that carry no constraint, and make them again when the rows are there."""
    names = [table.name for table in tables.ALL]
    with connection.cursor() as db:
        db.execute(_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)
        found = [(name, sql) for table, name, sql in db.fetchall() if table in names]
        for name, _sql in found:
            db.execute(f'DROP INDEX "{name}"')
    yield
    say("  indexes …")
    with connection.cursor() as db:
        if connection.vendor == "postgresql":
            db.execute("SET maintenance_work_mem = '512MB'")
        for _name, sql in found:
            db.execute(sql)


@contextmanager
def _without_triggers() -> Iterator[None]:
    """SQLite keeps its search words by triggers; written all at once they take a third."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as db:
        db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = db.fetchall()
        for name, _sql in found:
            db.execute(f'DROP TRIGGER "{name}"')
    yield
    say("  search words …")
    with connection.cursor() as db:
        for name, sql in found:
            db.execute(sql)
            if name.endswith("_added"):
                for table, tokens in _INSERTS.findall(sql):
                    tokens = tokens.replace("new.", "")
                    db.execute(
                        f"INSERT INTO {table}(rowid, tokens) SELECT id, {tokens}"  # noqa: S608
                        " FROM crm_searchdoc ORDER BY id"
                    )


_INSERTS = re.compile(r"INSERT INTO (\w+)\(rowid, tokens\) VALUES \(new\.id, ([^;]+)\);")
_POSTGRESQL = """
SELECT t.relname, i.relname, pg_get_indexdef(x.indexrelid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)
"""
_SQLITE = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


def _finish() -> None:
    """Numbers go on after ours, and the planner knows what there is."""
    with connection.cursor() as db:
        if connection.vendor == "postgresql":
            for table in tables.ALL:
                db.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"  # noqa: S608
                    f" (SELECT max(id) FROM {table.name}))"
                )
            db.execute("VACUUM ANALYZE")
        else:  # which plans by what crm.planner has told it, as everybody's does
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def say(text: str) -> None:
    print(text, flush=True, file=sys.stderr)

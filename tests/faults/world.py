"""A company with a few clients, an import for it, and what must hold whatever has failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from crm.actions import counts, repair
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    HistoryEntry,
    Phone,
    SearchDoc,
    Todo,
)
from importer.actions import checking, decisions, sources, undo
from importer.models import Import, ImportedRow, Step
from jobs import runner
from jobs.models import Job, State
from modules.models import Module
from tests import make

HEAD = "Cégnév;Adószám;Irsz.;Város;Utca, házszám;Kapcsolattartó;E-mail;Telefon;Teendő;Határidő"
TABLES = (Client, Contact, Address, Phone, Email, Datasheet, Todo, HistoryEntry, SearchDoc)


def build() -> User:
    """The database made ready, with some clients of its own; who imports."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    found = User.objects.filter(email="boss@example.com").first()
    if found is not None:
        return found
    make.company()
    boss = make.user("manager", email="boss@example.com")
    module = make.module("sales", slug="sales")
    for _ in range(3):
        make.datasheet(module, actor=boss)
    return boss


def table(rows: int) -> bytes:
    """Rows of every result: each tenth is wrong, each eleventh repeats the one before it."""
    lines = [HEAD]
    for n in range(rows):
        name = f"Cég {n - 1 if n % 11 == 10 else n} Kft."
        email = "nem cím" if n % 10 == 9 else f"ember{n}@example.com"
        phone = f"06 30 {100 + n % 900} {n % 10_000:04}"
        lines.append(f"{name};;3300;Eger;Fő utca {n}.;Kiss Pál;{email};{phone};Hívni;2031-01-05")
    return "\n".join(lines).encode()


def checked(boss: User, rows: int) -> Import:
    """An import that only waits to be loaded."""
    module = Module.objects.get(slug="sales")
    upload = sources.Upload(file=ContentFile(table(rows), "t.csv"), name="t.csv", module=module)
    source = sources.take_in(upload, actor=boss)
    return checking.check_now(source.pk, actor=boss)


def start_load(source: Import, boss: User) -> Job:
    job = decisions.start_load(source.pk, actor=boss).job
    assert job is not None
    return job


def start_undo(source: Import, boss: User) -> Job:
    job = undo.start_undo(source.pk, actor=boss).undo_job
    assert job is not None
    return job


def rescue(job: Job) -> Job:
    """What any worker's clock does half a minute later: the job goes back to the queue."""
    runner.reap(timezone.now() + timedelta(seconds=31))
    return Job.objects.get(pk=job.pk)


def snapshot() -> dict[str, Any]:
    """Every row of every table of records, and what the kept counts add up to."""
    found: dict[str, Any] = {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in TABLES
    }
    return found | {"counts": sorted(counts.kept().items(), key=repr)}


def assert_consistent(source: Import) -> None:
    """At any moment: what the journal has is in, whole, and nothing else of the import.

    Looked at as of one moment: PostgreSQL may still be ending what a killed worker sent it.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        _assert_whole(source)
    assert repair.check().clean, "counts or keys"


def _assert_whole(source: Import) -> None:
    journal = ImportedRow.objects.filter(source=source)
    n = journal.count()
    clients = journal.values("client")
    assert clients.distinct().count() == n, "a row came in twice"
    for model in (Datasheet, Contact, Address, Phone, Email, SearchDoc):
        there = model._default_manager.filter(client__in=clients).count()
        assert there == n, f"{model.__name__}: {there} of {n}"
    assert Todo.objects.filter(datasheet__client__in=clients).count() == n, "todos"
    imported = HistoryEntry.objects.filter(client__in=clients, kind="imported")
    assert imported.count() == n, "history"
    assert Client.objects.count() == n + 3, "clients that no row knows of"


def assert_loaded(source: Import) -> None:
    """All that is right came in once, and the numbers say so."""
    source.refresh_from_db()
    assert_consistent(source)
    assert source.step == Step.DONE, source.step
    told = source.counts
    parts = ("create", "update", "skip", "wrong", "blank")
    assert sum(told[name] for name in parts) == told["rows"] == source.rows, told
    assert told["create"] == source.imported.count(), told
    assert source.job is not None
    assert source.job.state == State.DONE, source.job.state

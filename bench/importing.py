"""Five thousand rows through the importer, loaded by the server's own worker."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Role, User
from bench.names import FAMILIES, GIVEN, STREETS, TOWNS, TRADES
from importer.actions import checking, decisions, sources
from importer.models import Import
from jobs.models import Job
from modules.models import Module

ROWS = 5000
LOOKED_AT = 8.0
"""Seconds that somebody looks at the columns and at what the check found, at the least."""
WAIT_SECONDS = 120
HEAD = (
    "Cégnév;Adószám;Irsz.;Város;Utca, házszám;Kapcsolattartó;E-mail;Telefon;"
    "Következő teendő;Határidő"
)


@dataclass
class Imported:
    """Seconds of each part, and the rows that became clients."""

    read: float
    check: float
    load: float
    created: int

    @property
    def a_second(self) -> float:
        return ROWS / self.load


def table() -> str:
    """A client list as companies have them; every row new."""
    random = Random(time.time_ns())
    lines = [HEAD]
    today = timezone.localdate()
    for number in range(ROWS):
        family, given = random.choice(FAMILIES), random.choice(GIVEN)
        postcode, town = random.choice(TOWNS)
        name = f"{random.choice(FAMILIES)} {random.choice(TRADES)} {random.randrange(10**7)} Kft."
        day = today + timedelta(days=random.randrange(1, 90))
        street = f"{random.choice(STREETS)} {number % 90 + 1}."
        email = f"import{random.randrange(10**9)}@bench.example"
        phone = f"+36 30 {number // 1000 + 100} {number % 1000:04}"
        cells = (name, "", postcode, town, street, f"{family} {given}", email, phone)
        lines.append(";".join((*cells, "Felhívni", f"{day:%Y.%m.%d.}")))
    return "\n".join(lines)


def import_rows() -> Imported:
    """Read, check and load them; the server must be running."""
    manager = User.objects.filter(role=Role.MANAGER).order_by("pk")[0]
    module = Module.objects.get(slug="sales")
    file = ContentFile(table().encode(), name="bench.csv")
    started = time.perf_counter()
    upload = sources.Upload(file=file, name="bench.csv", module=module)
    source = sources.take_in(upload, actor=manager)
    read = time.perf_counter() - started
    started = time.perf_counter()
    source = checking.check_now(source.pk, actor=manager)
    check = time.perf_counter() - started
    time.sleep(LOOKED_AT)
    decisions.start_load(source.pk, actor=manager)
    job = _wait_for(source)
    if job.started_at is None or job.finished_at is None:
        raise SystemExit(f"the import did not end: {job.state} {job.error}")
    load = (job.finished_at - job.started_at).total_seconds()
    source.refresh_from_db()
    return Imported(read, check, load, source.imported.count())


def _wait_for(source: Import) -> Job:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        job = Import.objects.select_related("job").get(pk=source.pk).job
        if job is not None and job.finished_at is not None:
            return job
        time.sleep(0.1)
    raise SystemExit("the import was not loaded in time")

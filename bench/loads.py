"""A large import from the file to done, and taken back: how fast, and what others feel of it."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from bench import importing
from bench.browser import Browser, log_in
from bench.measure import checked
from bench.report import speed
from bench.server import Server, processes
from importer.actions import checking, decisions, sources, undo
from importer.models import Import, Step
from jobs.models import Job
from modules.models import Module

ROWS = int(os.environ.get("IMPORT_ROWS", "100000"))
A_SECOND, MEGABYTES, HELD = 3000, 400, 0.3
WAIT_SECONDS = 900.0
USUAL = 60


@dataclass
class Felt:
    """What others felt, in seconds: each answer of the module page, each wait to write."""

    pages: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    memory: float = 0.0
    """The most megabytes that those who worked had meanwhile."""


def measure(server: Server, folder: Path) -> None:
    """Print it all; the server must be running."""
    manager = User.objects.filter(role=Role.MANAGER).order_by("pk")[0]
    module = Module.objects.get(slug="sales")
    importing.ROWS = ROWS
    content = importing.table().encode()
    session, page = log_in(manager), reverse("crm:module", args=[module.slug])
    usual = Felt()
    _ask(Browser(server.port, session), page, usual, USUAL)
    print(f"\n{ROWS:,} rows imported on {connection.vendor}; {speed()}", flush=True)
    began = time.perf_counter()
    upload = sources.Upload(file=ContentFile(content, "b.csv"), name="b.csv", module=module)
    source = _until(sources.take_in(upload, actor=manager), Step.COLUMNS)
    read = time.perf_counter() - began
    source = _until(checking.check(source.pk, actor=manager), Step.CHECK)
    check = time.perf_counter() - began - read
    job = _job(decisions.start_load(source.pk, actor=manager).job)
    with _feeling(server, session, page, job) as felt:
        load = _wait(job)
    whole = time.perf_counter() - began
    _say(
        "from file to done",
        ROWS / whole,
        f"read {read:.1f} s, check {check:.1f} s, load {load:.1f} s",
    )
    _say(
        "the load alone",
        ROWS / load,
        f"worker and helper at most {felt.memory:.0f} MB (of {MEGABYTES})",
    )
    _others(usual, felt)
    job = _job(undo.start_undo(source.pk, actor=manager).undo_job)
    with _feeling(server, session, page, job) as felt:
        back = _wait(job)
    _say("taken back", ROWS / back, f"{back:.1f} s")
    _others(usual, felt)
    print(speed(), flush=True)


def _say(what: str, a_second: float, more: str) -> None:
    under = "" if a_second >= A_SECOND else "  <- under"
    print(f"  {what:20} {a_second:6.0f} rows/s (target {A_SECOND}){under}; {more}", flush=True)


def _others(usual: Felt, felt: Felt) -> None:
    """The module page's p95 against its usual one, and the longest wait of another's write."""
    before, during = (statistics.quantiles(one.pages, n=20)[18] for one in (usual, felt))
    over = "  <- over" if during > 2 * before or max(felt.waits) > HELD else ""
    print(
        f"  others: module page p95 {during * 1000:.0f} ms (usually {before * 1000:.0f}), a write"
        f" waited {max(felt.waits) * 1000:.0f} ms at most{over}",
        flush=True,
    )


@contextmanager
def _feeling(server: Server, session: str, page: str, job: Job) -> Iterator[Felt]:
    """Somebody looks at the module page, and somebody writes, as long as it takes."""
    felt, over = Felt(), threading.Event()
    browser = Browser(server.port, session)

    def write() -> None:
        """The job's own row is held by each block: so long does whoever meets one wait."""
        started = time.perf_counter()
        with transaction.atomic():  # as each change that somebody makes
            Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now())
        felt.waits.append(time.perf_counter() - started)

    def weigh() -> None:
        felt.memory = max(felt.memory, _memory(server))

    def again(do: Callable[[], None], pause: float) -> None:
        while not over.is_set():
            do()
            time.sleep(pause)
        connection.close()

    several = ((lambda: _ask(browser, page, felt, 1), 0.1), (write, 0.05), (weigh, 1.0))
    threads = [threading.Thread(target=again, args=one) for one in several]
    for thread in threads:
        thread.start()
    try:
        yield felt
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _ask(browser: Browser, page: str, felt: Felt, times: int) -> None:
    felt.pages.extend(checked(browser.get(page), page).seconds for _ in range(times))


def _job(job: Job | None) -> Job:
    if job is None:
        raise SystemExit("it was not started")
    return job


def _until(source: Import, step: Step) -> Import:
    """The import once the worker has read or checked it."""
    until = time.monotonic() + WAIT_SECONDS
    while source.step != step and time.monotonic() < until:
        time.sleep(0.1)
        source.refresh_from_db()
    return source


def _wait(job: Job) -> float:
    """Until the job is done; the seconds that it ran."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        job.refresh_from_db()
        if job.started_at is not None and job.finished_at is not None:
            return (job.finished_at - job.started_at).total_seconds()
        time.sleep(0.1)
    raise SystemExit(f"it did not end in time: {job.state} {job.done} of {job.total}")


def _memory(server: Server) -> float:
    """Megabytes that the server's worker and its helper have now; what they share counts once."""
    parents = processes()
    worker = next((one for one in parents if parents[one] == server.pid and _is_worker(one)), None)
    ours = [one for one in parents if worker is not None and worker in (one, parents[one])]
    return sum(map(_megabytes, ours))


def _is_worker(pid: int) -> bool:
    try:
        return b"manage.py\0worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _megabytes(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(told.partition("\nPss:")[2].split()[0]) / 1024 if "\nPss:" in told else 0.0

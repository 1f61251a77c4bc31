"""`python -m tests.faults.one SCENARIO`: one of them, on the database of the environment."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django

ROWS = 120
POINTS = 20
SMALL_BLOCKS = 20


def kills(boss: Any) -> None:
    """The worker dies at twenty statements of a load, then of an undo; another goes on."""
    from importer import pace
    from tests.faults import world

    pace.FEWEST = pace.MOST = SMALL_BLOCKS
    before = world.snapshot()
    source = world.checked(boss, ROWS)
    load_statements = _child(world.start_load(source, boss).pk)
    world.assert_loaded(source)
    undo_statements = _child(world.start_undo(source, boss).pk)
    assert world.snapshot() == before, "an undo that nobody disturbed left something"
    for point in range(1, POINTS + 1):
        source = world.checked(boss, ROWS)
        job = world.start_load(source, boss)
        _killed_at(job, load_statements * point // (POINTS + 1), source)
        world.assert_loaded(source)
        job = world.start_undo(source, boss)
        _killed_at(job, undo_statements * point // (POINTS + 1), source)
        assert world.snapshot() == before, f"point {point}: the undo left something"
    _say(f"{POINTS} points of {load_statements} statements, and of {undo_statements} of the undo")


def _killed_at(job: Any, statement: int, source: Any) -> None:
    """Run the job in a process that dies at a statement, look, and let another go on."""
    from jobs.models import State
    from tests.faults import world

    assert _child(job.pk, statement) == -signal.SIGKILL, "it did not die"
    world.assert_consistent(source)
    job = world.rescue(job)
    assert job.state == State.QUEUED, job.state
    _child(job.pk)
    job.refresh_from_db()
    assert job.state == State.DONE, (job.state, job.error)


def _child(job_id: int, kill_at: int | None = None) -> int:
    """Run the job in a forked worker; how many statements it took, or minus the signal."""
    from django.db import connections

    connections.close_all()
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reads)
        os.write(writes, str(_work(job_id, kill_at)).encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as told:
        said = told.read()
    _pid, status = os.waitpid(pid, 0)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else int(said)


def _work(job_id: int, kill_at: int | None) -> int:
    from django.db import connection

    from jobs import runner

    done = 0

    def count(execute: Any, *args: Any) -> Any:
        nonlocal done
        done += 1
        if done == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    with connection.execute_wrapper(count):
        runner.run(job_id, worker="fault")
    connection.close()
    return done


def worker(boss: Any) -> None:
    """A real worker is killed; the next one goes on by itself, within a minute."""
    from jobs.models import Job, State
    from tests.faults import world

    source = world.checked(boss, 6000)
    job = world.start_load(source, boss)
    first = _start_worker()
    try:
        _wait(lambda: source.imported.count() > 300, 40, "the worker does not begin")
    finally:
        first.kill()
        first.wait()
    assert Job.objects.get(pk=job.pk).state == State.RUNNING
    world.assert_consistent(source)
    killed, second = time.monotonic(), _start_worker()
    try:
        _wait(lambda: Job.objects.get(pk=job.pk).attempts == 2, 60, "nobody goes on")
        _say(f"went on by itself after {time.monotonic() - killed:.0f} s")
        _wait(lambda: Job.objects.get(pk=job.pk).is_finished, 60, "it does not end")
    finally:
        second.kill()
        second.wait()
    world.assert_loaded(source)
    _child(world.start_undo(source, boss).pk)


def _start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "manage.py", "worker"])


def _wait(until: Callable[[], bool], seconds: float, otherwise: str) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, otherwise
        time.sleep(0.2)


def restart(boss: Any) -> None:
    """The database falls while rows are written, and comes back: the load goes on."""
    from django.db import connections

    from jobs.models import State
    from tests import cluster
    from tests.faults import world

    home = Path(unquote(urlsplit(os.environ["DATABASE_URL"]).netloc.rpartition("@")[2]))
    source = world.checked(boss, 3000)
    job = world.start_load(source, boss)
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        from jobs import runner

        runner.run(job.pk, worker="fault")
        os._exit(0)
    _wait(lambda: source.imported.count() > 300, 40, "the load does not begin")
    connections.close_all()
    postmaster = int((home / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGQUIT)  # "immediate": as if the machine had lost its power
    _wait(lambda: not (home / "data" / "postmaster.pid").exists(), 20, "it does not stop")
    binaries = cluster._binaries()
    assert binaries is not None
    command: list[str | Path] = [
        binaries / "postgres",
        "-D",
        home / "data",
        "-k",
        home,
        "-c",
        "listen_addresses=",
    ]
    server = cluster._run(command, home, cluster._account())
    try:
        cluster._wait_for(os.environ["DATABASE_URL"], server, home)
        os.waitpid(pid, 0)
        job.refresh_from_db()
        world.assert_consistent(source)
        assert job.state == State.QUEUED, (job.state, job.error)
        _child(job.pk)
        world.assert_loaded(source)
        _child(world.start_undo(source, boss).pk)
        _say("fell, came back, and the load went on")
    finally:
        connections.close_all()
        server.send_signal(signal.SIGINT)
        server.wait(20)


def full(boss: Any) -> None:
    """The disk is full in the middle of a load, and while a file is sent."""
    from importer.models import Import, ImportedRow
    from jobs.models import State
    from tests.faults import world

    source = world.checked(boss, 3000)
    job = world.start_load(source, boss)
    web = _logged_in(boss)
    disk = Path(os.environ["DATA_DIR"])
    filler = disk / "filler"
    space = os.statvfs(disk)
    room = space.f_bavail * space.f_frsize - 1024 * 1024
    filler.write_bytes(b"x" * max(0, room))
    _child(job.pk)
    job.refresh_from_db()
    assert job.state == State.FAILED, job.state
    assert "disk is full" in job.error, job.error
    world.assert_consistent(source)
    assert ImportedRow.objects.count() < 3000
    sent = Import.objects.count()
    answer = _upload(web, world.table(60_000))
    assert answer.status_code == 422, answer.status_code
    assert "disk is full" in answer.content.decode()
    assert Import.objects.count() == sent
    filler.unlink()
    job = world.start_load(source, boss)
    _child(job.pk)
    world.assert_loaded(source)
    _say(f"stopped by a full disk, told so, and went on: {job.error or 'in words'}")


def line(boss: Any) -> None:
    """The connection is lost while a file is sent: nothing of it stays."""
    from django.core.wsgi import get_wsgi_application

    from importer.models import Import

    class Line(BytesIO):
        """Half of what was announced, then nothing more."""

        def read(self, size: int | None = -1) -> bytes:
            part = super().read(size)
            if not part:
                raise ConnectionResetError("the line is gone")
            return part

    application = get_wsgi_application()
    web, token = _logged_in(boss), "x" * 32
    web.cookies["csrftoken"] = token
    uploads = Path(os.environ["DATA_DIR"]) / "uploads"
    files, imports = _files(uploads), Import.objects.count()
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\n'
    for body in (head + b"C\xc3\xa9gn\xc3\xa9v\nMinta", head + b"x" * 3_000_000):
        statuses: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/import/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "CONTENT_TYPE": "multipart/form-data; boundary=b",
            "CONTENT_LENGTH": str(len(body) * 2),
            "HTTP_COOKIE": "; ".join(f"{m.key}={m.value}" for m in web.cookies.values()),
            "HTTP_X_CSRFTOKEN": token,
            "wsgi.input": Line(body),
            "wsgi.errors": sys.stderr,
        }
        list(application(environ, partial(_note, statuses)))
        assert statuses, "no answer"
        assert statuses[0][:1] == "4", statuses
        assert Import.objects.count() == imports
        assert _files(uploads) == files
    _say("two uploads broken off, nothing kept")


def _note(statuses: list[str], status: str, _headers: Any, _error: Any = None) -> Any:
    statuses.append(status)
    return statuses


def _logged_in(boss: Any) -> Any:
    from django.test import Client as Browser

    web = Browser()
    web.force_login(boss)
    return web


def _upload(web: Any, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return web.post("/import/", {"file": SimpleUploadedFile("t.csv", content), "module": ""})


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def _say(text: str) -> None:
    sys.stdout.write(f"   {text}\n")
    sys.stdout.flush()


SCENARIOS = {one.__name__: one for one in (kills, worker, restart, full, line)}


def main(name: str) -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    django.setup()
    from tests.faults import world

    SCENARIOS[name](world.build())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""A PostgreSQL for one run of the suite: what is given, what runs here, or a temporary cluster."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from config.children import follower

PREFIX = "teendo-pg-"
ROOMY = 2 * 1024**3
LOCAL = ("postgres:///postgres", "postgres://postgres@localhost/postgres")
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
    "max_parallel_workers_per_gather=0",
    "max_connections=100",
    # What tests take back stays in the tables as dead rows, which every later one walks over.
    "autovacuum_naptime=1s",
)


@contextlib.contextmanager
def postgres(*settings: str) -> Iterator[str | None]:
    """The URL of a server where databases may be made; None when this machine has no PostgreSQL.

    ``settings`` ("name=value") are of a temporary cluster, should there be no server.
    """
    given = os.environ.get("TEST_DATABASE_URL") or _local()
    if given:
        yield given
        return
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    with _cluster(binaries, settings) as url:
        yield url


def _local() -> str | None:
    for url in LOCAL:
        with contextlib.suppress(psycopg.Error), psycopg.connect(url, connect_timeout=2) as found:
            may = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            if found.execute(may).fetchone() == (True,):
                user = found.info.user
                return url.replace(":///", f"://{quote(user)}@{quote(found.info.host, safe='')}/")
    return None


def _binaries() -> Path | None:
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]), reverse=True)
    in_path = shutil.which("initdb")
    found = [*newest, *([Path(in_path).resolve()] if in_path else [])]
    return next((path.parent for path in found if (path.parent / "postgres").exists()), None)


@contextlib.contextmanager
def _cluster(binaries: Path, settings: Sequence[str] = ()) -> Iterator[str]:
    parent = _folder()
    _sweep(parent)
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    account = _account()
    if account:
        os.chown(home, account.pw_uid, account.pw_gid)
    try:
        _run([binaries / "initdb", "-D", home / "data", *_init_options()], home, account).wait()
        options = [
            part for option in (*FAST, *settings, "listen_addresses=") for part in ("-c", option)
        ]
        server = _run(
            [binaries / "postgres", "-D", home / "data", "-k", home, *options], home, account
        )
        try:
            url = f"postgres://postgres@{quote(str(home), safe='')}/postgres"
            _wait_for(url, server, home)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # "fast": open connections are cut
            server.wait(20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _init_options() -> list[str]:
    return ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]


def _run(
    command: list[str | Path], home: Path, account: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    """Start a program of PostgreSQL, which refuses to be root; it can't outlive this process."""
    drop: dict[str, Any] = (
        {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    )
    with (home / "log").open("ab") as log:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [str(part) for part in command],
            cwd=home,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=follower(signal.SIGINT),
            **drop,
        )
    return process


def _wait_for(url: str, server: subprocess.Popen[bytes], home: Path) -> None:
    until = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < until:
        with contextlib.suppress(psycopg.Error), psycopg.connect(url):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the temporary PostgreSQL did not start:\n{(home / 'log').read_text()}")


def _account() -> pwd.struct_passwd | None:
    """Whom to become when we are root."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _folder() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOMY
    return memory if roomy and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


def _sweep(parent: Path) -> None:
    """Clusters of runs that were killed."""
    for left in parent.glob(f"{PREFIX}*"):
        pid = left.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)

"""`make faults`: an import under which the worker, the database, the disk and the line fail.

On SQLite, then on PostgreSQL. Each must leave nothing lost and nothing doubled, and tell the
state truly. What can't run on this machine is said. With CI set, it fails when a database is
missing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.cluster import _account, _binaries, _cluster

SMALL_DISK = {"SQLite": "24m", "PostgreSQL": "64m"}
NO_DISK = "disk full: no small disk can be mounted here (needs root)"


def main() -> int:
    """Run every scenario in a process of its own; the exit code."""
    started, failed, missing = time.monotonic(), list[str](), list[str]()
    with tempfile.TemporaryDirectory(prefix="teendo-faults-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # PostgreSQL, which may be another user, reaches its disk in it
        failed += _run("SQLite", f"sqlite:///{home}/db.sqlite3", home, ("kills", "worker", "line"))
        with _small_disk(home / "disk", SMALL_DISK["SQLite"]) as disk:
            if disk is None:
                missing.append(NO_DISK)
            else:
                failed += _run("SQLite", f"sqlite:///{disk}/db.sqlite3", disk, ("full",))
        binaries = _binaries()
        if binaries is None:
            missing.append("PostgreSQL: no binaries to start one of our own")
        else:
            with _cluster(binaries) as url:  # "restart" leaves it stopped
                failed += _run(
                    "PostgreSQL", url, home / "pg", ("kills", "worker", "line", "restart")
                )
            with _small_disk(home / "pg-disk", SMALL_DISK["PostgreSQL"]) as disk:
                if disk is None:
                    missing.append(f"PostgreSQL's {NO_DISK}")
                else:
                    with _cluster(binaries) as url:
                        failed += _run("PostgreSQL", _kept_on(disk, url), disk, ("full",))
    for what in missing:
        _say(f"Did not run: {what}")
    outcome = f"Failed: {', '.join(failed)}" if failed else "Passed"
    _say(f"{outcome}, {time.monotonic() - started:.0f} s")
    return 1 if failed or (os.environ.get("CI") and binaries is None) else 0


def _run(database: str, url: str, folder: Path, scenarios: Sequence[str]) -> list[str]:
    """The scenarios on one database; those that failed."""
    folder.mkdir(exist_ok=True, parents=True)
    environment = os.environ | {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "DEMO": "0",
    }
    failed = []
    for scenario in scenarios:
        _say(f"== {database}: {scenario}")
        command = [sys.executable, "-m", "tests.faults.one", scenario]
        if subprocess.run(command, env=environment, check=False, timeout=300).returncode:
            failed.append(f"{scenario} on {database}")
    return failed


def _kept_on(disk: Path, url: str) -> str:
    """The URL of a database of the server's whose tables are on the disk."""
    space = disk / "tables"
    space.mkdir(mode=0o700)
    if account := _account():
        os.chown(space, account.pw_uid, account.pw_gid)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
        server.execute("CREATE DATABASE small TABLESPACE small")
    return url.removesuffix("/postgres") + "/small"


@contextmanager
def _small_disk(at: Path, size: str) -> Iterator[Path | None]:
    """A disk that is soon full; None where none may be mounted."""
    at.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)]
    try:
        mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield at if mounted else None
    finally:
        if mounted:
            with suppress(OSError):
                subprocess.run(["umount", str(at)], check=False)  # noqa: S607


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

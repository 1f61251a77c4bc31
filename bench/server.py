"""The real server (`python -m config.serve`, two workers) for the time of a measurement."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from bench import probe

READY_SECONDS = 120
STOP_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A server that answers at a port of this machine."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor that it and its database have used so far.

        On a machine that others use too this says more than the clock: what a page costs.
        """
        parents = processes()
        ours = {self.pid}
        while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
            ours |= more
        if connection.vendor == "postgresql":
            with connection.cursor() as db:
                db.execute(
                    "SELECT pid FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                ours |= {row[0] for row in db.fetchall()}
        return sum(map(_ticks, ours)) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int | str) -> list[str]:
    """What /proc tells of a process, from its state on; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def processes() -> dict[int, int]:
    """Every process on this machine, and which one started it."""
    return {int(path.name): _parent(path.name) for path in Path("/proc").glob("[0-9]*")}


def _parent(pid: str) -> int:
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def _ticks(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[11]) + int(stat[12]) if stat else 0


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Start it on a free port of this machine only, and stop all of it at last."""
    port = _free_port()
    environment = os.environ | {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": "2",
        probe.FILE: str(folder / "queries"),
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.serve"], env=environment, stdout=output, stderr=output
        )
    try:
        _wait(port, process, log)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    raise SystemExit(f"the server does not answer:\n{log.read_text()[-3000:]}")

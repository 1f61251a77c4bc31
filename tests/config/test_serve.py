"""`make run`: one parent, a web server and a worker; a real start on a database of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import BASE_DIR, HINTS

WAIT = 60.0
pytestmark = pytest.mark.xdist_group("serve")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(port: int, data: Path) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name not in HINTS}
    mine = {"PORT": str(port), "DATA_DIR": str(data), "DEMO": "0"}
    mine["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    return subprocess.Popen(
        [sys.executable, "-m", "config.serve"],
        cwd=BASE_DIR,
        env=kept | mine,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def health(port: int) -> dict[str, str] | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        text = answer.read()
        return json.loads(text) if answer.status == 200 else None
    except OSError:
        return None
    finally:
        connection.close()


def until(condition: object, seconds: float = WAIT) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def wait_for_answer(process: subprocess.Popen[str], port: int) -> None:
    if not until(lambda: process.poll() is not None or health(port)) or process.poll() is not None:
        process.kill()
        pytest.fail(f"it did not get ready: {process.communicate()[0]}")


def family(pid: int) -> set[int]:
    """The process and all that come from it."""
    found = {pid}
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if children.exists():
        for child in children.read_text().split():
            found |= family(int(child))
    return found


def command(pid: int) -> str:
    path = Path(f"/proc/{pid}/cmdline")
    return path.read_bytes().replace(b"\0", b" ").decode() if path.exists() else ""


def running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One database for this file: only its first start is slow."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def server(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = start(port, data)
    yield process, port
    process.kill()
    process.wait()


def haste(pid: int) -> int:
    """How early it has its turn: the less the earlier."""
    return os.getpriority(os.PRIO_PROCESS, pid)


def test_it_starts_keeps_its_worker_alive_behind_the_pages_and_leaves_nothing_behind(
    server: tuple[subprocess.Popen[str], int], data: Path
) -> None:
    process, port = server
    wait_for_answer(process, port)
    everyone = family(process.pid)
    first = next(pid for pid in everyone if "manage.py worker" in command(pid))

    assert until(lambda: haste(first) > haste(process.pid)), "pages wait for the worker"

    busy = start(port, data)
    said, _ = busy.communicate(timeout=WAIT)
    assert busy.returncode == 2
    assert f"Port {port} is busy" in said

    os.kill(first, signal.SIGKILL)
    assert until(
        lambda: [p for p in family(process.pid) - everyone if "manage.py worker" in command(p)]
    ), "the dead worker was not started again"

    everyone |= family(process.pid)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"http://localhost:{port}/" in said
    assert not [pid for pid in everyone if running(pid)]


def test_nothing_stays_behind_when_the_parent_is_killed(
    server: tuple[subprocess.Popen[str], int],
) -> None:
    process, port = server
    wait_for_answer(process, port)
    everyone = family(process.pid)
    process.kill()
    process.wait()
    assert until(lambda: not [pid for pid in everyone if running(pid)], 20)

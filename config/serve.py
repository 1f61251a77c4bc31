"""`python -m config.serve`: the whole product under one parent process.

Takes the port before anything else, brings the database up to date, loads the demo company on
the first start, then runs the web server and the background worker until SIGINT or SIGTERM.
"""

import errno
import http.client
import signal
import socket
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError

from config import env
from config.children import Child, say

READY_SECONDS = 60.0
STOP_SECONDS = 15.0


def main() -> int:
    """Run until told to stop; the exit code."""
    env.load()
    try:
        outside = env.read()
        django.setup()
    except env.WrongSettingsError as error:
        env.fail(error)
    try:
        listener = take_port(outside.host, outside.port)
    except OSError as error:
        return port_refused(error, outside.port)
    try:
        prepare()
    except DatabaseError as error:
        say(f"The database can't be used: {error}")
        return 1
    stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda *_: stop.set())
    return watch(outside, [web(listener.fileno(), outside), worker()], stop)


def watch(outside: env.Environment, children: list[Child], stop: threading.Event) -> int:
    """Start the children, tell when they answer, keep them alive until `stop`; the exit code."""
    try:
        for child in children:
            child.start()
        failure = wait_until_ready(outside, children, stop)
        if failure:
            say(failure)
            return 1
        if not stop.is_set():
            announce(outside.port)
        while not stop.wait(0.5):
            for child in children:
                child.keep()
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait(STOP_SECONDS)
    return 0


def take_port(host: str, port: int) -> socket.socket:
    """The listening socket; raises OSError when the port can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


def port_refused(error: OSError, port: int) -> int:
    """Say why the port can't be had, and the way out."""
    if error.errno == errno.EADDRINUSE:
        say(f"Port {port} is busy: another program listens there. Choose another: make run PORT=…")
    elif error.errno == errno.EACCES:
        say(f"Port {port} is not allowed for this user. Choose one above 1023: make run PORT=…")
    else:
        say(f"Can't listen at port {port}: {error.strerror}. HOST and PORT choose the address.")
    return 2


def prepare() -> None:
    """Database, cache table, translations and static files as this version needs them; the demo."""
    call_command("messages", compile=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static()
    empty = not apps.get_model("accounts", "Company").objects.exists()
    if settings.DEMO and empty:
        say("Loading the demo company …")
        call_command("demo", verbosity=0)


def collect_static() -> None:
    """Collect and compress the static files, but only when one of them has changed."""
    seen = sha256(repr(settings.STORAGES).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            seen.update(f"{name} {storage.get_modified_time(name)} {storage.size(name)}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != seen.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(seen.hexdigest())


def web(fd: int, outside: env.Environment) -> Child:
    """gunicorn on the socket that we hold already."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application"]
    command += [
        "--bind",
        f"fd://{fd}",
        "--no-control-socket",
        "--worker-class",
        "gthread",
        "--preload",
    ]
    command += ["--workers", str(outside.web_workers), "--threads", str(outside.web_threads)]
    command += ["--log-level", "warning", "--graceful-timeout", "10", "--timeout", "60"]
    if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn's advice: its heartbeat file not on a disk
        command += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return Child("web server", command, fds=[fd])


def worker() -> Child:
    """The background worker."""
    return Child("worker", [sys.executable, str(env.BASE_DIR / "manage.py"), "worker"])


def wait_until_ready(
    outside: env.Environment, children: list[Child], stop: threading.Event
) -> str | None:
    """Wait for /healthz to say 200; otherwise what is wrong."""
    state = "no answer"
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if stop.wait(0.1):
            return None
        state, ready = health(outside.host, outside.port)
        if ready:
            return None
        if not all(child.alive() for child in children):
            return "Teendő could not start; the reason stands above."
    return f"Teendő does not get ready: {state}"


def health(host: str, port: int) -> tuple[str, bool]:
    """What /healthz says, and whether all is well."""
    name = next(iter(settings.ALLOWED_HOSTS), "localhost").lstrip(".").replace("*", "localhost")
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(here, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": name})
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        return text if response.status == 503 else f"HTTP {response.status}", response.status == 200
    except (OSError, http.client.HTTPException) as error:
        return str(error), False
    finally:
        connection.close()


def announce(port: int) -> None:
    """The address and, for a demo company, who may log in."""
    say(f"\nTeendő is ready: http://localhost:{port}/")
    if settings.DEMO:
        call_command("demo", logins=True)
    say("Ctrl-C stops it.")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

"""Child processes that can't outlive their parent and are started again when they die."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from config.env import BASE_DIR

PR_SET_PDEATHSIG = 1
CALM_SECONDS = 30.0
"""A child that lived this long is started again at once; a shorter life waits longer and longer."""

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def follower(signum: signal.Signals) -> Callable[[], None]:
    """What a child calls first: it will get the signal as soon as this process is gone."""
    parent = os.getpid()

    def follow() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signum)
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return follow


class Child:
    """One program, in a session of its own: a Ctrl-C in the terminal reaches the parent only."""

    def __init__(self, name: str, command: Sequence[str], *, fds: Sequence[int] = ()) -> None:
        self.name = name
        self.command = list(command)
        self.fds = tuple(fds)
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.pause = 1.0

    def start(self) -> None:
        """Start the program; it gets SIGTERM as soon as this process is gone."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own programs, no user input
            self.command,
            cwd=BASE_DIR,
            pass_fds=self.fds,
            start_new_session=True,
            preexec_fn=follower(signal.SIGTERM),
        )

    def alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None

    def keep(self) -> None:
        """Start it again if it died: at once after a long life, later after a short one."""
        if self.process is None or self.alive():
            return
        now = time.monotonic()
        if not self.start_again_at:
            self.pause = 1.0 if now - self.started_at > CALM_SECONDS else min(self.pause * 2, 30)
            self.start_again_at = now + (self.pause if self.pause > 1 else 0)
            say(f"The {self.name} stopped ({self.process.returncode}); starting it again.")
        if now >= self.start_again_at:
            self.start_again_at = 0.0
            self.start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM once; a second one would make a running job fail."""
        if self.process is not None and self.alive():
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for its end; after `seconds` its whole session is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def say(text: str) -> None:
    """One line for whoever sits at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()

"""Blocks of a load that a process of its own makes, while this one writes those before.

Half of a load is Python, and half is the database: so two processors have work. The helper
(:mod:`importer.helper`) reads, plans and makes; it writes nothing, it only reserves ids for new
records. Should it die, the load goes on without it.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection, models
from django.utils import timezone
from django.utils.translation import get_language, override

from crm.bulk import reserve
from importer.blocks import Block, made
from importer.models import Import, Step
from importer.pace import FEWEST, Pace
from importer.uncollected import uncollected

logger = logging.getLogger(__name__)
# Below so many rows a helper takes longer to start than it saves.
WORTH: Final = 1_000
# So many blocks are asked for before the first of them is there.
AHEAD: Final = 2
# For so many blocks are ids reserved at once: on SQLite each time waits for the lock.
RESERVED: Final = 20
# So long after its upload somebody is likely to load a file.
SOON: Final = timedelta(hours=1)

_ROOT: Final = Path(__file__).resolve().parent.parent


class LostError(Exception):
    """The helper is gone."""


@dataclass(frozen=True)
class Task:
    """What the helper needs to know of a load: which it is, and in what words and zone it tells.

    ``database`` is the name of the one that the load writes to.
    """

    import_id: int
    database: str
    language: str
    zone: str

    @classmethod
    def of(cls, source: Import) -> Task:
        language, zone = get_language() or "en", timezone.get_current_timezone_name()
        return cls(source.pk, str(connection.settings_dict["NAME"]), language, zone)


class Helper:
    """A helper that waits for its load, or works for it."""

    def __init__(self) -> None:
        ours, its = socket.socketpair()
        with its:
            self.process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "importer.helper", str(its.fileno())],
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
            )
        self.line = Connection(ours.detach())

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.wait()

    def blocks(self, task: Task, pace: Pace) -> Iterator[Block]:
        """The blocks of a load; each as large as the pace wants it when it is begun."""
        try:
            self.line.send(task)
            for _ in range(AHEAD):
                self.line.send(pace.rows())
            while (block := self.line.recv()) is not None:
                self.line.send(pace.rows())
                yield block
        except (EOFError, ConnectionError) as error:
            raise LostError from error


def helps(source: Import) -> bool:
    """Whether a helper is worth its while: not for a few rows, or on a single processor."""
    return source.rows >= WORTH and (os.cpu_count() or 1) > 1


@contextmanager
def blocks(source: Import, pace: Pace) -> Iterator[Iterator[Block]]:
    """The blocks of a load, made by the helper that waits, or by a new one."""
    helper = _spare.take()
    try:
        yield helper.blocks(Task.of(source), pace)
    finally:
        helper.stop()


class Spare:
    """A helper that has started already: that takes a second or two, and then no load waits."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.helper: Helper | None = None

    def take(self) -> Helper:
        """The one that waits, or a new one."""
        self.keep(wanted=True)
        with self.lock:
            helper, self.helper = self.helper, None
        return helper or Helper()

    def keep(self, *, wanted: bool) -> None:
        """Have one that lives exactly as long as it is wanted."""
        with self.lock:
            if self.helper is not None and not (wanted and self.helper.alive()):
                self.helper.stop()
                self.helper = None
            if wanted and self.helper is None:
                self.helper = Helper()


_spare = Spare()


def keep_ready() -> None:
    """Have a helper ready while somebody is on the way to a load of many rows."""
    before = Import.objects.exclude(step__in=(Step.LOAD, Step.DONE))
    recent = before.filter(created_at__gt=timezone.now() - SOON)
    _spare.keep(wanted=any(helps(source) for source in recent.only("rows")))


# ---- The helper's side -------------------------------------------------------------------------


def serve(line: Connection) -> None:
    """Make the blocks of the load that comes first, then None; ends with the other side, or when
    the database does.
    """
    try:
        task: Task = line.recv()
        if task.database != str(connection.settings_dict["NAME"]):
            return
        found = Import.objects.select_related("module", "created_by", "job")
        source = found.get(pk=task.import_id)
        with override(task.language), timezone.override(ZoneInfo(task.zone)), uncollected():
            ids = Ids(source.rows)
            for block in made(source, line.recv, ids.take):
                line.send(block)
                ids.left -= block.size
            line.send(None)
            while True:  # what is still asked for is left unsaid
                line.recv()
    except (EOFError, ConnectionError):
        return  # whoever asked is gone, or has all
    except DatabaseError as error:
        logger.warning("A load goes on without its helper: %s", error)


class Ids:
    """Fresh ids of new records, reserved for many of the ``left`` rows at once."""

    def __init__(self, rows: int) -> None:
        self.left = rows
        self.kept: dict[type[models.Model], Iterator[int]] = {}

    def take(self, model: type[models.Model], n: int) -> list[int]:
        found = list(islice(self.kept.get(model, iter(())), n))
        lacking = n - len(found)
        if lacking:
            blocks = min(RESERVED, 1 + self.left // FEWEST)
            self.kept[model] = iter(reserve(model, lacking + n * (blocks - 1)))
            found += islice(self.kept[model], lacking)
        return found

"""How many rows a block of a load, or of an undo, takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

# A block is one transaction. On SQLite it holds the only write lock, on PostgreSQL the rows that
# it uses: others' changes wait for about this long at most, in seconds.
HELD: Final = 0.12
# Whoever waits for SQLite's lock looks every 15 ms (config.sqlite3): so long it is free between
# two blocks, or others would meet it free by chance alone. The next block is planned meanwhile.
FREE: Final = 0.02
# Fewer would mostly be busy with what each block asks first, on a machine that is busy already.
FEWEST = 100
MOST = 2000


@dataclass
class Pace:
    """The size of the next block, by how long the last one took on this machine."""

    size: int = field(default_factory=lambda: FEWEST)
    _ended: float = 0.0

    def rows(self) -> int:
        """How many rows the next block takes."""
        return self.size

    @contextmanager
    def timed(self, rows: int) -> Iterator[None]:
        """Around a block of so many rows, which begins when others have had their chance."""
        self._let_others()
        started = time.perf_counter()
        yield
        self._ended = time.perf_counter()
        wanted = int(rows * HELD / max(self._ended - started, 1e-6))
        self.size = max(FEWEST, min(wanted, 2 * self.size, MOST))

    def _let_others(self) -> None:
        left = FREE - (time.perf_counter() - self._ended)
        if left > 0 and connection.vendor == "sqlite":
            time.sleep(left)

"""How many rows a block of a load, or of an undo, takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

# A block is one transaction. On SQLite it holds the only write lock, on PostgreSQL the rows that
# it uses: others' changes wait for about this long at most, in seconds.
HELD: Final = 0.3
# Fewer would mostly be busy with what each block asks first, on a machine that is busy already.
FEWEST = 200
MOST = 2000


@dataclass
class Pace:
    """The size of the next block, by how long the last one took on this machine."""

    size: int = field(default_factory=lambda: FEWEST)

    @contextmanager
    def timed(self, rows: int) -> Iterator[None]:
        """Around a block of so many rows."""
        started = time.perf_counter()
        yield
        took = max(time.perf_counter() - started, 1e-6)
        wanted = int(rows * HELD / took)
        self.size = max(FEWEST, min(wanted, 2 * self.size, MOST))

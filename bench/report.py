"""The table that is printed, row by row as it is measured, and the comparison of two sizes."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from bench.importing import ROWS, Imported
from bench.measure import Measured

IMPORT_TARGET = 1500
GROWTH_TARGET = 1.3
COLUMNS = {
    "": 32, "p10 ms": 8, "p50 ms": 8, "p95 ms": 8, "target": 8, "busy": 6, "CPU ms": 8, "x8 /s": 8,
    "queries": 9, "KB": 7, "SQL ms": 8,
}  # fmt: skip
HEAD = "".join(f"{name:>{width}}" for name, width in COLUMNS.items())


class Results:
    """What was measured at one size."""

    def __init__(self, size: int, vendor: str) -> None:
        self.p50: dict[str, float] = {}
        self.section = ""
        print(f"\n{size:,} datasheets on {vendor}, 2 workers; {speed()}\n{HEAD}", flush=True)

    def add(self, one: Measured) -> None:
        """Print a line of the table."""
        self.section = self.section if one.name.startswith("  ") else one.name
        key = f"{self.section}:{one.name.strip()}" if one.name.startswith("  ") else one.name
        self.p50[key] = one.p50
        target = f"{one.target * 1000:.0f}" if one.target else ""
        many = f"{one.a_second:.0f}" if one.a_second else ""
        busy = f"{statistics.mean(one.busy):.1f}" if one.busy else ""
        times = "".join(f"{seconds * 1000:8.1f}" for seconds in (one.p10, one.p50, one.p95))
        print(
            f"{one.name:32}{times}{target:>8}{busy:>6}{one.cpu * 1000:8.1f}{many:>8}{one.queries:9}"
            f"{one.size / 1024:7.0f}{one.bare * 1000:8.2f}{'' if one.fits else '  <- over'}",
            flush=True,
        )

    def note(self, text: str) -> None:
        print(f"! {text}", flush=True)

    def imported(self, one: Imported) -> None:
        """Print what the import took."""
        over = "" if one.a_second >= IMPORT_TARGET else "  <- under"
        print(
            f"import of {ROWS:,} rows: {one.a_second:.0f} rows/s (target {IMPORT_TARGET}){over}; "
            f"read {one.read:.1f} s, check {one.check:.1f} s, load {one.load:.1f} s, "
            f"{one.created:,} created",
            flush=True,
        )

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.p50))


def speed() -> str:
    """How fast the machine is just now: without it times of two machines say nothing."""
    clock, processor, total = time.perf_counter(), time.process_time(), 0
    for number in range(10**6):
        total += number
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return f"a million additions take {processor * 1000:.0f} ms ({clock * 1000:.0f} by the clock)"


def compare(paths: Sequence[Path]) -> None:
    """The p50 of the last size over that of the first, for each page."""
    first, last = (json.loads(path.read_text()) for path in (paths[0], paths[-1]))
    print(f"\np50 at {paths[-1].parent.name} rows over that at {paths[0].parent.name}")
    for name, seconds in last.items():
        if name in first:
            ratio = seconds / first[name]
            over = "  <- over" if name.startswith("module") and ratio > GROWTH_TARGET else ""
            print(f"{name:48}{ratio:6.2f}{over}")

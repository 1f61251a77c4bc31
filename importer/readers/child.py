"""The process that opens a stranger's file: python -m importer.readers.child JOB

JOB is JSON: path, kind, sheet, limits. Writes lines of JSON to its standard output: first
{"sheet", "sheets"}, then [number, cell, …] for each row, then {"end": rows}; or {"error": code,
"values": {…}} at any point. It limits its own memory and time before it looks at the file, so
that a hostile one ends here and nobody else notices. It knows no database and no settings.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Final

from importer.readers import csv, paste, xlsx
from importer.readers.base import Limits, Rows, Unreadable, encode, line, tidy

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def restrict(limits: Limits) -> None:
    """No core file, and hard limits on memory and processor time."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    seconds = limits.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def kind_of(path: str, limits: Limits) -> str:
    """What a file is by its first bytes, whatever its name says: "xlsx" or "csv"."""
    file = Path(path)
    if file.stat().st_size > limits.file_bytes:
        raise Unreadable("size", limit=limits.file_bytes // (1024 * 1024))
    with file.open("rb") as opened:
        head = opened.read(8)
    if not head:
        raise Unreadable("hollow")
    if head.startswith(_ZIP):
        return "xlsx"
    if head == _OLE:
        # An encrypted workbook is such a container, with its streams' names in UTF-16.
        inside = file.read_bytes()
        encrypted = "EncryptedPackage".encode("utf-16-le") in inside
        raise Unreadable("password" if encrypted else "xls")
    return "csv"


def read(path: str, kind: str, sheet: str | None, limits: Limits) -> tuple[str, list[str], Rows]:
    """The name of the sheet that was read (empty without sheets), all names, and the rows."""
    found = kind_of(path, limits)
    if kind == "paste":
        return "", [], paste.read(path, limits)
    if found == "xlsx":
        return xlsx.read(path, sheet, limits)
    return "", [], csv.read(path, limits)


def write(path: str, kind: str, sheet: str | None, limits: Limits) -> None:
    """Read a file and write what is in it to the standard output."""
    out = sys.stdout.write
    name, names, rows = read(path, kind, sheet, limits)
    out(line({"sheet": name, "sheets": names}))
    count = 0
    for number, cells in tidy(rows, limits):
        out(line([number, *map(encode, cells)]))
        count += 1
    if not count:
        raise Unreadable("empty")
    out(line({"end": count}))


def main(job: str) -> int:
    """Do one job; the exit code is 0 even when the file can't be read, for that was the answer."""
    wanted = json.loads(job)
    limits = Limits(**wanted["limits"])
    restrict(limits)
    error: Unreadable | None = None
    try:
        write(wanted["path"], wanted["kind"], wanted["sheet"], limits)
    except Unreadable as found:
        error = found
    except MemoryError:
        error = Unreadable("memory")
    except (OSError, ValueError, LookupError, ArithmeticError, RecursionError):
        error = Unreadable("broken")
    if error is not None:
        sys.stdout.write(line({"error": error.code, "values": error.values}))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

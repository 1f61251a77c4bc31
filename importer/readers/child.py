"""The process that opens a stranger's file: python -m importer.readers.child JOB

JOB is JSON: path, kind, name, sheet, limits. Writes lines of JSON to its standard output: first
{"sheet", "sheets"}, then [number, cell, …] for each row, then {"end": rows}; or {"error": code,
"values": {…}} at any point. It limits its own memory and time before it looks at the file, so
that a hostile one ends here and nobody else notices. It knows no database and no settings.
"""

from __future__ import annotations

import itertools
import json
import resource
import sys
from pathlib import Path
from typing import Any, Final

from importer.readers import binary, csv, html, ods, paste, vcard, xlsx
from importer.readers.base import Limits, Rows, Unreadable, encode, is_blank, line, tidy
from importer.readers.package import Package

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_DOCUMENTS: Final = (b"<!doctype", b"<?xml", b"%pdf-", b"{\\rtf")
_SHEETS: Final = {"xlsx": xlsx.read, "ods": ods.read, "binary": binary.read}


def restrict(limits: Limits) -> None:
    """No core file, and hard limits on memory and processor time."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    seconds = limits.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def kind_of(path: str, limits: Limits) -> str:
    """What a file is by its content, whatever its name says: "xlsx", "ods", "binary" (.xls or
    .xlsb), "vcard", "html" or "csv".
    """
    file = Path(path)
    if file.stat().st_size > limits.file_bytes:
        raise Unreadable("size", limit=limits.file_bytes // (1024 * 1024))
    with file.open("rb") as opened:
        head = opened.read(512)
    if not head:
        raise Unreadable("hollow")
    if head.startswith(_ZIP):
        return _zipped(path, limits)
    if head.startswith(_OLE):
        # An encrypted workbook is such a container, with its streams' names in UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in file.read_bytes():
            raise Unreadable("password")
        return "binary"
    if head.startswith(_BIFF):
        return "binary"
    if html.is_one(head):
        return "html"
    return "vcard" if vcard.is_one(head) else "csv"


def _zipped(path: str, limits: Limits) -> str:
    package = Package(path, limits)
    if package.has("xl/workbook.bin"):
        return "binary"
    return "ods" if package.has("content.xml") else "xlsx"


def read(job: dict[str, Any], limits: Limits) -> tuple[str, list[str], Rows]:
    """The name of the sheet that was read (empty without sheets), all names, and the rows."""
    path = job["path"]
    found = kind_of(path, limits)
    if job["kind"] == "paste" and found != "vcard":
        return "", [], paste.read(path, limits)
    if found in _SHEETS:
        return _SHEETS[found](path, job["sheet"], limits)
    if found == "vcard":
        return "", [], vcard.read(path, limits)
    if found == "html":
        return "", [], html.read(path, limits)
    if _is_document(path):
        raise Unreadable("page")
    rows = csv.read(path, limits)
    return "", [], _more_than_words(rows) if _is_workbook(job["name"]) else rows


def _is_document(path: str) -> bool:
    """A document, by its first words, in any encoding; some programs call it .xls."""
    with Path(path).open("rb") as opened:
        head = opened.read(512).replace(b"\x00", b"")
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower().startswith(_DOCUMENTS)


def _is_workbook(name: str) -> bool:
    return Path(name).suffix.lower() in (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")


def _more_than_words(rows: Rows) -> Rows:
    """Some programs call a delimited text .xls; a text without any column is a broken workbook."""
    first = list(itertools.islice(rows, 20))
    filled = [cells for _number, cells in first if not is_blank(cells)]
    if filled and all(len(cells) < 2 for cells in filled):
        raise Unreadable("broken")
    return itertools.chain(first, rows)


def write(job: dict[str, Any], limits: Limits) -> None:
    """Read a file and write what is in it to the standard output."""
    out = sys.stdout.write
    name, names, rows = read(job, limits)
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
        write(wanted, limits)
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

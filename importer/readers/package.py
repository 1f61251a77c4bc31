"""The zip file that .xlsx, .xlsb and .ods are, and the XML inside of it.

A document type declaration, by which XML bombs work, is refused; what is unzipped is counted.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final
from xml.parsers import expat

from importer.readers.base import Limits, Unreadable

_CHUNK: Final = 1 << 16

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]


def no_doctype(*_: object) -> None:
    raise Unreadable("broken")


def local_names(
    start: Start, end: End | None = None, data: Data | None = None
) -> expat.XMLParserType:
    """A parser that calls back with local names, whatever prefix a file gives them."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = no_doctype
    local: dict[str, str] = {}

    def name_of(name: str) -> str:
        found = local.get(name)
        if found is None:
            found = local[name] = name.rpartition(":")[2]
        return found

    parser.StartElementHandler = lambda name, attributes: start(name_of(name), attributes)
    if end is not None:
        on_end = end
        parser.EndElementHandler = lambda name: on_end(name_of(name))
    if data is not None:
        parser.CharacterDataHandler = data
    return parser


class Package:
    """The parts of the zip file, with a count of what is unzipped."""

    def __init__(self, path: str, limits: Limits) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise Unreadable("broken") from None
        self.names = {
            name.replace("\\", "/").lstrip("/").lower(): name for name in self.zip.namelist()
        }
        self.left = limits.unzipped_bytes

    def has(self, part: str) -> bool:
        return part.lower() in self.names

    def chunks(self, part: str) -> Iterator[bytes]:
        name = self.names.get(part.lower())
        if name is None:
            raise Unreadable("broken")
        try:
            with self.zip.open(name) as file:
                while chunk := file.read(_CHUNK):
                    self.left -= len(chunk)
                    if self.left < 0:
                        raise Unreadable("unzipped")
                    yield chunk
        except RuntimeError:  # the entry is encrypted
            raise Unreadable("password") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            raise Unreadable("broken") from None

    def parse(self, part: str, parser: expat.XMLParserType) -> None:
        for _ in self.parse_by_chunks(part, parser):
            pass

    def parse_by_chunks(self, part: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Parse a part, pausing after each chunk for the caller to take what has come."""
        try:
            for chunk in self.chunks(part):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
            yield
        except expat.ExpatError:
            raise Unreadable("broken") from None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Of a part: id -> (kind, part), the kind being the last word of the relation's type."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, whole)

        if self.has(rels):
            self.parse(rels, local_names(start))
        return found

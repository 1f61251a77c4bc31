"""Rows of a delimited text: any usual delimiter, quotes, and encoding.

The encoding is that of a byte order mark, else UTF-16 if every other byte is mostly zero, else
UTF-8 if all of it is valid, else CP1250, as Hungarian spreadsheets save: guessing by letters does
worse (STACK.md). All cells are text; what is a date or a number is decided where a column's
meaning is known.
"""

from __future__ import annotations

import codecs
import csv
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import BinaryIO, Final

from importer.readers.base import Cell, Limits, Rows, Unreadable
from web.formulas import unmarked

DELIMITERS: Final = (";", ",", "\t", "|")
_SAMPLE: Final = 1 << 16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """The encoding in which a file is written. Raises Unreadable for what is no text."""
    with path.open("rb") as file:
        first = file.read(_SAMPLE)
        for mark, name in _MARKS:
            if first.startswith(mark):
                return name
        if half := _utf16(first):
            return half
        return "utf-8" if _is_utf8(itertools.chain([first], iter(_reader(file), b""))) else "cp1250"


def _reader(file: BinaryIO) -> Callable[[], bytes]:
    return lambda: file.read(_SAMPLE)


def _utf16(sample: bytes) -> str:
    """Which half of UTF-16 a text without a mark is in: of what Europe writes most second bytes
    are zero.
    """
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) <= len(sample) // 4 or 8 * min(even, odd) > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(chunks: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid = True
    for chunk in chunks:
        if b"\x00" in chunk:
            raise Unreadable("unknown")
        if valid:
            valid = _decodes(decoder, chunk, final=False)
    return valid and _decodes(decoder, b"", final=True)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _records(lines: Iterable[str], delimiter: str, limits: Limits) -> Iterator[list[str]]:
    csv.field_size_limit(limits.cell_characters)
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        raise Unreadable("cell", limit=limits.cell_characters) from None
    except UnicodeError:
        raise Unreadable("broken") from None


def delimiter_of(sample: str, *, whole: bool, limits: Limits) -> str:
    """The delimiter that cuts most rows of a sample into the same number of cells, above one.

    A closing quote is followed by the true delimiter: one for which it isn't must do better.
    ``whole``: the sample is all there is; else its last, perhaps cut, record doesn't count.
    """
    best, best_score = DELIMITERS[0], 0.0
    for delimiter in DELIMITERS:
        try:
            records = list(_records(StringIO(sample, newline=""), delimiter, limits))
        except Unreadable:
            continue
        widths = Counter(len(r) for r in (records if whole else records[:-1]) if any(r))
        if not widths:
            continue
        (width, count), *_ = widths.most_common(1)
        score = 0.0 if width < 2 else count / widths.total() + min(width, 50) / 1000
        if score and _quotes_end_at(delimiter, sample):
            score += 0.1
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _quotes_end_at(delimiter: str, sample: str) -> bool:
    """Whether every quoted cell of the sample, which may be cut, ends at one or at a line's end."""
    try:
        for _record in csv.reader(StringIO(sample, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return True


def rows_of(lines: Iterable[str], delimiter: str, limits: Limits, first: int = 1) -> Rows:
    """Rows, numbered from ``first``; empty cells are None, and what an export marked as text loses
    its mark.
    """
    of_record: list[str] = []

    def noted() -> Iterator[str]:
        for one in lines:
            of_record.append(one)
            yield one

    for number, record in enumerate(_records(noted(), delimiter, limits), first):
        if len(of_record) > 1 and _is_open("".join(of_record), delimiter):
            raise Unreadable("quote", row=number)
        of_record.clear()
        cells: list[Cell] = [unmarked(text.replace("\x00", "")) or None for text in record]
        yield number, cells


def _is_open(record: str, delimiter: str) -> bool:
    """Whether a quotation mark is opened and never closed: all that follows would be one cell."""
    try:
        list(csv.reader(StringIO(record, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def read(path: str, limits: Limits) -> Rows:
    """The rows of a file, the line "sep=;" by which Excel names the delimiter left out."""
    file = Path(path)
    encoding = encoding_of(file)
    errors = "replace" if encoding == "cp1250" else "strict"
    with file.open(encoding=encoding, errors=errors, newline="") as lines:
        try:
            sample = lines.read(_SAMPLE)
        except UnicodeError:
            raise Unreadable("broken") from None
        whole = len(sample) < _SAMPLE
        lines.seek(0)
        if sample[:4].lower() == "sep=" and sample[4:5]:
            delimiter = sample[4]
            lines.readline()
            yield from rows_of(lines, delimiter, limits, first=2)
            return
        yield from rows_of(lines, delimiter_of(sample, whole=whole, limits=limits), limits)

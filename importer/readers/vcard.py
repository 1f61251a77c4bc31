"""Rows of a vCard file (2.1, 3.0 and 4.0: RFC 2426, RFC 6350), as a phone or mail program saves.

Each card is a row below a heading of ours, the English names of the fields; what stands several
times goes into numbered columns, so that the columns are matched as those of any other table.
Read by vobject.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from importer.readers.base import Cell, Limits, Rows, Unreadable
from importer.readers.csv import encoding_of

PHONES: Final = 4
EMAILS: Final = 3
HEADING: Final = [
    "Company name", "Family name", "Given name", "Position",
    *("Phone" if n == 1 else f"Phone {n}" for n in range(1, PHONES + 1)),
    *("Email" if n == 1 else f"Email {n}" for n in range(1, EMAILS + 1)),
    "Postcode", "Town", "Street and number", "Country", "Website", "Notes",
]  # fmt: skip


def is_one(head: bytes) -> bool:
    """Whether a file that begins so is a vCard."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, "ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(b"BEGIN:VCARD")


def read(path: str, limits: Limits) -> Rows:
    """The heading, then a row a card."""
    import vobject

    file = Path(path)
    encoding = encoding_of(file)
    text = file.read_text(encoding=encoding, errors="replace")
    yield 1, list(HEADING)
    for number, card in enumerate(_cards(text, vobject), 2):
        cells = _row(card)
        if any(len(str(cell)) > limits.cell_characters for cell in cells if cell):
            raise Unreadable("cell", limit=limits.cell_characters)
        yield number, cells


def _cards(text: str, vobject: Any) -> Iterator[Any]:
    """Card after card; one that can't be read is told from those around it by its own lines."""
    try:
        yield from vobject.readComponents(text, ignoreUnreadable=True, allowQP=True)
    except (vobject.base.ParseError, ValueError, AttributeError, KeyError):
        raise Unreadable("broken") from None


def _row(card: Any) -> list[Cell]:
    contents = card.contents
    family, given = _names(contents)
    company = _organisation(contents)
    shown = _text(contents, "fn")
    if not company and not (family or given):
        family = shown
    street, town, postcode, country = _address(contents)
    return [
        company or None, family or None, given or None, _text(contents, "title") or None,
        *_several(contents, "tel", PHONES),
        *_several(contents, "email", EMAILS),
        postcode or None, town or None, street or None, country or None,
        _text(contents, "url") or None, _text(contents, "note") or None,
    ]  # fmt: skip


def _text(contents: dict[str, list[Any]], name: str) -> str:
    """The first value of that name, without the blanks around it."""
    for line in contents.get(name, ()):
        value = line.value
        text = _plain(value)
        if text:
            return text
    return ""


def _plain(value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text.replace("\x00", "").strip()


def _several(contents: dict[str, list[Any]], name: str, most: int) -> list[Cell]:
    """Different values of that name, the preferred one first."""
    lines = sorted(contents.get(name, ()), key=lambda line: not _preferred(line))
    values = list(dict.fromkeys(_plain(line.value).removeprefix("tel:") for line in lines))
    found: list[Cell] = [value for value in values if value]
    return [*found[:most], *[None] * (most - len(found))]


def _preferred(line: Any) -> bool:
    kinds = [str(kind).lower() for kind in line.params.get("TYPE", ())]
    return (
        "pref" in kinds or "PREF" in line.params or "PREF" in getattr(line, "singletonparams", ())
    )


def _names(contents: dict[str, list[Any]]) -> tuple[str, str]:
    for line in contents.get("n", ()):
        name = line.value
        given = " ".join(filter(None, (_part(name, "given"), _part(name, "additional"))))
        return _part(name, "family"), given
    return "", ""


def _part(value: Any, name: str) -> str:
    return _plain(getattr(value, name, "") or "")


def _organisation(contents: dict[str, list[Any]]) -> str:
    """The company alone; its departments are no part of its name."""
    for line in contents.get("org", ()):
        value = line.value
        return _plain(value[0] if isinstance(value, list | tuple) and value else value)
    return ""


def _address(contents: dict[str, list[Any]]) -> tuple[str, str, str, str]:
    for line in contents.get("adr", ()):
        value = line.value
        street = ", ".join(filter(None, (_part(value, "street"), _part(value, "extended"))))
        return street, _part(value, "city"), _part(value, "code"), _part(value, "country")
    return "", "", "", ""

"""The demo's own texts and names, read from the small files in `data/`; each in two languages."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "hu")

Row = dict[str, str]


@lru_cache(maxsize=64)
def rows(name: str) -> tuple[Row, ...]:
    """The lines of `data/<name>.csv`. Raises ValueError for one with a wrong number of cells."""
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file, delimiter=";")
    return tuple(dict(zip(head, line, strict=True)) for line in lines)


def values(name: str, what: str) -> list[str]:
    """The `value`s of the lines of this kind."""
    return [row["value"] for row in rows(name) if row["what"] == what]


def words(what: str, language: str) -> dict[str, str]:
    """{key: text} of `words.csv`."""
    return {row["key"]: row[language] for row in rows("words") if row["what"] == what}


def picture(name: str) -> bytes:
    """A profile picture of the demo, 512 pixels a side."""
    return (HERE / "avatars" / f"{name}.webp").read_bytes()

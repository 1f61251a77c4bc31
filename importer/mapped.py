"""The cells of a row by the fields that their columns go to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from importer import values
from importer.readers.base import Cell


@dataclass
class Mapped:
    """Texts by target, in the order of the columns; ``cells`` has the first cell of each."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)

    def all(self, key: str) -> list[str]:
        return self.texts.get(key, [])

    def joined(self, key: str, sign: str = " ") -> str:
        texts = self.texts.get(key)
        return sign.join(texts) if texts else ""


def apart(targets: Sequence[str], cells: Sequence[Cell]) -> Mapped:
    """The filled cells of a row that go anywhere."""
    mapped = Mapped()
    for target, cell in zip(targets, cells, strict=False):
        if not target or cell is None or not (text := values.text(cell)):
            continue
        if target in mapped.texts:
            mapped.texts[target].append(text)
        else:
            mapped.texts[target], mapped.cells[target] = [text], cell
    return mapped


def mended(cells: Sequence[Cell], by_hand: Mapping[str, str]) -> list[Cell]:
    """The cells with those in their place that somebody wrote on the page, by column."""
    width = max([len(cells), *(int(column) + 1 for column in by_hand)])
    found = [*cells, *[None] * (width - len(cells))]
    for column, text in by_hand.items():
        found[int(column)] = text or None
    return found

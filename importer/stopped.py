"""What a load that goes on finds done: the rows that are in, and what was said of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from importer import rows
from importer.models import Import, ImportedRow


class Stopped:
    """How far the load of an import has come. Its rows are asked for in their order, each once."""

    def __init__(self, source: Import) -> None:
        self.source = source
        journal = ImportedRow.objects.filter(source=source)
        self.numbers = frozenset(journal.values_list("number", flat=True))
        self.reached = max(self.numbers, default=0)
        self._said = rows.results(source.pk)
        self._next: dict[str, Any] | None = None

    def journal(self, numbers: Sequence[int]) -> dict[int, ImportedRow]:
        """Those of the rows that are in."""
        known = self.numbers.intersection(numbers)
        found = ImportedRow.objects.filter(source=self.source, number__in=known) if known else ()
        return {row.number: row for row in found}

    def refused(self, number: int) -> dict[str, Any] | None:
        """What the check has said of a row that was wrong then, and stands above one that is in.

        It stays so: by now the rows below it may have changed the clients that it was compared
        with, and of two that it matched only one answers any more.
        """
        if number in self.numbers or number > self.reached:
            return None
        while self._next is None or self._next["row"] < number:
            self._next = next(self._said, {"row": self.reached, "result": ""})
        one = self._next
        return one if (one["row"], one["result"]) == (number, "wrong") else None

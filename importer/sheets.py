"""Which sheet of a workbook is brought in, as long as nobody has chosen one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from importer.heading_row import names_columns
from importer.reading import Limits, ReadError, Table, open_table

# So many other sheets are looked at, each for so many seconds.
LOOKED_AT: Final = 6
SECONDS: Final = 3


@contextmanager
def open_likeliest(path: str | Path, *, name: str, limits: Limits) -> Iterator[Table]:
    """A file's first sheet that names columns we know: what stands before it is a cover, or words
    about the table. Where none does, as :func:`importer.reading.open_table`.
    """
    with ExitStack() as stack:
        table = stack.enter_context(open_table(path, name=name, limits=limits))
        if not names_columns(table.headers):
            others = [sheet for sheet in table.sheets if sheet != table.sheet]
            soon = replace(limits, cpu_seconds=SECONDS, wait_seconds=SECONDS)
            named = (one for one in others[:LOOKED_AT] if _names_columns(path, name, one, soon))
            if better := next(named, None):
                stack.close()
                opened = open_table(path, name=name, sheet=better, limits=limits)
                table = stack.enter_context(opened)
        yield table


def _names_columns(path: str | Path, name: str, sheet: str, limits: Limits) -> bool:
    try:
        with open_table(path, name=name, sheet=sheet, limits=limits) as table:
            return names_columns(table.headers)
    except ReadError:
        return False

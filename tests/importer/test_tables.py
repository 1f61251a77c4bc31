"""Any table, written in any usual way and read back, is the same table."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.readers import csv as csv_reader
from importer.readers import ods, xlsx
from importer.readers.base import Cell, Limits, Rows, tidy
from web import workbooks
from web.formulas import plain
from web.sheets import cell_of

LIMITS = Limits()
Table = list[list[Cell]]

# What neither XML nor a database holds; and what starts a table unseen (a byte order mark).
_NO_TEXT = st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff")
_TEXTS = st.one_of(
    st.text(_NO_TEXT, max_size=12),
    st.text("=+-@'\",;|\t\r\n _x0041_<&", max_size=10),
    st.sampled_from(["=1+1", "'=1", "''+36", "0007", "_x000D_", "a\r\nb", " szél ", "1e5", "TRUE"]),
)
_NUMBERS = st.one_of(
    st.integers(-(10**14), 10**14).map(Decimal),
    st.decimals(-(10**9), 10**9, places=4).map(lambda n: n.normalize()).filter(lambda n: n != 0),
)
_DAYS = st.dates(date(1900, 3, 1), date(9999, 12, 31))
_MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


def tables(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[Table]:
    """Tables of up to 5 × 5 cells, some of them empty."""
    return st.lists(st.lists(st.one_of(st.none(), cells), min_size=1, max_size=5), max_size=5)


def read(rows: Rows) -> Table:
    return trimmed(list(cells) for _number, cells in tidy(rows, LIMITS))


def trimmed(rows: Any) -> Table:
    """Without what a table doesn't keep: empty cells at the end of a row, blank rows at its end.

    A row of blanks is a blank row, and an empty text an empty cell.
    """
    kept = [[None if cell == "" else cell for cell in row] for row in rows]
    for row in kept:
        while row and row[-1] is None:
            row.pop()
    kept = [
        [] if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)
        else row
        for row in kept
    ]  # fmt: skip
    while kept and not kept[-1]:
        kept.pop()
    return kept


fast = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# ---- Text ----------------------------------------------------------------------------------------


def as_text(table: Table, **form: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out, **form)
    for row in table:
        writer.writerow(["" if cell is None else plain(str(cell)) for cell in row])
    return out.getvalue()


def read_text(path: Path, data: bytes) -> Table:
    path.write_bytes(data)
    return read(csv_reader.read(str(path), LIMITS))


@fast
@given(
    table=tables(_TEXTS),
    delimiter=st.sampled_from(csv_reader.DELIMITERS),
    # Before "\n" alone Python 3.11 leaves a text with "\r" in it unquoted.
    style=st.sampled_from(
        [(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\r\n"), (csv.QUOTE_ALL, "\n")]
    ),
    encoding=st.sampled_from(["utf-8-sig", "utf-16", "utf-8"]),
)
def test_a_text_comes_back_however_it_is_written(
    tmp_path: Path, table: Table, delimiter: str, style: tuple[int, str], encoding: str
) -> None:
    quoting, ending = style
    # Named in the first line, as Excel does: a table of one column has nothing to tell it by.
    written = f"sep={delimiter}{ending}" + as_text(
        table, delimiter=delimiter, quoting=quoting, lineterminator=ending
    )
    found = read_text(tmp_path / "table", written.encode(encoding))
    assert found == trimmed(table)


_LETTERS = st.text("aábcdeéfghiíjklmnoóöőpqrstuúüűvxyzÁÉŐŰ 0123456789.-/", max_size=15)
_PLAIN_ROWS = st.lists(
    st.lists(_LETTERS.map(str.strip).filter(bool), min_size=3, max_size=3), min_size=2, max_size=6
)


@fast
@given(
    table=_PLAIN_ROWS,
    delimiter=st.sampled_from(csv_reader.DELIMITERS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1250"]),
)
def test_the_delimiter_and_the_encoding_of_a_table_are_found(
    tmp_path: Path, table: list[list[str]], delimiter: str, encoding: str
) -> None:
    cells: Table = [list(row) for row in table]
    written = as_text(cells, delimiter=delimiter, lineterminator="\r\n").encode(encoding)
    assert read_text(tmp_path / "table", written) == trimmed(cells)


# ---- Workbooks -----------------------------------------------------------------------------------


def written_cells() -> st.SearchStrategy[Any]:
    return st.one_of(_TEXTS, _NUMBERS, _DAYS, _MOMENTS)


@fast
@given(table=tables(written_cells()))
def test_a_workbook_of_ours_comes_back_with_its_numbers_and_days(
    tmp_path: Path, table: Table
) -> None:
    path = tmp_path / "table.xlsx"
    with path.open("wb") as file:
        workbooks.write(file, "Lap: [1]", ["A"], table)  # type: ignore[arg-type]
    found = read(xlsx.read(str(path), None, LIMITS)[2])
    assert found == trimmed([["A"], *table])


@fast
@given(table=tables(written_cells()))
def test_a_workbook_of_openpyxl_comes_back_too(tmp_path: Path, table: Table) -> None:
    from openpyxl import Workbook

    path = tmp_path / "table.xlsx"
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Lap")
    sheet.append([cell_of(sheet, "A")])
    for row in table:
        sheet.append([None if cell is None else cell_of(sheet, cell) for cell in row])
    book.save(path)
    found = read(xlsx.read(str(path), None, LIMITS)[2])
    assert found == trimmed([["A"], *table])


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Lap">'
)
_ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, Decimal):
        kind, said = "float", f'office:value="{cell:f}"'
    elif isinstance(cell, date):
        kind, said = "date", f'office:date-value="{cell.isoformat()}"'
    else:
        lines = "".join(f"<text:p>{ods_text(line)}</text:p>" for line in str(cell).split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
    return (
        f'<table:table-cell office:value-type="{kind}" {said}><text:p>x</text:p></table:table-cell>'
    )


def ods_text(line: str) -> str:
    """Blanks as OpenDocument keeps them (1.2, 6.1.2 and 6.1.3)."""
    return escape(line).replace("\t", "<text:tab/>").replace(" ", "<text:s/>")


_ODS_TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    max_size=12,
)


@fast
@given(table=tables(st.one_of(_ODS_TEXTS, st.just("a\nb\tc  d"), _NUMBERS, _DAYS)))
def test_an_open_document_comes_back(tmp_path: Path, table: Table) -> None:
    path = tmp_path / "table.ods"
    whole: Table = [["A"], *table]
    rows = "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in whole
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", f"{_ODS_HEAD}{rows}{_ODS_END}")
    found = read(ods.read(str(path), None, LIMITS)[2])
    assert found == trimmed([["A"], *table])


def test_a_time_of_day_stays_one(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active.append(["A", time(9, 30)])
    path = tmp_path / "table.xlsx"
    book.save(path)
    assert read(xlsx.read(str(path), None, LIMITS)[2]) == [["A", time(9, 30)]]

"""importer/reading.py and readers/: files of strangers, read in a process with limits."""

import csv
import json
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from importer.readers import csv as csv_reader
from importer.readers import paste, xlsx
from importer.readers.base import Cell, Unreadable, decode, encode, tidy
from importer.readers.numbers import converter
from importer.reading import LIMITS, Row, open_table
from tests.importer.files import Make, cells_of, refusal, workbook
from tests.tools import SHARED_DATA

moment = datetime.fromisoformat


# ---- Workbooks ---------------------------------------------------------------------------------


def test_cells_are_what_a_person_sees(make: Make) -> None:
    data = workbook(
        [
            ["text", 12, 1.5, True, date(2026, 12, 1), moment("2026-12-01 09:30"), time(9, 30)],
            [7, 0.25, 0.125, 36201234567, 1234.5, None, 0.1 + 0.2],
        ],
        A2="0000",
        B2="0%",
        C2="0.0%",
        D2="00-00-000-0000",
        E2='#,##0.00 "Ft"',
    )
    assert cells_of(make(data)) == [
        [
            *("text", Decimal(12), Decimal("1.5"), True),
            *(date(2026, 12, 1), moment("2026-12-01 09:30"), time(9, 30)),
        ],
        ["0007", "25%", "12.5%", "36-20-123-4567", Decimal("1234.5"), None, Decimal("0.3")],
    ]


@pytest.mark.parametrize(
    ("code", "raw", "expected"),
    [
        ("General", "12", Decimal(12)),
        ("General", "1E3", Decimal(1000)),
        ("0", "7", Decimal(7)),
        ("0000", "7", "0007"),
        ("0000", "12345", Decimal(12345)),
        ("yyyy\\-mm\\-dd", "46357", date(2026, 12, 1)),
        ("yyyy. mm. dd.", "46357", date(2026, 12, 1)),
        ("[$-40E]yyyy. mmmm d.;@", "46357", date(2026, 12, 1)),
        ("mmm", "46357", date(2026, 12, 1)),
        ("yyyy-mm-dd hh:mm", "46357.5", moment("2026-12-01 12:00")),
        ("h:mm AM/PM", "0.75", time(18, 0)),
        ("[h]:mm", "1.5", "36:00"),
        ("yyyy-mm-dd", "1", date(1900, 1, 1)),
        ("yyyy-mm-dd", "61", date(1900, 3, 1)),
        ("yyyy-mm-dd", "-1", Decimal(-1)),
        ("yyyy-mm-dd", "99999999", Decimal(99999999)),
        ('0 "days"', "3", Decimal(3)),
        ('"y"0', "3", Decimal(3)),
        ("0.00%", "0.5", "50.00%"),
        ("0.00E+00", "123", Decimal(123)),
        ("[Red]0", "3", Decimal(3)),
        ("yyyy-mm-dd", "x", "x"),
        ("General", "1e999999", "1e999999"),
    ],
)
def test_a_number_means_what_its_format_says(code: str, raw: str, expected: Cell) -> None:
    assert converter(code)(raw) == expected


def test_dates_since_1904_are_four_years_later() -> None:
    assert converter("yyyy-mm-dd", since_1904=True)("44895") == date(2026, 12, 1)


def test_rows_keep_their_numbers_and_blank_ones_between_are_counted(make: Make) -> None:
    rows: list[list[Any]] = [
        ["Cégnév", "Város"],
        ["A", "B"],
        [None, None],
        [" ", None],
        ["C", None],
        [None],
    ]
    with open_table(make(workbook(rows))) as table:
        assert (table.sheet, table.headers, table.header_row) == ("Sheet", ["Cégnév", "Város"], 1)
        found = list(table.rows)
    assert found == [
        Row(2, ["A", "B"]),
        Row(3, [None, None]),
        Row(4, [None, None]),
        Row(5, ["C", None]),
    ]
    assert [row.blank for row in found] == [False, True, True, False]


def test_rows_that_the_file_leaves_out_are_blank_ones(make: Make) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["A5"], sheet["A900000"] = "Név", "a", "b", "far"
    file = BytesIO()
    book.save(file)
    with open_table(make(file.getvalue()), header=True) as table:
        numbers = [row.number for row in table.rows]
    assert numbers == [2, 3, 4, 5, 900000]


def test_a_sheet_can_be_chosen_and_the_first_that_holds_anything_is_taken(make: Make) -> None:
    book = Workbook()
    second, third = book.create_sheet("Ügyfelek"), book.create_sheet("Rejtett")
    second.append(["a"])
    third.append(["b"])
    third.sheet_state = "hidden"
    file = BytesIO()
    book.save(file)
    path = make(file.getvalue())
    with open_table(path) as table:
        assert table.sheets == ["Sheet", "Ügyfelek", "Rejtett"]
        assert table.sheet == "Ügyfelek"
    assert cells_of(path, sheet="Rejtett") == [["b"]]
    assert refusal(path, sheet="Nincs") == "sheet"


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14).map(Decimal),
    st.decimals(-1000, 1000, places=2).map(lambda n: Decimal(str(float(n)))),
    st.dates(date(1900, 3, 1), date(2999, 12, 31)),
    st.datetimes(moment("1901-01-01"), moment("2999-01-01")).map(
        lambda d: d.replace(microsecond=0)
    ),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1
    ).filter(lambda text: text.strip() != "" and not text.startswith("=") and "_x" not in text),
)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6)


def as_table(rows: list[list[Any]]) -> list[list[Any]]:
    """Without what a table doesn't keep: blanks at the end of a row and of the table."""
    trimmed = []
    for row in rows:
        while row and row[-1] is None:
            row = row[:-1]
        trimmed.append(row)
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


@given(TABLES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_table_written_as_xlsx_reads_back_the_same(
    tmp_path: Path, rows: list[list[Any]]
) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(workbook(rows))
    expected = as_table(rows)
    if not expected:
        with pytest.raises(Unreadable):
            xlsx.read(str(path), None, LIMITS)
        return
    _, _, found = xlsx.read(str(path), None, LIMITS)
    by_number = dict(tidy(found, LIMITS))
    assert [by_number.get(n, []) for n in range(1, len(expected) + 1)] == expected


@given(CELLS)
def test_a_cell_passes_between_processes_unchanged(cell: Cell) -> None:
    assert decode(json.loads(json.dumps(encode(cell)))) == cell
    assert decode(encode(time(9, 30))) == time(9, 30)


# ---- Delimited texts ---------------------------------------------------------------------------

SPECTRUM = sorted((SHARED_DATA / "csv").glob("*.json")) if SHARED_DATA.is_dir() else []


@pytest.mark.skipif(not SPECTRUM, reason="../shared/data is not there")
@pytest.mark.parametrize("expected", SPECTRUM, ids=lambda path: path.stem)
def test_csv_is_read_as_the_spectrum_says(expected: Path) -> None:
    # The files were kept with plain newlines, their readings with what those once were.
    wanted = json.loads(expected.read_text(encoding="utf-8").replace("\\r\\n", "\\n"))
    with open_table(expected.with_suffix(".csv"), header=True) as table:
        headers = table.headers
        found = [
            {key: cell or "" for key, cell in zip(headers, row.cells, strict=True)}
            for row in table.rows
        ]
    if isinstance(wanted, dict):  # one sample row, with another phone number than the file's
        assert list(wanted) == headers
        assert {**found[0], headers[0]: wanted[headers[0]]} == wanted
    else:
        assert found == wanted


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_usual_encoding_and_delimiter_is_told(
    make: Make, encoding: str, delimiter: str
) -> None:
    rows: list[list[Cell]] = [
        ["Cégnév", "Város", "Megjegyzés"],
        ["Őrségi Vajkészítő Kft.", "Győr", "„fontos” ügyfél; a, b | c\td\nmásodik sor"],
        ['A "nagy" Bt.', "Pécs", None],
    ]
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert cells_of(make(text.getvalue().encode(encoding))) == rows


def test_the_line_by_which_excel_names_the_delimiter_is_no_row(make: Make) -> None:
    with open_table(make(b"sep=|\r\nName|Town\r\na;b|c\r\n")) as table:
        assert table.headers == ["Name", "Town"]
        assert list(table.rows) == [Row(3, ["a;b", "c"])]


def test_leading_zeros_and_spaces_stay_in_a_text_file(make: Make) -> None:
    assert cells_of(make(b"0036;7 \n01;x")) == [["0036", "7 "], ["01", "x"]]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), min_size=1)
TEXT_ROWS = st.lists(
    st.lists(TEXTS.filter(lambda text: bool(text.strip())), min_size=2, max_size=4),
    min_size=1,
    max_size=5,
).filter(lambda rows: len({len(row) for row in rows}) == 1)


def test_a_delimiter_inside_quotes_is_not_the_tables(make: Make) -> None:
    assert cells_of(make(b'"0"|"0\t"\r\n')) == [["0", "0\t"]]


@given(TEXT_ROWS, st.sampled_from([";", ",", "\t", "|"]), st.sampled_from(["utf-8", "utf-16"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_table_written_as_csv_reads_back_the_same(
    tmp_path: Path, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert [cells for _, cells in csv_reader.read(str(path), LIMITS)] == rows


def test_pasted_cells_are_read_with_their_newlines_and_quotes(tmp_path: Path) -> None:
    text = (
        "Név\tMegjegyzés\r\n"
        'Kovács Béla\t"első sor\nmásodik ""sor"""\r\n'
        '"fontos"\t"nyitva marad\r\n'
        "\tvége\t\r\n"
    )
    assert list(paste.read_text(text, LIMITS)) == [
        (1, ["Név", "Megjegyzés"]),
        (2, ["Kovács Béla", 'első sor\nmásodik "sor"']),
        (3, ['"fontos"', '"nyitva marad']),
        (4, [None, "vége", None]),
    ]
    path = tmp_path / "pasted"
    path.write_text(text, encoding="utf-8")
    with open_table(path, kind="paste") as table:
        assert table.headers == ["Név", "Megjegyzés"]
        assert [row.number for row in table.rows] == [2, 3, 4]


def test_pasted_lines_without_tabs_are_read_as_a_text_file_would_be() -> None:
    rows = [cells for _, cells in paste.read_text("a;b\nc;d", LIMITS)]
    assert rows == [["a", "b"], ["c", "d"]]


@given(st.text(max_size=200))
def test_any_pasted_text_is_read(text: str) -> None:
    for number, cells in paste.read_text(text, LIMITS):
        assert number > 0
        assert all(cell is None or isinstance(cell, str) for cell in cells)


# ---- The files that came with the project ------------------------------------------------------


@pytest.fixture
def expect(shared_data: Path) -> dict[str, str]:
    path = shared_data / "spreadsheets" / "EXPECT.json"
    expectations: dict[str, str] = json.loads(path.read_text())
    return expectations


def test_real_workbooks_are_taken_found_empty_or_refused(
    shared_data: Path, expect: dict[str, str]
) -> None:
    for name, wanted in expect.items():
        if not name.endswith((".xlsx", ".xlsm")):
            continue
        path = shared_data / "spreadsheets" / name
        if wanted.startswith("IMPORT"):
            assert cells_of(path), name
        else:
            codes = {"EMPTY": {"empty"}, "REFUSE": {"password", "broken", "hollow"}}
            assert refusal(path) in codes[wanted.partition(":")[0]], name
            if "password" in wanted:
                assert refusal(path) == "password"


def test_the_client_list_is_the_same_in_both_forms(shared_data: Path) -> None:
    tables = []
    for kind in ("xlsx", "csv"):
        with open_table(shared_data / f"ugyfelek-5000.{kind}") as table:
            tables.append((table.headers, table.header_row, list(table.rows)))
    (headers, header_row, rows), other = tables
    assert (headers, header_row) == other[:2]
    assert len(rows) == len(other[2]) == 5000
    assert sum(row.blank for row in rows) == 49

    def shown(cell: Cell) -> str | None:
        if isinstance(cell, date):
            return f"{cell:%Y.%m.%d.}"
        return None if cell is None else str(cell)

    for row, same in zip(rows, other[2], strict=True):
        assert row.number == same.number
        assert [shown(cell) for cell in row.cells] == same.cells

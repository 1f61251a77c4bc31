"""A page of HTML that calls itself .xls is read as the table that it shows."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.readers import html
from importer.readers.base import Cell
from importer.reading import LIMITS, open_table
from tests.importer.files import Make, cells_of

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv=Content-Type content="text/html; charset=%s">
<title>Lista</title><style>td { color: red }</style></head><body>
<table border=1>
 <thead><tr><th>Cégnév</th><th>Adószám</th><th>Város</th></tr></thead>
 <tbody>
 <tr><td>Őrségi Tök Bt.</td><td style="mso-number-format:'\\@'">01234567-2-18</td>
 <td>Őriszentpéter</td></tr>
 <tr><td>Kő &amp; Kavics&nbsp;Kft.</td><td></td><td><b>Győr</b><br>Ipari  park</td></tr>
</table></body></html>"""
ROWS: list[list[Cell]] = [
    ["Cégnév", "Adószám", "Város"],
    ["Őrségi Tök Bt.", "01234567-2-18", "Őriszentpéter"],
    ["Kő & Kavics Kft.", None, "Győr\nIpari park"],
]


def rows(make: Make, text: str) -> list[list[Cell]]:
    return cells_of(make(text.encode()), name="lista.xls")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1250", "iso-8859-2"])
def test_it_is_read_in_the_encoding_that_it_is_in(make: Make, encoding: str) -> None:
    path = make((PAGE % encoding).encode(encoding))
    assert cells_of(path, name="lista.xls") == ROWS


@pytest.mark.parametrize("said", ["utf-8", "no-such-thing", "base64"])
def test_what_says_the_wrong_encoding_is_read_all_the_same(make: Make, said: str) -> None:
    assert cells_of(make((PAGE % said).encode("cp1250"))) == ROWS
    assert cells_of(make((PAGE % "windows-1250").encode())) == ROWS


def test_its_heading_is_found(make: Make) -> None:
    with open_table(make((PAGE % "utf-8").encode()), name="lista.xls") as table:
        assert table.headers == ["Cégnév", "Adószám", "Város"]
        assert [row.number for row in table.rows] == [2, 3]


def test_what_is_not_closed_ends_where_the_next_begins(make: Make) -> None:
    assert rows(make, "<table><tr><td>a<td>b<tr><td>c<td>R&D") == [["a", "b"], ["c", "R&D"]]


def test_merged_cells_keep_the_others_in_their_columns(make: Make) -> None:
    table = """<table>
    <tr><td colspan=2>cím</td><td>c</td></tr>
    <tr><td rowspan="2">x</td><td>1</td><td>2</td></tr>
    <tr><td>3</td><td>4</td></tr>
    <tr><td>y</td><td rowspan=0>5</td><td colspan="99999">6</td><td>7</td></tr>
    </table>"""
    assert rows(make, table) == [
        ["cím", None, "c", None],
        ["x", "1", "2", None],
        [None, "3", "4", None],
        ["y", "5", "6", "7"],
    ]


def test_a_row_without_cells_counts_as_a_row(make: Make) -> None:
    path = make(b"<table><tr><td>a</td></tr><tr></tr><tr><td>b</td></tr></table>")
    with open_table(path, header=False) as table:
        assert [(row.number, row.cells) for row in table.rows] == [
            (1, ["a"]), (2, [None]), (3, ["b"]),
        ]  # fmt: skip


def test_a_table_in_a_cell_is_the_text_of_the_cell(make: Make) -> None:
    inner = "<table><tr><td>b</td></tr></table>"
    assert rows(make, f"<table><tr><td>a {inner}</td><td>c</td></tr></table>") == [["a b", "c"]]


def test_tables_stand_one_below_the_other(make: Make) -> None:
    first = "<table><tr><td rowspan=3>cím</td></tr></table>"
    page = f"<p>szöveg</p>{first}<table><tr><td>a</td><td>b</td></tr></table>"
    assert rows(make, f"<html>{page}") == [["cím", None], ["a", "b"]]


def test_scripts_are_no_text(make: Make) -> None:
    assert rows(make, "<table><tr><td>a<script>alert(1)</script>b</td></tr></table>") == [["ab"]]


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["C"]))


@given(st.lists(st.lists(_TEXTS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_table_comes_back_but_for_its_blanks(table: list[list[str]]) -> None:
    parser = html._Tables(LIMITS)
    text = StringIO()
    for row in table:
        cells = "".join(f"<td>{_escaped(cell)}</td>" for cell in row)
        text.write(f"<tr>{cells}</tr>")
    parser.feed(f"<table>{text.getvalue()}</table>")
    parser.close()
    found = [[cell or "" for cell in cells] for _number, cells in parser.taken()]
    assert found == [[" ".join(cell.split()) for cell in row] for row in table]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")

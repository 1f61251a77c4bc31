"""Spreadsheets of every program, and vCards: what a person sees in them is what is read."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.reading import open_table
from tests.importer.files import Make, cells_of, refusal
from tests.tools import SHARED_DATA

SPREADSHEETS = SHARED_DATA / "spreadsheets"
EXPECTED: dict[str, str] = (
    json.loads((SPREADSHEETS / "EXPECT.json").read_text()) if SPREADSHEETS.is_dir() else {}
)

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
HEAD = (
    f'<office:document-content xmlns:office="{OFFICE}office:1.0"'
    f' xmlns:table="{OFFICE}table:1.0" xmlns:text="{OFFICE}text:1.0">'
    "<office:body><office:spreadsheet>"
)
TAIL = "</office:spreadsheet></office:body></office:document-content>"


def ods(*sheets: str) -> bytes:
    """An .ods of these sheets' XML."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", HEAD + "".join(sheets) + TAIL)
    return file.getvalue()


def sheet(rows: list[list[str]], name: str = "Sheet1") -> str:
    return f'<table:table table:name="{escape(name)}">{"".join(map(_row, rows))}</table:table>'


def _row(cells: list[str]) -> str:
    return f"<table:table-row>{''.join(map(_text, cells))}</table:table-row>"


def _text(value: str) -> str:
    lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _spaced(line: str) -> str:
    return escape(line).replace("\t", "<text:tab/>")


@pytest.mark.parametrize("name", sorted(EXPECTED) or ["the folder with the spreadsheets"])
def test_every_program_s_file_is_read_or_refused_with_a_reason(
    shared_data: Path, name: str
) -> None:
    path, expected = shared_data / "spreadsheets" / name, EXPECTED[name]
    if expected == "IMPORT" or expected.startswith("IMPORT:"):
        with open_table(path) as table:
            assert any(table.headers) or any(row.cells for row in table.rows)
        return
    code = refusal(path)
    assert (code == "empty") == expected.startswith("EMPTY")
    assert (code == "password") == ("password" in expected)


def test_an_ods_number_is_read_as_it_is_shown_and_a_date_as_a_date(make: Make) -> None:
    def typed(kind: str, value: str, shown: str) -> str:
        return (
            f'<table:table-cell office:value-type="{kind}" {value}>'
            f"<text:p>{shown}</text:p></table:table-cell>"
        )

    row = (
        typed("float", 'office:value="7"', "0007")
        + typed("float", 'office:value="1234.5"', "1 234,50")
        + typed("percentage", 'office:value="0.25"', "25%")
        + typed("date", 'office:date-value="2026-12-01"', "2026. 12. 1.")
        + typed("boolean", 'office:boolean-value="true"', "IGAZ")
        + typed("time", 'office:time-value="PT09H30M00S"', "9:30")
    )
    file = ods(
        f'<table:table table:name="A"><table:table-row>{row}</table:table-row></table:table>'
    )
    assert cells_of(make(file)) == [
        ["0007", Decimal("1234.5"), "25%", date(2026, 12, 1), True, "9:30"]
    ]


def test_an_ods_of_a_million_blank_rows_is_no_larger_than_what_it_holds(make: Make) -> None:
    blank = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    file = ods(f'<table:table table:name="A">{_row(["Név"])}{blank}{_row(["Vége"])}</table:table>')
    assert cells_of(make(file)) == [["Név"], ["Vége"]]


def test_a_sheet_of_an_ods_is_chosen_by_name(make: Make) -> None:
    path = make(ods(sheet([["a"]], "Első"), sheet([["b"]], "Második")))
    with open_table(path, header=False, sheet="Második") as table:
        assert table.sheets == ["Első", "Második"]
        assert [row.cells for row in table.rows] == [["b"]]
    assert refusal(path, sheet="Harmadik") == "sheet"


def test_a_document_type_in_an_ods_is_refused(make: Make) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("content.xml", '<!DOCTYPE a [<!ENTITY b "c">]>' + HEAD + TAIL)
    assert refusal(make(file.getvalue())) == "broken"


SHOWN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: bool(text.strip())
)
TABLES = st.lists(st.lists(SHOWN, min_size=3, max_size=3), min_size=1, max_size=5)


@given(TABLES)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)
def test_any_table_written_as_ods_reads_back_the_same(make: Make, rows: list[list[str]]) -> None:
    assert cells_of(make(ods(sheet(rows)))) == rows


CARDS = {
    "3.0": """BEGIN:VCARD
VERSION:3.0
N:Szabó;Anna;;;
FN:Szabó Anna
ORG:Hegyalja Borház Kft.;Pince
TITLE:ügyvezető
TEL;TYPE=WORK:+36 47 380 112
TEL;TYPE=CELL,PREF:+36 30 412 7788
EMAIL;TYPE=INTERNET:anna@hegyalja.example
ADR;TYPE=WORK:;;Fő utca 1.;Tokaj;;3910;Magyarország
NOTE:Régi ügyfél\\, jó fizető
END:VCARD
""",
    "2.1": """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Szab=C3=B3;Anna;;;
ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Hegyalja Borh=C3=A1z Kft.
TEL;CELL;PREF:+36 30 412 7788
EMAIL;INTERNET:anna@hegyalja.example
END:VCARD
""",
    "4.0": """BEGIN:VCARD
VERSION:4.0
N:Szabó;Anna;;;
FN:Szabó Anna
ORG:Hegyalja Borház Kft.
TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+36 30 412 7788
EMAIL:anna@hegyalja.example
END:VCARD
""",
}


@pytest.mark.parametrize("version", CARDS)
def test_a_vcard_is_a_row_with_the_preferred_number_first(make: Make, version: str) -> None:
    with open_table(make(CARDS[version].replace("\n", "\r\n").encode())) as table:
        named = dict(zip(table.headers, next(table.rows).cells, strict=True))
    assert named["Company name"] == "Hegyalja Borház Kft."
    assert (named["Family name"], named["Given name"]) == ("Szabó", "Anna")
    assert named["Phone"] == "+36 30 412 7788"
    assert named["Email"] == "anna@hegyalja.example"
    if version == "3.0":
        assert named["Town"] == "Tokaj"
        assert named["Notes"] == "Régi ügyfél, jó fizető"
        assert named["Phone 2"] == "+36 47 380 112"


def test_a_delimited_text_that_calls_itself_xls_is_read_and_a_mere_text_is_not(
    make: Make,
) -> None:
    path = make(b"Name\tTown\nAlma\tEger\n")
    assert cells_of(path, name="lista.xls") == [["Name", "Town"], ["Alma", "Eger"]]
    assert refusal(make(b"Not found!\n"), name="lista.xls") == "broken"


@pytest.mark.parametrize(
    ("rows", "row", "headers"),
    [
        (
            ["Ügyféllista", "", "Cégnév;Város;Email", "Alma Kft.;Eger;a@b.hu"],
            3,
            ["Cégnév", "Város"],
        ),
        (["Lista;2026", "Cégnév;Város;Email;Telefon", "A;B;a@b.hu;1"], 2, ["Cégnév", "Város"]),
        (["Kimutatás;;;", "Alfa;Béta;Gamma;Delta", "1;2;3;4", "5;6;7;8"], 2, ["Alfa", "Béta"]),
        (["Alma Kft.;Eger;a@b.hu", "Körte Kft.;Pécs;k@b.hu"], None, ["", ""]),
        (["Cégnév;Város", "Alma Kft.;Eger"], 1, ["Cégnév", "Város"]),
    ],
)
def test_the_heading_is_found_wherever_it_is(
    make: Make, rows: list[str], row: int | None, headers: list[str]
) -> None:
    with open_table(make("\n".join(rows).encode())) as table:
        assert table.header_row == row
        assert table.headers[:2] == headers
        assert len(list(table.rows)) == len(rows) - (row or 0)

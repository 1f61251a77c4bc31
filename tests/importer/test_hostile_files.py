"""Broken and hostile files end in words, and in nothing worse."""

import zipfile
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation

from importer.readers.base import Limits
from importer.reading import LIMITS, ReadError, open_table
from tests.importer.files import Make, cells_of, refusal, workbook

moment = datetime.fromisoformat


def zipped(**parts: str | bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def minimal(sheet: str | bytes) -> bytes:
    workbook_xml = '<workbook><sheets><sheet name="S" id="r1"/></sheets></workbook>'
    relations = (
        '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="sheet.xml"/>'
        "</Relationships>"
    )
    return zipped(
        **{
            "xl/workbook.xml": workbook_xml,
            "xl/_rels/workbook.xml.rels": relations,
            "xl/sheet.xml": sheet,
        }
    )


def row_xml(text: str) -> str:
    return f'<row><c t="inlineStr"><is><t>{text}</t></is></c></row>'


def test_a_workbook_needs_little_to_be_read(make: Make) -> None:
    sheet = f"<worksheet><sheetData>{row_xml('a_x000D_b')}</sheetData></worksheet>"
    assert cells_of(make(minimal(sheet))) == [["a\rb"]]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f"<worksheet><sheetData>{row_xml('&b;')}</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "hollow"),
        (b"\n\n  \n", "empty"),
        (b"PK\x03\x04 and then nothing", "broken"),
        (zipped(**{"readme.txt": "no workbook"}), "unknown"),
        (minimal("<worksheet><sheetData></sheetData></worksheet>"), "empty"),
        (minimal("<worksheet><sheetData><row>"), "broken"),
        (minimal(BOMB), "broken"),
        (minimal('<worksheet><row r="x"/></worksheet>'), "broken"),
        (workbook([["a"]])[:-400], "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "broken"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unknown"),
        (b"\xef\xbb\xbf \r\n<!DOCTYPE html><p>a;b</p>", "page"),
        ("<HTML><body>a;b</body>".encode("utf-16"), "page"),
        (b"<!DOCTYPE svg><table><tr><td>a;b</td></tr></table>", "page"),
        (b"<table><tr></tr></table>", "empty"),
        (b"<table><tr><td>" + b"x" * (LIMITS.cell_characters + 1), "cell"),
        (b'<?xml version="1.0"?><Workbook><Worksheet/></Workbook>', "page"),
        (b"%PDF-1.7\na;b\nc;d\n", "page"),
        (rb"{\rtf1\ansi a;b}", "page"),
    ],
)
def test_a_broken_file_ends_in_words(make: Make, data: bytes, code: str) -> None:
    assert refusal(make(data)) == code


def test_every_refusal_is_said_in_both_languages(make: Make) -> None:
    path = make(b"PK\x03\x04")
    for language, words in (("en", "damaged"), ("hu", "sérült")):
        with (
            translation.override(language),
            pytest.raises(ReadError, match=words),
            open_table(path),
        ):
            pass


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (replace(LIMITS, rows=2), "rows"),
        (replace(LIMITS, columns=2), "columns"),
        (replace(LIMITS, file_bytes=10), "size"),
        (replace(LIMITS, unzipped_bytes=1000), "unzipped"),
    ],
)
def test_what_is_too_large_is_refused(make: Make, limits: Limits, code: str) -> None:
    assert refusal(make(workbook([["a", "b", "c"]] * 4)), limits=limits) == code
    if code in ("rows", "columns"):
        assert refusal(make(b"a;b;c\n" * 4), limits=limits) == code


def test_a_sheet_formatted_far_beyond_its_table_is_no_larger(make: Make) -> None:
    empty = "".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(2, 3000))
    data = minimal(f"<worksheet><sheetData>{row_xml('a')}{empty}</sheetData></worksheet>")
    assert cells_of(make(data), limits=replace(LIMITS, rows=5)) == [["a"]]


def test_a_cell_without_an_end_is_refused(make: Make) -> None:
    limits = replace(LIMITS, cell_characters=1000)
    assert refusal(make(b'a;"b\n' + b"x;y\n" * 1000), limits=limits) == "cell"


def test_the_row_of_a_quotation_mark_without_an_end_is_named(make: Make) -> None:
    rows = b'a;b\nc;"d\ne"\nf;"g\nh;i\n'
    with pytest.raises(ReadError, match="row 3"), open_table(make(rows)) as table:
        list(table.rows)
    pasted = make(b'a;b\n"c;d\ne;f')
    with pytest.raises(ReadError, match="row 2"), open_table(pasted, kind="paste") as table:
        list(table.rows)


def test_memory_is_limited(make: Make) -> None:
    strings = "<si><t>" + "x" * 1000 + "</t></si>"
    text = row_xml("y" * 50_000_000)
    data = minimal(f"<worksheet><sheetData>{text}</sheetData>{strings}</worksheet>")
    limits = replace(LIMITS, memory_bytes=100 * 1024 * 1024)
    assert refusal(make(data), limits=limits) == "memory"


def test_time_is_limited_and_the_child_is_gone(make: Make) -> None:
    data = minimal("<worksheet><sheetData>" + row_xml("a") * 300_000 + "</sheetData></worksheet>")
    pids: list[int] = []
    limits = replace(LIMITS, cpu_seconds=1)
    path = make(data)
    assert refusal(path, limits=replace(LIMITS, wait_seconds=0), started=pids.append) == "time"
    assert not Path(f"/proc/{pids[0]}").exists()
    assert refusal(make(minimal(BOMB)), limits=limits) == "broken"


def test_leaving_early_ends_the_child(make: Make) -> None:
    pids: list[int] = []
    with open_table(make(b"a;b\n" * 100_000), started=pids.append) as table:
        next(table.rows)
    assert not Path(f"/proc/{pids[0]}").exists()

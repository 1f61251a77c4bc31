"""The workbook of the rows left out: whole, harmless, and fit to be loaded again."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import User
from importer import left_out, load, rows
from importer.actions.sources import Upload, take_in
from importer.models import Import
from importer.plan import Result
from tests.importer.tools import checked, pasted

pytestmark = pytest.mark.django_db

BOTH = [Result.WRONG, Result.SKIP]
HEADER = ("Cégnév", "E-mail", "Megjegyzés")
NASTY = (
    *("=1+1", "+36 1 555 0134", "-5", "@SUM(A1)", "\t=2+2", "  =cmd|' /C calc'!A0"),
    *("\u00a0=HYPERLINK(1)", "'=1", "sima", "kis\x07csengő", "0007"),
)


def finished(source: Import, boss: User) -> Import:
    checked(source, boss)
    found = Import.objects.select_related("module", "created_by").get(pk=source.pk)
    load.run(found, lambda done: None)
    return found


def table(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_wrong_and_skipped_rows_come_with_their_reasons(boss: User) -> None:
    data = [HEADER, ("A", "a", ""), ("B", "", "x"), ("B", "", "y"), ("", "", "névtelen")]
    source = finished(pasted(data, actor=boss), boss)
    found = table(left_out.workbook(source, BOTH))
    assert found == [
        [*HEADER, "Why it was left out"],
        ["A", "a", None, "Row 2: “a” is not an email address."],
        ["B", None, "y", "Row 4: The same as row 3."],
        [None, None, "névtelen", "Row 5: There is no name of a company or person."],
    ]
    assert len(table(left_out.workbook(source, [Result.WRONG]))) == 3


def test_mended_it_is_loaded_again_with_the_reasons_left_out_by_themselves(boss: User) -> None:
    source = finished(pasted([HEADER, ("A", "a", ""), ("B", "", "")], actor=boss), boss)
    for language in ("en", "hu"):
        with translation.override(language):
            content = left_out.workbook(source, BOTH)
        again = take_in(Upload(file=ContentFile(content), name="x.xlsx"), actor=boss)
        assert again.targets == ["company_name", "email", "notes", ""]
        assert again.rows == 1


def test_nothing_in_it_is_a_formula_and_it_comes_in_as_the_text_it_was(boss: User) -> None:
    content = "Cégnév;E-mail;Megjegyzés\r\n" + "".join(
        f'Cég {i};rossz;"{text}"\r\n' for i, text in enumerate(NASTY)
    )
    upload = Upload(file=ContentFile(content.encode()), name="x.csv")
    source = finished(take_in(upload, actor=boss), boss)
    book = left_out.workbook(source, BOTH)
    xml = ZipFile(BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "<f " not in xml
    sheet = load_workbook(BytesIO(book)).worksheets[0]
    marked = [bool(cell.quotePrefix) for cell in sheet["C"][1:]]
    assert marked == [text.lstrip("'").lstrip()[:1] in "=+-@" for text in NASTY]
    again = take_in(Upload(file=ContentFile(book), name="y.xlsx"), actor=boss)
    values = [cells[2] for _number, cells in rows.read(again.pk)]
    assert values == [cells[2] for _number, cells in rows.read(source.pk)]
    as_meant = ["=1" if text == "'=1" else text for text in NASTY]  # the mark of a .csv is off
    assert values == as_meant


def test_dates_and_numbers_stay_what_they_are(boss: User) -> None:
    data = [("Cégnév", "E-mail", "Határidő"), ("A", "rossz", "2026-12-01")]
    first = finished(pasted(data, actor=boss), boss)
    book = left_out.workbook(first, BOTH)
    assert table(book)[1][2] == "2026-12-01"


def test_it_can_not_be_had_before_the_load(boss: User, client: Any) -> None:
    source = checked(pasted([HEADER, ("A", "a", "")], actor=boss), boss)
    client.force_login(boss)
    answer = client.get(f"/import/{source.pk}/left-out/")
    assert answer["Location"] == f"/import/{source.pk}/check/"


def test_it_is_sent_as_a_file_under_the_name_of_the_source(boss: User, client: Any) -> None:
    upload = Upload(file=ContentFile("Név\r\nx@\r\n".encode()), name="ügyfél lista.csv")
    source = finished(take_in(upload, actor=boss), boss)
    client.force_login(boss)
    answer = client.get(f"/import/{source.pk}/left-out/?only=wrong")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert "%C3%BCgyf%C3%A9l" in answer["Content-Disposition"]
    assert table(answer.content)[0][-1] == "Why it was left out"

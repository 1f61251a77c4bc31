"""A workbook of several sheets: the clients' one is brought in, and another can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.models import User
from importer import sheets
from importer.actions import sources
from importer.models import Import

pytestmark = pytest.mark.django_db

COVER = [
    ["Ügyfeleink 2026"],
    [],
    ["", "Készítette:", "Szűcs Réka"],
    ["", "Dátum:", "2026. 11. 20."],
]
CLIENTS = [["Cégnév", "Város"], ["Egy Kft.", "Ajka"], ["Két Bt.", "Vác"]]
OTHERS = [["Kód", "Érték"], ["a", "1"], ["b", "2"]]

Rows = Sequence[Sequence[Any]]


def uploaded(boss: User, tables: Mapping[str, Rows], **hidden: str) -> Import:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = hidden.get(name, "visible")
        for row in rows:
            sheet.append(list(row))
    file = BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("lista.xlsx", file.getvalue())
    return sources.take_in(sources.Upload(file=upload, name="lista.xlsx"), actor=boss)


def test_a_cover_before_the_clients_is_passed_over(boss: User) -> None:
    source = uploaded(boss, {"Borító": COVER, "Üres": [], "Ügyfelek": CLIENTS})
    assert (source.sheet, source.rows) == ("Ügyfelek", 2)
    assert source.sheets == ["Borító", "Üres", "Ügyfelek"]
    assert source.targets == ["company_name", "town"]


def test_of_two_sheets_that_name_our_columns_the_first_one_is_brought_in(boss: User) -> None:
    again = [["Név", "E-mail"], ["Három Zrt.", "a@b.hu"]]
    assert uploaded(boss, {"Kódok": OTHERS, "Ügyfelek": CLIENTS, "Más": again}).sheet == "Ügyfelek"
    assert uploaded(boss, {"Ügyfelek": CLIENTS, "Más": again}).sheet == "Ügyfelek"


def test_a_single_name_that_we_know_makes_no_list_of_clients(boss: User) -> None:
    codes = [["Név", "Kód"], ["piros", "1"], ["kék", "2"]]
    assert uploaded(boss, {"Kódok": codes, "Ügyfelek": CLIENTS}).sheet == "Ügyfelek"


def test_where_no_sheet_names_columns_of_ours_the_first_one_is_brought_in(boss: User) -> None:
    assert uploaded(boss, {"Üres": [], "Kódok": OTHERS, "Más": OTHERS}).sheet == "Kódok"


def test_the_sheet_that_somebody_chose_is_read_whatever_is_in_it(boss: User) -> None:
    source = uploaded(boss, {"Kódok": OTHERS, "Ügyfelek": CLIENTS})
    chosen = sources.read_again(source.pk, actor=boss, sheet="Kódok", has_heading=None)
    assert (chosen.sheet, chosen.headers) == ("Kódok", ["Kód", "Érték"])
    without = sources.read_again(source.pk, actor=boss, sheet="Kódok", has_heading=False)
    assert (without.sheet, without.rows) == ("Kódok", 3)


def test_only_some_sheets_are_looked_at(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LOOKED_AT", 1)
    source = uploaded(boss, {"Kódok": OTHERS, "Más": OTHERS, "Ügyfelek": CLIENTS})
    assert source.sheet == "Kódok"


def test_a_sheet_that_takes_too_long_to_look_at_is_passed_over(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "SECONDS", 0)
    assert uploaded(boss, {"Kódok": OTHERS, "Ügyfelek": CLIENTS}).sheet == "Kódok"

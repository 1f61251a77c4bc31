"""importer/columns.py: which column is what, by its heading or by what stands in it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from importer.columns import match
from importer.guesses import heading_words
from importer.heading_row import looks_like_heading
from importer.headings import BY_KEY, GROUPS, KNOWN, TARGETS
from importer.readers.base import Cell
from importer.reading import open_table


def keys(headers: Sequence[str], rows: Sequence[Sequence[Cell]] = ()) -> list[str | None]:
    return [found.target.key if found.target else None for found in match(headers, rows)]


def key_of(header: str, *values: Cell) -> str | None:
    return keys([header], [[value] for value in values])[0]


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Cégnév", "company_name"),
        ("Cég neve", "company_name"),
        ("CÉGNÉV:", "company_name"),
        ("Ügyfél neve", "company_name"),
        ("Partner", "company_name"),
        ("companyName", "company_name"),
        ("Company Name", "company_name"),
        ("company_name", "company_name"),
        ("Organization 1 - Name", "company_name"),
        ("Adószám", "tax_number"),
        ("ADÓSZÁM (magyar)", "tax_number"),
        ("Tax No.", "tax_number"),
        ("EU adószám", "eu_vat_number"),
        ("Közösségi adószám", "eu_vat_number"),
        ("VAT number", "eu_vat_number"),
        ("Cégjegyzékszám", "registration_number"),
        ("Honlap", "website"),
        ("Website URL", "website"),
        ("Kapcsolattartó", "full_name"),
        ("Kapcsolattartó neve", "full_name"),
        ("contactName", "full_name"),
        ("Vezetéknév", "family_name"),
        ("Családnév", "family_name"),
        ("Last Name", "family_name"),
        ("Keresztnév", "given_name"),
        ("First Name", "given_name"),
        ("Beosztás", "position"),
        ("Job Title", "position"),
        ("Telefon", "phone"),
        ("Telefonszám 2", "phone"),
        ("Mobil", "phone"),
        ("Phone 1 - Value", "phone"),
        ("E-mail", "email"),
        ("Email cím", "email"),
        ("E-mail 1 - Value", "email"),
        ("Email Address", "email"),
        ("Irsz.", "postcode"),
        ("Irányítószám", "postcode"),
        ("postalCode", "postcode"),
        ("Zip/Postal Code", "postcode"),
        ("Település", "town"),
        ("Város", "town"),
        ("City", "town"),
        ("Utca, házszám", "street"),
        ("Székhely", "address"),
        ("Cím", "address"),
        ("Country/Region", "country"),
        ("Ország", "country"),
        ("Státusz", "status"),
        ("Deal Stage", "status"),
        ("Felelős", "responsible"),
        ("Üzletkötő", "responsible"),
        ("Deal owner", "responsible"),
        ("Következő teendő", "todo_text"),
        ("Next step", "todo_text"),
        ("Határidő", "todo_due"),
        ("Köv. hívás", "todo_due"),
        ("Due date", "todo_due"),
        ("Teendő típusa", "todo_type"),
        ("Megjegyzés", "notes"),
        ("Feljegyzés", "history_note"),
        ("Előzmények", "history_note"),
        ("Projekt neve", "datasheet_name"),
        ("Deal name", "datasheet_name"),
        ("Iparág", "industry"),
        # one letter wrong
        ("Telefonszam", "phone"),
        ("Kapcsolatartó", "full_name"),
        ("Megjegyzes", "notes"),
        ("Iranyitoszám", "postcode"),
        # of no field
        ("Várható érték (Ft)", None),
        ("customerID", None),
        ("Sorszám", None),
        ("", None),
        ("ID", None),
    ],
)
def test_a_heading_is_known_in_both_languages(header: str, key: str | None) -> None:
    assert key_of(header) == key


@pytest.mark.parametrize(
    ("values", "key"),
    [
        (["a@b.hu", "c.d@e.com", None, "nincs"], "email"),
        (["+36 20 123 4567", "06-30/249-5292", "70 161 4374"], "phone"),
        (["12345678-2-42", "23456789-1-05"], "tax_number"),
        (["HU12345678", "ATU12345678"], "eu_vat_number"),
        (["01-09-123456"], "registration_number"),
        (["www.pelda.hu", "https://example.com/a"], "website"),
        ([date(2026, 12, 1), "2026.12.02."], "todo_due"),
        (["Bakonyi Faipari Kft.", "Pék és Fia Bt."], "company_name"),
        (["1011 Budapest, Fő utca 3.", "8200 Veszprém, Rákóczi út 57."], "address"),
        ([Decimal(6000000), Decimal(4860000)], None),
        (["alma", "körte"], None),
        ([], None),
    ],
)
def test_a_column_without_a_heading_is_known_by_its_values(
    values: list[Cell], key: str | None
) -> None:
    assert key_of("", *values) == key


def test_a_name_is_a_persons_unless_companies_stand_in_it() -> None:
    assert key_of("Név", "Nagy Eszter", "Kovács Béla") == "full_name"
    assert key_of("Név", "Bakonyi Faipari Kft.", "Pék és Fia Bt.", "Duna") == "company_name"
    assert keys(["Cégnév", "Név"]) == ["company_name", "full_name"]


def test_an_address_beside_a_town_is_the_street() -> None:
    assert keys(["Irányítószám", "Város", "Cím"]) == ["postcode", "town", "street"]
    assert keys(["Cím"]) == ["address"]


def test_a_field_of_one_column_goes_to_the_surest_and_phones_to_several() -> None:
    assert keys(["Telefon", "Mobil", "Cég", "Cégnév", "E-mail", "Email 2"]) == [
        *("phone", "phone", "company_name", None, "email", "email"),
    ]


def test_a_match_shows_its_first_different_values_and_how_sure_it_is() -> None:
    rows: list[list[Cell]] = [["a@b.hu", "x"], ["a@b.hu", "y"], ["c@d.hu", None], [None, "z"]]
    email, other = match(["E-mail", "Valami"], rows)
    assert email.sure
    assert email.samples == ["a@b.hu", "c@d.hu"]
    assert (other.target, other.sure, other.samples) == (None, False, ["x", "y", "z"])
    guess = match([""], [["12345678-2-42"]])[0]
    assert guess.target is not None
    assert not guess.sure


def test_every_target_has_a_name_in_both_languages_and_a_group() -> None:
    assert {target.group for target in TARGETS} == set(GROUPS)
    assert set(KNOWN.values()) == set(BY_KEY)
    assert all(heading_words(name) == name for name in KNOWN)
    with translation.override("hu"):
        assert [str(GROUPS["todo"]), str(BY_KEY["todo_due"].label)] == ["Első teendő", "Mikor?"]
        assert str(BY_KEY["datasheet_name"].label) == "Név"


@pytest.mark.parametrize(
    ("first", "others", "heading"),
    [
        (["Cégnév", "Város"], [], True),
        (["Név", "akármi"], [], True),
        (["Kovács Kft.", "Budapest"], [], False),
        (["Kovács Kft.", "Budapest"], [["Nagy Bt.", "Pécs"]], False),
        (["Kovács Béla", "kb@x.hu"], [["Nagy Éva", "ne@x.hu"]], False),
        (["Oszlop", "Másik"], [["a", "b"]], True),
        (["a", "a"], [["a", "b"]], False),
        (["Cégnév", Decimal(1)], [["a", "b"]], False),
        ([None, None], [], False),
    ],
)
def test_a_first_row_is_a_heading_if_it_names_columns(
    first: list[Cell], others: list[list[Cell]], heading: bool
) -> None:
    assert looks_like_heading(first, others) is heading


@given(st.lists(st.text(), max_size=6), st.lists(st.lists(st.text(), max_size=6), max_size=4))
def test_any_table_is_matched(headers: list[str], rows: list[list[str]]) -> None:
    found = match(headers, rows)
    assert [each.column for each in found] == list(range(len(headers)))
    single = [each.target.key for each in found if each.target and not each.target.several]
    assert len(single) == len(set(single))


def test_the_columns_of_the_client_list_are_matched_by_themselves(shared_data: Path) -> None:
    with open_table(shared_data / "ugyfelek-5000.csv") as table:
        rows = [row.cells for row, _ in zip(table.rows, range(100), strict=False)]
        assert keys(table.headers, rows) == [
            *("company_name", "tax_number", "postcode", "town", "street", "full_name"),
            *("position", "email", "phone", "status", "responsible", "todo_text", "todo_due"),
            *(None, "notes"),
        ]
    with open_table(shared_data / "csv" / "customers.csv") as table:
        assert keys(table.headers, [row.cells for row in table.rows]) == [
            *(None, "company_name", "full_name", "position", "street", "town", None),
            *("postcode", "country", "phone", "phone"),
        ]

"""What is in the file of a list that was taken out."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import User
from crm.actions.datasheets import trash
from crm.export import records
from crm.export.columns import offered
from crm.models import Address, Datasheet, Email, FieldValue, Phone
from modules.models import About, Module
from tests import make
from tests.crm.export.tools import as_rows, cells, content, table, taken_out

pytestmark = pytest.mark.django_db


def test_a_list_comes_out_as_it_is_seen_in_its_order(boss: User, projects: Module) -> None:
    for n, days in enumerate((5, 1, 3)):
        sheet = make.datasheet(projects, actor=boss, client=make.client(f"{n}. Kft."))
        make.todo(sheet, actor=boss, due_at=timezone.now() + timedelta(days=days))
    make.datasheet(projects, actor=boss, client=make.client("Teendő nélkül Kft."))
    trash(make.datasheet(projects, actor=boss).pk, actor=boss)
    names = [row["Company name"] for row in as_rows(taken_out(boss, projects))]
    assert names == ["1. Kft.", "2. Kft.", "0. Kft.", "Teendő nélkül Kft."]


def test_the_filters_of_the_list_hold_for_its_file(boss: User, projects: Module) -> None:
    other = make.user("normal")
    wood = make.field(projects, "text", label_en="Wood")
    mine = make.datasheet(projects, actor=boss, client=make.client("Enyém Kft."))
    make.datasheet(projects, actor=boss, responsible=other, client=make.client("Övé Kft."))
    FieldValue.objects.create(field=wood, datasheet=mine, text="Tölgy", folded="tolgy")

    def names(params: dict[str, str]) -> list[str]:
        rows = as_rows(taken_out(boss, projects, params=params))
        return sorted(row["Company name"] for row in rows)

    assert names({}) == ["Enyém Kft.", "Övé Kft."]
    assert names({"who": "me"}) == ["Enyém Kft."]
    assert names({"who": str(other.pk)}) == ["Övé Kft."]
    assert names({f"f{wood.pk}": "contains:tol"}) == ["Enyém Kft."]
    assert names({"band": "today"}) == []
    assert names({"status": make.status(projects, "in_progress").key}) == []


def test_clients_come_out_by_the_alphabet_and_as_filtered(boss: User) -> None:
    from crm import search

    made = [make.client(name) for name in ("Zebra Kft.", "Ábel Kft.", "Cukor Kft.", "Csiga Kft.")]
    search.reindex([one.pk for one in made])
    rows = as_rows(taken_out(boss))
    assert [row["Company name"] for row in rows] == [
        "Ábel Kft.", "Cukor Kft.", "Csiga Kft.", "Zebra Kft.",
    ]  # fmt: skip
    assert [row["Company name"] for row in as_rows(taken_out(boss, params={"q": "cs"}))] == [
        "Csiga Kft."
    ]


def test_everybody_and_every_number_has_a_column_of_its_own(boss: User, projects: Module) -> None:
    client = make.client("Borház Kft.", tax_number="12345678-2-42")
    first = make.contact(client, family_name="Szabó", given_name="Anna")
    second = make.contact(client, family_name="Kiss", given_name="Béla")
    for contact, numbers in ((first, ["06301111111", "06302222222"]), (second, ["06303333333"])):
        for at, raw in enumerate(numbers):
            Phone.objects.create(client=client, contact=contact, raw=raw, is_default=at == 0)
    Phone.objects.create(client=client, raw="0611234567", is_default=True)
    Email.objects.create(client=client, contact=second, address="b@example.com")
    sheet = make.datasheet(projects, actor=boss, client=client, main_contact=second)
    [row] = as_rows(taken_out(boss, projects, "all"))
    assert row["Client number"] == str(client.pk)
    assert row["Datasheet number"] == str(sheet.pk)
    # The main contact of the datasheet is the first.
    assert {key: value for key, value in row.items() if key.startswith("Contact") and value} == {
        "Contact 1: Family name": "Kiss",
        "Contact 1: Given name": "Béla",
        "Contact 1: Phone": "06303333333",
        "Contact 1: Email": "b@example.com",
        "Contact 2: Family name": "Szabó",
        "Contact 2: Given name": "Anna",
        "Contact 2: Phone": "06301111111",
        "Contact 2: Phone 2": "06302222222",
    }
    assert row["Company phone"] == "0611234567"


PARTS = ("Country", "Postcode", "Town", "Street and number")


def test_every_address_comes_out_by_its_kind(boss: User) -> None:
    client = make.client("Borház Kft.")
    for kind, town, default in (
        ("billing", "Vác", False),
        ("head_office", "Tokaj", True),
        ("billing", "Eger", False),
        ("billing", "Pécs", False),
        ("delivery", "Bern", False),
        ("delivery", "", False),
    ):
        Address.objects.create(client=client, kind=kind, town=town, is_default=default)
    make.client("Üres Bt.")
    rows = {row["Company name"]: row for row in as_rows(taken_out(boss, choice="all"))}
    assert {key: value for key, value in rows["Borház Kft."].items() if "address" in key} == {
        "Other address (head office)": "",
        "Other address (billing)": "Eger",
        "Other address (billing) 2": "Pécs",
        "Other address (delivery)": "",
        **dict.fromkeys((f"Billing address: {part}" for part in PARTS), ""),
        **dict.fromkeys((f"Delivery address: {part}" for part in PARTS), ""),
        "Billing address: Town": "Vác",
        "Delivery address: Town": "Bern",
    }
    assert rows["Borház Kft."]["Town"] == "Tokaj"
    assert set(rows["Üres Bt."].values()) == {"Üres Bt.", rows["Üres Bt."]["Client number"], ""}
    [row, _empty] = as_rows(taken_out(boss, choice="some", columns=["town.delivery"], ids=False))
    assert row == {"Delivery address: Town": "Bern"}


def test_a_private_person_has_no_company_name(boss: User) -> None:
    person = make.client("Szabó Anna", kind="person")
    make.contact(person, family_name="Szabó", given_name="Anna")
    [row] = as_rows(taken_out(boss))
    assert (row["Company name"], row["Family name"], row["Given name"]) == ("", "Szabó", "Anna")


def own_fields(projects: Module, boss: User) -> None:
    """A field of each type that a spreadsheet tells apart, filled on one datasheet."""
    sheet = make.datasheet(projects, actor=boss, client=make.client("Mezős Kft."))
    moment = make.at("2026-07-05 14:30")
    for kind, value in (
        ("whole", {"number": Decimal(-12)}),
        ("decimal", {"number": Decimal("12.5")}),
        ("money", {"number": Decimal(1000)}),
        ("date", {"day": date(2026, 2, 28)}),
        ("moment", {"moment": moment}),
        ("yes_no", {"number": Decimal(0)}),
        ("user", {"person": boss}),
        ("text", {"text": "=1+1", "folded": "=1+1"}),
        ("link", {"text": "https://teendo.example/"}),
    ):
        field = make.field(projects, kind, label_en=kind.title())
        FieldValue.objects.create(field=field, datasheet=sheet, **value)
    several = make.field(projects, "choices", choices=("Oak", "Ash", "Elm"), label_en="Woods")
    for choice in several.choices.exclude(name_en="Ash"):
        FieldValue.objects.create(field=several, datasheet=sheet, slot=choice.pk, choice=choice)


def test_numbers_and_days_are_cells_of_their_kind(boss: User, projects: Module) -> None:
    own_fields(projects, boss)
    heading, row = cells(taken_out(boss, projects, "all", kind="xlsx"))
    found = dict(zip(heading, row, strict=True))
    assert found["Whole"] == -12
    assert found["Decimal"] == 12.5
    assert found["Money"] == 1000
    assert found["Date"] == datetime.fromisoformat("2026-02-28")
    assert found["Moment"] == datetime.fromisoformat("2026-07-05 14:30")
    assert found["Yes_No"] == "No"
    assert found["User"] == "Nagy Eszter"
    assert found["Woods"] == "Oak, Elm"
    assert found["Text"] == "=1+1"


def test_a_formula_is_a_text_in_both_files(boss: User, projects: Module) -> None:
    own_fields(projects, boss)
    book = load_workbook(io.BytesIO(content(taken_out(boss, projects, "all", kind="xlsx"))))
    [cell] = [c for row in book.worksheets[0].iter_rows() for c in row if c.value == "=1+1"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.quotePrefix
    assert as_rows(taken_out(boss, projects, "all"))[0]["Text"] == "'=1+1"


def test_hungarians_get_semicolons_and_decimal_commas(boss: User, projects: Module) -> None:
    own_fields(projects, boss)
    with translation.override("hu"):
        export = taken_out(boss, projects, "all")
    assert content(export).startswith(b"\xef\xbb\xbf")
    [row] = as_rows(export, ";")
    assert row["Cégnév"] == "Mezős Kft."
    assert (row["Decimal"], row["Date"], row["Moment"]) == (
        "12,5",
        "2026-02-28",
        "2026-07-05 14:30",
    )
    assert as_rows(taken_out(boss, projects, "all"))[0]["Decimal"] == "12.5"


def test_only_the_chosen_columns_come_out(boss: User, projects: Module) -> None:
    make.datasheet(projects, actor=boss, client=make.client("Első Kft."))
    export = taken_out(boss, projects, "some", columns=["company_name", "town"], ids=False)
    assert table(export) == [["Company name", "Town"], ["Első Kft.", ""]]


def test_namesakes_are_told_apart_and_statuses_of_one_name_too(boss: User) -> None:
    sales = make.module("sales", slug="sales")
    one = make.user("normal", family_name="Kiss", given_name="Pál", email="pal1@example.com")
    make.user("normal", family_name="Kiss", given_name="Pál", email="pal2@example.com")
    make.datasheet(sales, actor=boss, responsible=one, qualification="vip")
    [row] = as_rows(taken_out(boss, sales))
    assert row["Responsible"] == "pal1@example.com"
    assert row["Status"] == "Prospecting VIP"


def test_a_field_that_is_not_for_managers_is_not_in_their_file(
    boss: User, projects: Module
) -> None:
    make.field(projects, "text", label_en="Secret", seen_by=["administrator"])
    assert "Secret" not in [one.label for one in offered(boss, projects)]
    assert "Secret" in [one.label for one in offered(make.user("administrator"), projects)]


def test_a_longer_list_costs_no_more_queries(boss: User, projects: Module) -> None:
    own_fields(projects, boss)
    make.field(None, "text", about=About.CLIENT)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            taken_out(boss, projects, "all")
        return len(found)

    few = queries()
    for _n in range(30):
        client = make.client()
        contact = make.contact(client)
        Phone.objects.create(client=client, contact=contact, raw="06301234567")
        make.todo(make.datasheet(projects, actor=boss, client=client), actor=boss)
    assert queries() <= few


def test_a_list_that_changes_meanwhile_repeats_no_row(
    boss: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "BLOCK", 2)
    monkeypatch.setattr("crm.export.making.BLOCK", 2)
    sheets = [make.datasheet(projects, actor=boss) for _n in range(6)]
    for n, sheet in enumerate(sheets):
        make.todo(sheet, actor=boss, due_at=timezone.now() + timedelta(days=n + 1))
    read = records.Records.read

    def meddling(self: Any, ids: Any) -> Any:
        found = list(read(self, ids))
        # The first of the block goes to the end, and one that is still to come into the trash.
        Datasheet.objects.filter(pk=ids[0]).update(name="Later")
        if sheets[0].pk in ids:
            make.todo(sheets[0], actor=boss, due_at=timezone.now() - timedelta(days=9))
            trash(sheets[5].pk, actor=boss)
        return iter(found)

    monkeypatch.setattr(records.Records, "read", meddling)
    numbers = [row["Datasheet number"] for row in as_rows(taken_out(boss, projects))]
    assert numbers == [str(one.pk) for one in sheets[:5]]

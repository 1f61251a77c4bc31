"""What a row says: values that can't be what their column says are wrong, in words."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import phonenumbers
import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from accounts.models import User
from crm.models import Address, Client, Contact, Datasheet, Email, Phone, Todo
from crm.models.channel import e164
from importer import asking, load, rows
from importer.actions.sources import Upload, take_in
from importer.asking import Value
from importer.models import Import
from modules.models import Module, Suggestion, TodoType
from tests import make
from tests.importer.tools import checked, pasted

pytestmark = pytest.mark.django_db


def reasons(boss: User, header: tuple[str, ...], row: tuple[str, ...], **changes: Any) -> list[str]:
    """Why a row would not come in; and the load bears it, whatever it is."""
    module = Module.objects.filter(kind="projects").first() or make.module("projects")
    source = checked(pasted([header, row], actor=boss, module=module), boss, **changes)
    found = Import.objects.select_related("module", "created_by").get(pk=source.pk)
    counts = load.run(found, lambda done: None)
    assert counts.create + counts.skip + counts.wrong + counts.blank == counts.rows
    return [reason for one in rows.results(source.pk) for reason in one["reasons"]]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Cégnév", "x" * 201, "Company name is too long: at most 200 characters."),
        ("Kapcsolattartó", f"Kiss {'x' * 101}", "Given name is too long: at most 100"),
        ("Kapcsolattartó", f"{'x' * 101} Pál", "Family name is too long"),
        ("Cím", f"1011 {'x' * 101}, Fő utca 1.", "Town is too long"),
        ("Cím", "x" * 201, "Street and number is too long"),
        ("E-mail", f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'v' * 60}.{'w' * 60}.hu", "not an email"),
        ("E-mail", "a@b.hu; nincs", "“nincs” is not an email address."),
        ("Adószám", "1234", "too short"),
        ("Adószám", "10773382-2-44", "mistyped"),
        ("Határidő", "2026.13.40", "There is no 13th month."),
        ("Határidő", "9999-06-01", "9999 can't be the year"),
        ("Határidő", "0001-01-01", "1 can't be the year"),
        ("Teendő", "x" * 161, "What? is too long: at most 160"),
        ("Adatlap neve", "x" * 201, "Name is too long"),
        ("Iparág", "x" * 101, "Industry is too long"),
        ("Cégjegyzékszám", "0" * 33, "Registration number is too long"),
    ],
)
def test_what_can_not_be_is_wrong(boss: User, column: str, value: str, said: str) -> None:
    header = (column,) if column in ("Cégnév", "Kapcsolattartó") else ("Cégnév", column)
    row = (value,) if len(header) == 1 else ("Cég", value)
    found = reasons(boss, header, row)
    assert said in " ".join(found)
    assert not Client.objects.exists()


@pytest.mark.parametrize("day", [date(9999, 6, 1), date(9999, 12, 31)])
def test_a_date_of_a_workbook_that_stands_for_no_todo_is_wrong(boss: User, day: date) -> None:
    book = Workbook()
    book.worksheets[0].append(["Cégnév", "Határidő"])
    book.worksheets[0].append(["Cég", day])
    content = BytesIO()
    book.save(content)
    module = make.module("projects")
    upload = Upload(file=ContentFile(content.getvalue()), name="x.xlsx", module=module)
    source = checked(take_in(upload, actor=boss), boss)
    assert source.counts["wrong"] == 1
    assert "calendar" in next(rows.results(source.pk))["reasons"][0]


def test_a_status_that_is_gone_at_the_load_is_wrong_and_stops_nothing(boss: User) -> None:
    table = ("Cégnév", "Státusz"), ("Cég", "Semmi")
    assert reasons(boss, *table, statuses={"semmi": 0}) == ["No status was chosen for “Semmi”."]
    assert reasons(boss, *table, statuses={}) == ["No status was chosen for “Semmi”."]
    assert reasons(boss, *table, statuses={"semmi": None}) == ["Left out: status “Semmi”."]


def test_several_in_a_cell_come_in_once_each_and_what_is_no_number_is_noted(boss: User) -> None:
    row = ("Cég", "06 1 555 0134, nincs; +36 1 555 0134", "a@b.hu; a@b.hu")
    assert reasons(boss, ("Cégnév", "Telefon", "E-mail"), row) == []
    assert Client.objects.get().notes == "nincs"
    assert list(Phone.objects.order_by("pk").values_list("raw", "is_default")) == [
        ("06 1 555 0134", True),
        ("+36 1 555 0134", False),
    ]
    assert Email.objects.get().contact is None


def test_a_whole_address_and_a_whole_name_are_taken_apart(boss: User) -> None:
    row = ("Cég", "9941 Őriszentpéter, Fő utca 1.", "Dr. Szabó Ágnes Mária")
    assert reasons(boss, ("Cégnév", "Cím", "Kapcsolattartó"), row) == []
    address, contact = Address.objects.get(), Contact.objects.get()
    assert (address.postcode, address.town, address.street) == (
        "9941",
        "Őriszentpéter",
        "Fő utca 1.",
    )
    assert (contact.family_name, contact.given_name) == ("Dr. Szabó", "Ágnes Mária")


def test_a_due_date_without_a_text_is_a_call_or_the_suggestion_of_the_status(boss: User) -> None:
    module = make.module("projects")
    Suggestion.objects.filter(status__module=module).delete()
    assert reasons(boss, ("Cégnév", "Határidő"), ("Cég", "2031-01-05")) == []
    todo = Todo.objects.get()
    assert (todo.text, todo.type.key, todo.timed) == ("Call", "call", False)
    assert Datasheet.objects.get().next_todo == todo


def test_a_todo_without_a_date_is_due_on_the_next_working_day(boss: User) -> None:
    assert reasons(boss, ("Cégnév", "Teendő"), ("Cég", "Ajánlatot írni")) == []
    assert Todo.objects.get().type == TodoType.objects.get(key="task")


def test_rows_of_the_same_name_in_other_towns_are_others(boss: User) -> None:
    table = [
        ("Cégnév", "Város", "Adószám"),
        ("Vaj Kft.", "Vác", ""),
        ("VAJ KFT.", "Eger", ""),
        ("vaj kft.", "VÁC", ""),
        ("Túró Kft.", "Vác", "10773381-2-44"),
        ("Más név", "Tokaj", "10773381"),
    ]
    counts = checked(pasted(table, actor=boss), boss).counts
    assert (counts["create"], counts["skip"]) == (3, 2)


def test_names_of_statuses_and_people_are_guessed_when_only_one_can_be_meant(boss: User) -> None:
    people = [
        make.user(family_name="Szűcs", given_name="Réka", email="reka@example.com"),
        make.user(family_name="Kovács", given_name="Péter"),
        make.user(family_name="Kovács", given_name="Pál"),
    ]
    found = [Value(text, text.lower(), 1) for text in ("szucs r.", "reka szucs", "kovacs p.", "x")]
    guessed = asking.guess_users(found, people)
    assert guessed == {"szucs r.": people[0].pk, "reka szucs": people[0].pk}
    sales = make.module("sales")
    values = [Value(text, text, 1) for text in ("minositendo", "vip", "customers vip")]
    guessed = asking.guess_statuses(values, sales.statuses.all())
    keys = {status.pk: status.key for status in sales.statuses.all()}
    assert {value: keys[pk] for value, pk in guessed.items()} == {
        "minositendo": "qualify",
        "customers vip": "customers_vip",
    }


@given(
    st.sampled_from(["+36", "0036", "06", ""]),
    st.sampled_from(["20", "30", "31", "50", "70", "1"]),
    st.text("0123456789", min_size=6, max_size=8),
    st.sampled_from([" ", "-", "/", "", "."]),
)
def test_usual_numbers_are_read_as_the_library_reads_them(
    before: str, area: str, rest: str, sign: str
) -> None:
    raw = sign.join([before, area, rest[:3], rest[3:]]).strip(" -/.")
    number = phonenumbers.parse(raw, "HU")
    slow = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert e164(raw) == (slow if phonenumbers.is_possible_number(number) else "")

"""Clients: made, changed, put into the trash; who may see them and do what."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from crm.actions.clients import change_client, restore_client
from crm.actions.datasheets import trash
from crm.constants import EntryKind
from crm.models import Address, Client, Contact, Datasheet, Email, HistoryEntry, Phone, Todo
from modules.models import Module
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def new_client(module: Module, /, **fields: Any) -> dict[str, Any]:
    start = {
        "kind": "company",
        "name": "Bakonyi Faipari Kft.",
        "family_name": "Kiss",
        "given_name": "Béla",
        "phone": "06 30 555 0101",
        "email": "kiss.bela@bakonyi.hu",
        "module": str(module.pk),
        "sheet_name": "Polcok",
        "text": "Felhívni",
        "when": "typed",
        "when_text": "2099-12-01 9:30",
        "once": str(uuid4()),
    }
    return {**start, **fields}


# A new client


def test_a_new_client_comes_with_contact_datasheet_and_first_todo(
    browser: Browser, manager: User, projects: Module
) -> None:
    data = new_client(projects, responsible=str(manager.pk), tax_number="12345676-2-42")
    answer = browser.post(reverse("crm:client_new"), data)
    sheet = Datasheet.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, sheet.get_absolute_url())
    assert (sheet.client.name, sheet.name) == ("Bakonyi Faipari Kft.", "Polcok")
    assert sheet.client.tax_number == "12345676-2-42"
    assert sheet.main_contact is not None
    assert sheet.main_contact.full_name == "Kiss Béla"
    assert (sheet.responsible, sheet.client.created_by) == (manager, manager)
    assert Phone.objects.get(contact=sheet.main_contact, is_default=True).e164 == "+36305550101"
    assert Email.objects.get(contact=sheet.main_contact).address == "kiss.bela@bakonyi.hu"
    todo = Todo.objects.get()
    assert (todo.text, todo.contact, todo.responsible) == ("Felhívni", sheet.main_contact, manager)
    assert timezone.localtime(todo.due_at).hour == 9
    assert sheet.next_todo == todo
    kinds = HistoryEntry.objects.filter(datasheet=None).values_list("kind", flat=True)
    assert EntryKind.CREATED in kinds


def test_the_same_form_sent_twice_makes_one_client(browser: Browser, projects: Module) -> None:
    data = new_client(projects)
    first, second = (browser.post(reverse("crm:client_new"), data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert (Client.objects.count(), Datasheet.objects.count(), Todo.objects.count()) == (1, 1, 1)


def test_a_person_bears_the_name_of_their_only_contact(browser: Browser, projects: Module) -> None:
    browser.post(reverse("crm:client_new"), new_client(projects, kind="person", name="left over"))
    person = Client.objects.get()
    assert (person.kind, person.name) == ("person", "Kiss Béla")
    contact = Contact.objects.get(client=person)
    assert (
        browser.post(
            reverse("crm:contact_new", args=[person.pk]), {"family_name": "Más"}
        ).status_code
        == 422
    )
    browser.post(
        reverse("crm:contact", args=[contact.pk]),
        {"family_name": "Kiss-Nagy", "given_name": "Béla", "version": contact.version},
    )
    person.refresh_from_db()
    assert person.name == "Kiss-Nagy Béla"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Write the company&#x27;s name."),
        ({"email": "kiss.bela@bakonyi"}, "The ending is missing"),
        ({"phone": "nincs"}, "Write it with digits"),
        ({"tax_number": "12345678-2-42"}, "tax number"),
        ({"when_text": "13. hónap"}, "error"),
        ({"when_text": "2020-01-01"}, "overdue"),
        ({"module": "999999"}, "error"),
        ({"kind": "person", "family_name": "", "given_name": ""}, "Write a family name"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(
    browser: Browser, projects: Module, fields: dict[str, str], said: str
) -> None:
    answer = browser.post(reverse("crm:client_new"), new_client(projects, **fields), headers=HTMX)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Client.objects.count() == 0


def test_sales_starts_from_what_is_known_of_the_lead(browser: Browser, manager: User) -> None:
    sales = make.module("sales")
    browser.post(
        reverse("crm:client_new"), new_client(sales, qualification="vip", sale_state="in_progress")
    )
    assert Datasheet.objects.get().status.key == "sales_vip"
    answer = browser.post(
        reverse("crm:client_new"), new_client(sales, qualification="", sale_state="won")
    )
    assert answer.status_code == 422
    assert Client.objects.count() == 1


def test_another_module_brings_its_statuses_and_suggestion(
    browser: Browser, projects: Module
) -> None:
    invoicing = make.module("invoicing")
    address = reverse("crm:client_new")
    part = browser.get(
        address, {"part": "about", "module": str(invoicing.pk), "text": ""}, headers=HTMX
    ).content.decode()
    assert 'name="document_type"' in part
    assert "Prepare the offer" in part
    kept = browser.get(
        address,
        {
            "part": "about",
            "module": str(projects.pk),
            "text": "Something of mine",
            "suggested": "Other",
        },
        headers=HTMX,
    ).content.decode()
    assert "Something of mine" in kept


def test_a_known_client_gets_a_new_datasheet_instead(
    browser: Browser, manager: User, projects: Module, hegyalja: Client
) -> None:
    anna = Contact.objects.get(client=hegyalja)
    page = browser.get(reverse("crm:client_new"), {"client": hegyalja.pk}, headers=HTMX)
    assert "Hegyalja Borház Kft." in page.content.decode()
    data = new_client(projects, client=str(hegyalja.pk), contact=str(anna.pk), sheet_name="Új")
    browser.post(reverse("crm:client_new"), data)
    made = Datasheet.objects.get(name="Új")
    assert (made.client, made.main_contact) == (hegyalja, anna)
    assert Contact.objects.filter(client=hegyalja).count() == 1
    data = new_client(projects, contact="", sheet_name="Még új")
    browser.post(reverse("crm:datasheet_new", args=[hegyalja.pk]), data)
    main = Datasheet.objects.get(name="Még új").main_contact
    assert main is not None
    assert main.full_name == "Kiss Béla"


def test_a_restricted_user_keeps_what_they_make(
    client: Browser, manager: User, projects: Module
) -> None:
    eszter = make.user("restricted")
    client.force_login(eszter)
    address = reverse("crm:client_new")
    other = client.post(address, new_client(projects, responsible=str(manager.pk)))
    assert (other.status_code, Client.objects.count()) == (422, 0)
    made = client.post(address, new_client(projects, responsible=str(eszter.pk)))
    assert client.get(made["Location"]).status_code == 200
    nobody = client.post(address, new_client(projects, name="Szabad Kft.", responsible=""))
    assert client.get(nobody["Location"]).status_code == 200


def test_only_those_who_may_import_see_the_button(
    browser: Browser, projects: Module, client: Browser
) -> None:
    assert "/import/" in browser.get(reverse("crm:client_new"), headers=HTMX).content.decode()
    client.force_login(make.user("normal"))
    assert "/import/" not in client.get(reverse("crm:client_new"), headers=HTMX).content.decode()


# A client's page and its data


def test_a_clients_page_shows_its_datasheets_people_and_history(
    browser: Browser, hegyalja: Client
) -> None:
    shown = browser.get(hegyalja.get_absolute_url()).content.decode()
    assert "Palacktartók" in shown
    assert "Szabó Anna" in shown


def test_a_restricted_user_sees_only_their_part_of_a_client(
    client: Browser, manager: User, projects: Module, hegyalja: Client
) -> None:
    eszter = make.user("restricted")
    client.force_login(eszter)
    address = hegyalja.get_absolute_url()
    assert client.get(address).status_code == 404
    make.datasheet(projects, actor=manager, client=hegyalja, name="Sajátom", responsible=eszter)
    shown = client.get(address).content.decode()
    assert "Sajátom" in shown
    assert "Palacktartók" not in shown
    edit = reverse("crm:client_edit", args=[hegyalja.pk])
    data = {"name": "Hegyalja Borház Zrt.", "version": hegyalja.version}
    assert client.post(edit, data).status_code == 303
    assert client.post(reverse("crm:client_trash", args=[hegyalja.pk])).status_code == 403


def test_changes_are_in_the_history_with_both_values(
    browser: Browser, manager: User, hegyalja: Client
) -> None:
    browser.post(
        reverse("crm:client_edit", args=[hegyalja.pk]),
        {
            "name": "Hegyalja Borház Kft.",
            "tax_number": "12345676242",
            "eu_vat_number": "HU12345676",
            "version": hegyalja.version,
            "phone-0-kind": "work",
            "phone-0-text": "06 47 123 456",
            "email-0-text": "",
            "address-0-kind": "billing",
            "address-0-town": "Tokaj",
            "address-0-postcode": "3910",
        },
    )
    hegyalja.refresh_from_db()
    assert (hegyalja.tax_number, hegyalja.eu_vat_number) == ("12345676-2-42", "HU12345676")
    assert Phone.objects.get(client=hegyalja, contact=None).is_default
    assert Address.objects.get(client=hegyalja, is_default=True).town == "Tokaj"
    changed = {
        e.data["field"]: (e.data["from"], e.data["to"])
        for e in HistoryEntry.objects.filter(client=hegyalja, kind=EntryKind.CHANGED)
    }
    assert changed["tax_number"] == ("", "12345676-2-42")
    assert changed["phone"] == ("", "06 47 123 456")
    shown = browser.get(hegyalja.get_absolute_url()).content.decode()
    assert "12345676-2-42" in shown
    assert "Tokaj" in shown


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tax_number": "12345678-2-42"}, "mistyped"),
        ({"tax_number": "1234"}, "too short"),
        ({"eu_vat_number": "12345676"}, "two letters"),
        ({"website": "javascript://alert"}, "www.example.com"),
        ({"name": " "}, "Write the company"),
        ({"email-0-text": "info@"}, "The part after the @ is missing"),
    ],
)
def test_wrong_data_of_a_client_is_refused_with_the_reason(
    browser: Browser, hegyalja: Client, fields: dict[str, str], said: str
) -> None:
    data = {"name": hegyalja.name, "version": hegyalja.version, **fields}
    answer = browser.post(reverse("crm:client_edit", args=[hegyalja.pk]), data, headers=HTMX)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    hegyalja.refresh_from_db()
    assert hegyalja.version == data["version"]


def test_who_saves_second_is_told_and_sees_both(
    browser: Browser, manager: User, hegyalja: Client
) -> None:
    colleague = make.user("normal", family_name="Varga", given_name="Zsófia")
    edit = reverse("crm:client_edit", args=[hegyalja.pk])
    change_client(hegyalja.pk, {"industry": "Wine"}, actor=colleague)
    mine = {"name": hegyalja.name, "industry": "Vineyards", "version": hegyalja.version}
    told = browser.post(edit, mine, headers=HTMX)
    shown = told.content.decode()
    assert told.status_code == 422
    for text in ("Varga Zsófia", "Wine", "Vineyards"):
        assert text in shown
    hegyalja.refresh_from_db()
    assert hegyalja.industry == "Wine"
    browser.post(edit, {**mine, "version": hegyalja.version})
    hegyalja.refresh_from_db()
    assert hegyalja.industry == "Vineyards"


def test_one_more_line_saves_nothing(browser: Browser, hegyalja: Client) -> None:
    answer = browser.post(
        reverse("crm:client_edit", args=[hegyalja.pk]),
        {"name": "Más", "version": 1, "phone-0-text": "06 1 111 1111", "more": "phone"},
        headers=HTMX,
    )
    assert 'name="phone-1-text"' in answer.content.decode()
    hegyalja.refresh_from_db()
    assert hegyalja.name == "Hegyalja Borház Kft."


# Contacts


def test_a_contact_is_added_and_edited_in_place(browser: Browser, hegyalja: Client) -> None:
    new = reverse("crm:contact_new", args=[hegyalja.pk])
    assert browser.get(new, {"place": "page"}, headers=HTMX).status_code == 200
    answer = browser.post(
        new,
        {
            "place": "page",
            "family_name": "Kovács",
            "given_name": "Éva",
            "phone-0-kind": "mobile",
            "phone-0-text": "06 20 111 2222",
            "phone-1-kind": "work",
            "phone-1-text": "06 1 333 4444",
            "phone-default": "1",
            "once": str(uuid4()),
        },
        headers=HTMX,
    )
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#people")
    eva = Contact.objects.get(family_name="Kovács")
    assert [(p.kind, p.is_default) for p in eva.phone_set.order_by("pk")] == [
        ("mobile", False),
        ("work", True),
    ]
    stale = {"family_name": "Kovács", "given_name": "Évi", "version": eva.version}
    assert browser.post(reverse("crm:contact", args=[eva.pk]), stale).status_code == 303
    told = browser.post(reverse("crm:contact", args=[eva.pk]), stale, headers=HTMX)
    assert told.status_code == 422
    assert "Kovács Évi" in told.content.decode()
    browser.post(reverse("crm:contact_delete", args=[eva.pk]))
    assert not Contact.objects.filter(pk=eva.pk).exists()


def test_an_invisible_contact_is_not_found(
    client: Browser, manager: User, hegyalja: Client
) -> None:
    client.force_login(make.user("restricted"))
    anna = Contact.objects.get(client=hegyalja)
    for name, pk in (
        ("contact", anna.pk),
        ("contact_delete", anna.pk),
        ("contact_new", hegyalja.pk),
        ("client_edit", hegyalja.pk),
        ("client_trash", hegyalja.pk),
        ("client_restore", hegyalja.pk),
        ("datasheet_new", hegyalja.pk),
    ):
        answer = client.post(reverse(f"crm:{name}", args=[pk]), {"family_name": "X"})
        assert answer.status_code == 404, name
    assert client.get(reverse("crm:client_new"), {"client": hegyalja.pk}).status_code == 404


# The trash


def test_a_client_goes_into_the_trash_only_without_live_datasheets(
    browser: Browser, manager: User, hegyalja: Client
) -> None:
    address = reverse("crm:client_trash", args=[hegyalja.pk])
    assert browser.post(address, headers=HTMX).status_code == 409
    for sheet in Datasheet.objects.filter(client=hegyalja):
        trash(sheet.pk, actor=manager)
    assert browser.post(address).status_code == 303
    assert browser.get(hegyalja.get_absolute_url()).status_code == 404
    browser.get(reverse("crm:clients"))  # where the message with its way back is shown
    assert "Hegyalja" not in browser.get(reverse("crm:search"), {"q": "borhaz"}).content.decode()
    restore_client(hegyalja.pk, actor=manager)
    assert browser.get(hegyalja.get_absolute_url()).status_code == 200

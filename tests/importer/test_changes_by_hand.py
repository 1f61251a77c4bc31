"""An update written in bulk is what the actions of crm make of the same values."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from crm.actions import counts, repair
from crm.actions.channels import Channel
from crm.actions.clients import AddressPlan, ContactPlan, change_client
from crm.actions.contacts import add_contact, change_contact
from crm.actions.datasheets import hand_over, rename
from crm.actions.statuses import Sale, change_sale, move_to
from crm.actions.values import set_value
from crm.constants import EntryKind
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    FieldValue,
    HistoryEntry,
    Phone,
    SearchDoc,
)
from importer import load
from modules.models import Field, Module
from tests import make
from tests.importer.tools import checked, pasted
from tests.importer.updates import (
    OVER,
    SHEETS,
    TAX,
    company,
    own_fields,
    run,
    statuses,
)

pytestmark = pytest.mark.django_db

# When something was done, and how it is numbered.
ASIDE = {"id", "version", "created_at", "at", "status_since", "last_contact_at"}


def state(client: Client) -> dict[str, list[Any]]:
    """All of a client's rows, in their order, relations among them left to that order."""
    found: dict[str, list[Any]] = {}
    for model in (Contact, Address, Phone, Email, Datasheet, FieldValue):
        own = model._default_manager.filter(client=client)
        if model is FieldValue:
            own = FieldValue.objects.filter(client=client) | FieldValue.objects.filter(
                datasheet__client=client
            )
        found[model.__name__] = [_plain(row) for row in own.order_by("pk").values()]
    found["Client"] = [_plain(row) for row in Client.objects.filter(pk=client.pk).values()]
    found["SearchDoc"] = list(
        SearchDoc.objects.filter(client=client)
        .order_by("datasheet_id")
        .values("words", "numbers", "marks")
    )
    return found


def _plain(row: Any) -> dict[str, Any]:
    links = ("client_id", "contact_id", "main_contact_id", "datasheet_id", "next_todo_id")
    return {
        name: bool(value) if name in links else value
        for name, value in row.items()
        if name not in ASIDE
    }


def told(client: Client) -> list[tuple[Any, ...]]:
    """What the history tells of it, but for its making and the import."""
    entries = HistoryEntry.objects.filter(client=client).exclude(
        kind__in=(EntryKind.IMPORTED, EntryKind.CREATED)
    )
    gone = ("since", "version", "cancelled")
    return sorted(
        (
            entry.kind,
            str(sorted((k, str(v)) for k, v in entry.data.items() if k not in gone)),
            bool(entry.datasheet_id),
            bool(entry.contact_id),
            entry.author_id,
        )
        for entry in entries
    )


def start(boss: User, module: Module, tax: str, fields: list[Field]) -> tuple[Client, Datasheet]:
    one = company(tax_number=tax, industry="faipar")
    anna = make.contact(one, family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=one, contact=anna, raw="1 555 0187", is_default=True)
    Address.objects.create(client=one, town="Ajka", is_default=True)
    sheet = make.datasheet(module, actor=boss, client=one)
    HistoryEntry.objects.filter(client=one).delete()
    return one, sheet


def test_an_update_is_what_people_would_have_made_by_hand(boss: User) -> None:
    kiss = make.user("normal", email="kiss@example.com")
    module = make.module("sales")
    fields = own_fields(module)
    one, sheet = start(boss, module, "10773381-2-44", fields)
    other, _sheet = start(boss, module, "12345676-2-42", fields)
    anna = Contact.objects.get(client=one)
    red = fields[2].choices.get(name_en="Red").pk

    values = {"name": "Új Név Kft.", "industry": "bútor", "website": "fa.example"}
    place = AddressPlan("head_office", "", "8400", "Ajka", "Fő u. 1.", is_default=True)
    mail = [Channel("work", "uj@nev.example", True)]
    change_client(one.pk, values, actor=boss, emails=mail, addresses=[place])
    phones = [Channel("mobile", "1 555 0187", True), Channel("mobile", "06 20 555 0134")]
    change_contact(anna.pk, ContactPlan("Szabó", "Anna", "titkár", phones), actor=boss)
    plan = ContactPlan("Kiss", "Pál", "", (), [Channel("work", "pal@nev.example", True)])
    add_contact(one.pk, plan, actor=boss)
    set_value(one, fields[0].pk, "Hajrá", actor=boss)
    set_value(anna, fields[1].pk, 42, actor=boss)
    set_value(sheet, fields[2].pk, (red,), actor=boss)
    rename(sheet.pk, "Polcok", actor=boss)
    hand_over(sheet.pk, kiss.pk, actor=boss)
    change_sale(sheet.pk, Sale("vip", "in_progress", False), actor=boss)

    targets = [
        *("company_name", "tax_number", "industry", "website", "company_email", "postcode"),
        *("town", "street", "full_name", "position", "phone", "full_name.2", "email.2"),
        *(f"f{one.pk}" for one in fields),
        *("datasheet_name", "responsible", "status"),
    ]
    row = (
        *("Új Név Kft.", "12345676-2-42", "bútor", "fa.example", "uj@nev.example", "8400"),
        *("Ajka", "Fő u. 1.", "Szabó Anna", "titkár", "06 20 555 0134", "Kiss Pál"),
        *("pal@nev.example", "Hajrá", "42", "Red", "Polcok", "kiss@example.com", "VIP"),
    )
    source = pasted([tuple(targets), row], actor=boss, module=module)
    if not source.has_heading:
        source.headers = list(targets)
    vip = make.status(module, "sales_vip")
    wanted = {"users": {"kiss@example.com": kiss.pk}, "statuses": {"vip": vip.pk}}
    source = checked(source, boss, targets=targets, existing=OVER, **wanted)
    load.run(source, lambda done: None)

    expected, found = state(one), state(other)
    for side in (expected, found):
        for owner in side["Client"]:
            owner.pop("tax_number")
            owner.pop("tax_digits")
        for doc in side["SearchDoc"]:
            for name in ("numbers", "marks"):
                doc.pop(name)
    for name, rows in expected.items():
        assert found[name] == rows, name
    assert told(other) == told(one)
    assert repair.check().clean
    assert counts.kept() == counts.counted()


def test_who_is_editing_at_that_moment_is_told(boss: User, module: Module) -> None:
    anna = make.contact(company(), family_name="Szabó", given_name="Anna")
    sheet = make.datasheet(module, actor=boss, client=anna.client)
    before = [Client.objects.get().version, anna.version, Datasheet.objects.get().version]
    head = ("Cégnév", "Adószám", "Kapcsolattartó", "Beosztás", "Adatlap neve")
    run([head, ("X", TAX, "Szabó Anna", "titkár", "Polcok")], boss, module)
    anna.refresh_from_db()
    sheet.refresh_from_db()
    after = [Client.objects.get().version, anna.version, sheet.version]
    assert all(new > old for old, new in zip(before, after, strict=True))


def test_moving_by_hand_and_by_file_are_one(boss: User, module: Module) -> None:
    """The status of a custom kind, told in the same words."""
    by_hand, by_file = (
        make.datasheet(module, actor=boss, client=company(tax_number=tax))
        for tax in ("12345676-2-42", TAX)
    )
    status = make.status(module, "in_progress")
    move_to(by_hand.pk, status.pk, actor=boss, keep_todos=True)
    table = [SHEETS, ("X", TAX, "Folyamatban", "", "", "", "")]
    run(table, boss, module, statuses=statuses(module), existing=OVER)
    entries = [
        HistoryEntry.objects.get(datasheet=sheet, kind=EntryKind.STATUS).data
        for sheet in (by_hand, by_file)
    ]
    for entry in entries:
        entry.pop("since")
    assert entries[0] == entries[1]

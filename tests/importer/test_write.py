"""A row written in bulk is what the actions of crm make of the same values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from accounts.models import User
from crm.actions import counts, repair
from crm.actions.channels import Channel
from crm.actions.clients import AddressPlan, ClientPlan, ContactPlan, change_client, create_client
from crm.actions.datasheets import DatasheetPlan
from crm.actions.following import follow
from crm.actions.notes import write_down
from crm.actions.todos import TodoPlan
from crm.constants import EntryKind
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    HistoryEntry,
    Phone,
    SearchDoc,
    Todo,
)
from importer import load, statuses
from importer.actions.sources import Upload, take_in
from importer.models import IN_TURN, Import
from modules.models import Module, ModuleTurn, TodoType
from tests import make
from tests.importer.tools import checked, pasted

pytestmark = pytest.mark.django_db

# How often something was saved, when, and which row it is: no two ways agree in that.
ASIDE = {"id", "version", "created_at", "at", "status_since", "last_contact_at"}
HEADER = (
    *("Cégnév", "Adószám", "EU adószám", "Cégjegyzékszám", "Honlap", "Iparág", "Méret"),
    *("Bankszámla", "Megjegyzés", "Vezetéknév", "Keresztnév", "Beosztás", "Telefon", "Mobil"),
    *("E-mail", "Ország", "Irsz", "Város", "Utca", "Adatlap neve", "Státusz", "Felelős"),
    *("Teendő", "Határidő", "Teendő típusa", "Előzmény"),
)
ROW = (
    *("Őrségi Vajkészítő Kft.", "10773381-2-44", "HU10773381", "01-09-123456", "vaj.example"),
    *("élelmiszer", "10–49", "11700000-12345678", "fontos", "Dr. Szabó", "Ágnes", "ügyvezető"),
    *("06 20 / 555-0134", "(1) 555 0187", "Agnes@Vaj.example", "Magyarország", "9941"),
    *("Őriszentpéter", "Fő utca 1.", "Vajköpülő", "Folyamatban", "kiss@example.com"),
    *("Ajánlatot küldeni", "2026-12-01 09:30", "email", "Tavaly is vett"),
)


def loaded(source: Import, actor: User, **changes: Any) -> Import:
    source = checked(source, actor, **changes)
    load.run(source, lambda done: None)
    return source


def by_actions(boss: User, kiss: User, module: Module) -> None:
    contact = ContactPlan(
        "Dr. Szabó",
        "Ágnes",
        "ügyvezető",
        phones=[Channel("mobile", "06 20 / 555-0134", True), Channel("mobile", "(1) 555 0187")],
        emails=[Channel("work", "Agnes@Vaj.example", True)],
    )
    status = make.status(module, "in_progress")
    due = timezone.make_aware(datetime(2026, 12, 1, 9, 30))  # noqa: DTZ001 (made aware here)
    todo = TodoPlan("Ajánlatot küldeni", TodoType.objects.get(key="email"), due, True, kiss)
    sheet = create_client(
        ClientPlan("company", ROW[0], tax_number=ROW[1], contact=contact),
        DatasheetPlan(module=module, responsible=kiss, name="Vajköpülő", status=status),
        actor=boss,
        todo=todo,
    )
    names = (
        *("eu_vat_number", "registration_number", "website", "industry", "size", "bank_account"),
        "notes",
    )
    change_client(
        sheet.client_id,
        dict(zip(names, ROW[2:9], strict=True)),
        actor=boss,
        addresses=[AddressPlan("head_office", *ROW[15:19], is_default=True)],
    )
    HistoryEntry.objects.filter(kind=EntryKind.CHANGED).delete()
    write_down(sheet.pk, EntryKind.NOTE, "Tavaly is vett", actor=boss)
    search_again(sheet.client_id)


def search_again(client_id: int) -> None:
    from crm import search

    search.reindex([client_id])


def columns(model: type[models.Model], client: Client) -> list[dict[str, Any]]:
    """The rows of a client, relations within it left to the order of the rows."""
    path = {"pk": client.pk} if model is Client else {"client": client}
    if model is Todo:
        path = {"datasheet__client": client}
    found = []
    for row in model._default_manager.filter(**path).order_by("pk").values():
        kept = {name: value for name, value in row.items() if name not in ASIDE}
        for name in ("client_id", "contact_id", "main_contact_id", "datasheet_id", "next_todo_id"):
            if name in kept:
                kept[name] = bool(kept[name])
        found.append(kept)
    return found


def entries(client: Client) -> list[tuple[Any, ...]]:
    """What the datasheet's history says, "imported" taken for "created", whatever the order."""
    shown = []
    for entry in HistoryEntry.objects.filter(client=client, datasheet__isnull=False):
        kind = "created" if entry.kind == EntryKind.IMPORTED else entry.kind
        data = {k: v for k, v in entry.data.items() if k not in ("import", "file", "row")}
        if "contact" in data:
            data["contact"] = bool(data["contact"])
            data["due_at"] = datetime.fromisoformat(data["due_at"]).timestamp()
        about = (bool(entry.datasheet_id), bool(entry.todo_id), entry.author_id)
        shown.append((kind, entry.text, sorted(data.items(), key=str), *about))
    return sorted(shown, key=str)


def test_a_row_is_what_the_actions_make_of_it(boss: User) -> None:
    kiss = make.user("normal", email="kiss@example.com")
    module = make.module("projects")
    by_actions(boss, kiss, module)
    one = Client.objects.get()
    source = pasted([HEADER, ROW], actor=boss, module=module)
    assert "" not in source.targets
    loaded(source, boss, existing="create")
    other = Client.objects.exclude(pk=one.pk).get()

    for model in (Client, Contact, Address, Phone, Email, Datasheet, Todo):
        assert columns(model, other) == columns(model, one), model.__name__
    assert entries(other) == entries(one)
    index = [
        list(
            SearchDoc.objects.filter(client=c)
            .order_by("datasheet_id")
            .values_list("words", "numbers", "marks")
        )
        for c in (one, other)
    ]
    assert index[0] == index[1]
    assert repair.check().clean
    sheet = Datasheet.objects.get(client=other)
    assert counts.kept()[counts.key_of(sheet)] == 2


def test_the_index_of_an_imported_client_is_not_changed_by_indexing_it_again(boss: User) -> None:
    module = make.module("sales")
    loaded(pasted([HEADER[:2], ROW[:2]], actor=boss, module=module), boss)
    before = list(SearchDoc.objects.order_by("pk").values())
    search_again(Client.objects.get().pk)
    assert list(SearchDoc.objects.order_by("pk").values()) == before


def test_a_person_has_one_contact_and_its_name(boss: User) -> None:
    loaded(pasted([("Kapcsolattartó", "Telefon"), ("Kiss Pál", "1")], actor=boss), boss)
    client = Client.objects.get()
    assert (client.kind, client.name) == ("person", "Kiss Pál")
    assert Contact.objects.get(client=client).full_name == "Kiss Pál"
    assert not Datasheet.objects.exists()


@pytest.mark.parametrize(
    "kind", ["sales", "projects", "hr", "events", "partners", "helpdesk", "invoicing", "orders"]
)
def test_every_status_that_can_be_chosen_is_the_one_that_the_facts_lead_to(
    boss: User, kind: str
) -> None:
    module = make.module(kind)
    chosen = statuses.choices(module)
    rows = [("Cégnév", "Státusz"), *((f"Cég {s.pk}", f"s{s.pk}") for s in chosen)]
    loaded(
        pasted(rows, actor=boss, module=module), boss, statuses={f"s{s.pk}": s.pk for s in chosen}
    )
    sheets = Datasheet.objects.select_related("module", "status", "client")
    assert {s.client.name: s.status_id for s in sheets} == {f"Cég {s.pk}": s.pk for s in chosen}
    assert all(follow(sheet) == sheet.status for sheet in sheets)
    assert repair.check().clean


def test_a_webshop_takes_its_status_from_orders(boss: User) -> None:
    module = make.module("webshop")
    loaded(pasted([("Cégnév",), ("Vevő Kft.",)], actor=boss, module=module), boss)
    sheet = Datasheet.objects.select_related("module", "status").get()
    assert follow(sheet) == sheet.status


def test_rows_that_name_nobody_go_to_the_chosen_users_in_turn(boss: User) -> None:
    module = make.module("projects")
    people = [make.user("normal") for _ in range(2)]
    for one in people:
        ModuleTurn.objects.create(module=module, user=one)
    Module.objects.filter(pk=module.pk).update(first_responsible="in_turn")
    module.refresh_from_db()
    cells = "Cégnév\tVáros\n" + "".join(f"Sor {n} Kft.\tEger\n" for n in range(5))
    source = take_in(Upload(pasted=cells, module=module), actor=boss)
    load.run(checked(source, boss, users={"": IN_TURN}, responsible_id=None), lambda done: None)
    given = list(Datasheet.objects.order_by("pk").values_list("responsible", flat=True))
    assert sorted(given.count(one.pk) for one in people) == [2, 3]
    assert given[0] != given[1]

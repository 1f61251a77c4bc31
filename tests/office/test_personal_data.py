"""Personal data: everything as one file; erased, nothing is left anywhere, but what happened is."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import AuditEntry, User
from crm import search
from crm.actions import repair
from crm.actions.clients import AddressPlan, change_client, trash_client
from crm.actions.datasheets import rename, set_main_contact, trash
from crm.actions.exports import Choice, export
from crm.actions.notes import write_down
from crm.actions.todos import TodoPlan, change_todo, finish_todo, postpone_todo
from crm.actions.undo import undo
from crm.constants import EntryKind
from crm.errors import Refused
from crm.export.source import Source
from crm.models import Client, Contact, Datasheet, Email, FieldValue, HistoryEntry, Phone, Todo
from importer import load
from importer.actions.sources import Upload, take_in
from importer.models import Import, ImportedRow, Step
from modules.models import About, Field, FieldType, Module
from office.actions import personal_data
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY, GIVEN = "Vörösváry", "Zsüliett"
NAME = f"{FAMILY} {GIVEN}"
EMAIL, PHONE = "zsuli.vv@egyedi.example", "+36 30 987 6541"
# Every spelling in which she could be found again.
SECRETS = (
    "vörösváry", "vorosvary", "zsüliett", "zsuliett", "zsuli.vv", "9876541", "987 6541",
    "titkos-utca", "titkos-iban", "szigorúan",
)  # fmt: skip


@dataclass
class World:
    """Two clients of which one, or one's contact, is erased."""

    boss: User
    projects: Module
    client: Client
    contact: Contact
    sheet: Datasheet
    other: Client


def everything_kept() -> dict[str, str]:
    """All text of all tables, columns and index tables alike, and all files, in lower case."""
    kept: dict[str, str] = {}
    with connection.cursor() as db:
        for table in connection.introspection.table_names(db):
            if table in ("crm_searchwords", "crm_searchinside"):
                continue  # only their own tables behind them can be read
            db.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            for row in db.fetchall():
                kept[table] = kept.get(table, "") + " ".join(map(_text, row)).lower() + "\n"
    for path in Path(django_settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            kept[str(path)] = (str(path) + _text(path.read_bytes())).lower()
    return kept


def _text(value: object) -> str:
    """As a person would read it: JSON with its letters, bytes as text."""
    text = (
        bytes(value).decode("utf-8", "ignore") if isinstance(value, bytes | memoryview) else value
    )
    text = json.dumps(text, ensure_ascii=False) if isinstance(text, dict | list) else str(text)
    return text.encode().decode("unicode_escape", "ignore") + text if "\\u" in text else text


def where_found(*words: str) -> set[tuple[str, str]]:
    kept = everything_kept()
    return {(word, place) for place, text in kept.items() for word in words if word in text}


def told(text: str) -> str:
    return f"{text}: szigorúan bizalmas"


@pytest.fixture(autouse=True)
def own_uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world() -> World:
    make.company()
    boss = make.user("administrator", family_name="Nagy", given_name="Eszter")
    projects = make.module("projects", slug="projects")
    client = make.client("Hegyalja Borház Kft.")
    contact = make.contact(client, family_name=FAMILY, given_name=GIVEN, position="Vezető")
    sheet = make.datasheet(projects, actor=boss, client=client, main_contact=contact)
    return World(boss, projects, client, contact, sheet, make.client("Másik Kft."))


def fill(world: World) -> None:
    """Her data in every place that the product has for some."""
    boss, contact, sheet = world.boss, world.contact, world.sheet
    Phone.objects.create(client=world.client, contact=contact, raw=PHONE, is_default=True)
    Email.objects.create(client=world.client, contact=contact, address=EMAIL, is_default=True)
    search.reindex([world.client.pk])
    todo = make.todo(sheet, actor=boss, contact=contact, text=f"Felhívni: {NAME}")
    make.todo(sheet, actor=boss, text=f"Virág {GIVEN}nek", comment=f"a {PHONE} számon")
    plan = TodoPlan(told("Másképp"), todo.type, todo.due_at, True, boss, contact, f"lásd {EMAIL}")
    change_todo(todo.pk, plan, actor=boss, version=todo.version)
    later = timezone.now() + timedelta(days=9)
    postpone_todo(todo.pk, later, timed=True, actor=boss)
    done = make.todo(sheet, actor=boss, contact=contact, text=told("Kész"))
    finish_todo(done.pk, actor=boss, outcome=told("Sikerült"))
    write_down(sheet.pk, EntryKind.NOTE, f"{GIVEN}val beszéltünk", actor=boss)
    write_down(sheet.pk, EntryKind.CALL, told("Hívás"), actor=boss, contact_id=contact.pk)
    rename(sheet.pk, f"{FAMILY} pincéje", actor=boss)
    set_main_contact(sheet.pk, None, actor=boss)
    HistoryEntry.objects.create(
        client=world.client, contact=contact, author=boss, kind=EntryKind.CHANGED,
        data={"field": "position", "from": told("Ez"), "to": told("Az"), "of": NAME},
    )  # fmt: skip
    elsewhere = make.datasheet(world.projects, actor=boss, client=world.other)
    write_down(elsewhere.pk, EntryKind.NOTE, f"{NAME} ajánlott minket.", actor=boss)
    write_down(elsewhere.pk, EntryKind.NOTE, f"Írj neki: {EMAIL}", actor=boss)
    write_down(elsewhere.pk, EntryKind.NOTE, "Szám: 06-30/987-6541", actor=boss)
    make.todo(elsewhere, actor=boss, text=f"Köszönet: {GIVEN.upper()} {FAMILY.upper()}")
    AuditEntry.objects.create(actor=boss, action="client.restored", target_text=NAME, data={})
    fields(world)
    imported(world)
    for params in ({}, {"q": NAME}):
        export(Source.of_clients(boss, params), Choice("all", [], True, "csv"), actor=boss)


def fields(world: World) -> None:
    made = {
        about: Field.objects.create(
            about=about, module=world.projects if about == "datasheet" else None,
            type=kind, label_en=f"{about} {kind}", label_hu="",
        )
        for about, kind in ((About.CONTACT, FieldType.TEXT), (About.DATASHEET, FieldType.LONG_TEXT))
    }  # fmt: skip
    file_field = Field.objects.create(about=About.CONTACT, type=FieldType.FILE, label_en="CV")
    of = {"client": world.client, "contact": world.contact}
    text = told("Mező")
    FieldValue.objects.create(field=made[About.CONTACT], text=text, folded=text, **of)
    text = f"{GIVEN} kérése"
    FieldValue.objects.create(
        field=made[About.DATASHEET], datasheet=world.sheet, text=text, folded=text
    )
    value = FieldValue(field=file_field, text=f"{NAME}.pdf", **of)
    value.file.save("cv", ContentFile(f"Önéletrajz: {NAME}".encode()))


def imported(world: World) -> None:
    """A list with her row and another's, loaded; and one with her name that was never loaded."""
    cells = (
        "Cégnév\tKapcsolattartó\tEmail\n"
        f"Hegyaljai Pincészet Kft.\t{NAME}\t{EMAIL}\n"
        "Tiszta Kft.\tTóth Pál\tpal@tiszta.example\n"
    )
    source = take_in(Upload(pasted=cells), actor=world.boss)
    assert source.rows == 2
    load.run(source, lambda done: None)
    take_in(Upload(pasted=cells), actor=world.boss)


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_of_an_erased_contact_nothing_is_left_and_what_happened_is(world: World) -> None:
    fill(world)
    assert where_found("vörösváry", "zsuli.vv", "szigorúan")
    entries = HistoryEntry.objects.count()
    # The import made a client of its own of her row; that one is hers, too.
    again = Client.objects.get(name="Hegyaljai Pincészet Kft.")
    personal_data.erase(again.pk, None, actor=world.boss)
    numbers = personal_data.erase(world.client.pk, world.contact.pk, actor=world.boss)
    assert where_found(*SECRETS) == set()
    assert numbers["files"] == 1
    assert HistoryEntry.objects.count() == entries + 2
    world.client.refresh_from_db()
    assert world.client.name == "Hegyalja Borház Kft."
    assert Contact.objects.get(pk=world.contact.pk).full_name == "Erased person"
    assert repair.check().clean


def test_what_names_nobody_stays(world: World) -> None:
    fill(world)
    write_down(world.sheet.pk, EntryKind.NOTE, "Nagyon szép a pince.", actor=world.boss)
    personal_data.erase(world.client.pk, world.contact.pk, actor=world.boss)
    kept = where_found("nagyon szép a pince", "másik kft", "tiszta kft", "tóth pál", "hegyalja")
    assert {word for word, _place in kept} == {
        "nagyon szép a pince", "másik kft", "tiszta kft", "tóth pál", "hegyalja",
    }  # fmt: skip


def test_a_person_goes_whole_with_everything_ever_written(world: World) -> None:
    boss = world.boss
    person = make.client(NAME, kind="person")
    contact = make.contact(person, family_name=FAMILY, given_name=GIVEN)
    sheet = make.datasheet(world.projects, actor=boss, client=person, main_contact=contact)
    make.todo(sheet, actor=boss, text=told("Bármi"))
    write_down(sheet.pk, EntryKind.NOTE, "szigorúan titkos", actor=boss)
    place = AddressPlan("head_office", town="Titkosfalva", street="titkos-utca 3.")
    values = {"bank_account": "titkos-iban", "notes": told("Jegyzet"), "name": NAME}
    change_client(person.pk, values, actor=boss, addresses=[place])
    world.contact.delete()
    search.reindex([world.client.pk])
    personal_data.erase(person.pk, None, actor=boss)
    assert where_found(*SECRETS, "titkosfalva") == set()
    person.refresh_from_db()
    assert person.name == "Erased person"
    assert not search.find(boss, "Vörösváry")
    page = of(boss).get(person.get_absolute_url()).content.decode()
    assert "erased personal data" in page
    assert of(boss).get(sheet.get_absolute_url()).status_code == 200


def test_a_company_loses_its_people_too_also_from_the_trash(world: World) -> None:
    fill(world)
    for client in Client.objects.filter(name__startswith="Hegyalja"):
        for sheet in Datasheet.objects.filter(client=client):
            trash(sheet.pk, actor=world.boss)
        trash_client(client.pk, actor=world.boss)
        personal_data.erase(client.pk, None, actor=world.boss)
    assert where_found(*SECRETS, "hegyalja") == set()
    assert repair.check().clean


def test_a_namesake_keeps_what_is_theirs(world: World) -> None:
    namesake = make.contact(world.other, family_name=FAMILY, given_name=GIVEN)
    sheet = make.datasheet(world.projects, actor=world.boss, client=world.other)
    write_down(sheet.pk, EntryKind.NOTE, f"{NAME} a másik cégtől", actor=world.boss)
    personal_data.erase(world.client.pk, world.contact.pk, actor=world.boss)
    assert HistoryEntry.objects.get(kind=EntryKind.NOTE).text == f"{NAME} a másik cégtől"
    namesake.refresh_from_db()
    assert namesake.full_name == NAME


def test_nothing_brings_an_erased_text_back(world: World) -> None:
    todo = make.todo(world.sheet, actor=world.boss, contact=world.contact, text=told("Régi"))
    plan = TodoPlan("Új", todo.type, todo.due_at, True, world.boss, world.contact)
    change_todo(todo.pk, plan, actor=world.boss, version=1)
    entry = HistoryEntry.objects.get(kind=EntryKind.CHANGED_TODO)
    personal_data.erase(world.client.pk, world.contact.pk, actor=world.boss)
    with pytest.raises(Refused):
        undo(entry.pk, actor=world.boss)
    assert Todo.objects.get().text == "[erased]"


def test_while_an_import_of_theirs_loads_nothing_is_erased(world: World) -> None:
    from jobs.models import Job, State

    imported(world)
    job = Job.objects.create(kind="import", state=State.RUNNING, created_by=world.boss)
    Import.objects.filter(step=Step.COLUMNS).update(step=Step.LOAD, job=job)
    client = Client.objects.get(name="Hegyaljai Pincészet Kft.")
    with pytest.raises(Refused):
        personal_data.erase(client.pk, None, actor=world.boss)
    assert Contact.objects.get(client=client).full_name == NAME


def test_of_a_loaded_list_only_her_row_is_blanked(world: World) -> None:
    imported(world)
    loaded = Import.objects.get(step=Step.DONE)
    client = Client.objects.get(name="Hegyaljai Pincészet Kft.")
    personal_data.erase(client.pk, None, actor=world.boss)
    assert where_found("pincészet", EMAIL) == set()
    assert list(Import.objects.values_list("pk", flat=True)) == [loaded.pk]
    assert ImportedRow.objects.filter(source=loaded).count() == 2
    assert where_found("tóth pál")
    assert of(world.boss).get(f"/import/{loaded.pk}/done/").status_code == 200


# ---- The pages -----------------------------------------------------------------------------------


def url(world: World, more: str = "") -> str:
    return f"/settings/personal-data/contact/{world.contact.pk}/{more}"


def test_the_page_says_how_much_it_is_and_changes_nothing(world: World) -> None:
    fill(world)
    browser = of(world.boss)
    before = everything_kept()
    page = browser.get(url(world)).content.decode()
    assert "entries of the history" in page
    assert "<dt>person</dt><dd>1</dd>" in page
    after = everything_kept()
    changed = {place for place in before if before[place] != after.get(place)}
    assert not {place for place in changed if place.startswith(("crm_", "accounts_audit", "/"))}


def test_it_is_asked_twice_and_logged_without_the_data(world: World) -> None:
    browser = of(world.boss)
    page = url(world, "erase/")
    wrong = browser.post(page, {"name": "Vörösváry"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert Contact.objects.get(pk=world.contact.pk).full_name == NAME
    assert browser.post(page, {"name": "vorosvary  zsuliett"}).status_code == 303
    entry = AuditEntry.objects.get(action="personal_data.erased")
    assert entry.target_text == f"contact {world.contact.pk}"
    assert FAMILY not in str(entry.data)


def test_everything_comes_out_as_one_file(world: World) -> None:
    fill(world)
    answer = of(world.boss).post(url(world, "file/"))
    packed = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    data: dict[str, Any] = json.loads(packed.read("data.json"))
    assert data["contacts"][0]["family_name"] == FAMILY
    assert data["contacts"][0]["emails"][0]["address"] == EMAIL
    texts = json.dumps(data, ensure_ascii=False)
    for text in (PHONE, told("Sikerült"), told("Mező"), f"{GIVEN}val beszéltünk"):
        assert text in texts
    assert "Tóth Pál" not in texts
    assert any(NAME in packed.read(name).decode() for name in packed.namelist() if "files/" in name)
    page = packed.read("data.html").decode()
    assert NAME in page
    assert "Nagy Eszter" in page
    assert AuditEntry.objects.get(action="personal_data.exported").target_text.startswith("contact")


def test_only_administrators_find_the_way_there(world: World) -> None:
    manager, boss = make.user("manager"), world.boss
    page = f"/c/{world.client.pk}/"
    assert "/settings/personal-data/" in of(boss).get(page).content.decode()
    assert "/settings/personal-data/" not in of(manager).get(page).content.decode()
    assert of(manager).post(url(world, "erase/"), {"name": NAME}).status_code == 404

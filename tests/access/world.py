"""A small company with a user of each role and records of everybody, for the tests of access."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from crm.actions import exports
from crm.actions.datasheets import trash
from crm.actions.notes import write_down
from crm.actions.todos import finish_todo
from crm.constants import EntryKind
from crm.export.source import Source
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    Export,
    FieldValue,
    HistoryEntry,
    Phone,
    Todo,
)
from importer import load
from importer.actions.sources import Upload, take_in
from importer.models import Import
from modules.models import About, Field, Module
from tests import make

ROLES = ("restricted", "normal", "manager", "administrator")
FIXED = ("sales", "orders", "invoicing", "webshop")
OWNERS = ("own", "another's", "unassigned")


@dataclass
class Record:
    """One client matter with everything that hangs on it."""

    client: Client
    contact: Contact
    phone: Phone
    email: Email
    address: Address
    datasheet: Datasheet
    todo: Todo
    done: HistoryEntry
    note: HistoryEntry
    trashed: Datasheet
    fixed: dict[str, Datasheet]
    attachment: FieldValue


@dataclass
class World:
    """Who and what there is. ``records`` by the email's name of the owner ("" is nobody)."""

    users: dict[str, User] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    trashed_client: Client = field(default_factory=Client)
    fresh_imports: dict[int, Import] = field(default_factory=dict)
    loaded_imports: dict[int, Import] = field(default_factory=dict)
    exports: dict[int, Export] = field(default_factory=dict)

    def __deepcopy__(self, memo: dict[int, Any]) -> World:
        """The same: tests only read it, and copying it for each of hundreds takes its time."""
        return self

    def record(self, role: str, owner: str) -> Record:
        """What ``role`` is responsible for, a colleague is, or nobody is."""
        return self.records[{"own": role, "another's": "colleague", "unassigned": ""}[owner]]


def build() -> World:
    """A world in which every role owns something, a colleague does, and nobody does."""
    make.company()
    world = World()
    for role in ROLES:
        world.users[role] = make.user(role, email=f"{role}@example.com")
    world.users["colleague"] = make.user("normal", email="colleague@example.com")
    world.users["former"] = make.user("normal", email="former@example.com", is_active=False)
    for kind in ("projects", *FIXED):
        world.modules[kind] = make.module(kind, slug=kind)
    world.fields = {
        "datasheet": make.field(world.modules["projects"], "text", in_list=True),
        "client": make.field(None, "text", about=About.CLIENT),
        "contact": make.field(None, "text", about=About.CONTACT),
        "file": make.field(world.modules["projects"], "file"),
    }
    for name in (*ROLES, "colleague", ""):
        world.records[name] = _record(world, world.users.get(name))
    world.trashed_client = make.client("Eldobott Kft.", trashed_at=timezone.now())
    for role in ("manager", "administrator"):
        user = world.users[role]
        world.fresh_imports[user.pk] = _pasted(world, user)
        world.loaded_imports[user.pk] = loaded = _pasted(world, user)
        load.run(loaded, lambda done: None)
        world.exports[user.pk] = _exported(world, user)
    return world


def _exported(world: World, user: User) -> Export:
    source = Source.of_module(user, world.modules["projects"].slug, {})
    url = exports.export(source, exports.Choice("list", [], True, "xlsx"), actor=user)
    return Export.objects.get(pk=int(url.split("/")[-2]))


def _pasted(world: World, user: User) -> Import:
    cells = f"Cégnév\tVáros\nMinta {user.pk} Kft.\tEger\n\tPécs\n"
    return take_in(Upload(pasted=cells, module=world.modules["projects"]), actor=user)


def _record(world: World, owner: User | None) -> Record:
    boss, projects = world.users["administrator"], world.modules["projects"]
    name = owner.email.split("@")[0].title() if owner else "Senki"
    client = make.client(f"{name} Kft.")
    contact = make.contact(client, family_name=name)
    mine: dict[str, Any] = {"client": client, "contact": contact}
    sheet = make.datasheet(
        projects, actor=boss, client=client, responsible=owner, main_contact=contact
    )
    late = timezone.now() - timedelta(days=2)
    todo = make.todo(sheet, actor=boss, due_at=late, contact=contact, text=f"Felhívni: {name}")
    other = make.todo(sheet, actor=boss, text=f"Elküldeni: {name}")
    in_trash = make.datasheet(projects, actor=boss, client=client, responsible=owner)
    trash(in_trash.pk, actor=boss)
    return Record(
        client=client,
        contact=contact,
        phone=Phone.objects.create(raw="+36 30 412 7788", is_default=True, **mine),
        email=Email.objects.create(address=f"{name}@example.org", is_default=True, **mine),
        address=Address.objects.create(client=client, town="Tokaj", is_default=True),
        datasheet=Datasheet.objects.get(pk=sheet.pk),
        todo=Todo.objects.get(pk=todo.pk),
        done=finish_todo(other.pk, actor=boss),
        note=write_down(sheet.pk, EntryKind.NOTE, f"Jegyzet: {name}", actor=boss),
        trashed=Datasheet.objects.get(pk=in_trash.pk),
        attachment=_attached(world, sheet, name),
        fixed={
            kind: make.datasheet(world.modules[kind], actor=boss, client=client, responsible=owner)
            for kind in FIXED
        },
    )


def _attached(world: World, sheet: Datasheet, name: str) -> FieldValue:
    """A text and a file among the fields of the datasheet."""
    FieldValue.objects.create(field=world.fields["datasheet"], datasheet=sheet, text=name)
    stored = default_storage.save("fields/melleklet", ContentFile(b"%PDF-1.7"))
    return FieldValue.objects.create(
        field=world.fields["file"], datasheet=sheet, text=f"{name}.pdf", file=stored
    )

"""What was taken out of a list, loaded again, changes nothing; and its headings are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone, translation

from accounts.models import User
from crm import search
from crm.actions import exports
from crm.actions.todos import finish_todo
from crm.export.columns import OTHER_ADDRESSES, Widths, headings, offered
from crm.export.source import Source
from crm.models import Address, Client, Contact, Datasheet, Email, Export, FieldValue, Phone
from importer import asking, fields, load, rows
from importer.actions import sources
from importer.columns import match
from importer.guesses import SURE
from importer.headings import MOST_PEOPLE
from importer.models import Existing, Import
from modules.models import About, Field, FieldChoice, Module
from tests import make
from tests.importer.tools import checked

pytestmark = pytest.mark.django_db

RECORDS = ("client", "contact", "address", "phone", "email", "datasheet", "todo", "fieldvalue")
KINDS = ("xlsx", "csv")


@pytest.fixture(autouse=True)
def in_budapest() -> Iterator[None]:
    with timezone.override("Europe/Budapest"):
        yield


def taken_out(boss: User, module: Module | None, kind: str) -> Export:
    choice = exports.Choice("all", [], True, kind)
    url = exports.export(Source.read(boss, module, {}), choice, actor=boss)
    return Export.objects.get(pk=int(url.split("/")[-2]))


def brought_in(export: Export, boss: User, existing: str) -> Import:
    """The file of an export as an import whose guesses are all taken, checked."""
    with default_storage.open(str(export.file.name)) as file:
        upload = sources.Upload(ContentFile(file.read()), export.name, module=export.module)
    source = sources.take_in(upload, actor=boss)
    able = {
        one.key
        for one in asking.targets(export.module, fields.offered(boss, export.module), MOST_PEOPLE)
    }
    targets = [key if key in able else "" for key in source.targets]
    return checked(source, boss, targets=targets, existing=existing, same_by=source.same_by)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All records, all their columns, and how much history they have."""
    found = {
        name: list(apps.get_model("crm", name).objects.order_by("pk").values()) for name in RECORDS
    }
    found["history"] = list(
        apps.get_model("crm", "historyentry").objects.order_by("pk").values("pk")
    )
    return found


def values_of(field: Field, boss: User) -> list[dict[str, Any]]:
    """A value of each type, as its rows hold it."""
    kind = str(field.type)
    if kind in ("choice", "choices"):
        chosen = list(FieldChoice.objects.filter(field=field).order_by("pk"))
        several = chosen[:2] if kind == "choices" else chosen[1:2]
        return [{"choice": one, "slot": one.pk if kind == "choices" else 0} for one in several]
    plain: dict[str, dict[str, Any]] = {
        "text": {"text": "=SUM(A1)", "folded": "=sum(a1)"},
        "long_text": {"text": "első sor\n-második\n'+harmadik", "folded": "elso sor"},
        "whole": {"number": Decimal(-1234567)},
        "decimal": {"number": Decimal("0.1250")},
        "money": {"number": Decimal("1234567.50")},
        "date": {"day": date(2026, 2, 28)},
        "moment": {"moment": make.at("2026-10-25 02:30")},
        "yes_no": {"number": Decimal(0)},
        "link": {"text": "mailto:a@example.com", "folded": "mailto:a@example.com"},
        "user": {"person": boss},
        "number": {"number": Decimal(12)},
        "file": {"text": "=kép.png", "folded": "=kep.png", "file": "fields/nincs"},
    }
    return [plain[kind]]


TYPES = (
    "text", "long_text", "whole", "decimal", "money", "date", "moment", "yes_no", "choice",
    "choices", "link", "user", "number", "file",
)  # fmt: skip
CHOICES = ("Tölgy, fehér", "Kőris", "Szil")


def with_every_field(boss: User, module: Module | None, about: str, **whose: Any) -> None:
    """A field of each type about such records, with a value on this one."""
    for kind in TYPES:
        named = {"label_en": f"{about} {kind}", "options": {"decimals": 3}}
        field = make.field(module, kind, about=about, choices=CHOICES, **named)
        for row in values_of(field, boss):
            FieldValue.objects.create(field=field, **whose, **row)


def fill(boss: User, module: Module) -> None:
    """A company with two contacts and everything that can be said of it; a person; a bare one."""
    client = make.client(
        "=Képlet Kft.", tax_number="12345676-2-42", website="https://példa.hu", notes="+egy\n@két",
        industry="-Faipar", size="10–49", bank_account="0011-2233", eu_vat_number="HU12345676",
    )  # fmt: skip
    Address.objects.create(client=client, postcode="3910", town="Tokaj", street="@Fő utca 7/b")
    Address.objects.create(
        client=client, postcode="0100", town="Bern", street="Hold u. 1.", is_default=True
    )
    for kind, street in (("billing", "A u. 1."), ("billing", "B u. 2."), ("delivery", "")):
        there = {"postcode": "1051", "town": "Budapest", "street": street}
        Address.objects.create(client=client, kind=kind, **there)
    people = [
        make.contact(
            client, family_name="dr. Kovács-Nagy", given_name="Anna Mária", position="=CEO"
        ),
        make.contact(client, family_name="Kiss", given_name="Béla"),
    ]
    for n, contact in enumerate([*people, None]):
        for at in range(2):
            whose = {"client": client, "contact": contact, "is_default": at == 1}
            Phone.objects.create(raw=f"+36 (30) 555-12{n}{at}", **whose)
            Email.objects.create(address=f"a{n}{at}@example.com", **whose)
    sheet = make.datasheet(
        module, actor=boss, client=client, main_contact=people[1], name="'=Ügy",
        status=make.status(module, "in_progress"),
    )  # fmt: skip
    make.todo(sheet, actor=boss, text="@Felhívni", due_at=timezone.now() + timedelta(days=3))
    with_every_field(boss, module, About.DATASHEET, datasheet=sheet)
    with_every_field(boss, None, About.CLIENT, client=client)
    with_every_field(boss, None, About.CONTACT, client=client, contact=people[0])
    make.datasheet(module, actor=boss, client=client, responsible=None)
    person = make.client("Szabó Anna", kind="person")
    anna = make.contact(person, family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=person, contact=anna, raw="06-1-234-5678", is_default=True)
    late = make.datasheet(module, actor=boss, client=person, main_contact=anna)
    todo = make.todo(late, actor=boss, due_at=timezone.now() - timedelta(days=3), timed=False)
    finish_todo(todo.pk, actor=boss)
    make.datasheet(module, actor=boss, client=make.client("Üres Bt."))
    search.reindex(list(Client.objects.values_list("pk", flat=True)))


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("existing", [Existing.FILL, Existing.OVERWRITE])
@pytest.mark.parametrize("kind", KINDS)
def test_a_modules_list_loaded_again_changes_nothing(
    boss: User, module: Module, kind: str, existing: str, language: str
) -> None:
    fill(boss, module)
    before = everything()
    with translation.override(language):
        source = brought_in(taken_out(boss, module, kind), boss, existing)
    assert told(source) == []
    assert source.counts["skip"] == source.rows == 4
    load.run(source, lambda done: None)
    assert everything() == before


@pytest.mark.parametrize("existing", [Existing.FILL, Existing.OVERWRITE])
@pytest.mark.parametrize("kind", KINDS)
def test_the_list_of_clients_loaded_again_changes_nothing(
    boss: User, module: Module, kind: str, existing: str
) -> None:
    fill(boss, module)
    before = everything()
    source = brought_in(taken_out(boss, None, kind), boss, existing)
    assert told(source) == []
    assert source.counts["skip"] == source.rows == 3
    load.run(source, lambda done: None)
    assert everything() == before


@pytest.mark.parametrize("language", ["hu", "en"])
def test_the_addresses_of_a_client_come_in_elsewhere_as_what_they_were(
    boss: User, language: str
) -> None:
    client = make.client("Borház Kft.")
    there = {"client": client, "town": "Tokaj", "country": "Magyarország"}
    Address.objects.create(**there, street="Fő u. 1.", is_default=True)
    Address.objects.create(**there, street="Kis u. 2.", kind="billing")
    Address.objects.create(**there, street="Part u. 3.", kind="delivery", postcode="3910")
    columns = ("kind", "country", "postcode", "town", "street", "is_default")
    before = list(Address.objects.values_list(*columns))
    with translation.override(language):
        export = taken_out(boss, None, "xlsx")
        Client.objects.all().delete()
        source = brought_in(export, boss, Existing.CREATE)
    targets = ["" if target == "client_id" else target for target in source.targets]
    load.run(checked(source, boss, targets=targets), lambda done: None)
    assert list(Address.objects.values_list(*columns)) == before


def told(source: Import) -> list[Any]:
    """What would change, or is wrong."""
    return [
        (one["row"], one.get("changes"), one["reasons"])
        for one in rows.results(source.pk)
        if one["result"] != "skip"
    ]


def test_a_changed_cell_finds_its_own_record(boss: User, module: Module) -> None:
    """Of two datasheets of one client the row changes the one whose number it has."""
    client = make.client("Borház Kft.")
    first, second = (make.datasheet(module, actor=boss, client=client) for _n in range(2))
    with default_storage.open(str(taken_out(boss, module, "csv").file.name)) as file:
        text = file.read().decode("utf-8-sig")
    lines = text.splitlines()
    rows = [line.split(",") for line in lines]
    number, name = (rows[0].index(f"Datasheet {what}") for what in ("number", "name"))
    for row in rows[1:]:
        if row[number] == str(first.pk):
            row[name] = "Palackok"
    changed = "\r\n".join(",".join(row) for row in rows)
    upload = sources.Upload(ContentFile(changed.encode()), "x.csv", module=module)
    source = sources.take_in(upload, actor=boss)
    source = checked(source, boss, existing=Existing.OVERWRITE, same_by=source.same_by)
    assert (source.counts["update"], source.counts["changed"]) == (1, 1)
    load.run(source, lambda done: None)
    names = dict(Datasheet.objects.values_list("pk", "name"))
    assert names == {first.pk: "Palackok", second.pk: ""}


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("people", [1, 3])
def test_every_heading_is_known(boss: User, module: Module, language: str, people: int) -> None:
    widths = Widths({"company_phone": 2, "company_email": 2}, [{"phone": 2, "email": 3}] * people)
    for about in (About.CLIENT, About.CONTACT):
        make.field(None, "text", about=about, label_en=f"{about} shoe", label_hu=f"{about} cipő")
    with translation.override(language):
        left_out = ("more_contacts", *OTHER_ADDRESSES)
        columns = [one for one in offered(boss, module) if one.key not in left_out]
        names = headings(columns, widths)
        found = match(names, [], fields.named(fields.offered(boss, module)))
    unsure = [one.header for one in found if one.target is None or one.score < SURE]
    assert unsure == []
    wanted: list[str] = []
    for at in range(people):
        for column in columns:
            if column.group != "contact":
                continue
            n = widths.people[at].get(column.key, 1)
            wanted += [column.key if at == 0 else f"{column.key}.{at + 1}"] * n
    assert [
        one.target.key for one in found if one.target and one.target.group == "contact"
    ] == wanted
    rest = [one.target.key for one in found if one.target and one.target.group != "contact"]
    assert list(dict.fromkeys(rest)) == [c.key for c in columns if c.group != "contact"]


@pytest.mark.parametrize("language", ["hu", "en"])
def test_other_addresses_are_taken_for_nothing_else(
    boss: User, module: Module, language: str
) -> None:
    """A row has one address of each kind: from these they would become others."""
    with translation.override(language):
        columns = [one for one in offered(boss, module) if one.key in OTHER_ADDRESSES]
        names = headings(columns, Widths({"address_billing": 2}, []))
    assert len(names) == 4
    values = ["1051 Budapest, Fő utca 7."] * 4
    assert [one.target for one in match(names, [values] * 5)] == [None] * 4


def test_a_sixth_contact_is_of_nobody_else(boss: User) -> None:
    """For a sixth there is no place in a row: their columns are left out, not given to others."""
    client = make.client("Nagy Kft.")
    for n in range(7):
        contact = make.contact(client, family_name=f"Név{chr(65 + n)}", given_name="Ede")
        Phone.objects.create(client=client, contact=contact, raw=f"0630111222{n}")
    before = everything()
    source = brought_in(taken_out(boss, None, "xlsx"), boss, Existing.OVERWRITE)
    assert told(source) == []
    load.run(source, lambda done: None)
    assert everything() == before
    assert Contact.objects.count() == 7


FACTS: dict[str, list[dict[str, Any]]] = {
    "sales": [
        {},
        {"qualification": "vip"},
        {"qualification": "vip", "sale_state": "in_progress"},
        {"qualification": "vip", "sale_state": "in_progress", "decided": True},
        {"qualification": "target", "sale_state": "won"},
        {"qualification": "not_target", "sale_state": "lost"},
    ],
    "orders": [{}],
    "invoicing": [{"document_type": "offer"}, {"document_type": "invoice"}],
    "webshop": [{}],
}


@pytest.mark.parametrize("language", ["hu", "en"])
@pytest.mark.parametrize("key", list(FACTS))
def test_fixed_statuses_are_known_again(boss: User, key: str, language: str) -> None:
    """Sales has a VIP in four groups, and a status that nobody sets by hand."""
    module = make.module(key, slug=key)
    gone = make.user("normal", family_name="Régi", given_name="Réka")
    for facts in FACTS[key]:
        make.datasheet(module, actor=boss, responsible=gone, **facts)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    if key == "sales":
        quiet = make.datasheet(module, actor=boss, qualification="vip", sale_state="in_progress")
        Datasheet.objects.filter(pk=quiet.pk).update(
            forgotten=True, status=make.status(module, "forgotten")
        )
    before = everything()
    with translation.override(language):
        closed = exports.export(
            Source.read(boss, module, {"group": "closed"}), exports.Choice("all", [], True, "csv"),
            actor=boss,
        )  # fmt: skip
        for export in (
            taken_out(boss, module, "xlsx"),
            Export.objects.get(pk=int(closed.split("/")[-2])),
        ):
            if export.rows:
                source = brought_in(export, boss, Existing.OVERWRITE)
                assert told(source) == []
                load.run(source, lambda done: None)
    assert everything() == before

"""The company's own fields in columns: matched, read, asked about and written; new ones made."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from accounts.models import User
from crm import value_rows
from crm.models import Client, Contact, Datasheet, FieldValue
from importer import asking, fields, load, rows
from importer.actions.new_fields import guess_type
from importer.guessing import guess_in
from importer.readers.base import Cell
from modules.actions.fields import FieldPlan, change_field
from modules.models import Field, Module
from tests import make
from tests.importer.tools import HTMX, checked, choices, fresh, loaded, pasted, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def value(module: Module) -> Field:
    return make.field(module, "money", label_hu="Várható érték", label_en="Expected value")


@pytest.fixture
def kind() -> Field:
    return make.field(
        None, "choice", about="client", label_hu="Jelleg", label_en="", choices=("Gold", "Silver")
    )


def test_fields_are_matched_by_their_labels_and_former_names(
    boss: User, module: Module, value: Field
) -> None:
    plan = FieldPlan(label_hu="Becsült bevétel", label_en="Expected value")
    change_field(value.pk, plan, actor=boss, version=value.version)
    for header in ("Becsült bevétel (Ft)", "Expected Value", "Várható érték"):
        source = pasted([("Cégnév", header), ("Cég", "1")], actor=boss, module=module)
        assert source.targets == ["company_name", f"f{value.pk}"]
    others = make.module("helpdesk")
    assert pasted([("Cégnév", "Várható érték"), ("A", "1")], actor=boss, module=others).targets == [
        "company_name",
        "",
    ]


def test_a_field_that_one_does_not_see_is_no_target(boss: User, module: Module) -> None:
    secret = make.field(module, "text", label_en="Secret", seen_by=["administrator"])
    for never in ("file", "number"):
        make.field(module, never, label_en=f"A {never}")
    assert fields.offered(boss, module) == []
    assert fields.offered(make.user("administrator"), module) == [secret]


def test_values_come_in_as_their_types_have_them(boss: User, module: Module, value: Field) -> None:
    since = make.field(None, "date", about="client", label_en="Client since")
    keeper = make.field(module, "user", label_en="Keeper")
    birthday = make.field(None, "date", about="contact", label_en="Birthday")
    table = [
        (
            *("Cégnév", "Kapcsolattartó", "Kapcsolattartó 2", "Várható érték", "Client since"),
            *("Keeper", "Birthday", "Birthday 2"),
        ),
        (
            *("Cég", "Kiss Pál", "Nagy Éva", "1 250 000 Ft", "2020. 3. 1."),
            *(boss.email, "1980-01-02", "1990-03-04"),
        ),
    ]
    source = pasted(table, actor=boss, module=module)
    assert source.targets[-2:] == [f"f{birthday.pk}", f"f{birthday.pk}.2"]
    assert loaded(source, boss) == []
    client, sheet = Client.objects.get(), Datasheet.objects.get()
    assert value_rows.read(client, since) == date(2020, 3, 1)
    assert value_rows.read(sheet, value) == Decimal(1250000)
    assert value_rows.read(sheet, keeper) == boss.pk
    people = Contact.objects.order_by("pk")
    days = [value_rows.read(one, birthday) for one in people]
    assert days == [date(1980, 1, 2), date(1990, 3, 4)]
    assert FieldValue.objects.filter(field=birthday, client=client).count() == 2


def test_a_given_value_takes_the_place_of_the_default(boss: User, module: Module) -> None:
    field = make.field(module, "text", label_en="Source", default="web")
    table = [("Cégnév", "Source"), ("A Kft.", "fair"), ("B Kft.", "")]
    assert loaded(pasted(table, actor=boss, module=module), boss) == []
    sheets = Datasheet.objects.order_by("pk")
    assert [value_rows.read(one, field) for one in sheets] == ["fair", "web"]


def test_a_value_that_can_not_be_is_wrong_by_the_name_of_its_column(
    boss: User, module: Module, value: Field
) -> None:
    table = [("Cégnév", "Várható érték"), ("Cég", "sok")]
    said = loaded(pasted(table, actor=boss, module=module), boss)
    assert len(said) == 1
    assert said[0].startswith("Expected value: “sok” is not a number.")
    assert not Client.objects.exists()


def test_choices_are_known_in_both_languages_and_the_others_are_asked_about_once(
    boss: User, module: Module, kind: Field
) -> None:
    gold, silver = kind.choices.order_by("order")
    gold.name_hu = "Arany"
    gold.save()
    table = [("Cégnév", "Jelleg"), *((f"Cég {n}", one) for n, one in enumerate(
        ("arany", "GOLD", "ezüst", "Ezüst", "bronz", "réz", ""))
    )]  # fmt: skip
    source = pasted(table, actor=boss, module=module)
    own = fields.offered(boss, module)
    asked = asking.found_values(source, source.targets, own)[f"f{kind.pk}"]
    assert [(one.folded, one.rows) for one in asked] == [("ezust", 2), ("bronz", 1), ("rez", 1)]
    mapped = {"ezust": silver.pk, "bronz": fields.EMPTY, "rez": None}
    said = loaded(source, boss, choices={f"f{kind.pk}": mapped})
    assert said == ["Left out: Jelleg “réz”."]
    got = [value_rows.read(one, kind) for one in Client.objects.order_by("name")]
    assert got == [gold.pk, gold.pk, silver.pk, silver.pk, None, None]


def test_a_choice_nobody_decided_about_is_wrong(boss: User, kind: Field) -> None:
    source = pasted([("Cégnév", "Jelleg"), ("Cég", "réz")], actor=boss)
    assert loaded(source, boss) == ["Jelleg: no choice was made for “réz”."]


def test_several_choices_of_a_cell_are_taken_apart(boss: User, module: Module) -> None:
    field = make.field(module, "choices", label_en="Uses", choices=("Home", "Work, office", "Gym"))
    home, office, gym = field.choices.order_by("order")
    table = [("Cégnév", "Uses"), ("Cég", "gym; Work, Office"), ("Más", "home, garden")]
    source = pasted(table, actor=boss, module=module)
    asked = asking.found_values(source, source.targets, [field])[f"f{field.pk}"]
    assert [one.text for one in asked] == ["garden"]
    assert loaded(source, boss, choices={f"f{field.pk}": {"garden": 0}}) == []
    got = [value_rows.read(one, field) for one in Datasheet.objects.order_by("pk")]
    assert got == [(office.pk, gym.pk), (home.pk,)]


def test_what_a_field_of_contacts_says_of_nobody_goes_into_the_notes(boss: User) -> None:
    make.field(None, "text", about="contact", label_en="Nickname")
    table = [("Cégnév", "Nickname", "Beosztás"), ("Cég", "Pali", "elnök")]
    assert loaded(pasted(table, actor=boss), boss) == []
    assert Client.objects.get().notes == "Position: elnök\nNickname: Pali"


def test_a_field_that_is_gone_at_the_load_is_wrong_and_loses_nothing(
    boss: User, module: Module, value: Field
) -> None:
    source = pasted([("Cégnév", "Várható érték"), ("Cég", "1")], actor=boss, module=module)
    source = checked(source, boss)
    Field.objects.filter(pk=value.pk).update(removed_at=make.at("2026-01-01"))
    load.run(fresh(source), lambda done: None)
    assert "not there any more" in next(rows.results(source.pk))["reasons"][0]


def test_numbers_of_records_are_taken_only_for_ours(boss: User, module: Module) -> None:
    client = make.client("Őrségi Vaj Kft.")
    sheet = make.datasheet(module, client=client, actor=boss)
    ours = ("Őrségi Vaj Kft.", str(client.pk), str(sheet.pk))
    header = ("Cégnév", "Ügyfélszám", "Adatlapszám")
    found = pasted([header, ours], actor=boss, module=module)
    assert found.targets == ["company_name", "client_id", "datasheet_id"]
    assert found.same_by == "id"
    strangers = pasted([header, ("Más Kft.", str(client.pk), "77")], actor=boss, module=module)
    assert strangers.targets == ["company_name", "", ""]
    assert strangers.same_by == "usual"


# ---- On the page -------------------------------------------------------------------------------


def test_what_is_required_and_in_no_column_is_told_and_stops_nothing(
    web: Browser, boss: User, module: Module
) -> None:
    make.field(module, "text", label_en="Must be", required="always")
    source = pasted([("Cégnév",), ("Cég",)], actor=boss, module=module)
    text = web.get(url("columns", source)).content.decode()
    assert "Must be" in re.sub(r"<select.*?</select>", "", text, flags=re.S)
    assert loaded(source, boss) == []
    assert Datasheet.objects.count() == 1


def test_unknown_choices_are_asked_about_on_the_page(web: Browser, boss: User, kind: Field) -> None:
    source = pasted([("Cégnév", "Jelleg"), ("Cég", "réz")], actor=boss)
    sent = choices(web, source)
    (name,) = [key for key in sent if key.startswith(f"f{kind.pk}_")]
    answer = web.post(url("columns", source), sent | {"go": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Choose what “réz” means." in answer.content.decode()
    silver = kind.choices.get(name_en="Silver")
    web.post(url("columns", source), sent | {name: str(silver.pk)}, headers=HTMX)
    assert fresh(source).choices == {f"f{kind.pk}": {"rez": silver.pk}}


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        (["igen", "nem", "Igen"], "yes_no"),
        (["1", "0", "12"], "whole"),
        ([Decimal("3"), Decimal("1200")], "whole"),
        (["1,5", "2"], "decimal"),
        (["1 250 000 Ft", "400 Ft"], "money"),
        (["2026. 12. 1.", "2020-01-02"], "date"),
        (["2026-12-01 10:30", "2020-01-02 08:00"], "moment"),
        (["www.pelda.hu", "https://x.example/a"], "link"),
        (["0012", "0456"], "text"),
        (["piros", "kék", "piros", "kék", "piros", "kék"], "choice"),
        (["valami", "más", "egyéb"], "text"),
        (["egy\nkét sor"], "long_text"),
        ([], "text"),
    ],
)
def test_the_type_of_a_new_field_is_guessed(cells: list[Cell], type_: str) -> None:
    assert guess_type(cells) == type_


def test_an_administrator_makes_a_field_of_a_column(module: Module) -> None:
    make.company()
    chief = make.user("administrator")
    browser = Browser()
    browser.force_login(chief)
    table = [("Cégnév", "Raktár"), ("A", "1 200 Ft"), ("B", "900 Ft")]
    source = pasted(table, actor=chief, module=module)
    sent = choices(browser, source) | {"column_1": "new.datasheet"}
    for _ in range(2):  # sent twice over it is made once
        answer = browser.post(url("columns", source), sent, headers=HTMX)
        assert answer.status_code == 200
    field = Field.objects.get()
    assert (field.type, field.label, field.module) == ("money", "Raktár", module)
    assert fresh(source).targets == ["company_name", f"f{field.pk}"]
    assert [one.pk for one in fields.offered(chief, module)] == [field.pk]
    assert guess_in(source, chief, module)[1].sure


def test_nobody_else_makes_fields(web: Browser, boss: User, module: Module) -> None:
    source = pasted([("Cégnév", "Raktár"), ("A", "1")], actor=boss, module=module)
    assert "new.client" not in web.get(url("columns", source)).content.decode()
    sent = choices(web, source) | {"column_1": "new.client"}
    web.post(url("columns", source), sent, headers=HTMX)
    assert not Field.objects.exists()


def test_choices_of_a_new_field_are_those_of_the_column(module: Module) -> None:
    make.company()
    chief = make.user("administrator")
    browser = Browser()
    browser.force_login(chief)
    table = [("Cégnév", "Szín"), *((f"Cég {n}", "kék" if n % 2 else "piros") for n in range(8))]
    source = pasted(table, actor=chief, module=module)
    sent = choices(browser, source) | {"column_1": "new.client"}
    assert browser.post(url("columns", source), sent).status_code == 200
    field = Field.objects.get()
    assert (field.about, [one.name for one in field.choices.all()]) == ("client", ["kék", "piros"])
    assert loaded(fresh(source), chief) == []
    assert FieldValue.objects.filter(field=field).count() == 8

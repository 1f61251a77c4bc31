"""Values that no option and no user of the company's fields bears: made, mapped, taken back."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser

from accounts.models import User
from accounts.models.audit import AuditEntry
from crm import value_rows
from crm.actions.values import set_value
from crm.errors import Forbidden
from crm.models import Client, Datasheet
from importer import asking, fields, load, rows, undo
from importer.actions import mappings, sources
from importer.actions.new_options import make_options
from importer.actions.undo import start_undo
from importer.keeping import forget_old_files
from importer.models import Import
from modules.models import Field, FieldChoice, Module
from tests import make
from tests.importer.tools import HTMX, checked, choices, fresh, loaded, pasted, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(boss: User) -> User:
    return make.user("administrator")


@pytest.fixture
def web(chief: User) -> Browser:
    browser = Browser()
    browser.force_login(chief)
    return browser


@pytest.fixture
def kind(boss: User) -> Field:
    return make.field(
        None, "choice", about="client", label_hu="Jelleg", label_en="", choices=("Gold", "Silver")
    )


def taken_back(source: Import, actor: User) -> None:
    Import.objects.filter(pk=source.pk).update(step="done")
    start_undo(source.pk, actor=actor)
    undo.run(Import.objects.get(pk=source.pk), lambda done: None)


def names(field: Field) -> list[str]:
    live = field.choices.filter(removed_at=None).order_by("order", "pk")
    return [one.name for one in live]


def asked(html: str, field: Field) -> dict[str, str]:
    """The selects of the values of a field, by the label that says what they ask."""
    found = re.findall(rf'<select name="f{field.pk}_(\w+)".*?</select>', html, re.S)
    inside = re.findall(rf'(<select name="f{field.pk}_\w+".*?</select>)', html, re.S)
    return dict(zip(found, inside, strict=True))


# ---- Options -------------------------------------------------------------------------------------


def test_an_administrator_makes_an_option_of_a_value(
    web: Browser, chief: User, kind: Field
) -> None:
    table = [("Cégnév", "Jelleg"), ("A Kft.", "réz"), ("B Kft.", "Réz"), ("C Kft.", "gold")]
    source = pasted(table, actor=chief)
    sent = choices(web, source)
    (name,) = [key for key in sent if key.startswith(f"f{kind.pk}_")]
    for _again in range(2):  # sent twice over it is made once
        answer = web.post(url("columns", source), sent | {name: "new"}, headers=HTMX)
        assert answer.status_code == 200
    assert names(kind) == ["Gold", "Silver", "réz"]
    assert asked(answer.content.decode(), kind) == {}
    made = kind.choices.get(name_en="réz")
    assert fresh(source).made_options == [made.pk]
    assert AuditEntry.objects.get(action="field.changed").data["to"]["choices"][-1][0] == made.pk
    assert loaded(fresh(source), chief) == []
    got = [value_rows.read(one, kind) for one in Client.objects.order_by("name")]
    assert got[:2] == [made.pk, made.pk]


def test_all_that_wait_become_options_at_once(web: Browser, chief: User, module: Module) -> None:
    several = make.field(module, "choices", label_en="Uses", choices=("Home",))
    long = "x" * 81
    table = [("Cégnév", "Uses"), ("A", "garden; gym"), ("B", "pool"), ("C", f"home; {long}")]
    source = pasted(table, actor=chief, module=module)
    html = web.get(url("columns", source)).content.decode()
    assert f'name="options" value="f{several.pk}"' in html
    sent = choices(web, source)
    pool = next(v for v in asking.found_values(source, source.targets, [several])[f"f{several.pk}"]
                if v.text == "pool")  # fmt: skip
    sent |= {f"f{several.pk}_{pool.key}": "0", "options": f"f{several.pk}"}
    html = web.post(url("columns", source), sent, headers=HTMX).content.decode()
    assert names(several) == ["Home", "garden", "gym"]
    assert "2 values are options of Uses now." in html
    left = asked(html, several)
    assert len(left) == 2
    (too_long,) = [one for key, one in left.items() if key != pool.key]
    assert 'value="new"' not in too_long
    assert 'value="new"' in left[pool.key]


def test_nobody_else_makes_options(boss: User, kind: Field) -> None:
    browser = Browser()
    browser.force_login(boss)
    source = pasted([("Cégnév", "Jelleg"), ("A", "réz"), ("B", "vas")], actor=boss)
    sent = choices(browser, source)
    html = browser.get(url("columns", source)).content.decode()
    assert 'value="new"' not in html
    assert 'name="options"' not in html
    (name, *_others) = [key for key in sent if key.startswith(f"f{kind.pk}_")]
    posted = sent | {name: "new", "options": f"f{kind.pk}"}
    browser.post(url("columns", source), posted, headers=HTMX)
    assert names(kind) == ["Gold", "Silver"]
    with pytest.raises(Forbidden):
        make_options(source.pk, kind, ["réz"], actor=boss)


def test_an_undo_takes_back_the_options_that_nobody_has(chief: User, kind: Field) -> None:
    source = pasted([("Cégnév", "Jelleg"), ("A", "réz"), ("B", "vas")], actor=chief)
    copper, iron = make_options(source.pk, kind, ["réz", "vas"], actor=chief)
    assert loaded(fresh(source), chief) == []
    set_value(make.client("Más"), kind.pk, iron, actor=chief)
    taken_back(source, chief)
    assert names(kind) == ["Gold", "Silver", "vas"]
    again = pasted([("Cégnév", "Jelleg"), ("A", "réz")], actor=chief)
    assert make_options(again.pk, kind, ["RÉZ"], actor=chief) == [copper]
    assert names(kind) == ["Gold", "Silver", "vas", "réz"]


def test_an_option_that_is_the_default_stays(chief: User, kind: Field) -> None:
    source = pasted([("Cégnév", "Jelleg"), ("A", "réz")], actor=chief)
    (made,) = make_options(source.pk, kind, ["réz"], actor=chief)
    Field.objects.filter(pk=kind.pk).update(default=made)
    sources.discard(source.pk, actor=chief)
    assert names(kind) == ["Gold", "Silver", "réz"]


def test_a_draft_that_is_thrown_away_takes_its_options_along(chief: User, kind: Field) -> None:
    source = pasted([("Cégnév", "Jelleg"), ("A", "réz")], actor=chief)
    gold = FieldChoice.objects.get(name_en="Gold").pk
    assert make_options(source.pk, kind, ["gold", "réz"], actor=chief)[0] == gold
    sources.discard(source.pk, actor=chief)
    assert names(kind) == ["Gold", "Silver"]


def test_a_draft_that_is_forgotten_takes_them_along_too(chief: User, kind: Field) -> None:
    source = pasted([("Cégnév", "Jelleg"), ("A", "réz")], actor=chief)
    make_options(source.pk, kind, ["réz"], actor=chief)
    Import.objects.filter(pk=source.pk).update(created_at=make.at("2020-01-01"))
    assert forget_old_files() == 1
    assert names(kind) == ["Gold", "Silver"]


# ---- Users ---------------------------------------------------------------------------------------


@pytest.fixture
def keeper(module: Module) -> Field:
    return make.field(module, "user", label_hu="Gondnok", label_en="Keeper")


@pytest.fixture
def eva(boss: User) -> User:
    return make.user("normal", family_name="Szűcs", given_name="Éva")


def test_unknown_users_are_mapped_once_for_all_rows(
    web: Browser, chief: User, module: Module, keeper: Field, eva: User
) -> None:
    table = [
        ("Cégnév", "Keeper"),
        *(("A", eva.email), ("B", "Szűcs É."), ("C", "Réka"), ("D", "réka")),
        *(("E", "Régi Rezső"), ("F", "senki"), ("G", "")),
    ]
    source = pasted(table, actor=chief, module=module)
    html = web.get(url("columns", source)).content.decode()
    assert "can't be" not in html
    selects = asked(html, keeper)
    assert len(selects) == 4
    assert 'value="new"' not in html.split("columns-title")[1].split("</table>")[0]
    values = asking.found_values(source, source.targets, [keeper])[f"f{keeper.pk}"]
    assert (values[0].folded, values[0].rows) == ("reka", 2)
    key = {one.folded: f"f{keeper.pk}_{one.key}" for one in values}
    sent = choices(web, source)
    assert sent[key["szucs e."]] == str(eva.pk)  # known by the initial
    sent |= {key["reka"]: str(chief.pk), key["regi rezso"]: "0", key["senki"]: "leave"}
    answer = web.post(url("columns", source), sent | {"go": "1"}, headers=HTMX)
    assert answer.status_code == 204
    mapped = {"szucs e.": eva.pk, "reka": chief.pk, "regi rezso": fields.EMPTY, "senki": None}
    assert fresh(source).choices == {f"f{keeper.pk}": mapped}
    load.run(fresh(source), lambda done: None)
    said = [reason for one in rows.results(source.pk) for reason in one["reasons"]]
    assert said == ["Left out: Keeper “senki”."]
    got = {one.client.name: value_rows.read(one, keeper) for one in Datasheet.objects.all()}
    assert got == {
        "A": eva.pk, "B": eva.pk, "C": chief.pk, "D": chief.pk, "E": None, "G": None
    }  # fmt: skip


def test_a_user_nobody_decided_about_is_wrong_by_name(
    chief: User, module: Module, keeper: Field, eva: User
) -> None:
    source = pasted([("Cégnév", "Keeper"), ("A", "Réka")], actor=chief, module=module)
    assert loaded(source, chief) == ["Keeper: no choice was made for “Réka”."]
    eva.is_active = False
    eva.save()
    again = pasted([("Cégnév", "Keeper"), ("A", "Réka")], actor=chief, module=module)
    chosen = {f"f{keeper.pk}": {"reka": eva.pk}}
    assert loaded(again, chief, choices=chosen) == ["Keeper: no choice was made for “Réka”."]


def test_what_was_mapped_is_remembered_for_the_next_file(
    chief: User, module: Module, keeper: Field, eva: User
) -> None:
    table = [("Cégnév", "Keeper"), ("A", "Réka"), ("B", "Éva")]
    source = pasted(table, actor=chief, module=module)
    chosen = {f"f{keeper.pk}": {"reka": eva.pk, "eva": 0}}
    source = checked(source, chief, choices=chosen)
    mappings.remember(source, actor=chief)
    assert pasted(table, actor=chief, module=module).choices == chosen
    User.objects.filter(pk=eva.pk).update(is_active=False)
    assert pasted(table, actor=chief, module=module).choices == {f"f{keeper.pk}": {"eva": 0}}


def test_a_column_of_too_many_different_people_is_asked_about_as_a_whole(
    web: Browser, chief: User, module: Module, keeper: Field
) -> None:
    table = [("Cégnév", "Keeper"), *((f"Cég {n}", f"Valaki {n}") for n in range(201))]
    source = pasted(table, actor=chief, module=module)
    sent = choices(web, source)
    answer = web.post(url("columns", source), sent | {"go": "1"}, headers=HTMX)
    assert answer.status_code == 422
    assert "There are 201 different values in it." in answer.content.decode()

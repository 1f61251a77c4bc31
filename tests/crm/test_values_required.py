"""What a new record can't be without, and what a status asks for before one comes to it."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from crm.actions.datasheets import DatasheetPlan, create_datasheet
from crm.actions.rules import follow_orders
from crm.actions.statuses import Sale, change_sale, make_move, move_to
from crm.errors import Missing
from crm.models import Client, Contact, Datasheet, FieldValue, HistoryEntry
from crm.value_rows import read
from importer import load
from importer.actions.sources import Upload, take_in
from modules.kinds.sales import status_key as sale_status
from modules.models import About, Module
from tests import make
from tests.races.conftest import AtOnce, at_once

__all__ = ["at_once"]

HX = {"HX-Request": "true"}


@pytest.fixture
def manager(db: None) -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def projects(manager: User) -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def browser(manager: User) -> Browser:
    browser = Browser()
    browser.force_login(manager)
    return browser


def statuses(module: Module) -> list[Any]:
    return list(module.statuses.order_by("group__order", "order", "pk"))


def hidden(html: str) -> dict[str, str]:
    """What a form sends along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


# Creation


def test_a_new_record_has_the_defaults_and_its_number(manager: User, projects: Module) -> None:
    source = make.field(projects, "text", default="Webshop")
    number = make.field(projects, "number", next_number=41)
    on_client = make.field(None, "number", about=About.CLIENT)
    sheets = [make.datasheet(projects, actor=manager) for _ in range(3)]
    assert [read(sheet, number) for sheet in sheets] == [41, 42, 43]
    assert {read(sheet, source) for sheet in sheets} == {"Webshop"}
    assert FieldValue.objects.filter(field=on_client).count() == 0  # made without the action


def test_the_form_of_a_new_client_asks_for_what_is_always_required(
    browser: Browser, manager: User, projects: Module
) -> None:
    budget = make.field(projects, "whole", label_en="Budget", required="always")
    make.field(projects, "text", label_en="Later on", required="from",
               required_from=statuses(projects)[1])  # fmt: skip
    branch = make.field(
        None, "text", about=About.CLIENT, label_en="Branch of trade", required="always"
    )
    birthday = make.field(None, "text", about=About.CONTACT, label_en="Nickname", required="always")
    form = browser.get("/clients/new/?module=projects", headers=HX).content.decode()
    assert all(word in form for word in ("Budget", "Branch of trade", "Nickname"))
    assert "Later on" not in form
    body = {
        "kind": "company", "name": "Hegyalja Borház Kft.", "module": projects.pk,
        "status": statuses(projects)[0].pk, "family_name": "Szabó", "given_name": "Anna",
    }  # fmt: skip
    wrong = browser.post("/clients/new/", body, headers=HX)
    assert wrong.status_code == 422
    assert not Client.objects.exists()
    assert wrong.content.decode().count('aria-invalid="true"') == 3
    own = {f"field-{budget.pk}": "500", f"field-{branch.pk}": "Bor", f"field-{birthday.pk}": "Ani"}
    assert browser.post("/clients/new/", {**body, **own}, headers=HX).status_code == 204
    sheet = Datasheet.objects.get()
    assert read(sheet, budget) == 500
    assert read(sheet.client, branch) == "Bor"
    assert read(Contact.objects.get(), birthday) == "Ani"
    alone = {**body, "name": "Egyedül Kft.", "family_name": "", "given_name": ""}
    assert browser.post("/clients/new/", {**alone, **own}, headers=HX).status_code == 204


def test_a_status_that_asks_for_a_field_asks_in_the_new_form_too(
    browser: Browser, manager: User, projects: Module
) -> None:
    third = statuses(projects)[2]
    field = make.field(projects, "text", label_en="Site", required="from", required_from=third)
    client = make.client()
    url = f"/c/{client.pk}/datasheets/new/"
    part = browser.get(f"{url}?part=about&module={projects.pk}&status={third.pk}", headers=HX)
    assert "Site" in part.content.decode()
    body = {"module": projects.pk, "status": third.pk, "sheet_name": "Új"}
    assert browser.post(url, body, headers=HX).status_code == 422
    sent = browser.post(url, {**body, f"field-{field.pk}": "Eger"}, headers=HX)
    assert sent.status_code == 204
    assert read(Datasheet.objects.get(), field) == "Eger"


def test_an_import_gives_defaults_and_numbers_and_leaves_the_rest_missing(
    browser: Browser, manager: User, projects: Module
) -> None:
    number = make.field(projects, "number")
    source = make.field(projects, "text", default="Lista")
    make.field(projects, "text", required="always")
    vip = make.field(None, "yes_no", about=About.CLIENT, default=True)
    nick = make.field(None, "text", about=About.CONTACT, default="–")
    cells = "Cégnév\tKapcsolattartó\nMinta Kft.\tKis Éva\nPélda Kft.\tNagy Ede\n"
    found = take_in(Upload(pasted=cells, module=projects), actor=manager)
    load.run(found, lambda done: None)
    sheets = list(Datasheet.objects.order_by("pk"))
    assert [read(sheet, number) for sheet in sheets] == [1, 2]
    assert {read(sheet, source) for sheet in sheets} == {"Lista"}
    assert {read(client, vip) for client in Client.objects.all()} == {True}
    assert {read(contact, nick) for contact in Contact.objects.all()} == {"–"}
    assert "data-missing" in browser.get(f"/d/{sheets[0].pk}/").content.decode()
    number.refresh_from_db()
    assert number.next_number == 3


# Moves


def test_a_status_asks_for_what_it_needs_together_with_the_move(
    browser: Browser, manager: User, projects: Module
) -> None:
    first, second, third = statuses(projects)[:3]
    field = make.field(projects, "whole", label_en="Bottles", required="from",
                       required_from=third)  # fmt: skip
    sheet = make.datasheet(projects, actor=manager)
    url = f"/d/{sheet.pk}/status/"
    assert move_to(sheet.pk, second.pk, actor=manager)
    asked = browser.post(url, {"to": third.pk, "was": second.pk}, headers=HX)
    text = asked.content.decode()
    assert asked["HX-Retarget"] == "#dialog"
    assert "Bottles" in text
    sheet.refresh_from_db()
    assert sheet.status_id == second.pk
    sends = hidden(text)
    assert sends["to"] == str(third.pk)
    wrong = browser.post(url, {**sends, f"field-{field.pk}": "sok"}, headers=HX)
    assert wrong.status_code == 422
    assert 'value="sok"' in wrong.content.decode()
    empty = browser.post(url, {**sends, f"field-{field.pk}": ""}, headers=HX)
    assert empty.status_code == 422
    moved = browser.post(url, {**sends, f"field-{field.pk}": "3200"}, headers=HX)
    assert moved.status_code == 200
    sheet.refresh_from_db()
    assert sheet.status_id == third.pk
    assert read(sheet, field) == 3200
    kinds = HistoryEntry.objects.filter(datasheet=sheet).order_by("-pk").values_list("kind")
    assert [kind for (kind,) in kinds[:2]] == ["status", "field"]
    assert move_to(sheet.pk, first.pk, actor=manager)


def test_nobody_comes_to_such_a_status_by_a_forged_request(
    browser: Browser, manager: User, projects: Module
) -> None:
    third = statuses(projects)[2]
    field = make.field(projects, "text", required="from", required_from=third)
    sheet = make.datasheet(projects, actor=manager)
    with pytest.raises(Missing):
        move_to(sheet.pk, third.pk, actor=manager)
    body = {"to": third.pk, "given": "", f"field-{field.pk}": "Igen"}
    browser.post(f"/d/{sheet.pk}/status/", body, headers=HX)
    sheet.refresh_from_db()
    assert sheet.status_id != third.pk
    without_scripts = browser.post(f"/d/{sheet.pk}/status/", {"to": third.pk})
    assert "<!doctype html>" in without_scripts.content.decode().lower()


def test_a_sale_a_step_a_move_and_a_suggestion_ask_too(browser: Browser, manager: User) -> None:
    sales, orders = make.module("sales"), make.module("orders")
    begun = sales.statuses.get(key=sale_status("vip", "in_progress"))
    money = make.field(sales, "whole", label_en="Worth", required="from", required_from=begun)
    sheet = make.datasheet(sales, actor=manager)
    change_sale(sheet.pk, Sale(qualification="vip"), actor=manager)
    step = sales.steps.order_by("order")[0]
    asked = browser.post(f"/d/{sheet.pk}/steps/{step.pk}/", {"ticked": "1"}, headers=HX)
    assert "Worth" in asked.content.decode()
    assert not sheet.ticks.exists()
    body = {**hidden(asked.content.decode()), f"field-{money.pk}": "12"}
    assert browser.post(f"/d/{sheet.pk}/steps/{step.pk}/", body, headers=HX).status_code == 200
    assert sheet.ticks.exists()
    assert read(sheet, money) == 12
    other = make.datasheet(sales, actor=manager)
    facts = {"qualification": "vip", "sale_state": "in_progress"}
    asked = browser.post(f"/d/{other.pk}/sale/", facts, headers=HX)
    assert "Worth" in asked.content.decode()
    body = {**hidden(asked.content.decode()), f"field-{money.pk}": "7"}
    assert browser.post(f"/d/{other.pk}/sale/", body, headers=HX).status_code == 200
    other.refresh_from_db()
    assert other.status_id == begun.pk
    at_work = orders.statuses.get(key="in_progress")
    make.field(orders, "text", label_en="Van", required="from", required_from=at_work)
    order = make.datasheet(orders, actor=manager)
    asked = browser.post(f"/d/{order.pk}/move/", {"verb": "finalise"}, headers=HX)
    assert "Van" in asked.content.decode()
    with pytest.raises(Missing):
        make_move(order.pk, "finalise", actor=manager)


def test_a_suggestion_that_moves_on_asks_and_then_plans(
    browser: Browser, manager: User, projects: Module
) -> None:
    third = statuses(projects)[2]
    field = make.field(projects, "text", label_en="Site", required="from", required_from=third)
    sheet = make.datasheet(projects, actor=manager)
    body = {
        "type": make.todo(make.datasheet(projects, actor=manager), actor=manager).type_id,
        "text": "Felhívni", "when": "typed", "when_text": "2030-01-07",
        "responsible": manager.pk, "moves_to": third.pk,
    }  # fmt: skip
    asked = browser.post(f"/d/{sheet.pk}/plan/", body, headers=HX)
    assert "Site" in asked.content.decode()
    assert not sheet.todos.exists()
    sent = {**hidden(asked.content.decode()), f"field-{field.pk}": "Eger"}
    browser.post(f"/d/{sheet.pk}/plan/", sent, headers=HX)
    sheet.refresh_from_db()
    assert sheet.status_id == third.pk
    assert sheet.todos.count() == 1


def test_what_the_system_moves_is_never_held_up(browser: Browser, manager: User) -> None:
    shop, orders = make.module("webshop"), make.module("orders")
    first = statuses(shop)[0]
    make.field(shop, "text", required="from", required_from=first)
    buyer = make.datasheet(shop, actor=manager)
    order = make.datasheet(orders, actor=manager, client=buyer.client)
    was = buyer.status_id
    for verb in ("finalise", "complete"):
        make_move(order.pk, verb, actor=manager)
    order.refresh_from_db()
    follow_orders(order)
    buyer.refresh_from_db()
    assert buyer.status_id != was
    assert "data-missing" in browser.get(f"/d/{buyer.pk}/").content.decode()


# At the same moment


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_get_sixteen_numbers(at_once: AtOnce) -> None:
    make.company()
    boss = make.user("administrator")
    module = make.module("projects")
    number = make.field(module, "number")
    clients = [make.client() for _ in range(16)]
    plan = DatasheetPlan(module, boss)
    made = at_once([partial(create_datasheet, one.pk, plan, actor=boss) for one in clients])
    assert all(isinstance(one, Datasheet) for one in made)
    given = [read(sheet, number) for sheet in Datasheet.objects.all()]
    assert sorted(given) == list(range(1, 17))

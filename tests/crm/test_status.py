"""Moving a datasheet over HTTP: chosen statuses, sales, named moves, and who is responsible."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm.actions import repair
from crm.constants import EntryKind, SaleState, Shelf, TodoState
from crm.models import Datasheet, HistoryEntry, StepTick, Todo
from modules.models import Module
from tests import make

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def browser(manager: User) -> Browser:
    return of(manager)


@pytest.fixture
def projects() -> Module:
    return make.module("projects", slug="projects")


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_the_picker_says_what_each_status_asks_to_be_done(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    for headers in ({}, HX):
        text = browser.get(f"/d/{sheet.pk}/status/", headers=headers).content.decode()
        for status in projects.statuses.all():
            assert f'value="{status.pk}"' in text
        assert str(sheet.status.what) in text
    ends = browser.get(f"/d/{sheet.pk}/status/?final=1", headers=HX).content.decode()
    assert f'value="{sheet.status_id}"' not in ends.replace('name="was" value=', "")


def test_a_status_is_chosen_and_can_be_taken_back(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    to = projects.statuses.filter(meaning="open").exclude(pk=sheet.status_id)[0]
    answer = browser.post(f"/d/{sheet.pk}/status/", {"to": to.pk}, headers=HX)
    assert answer.status_code == 200
    assert Datasheet.objects.get().status == to
    entry = HistoryEntry.objects.get(kind=EntryKind.STATUS)
    assert f"/history/{entry.pk}/undo/" in answer.content.decode()


def test_of_two_who_move_it_the_second_is_told(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    first, second = projects.statuses.filter(meaning="open").exclude(pk=sheet.status_id)[:2]
    form = {"to": str(first.pk), "was": str(sheet.status_id)}
    browser.post(f"/d/{sheet.pk}/status/", form, headers=HX)
    told = browser.post(f"/d/{sheet.pk}/status/", {**form, "to": str(second.pk)}, headers=HX)
    assert told["HX-Retarget"] == "#dialog"
    assert "in the meantime" in told.content.decode()
    assert Datasheet.objects.get().status == first
    again = {"to": str(second.pk), "was": str(first.pk)}
    browser.post(f"/d/{sheet.pk}/status/", again, headers=HX)
    assert Datasheet.objects.get().status == second


@pytest.mark.parametrize(
    ("said", "state", "shelf"),
    [("cancel", TodoState.CANCELLED, Shelf.CLOSED), ("keep", TodoState.OPEN, Shelf.OPEN)],
)
def test_closing_asks_about_open_todos(
    browser: Browser, manager: User, projects: Module, said: str, state: int, shelf: int
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    make.todo(sheet, actor=manager)
    won = projects.statuses.filter(meaning="won")[0]
    url = f"/d/{sheet.pk}/status/"
    asked = browser.post(url, {"to": won.pk}, headers=HX)
    assert asked["HX-Retarget"] == "#dialog"
    assert 'value="cancel" checked' in asked.content.decode()
    assert Datasheet.objects.get().status_id == sheet.status_id
    assert browser.post(url, {"to": won.pk}).status_code == 200
    browser.post(url, {"to": won.pk, "todos": said}, headers=HX)
    assert Datasheet.objects.get().shelf == shelf
    assert Todo.objects.get().state == state
    assert repair.check().clean


def test_a_status_of_another_module_is_none(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    foreign = make.status(make.module("hr"))
    answer = browser.post(f"/d/{sheet.pk}/status/", {"to": foreign.pk}, headers=HX)
    assert answer.status_code == 404
    assert browser.post(f"/d/{sheet.pk}/status/", {"to": "x"}, headers=HX).status_code == 404


@pytest.mark.parametrize("kind", ["sales", "orders", "webshop"])
def test_a_fixed_status_is_never_chosen(browser: Browser, manager: User, kind: str) -> None:
    module = make.module(kind)
    sheet = make.datasheet(module, actor=manager)
    to = module.statuses.exclude(pk=sheet.status_id)[0]
    answer = browser.post(f"/d/{sheet.pk}/status/", {"to": to.pk, "todos": "cancel"}, headers=HX)
    assert answer.status_code == 409
    assert Datasheet.objects.get().status_id == sheet.status_id


# Sales


def test_a_lead_is_qualified_decided_and_won(browser: Browser, manager: User) -> None:
    sheet = make.datasheet(make.module("sales"), actor=manager)
    url = f"/d/{sheet.pk}/sale/"
    for sent, key in (
        ({"qualification": "vip"}, "prospecting_vip"),
        ({"sale_state": "in_progress"}, "sales_vip"),
        ({"decided": "1", "decided_shown": "1"}, "sales_vip_decided"),
        ({"decided_shown": "1"}, "sales_vip"),
        ({"sale_state": "won"}, "customers_vip"),
    ):
        assert browser.post(url, sent, headers=HX).status_code == 200
        assert Datasheet.objects.get().status.key == key


def test_an_unqualified_lead_is_neither_won_nor_lost(browser: Browser, manager: User) -> None:
    sheet = make.datasheet(make.module("sales"), actor=manager)
    answer = browser.post(f"/d/{sheet.pk}/sale/", {"sale_state": "won"}, headers=HX)
    assert answer.status_code == 422
    assert "Qualify the lead first" in answer.content.decode()
    assert browser.post(f"/d/{sheet.pk}/sale/", {"sale_state": "best"}).status_code == 422


def test_steps_are_ticked_with_their_day_and_move_the_sale(browser: Browser, manager: User) -> None:
    module = make.module("sales")
    sheet = make.datasheet(module, actor=manager, qualification="target")
    first = module.steps.all()[0]
    url = f"/d/{sheet.pk}/steps/{first.pk}/"
    for _ in range(2):
        assert browser.post(url, headers=HX).status_code == 200
    assert StepTick.objects.get().on == timezone.localdate()
    assert Datasheet.objects.get().status.key == "sales_target"
    browser.post(url, {"off": "1"}, headers=HX)
    assert not StepTick.objects.exists()
    assert Datasheet.objects.get().sale_state == SaleState.IN_PROGRESS


def test_a_step_that_wins_asks_about_todos_and_a_lost_sale_is_reopened_first(
    browser: Browser, manager: User
) -> None:
    module = make.module("sales")
    sheet = make.datasheet(module, actor=manager, qualification="target")
    make.todo(sheet, actor=manager)
    won = module.steps.filter(sets="won")[0]
    url = f"/d/{sheet.pk}/steps/{won.pk}/"
    assert 'name="todos"' in browser.post(url, headers=HX).content.decode()
    assert not StepTick.objects.exists()
    browser.post(url, {"todos": "keep"}, headers=HX)
    assert Todo.objects.get().state == TodoState.OPEN
    browser.post(f"/d/{sheet.pk}/sale/", {"sale_state": "lost"}, headers=HX)
    other = module.steps.all()[0]
    url = f"/d/{sheet.pk}/steps/{other.pk}/"
    assert "was lost" in browser.post(url, headers=HX).content.decode()
    browser.post(url, {"reopen": "1", "todos": "keep"}, headers=HX)
    assert Datasheet.objects.get().sale_state == SaleState.IN_PROGRESS


def test_only_sales_have_a_sale(browser: Browser, manager: User, projects: Module) -> None:
    sheet = make.datasheet(projects, actor=manager)
    assert browser.get(f"/d/{sheet.pk}/sale/").status_code == 404
    assert browser.post(f"/d/{sheet.pk}/sale/", {"qualification": "vip"}).status_code == 404


# Orders, Invoicing, Webshop


def test_orders_go_their_way_and_the_buyer_with_them(browser: Browser, manager: User) -> None:
    sheet = make.datasheet(make.module("orders"), actor=manager)
    buyer = make.datasheet(make.module("webshop"), actor=manager, client=sheet.client)
    text = browser.get(f"/d/{sheet.pk}/").content.decode()
    assert 'value="finalise"' in text
    assert 'value="paid"' not in text
    for verb in ("finalise", "complete"):
        assert browser.post(f"/d/{sheet.pk}/move/", {"verb": verb}, headers=HX).status_code == 200
    assert Datasheet.objects.get(pk=buyer.pk).status.key == "one_time_buyer"
    wrong = browser.post(f"/d/{sheet.pk}/move/", {"verb": "edit"}, headers=HX)
    assert wrong.status_code == 409
    assert Datasheet.objects.get(pk=sheet.pk).status.key == "completed"


def test_a_document_knows_its_own_moves(browser: Browser, manager: User) -> None:
    sheet = make.datasheet(make.module("invoicing"), actor=manager, document_type="offer")
    for document_type, status in (("invoice", "to_be_issued"), ("offer", "being_prepared")):
        form = {"document_type": document_type}
        browser.post(f"/d/{sheet.pk}/document-type/", form, headers=HX)
        assert Datasheet.objects.get().status.key == status
    browser.post(f"/d/{sheet.pk}/move/", {"verb": "send"}, headers=HX)
    late = browser.post(f"/d/{sheet.pk}/document-type/", {"document_type": "invoice"}, headers=HX)
    assert late.status_code == 409
    todo = make.todo(sheet, actor=manager)
    asked = browser.post(f"/d/{sheet.pk}/move/", {"verb": "accept"}, headers=HX)
    assert asked["HX-Retarget"] == "#dialog"
    accepted = {"verb": "accept", "todos": "cancel"}
    browser.post(f"/d/{sheet.pk}/move/", accepted, headers=HX)
    assert Datasheet.objects.get().status.key == "accepted"
    assert Todo.objects.get(pk=todo.pk).state == TodoState.CANCELLED


def test_a_buyers_status_follows_from_registration(browser: Browser, manager: User) -> None:
    sheet = make.datasheet(make.module("webshop"), actor=manager)
    url = f"/d/{sheet.pk}/shop/"
    today = timezone.localdate()
    for sent, key in (
        ({"registered_on": today.isoformat()}, "registered"),
        ({"registered_on": (today - timedelta(days=60)).isoformat()}, "inactive"),
        ({"registered_on": "", "unsubscribed": "on"}, "unsubscribed"),
    ):
        assert browser.post(url, sent, headers=HX).status_code == 200
        assert Datasheet.objects.get().status.key == key
    future = {"registered_on": (today + timedelta(days=1)).isoformat()}
    assert browser.post(url, future, headers=HX).status_code == 422


# Responsible


def test_it_is_handed_over_taken_and_released(browser: Browser, manager: User) -> None:
    other = make.user("normal")
    sheet = make.datasheet(make.module("projects"), actor=manager)
    url = f"/d/{sheet.pk}/responsible/"
    assert str(other.full_name) in browser.get(url, headers=HX).content.decode()
    for said, expected in ((str(other.pk), other), (str(manager.pk), manager), ("", None)):
        assert browser.post(url, {"to": said}, headers=HX).status_code == 200
        assert Datasheet.objects.get().responsible == expected


def test_a_restricted_user_is_warned_that_it_will_be_gone(manager: User, projects: Module) -> None:
    restricted = make.user("restricted")
    sheet = make.datasheet(projects, actor=manager, responsible=None)
    url, browser = f"/d/{sheet.pk}/responsible/", of(restricted)
    browser.post(url, {"to": restricted.pk}, headers=HX)
    todo = make.todo(Datasheet.objects.get(), actor=restricted)
    asked = browser.post(url, {"to": manager.pk}, headers=HX)
    assert "see this datasheet any more" in asked.content.decode()
    assert Datasheet.objects.get().responsible == restricted
    gone = browser.post(url, {"to": manager.pk, "sure": "1"}, headers=HX)
    assert gone.status_code == 204
    assert "/m/projects/" in gone["HX-Location"]
    assert Todo.objects.get(pk=todo.pk).responsible == manager
    assert browser.get(f"/d/{sheet.pk}/").status_code == 404


def test_of_two_who_hand_it_over_the_second_is_told(
    browser: Browser, manager: User, projects: Module
) -> None:
    one, other = make.user("normal"), make.user("normal", family_name="Kiss")
    sheet = make.datasheet(projects, actor=manager)
    url = f"/d/{sheet.pk}/responsible/"
    browser.post(url, {"to": other.pk, "was": manager.pk}, headers=HX)
    told = browser.post(url, {"to": one.pk, "was": manager.pk}, headers=HX)
    assert other.full_name in told.content.decode()
    assert told["HX-Retarget"] == "#dialog"
    assert Datasheet.objects.get().responsible == other


def test_only_who_uses_the_module_can_be_responsible(browser: Browser, manager: User) -> None:
    module = make.module("hr")
    module.limited = True
    module.save()
    module.users.add(manager)
    outsider = make.user("normal")
    sheet = make.datasheet(module, actor=manager)
    answer = browser.post(f"/d/{sheet.pk}/responsible/", {"to": outsider.pk}, headers=HX)
    assert answer.status_code == 409
    assert outsider.full_name not in browser.get(f"/d/{sheet.pk}/responsible/").content.decode()


def test_the_main_contact_is_one_of_the_clients(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    own, stranger = make.contact(sheet.client), make.contact(make.client())
    url = f"/d/{sheet.pk}/main-contact/"
    assert browser.post(url, {"contact": stranger.pk}, headers=HX).status_code == 409
    assert browser.post(url, {"contact": own.pk}, headers=HX).status_code == 200
    assert Datasheet.objects.get().main_contact == own


# Notes


def test_what_happened_is_written_down_once(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    url = f"/d/{sheet.pk}/notes/"
    form = {
        "kind": "call",
        "text": "Kérik a mintát",
        "once": "7f3b2c1e-8f5d-4e8e-9a55-0c3f5d1f2a11",
    }
    for _ in range(2):
        assert browser.post(url, form, headers=HX).status_code == 200
    assert HistoryEntry.objects.get(kind=EntryKind.CALL).text == "Kérik a mintát"
    empty = browser.post(url, {"kind": "note", "text": " "}, headers=HX)
    assert empty.status_code == 422
    assert empty["HX-Retarget"] == "#composer"
    assert browser.post(url, {"kind": "status", "text": "x"}, headers=HX).status_code == 422


def test_an_order_that_failed_and_was_paid_after_all_counts_as_bought_today(
    browser: Browser, manager: User
) -> None:
    sheet = make.datasheet(make.module("orders"), actor=manager)
    buyer = make.datasheet(make.module("webshop"), actor=manager, client=sheet.client)
    for verb in ("finalise", "fail", "paid"):
        assert browser.post(f"/d/{sheet.pk}/move/", {"verb": verb}, headers=HX).status_code == 200
    assert Datasheet.objects.get(pk=sheet.pk).completed_on == timezone.localdate()
    assert Datasheet.objects.get(pk=buyer.pk).status.key == "one_time_buyer"

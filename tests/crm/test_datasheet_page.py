"""The datasheet: full and partial, for whom it exists, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm.actions.notes import write_down
from crm.actions.statuses import Sale, change_sale, tick_step
from crm.actions.todos import finish_todo, leave_without_next
from crm.constants import EntryKind
from crm.models import Datasheet, Email, HistoryEntry, Phone
from crm.views.after_todo import version_of
from modules.models import Module
from tests import make
from tests.budgets import within_budget

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects() -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def browser(manager: User) -> Browser:
    return of(manager)


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def page(browser: Browser, sheet: Datasheet, words: str = "", **headers: str) -> str:
    answer = browser.get(f"/d/{sheet.pk}/{words}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_four_answers_come_first(browser: Browser, manager: User, projects: Module) -> None:
    client = make.client("Hegyalja Borház Kft.")
    anna = make.contact(client, family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=client, contact=anna, raw="06 30 412 7788")
    Email.objects.create(client=client, contact=anna, address="anna@example.com")
    sheet = make.datasheet(projects, actor=manager, client=client, main_contact=anna)
    make.todo(
        sheet,
        actor=manager,
        text="Megérkezett a minta?",
        contact=anna,
        due_at=timezone.now() - timedelta(days=1),
    )
    text = page(browser, sheet)
    assert "1 day late" in text
    assert "Megérkezett a minta?" in text
    assert "Szabó Anna" in text
    assert 'href="tel:+36304127788"' in text
    assert 'href="mailto:anna@example.com"' in text
    assert "Nagy Eszter" in text
    assert "Hegyalja Borház Kft. (Szabó Anna)" in text


def test_htmx_gets_the_sheet_alone_and_nothing_while_it_is_unchanged(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    part = browser.get(f"/d/{sheet.pk}/", headers=HX)
    assert part.content.decode().lstrip().startswith('<div id="datasheet"')
    version = version_of(Datasheet.objects.get(pk=sheet.pk))
    assert browser.get(f"/d/{sheet.pk}/?version={version}", headers=HX).status_code == 204
    make.todo(sheet, actor=manager)
    assert browser.get(f"/d/{sheet.pk}/?version={version}", headers=HX).status_code == 200


def test_for_a_restricted_user_anothers_datasheet_does_not_exist(
    manager: User, projects: Module
) -> None:
    restricted = make.user("restricted")
    sheet = make.datasheet(projects, actor=manager)
    assert of(restricted).get(f"/d/{sheet.pk}/").status_code == 404
    own = make.datasheet(projects, actor=manager, client=sheet.client, responsible=restricted)
    text = page(of(restricted), own)
    assert f"/d/{sheet.pk}/" not in text


def test_the_clients_other_datasheets_are_listed(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    other = make.datasheet(projects, actor=manager, client=sheet.client, name="Pincebővítés")
    text = page(browser, sheet)
    assert "Pincebővítés" in text
    assert f'href="/d/{other.pk}/"' in text


def test_a_broken_chain_asks_whats_next_unless_it_was_left_on_purpose(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    assert f'id="next-{sheet.pk}"' in page(browser, sheet)
    leave_without_next(sheet.pk, actor=manager)
    text = page(browser, sheet)
    assert f'id="next-{sheet.pk}"' not in text
    assert "Left so on purpose by Nagy Eszter" in text
    assert f'id="next-{sheet.pk}"' in page(browser, sheet, "?ask=1")


def test_previous_and_next_follow_the_list_one_came_from(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheets = [make.datasheet(projects, actor=manager) for _ in range(3)]
    for day, sheet in enumerate(sheets, start=1):
        due_at = timezone.now() + timedelta(days=day)
        make.todo(sheet, actor=manager, due_at=due_at)
    first, second, third = sheets
    before = {"referer": "http://testserver/m/projects/?who=everyone&after=x"}
    opened = browser.get(f"/d/{second.pk}/", headers=before)
    assert opened["Location"] == f"/d/{second.pk}/?list=who%3Deveryone"
    text = browser.get(opened["Location"], headers=before).content.decode()
    assert f'href="/d/{first.pk}/?list=who%3Deveryone"' in text
    assert f'href="/d/{third.pk}/?list=who%3Deveryone"' in text
    assert f"/d/{third.pk}/" not in page(browser, second)
    looked_at = {**HX, "HX-Current-URL": f"http://testserver{opened['Location']}"}
    part = browser.post(f"/d/{second.pk}/no-next/", headers=looked_at).content.decode()
    assert f'href="/d/{third.pk}/?list=who%3Deveryone"' in part


@pytest.mark.parametrize("todos", [1, 25])
@pytest.mark.parametrize("kind", ["sales", "projects", "orders"])
def test_the_datasheet_costs_at_most_eighteen_queries(manager: User, kind: str, todos: int) -> None:
    module = make.module(kind, slug=kind)
    former = make.user("normal")
    sheet = make.datasheet(module, actor=manager)
    for _ in range(3):
        contact = make.contact(sheet.client)
        Phone.objects.create(client=sheet.client, contact=contact, raw="06 1 234 5678")
        make.datasheet(module, actor=manager, client=sheet.client)
    for number in range(todos):
        finish_todo(make.todo(sheet, actor=manager).pk, actor=manager)
        make.todo(sheet, actor=manager, contact=contact)
        write_down(sheet.pk, EntryKind.CALL, f"Hívás {number}", actor=former)
    if kind == "sales":
        change_sale(sheet.pk, Sale(qualification="vip"), actor=manager)
        for step in module.steps.all()[:2]:
            tick_step(sheet.pk, step.pk, actor=manager)
    former.is_active = False
    former.save()
    browser = of(manager)
    with within_budget("datasheet"):
        page(browser, sheet, "?list=who%3Deveryone&ask=1")


def test_the_history_is_filtered_and_paged_by_key(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    for number in range(35):
        write_down(sheet.pk, EntryKind.NOTE, f"Jegyzet {number:02}", actor=manager)
    write_down(sheet.pk, EntryKind.CALL, "Felvette", actor=manager)
    text = browser.get(f"/d/{sheet.pk}/history/?show=notes", headers=HX).content.decode()
    assert "Felvette" not in text
    assert "Jegyzet 34" in text
    assert "Jegyzet 04" not in text
    after = text.split("after=")[1].split("#")[0].split('"')[0]
    write_down(sheet.pk, EntryKind.NOTE, "Közben érkezett", actor=manager)
    rest = browser.get(f"/d/{sheet.pk}/history/?show=notes&after={after}", headers=HX)
    assert "Jegyzet 04" in rest.content.decode()
    assert "Jegyzet 05" not in rest.content.decode()
    assert "Közben" not in rest.content.decode()
    assert browser.get(f"/d/{sheet.pk}/history/?show=notes").status_code == 302


def test_every_kind_of_entry_has_a_sentence_in_both_languages(
    manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager)
    for kind in EntryKind:
        HistoryEntry.objects.create(
            client=sheet.client, datasheet=sheet, author=manager, kind=kind, text="<b>Szöveg</b>"
        )
    for language in ("en", "hu"):
        manager.language = language
        manager.save()
        text = page(of(manager), sheet)
        assert text.count("entry-head") >= 20
        assert "<b><b>" not in text
        assert "&lt;b&gt;Szöveg" in text


@pytest.mark.parametrize("kind", ["sales", "hr", "invoicing", "orders", "webshop"])
def test_every_kind_of_module_has_its_datasheet(manager: User, kind: str) -> None:
    sheet = make.datasheet(make.module(kind), actor=manager)
    assert page(of(manager), sheet)
    for address in ("status", "responsible", "plan", "notes", "name"):
        assert of(manager).get(f"/d/{sheet.pk}/{address}/", follow=True).status_code == 200


def test_renaming_tells_the_second_of_two(
    browser: Browser, manager: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=manager, name="Régi")
    assert browser.post(f"/d/{sheet.pk}/name/", {"name": "Új", "was": "Régi"}).status_code == 303
    second = browser.post(f"/d/{sheet.pk}/name/", {"name": "Másik", "was": "Régi"}, headers=HX)
    text = second.content.decode()
    assert second.status_code == 422
    assert "Új" in text
    assert 'value="Másik"' in text
    assert Datasheet.objects.get(pk=sheet.pk).name == "Új"
    again = browser.post(f"/d/{sheet.pk}/name/", {"name": "Másik", "was": "Új"}, headers=HX)
    assert again.status_code == 200
    assert Datasheet.objects.get(pk=sheet.pk).name == "Másik"

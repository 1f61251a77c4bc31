"""A company shapes a process of its own, invites somebody into it, and they work in it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from crm.models import Datasheet, FieldValue, HistoryEntry
from modules.models import Field, Module, Status
from tests import make
from tests.browser import axe
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.once]

STATUSES = (
    ("Jelentkezett", "open"),
    ("Átnéztük", "open"),
    ("Behívtuk", "open"),
    ("Próbanap", "open"),
    ("Felvettük", "won"),
    ("Elutasítottuk", "lost"),
)
FIELDS = (
    ("text", "Végzettség"),
    ("date", "Mikor kezdhet"),
    ("money", "Bérigény"),
    ("choice", "Műszak"),
    ("yes_no", "Van jogosítványa"),
)


def hu(text: str) -> str:
    """What the page says in Hungarian."""
    with override("hu"):
        return _(text)


def button(scope: Page | Locator, text: str) -> Locator:
    return scope.get_by_role("button", name=hu(text), exact=True)


def make_module(page: Page) -> Module:
    page.goto("/settings/modules/new/")
    page.locator("[name=kind][value=hr]").check()
    page.locator("[name=name_hu]").fill("Toborzás")
    page.locator("[name=name_en]").fill("Recruiting")
    button(page, "Add module").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toborzás")
    return Module.objects.get(name_hu="Toborzás")


def add_statuses(page: Page, module: Module) -> None:
    group = module.groups.get(key="added")
    for name, meaning in STATUSES:
        page.goto(f"/settings/modules/{module.pk}/statuses/new/")
        form = page.locator("#status-form")
        form.locator("[name=name_hu]").fill(name)
        form.locator("[name=what_hu]").fill(f"Mi legyen: {name}")
        form.locator(f"[name=meaning][value={meaning}]").check(force=True)
        form.locator("[name=group]").select_option(str(group.pk))
        button(form, "Add status").click()
        expect(page.locator("#ed")).to_contain_text(name)


def suggest(page: Page, status: Status) -> None:
    page.goto(f"/settings/modules/{status.module_id}/statuses/?status={status.pk}")
    page.get_by_role("link", name=re.compile(hu("Add suggestion"))).click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=text_hu]").fill("Önéletrajz átnézése")
    dialog.locator("[name=in_working_days]").fill("2")
    dialog.locator("button[data-kind=primary]").click()
    expect(page.locator(f"#suggestions-{status.pk}")).to_contain_text("Önéletrajz átnézése")


def add_fields(page: Page, module: Module) -> None:
    for kind, label in FIELDS:
        page.goto(f"/settings/modules/{module.pk}/fields/")
        page.get_by_role("link", name=hu("Add field")).first.click()
        form = page.locator("#field-form")
        form.locator(f"[name=type][value={kind}]").check(force=True)
        form.locator("[name=label_hu]").fill(label)
        if kind == "choice":
            for at, name in enumerate(("Nappali", "Éjszakai")):
                form.locator("[name=choice_hu]").nth(at).fill(name)
        button(form, "Add field").click()
        expect(page.locator("main")).to_contain_text(label)


def invite(page: Page, module: Module) -> str:
    page.goto(f"/settings/modules/{module.pk}/")
    page.locator("[name=who][value=some]").check()
    button(page, "Save").click()
    expect(page.locator(".toast").first).to_be_visible()
    page.goto("/settings/users/new/")
    for name, value in (
        ("family_name", "Kelemen"),
        ("given_name", "Virág"),
        ("email", "virag@example.com"),
    ):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=language]").select_option("hu")
    page.locator("[name=role][value=normal]").check()
    page.locator(f"[name=modules][value='{module.pk}']").check()
    button(page, "Invite").click()
    expect(page.locator("main")).to_contain_text("virag@example.com")
    found = re.search(r"/invitation/[^\s/]+/", str(mail.outbox[-1].body))
    assert found
    return found[0]


def test_a_process_is_built_from_nothing_and_worked_by_somebody_invited_into_it(
    visit: Visit,
) -> None:
    make.company(language="hu")
    boss = make.user("administrator", language="hu")
    page = visit(boss, "/settings/")
    module = make_module(page)
    start = Status.objects.filter(module=module).count()
    page.goto(f"/settings/modules/{module.pk}/groups/new/")
    page.locator("[name=name_hu]").fill("Saját lépéseink")
    page.locator("form button[data-kind=primary]").last.click()
    expect(page.locator("#ed")).to_contain_text("Saját lépéseink")
    group = module.groups.get(name_hu="Saját lépéseink")
    module.groups.filter(pk=group.pk).update(key="added")
    add_statuses(page, module)
    assert Status.objects.filter(module=module).count() == start + len(STATUSES)
    first = Status.objects.get(module=module, name_hu="Jelentkezett")
    suggest(page, first)
    add_fields(page, module)
    assert Field.objects.filter(module=module).count() == len(FIELDS)
    assert axe.found(page) == []
    welcome(visit(None, invite(page, module)), module, first)


def welcome(page: Page, module: Module, first: Status) -> None:
    """The invited person sets a password and works a datasheet through."""
    page.locator("[name=password]").fill("hosszú és jó jelszó")
    button(page, "Come in").click()
    expect(page).to_have_url(re.compile(r"/my-day/"))
    virag = User.objects.get(email="virag@example.com")
    page.goto("/clients/new/")
    page.locator("[name=name]").fill("Kiss Jenő Vállalkozó")
    page.locator("[name=module]").select_option(str(module.pk))
    page.locator("[name=status]").select_option(str(first.pk))
    button(page, "Create client").click()
    expect(page).to_have_url(re.compile(r"/d/\d+/"))
    sheet = Datasheet.objects.get(module=module)
    assert sheet.responsible == virag
    expect(page.locator("#datasheet .next")).to_contain_text("Önéletrajz átnézése")
    fill_in(page, "Végzettség", "Asztalos")
    fill_in(page, "Bérigény", "620 000")
    expect(page.locator("#fields")).to_contain_text("620\N{NO-BREAK SPACE}000")
    assert FieldValue.objects.filter(datasheet=sheet).count() == 2
    button(page.locator("#datasheet .next"), "Done").click()
    expect(page.locator(".toast").filter(has_text="Kész: Önéletrajz átnézése")).to_be_visible()
    sheet.refresh_from_db()
    assert sheet.next_todo is None
    page.goto(f"/d/{sheet.pk}/plan/")
    page.get_by_role("button", name=re.compile(hu("Plan it"))).click()
    expect(page.locator("#datasheet .next")).to_contain_text("Önéletrajz átnézése")
    page.goto(f"/d/{sheet.pk}/status/")
    page.get_by_role("button", name=re.compile("Felvettük")).click()
    page.locator("main form button[data-kind$=primary]").click()
    expect(page.locator(".ds-head")).to_contain_text("Felvettük")
    sheet.refresh_from_db()
    assert sheet.status.name_hu == "Felvettük"
    assert HistoryEntry.objects.filter(datasheet=sheet, author=virag).count() >= 4
    assert sheet.created_at <= timezone.now()


def fill_in(page: Page, label: str, value: str) -> None:
    row = page.locator("#fields .value").filter(has_text=label)
    row.locator("[data-open]").click()
    control = page.locator("#fields .value input:not([type=hidden])")
    control.fill(value)
    control.press("Enter")
    expect(page.locator("#fields")).to_contain_text(value.split()[0])
    expect(page.locator("#fields .value form")).to_have_count(0)

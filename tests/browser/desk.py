"""The small company that the browser tests work in, and what they look at in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Locator, Page

from accounts.models import User
from crm.agenda import due_at
from crm.constants import TodoState
from crm.models import Contact, Datasheet, Email, Phone, Todo
from modules.models import Module
from tests import make


@dataclass
class Desk:
    """One who works, a colleague, and four datasheets of the first; dates are whole days."""

    me: User
    colleague: User
    module: Module
    borhaz: Datasheet
    """Two days late."""
    malom: Datasheet
    """One day late."""
    hajo: Datasheet
    """For tomorrow."""
    butor: Datasheet
    """In an open status without a todo."""

    @property
    def path(self) -> str:
        return f"/m/{self.module.slug}/"


def furnish() -> Desk:
    make.company()
    me = make.user("normal", family_name="Nagy", given_name="Eszter", email="eszter@example.com")
    colleague = make.user("manager", family_name="Kovács", given_name="Péter")
    module = make.module("projects", slug="projects")

    def matter(name: str, **todo: Any) -> Datasheet:
        client = make.client(name)
        whom = make.contact(client, family_name="Szabó", given_name="Anna")
        mine: dict[str, Any] = {"client": client, "contact": whom, "is_default": True}
        Phone.objects.create(raw="+36 30 412 7788", **mine)
        Email.objects.create(address="anna@example.org", **mine)
        sheet = make.datasheet(module, actor=me, client=client, main_contact=whom)
        if todo:
            make.todo(sheet, actor=me, contact=whom, timed=False, **todo)
        return sheet

    return Desk(
        me=me,
        colleague=colleague,
        module=module,
        borhaz=matter("Hegyalja Borház Kft.", text="Megjött a minta?", due_at=day(-2)),
        malom=matter("Tisza Malom Zrt.", text="Ajánlat átbeszélése", due_at=day(-1)),
        hajo=matter("Duna Hajó Kft.", text="Próbaút megszervezése", due_at=day(1)),
        butor=matter("Mátra Bútor Kft."),
    )


def day_of(ahead: int) -> date:
    """A day of the company, counted from its today."""
    return timezone.localdate(timezone=timezone.get_default_timezone()) + timedelta(days=ahead)


def day(ahead: int) -> datetime:
    """When what has no time of day is due on it."""
    return due_at(day_of(ahead), None, ZoneInfo(timezone.get_default_timezone_name()))


def row(page: Page, datasheet: Datasheet) -> Locator:
    """The datasheet's row on a module page."""
    return page.locator(f"#datasheet-{datasheet.pk}")


def ask(page: Page, datasheet: Datasheet) -> Locator:
    """The question after Done, wherever it stands."""
    return page.locator(f"#next-{datasheet.pk}")


def toast(page: Page, words: str) -> Locator:
    return page.locator(".toast").filter(has_text=words)


def open_todos(datasheet: Datasheet) -> list[str]:
    """The texts of what is ahead, the next one first."""
    todos = Todo.objects.filter(datasheet=datasheet, state=TodoState.OPEN).order_by("due_at", "pk")
    return list(todos.values_list("text", flat=True))


def contact_of(datasheet: Datasheet) -> Contact:
    whom = datasheet.main_contact
    assert whom is not None
    return whom


def dues(datasheet: Datasheet, *, first: bool = False) -> list[date]:
    """The company's days on which the open todos are due, or were due at ``first``."""
    zone = timezone.get_default_timezone()
    field = "first_due_at" if first else "due_at"
    todos = Todo.objects.filter(datasheet=datasheet, state=TodoState.OPEN).order_by("due_at", "pk")
    return [due.astimezone(zone).date() for due in todos.values_list(field, flat=True)]

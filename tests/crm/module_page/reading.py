"""What a module's page says, read from its HTML."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client as Browser

from accounts.models import User
from crm.models import Datasheet
from modules.models import Module
from tests import make

HX = {"HX-Request": "true"}
BANDS = {
    "late": "2026-11-12 09:00",
    "today": "2026-11-24 16:30",
    "tomorrow": "2026-11-25 08:30",
    "week": "2026-11-27 09:30",
    "next-week": "2026-12-03 09:00",
    "next-month": "2026-12-14 11:00",
    "later": "2027-03-03 09:00",
}


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def sheet_due(module: Module, actor: User, due: str, **fields: Any) -> Datasheet:
    sheet = make.datasheet(module, actor=actor, **fields)
    make.todo(sheet, actor=actor, due_at=make.at(due))
    return sheet


def get(browser: Browser, address: str, **headers: str) -> str:
    answer = browser.get(address, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def part(browser: Browser, address: str, **headers: str) -> str:
    return get(browser, address, **{**HX, **headers})


def ids(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<article class="row" id="datasheet-(\d+)"', html)]


def row_of(html: str, sheet: Datasheet) -> str:
    found = re.search(rf'<article class="row" id="datasheet-{sheet.pk}".*?</article>', html, re.S)
    assert found
    return found.group()


def headings(html: str) -> list[str]:
    return re.findall(r'<section class="group"[^>]* id="band-([a-z-]+)"', html)


def next_page(html: str) -> str | None:
    found = re.search(r'<a class="more" href="([^"]+)"', html)
    return unescape(found.group(1)) if found else None

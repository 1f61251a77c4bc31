"""Fixed kinds at work: what a status follows from, and what no request can bring about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from crm import tasks
from crm.actions import repair
from crm.actions.statuses import Sale, change_sale, make_move
from crm.actions.undo import undo
from crm.models import Datasheet, HistoryEntry
from modules.models import Module
from modules.registry import KINDS
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def browser(boss: User, client: Client) -> Client:
    client.force_login(boss)
    return client


def key(sheet: Datasheet) -> str:
    return Datasheet.objects.get(pk=sheet.pk).status.key


@pytest.mark.parametrize("kind", [kind.key for kind in KINDS if kind.fixed])
def test_a_status_of_a_fixed_kind_is_not_chosen_by_a_forged_request(
    boss: User, browser: Client, kind: str
) -> None:
    module = make.module(kind)
    sheet = make.datasheet(module, actor=boss)
    before = key(sheet)
    for status in module.statuses.exclude(key=before):
        answer = browser.post(reverse("crm:status", args=[sheet.pk]), {"to": status.pk})
        assert answer.status_code == 409
        assert "follows from what happens" in answer.content.decode()
    assert key(sheet) == before
    assert repair.check().clean


@pytest.mark.parametrize("kind", ["orders", "invoicing"])
def test_a_move_that_the_domain_lacks_is_refused_with_the_reason(
    boss: User, browser: Client, kind: str
) -> None:
    extra: dict[str, Any] = {"document_type": "offer"} if kind == "invoicing" else {}
    sheet = make.datasheet(make.module(kind), actor=boss, **extra)
    before = key(sheet)
    for verb in ("paid", "complete", "cancel", "no-such-verb", ""):
        answer = browser.post(reverse("crm:move", args=[sheet.pk]), {"verb": verb})
        assert answer.status_code == 409, verb
        assert "This can&#x27;t be done" in answer.content.decode()
    assert key(sheet) == before


def test_a_forged_sale_is_refused(boss: User, browser: Client) -> None:
    sheet = make.datasheet(make.module("sales"), actor=boss)
    sent = {"qualification": "", "sale_state": "won"}
    browser.post(reverse("crm:sale", args=[sheet.pk]), sent)
    browser.post(reverse("crm:sale", args=[sheet.pk]), {**sent, "forgotten": "1"})
    assert key(sheet) == "qualify"
    assert not Datasheet.objects.get(pk=sheet.pk).forgotten


def test_each_sales_module_forgets_after_its_own_days(boss: User) -> None:
    quick, slow = make.module("sales"), make.module("sales")
    Module.objects.filter(pk=quick.pk).update(forgotten_after_days=5)
    sheets = []
    for module in (quick, slow):
        sheet = make.datasheet(module, actor=boss)
        change_sale(sheet.pk, Sale(qualification="vip", sale_state="in_progress"), actor=boss)
        sheets.append(sheet)
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        tasks.follow_the_calendar()
    assert [key(sheet) for sheet in sheets] == ["forgotten", "sales_vip"]


def test_the_calendar_leaves_archived_modules_alone(boss: User) -> None:
    sales = make.module("sales")
    sheet = make.datasheet(sales, actor=boss)
    change_sale(sheet.pk, Sale(qualification="vip", sale_state="in_progress"), actor=boss)
    Module.objects.filter(pk=sales.pk).update(archived_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        tasks.follow_the_calendar()
    assert key(sheet) == "sales_vip"


def test_a_buyer_follows_each_order_and_its_undo_at_once(boss: User) -> None:
    client = make.client()
    shop = make.datasheet(
        make.module("webshop"), actor=boss, client=client, registered_on=timezone.localdate()
    )
    orders = make.module("orders")
    assert key(shop) == "registered"
    for expected in ("one_time_buyer", "repeat_buyer"):
        order = make.datasheet(orders, actor=boss, client=client)
        make_move(order.pk, "finalise", actor=boss)
        entry = make_move(order.pk, "complete", actor=boss)
        assert key(shop) == expected
    assert entry is not None
    undo(entry.pk, actor=boss)
    assert key(shop) == "one_time_buyer"
    moves = HistoryEntry.objects.filter(datasheet=shop, kind="status")
    assert not moves.exclude(author=None).exists()
    assert repair.check().clean

"""What moves by itself because time has passed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from crm import tasks
from crm.actions import repair
from crm.actions.notes import write_down
from crm.actions.statuses import Sale, change_sale, make_move, set_shop_facts
from crm.actions.todos import finish_todo
from crm.constants import EntryKind
from crm.models import Datasheet, DatasheetCount, HistoryEntry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager")


def in_progress(manager: User) -> Datasheet:
    sheet = make.datasheet(make.module("sales"), actor=manager)
    change_sale(sheet.pk, Sale(qualification="target", sale_state="in_progress"), actor=manager)
    return Datasheet.objects.get(pk=sheet.pk)


def key(sheet: Datasheet) -> str:
    return Datasheet.objects.get(pk=sheet.pk).status.key


def later(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def test_a_quiet_sale_is_forgotten_and_the_next_contact_takes_it_off(manager: User) -> None:
    sheet = in_progress(manager)
    with later(29):
        tasks.follow_the_calendar()
        assert key(sheet) == "sales_target"
    with later(31):
        tasks.follow_the_calendar()
        tasks.follow_the_calendar()
        assert key(sheet) == "forgotten"
        moves = HistoryEntry.objects.filter(datasheet=sheet, kind=EntryKind.STATUS, author=None)
        assert moves.count() == 1
        assert repair.check().clean
        write_down(sheet.pk, EntryKind.NOTE, "Csak egy feljegyzés", actor=manager)
        assert key(sheet) == "forgotten"
        write_down(sheet.pk, EntryKind.CALL, "Felvették", actor=manager)
        assert key(sheet) == "sales_target"


def test_a_sale_with_an_open_todo_is_not_forgotten(manager: User) -> None:
    sheet = in_progress(manager)
    todo = make.todo(sheet, actor=manager)
    with later(90):
        tasks.follow_the_calendar()
        assert key(sheet) == "sales_target"
        finish_todo(todo.pk, actor=manager)  # a call: contact
        tasks.follow_the_calendar()
        assert key(sheet) == "sales_target"


def test_a_buyer_becomes_passive_and_lost_as_days_go_by(manager: User) -> None:
    client = make.client()
    shop = make.datasheet(make.module("webshop"), actor=manager, client=client)
    set_shop_facts(shop.pk, actor=manager, registered_on=timezone.localdate(), unsubscribed=False)
    order = make.datasheet(make.module("orders"), actor=manager, client=client)
    for verb in ("finalise", "complete", "paid"):
        make_move(order.pk, verb, actor=manager)
    seen = [key(shop)]
    for days in (30, 31, 61):
        with later(days):
            tasks.follow_the_calendar()
            seen.append(key(shop))
    assert seen == ["one_time_buyer", "one_time_buyer", "passive_buyer", "lost_buyer"]
    assert repair.check().clean


def test_folding_keeps_the_counts(manager: User) -> None:
    sheet = in_progress(manager)
    for qualification in ("vip", "target", "vip"):
        change_sale(sheet.pk, Sale(qualification=qualification), actor=manager)
    rows = DatasheetCount.objects.count()
    tasks.fold_counts()
    assert DatasheetCount.objects.count() < rows
    assert repair.check().clean

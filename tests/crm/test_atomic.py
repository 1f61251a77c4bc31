"""A change and its history are written together, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import serializers
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm.actions import datasheets, notes, statuses, todos, undo
from crm.constants import EntryKind
from crm.models import Datasheet, DatasheetCount, HistoryEntry, Once, StepTick, Todo
from tests import make
from web import writing

pytestmark = pytest.mark.django_db


class BrokenError(Exception):
    """The database gave up in the middle."""


def everything() -> str:
    """All that an action may write, as text."""
    tables = (Datasheet, Todo, HistoryEntry, StepTick, DatasheetCount)
    return "".join(
        serializers.serialize("json", model._default_manager.order_by("pk")) for model in tables
    )


class Company:
    """One datasheet of each sort, with a todo, and what can be done with them."""

    def __init__(self) -> None:
        make.company()
        self.actor: User = make.user("administrator")
        self.other: User = make.user("normal")
        self.sheet = make.datasheet(make.module("projects"), actor=self.actor)
        self.sale = make.datasheet(make.module("sales"), actor=self.actor)
        self.order = make.datasheet(make.module("orders"), actor=self.actor)
        self.todo = make.todo(self.sheet, actor=self.actor)
        self.done = todos.finish_todo(
            make.todo(self.sheet, actor=self.actor).pk, actor=self.actor, outcome=""
        )


ACTIONS: dict[str, Callable[[Company], Any]] = {
    "plan": lambda c: make.todo(c.sheet, actor=c.actor),
    "finish": lambda c: todos.finish_todo(c.todo.pk, actor=c.actor),
    "postpone": lambda c: todos.postpone_todo(c.todo.pk, timezone.now(), timed=True, actor=c.actor),
    "delete": lambda c: todos.delete_todo(c.todo.pk, actor=c.actor),
    "reopen": lambda c: todos.reopen_todo(c.done.todo_id or 0, actor=c.actor),
    "no next": lambda c: todos.leave_without_next(c.sheet.pk, actor=c.actor),
    "move": lambda c: statuses.move_to(
        c.sheet.pk, c.sheet.module.statuses.get(meaning="won").pk, actor=c.actor
    ),
    "sale": lambda c: statuses.change_sale(
        c.sale.pk, statuses.Sale(qualification="vip"), actor=c.actor
    ),
    "step": lambda c: statuses.tick_step(
        c.sale.pk, c.sale.module.steps.order_by("order")[0].pk, actor=c.actor
    ),
    "order": lambda c: statuses.make_move(c.order.pk, "finalise", actor=c.actor),
    "hand over": lambda c: datasheets.hand_over(c.sheet.pk, c.other.pk, actor=c.actor),
    "rename": lambda c: datasheets.rename(c.sheet.pk, "Más név", actor=c.actor),
    "trash": lambda c: datasheets.trash(c.sheet.pk, actor=c.actor),
    "note": lambda c: notes.write_down(c.sheet.pk, EntryKind.NOTE, "Jegyzet", actor=c.actor),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_without_its_history_nothing_is_changed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    company = Company()
    before = everything()

    insert = writing.insert

    def broken(record: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(record, HistoryEntry):
            raise BrokenError
        insert(record)

    with monkeypatch.context() as patch:
        patch.setattr(HistoryEntry, "save", broken)
        patch.setattr(writing, "insert", broken)
        with pytest.raises(BrokenError):
            ACTIONS[name](company)
    assert everything() == before
    ACTIONS[name](company)
    assert everything() != before


@pytest.mark.parametrize("name", ["finish", "hand over", "trash", "move"])
def test_without_the_counts_nothing_is_changed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    company = Company()
    before = everything()

    def broken(*args: Any, **kwargs: Any) -> None:
        raise BrokenError

    monkeypatch.setattr("crm.actions.counts.moved", broken)
    with pytest.raises(BrokenError):
        ACTIONS[name](company)
    assert everything() == before


def test_a_failed_undo_leaves_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    company = Company()
    before = everything()

    def broken(*args: Any, **kwargs: Any) -> None:
        raise BrokenError

    monkeypatch.setattr("crm.actions.undo._mark", broken)
    with pytest.raises(BrokenError):
        undo.undo(company.done.pk, actor=company.actor)
    assert everything() == before


def test_a_refused_form_changes_nothing_and_can_be_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = Company()
    sheet, browser = company.sheet, Browser()
    browser.force_login(company.actor)
    other = sheet.module.statuses.exclude(pk=sheet.status_id)[0]
    form = {
        "type": company.todo.type_id, "text": "Felhívni", "when": "typed", "when_text": "in 3 days",
        "responsible": company.actor.pk, "once": str(uuid4()), "moves_to": other.pk,
    }  # fmt: skip
    before, address = everything(), f"/d/{sheet.pk}/plan/"
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(todos, "can_do", lambda *_: False)
        assert browser.post(address, form, headers={"HX-Request": "true"}).status_code == 422
    assert everything() == before
    assert not Once.objects.exists()
    assert browser.post(address, form).status_code == 303
    assert Datasheet.objects.get(pk=sheet.pk).status_id == other.pk
    assert sheet.todos.filter(text="Felhívni").count() == 1

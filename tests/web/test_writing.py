"""A record is written as its own `save` would write it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from crm.models import Datasheet, HistoryEntry, Todo
from tests import make
from web import writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def sheet(manager: User) -> Datasheet:
    return make.datasheet(make.module(), actor=manager)


def row(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = type(record).objects.values().get(pk=record.pk)
    return {name: value for name, value in found.items() if name != "id"}


def test_a_new_record_is_what_create_would_have_made(sheet: Datasheet) -> None:
    told = {
        "client": sheet.client,
        "datasheet": sheet,
        "at": timezone.now(),
        "kind": "note",
        "text": "50% „kedvezmény”",
        "data": {"before": {"timed": True}, "list": [1, None, "ő"]},
    }
    written = HistoryEntry(**told)
    writing.insert(written)
    assert row(written) == row(HistoryEntry.objects.create(**told))
    assert not written._state.adding
    written.save()  # which would insert it again if it were taken for a new one
    assert HistoryEntry.objects.filter(text=told["text"]).count() == 2


def test_a_changed_record_is_what_save_would_have_made(sheet: Datasheet, manager: User) -> None:
    todo = make.todo(sheet, actor=manager)
    todo.text, todo.checklist = "Más", [{"text": "Minta", "done": True}]
    todo.due_at += timedelta(days=3)
    todo.contact, todo.timed, todo.version = None, True, 7
    writing.update(todo)
    written = row(todo)
    todo.save()
    assert row(todo) == written
    assert (written["text"], written["version"], written["timed"]) == ("Más", 7, True)


def test_of_a_remembered_record_only_what_differs_is_written(
    sheet: Datasheet, manager: User
) -> None:
    todo = make.todo(sheet, actor=manager)
    writing.remember(todo)
    todo.comment, todo.version = "Sürgős", 8
    todo.checklist.append({"text": "Minta", "done": False})
    with CaptureQueriesContext(connection) as asked:
        writing.update(todo)
    said = asked[0]["sql"]
    assert "comment" in said
    assert "due_at" not in said
    written = row(todo)
    assert (written["comment"], written["version"]) == ("Sürgős", 8)
    assert written["checklist"] == [{"text": "Minta", "done": False}]
    todo.comment = ""  # as it was at first, not as the row says it now
    writing.update(todo)
    assert row(todo)["comment"] == ""


def test_what_was_remembered_is_forgotten_when_a_record_saves_itself(
    sheet: Datasheet, manager: User
) -> None:
    todo = make.todo(sheet, actor=manager)
    for record, name in ((todo, "text"), (sheet, "name")):
        before = getattr(record, name)
        writing.remember(record)
        setattr(record, name, "Más")
        record.save()
        setattr(record, name, before)
        writing.update(record)
        assert row(record)[name] == before


def test_what_is_there_no_more_is_not_written_in_silence(sheet: Datasheet, manager: User) -> None:
    todo = make.todo(sheet, actor=manager)
    Datasheet.objects.filter(pk=sheet.pk).update(
        next_todo=None, next_due_at=Datasheet().next_due_at
    )
    Todo.objects.filter(pk=todo.pk).delete()
    with pytest.raises(DatabaseError):
        writing.update(todo)

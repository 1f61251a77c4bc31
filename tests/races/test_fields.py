"""A field's type is changed while values of it are saved, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import transaction
from django.http import Http404

from accounts.models import User
from crm import value_rows
from crm.actions import field_changes
from crm.actions.datasheets import DatasheetPlan, make_datasheet
from crm.actions.values import set_value
from crm.errors import Refused
from crm.models import Datasheet, HistoryEntry
from crm.value_rows import read
from modules.models import Field, Module
from office.actions.fields_change import change_type
from tests import make
from tests.races.conftest import AtOnce

pytestmark = pytest.mark.postgres
ROUNDS = 4


@pytest.fixture
def boss(transactional_db: None) -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects")


def in_front(field: Field) -> Field:
    """The field that took its place."""
    found: Field = Field.objects.live().get(module=field.module)
    return found


def test_no_value_that_was_saved_is_lost_while_the_type_changes(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    for _round in range(ROUNDS):
        Field.objects.update(removed_at="2026-01-01T00:00Z")
        field = make.field(projects, "text")
        sheets = [make.datasheet(projects, actor=boss) for _n in range(16)]
        saved: dict[int, int] = {}

        def save(some: list[Datasheet], of: Field = field, to: dict[int, int] = saved) -> None:
            for sheet in some:
                try:
                    set_value(sheet, of.pk, str(sheet.pk), actor=boss)
                    to[sheet.pk] = sheet.pk
                except (Refused, Http404):  # being changed; or not there any more
                    pass

        change = partial(change_type, field.pk, "whole", actor=boss, version=field.version)
        results = at_once([partial(save, sheets[n::4]) for n in range(4)] + [change])
        assert not [one for one in results if isinstance(one, Exception)]
        new = in_front(field)
        assert (new.type, new.filled_from) == ("whole", None)
        shown = {sheet.pk: read(sheet, new) for sheet in sheets}
        assert {pk: value for pk, value in shown.items() if value is not None} == saved
        assert HistoryEntry.objects.filter(data__field=field.pk).count() == len(saved)


def test_who_changes_the_type_waits_for_one_who_saves_and_brings_theirs_along(
    boss: User, projects: Module, at_once: AtOnce
) -> None:
    field = make.field(projects, "text")
    sheet = make.datasheet(projects, actor=boss)
    written, changed = Event(), Event()

    def slow_saver() -> bool:
        with transaction.atomic():
            set_value(sheet, field.pk, "42", actor=boss)
            written.set()
            return changed.wait(1)  # the other waits for us

    def changer() -> None:
        written.wait(20)
        change_type(field.pk, "whole", actor=boss, version=field.version)
        changed.set()

    assert at_once([slow_saver, changer]) == [False, None]
    assert read(sheet, in_front(field)) == 42


def test_without_holding_the_field_its_value_would_be_lost(
    boss: User, projects: Module, at_once: AtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race that holding stops: the value lands in the field that has stepped behind."""
    field = make.field(projects, "text")
    sheet = make.datasheet(projects, actor=boss)
    looked, changed = Event(), Event()

    def careless(one: Field) -> None:
        looked.set()
        changed.wait(10)

    monkeypatch.setattr(field_changes, "refuse_while_filled", careless)

    def changer() -> None:
        looked.wait(20)
        change_type(field.pk, "whole", actor=boss, version=field.version)
        changed.set()

    at_once([partial(set_value, sheet, field.pk, "42", actor=boss), changer])
    assert read(sheet, in_front(field)) is None
    assert read(sheet, field) == "42"


def test_a_new_datasheets_values_are_brought_along_too(
    boss: User, projects: Module, at_once: AtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    field, client = make.field(projects, "text"), make.client()
    known, changed = Event(), Event()
    fields = value_rows.starting_fields

    def slowly(*args: Any) -> Iterable[Field]:
        found = list(fields(*args))
        known.set()
        changed.wait(1)
        return found

    monkeypatch.setattr(value_rows, "starting_fields", slowly)

    def create() -> int:
        with transaction.atomic():
            plan = DatasheetPlan(module=projects, responsible=boss, values={field.pk: "42"})
            return make_datasheet(client, plan, actor=boss).pk

    def changer() -> None:
        known.wait(20)
        change_type(field.pk, "whole", actor=boss, version=field.version)
        changed.set()

    made, _none = at_once([create, changer])
    assert read(Datasheet.objects.get(pk=made), in_front(field)) == 42

"""The five thousand rows come in the same from either file, once, and whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from crm.actions import repair
from crm.models import Client, Datasheet, HistoryEntry, Todo
from importer import load, rows
from importer.columns import match
from importer.models import Existing, Import
from importer.reading import open_table
from tests import make

pytestmark = pytest.mark.django_db

STATUSES = {
    "erdeklodo": "qualify",
    "ajanlat": "sales_target",
    "szerzodott": "customers_target",
    "targyalas": "sales_vip",
}


def of_file(path: Path, actor: User, eszter: User) -> Import:
    module = make.module("sales")
    source = Import.objects.create(name=path.name, created_by=actor, module=module)
    with open_table(path) as table:
        source.headers = table.headers
        source.rows = rows.keep(source.pk, table.rows)
    sample = [cells for _number, cells in rows.read(source.pk)][:50]
    found = match(source.headers, sample)
    source.targets = [each.target.key if each.target else "" for each in found]
    source.statuses = {value: make.status(module, key).pk for value, key in STATUSES.items()}
    source.users = {"eszter@teendo.example": eszter.pk}
    source.responsible = actor
    source.past_due = "keep"
    source.existing = Existing.SKIP
    source.save()
    return source


@pytest.fixture
def people() -> tuple[User, User]:
    make.company()
    return make.user("manager"), make.user("normal", email="eszter@teendo.example")


def numbers(counts: load.Counts) -> tuple[int, ...]:
    return counts.create, counts.skip, counts.wrong, counts.blank, counts.rows


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_five_thousand_rows_come_in(
    shared_data: Path, people: tuple[User, User], ending: str
) -> None:
    source = of_file(shared_data / f"ugyfelek-5000.{ending}", *people)
    assert numbers(load.check(source)) == (4510, 164, 277, 49, 5000)
    assert not Client.objects.exists()
    beats: list[int] = []
    assert numbers(load.run(source, beats.append)) == (4510, 164, 277, 49, 5000)
    assert beats[-1] == 5000
    assert Client.objects.count() == Datasheet.objects.count() == 4510
    assert Todo.objects.count() > 4000
    assert HistoryEntry.objects.filter(kind="imported").count() == 4510
    assert repair.check().clean


def test_a_load_that_was_killed_goes_on_without_losing_or_doubling_a_row(
    shared_data: Path, people: tuple[User, User], monkeypatch: Any
) -> None:
    source = of_file(shared_data / "ugyfelek-5000.csv", *people)
    dealt_with: list[int] = []

    def killed(done: int) -> None:
        dealt_with.append(done)
        if len(dealt_with) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load.run(source, killed)
    assert 0 < Client.objects.count() < 4510
    assert numbers(load.run(source, dealt_with.append)) == (4510, 164, 277, 49, 5000)
    assert Client.objects.count() == 4510
    assert repair.check().clean

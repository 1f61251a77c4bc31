"""The five thousand rows come in the same from either file, once, and whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File

from accounts.models import User
from crm.actions import repair
from crm.models import Client, Datasheet, HistoryEntry, SearchDoc, Todo
from importer import load
from importer.actions.sources import Upload, take_in
from importer.models import Import, ImportedRow, Step
from importer.plan import BLOCK, RowPlan
from importer.write import write as bulk_write
from tests import make
from tests.importer.tools import checked

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parent.parent / "data"
STATUSES = {
    "erdeklodo": "qualify",
    "ajanlat": "sales_target",
    "szerzodott": "customers_target",
    "targyalas": "sales_vip",
}
EXPECTED = (4510, 164, 277, 49, 5000)


def of_file(ending: str, actor: User) -> Import:
    path = DATA / f"ugyfelek-5000.{ending}"
    module = make.module("sales")
    with path.open("rb") as file:
        source = take_in(Upload(file=File(file), name=path.name, module=module), actor=actor)
    mapped = {value: make.status(module, key).pk for value, key in STATUSES.items()}
    return checked(source, actor, statuses=mapped)


@pytest.fixture
def boss() -> User:
    make.company()
    make.user("normal", email="eszter@teendo.example")
    return make.user("manager")


def numbers(counts: Any) -> tuple[int, ...]:
    values = counts if isinstance(counts, dict) else asdict(counts)
    return tuple(values[name] for name in ("create", "skip", "wrong", "blank", "rows"))


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_five_thousand_rows_come_in(boss: User, ending: str) -> None:
    source = of_file(ending, boss)
    assert numbers(source.counts) == EXPECTED
    assert not Client.objects.exists()
    beats: list[int] = []
    assert numbers(load.run(source, beats.append)) == EXPECTED
    assert beats[-1] == 5000
    assert Client.objects.count() == Datasheet.objects.count() == 4510
    assert Todo.objects.count() > 4000
    assert HistoryEntry.objects.filter(kind="imported").count() == 4510
    assert SearchDoc.objects.count() == ImportedRow.objects.count() == 4510
    assert repair.check().clean
    source.refresh_from_db()
    assert source.step == Step.DONE
    assert numbers(source.counts) == EXPECTED


def test_both_files_make_the_same_records(boss: User) -> None:
    made = []
    for ending in ("xlsx", "csv"):
        load.run(of_file(ending, boss), lambda done: None)
        made.append(everything())
        Datasheet.objects.update(next_todo=None, next_due_at=load_far())
        for model in (ImportedRow, HistoryEntry, Todo, Datasheet, Client):
            model._default_manager.all().delete()
    assert made[0] == made[1]


def load_far() -> Any:
    return Datasheet._meta.get_field("next_due_at").get_default()


def everything() -> list[tuple[Any, ...]]:
    return list(
        Client.objects.order_by("name", "tax_number", "pk").values_list(
            "name",
            "tax_number",
            "notes",
            "contact_set__family_name",
            "contact_set__given_name",
            "address_set__town",
            "address_set__street",
            "phone_set__e164",
            "email_set__address",
            "datasheet__status__key",
            "datasheet__responsible__email",
            "datasheet__next_todo__text",
            "datasheet__next_due_at",
        )
    )


class KilledError(Exception):
    """What a test does to a load."""


def test_a_load_killed_within_a_block_goes_on_without_losing_or_doubling_a_row(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = of_file("csv", boss)
    blocks: list[int] = []

    def write(source: Import, plans: list[RowPlan], *, actor: User) -> None:
        blocks.append(len(plans))
        bulk_write(source, plans[: BLOCK // 2] if len(blocks) == 3 else plans, actor=actor)
        if len(blocks) == 3:
            raise KilledError

    monkeypatch.setattr("importer.load.write", write)
    with pytest.raises(KilledError):
        load.run(source, lambda done: None)
    assert 0 < Client.objects.count() < 2 * BLOCK
    assert repair.check().clean
    assert numbers(load.run(source, lambda done: None)) == EXPECTED
    assert Client.objects.count() == ImportedRow.objects.count() == 4510
    assert repair.check().clean


def test_a_load_stopped_between_blocks_goes_on(boss: User) -> None:
    source = of_file("csv", boss)

    def beat(done: int) -> None:
        if done == 3 * BLOCK:
            raise KilledError

    with pytest.raises(KilledError):
        load.run(source, beat)
    assert numbers(load.run(source, lambda done: None)) == EXPECTED
    assert Client.objects.count() == 4510


def test_a_worker_given_up_for_dead_writes_no_row_that_another_wrote(boss: User) -> None:
    source = of_file("csv", boss)
    other = Import.objects.get(pk=source.pk)
    plans = load._plans(source, frozenset())
    late: Iterator[list[RowPlan]] = iter([[next(plans) for _ in range(BLOCK)]])
    load.run(other, lambda done: None)
    load._write_block(source, next(late))
    assert Client.objects.count() == ImportedRow.objects.count() == 4510


def test_what_came_in_once_is_here_already_the_next_time(boss: User) -> None:
    source = of_file("csv", boss)
    load.run(source, lambda done: None)
    again = take_in(
        Upload(file=File((DATA / "ugyfelek-5000.csv").open("rb")), name="a", module=source.module),
        actor=boss,
    )
    again = checked(again, boss, statuses=source.statuses)
    assert numbers(again.counts) == (0, 4674, 277, 49, 5000)

"""The five thousand rows come in the same from either file, once, and whole."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from crm.actions import repair
from crm.models import Client, Datasheet, HistoryEntry, SearchDoc, Todo
from importer import load, pace, rows
from importer.actions.sources import Upload, take_in
from importer.check import planner
from importer.models import Import, ImportedRow, Step
from importer.plan import BLOCK, RowPlan
from importer.write import write as bulk_write
from jobs.runner import TakenAwayError
from modules.models import Module
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
FEW = 3 * BLOCK + 100


def of_file(ending: str, actor: User, rows: int = 5000) -> Import:
    """The checked import of a file, or of its first rows."""
    path = DATA / f"ugyfelek-5000.{ending}"
    content = path.read_bytes()
    if rows < 5000:
        content = b"".join(content.splitlines(keepends=True)[: rows + 1])
    module = Module.objects.filter(kind="sales").first() or make.module("sales")
    upload = Upload(file=ContentFile(content), name=path.name, module=module)
    source = take_in(upload, actor=actor)
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


@pytest.mark.parametrize("ending", ["xlsx", pytest.param("csv", marks=pytest.mark.once)])
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


@pytest.mark.once
def test_both_files_say_the_same(boss: User) -> None:
    xlsx, csv = (
        [(plan.number, plan.result, plan.reasons, plan.draft) for plan in plans(ending, boss)]
        for ending in ("xlsx", "csv")
    )
    assert xlsx == csv


def plans(ending: str, boss: User) -> list[RowPlan]:
    source = of_file(ending, boss)
    # The statuses of two modules are different rows of the database: leave them aside.
    source.targets = ["" if target == "status" else target for target in source.targets]
    source.module = Module.objects.filter(kind="sales").order_by("pk")[0]
    return list(planner(source).plan(rows.read(source.pk)))


class KilledError(Exception):
    """What a test does to a load."""


def test_a_load_killed_within_a_block_goes_on_without_losing_or_doubling_a_row(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = of_file("csv", boss, FEW)
    blocks: list[int] = []
    monkeypatch.setattr(pace, "MOST", 200)

    def write(source: Import, plans: list[RowPlan], *, actor: User) -> None:
        blocks.append(len(plans))
        bulk_write(source, plans[: len(plans) // 2] if len(blocks) == 3 else plans, actor=actor)
        if len(blocks) == 3:
            raise KilledError

    monkeypatch.setattr("importer.blocks.write", write)
    with pytest.raises(KilledError):
        load.run(source, lambda done: None)
    assert 0 < Client.objects.count() < FEW // 2
    assert repair.check().clean
    assert numbers(load.run(source, lambda done: None)) == numbers(source.counts)
    assert_all_is_in(source)


def test_a_load_stopped_between_blocks_goes_on(boss: User) -> None:
    source = of_file("csv", boss, FEW)

    def beat(done: int) -> None:
        if done >= FEW // 2:
            raise KilledError

    with pytest.raises(KilledError):
        load.run(source, beat)
    assert numbers(load.run(source, lambda done: None)) == numbers(source.counts)
    assert_all_is_in(source)


def test_a_worker_given_up_for_dead_writes_no_row_that_another_wrote(boss: User) -> None:
    source = of_file("csv", boss, FEW)

    def hold() -> None:
        if Client.objects.exists():
            raise TakenAwayError

    with pytest.raises(TakenAwayError):
        load.run(Import.objects.get(pk=source.pk), lambda done: None, hold)
    assert 0 < Client.objects.count() < FEW // 2
    assert numbers(load.run(source, lambda done: None)) == numbers(source.counts)
    assert_all_is_in(source)


def test_the_numbers_so_far_are_written_with_their_block(boss: User) -> None:
    source = of_file("csv", boss, FEW)

    def beat(done: int) -> None:
        counts = Import.objects.get(pk=source.pk).counts
        assert counts["rows"] == done
        assert counts["create"] == ImportedRow.objects.count()

    load.run(source, beat)
    assert source.counts["todos"] == Todo.objects.count()


def assert_all_is_in(source: Import) -> None:
    wanted = source.counts["create"]
    assert Client.objects.count() == ImportedRow.objects.count() == wanted
    assert SearchDoc.objects.count() == Datasheet.objects.count() == wanted
    assert repair.check().clean


def test_what_came_in_once_is_here_already_the_next_time(boss: User) -> None:
    source = of_file("csv", boss, FEW)
    load.run(source, lambda done: None)
    create, skip, *others = numbers(source.counts)
    again = of_file("csv", boss, FEW)
    assert numbers(again.counts) == (0, create + skip, *others)

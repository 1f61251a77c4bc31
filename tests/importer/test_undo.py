"""What an import made goes again, what it changed is put back, what others did stays."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, models
from django.utils import timezone

from accounts.models import User
from crm.actions import counts, removal, repair
from crm.actions.clients import change_client, open_datasheet
from crm.actions.datasheets import DatasheetPlan
from crm.actions.notes import write_down
from crm.constants import EntryKind
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    FieldValue,
    HistoryEntry,
    KeptFile,
    Phone,
    SearchDoc,
    StepTick,
    Todo,
)
from importer import load, pace, undo
from importer.models import Import, ImportedRow
from importer.undo import Kept, Undone
from modules.models import Module
from tests import make
from tests.importer.test_load import of_file
from tests.importer.tools import checked, fresh, pasted

pytestmark = pytest.mark.django_db

RECORDS: tuple[type[models.Model], ...] = (
    Client, Contact, Address, Phone, Email, Datasheet, StepTick, Todo, FieldValue, HistoryEntry,
    KeptFile, SearchDoc,
)  # fmt: skip
ROWS = (
    ("Cégnév", "Város", "Kapcsolattartó", "E-mail", "Telefon", "Teendő"),
    ("Egy Kft.", "Eger", "Kiss Pál", "pal@example.com", "06 30 123 4567", "Hívni"),
    ("Két Bt.", "Vác", "Nagy Éva", "eva@example.com", "06 30 123 4568", "Írni"),
    ("Három Zrt.", "Pécs", "", "", "", "Menni"),
)


def tables() -> dict[str, list[Any]]:
    """Every row of every table of records; of the kept counts what they add up to."""
    found = {one.__name__: list(one._default_manager.order_by("pk").values()) for one in RECORDS}
    return {**found, "counts": sorted(counts.kept().items(), key=repr)}


def records() -> dict[str, list[Any]]:
    """The same without what an undo of updates leaves: versions, so that whoever has a form open
    is told, and the history of what was done and taken back. Rows written anew have new ids.
    """
    found = tables()
    found["HistoryEntry"] = [row for row in found["HistoryEntry"] if row["taken_back_at"] is None]
    anew = {"SearchDoc", "FieldValue"}
    return {
        name: sorted(
            (
                {k: v for k, v in row.items() if k != "version" and (k != "id" or name not in anew)}
                if isinstance(row, dict)
                else row
                for row in rows
            ),
            key=repr,
        )
        for name, rows in found.items()
    }


def loaded(source: Import, actor: User, **changes: Any) -> Import:
    load.run(checked(source, actor, **changes), lambda done: None)
    return fresh(source)


def undone(source: Import) -> Undone:
    return undo.run(fresh(source), lambda done: None)


@pytest.fixture
def source(boss: User, module: Module) -> Import:
    make.datasheet(module, actor=boss)
    return pasted(ROWS, actor=boss, module=module)


def test_what_came_in_is_gone_as_if_it_had_never_been(source: Import, boss: User) -> None:
    before = tables()
    loaded(source, boss)
    assert Client.objects.count() == 4
    assert undone(source) == Undone(created=3)
    assert tables() == before
    assert not ImportedRow.objects.exists()
    assert repair.check().clean
    source.refresh_from_db()
    assert source.undone == asdict(Undone(created=3))
    assert source.undone_at is not None


def test_the_five_thousand_rows_go_again(boss: User) -> None:
    make.user("normal", email="eszter@teendo.example")
    source = of_file("csv", boss)
    before = tables()
    load.run(source, lambda done: None)
    beats: list[int] = []
    done = undo.run(fresh(source), beats.append)
    assert done == Undone(created=4510)
    assert beats[-1] == done.created
    assert tables() == before


def client(name: str) -> Client:
    return Client.objects.get(name=name)


def test_what_somebody_has_worked_on_stays_and_is_listed(
    source: Import, boss: User, module: Module
) -> None:
    loaded(source, boss)
    sheet = Datasheet.objects.get(client=client("Egy Kft."))
    write_down(sheet.pk, EntryKind.NOTE, "Beszéltünk", actor=boss)
    open_datasheet(client("Két Bt.").pk, DatasheetPlan(module, boss), actor=boss)
    assert undone(source) == Undone(created=1, kept=2)
    assert set(Client.objects.values_list("name", flat=True)) >= {"Egy Kft.", "Két Bt."}
    assert not Client.objects.filter(name="Három Zrt.").exists()
    kept = ImportedRow.objects.order_by("number").values_list("client__name", "kept")
    assert list(kept) == [("Egy Kft.", Kept.WORKED), ("Két Bt.", Kept.DATASHEET)]
    assert repair.check().clean


def test_what_another_import_has_changed_stays(source: Import, boss: User) -> None:
    loaded(source, boss)
    other = pasted(ROWS, actor=boss)
    ImportedRow.objects.create(source=other, number=2, client=client("Egy Kft."), created=False)
    assert undone(source) == Undone(created=2, kept=1)
    assert ImportedRow.objects.get(source=source).kept == Kept.IMPORT


def test_what_a_colleague_took_back_himself_does_not_count_as_work(
    source: Import, boss: User
) -> None:
    loaded(source, boss)
    sheet = Datasheet.objects.get(client=client("Egy Kft."))
    entry = write_down(sheet.pk, EntryKind.NOTE, "Tévedés", actor=boss)
    HistoryEntry.objects.filter(pk=entry.pk).update(taken_back_at=timezone.now())
    assert undone(source) == Undone(created=3)


UPDATE = (
    *(("Cégnév", "Város", "Adószám", "Honlap", "Kapcsolattartó", "Beosztás", "E-mail", "Telefon")),
    *(("Megjegyzés", "Teendő", "Előzmény")),
)
CHANGED = (
    *("Egy Kft.", "Eger", "10773381-2-44", "egy.example", "Kiss Pál", "főnök", "uj@example.com"),
    *("06 30 999 9999", "új", "Írni", "Régi ügyfél"),
)
OTHER = ("Három Zrt.", "Pécs", "", "harom.example", "Új Ember", "", "ember@example.com", "", "")


@pytest.mark.parametrize("existing", ["fill", "over"])
def test_what_it_changed_of_clients_that_were_here_is_put_back(
    source: Import, boss: User, module: Module, existing: str
) -> None:
    loaded(source, boss)
    before = records()
    update = pasted((UPDATE, CHANGED, (*OTHER, "", "")), actor=boss, module=module)
    update = loaded(update, boss, existing=existing)
    assert update.counts["update"] == 2
    assert client("Három Zrt.").website == "harom.example"
    assert undone(update) == Undone(updated=2)
    assert records() == before
    assert repair.check().clean
    assert HistoryEntry.objects.filter(kind=EntryKind.IMPORTED, taken_back_by=boss).count() == 2


def test_a_value_that_was_changed_again_stays_and_the_others_go_back(
    source: Import, boss: User, module: Module
) -> None:
    loaded(source, boss)
    update = loaded(pasted((UPDATE, CHANGED), actor=boss, module=module), boss, existing="over")
    change_client(client("Egy Kft.").pk, {"website": "mas.example"}, actor=boss)
    assert undone(update) == Undone(kept=1)
    now = client("Egy Kft.")
    assert (now.website, now.tax_number, now.notes) == ("mas.example", "", "")
    row = ImportedRow.objects.get(source=update)
    assert row.kept == Kept.CHANGED
    assert [list(op[3]) for op in row.changes] == [["website"]]


class KilledError(Exception):
    """What a test does to an undo."""


def test_an_undo_that_was_killed_goes_on_and_counts_nothing_twice(
    source: Import, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables()
    loaded(source, boss)
    monkeypatch.setattr(undo, "Pace", partial(pace.Pace, 1))
    monkeypatch.setattr(pace, "FEWEST", 1)
    monkeypatch.setattr(pace, "MOST", 1)

    def beat(done: int) -> None:
        if done == 2:
            raise KilledError

    with pytest.raises(KilledError):
        undo.run(fresh(source), beat)
    assert ImportedRow.objects.count() == 1
    assert undone(source) == Undone(created=3)
    assert tables() == before


def test_a_row_that_fails_holds_up_no_other(
    source: Import, boss: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loaded(source, boss)
    unlucky = client("Két Bt.").pk
    remove = removal.remove_clients

    def fail(clients: list[int]) -> None:
        remove(clients)
        if unlucky in clients:
            raise IntegrityError("something refers to it")

    monkeypatch.setattr(removal, "remove_clients", fail)
    assert undone(source) == Undone(created=2, failed=1)
    assert ImportedRow.objects.get().kept == Kept.FAILED
    assert client("Két Bt.").contact_set.count() == 1
    assert "could not be taken back" in caplog.text
    assert repair.check().clean


def test_nothing_that_hangs_on_a_client_is_forgotten() -> None:
    """Each table that refers to a record is one that :mod:`crm.actions.removal` empties."""
    hanging = {
        relation.related_model
        for model in RECORDS
        for relation in model._meta.related_objects
        if isinstance(relation.related_model, type)
    }
    assert hanging - {ImportedRow} <= set(RECORDS)

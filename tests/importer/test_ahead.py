"""A load whose blocks another process makes ends like one that makes its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import User
from crm.actions import repair
from crm.bulk import next_ids, reserve
from crm.constants import Shelf
from crm.models import (
    Address,
    Client,
    Contact,
    Datasheet,
    Email,
    HistoryEntry,
    Phone,
    SearchDoc,
    Todo,
)
from importer import ahead, load
from importer.blocks import Block, made
from importer.models import Import, ImportedRow, Step
from importer.pace import Pace
from jobs import worker
from modules.models import Module
from tests import make
from tests.importer.test_load import assert_all_is_in, numbers, of_file
from tests.importer.tools import checked, fresh, pasted

pytestmark = pytest.mark.django_db

ROWS = 1600
MODELS = (
    *(Client, Contact, Address, Phone, Email),
    *(Datasheet, Todo, HistoryEntry, ImportedRow, SearchDoc),
)
MOMENTS = {"created_at", "status_since", "at"}
REFERENCES = {"last_entry": HistoryEntry, "contact": Contact, "datasheet_id": Datasheet}
HEAD = ("Cégnév", "Kapcsolattartó", "E-mail", "Státusz", "Felelős", "Teendő")


# ---- What is made before its transaction -------------------------------------------------------


@pytest.fixture
def made_before(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Loads make their blocks as a helper would; what happens before one is written."""
    happening: list[Callable[[], object]] = []

    @contextmanager
    def blocks(source: Import, pace: Pace) -> Iterator[Iterator[Block]]:
        def coming() -> Iterator[Block]:
            for block in made(source, pace.rows, reserve):
                if happening:
                    happening.pop()()
                yield block

        yield coming()

    monkeypatch.setattr(ahead, "helps", lambda source: True)
    monkeypatch.setattr(ahead, "blocks", blocks)
    return happening


def test_what_is_made_before_its_transaction_is_what_a_load_makes_in_it(
    boss: User, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    make.user("normal", email="eszter@teendo.example")
    source = of_file("csv", boss, 400)
    with transaction.atomic():
        load.run(fresh(source), lambda done: None)
        usual, counts = written(), fresh(source).counts
        transaction.set_rollback(True)
    request.getfixturevalue("made_before")
    load.run(fresh(source), lambda done: None)
    assert written() == usual
    assert fresh(source).counts == counts
    assert repair.check().clean


def written() -> dict[str, list[dict[str, Any]]]:
    """All that a load wrote but moments; for an id, the place of its record among all."""
    ids = {model: list(model._default_manager.order_by("pk").values_list("pk")) for model in MODELS}
    places: dict[Any, dict[int, int]] = {
        model: {pk: at for at, (pk,) in enumerate(found)} for model, found in ids.items()
    }
    related: dict[str, Any] = {
        field.attname: field.related_model
        for model in MODELS
        for field in model._meta.concrete_fields
        if field.related_model in MODELS
    }

    def plain(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(key, one) for key, one in value.items()}
        model = related.get(name) or REFERENCES.get(name)
        return places[model].get(value, value) if model and value else value

    return {
        model.__name__: [
            {k: plain(k, v) for k, v in row.items() if k != "id" and k not in MOMENTS}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in MODELS
    }


def test_who_loses_access_while_a_block_waits_gets_nothing_of_it(
    boss: User, module: Module, made_before: list[Callable[[], object]]
) -> None:
    eszter = make.user("normal", email="eszter@teendo.example")
    rows = [HEAD, ("Egy Kft.", "Kiss Pál", "", "", "eszter@teendo.example", "Hívni")]
    source = checked(pasted(rows, actor=boss, module=module), boss)
    made_before.append(lambda: User.objects.filter(pk=eszter.pk).update(is_active=False))
    load.run(source, lambda done: None)
    sheet = Datasheet.objects.get()
    assert sheet.responsible is None
    assert Todo.objects.get().responsible == boss
    assert repair.check().clean


def test_a_status_that_is_closed_while_a_block_waits_takes_its_rows_as_closed(
    boss: User, module: Module, made_before: list[Callable[[], object]]
) -> None:
    rows = [HEAD, ("Egy Kft.", "Kiss Pál", "", "", "", "")]
    source = checked(pasted(rows, actor=boss, module=module), boss)
    made_before.append(lambda: module.statuses.update(meaning="lost"))
    load.run(source, lambda done: None)
    assert Datasheet.objects.get().shelf == Shelf.CLOSED
    assert numbers(fresh(source).counts) == numbers(source.counts)


def test_what_changes_clients_is_found_out_in_the_transaction(
    boss: User, module: Module, made_before: list[Callable[[], object]]
) -> None:
    table = [HEAD, ("Egy Kft.", "Kiss Pál", "", "", "", "Hívni")]
    load.run(checked(pasted(table, actor=boss, module=module), boss), lambda done: None)
    client = Client.objects.get()
    rows = [("Cégnév", "Honlap"), ("Egy Kft.", "egy.example"), ("Két Kft.", "ket.example")]
    source = checked(pasted(rows, actor=boss, module=module), boss, existing="fill")
    made_before.append(
        lambda: Client.objects.filter(pk=client.pk).update(website="https://mas.example")
    )
    load.run(source, lambda done: None)
    assert fresh(source).counts["update"] == 0
    assert Client.objects.get(pk=client.pk).website == "https://mas.example"
    assert Client.objects.count() == 2


def test_reserved_ids_are_nobody_elses(boss: User, module: Module) -> None:
    if connection.vendor == "sqlite":
        connection.cursor().execute("DELETE FROM sqlite_sequence")  # as in a new database
    first = [*reserve(Client, 3), *reserve(Client, 2)]
    with transaction.atomic():
        assert not set(first) & set(next_ids(Client, 2))
    assert make.datasheet(module, actor=boss).client_id > max(first)
    more = reserve(Client, 1)
    assert make.datasheet(module, actor=boss).client_id > max(more)
    assert len({*first, *more}) == 6


# ---- The process that makes them ---------------------------------------------------------------


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """A helper finds this test's database and files."""
    own = connection.settings_dict
    name = quote(str(own["NAME"]), safe="/")
    server = f"{quote(own['USER'])}@{quote(own['HOST'], safe='')}:{own['PORT']}".rstrip(":")
    of_sqlite = connection.vendor == "sqlite"
    url = f"sqlite:///{name}" if of_sqlite else f"postgres://{server}/{name}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setattr(ahead, "WORTH", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("helped")
def test_a_helper_makes_a_whole_load(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    source = of_file("csv", boss, ROWS)
    monkeypatch.setattr("importer.blocks.write", None)  # nothing is made here
    load.run(source, lambda done: None)
    assert numbers(fresh(source).counts) == numbers(source.counts)
    assert_all_is_in(source)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("helped")
def test_a_load_whose_helper_dies_goes_on_by_itself(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = of_file("csv", boss, ROWS)
    helpers: list[ahead.Helper] = []
    real = ahead.Spare.take

    def take(spare: ahead.Spare) -> ahead.Helper:
        helpers.append(real(spare))
        return helpers[-1]

    def beat(done: int) -> None:
        if done > ROWS // 4 and helpers[0].alive():
            os.kill(helpers[0].process.pid, signal.SIGKILL)

    monkeypatch.setattr(ahead.Spare, "take", take)
    load.run(source, beat)
    assert len(helpers) == 1
    assert helpers[0].process.returncode == -signal.SIGKILL
    assert numbers(fresh(source).counts) == numbers(source.counts)
    assert_all_is_in(source)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("helped")
def test_a_helper_of_another_database_makes_nothing(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = of_file("csv", boss, 300)
    here = ahead.Task.of(source)
    monkeypatch.setattr(
        ahead.Task, "of", lambda _: ahead.Task(here.import_id, "other", here.language, here.zone)
    )
    with ahead.blocks(source, Pace()) as blocks, pytest.raises(ahead.LostError):
        next(blocks)


def test_a_helper_whose_database_falls_says_so_in_a_line(
    boss: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def falling(*arguments: Any) -> Iterator[Block]:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(ahead, "made", falling)
    ours, its = Pipe()
    ours.send(ahead.Task.of(of_file("csv", boss, 10)))
    ahead.serve(its)
    assert caplog.messages == ["A load goes on without its helper: the connection is lost"]


@pytest.mark.usefixtures("helped")
def test_neither_a_few_rows_nor_a_single_processor_get_a_helper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead, "WORTH", 1000)
    assert [ahead.helps(Import(rows=rows)) for rows in (999, 1000)] == [False, True]
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert not ahead.helps(Import(rows=1000))


@pytest.mark.usefixtures("helped")
def test_a_helper_waits_while_somebody_is_about_to_load(boss: User, module: Module) -> None:
    assert kept_ready() is None
    source = pasted([HEAD, ("Egy Kft.",)], actor=boss, module=module)
    waiting = kept_ready()
    assert waiting is not None
    assert waiting.alive()
    Import.objects.filter(pk=source.pk).update(step=Step.DONE)
    assert kept_ready() is None
    assert waiting.process.poll() is not None


def kept_ready() -> ahead.Helper | None:
    """As each worker keeps it, beside its jobs."""
    worker.look_after()
    return ahead._spare.helper

"""Two people who import at the same moment, and two workers who load."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from crm.actions import repair
from crm.constants import EntryKind
from crm.models import Client, Datasheet
from importer import load
from importer.actions import checking, decisions, sources, undo
from importer.models import Import, ImportedRow, Step
from jobs import runner
from jobs.models import Job, State
from modules.models import Module
from tests import make
from tests.importer.tools import decided
from tests.races.conftest import AtOnce

ROWS = "Cégnév\tVáros\n" + "".join(f"Cég {n} Kft.\tEger\n" for n in range(40))


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def manager(transactional_db: None) -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The jobs in the order in which they were queued; none runs by itself."""
    queue: list[int] = []
    monkeypatch.setattr(runner, "_enqueue", queue.append)
    return queue


def ready(actor: User, module: Module) -> Import:
    source = sources.take_in(sources.Upload(pasted=ROWS, module=module), actor=actor)
    decided(source, actor)
    return checking.check_now(source.pk, actor=actor)


def test_two_who_import_the_same_at_once_make_every_client_once(
    manager: User, at_once: AtOnce, queued: list[int]
) -> None:
    module, other = make.module("projects"), make.user("manager")
    imports = [ready(who, module) for who in (manager, other)]
    starting: list[Any] = [
        partial(decisions.start_load, one.pk, actor=one.created_by) for one in imports
    ]
    at_once(starting)
    at_once([partial(runner.run, pk) for pk in list(queued)])
    while waiting := Job.objects.filter(kind="import", state=State.QUEUED).first():
        runner.run(waiting.pk)
    assert Client.objects.count() == Datasheet.objects.count() == 40
    assert ImportedRow.objects.count() == 40
    counts = [Import.objects.get(pk=one.pk).counts for one in imports]
    assert sorted((one["create"], one["skip"]) for one in counts) == [(0, 40), (40, 0)]
    assert repair.check().clean


def test_two_workers_never_load_two_at_once(
    manager: User, at_once: AtOnce, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = make.module("projects")
    imports = [ready(manager, module) for _ in range(3)]
    jobs = [decisions.start_load(one.pk, actor=manager).job_id for one in imports]
    spans: list[tuple[Any, Any]] = []
    loading = load.run

    def timed(*args: Any) -> Any:
        began = timezone.now()
        counts = loading(*args)
        spans.append((began, timezone.now()))
        return counts

    monkeypatch.setattr(load, "run", timed)

    def work() -> None:
        for pk in [*jobs, *jobs]:
            runner.run(pk or 0)

    at_once([work, work])
    for pk in jobs:
        runner.run(pk or 0)
    assert len(spans) == 3
    spans.sort()
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_a_note_written_while_it_is_taken_back_keeps_its_client_or_finds_it_gone(
    manager: User, at_once: AtOnce, queued: list[int]
) -> None:
    from crm.actions.notes import write_down

    source = ready(manager, make.module("projects"))
    load.run(source, lambda done: None)
    sheet = Datasheet.objects.order_by("-pk")[0]
    job = undo.start_undo(source.pk, actor=manager).undo_job_id
    at_once(
        [
            partial(runner.run, job or 0),
            partial(write_down, sheet.pk, EntryKind.NOTE, "Közben", actor=manager),
        ]
    )
    left = Client.objects.count()
    assert left in (0, 1)
    assert Datasheet.objects.count() == left
    source = Import.objects.get(pk=source.pk)
    assert source.undone["kept"] == left
    assert source.undone["failed"] == 0
    assert source.step == Step.DONE
    assert repair.check().clean

"""How long the files of imports are kept; what came of them stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Company, User
from crm.models import Client
from importer import keeping, load, rows
from importer.actions.sources import Upload, limits, take_in
from importer.models import Import, ImportedRow, Step
from jobs import runner
from jobs.models import Job
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    make.company(import_days=30, upload_mb=25)
    return make.user("administrator")


def pasted(boss: User, name: str) -> Import:
    return take_in(Upload(pasted=f"Cégnév\tVáros\n{name}\tEger\n"), actor=boss)


def test_old_files_go_and_what_came_of_them_stays(
    boss: User, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    old, fresh, draft = (pasted(boss, f"Minta {n} Kft.") for n in range(3))
    for source in (old, fresh):
        load.run(source, lambda done: None)
    long_ago = timezone.now() - timedelta(days=31)
    Import.objects.filter(pk=old.pk).update(finished_at=long_ago)
    Import.objects.filter(pk=draft.pk).update(created_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.forget_old_files() == 2
    assert set(Import.objects.values_list("pk", flat=True)) == {old.pk, fresh.pk}
    assert not Path(old.file.path).exists()
    assert Path(fresh.file.path).exists()
    assert not (tmp_path / "imports" / str(draft.pk)).exists()
    assert list(rows.results(old.pk)) == []
    assert Client.objects.count() == ImportedRow.objects.count() == 2
    entry = AuditEntry.objects.get(action="import.files_forgotten")
    assert (entry.actor, entry.data) == (None, {"files": 2})
    assert keeping.forget_old_files() == 0


def test_a_load_is_logged_with_its_numbers(boss: User) -> None:
    source = pasted(boss, "Minta Kft.")
    Import.objects.filter(pk=source.pk).update(step=Step.LOAD)
    job = Job.objects.create(kind="import", created_by=boss, payload={"import": source.pk})
    runner.run(job.pk)
    entry = AuditEntry.objects.get(action="import.finished")
    assert entry.actor == boss
    assert entry.data == {"import": source.pk, "rows": 1, "create": 1}


def test_what_a_file_may_hold_are_the_companys_settings(boss: User) -> None:
    assert (limits().mb, limits().rows, limits().columns) == (100, 500_000, 300)
    Company.objects.update(import_mb=2, import_rows=1000, import_columns=20)
    Company.forget()
    assert (limits().mb, limits().rows, limits().columns) == (2, 1000, 20)
    assert limits(50 * 1024 * 1024).wait_seconds > limits().wait_seconds

"""What a backup holds comes back as it was, on the database that the suite runs on."""

import io
import json
import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts.models import Company, User
from jobs.models import Job, Worker
from modules.models import Module, Status
from office import backup, restore
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> None:
    settings.BASE_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def filled() -> Job:
    make.company(name="Árvíztűrő Kft.")
    make.module("sales")
    payload = {"szöveg": ["ő", 1, None]}
    return Job.objects.create(kind="x", payload=payload, created_by=make.user())


def everything() -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for model in backup.tables():
        names = [field.attname for field in backup.columns(model)]
        found[model._meta.label] = list(model._base_manager.order_by("pk").values_list(*names))
    return found


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_rows_and_uploads_come_back_as_they_were(filled: Job, tmp_path: Path) -> None:
    put(tmp_path / "uploads" / "pictures" / "a.png", "picture")
    before = everything()
    path = backup.write()
    Job.objects.all().delete()
    Status.objects.update(name_hu="x")
    Company.objects.update(name="x")
    User.objects.create_user("new@example.com", "x", family_name="Új", given_name="Ember")
    put(tmp_path / "uploads" / "later.png", "later")
    (tmp_path / "uploads" / "pictures" / "a.png").unlink()
    restore.read(path)
    assert everything() == before
    files = {p.name: p.read_text() for p in (tmp_path / "uploads").rglob("*") if p.is_file()}
    assert files == {"a.png": "picture"}


def test_new_rows_get_new_numbers_after_a_restore(filled: Job) -> None:
    path = backup.write()
    restore.read(path)
    assert make.user().pk > filled.created_by_id
    assert make.module("projects").pk > Module.objects.earliest("pk").pk


def test_the_file_is_for_our_eyes_only_and_bears_the_date(filled: Job) -> None:
    path = backup.write()
    assert path.stat().st_mode & 0o077 == 0
    assert path.name.startswith("teendo-20")
    assert list(path.parent.iterdir()) == [path]


def test_every_row_stands_in_the_file_but_sessions(filled: Job) -> None:
    with tarfile.open(backup.write()) as archive:
        names = archive.getnames()
    assert names[0] == "manifest.json"
    assert "table/accounts.user.jsonl" in names
    assert not [name for name in names if "session" in name]


def test_a_file_cut_short_changes_nothing(filled: Job) -> None:
    path = backup.write()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    before = everything()
    with pytest.raises(restore.UnusableError):
        restore.read(path)
    assert everything() == before


def test_a_backup_of_another_version_is_refused(filled: Job, tmp_path: Path) -> None:
    path = tmp_path / "old.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        text = json.dumps({"format": 1, "migrations": [["crm", "0000_old"]]}).encode()
        member = tarfile.TarInfo("manifest.json")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    with pytest.raises(restore.UnusableError, match="another version"):
        restore.read(path)


def test_a_name_that_leads_outside_is_refused(filled: Job, tmp_path: Path) -> None:
    good, bad = backup.write(), tmp_path / "bad.tar.gz"
    with tarfile.open(good) as source, tarfile.open(bad, "w:gz") as target:
        for member in source:
            target.addfile(member, source.extractfile(member))
        target.addfile(tarfile.TarInfo("uploads/../../evil"), io.BytesIO())
    with pytest.raises(restore.UnusableError, match="outside"):
        restore.read(bad)


def test_a_running_product_is_not_restored_over(filled: Job) -> None:
    path = backup.write()
    Worker.objects.create(pk="w")
    with pytest.raises(CommandError, match="running"):
        call_command("restore", str(path))


def test_what_was_there_is_kept_before_a_restore(filled: Job, capsys: Any) -> None:
    path = backup.write()
    call_command("restore", str(path))
    assert len(list(path.parent.glob("before-restore-*"))) == 1
    assert "Restored" in capsys.readouterr().out


def test_a_missing_file_is_named(filled: Job) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.tar\.gz"):
        call_command("restore", "nowhere.tar.gz")


def test_others_write_while_a_backup_is_read(filled: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are those of the beginning, and the writer does not wait."""
    add_table = backup._add_table

    def add_and_write(archive: tarfile.TarFile, model: Any) -> None:
        writer = threading.Thread(target=rename_company)
        writer.start()
        writer.join()
        add_table(archive, model)

    monkeypatch.setattr(backup, "_add_table", add_and_write)
    restore.read(backup.write())
    assert Company.objects.get().name == "Árvíztűrő Kft."


def rename_company() -> None:
    Company.objects.update(name="Later Kft.")
    connection.close()


def test_what_is_left_out_is_known_to_this_version() -> None:
    known = {model._meta.label_lower for model in apps.get_models()}
    assert known >= backup.LEFT_OUT
    assert connection.vendor in ("sqlite", "postgresql")

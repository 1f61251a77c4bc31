"""Files as values: replaced, taken back, and gone when nobody can want them back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm.actions.contacts import delete_contact
from crm.actions.datasheets import trash
from crm.actions.field_changes import forget_replaced_files
from crm.actions.purge import purge
from crm.actions.undo import can_undo, undo
from crm.actions.values import set_value
from crm.errors import Refused
from crm.models import Datasheet, HistoryEntry, KeptFile
from crm.traces import Subject
from crm.value_rows import Record, read
from modules.models import About, Field
from office.actions.fields_purge import purge_fields
from office.actions.personal_data import erase, hand_out
from tests import make

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def field(boss: User) -> Field:
    return make.field(make.module("projects"), "file", label_en="Drawing")


@pytest.fixture
def sheet(boss: User, field: Field) -> Datasheet:
    assert field.module is not None
    return make.datasheet(field.module, actor=boss)


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def put(record: Record, field: Field, name: str | None, actor: User) -> HistoryEntry:
    """Another file, or none; its content is its name."""
    upload = SimpleUploadedFile(name, name.encode()) if name else None
    entry = set_value(record, field.pk, upload, actor=actor)
    assert entry is not None
    return entry


def content(record: Record, field: Field) -> str | None:
    kept = read(record, field)
    if kept is None:
        return None
    with default_storage.open(kept.name) as file:
        return str(file.read().decode())


def stored() -> int:
    return len(default_storage.listdir("fields")[1])


def test_a_replaced_file_comes_back_and_the_one_in_its_place_goes(
    boss: User, field: Field, sheet: Datasheet, commits: Any
) -> None:
    with commits():
        put(sheet, field, "a.txt", boss)
        second = put(sheet, field, "b.txt", boss)
        third = put(sheet, field, None, boss)
    assert stored() == 2
    with pytest.raises(Refused):
        undo(second.pk, actor=boss)
    for entry, back, files in ((third, "b.txt", 2), (second, "a.txt", 1)):
        assert can_undo(entry, boss)
        with commits():
            undo(entry.pk, actor=boss)
        assert (content(sheet, field), stored()) == (back, files)
    assert not KeptFile.objects.exists()


def test_the_message_of_a_changed_file_offers_the_way_back(
    boss: User, field: Field, sheet: Datasheet
) -> None:
    put(sheet, field, "a.txt", boss)
    browser = Browser()
    browser.force_login(boss)
    body = {"value": SimpleUploadedFile("b.txt", b"b.txt"), "was": "*"}
    answer = browser.post(f"/d/{sheet.pk}/fields/{field.pk}/", body, headers=HX)
    entry = HistoryEntry.objects.order_by("-pk")[0]
    assert f"/history/{entry.pk}/undo/" in answer.content.decode()
    browser.post(f"/history/{entry.pk}/undo/")
    assert content(sheet, field) == "a.txt"


def test_it_is_kept_for_as_long_as_the_undo_is_offered_and_then_goes(
    boss: User, field: Field, sheet: Datasheet, commits: Any
) -> None:
    put(sheet, field, "a.txt", boss)
    entry = put(sheet, field, "b.txt", boss)
    for days, offered, files in ((29, True, 2), (31, False, 1)):
        with time_machine.travel(timezone.now() + timedelta(days=days)), commits():
            forget_replaced_files()
            assert can_undo(entry, boss) is offered
        assert stored() == files
    with pytest.raises(Refused):
        undo(entry.pk, actor=boss)
    assert content(sheet, field) == "b.txt"


def test_an_entry_that_kept_nothing_is_not_taken_back(
    boss: User, field: Field, sheet: Datasheet
) -> None:
    put(sheet, field, "a.txt", boss)
    entry = put(sheet, field, None, boss)
    entry.data |= {"from": None}
    entry.save()
    KeptFile.objects.all().delete()
    assert not can_undo(entry, boss)
    with pytest.raises(Refused):
        undo(entry.pk, actor=boss)


def test_replaced_files_go_with_their_datasheet_their_contact_and_their_field(
    boss: User, field: Field, sheet: Datasheet, commits: Any
) -> None:
    own = make.field(None, "file", about=About.CONTACT)
    contact = make.contact(sheet.client)
    for record, of in ((sheet, field), (contact, own)):
        put(record, of, "a.txt", boss)
        put(record, of, "b.txt", boss)
    first = read(contact, own).name
    with commits():
        delete_contact(contact.pk, actor=boss)
        assert default_storage.exists(first), "never before the commit"
    assert stored() == 2
    trash(sheet.pk, actor=boss)
    with commits():
        purge(sheet.pk, actor=boss)
    assert (stored(), KeptFile.objects.count()) == (0, 0)


def test_replaced_files_go_with_a_removed_field(
    boss: User, field: Field, sheet: Datasheet, commits: Any
) -> None:
    put(sheet, field, "a.txt", boss)
    put(sheet, field, "b.txt", boss)
    Field.objects.update(removed_at=timezone.now() - timedelta(days=31))
    with commits():
        assert purge_fields() == 1
    assert (stored(), KeptFile.objects.count()) == (0, 0)


def test_erasing_takes_replaced_files_at_once_and_handing_out_gives_them(
    boss: User, field: Field, sheet: Datasheet, commits: Any
) -> None:
    put(sheet, field, "a.txt", boss)
    entry = put(sheet, field, "b.txt", boss)
    with hand_out(Subject.of(sheet.client), actor=boss) as packed:
        whole = packed.read()
    assert b"-a.txt" in whole
    assert b"-b.txt" in whole
    with commits():
        erase(sheet.client_id, None, actor=boss)
    assert (stored(), KeptFile.objects.count()) == (0, 0)
    entry.refresh_from_db()
    assert not can_undo(entry, boss)
    assert "a.txt" not in str(entry.data)

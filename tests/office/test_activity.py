"""The activity log: what it tells, how it is looked through, and that it only grows."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone
from openpyxl import load_workbook

from accounts.actions.access import change_role
from accounts.actions.log import forget_old_entries, months_before
from accounts.audit import record
from accounts.models import AuditEntry, Company, User
from accounts.models.audit import AppendOnly
from accounts.roles import Role
from crm.actions.clients import trash_client
from crm.actions.datasheets import trash
from crm.actions.purge import empty_trash, purge, purge_client
from crm.models import Client, Datasheet, HistoryEntry
from office.activity_verbs import KINDS, VERBS, kind_of, of_kind
from office.activity_words import tell
from tests import make

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def browser(boss: User) -> Browser:
    browser = Browser()
    browser.force_login(boss)
    return browser


def page(browser: Browser, query: str = "") -> str:
    return browser.get(f"/settings/activity/{query}").content.decode()


def at(entry: AuditEntry, moment: datetime) -> None:
    """Put an entry into the past, as only a test can."""
    AuditEntry.objects.filter(pk=entry.pk)._raw_delete("default")
    entry.pk, entry.at = None, moment
    entry._state.adding = True
    entry.save(force_insert=True)


def test_an_entry_is_a_sentence_with_what_changed(browser: Browser, boss: User) -> None:
    anna = make.user("normal", family_name="Szabó", given_name="Anna")
    change_role(anna, Role.MANAGER, actor=boss)
    shown = page(browser)
    assert "<b>Nagy Eszter</b> gave <b>Szabó Anna</b> another role" in shown
    assert re.search(r"<del>Normal[^<]*</del> → <ins>Manager</ins>", shown)


def test_an_erased_person_is_a_number(browser: Browser, boss: User) -> None:
    record(boss, "personal_data.erased", "contact 12", {"contact": 12, "todos": 3})
    assert "personal data of <b>contact no. 12</b>" in page(browser)


def test_names_are_never_taken_for_markup(browser: Browser, boss: User) -> None:
    record(boss, "client.trashed", "<script>alert(1)</script> {who}", {"client": 1})
    shown = page(browser)
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {who}" in shown


def test_it_is_filtered_by_who_what_when_and_text(browser: Browser, boss: User) -> None:
    other = make.user("administrator")
    record(boss, "client.purged", "Őszi Ágnes Kft.", {"client": 1})
    record(other, "import.started", "lista.xlsx", {"rows": 3})
    old = record(None, "log.forgotten", "", {"entries": 9})
    at(old, datetime(2026, 1, 31, 22, 59, tzinfo=UTC))
    assert "lista.xlsx" in page(browser, f"?who={other.pk}")
    assert "Ágnes" not in page(browser, f"?who={other.pk}")
    assert "Old entries" in page(browser, "?who=system")
    assert "Ágnes" in page(browser, "?kind=deletions")
    assert "lista.xlsx" not in page(browser, "?kind=deletions")
    assert "Ágnes" in page(browser, "?q=oszi+agnes")
    assert "Ágnes" in page(browser, "?q=ŐSZI")
    assert "Nothing like this" in page(browser, "?q=osziagnes")
    assert "Old entries" in page(browser, "?since=2026-01-31&until=2026-01-31")
    assert "Old entries" not in page(browser, "?since=2026-02-01")
    assert "Ágnes" in page(browser, "?who=none&kind=x&since=tomorrow")


def test_pages_follow_each_other_without_gap_or_repeat(browser: Browser, boss: User) -> None:
    moment = timezone.now()
    made = [AuditEntry(actor=boss, action="login", at=moment, data={"n": n}) for n in range(130)]
    AuditEntry.objects.bulk_create(made)
    seen: list[int] = []
    query = "?kind=logins"
    while query:
        answer = browser.get(f"/settings/activity/{query}", headers=HX if "after" in query else {})
        seen += [told.entry.pk for told in answer.context["told"]]
        after = answer.context["after"]
        query = f"?kind=logins&after={after}" if after else ""
    wanted = AuditEntry.objects.filter(of_kind("logins")).order_by("-at", "-pk")
    assert seen == list(wanted.values_list("pk", flat=True))


def test_every_kind_finds_its_own_and_together_they_find_all(boss: User) -> None:
    for action in (*VERBS, "something.new"):
        record(boss, action, "X")
    found = {
        key: set(AuditEntry.objects.filter(of_kind(key)).values_list("pk", flat=True))
        for key in KINDS
    }
    assert sum(map(len, found.values())) == AuditEntry.objects.count()
    for entry in AuditEntry.objects.all():
        assert entry.pk in found[kind_of(entry.action)]
        assert "{" not in tell(entry).text


def test_every_verb_that_the_product_writes_has_a_sentence() -> None:
    call = re.compile(r"\brecord\(\s*[\w.]+,\s*\"([a-z_.]+)\"")
    written = {
        verb
        for folder in ("accounts", "modules", "crm", "importer", "office")
        for path in Path(settings.BASE_DIR, folder).rglob("*.py")
        for verb in call.findall(path.read_text())
    }
    assert written - set(VERBS) == set()


def test_csv_is_for_the_readers_spreadsheet_and_runs_nothing(browser: Browser, boss: User) -> None:
    record(boss, "client.purged", '=HYPERLINK("http://x";"y")', {"client": 1})
    record(boss, "company.mail_tested", "Őszi;Kft.", {})
    User.objects.filter(pk=boss.pk).update(language="hu")
    answer = browser.post("/settings/activity/export/", {"format": "csv"})
    raw = answer.getvalue()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert any("Őszi;Kft." in cell for row in rows for cell in row)
    logged = AuditEntry.objects.get(action="activity.exported")
    assert logged.data == {"rows": len(rows) - 1, "format": "csv"}
    assert not any("activity.exported" in row for row in rows)


def test_xlsx_holds_what_the_filter_shows(browser: Browser, boss: User) -> None:
    record(boss, "client.purged", "=1+1", {"client": 1})
    answer = browser.post("/settings/activity/export/", {"format": "xlsx", "kind": "deletions"})
    book = load_workbook(io.BytesIO(answer.getvalue()))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][2] == "Nagy Eszter deleted the client =1+1 for good"


def test_nobody_changes_an_entry(boss: User) -> None:
    entry = record(boss, "login", "X")
    entry.action = "logout"
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="x"),
        lambda: AuditEntry.objects.bulk_update([entry], ["action"]),
        lambda: AuditEntry.objects.bulk_create(
            [entry], update_conflicts=True, unique_fields=["id"], update_fields=["action"]
        ),
    ):
        with pytest.raises(AppendOnly), transaction.atomic():
            attempt()
    assert AuditEntry.objects.get().action == "login"


def test_old_entries_are_forgotten_and_that_is_logged(boss: User) -> None:
    Company.objects.update(log_months=6)
    Company.forget()
    now = timezone.now()
    at(record(boss, "login", "old"), now - timedelta(days=200))
    at(record(boss, "login", "new"), now - timedelta(days=100))
    assert forget_old_entries() == 1
    assert list(
        AuditEntry.objects.filter(action="login").values_list("target_text", flat=True)
    ) == ["new"]
    assert AuditEntry.objects.get(action="log.forgotten").data["entries"] == 1
    assert forget_old_entries() == 0
    assert AuditEntry.objects.filter(action="log.forgotten").count() == 1


def test_months_before_ends_on_a_day_that_there_is() -> None:
    moment = datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert months_before(moment, 1) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert months_before(moment, 27) == datetime(2023, 12, 28, 12, tzinfo=UTC)


# ---- Deletions stand in it -----------------------------------------------------------------------


def test_a_client_is_deleted_for_good_with_all_that_hangs_on_it(
    browser: Browser, boss: User
) -> None:
    projects = make.module("projects")
    client = make.client("Eldobott Kft.")
    contact = make.contact(client)
    sheet = make.datasheet(projects, actor=boss, client=client, main_contact=contact)
    make.todo(sheet, actor=boss, contact=contact)
    trash(sheet.pk, actor=boss)
    trash_client(client.pk, actor=boss)
    assert "Eldobott Kft." in browser.get("/trash/clients/").content.decode()
    url = f"/trash/clients/{client.pk}/purge/"
    assert "Nobody can bring them back" in browser.get(url).content.decode()
    assert browser.post(url, {"sure": "1"}).status_code == 303
    assert not Client.objects.exists()
    assert not Datasheet.objects.exists()
    assert not HistoryEntry.objects.exists()
    verbs = AuditEntry.objects.values_list("action", flat=True)
    assert {"client.trashed", "client.purged"} <= set(verbs)


def test_a_live_client_is_not_deleted(browser: Browser) -> None:
    client = make.client()
    assert browser.post(f"/trash/clients/{client.pk}/purge/", {"sure": "1"}).status_code == 404


def test_the_trash_empties_itself_and_says_so(boss: User) -> None:
    from crm.actions import repair

    projects = make.module("projects")
    old, new = (make.datasheet(projects, actor=boss) for _n in range(2))
    for sheet in (old, new):
        make.todo(sheet, actor=boss)
        trash(sheet.pk, actor=boss)
    long_ago = timezone.now() - timedelta(days=31)
    Datasheet.objects.filter(pk=old.pk).update(trashed_at=long_ago)
    gone = make.client(trashed_at=long_ago)
    assert empty_trash() == (1, 1)
    assert list(Datasheet.objects.values_list("pk", flat=True)) == [new.pk]
    assert not Client.objects.filter(pk=gone.pk).exists()
    assert repair.check().clean
    entry = AuditEntry.objects.get(action="trash.emptied")
    assert (entry.actor, entry.data) == (None, {"datasheets": 1, "clients": 1})


def test_a_manager_sees_clients_in_the_trash_but_does_not_delete(boss: User) -> None:
    manager = Browser()
    manager.force_login(make.user("manager"))
    client = make.client("Eldobott Kft.", trashed_at=timezone.now())
    assert "Eldobott" in manager.get("/trash/clients/").content.decode()
    assert manager.post(f"/trash/clients/{client.pk}/purge/", {"sure": "1"}).status_code == 403
    from crm.errors import Forbidden

    with pytest.raises(Forbidden):
        purge_client(client.pk, actor=make.user("manager"))
    sheet = make.datasheet(make.module("projects"), actor=boss)
    trash(sheet.pk, actor=boss)
    with pytest.raises(Forbidden):
        purge(sheet.pk, actor=make.user("manager"))

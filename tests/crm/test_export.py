"""Lists taken out as files: what is in them, for whom, how long."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import AuditEntry, User
from crm.actions import exports
from crm.actions.datasheets import trash
from crm.errors import Refused
from crm.export import records
from crm.export.columns import offered
from crm.export.source import Source
from crm.models import Client, Datasheet, Email, Export, FieldValue, Phone
from jobs import runner
from jobs.models import Job, State
from modules.models import About, Module
from tests import make

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def own_uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def in_budapest() -> Iterator[None]:
    with timezone.override("Europe/Budapest"):
        yield


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects", slug="projects")


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def taken_out(
    user: User, module: Module | None = None, choice: str = "list", **more: Any
) -> Export:
    params = more.pop("params", {})
    source = Source.read(user, module, params)
    wanted = exports.Choice(choice, more.pop("columns", []), more.pop("ids", True), "csv")
    wanted = exports.Choice(wanted.choice, wanted.columns, wanted.with_ids, more.pop("kind", "csv"))
    url = exports.export(source, wanted, actor=user)
    return Export.objects.get(pk=int(url.split("/")[-2]))


def content(export: Export) -> bytes:
    with default_storage.open(str(export.file.name)) as file:
        return bytes(file.read())


def table(export: Export, delimiter: str = ",") -> list[list[str]]:
    text = content(export).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def as_rows(export: Export, delimiter: str = ",") -> list[dict[str, str]]:
    heading, *rows = table(export, delimiter)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def cells(export: Export) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content(export)))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


# ---- What is in it -------------------------------------------------------------------------------


def test_a_list_comes_out_as_it_is_seen_in_its_order(boss: User, projects: Module) -> None:
    for n, days in enumerate((5, 1, 3)):
        sheet = make.datasheet(projects, actor=boss, client=make.client(f"{n}. Kft."))
        make.todo(sheet, actor=boss, due_at=timezone.now() + timedelta(days=days))
    make.datasheet(projects, actor=boss, client=make.client("Teendő nélkül Kft."))
    trash(make.datasheet(projects, actor=boss).pk, actor=boss)
    names = [row["Company name"] for row in as_rows(taken_out(boss, projects))]
    assert names == ["1. Kft.", "2. Kft.", "0. Kft.", "Teendő nélkül Kft."]


def test_the_filters_of_the_list_hold_for_its_file(boss: User, projects: Module) -> None:
    other = make.user("normal")
    wood = make.field(projects, "text", label_en="Wood")
    mine = make.datasheet(projects, actor=boss, client=make.client("Enyém Kft."))
    make.datasheet(projects, actor=boss, responsible=other, client=make.client("Övé Kft."))
    FieldValue.objects.create(field=wood, datasheet=mine, text="Tölgy", folded="tolgy")

    def names(params: dict[str, str]) -> list[str]:
        rows = as_rows(taken_out(boss, projects, params=params))
        return sorted(row["Company name"] for row in rows)

    assert names({}) == ["Enyém Kft.", "Övé Kft."]
    assert names({"who": "me"}) == ["Enyém Kft."]
    assert names({"who": str(other.pk)}) == ["Övé Kft."]
    assert names({f"f{wood.pk}": "contains:tol"}) == ["Enyém Kft."]
    assert names({"band": "today"}) == []
    assert names({"status": make.status(projects, "in_progress").key}) == []


def test_clients_come_out_by_the_alphabet_and_as_filtered(boss: User) -> None:
    from crm import search

    made = [make.client(name) for name in ("Zebra Kft.", "Ábel Kft.", "Cukor Kft.", "Csiga Kft.")]
    search.reindex([one.pk for one in made])
    rows = as_rows(taken_out(boss))
    assert [row["Company name"] for row in rows] == [
        "Ábel Kft.", "Cukor Kft.", "Csiga Kft.", "Zebra Kft.",
    ]  # fmt: skip
    assert [row["Company name"] for row in as_rows(taken_out(boss, params={"q": "cs"}))] == [
        "Csiga Kft."
    ]


def test_everybody_and_every_number_has_a_column_of_its_own(boss: User, projects: Module) -> None:
    client = make.client("Borház Kft.", tax_number="12345678-2-42")
    first = make.contact(client, family_name="Szabó", given_name="Anna")
    second = make.contact(client, family_name="Kiss", given_name="Béla")
    for contact, numbers in ((first, ["06301111111", "06302222222"]), (second, ["06303333333"])):
        for at, raw in enumerate(numbers):
            Phone.objects.create(client=client, contact=contact, raw=raw, is_default=at == 0)
    Phone.objects.create(client=client, raw="0611234567", is_default=True)
    Email.objects.create(client=client, contact=second, address="b@example.com")
    sheet = make.datasheet(projects, actor=boss, client=client, main_contact=second)
    [row] = as_rows(taken_out(boss, projects, "all"))
    assert row["Client number"] == str(client.pk)
    assert row["Datasheet number"] == str(sheet.pk)
    # The main contact of the datasheet is the first.
    assert {key: value for key, value in row.items() if key.startswith("Contact") and value} == {
        "Contact 1: Family name": "Kiss",
        "Contact 1: Given name": "Béla",
        "Contact 1: Phone": "06303333333",
        "Contact 1: Email": "b@example.com",
        "Contact 2: Family name": "Szabó",
        "Contact 2: Given name": "Anna",
        "Contact 2: Phone": "06301111111",
        "Contact 2: Phone 2": "06302222222",
    }
    assert row["Company phone"] == "0611234567"


def test_a_private_person_has_no_company_name(boss: User) -> None:
    person = make.client("Szabó Anna", kind="person")
    make.contact(person, family_name="Szabó", given_name="Anna")
    [row] = as_rows(taken_out(boss))
    assert (row["Company name"], row["Family name"], row["Given name"]) == ("", "Szabó", "Anna")


def own_fields(projects: Module, boss: User) -> None:
    """A field of each type that a spreadsheet tells apart, filled on one datasheet."""
    sheet = make.datasheet(projects, actor=boss, client=make.client("Mezős Kft."))
    moment = make.at("2026-07-05 14:30")
    for kind, value in (
        ("whole", {"number": Decimal(-12)}),
        ("decimal", {"number": Decimal("12.5")}),
        ("money", {"number": Decimal(1000)}),
        ("date", {"day": date(2026, 2, 28)}),
        ("moment", {"moment": moment}),
        ("yes_no", {"number": Decimal(0)}),
        ("user", {"person": boss}),
        ("text", {"text": "=1+1", "folded": "=1+1"}),
        ("link", {"text": "https://teendo.example/"}),
    ):
        field = make.field(projects, kind, label_en=kind.title())
        FieldValue.objects.create(field=field, datasheet=sheet, **value)
    several = make.field(projects, "choices", choices=("Oak", "Ash", "Elm"), label_en="Woods")
    for choice in several.choices.exclude(name_en="Ash"):
        FieldValue.objects.create(field=several, datasheet=sheet, slot=choice.pk, choice=choice)


def test_numbers_and_days_are_cells_of_their_kind(boss: User, projects: Module) -> None:
    own_fields(projects, boss)
    heading, row = cells(taken_out(boss, projects, "all", kind="xlsx"))
    found = dict(zip(heading, row, strict=True))
    assert found["Whole"] == -12
    assert found["Decimal"] == 12.5
    assert found["Money"] == 1000
    assert found["Date"] == datetime.fromisoformat("2026-02-28")
    assert found["Moment"] == datetime.fromisoformat("2026-07-05 14:30")
    assert found["Yes_No"] == "No"
    assert found["User"] == "Nagy Eszter"
    assert found["Woods"] == "Oak, Elm"
    assert found["Text"] == "=1+1"


def test_a_formula_is_a_text_in_both_files(boss: User, projects: Module) -> None:
    own_fields(projects, boss)
    book = load_workbook(io.BytesIO(content(taken_out(boss, projects, "all", kind="xlsx"))))
    [cell] = [c for row in book.worksheets[0].iter_rows() for c in row if c.value == "=1+1"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.quotePrefix
    assert as_rows(taken_out(boss, projects, "all"))[0]["Text"] == "'=1+1"


def test_hungarians_get_semicolons_and_decimal_commas(boss: User, projects: Module) -> None:
    own_fields(projects, boss)
    with translation.override("hu"):
        export = taken_out(boss, projects, "all")
    assert content(export).startswith(b"\xef\xbb\xbf")
    [row] = as_rows(export, ";")
    assert row["Cégnév"] == "Mezős Kft."
    assert (row["Decimal"], row["Date"], row["Moment"]) == (
        "12,5",
        "2026-02-28",
        "2026-07-05 14:30",
    )
    assert as_rows(taken_out(boss, projects, "all"))[0]["Decimal"] == "12.5"


def test_only_the_chosen_columns_come_out(boss: User, projects: Module) -> None:
    make.datasheet(projects, actor=boss, client=make.client("Első Kft."))
    export = taken_out(boss, projects, "some", columns=["company_name", "town"], ids=False)
    assert table(export) == [["Company name", "Town"], ["Első Kft.", ""]]


def test_namesakes_are_told_apart_and_statuses_of_one_name_too(boss: User) -> None:
    sales = make.module("sales", slug="sales")
    one = make.user("normal", family_name="Kiss", given_name="Pál", email="pal1@example.com")
    make.user("normal", family_name="Kiss", given_name="Pál", email="pal2@example.com")
    make.datasheet(sales, actor=boss, responsible=one, qualification="vip")
    [row] = as_rows(taken_out(boss, sales))
    assert row["Responsible"] == "pal1@example.com"
    assert row["Status"] == "Prospecting VIP"


def test_a_field_that_is_not_for_managers_is_not_in_their_file(
    boss: User, projects: Module
) -> None:
    make.field(projects, "text", label_en="Secret", seen_by=["administrator"])
    assert "Secret" not in [one.label for one in offered(boss, projects)]
    assert "Secret" in [one.label for one in offered(make.user("administrator"), projects)]


def test_a_longer_list_costs_no_more_queries(boss: User, projects: Module) -> None:
    own_fields(projects, boss)
    make.field(None, "text", about=About.CLIENT)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            taken_out(boss, projects, "all")
        return len(found)

    few = queries()
    for _n in range(30):
        client = make.client()
        contact = make.contact(client)
        Phone.objects.create(client=client, contact=contact, raw="06301234567")
        make.todo(make.datasheet(projects, actor=boss, client=client), actor=boss)
    assert queries() <= few


def test_a_list_that_changes_meanwhile_repeats_no_row(
    boss: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "BLOCK", 2)
    monkeypatch.setattr("crm.export.making.BLOCK", 2)
    sheets = [make.datasheet(projects, actor=boss) for _n in range(6)]
    for n, sheet in enumerate(sheets):
        make.todo(sheet, actor=boss, due_at=timezone.now() + timedelta(days=n + 1))
    read = records.Records.read

    def meddling(self: Any, ids: Any) -> Any:
        found = list(read(self, ids))
        # The first of the block goes to the end, and one that is still to come into the trash.
        Datasheet.objects.filter(pk=ids[0]).update(name="Later")
        if sheets[0].pk in ids:
            make.todo(sheets[0], actor=boss, due_at=timezone.now() - timedelta(days=9))
            trash(sheets[5].pk, actor=boss)
        return iter(found)

    monkeypatch.setattr(records.Records, "read", meddling)
    numbers = [row["Datasheet number"] for row in as_rows(taken_out(boss, projects))]
    assert numbers == [str(one.pk) for one in sheets[:5]]


# ---- The pages -----------------------------------------------------------------------------------


def post(browser: Browser, url: str, **said: Any) -> Any:
    return browser.post(url, {"choice": "list", "with_ids": "on", "kind": "csv", **said})


def test_one_asks_and_gets_the_file(boss: User, projects: Module) -> None:
    make.datasheet(projects, actor=boss, client=make.client("Első Kft."))
    browser = of(boss)
    page = browser.get("/m/projects/").content.decode()
    assert "/m/projects/export/?who=everyone" in page
    dialog = browser.get("/m/projects/export/?who=everyone").content.decode()
    assert "1 row, as the list is filtered now" in dialog
    assert "Datasheet name" in dialog
    answer = post(browser, "/m/projects/export/?who=everyone", kind="xlsx")
    assert answer.status_code == 303
    result = browser.get(answer["Location"]).content.decode()
    assert "1 row is ready" in result
    file = browser.get(f"{answer['Location']}file/")
    assert file["Content-Disposition"].startswith("attachment")
    assert f"Projects_{timezone.localdate():%Y-%m-%d}.xlsx" in file["Content-Disposition"]
    assert b"".join(file.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    entry = AuditEntry.objects.get(action="export.made")
    assert (entry.actor, entry.target_text, entry.data["rows"]) == (boss, "Projects", 1)


def test_in_the_dialog_the_result_takes_the_forms_place(boss: User) -> None:
    make.client("Első Kft.")
    answer = of(boss).post("/clients/export/", {"choice": "all", "kind": "csv"}, headers=HX)
    assert answer.status_code == 200
    assert 'id="export"' in answer.content.decode()


def test_sent_twice_it_is_made_once(boss: User) -> None:
    browser = of(boss)
    token = "0b0c0d0e-1111-4222-8333-444455556666"
    places = {post(browser, "/clients/export/", once=token)["Location"] for _n in range(2)}
    assert len(places) == 1
    assert Export.objects.count() == 1


def test_without_a_column_there_is_nothing_to_export(boss: User) -> None:
    answer = post(of(boss), "/clients/export/", choice="some")
    assert answer.status_code == 422
    assert "Choose at least one column." in answer.content.decode()


def test_what_one_chose_is_there_the_next_time(boss: User, projects: Module) -> None:
    browser = of(boss)
    post(browser, "/m/projects/export/", choice="some", columns=["town"], kind="csv", with_ids="")
    page = browser.get("/m/projects/export/").content.decode()
    assert 'value="some" checked' in page
    assert 'value="town" checked' in page
    assert 'value="company_name" checked' not in page
    # Of another list, or to somebody else, it says nothing.
    assert 'value="list" checked' in browser.get("/clients/export/").content.decode()
    colleague = of(make.user("manager"))
    assert 'value="list" checked' in colleague.get("/m/projects/export/").content.decode()


def test_nobody_else_has_ones_file(boss: User, projects: Module) -> None:
    export = taken_out(boss, projects)
    for role in ("administrator", "manager", "normal", "restricted"):
        browser = of(make.user(role))
        for url in (f"/exports/{export.pk}/", f"/exports/{export.pk}/file/"):
            assert browser.get(url).status_code == 404, (role, url)
        assert browser.post(f"/exports/{export.pk}/stop/").status_code == 404


@pytest.mark.parametrize("role", ["normal", "restricted"])
def test_for_others_there_is_no_export(role: str, projects: Module) -> None:
    make.datasheet(projects, actor=make.user("normal"), responsible=None)
    browser = of(make.user(role))
    for page in ("/m/projects/", "/clients/"):
        assert "export/" not in browser.get(page).content.decode()
        assert browser.get(f"{page}export/").status_code == 404
        assert post(browser, f"{page}export/").status_code == 404


def test_who_loses_the_right_or_the_module_loses_the_file(boss: User, projects: Module) -> None:
    export = taken_out(boss, projects)
    browser = of(boss)
    Module.objects.filter(pk=projects.pk).update(limited=True)
    assert browser.get(f"/exports/{export.pk}/file/").status_code == 404
    Module.objects.filter(pk=projects.pk).update(limited=False)
    assert browser.get(f"/exports/{export.pk}/file/").status_code == 200
    User.objects.filter(pk=boss.pk).update(role="normal")
    assert of(boss).get(f"/exports/{export.pk}/file/").status_code == 404


# ---- In the background ---------------------------------------------------------------------------


@pytest.fixture
def long_list(projects: Module, boss: User, monkeypatch: pytest.MonkeyPatch) -> Module:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for _n in range(3):
        make.datasheet(projects, actor=boss)
    return projects


def test_a_long_list_is_made_in_the_background(boss: User, long_list: Module) -> None:
    browser = of(boss)
    url = post(browser, "/m/projects/export/")["Location"]
    export = Export.objects.get()
    assert not export.file
    assert "hx-trigger" in browser.get(url).content.decode()
    assert browser.get(f"{url}file/").status_code == 404
    assert export.job is not None
    runner.run(export.job.pk)
    assert "3 rows are ready" in browser.get(url).content.decode()
    export.refresh_from_db()
    assert len(table(export)) == 4
    # Run once more, as after a worker that died at the end, it changes nothing.
    Job.objects.update(state=State.QUEUED)
    runner.run(export.job.pk)
    assert AuditEntry.objects.filter(action="export.made").count() == 1


def test_one_that_is_stopped_leaves_no_file(boss: User, long_list: Module) -> None:
    browser = of(boss)
    url = post(browser, "/m/projects/export/")["Location"]
    assert browser.post(f"{url}stop/").status_code == 303
    job = Job.objects.get(kind="export")
    runner.run(job.pk)
    assert "You stopped it" in browser.get(url).content.decode()
    assert not Export.objects.get().file


def test_who_is_no_manager_by_then_gets_no_file(boss: User, long_list: Module) -> None:
    post(of(boss), "/m/projects/export/")
    User.objects.filter(pk=boss.pk).update(role="normal")
    job = Job.objects.get(kind="export")
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "This list is not yours any more.")
    assert not any(default_storage.listdir(""))


# ---- Forgetting ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_old_files_go_and_the_choice_stays(boss: User) -> None:
    old, new = taken_out(boss, params={"q": "titok"}, choice="all"), taken_out(boss)
    Export.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))
    name = str(old.file.name)
    exports.forget_old()
    old.refresh_from_db()
    assert (old.file.name, old.params, old.choice) == ("", {}, "all")
    assert not default_storage.exists(name)
    assert default_storage.exists(str(new.file.name))
    page = of(boss).get(f"/exports/{old.pk}/").content.decode()
    assert "not kept any more" in page


@pytest.mark.django_db(transaction=True)
def test_what_is_being_made_while_data_are_erased_is_not_kept(boss: User, projects: Module) -> None:
    make.datasheet(projects, actor=boss)
    begun = Export.objects.create(module=projects, name="x.csv", kind="csv", created_by=boss)
    with pytest.raises(Refused):
        exports.finish(begun, lambda done: exports.forget_all())
    begun.refresh_from_db()
    assert not begun.file
    assert not [path for path in _files() if path.is_file()]


def _files() -> list[Path]:
    from django.conf import settings

    return list(Path(settings.MEDIA_ROOT).rglob("*"))


def test_a_trashed_client_is_in_no_file(boss: User) -> None:
    make.client("Eldobott Kft.", trashed_at=timezone.now())
    assert not as_rows(taken_out(boss))
    assert Client.objects.count() == 1

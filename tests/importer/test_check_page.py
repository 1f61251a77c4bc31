"""The check page: what it shows of each row, and mending rows in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from crm.models import Client, Contact, Email
from importer import load, rows
from importer.actions import checking
from importer.actions.sources import AT_ONCE, Upload, take_in
from importer.models import Existing, Import, OnCancel, Step
from jobs import runner
from jobs.models import Job, State
from modules.models import Module
from tests import make
from tests.importer.tools import HTMX, checked, fresh, pasted, url
from tests.importer.updates import OVER, TAX, Table, company, planned

pytestmark = pytest.mark.django_db

WRONG: Table = [
    ("Cégnév", "Adószám", "Város", "E-mail", "Teendő", "Határidő"),
    ("", "", "Ajka", "", "", ""),
    ("Egy Kft.", "1234", "Vác", "", "", ""),
    ("Két Kft.", "", "Eger", "nem cím", "", ""),
    ("Három Kft.", "", "Tata", "", "Hívni", "2026.13.02"),
    ("Négy Kft.", "", "Győr", "", "Hívni", "2020-01-05"),
    ("Öt Kft.", "", "Pécs", "", "", ""),
]


@pytest.fixture
def wrong(boss: User, module: Module) -> Import:
    return planned(WRONG, boss, module)


def text_of(web: Browser, source: Import, query: str = "") -> str:
    return web.get(url("check", source) + query).content.decode()


def row_of(text: str, number: int) -> str:
    found = re.search(rf'<tr id="row-{number}".*?</tr>', text, re.S)
    assert found is not None, number
    return " ".join(found[0].split())


def mend(web: Browser, source: Import, row: int, **said: str) -> str:
    answer = web.post(url("mend", source), {"row": str(row), **said}, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


# ---- What it shows -----------------------------------------------------------------------------


def test_the_wrong_cell_is_an_input_with_its_message_beside_it(web: Browser, wrong: Import) -> None:
    text = text_of(web, wrong)
    name, tax, mail, due = (row_of(text, number) for number in (2, 3, 4, 5))
    assert 'name="cell-0"' in name
    assert 'placeholder="Company name"' in name
    assert "There is no name" in name
    assert 'name="cell-1" value="1234"' in tax
    assert 'name="cell-3" value="nem cím"' in mail
    assert "is not an email address" in mail
    assert 'name="cell-5" value="2026.13.02"' in due
    assert all("Leave out" in row for row in (name, tax, mail, due))
    assert "<b>4</b><span>Errors" in text


def test_what_wants_a_look_stands_first(web: Browser, wrong: Import) -> None:
    numbers = re.findall(r'<tr id="row-(\d+)"', text_of(web, wrong))
    assert numbers == ["2", "3", "4", "5", "6", "7"]
    assert "Choose a day" in row_of(text_of(web, wrong), 6)
    assert "Choose a day" not in row_of(text_of(web, wrong), 7)


def test_an_update_shows_what_was_and_what_will_be(web: Browser, boss: User) -> None:
    anna = make.contact(company(industry="faipar"), family_name="Szabó", given_name="Anna")
    Email.objects.create(client=anna.client, contact=anna, address="a@b.hu")
    head = ("Cégnév", "Adószám", "Iparág", "Város", "Kapcsolattartó", "Telefon")
    table = [head, ("Bakonyi Faipari Kft.", TAX, "bútor", "Ajka", "Szabó Anna", "1 555 0187")]
    source = planned(table, boss, existing=OVER)
    row = row_of(text_of(web, source), 2)
    assert "Industry: <del>faipar</del> <ins>bútor</ins>" in row
    assert "Town: empty <ins>Ajka</ins>" in row
    assert "<ins>1 555 0187</ins>" in row
    text = text_of(web, source, "?show=update")
    assert "3 fields changed" in text
    assert "Import 1 row" in text
    assert not Contact.objects.filter(phone__isnull=False).exists()


def test_a_datasheet_that_is_there_is_shown_as_it_stays(
    web: Browser, boss: User, module: Module
) -> None:
    sheet = make.datasheet(module, actor=boss, client=company())
    make.todo(sheet, actor=boss)
    table = [("Cégnév", "Adószám", "Iparág"), ("X", TAX, "bútor")]
    row = row_of(text_of(web, planned(table, boss, module)), 2)
    assert "Keeps its own todo" in row
    assert sheet.status.name in row
    assert "1 empty field filled" in text_of(web, planned(table, boss, module))


# ---- Mending -----------------------------------------------------------------------------------


def test_a_mended_row_comes_in(web: Browser, wrong: Import) -> None:
    text = mend(web, wrong, 2, **{"cell-0": "Nulla Kft."})
    assert 'data-tone="ok">Create' in row_of(text, 2)
    assert "<b>3</b><span>Errors" in text
    counts = fresh(wrong).counts
    assert (counts["create"], counts["wrong"], counts["rows"]) == (3, 3, 6)
    assert not Client.objects.exists()
    Import.objects.filter(pk=wrong.pk).update(past_due="keep")
    load.run(fresh(wrong), lambda done: None)
    assert Client.objects.filter(name="Nulla Kft.").exists()


def test_the_focus_goes_to_the_next_wrong_row_or_stays(web: Browser, wrong: Import) -> None:
    assert "data-focus" in row_of(mend(web, wrong, 2, **{"cell-0": "Nulla Kft."}), 3)
    assert "data-focus" in row_of(mend(web, wrong, 3, **{"cell-1": "12345"}), 3)
    assert "data-focus" in row_of(mend(web, wrong, 5, **{"cell-5": "2031-01-05"}), 3)


def test_what_is_still_wrong_is_shown_as_it_was_typed(web: Browser, wrong: Import) -> None:
    row = row_of(mend(web, wrong, 4, **{"cell-3": "még <nem> cím"}), 4)
    assert 'value="még &lt;nem&gt; cím"' in row


def test_a_row_is_left_out_and_taken_back_in(web: Browser, wrong: Import) -> None:
    text = mend(web, wrong, 2, out="1", **{"cell-0": "ignored"})
    assert "Left out by hand." in row_of(text, 2)
    assert "<b>3</b><span>Errors" in text
    assert 'aria-invalid="true"' in row_of(mend(web, wrong, 2, out="0"), 2)


def test_a_day_is_picked_for_a_todo_of_the_past(web: Browser, wrong: Import) -> None:
    assert fresh(wrong).counts["past"] == 1
    assert "Decide about the overdue todos" in text_of(web, wrong)
    text = mend(web, wrong, 6, **{"cell-5": "2031-01-05"})
    assert fresh(wrong).counts["past"] == 0
    assert "would start overdue" not in text
    assert "4 rows with errors will be left out" in text


def test_which_client_it_is_is_chosen_in_the_row(web: Browser, boss: User) -> None:
    twins = [make.client(name) for name in ("Egy Kft.", "Két Kft.")]
    for one in twins:
        Email.objects.create(client=one, address="info@fa.hu")
    table = [("Cégnév", "E-mail", "Iparág"), ("Három Kft.", "info@fa.hu", "faipar")]
    source = planned(table, boss, same_by="email")
    row = row_of(text_of(web, source), 2)
    assert f'<option value="{twins[1].pk}">Két Kft.' in row
    assert '<option value="0">A new client' in row
    mend(web, source, 2, client=str(twins[1].pk))
    load.run(fresh(source), lambda done: None)
    twins[1].refresh_from_db()
    assert twins[1].industry == "faipar"


def test_rows_that_hang_together_are_planned_again_together(boss: User) -> None:
    table = [
        ("Cégnév", "Adószám", "Város"),
        ("", TAX, "Ajka"),
        ("Egy Kft.", TAX, "Vác"),
        ("Két Kft.", "", "Eger"),
        ("Egy Kft.", "", "Vác"),
        ("Három Kft.", "12345676-2-42", "Eger"),
    ]
    source = planned(table, boss)
    assert results(source) == ["wrong", "create", "create", "skip", "create"]
    source = checking.mend(source.pk, 2, checking.Mending({0: "Nulla Kft."}), actor=boss)
    assert results(source) == ["create", "skip", "create", "create", "create"]
    assert_as_checked_anew(source)
    source = checking.mend(source.pk, 4, checking.Mending({1: "12345676-2-42"}), actor=boss)
    assert results(source) == ["create", "skip", "create", "create", "skip"]
    assert_as_checked_anew(source)
    source = checking.mend(source.pk, 2, checking.Mending(out=True), actor=boss)
    assert results(source) == ["skip", "create", "create", "skip", "skip"]
    assert_as_checked_anew(source)


def results(source: Import) -> list[str]:
    return [one["result"] for one in rows.results(source.pk)]


def assert_as_checked_anew(source: Import) -> None:
    """What mending left is what checking all rows would have found."""
    mended = (list(rows.results(source.pk)), dict(source.counts))
    anew = checking.check_now(source.pk, actor=source.created_by)
    assert (list(rows.results(source.pk)), anew.counts) == mended


def test_only_rows_that_depend_on_it_are_planned_again(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    table: Table = [("Cégnév", "Adószám"), ("", ""), *((f"Cég {n}", "") for n in range(300))]
    source = planned(table, boss)
    read: list[int] = []
    real = rows.some

    def some(pk: int, wanted: set[int]) -> Any:
        read.extend(wanted)
        return real(pk, wanted)

    monkeypatch.setattr(rows, "some", some)
    checking.mend(source.pk, 3, checking.Mending(out=True), actor=boss)
    assert set(read) == {3}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"row": "999", "out": "1"}, 422),
        ({"row": "x"}, 422),
        ({"row": "2", "cell-99": "x"}, 422),
        ({"row": "2", "out": "2"}, 422),
        ({"row": "2", "client": "-1"}, 422),
        ({}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    web: Browser, wrong: Import, said: dict[str, str], status: int
) -> None:
    assert web.post(url("mend", wrong), said, headers=HTMX).status_code == status
    assert fresh(wrong).mended == {}


def test_without_a_script_mending_leads_back_to_the_page(web: Browser, wrong: Import) -> None:
    answer = web.post(url("mend", wrong) + "?show=wrong&page=1", {"row": "2", "out": "1"})
    assert answer.status_code == 303
    assert answer["Location"] == url("check", wrong) + "?show=wrong&page=1"


def test_nobody_mends_anothers_import(wrong: Import) -> None:
    browser = Browser()
    browser.force_login(make.user("manager"))
    assert browser.post(url("mend", wrong), {"row": "2", "out": "1"}).status_code == 404


def test_a_mended_row_outlives_another_choice_of_columns(boss: User, wrong: Import) -> None:
    checking.mend(wrong.pk, 2, checking.Mending({0: "Nulla Kft."}), actor=boss)
    again = checked(fresh(wrong), boss, existing=Existing.SKIP)
    assert again.counts["wrong"] == 3


# ---- In the background -------------------------------------------------------------------------


@pytest.fixture
def large(boss: User, monkeypatch: pytest.MonkeyPatch) -> Import:
    monkeypatch.setattr(checking, "AT_ONCE", 3)
    source = pasted([("Cégnév",), *((f"Cég {n}",) for n in range(5))], actor=boss)
    return checking.check(source.pk, actor=boss)


def test_many_rows_are_checked_in_the_background(web: Browser, large: Import) -> None:
    job = Job.objects.get(kind=checking.KIND)
    assert "Checking, 0 of 5 rows" in text_of(web, large)
    assert fresh(large).step == Step.COLUMNS
    runner.run(job.pk)
    assert fresh(large).counts["create"] == 5
    assert "5 rows, errors first" in text_of(web, large)
    asked = {"HX-Request": "true", "HX-Target": "checking"}
    assert "HX-Location" in web.get(url("check", large), headers=asked).headers  # a whole new page


def test_asking_twice_is_one_check(boss: User, large: Import) -> None:
    checking.check(large.pk, actor=boss)
    assert Job.objects.filter(kind=checking.KIND).count() == 1


def test_a_check_of_what_was_decided_before_counts_for_nothing(boss: User, large: Import) -> None:
    job = Job.objects.get(kind=checking.KIND)
    Import.objects.filter(pk=large.pk).update(version=large.version + 1)
    runner.run(job.pk)
    assert fresh(large).counts == {}


def test_a_check_that_stopped_can_be_begun_again(web: Browser, large: Import) -> None:
    job = Job.objects.get(kind=checking.KIND)
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, error="Ez nem ment.")
    text = text_of(web, large)
    assert "Ez nem ment." in text
    assert "Check again" in text
    web.post(url("check", large))
    assert Job.objects.filter(kind=checking.KIND, state=State.QUEUED).count() == 1


def test_a_large_file_is_read_in_the_background(
    web: Browser, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.actions.sources.AT_ONCE", 10)
    source = take_in(Upload(pasted="Cégnév\nMinta Kft.\nMás Kft.\n"), actor=boss)
    assert source.step == Step.READ
    assert "Reading" in web.get(url("read", source)).content.decode()
    assert web.get(url("columns", source))["Location"] == url("read", source)
    runner.run(Job.objects.get(kind="import_read").pk)
    assert (fresh(source).rows, fresh(source).step) == (2, Step.COLUMNS)
    assert web.get(url("read", source))["Location"] == url("columns", source)


def test_a_large_file_that_cant_be_read_says_why(
    web: Browser, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.actions.sources.AT_ONCE", 1)
    source = take_in(Upload(pasted="\n\n\n"), actor=boss)
    runner.run(Job.objects.get(kind="import_read").pk)
    assert "can't be read" in web.get(url("read", source)).content.decode()
    assert web.post(url("discard", source)).status_code == 303
    assert not Import.objects.exists()


def test_one_thrown_away_while_it_was_read_leaves_nothing(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importer.actions import sources

    monkeypatch.setattr(sources, "AT_ONCE", 10)
    source = take_in(Upload(pasted="Cégnév\nMinta Kft.\nMás Kft.\n"), actor=boss)
    Import.objects.filter(pk=source.pk).delete()
    sources.read_now(source, {}, lambda done: None)
    assert not Import.objects.exists()
    assert not (rows.folder(source.pk) / "rows.jsonl").exists()
    assert AT_ONCE > 10


# ---- The start of the load ---------------------------------------------------------------------


def test_how_it_is_to_be_cancelled_is_chosen_there(web: Browser, boss: User) -> None:
    source = checked(pasted([("Cégnév",), ("Egy Kft.",)], actor=boss), boss)
    assert 'name="on_cancel"' in text_of(web, source)
    web.post(url("load", source), {"on_cancel": "back"})
    assert fresh(source).on_cancel == OnCancel.BACK


def test_the_page_asks_a_fixed_number_of_questions(
    web: Browser, boss: User, module: Module, django_assert_max_num_queries: Any
) -> None:
    table = [("Cégnév", "Adószám", "Iparág")]
    for n in range(40):
        sheet = make.datasheet(module, actor=boss, client=company(tax_number=f"1000{n:04}-2-42"))
        table.append((sheet.client.name, sheet.client.tax_number, "bútor"))
    targets = ["company_name", "", "industry"]
    source = planned(table, boss, module, targets=targets)
    text_of(web, source)
    with django_assert_max_num_queries(30):
        text_of(web, source)

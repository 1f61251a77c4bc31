"""Who imports, upload and columns: each page in full, as a part, refused, and for every role."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser

from accounts.models import User
from importer import load, rows
from importer.actions import sources
from importer.models import Import, Step
from importer.reading import LIMITS
from importer.views import home
from modules.models import Module
from tests import make
from tests.importer.tools import (
    HTMX,
    SHEET,
    at_check,
    choices,
    fresh,
    pasted,
    status_of,
    url,
)
from web.uploads import run_off

pytestmark = pytest.mark.django_db

# ---- Who ---------------------------------------------------------------------------------------

GETS = ("columns", "check", "load", "done", "records", "left_out")
POSTS = ("columns", "sheet", "check", "load", "stop", "discard")


@pytest.mark.parametrize("role", ["normal", "restricted"])
def test_there_is_no_import_for_those_who_may_not(source: Import, role: str) -> None:
    browser = Browser()
    browser.force_login(make.user(role))
    assert browser.get("/import/").status_code == 404
    assert browser.post("/import/", {"pasted": "a"}).status_code == 404
    assert {browser.get(url(name, source)).status_code for name in GETS} == {404}
    assert {browser.post(url(name, source)).status_code for name in POSTS} == {404}


def test_colleagues_see_an_import_in_the_list_but_do_not_go_on_with_it(source: Import) -> None:
    browser = Browser()
    browser.force_login(make.user("administrator"))
    assert source.name in browser.get("/import/").content.decode()
    assert browser.get(url("columns", source)).status_code == 404
    assert {browser.post(url(name, source)).status_code for name in POSTS} == {404}


def test_colleagues_open_a_finished_one(source: Import, boss: User) -> None:
    at_check(source, boss)
    load.run(fresh(source), lambda done: None)
    browser = Browser()
    browser.force_login(make.user("manager"))
    for name in ("done", "records", "left_out"):
        assert browser.get(url(name, source)).status_code == 200


def test_an_import_into_a_module_one_has_not_is_not_there(source: Import, module: Module) -> None:
    Module.objects.filter(pk=module.pk).update(limited=True)
    browser = Browser()
    browser.force_login(make.user("manager"))
    assert source.name not in browser.get("/import/").content.decode()
    assert browser.get(url("done", source)).status_code == 404


# ---- Step 1 ------------------------------------------------------------------------------------


def test_pasted_cells_lead_to_their_columns(web: Browser, module: Module) -> None:
    answer = web.post("/import/", {"pasted": SHEET, "module": module.pk})
    source = Import.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == url("columns", source)
    assert (source.rows, source.pasted, source.module) == (5, True, module)
    assert source.targets[:3] == ["company_name", "town", "email"]


def test_a_file_is_shown_by_its_name_and_kept_by_another(web: Browser) -> None:
    name = "../../é <b>.csv"
    file = SimpleUploadedFile(name, SHEET.replace("\t", ";").encode("cp1250"))
    assert web.post("/import/", {"file": file}, headers=HTMX).status_code == 204
    source = Import.objects.get()
    assert source.name == "é <b>.csv"
    assert "<b>" not in str(source.file.name)
    assert "é &lt;b&gt;.csv" in web.get("/import/").content.decode()


DATA = Path(__file__).resolve().parent.parent / "data"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 this is no workbook", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "damaged"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a table"),
        (b"Name;Town\r\n", "No rows"),
        (b"\r\n\r\n  \r\n", "No rows"),
    ],
    ids=["nothing", "broken", "xls", "picture", "heading only", "blank"],
)
def test_what_can_not_be_read_is_told_at_the_file(web: Browser, content: bytes, said: str) -> None:
    file = SimpleUploadedFile("ügyfelek.xlsx", content)
    answer = web.post("/import/", {"file": file, "pasted": "kept <text>"}, headers=HTMX)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert "kept &lt;text&gt;" in text
    assert "<html" not in text
    assert not Import.objects.exists()
    assert not any(path.is_file() for path in rows.folder(0).parent.rglob("*.jsonl"))


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"unzipped_bytes": 1000}, "unpacks to far more than a table"),
        ({"file_bytes": 1000}, "too large"),
        ({"columns": 3}, "too many columns"),
        ({"rows": 100}, "too many rows"),
        ({"wait_seconds": 0}, "takes too long"),
    ],
)
def test_a_file_beyond_the_limits_is_told_in_words(
    web: Browser, monkeypatch: pytest.MonkeyPatch, limit: dict[str, int], said: str
) -> None:
    monkeypatch.setattr(sources, "limits", lambda size=0: replace(LIMITS, **limit))
    monkeypatch.setattr("importer.forms.source.limits", lambda: LIMITS)
    file = (DATA / "ugyfelek-5000.xlsx").open("rb")
    answer = web.post("/import/", {"file": file}, headers=HTMX)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Import.objects.exists()


class Unread(BytesIO):
    """A body that fails the test when it is read before there is an answer."""

    answered = False

    def read(self, size: int | None = -1) -> bytes:
        assert self.answered, "the body was read"
        return super().read(size)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_far_too_large_body_is_refused_unread_and_then_runs_off(
    boss: User, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = Unread(b"x" * 1_000_000)
    most = sources.limits().file_bytes
    web = Browser(enforce_csrf_checks=True)
    web.force_login(boss)

    def answered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        body.answered = True
        return run_off(request, response)

    monkeypatch.setattr(home, "run_off", answered)
    sent: dict[str, Any] = {"CONTENT_LENGTH": str(most * 2), "wsgi.input": body}
    kind = "multipart/form-data; boundary=x"
    answer = web.generic("POST", "/import/", content_type=kind, headers=headers, **sent)
    assert answer.status_code == 413
    text = answer.content.decode()
    assert "This file is too large: at most 100 MB are read at once." in text
    assert ("<html" in text) != bool(headers)
    assert body.tell() == 1_000_000
    assert not Import.objects.exists()


def test_for_others_even_a_large_body_goes_nowhere(boss: User) -> None:
    web = Browser()
    web.force_login(make.user("normal"))
    assert web.post("/import/", {}, CONTENT_LENGTH=str(2**31)).status_code == 404


def test_a_form_without_its_token_is_refused(boss: User) -> None:
    web = Browser(enforce_csrf_checks=True)
    web.force_login(boss)
    assert web.post("/import/", {"pasted": "Név\nValaki"}).status_code == 403
    assert not Import.objects.exists()


def test_more_pasted_than_a_form_may_hold_is_told_in_words(web: Browser) -> None:
    answer = web.post("/import/", {"pasted": "x" * (6 * 1024 * 1024)}, headers=HTMX)
    assert answer.status_code == 413
    assert answer.content.decode() == "That is too much to paste. Save it and upload the file."
    assert "maxlength" not in web.get("/import/", headers=HTMX).content.decode()


def test_nothing_at_all_is_told_too(web: Browser) -> None:
    answer = web.post("/import/", {"pasted": "   "})
    assert answer.status_code == 422
    assert "Choose a file" in answer.content.decode()


def test_the_first_page_in_full_and_as_a_part(web: Browser, source: Import) -> None:
    full, part = web.get("/import/"), web.get("/import/", headers=HTMX)
    assert full.status_code == part.status_code == 200
    assert "<html" in full.content.decode()
    assert "<html" not in part.content.decode()
    assert source.name in full.content.decode()


# ---- Step 2 ------------------------------------------------------------------------------------


def test_the_columns_in_full_and_as_a_part(web: Browser, source: Import) -> None:
    full = web.get(url("columns", source)).content.decode()
    assert "<html" in full
    assert "Tokaj" in full
    part = web.get(url("columns", source), headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="columns"')


def test_values_that_are_names_are_mapped_and_the_others_asked_about(
    web: Browser, source: Import
) -> None:
    sent = choices(web, source)
    text = web.get(url("columns", source)).content.decode()
    assert "Ismeretlen" in text
    assert "Valaki Más" in text
    mapped = sorted(v for k, v in sent.items() if re.match("(status|responsible)_", k))
    kiss = User.objects.get(email="kiss@example.com")
    assert mapped == sorted(["", "", str(kiss.pk), str(status_of(source).pk)])


def test_what_is_open_is_asked_for_and_nothing_is_lost(web: Browser, source: Import) -> None:
    sent = choices(web, source) | {"column_1": "", "go": "1"}
    answer = web.post(url("columns", source), sent, headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose what “Ismeretlen” means." in text
    source.refresh_from_db()
    assert source.step == Step.COLUMNS
    assert source.targets[:2] == ["company_name", ""]


def test_a_change_is_kept_as_a_draft(web: Browser, source: Import) -> None:
    sent = choices(web, source) | {"column_1": "notes", "responsible": "0", "existing": "create"}
    assert web.post(url("columns", source), sent, headers=HTMX).status_code == 200
    source.refresh_from_db()
    assert (source.targets[1], source.responsible, source.existing) == ("notes", None, "create")


def test_a_field_that_takes_one_column_is_not_given_two(web: Browser, source: Import) -> None:
    sent = choices(web, source) | {"column_1": "company_name", "go": "1"}
    answer = web.post(url("columns", source), sent)
    assert answer.status_code == 422
    assert "Another column goes to" in answer.content.decode()


def test_some_column_is_a_name(web: Browser, source: Import) -> None:
    sent = choices(web, source) | {"column_0": "", "go": "1"}
    answer = web.post(url("columns", source), sent)
    assert answer.status_code == 422
    assert "the name of the company or person" in answer.content.decode()


def test_another_module_asks_for_its_own_statuses(
    web: Browser, source: Import, module: Module
) -> None:
    sales = make.module("sales")
    sent = choices(web, source) | {"module": str(sales.pk)}
    text = web.post(url("columns", source), sent, headers=HTMX).content.decode()
    assert "Folyamatban" in text
    source.refresh_from_db()
    assert source.module == sales
    assert source.statuses == {}
    assert web.post(url("columns", source), sent | {"module": ""}, headers=HTMX).status_code == 200
    alone = fresh(source)
    assert alone.module is None
    assert "status" not in alone.targets


def test_a_column_with_too_many_values_is_no_status(web: Browser, boss: User) -> None:
    module = make.module("projects")
    table = [("Cégnév", "Státusz"), *((f"Cég {i}", f"Állapot {i}") for i in range(201))]
    source = pasted(table, actor=boss, module=module)
    answer = web.post(url("columns", source), choices(web, source) | {"go": "1"})
    assert answer.status_code == 422
    assert "201 different values" in answer.content.decode()


def test_the_first_row_can_be_a_row(web: Browser, source: Import) -> None:
    answer = web.post(url("sheet", source), {"sheet": source.sheet})
    assert answer.status_code == 303
    source.refresh_from_db()
    assert (source.rows, source.has_heading, source.headers[0]) == (6, False, "")
    web.post(url("sheet", source), {"sheet": source.sheet, "heading": "on"})
    source.refresh_from_db()
    assert (source.rows, source.has_heading) == (5, True)


def test_a_draft_can_be_thrown_away(web: Browser, source: Import) -> None:
    folder = rows.folder(source.pk)
    path = Path(source.file.path)
    assert path.exists()
    with_commit = web.post(url("discard", source))
    assert with_commit.status_code == 303
    assert not Import.objects.exists()
    sources._throw_away(source, row=False)
    assert not folder.exists()
    assert not path.exists()

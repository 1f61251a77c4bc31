"""Taking a list out: the dialog, the background, for whom, how long."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import AuditEntry, User
from crm.actions import exports
from crm.errors import Refused
from crm.models import Client, Export
from jobs import runner
from jobs.models import Job, State
from modules.models import Module
from tests import make
from tests.crm.export.tools import as_rows, of, table, taken_out

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


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

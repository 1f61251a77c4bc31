"""What was matched once is matched by itself the next time, or taken over under its name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from importer.models import Import, Mapping
from modules.models import Field, Module
from tests import make
from tests.importer.tools import HTMX, choices, fresh, pasted, status_of, url

pytestmark = pytest.mark.django_db

HEADER = ("Cégnév", "Kód", "Fázis", "Státusz")
ROW = ("Vaj Kft.", "x", "új", "Folyamatban")


def taken(boss: User, module: Module | None, header: tuple[str, ...] = HEADER) -> Import:
    return pasted([header, ROW[: len(header)]], actor=boss, module=module)


def sent(web: Browser, source: Import, **more: str) -> dict[str, Any]:
    """The page as it stands, the code going to the notes and the phase nowhere."""
    found = choices(web, source) | {"column_1": "notes", "column_2": "", "existing": "over"}
    return found | {"column_3": "status"} | more


def post(web: Browser, source: Import, **more: str) -> Any:
    return web.post(url("columns", source), sent(web, source, **more), headers=HTMX)


def test_the_next_file_with_the_same_headings_is_matched_as_the_last(
    web: Browser, boss: User, module: Module
) -> None:
    first = taken(boss, module)
    assert first.targets != ["company_name", "notes", "", "status"]
    web.post(url("columns", first), sent(web, first), headers=HTMX)
    assert not Mapping.objects.exists()  # kept when it is gone on with
    name = next(key for key in choices(web, first) if key.startswith("status_"))
    status = str(status_of(first).pk)
    assert post(web, first, go="1", **{name: status}).status_code in (204, 303)
    again = taken(boss, module)
    assert again.targets == ["company_name", "notes", "", "status"]
    assert (again.existing, again.statuses) == ("over", {"folyamatban": status_of(again).pk})
    assert "As the last time" in web.get(url("columns", again)).content.decode()
    others = taken(make.user("manager"), module)
    assert others.targets == first.targets


def test_it_is_taken_over_only_where_what_it_names_is_still_there(
    web: Browser, boss: User, module: Module
) -> None:
    field = make.field(module, "text", label_en="Kód")
    first = taken(boss, module)
    assert first.targets[1] == f"f{field.pk}"
    name = next(key for key in choices(web, first) if key.startswith("status_"))
    body = choices(web, first) | {"column_2": "", "column_3": "status", "go": "1"}
    web.post(url("columns", first), body | {name: str(status_of(first).pk)}, headers=HTMX)
    assert Mapping.objects.get().decisions["targets"][1] == f"f{field.pk}"
    Field.objects.filter(pk=field.pk).update(removed_at=make.at("2026-01-01"))
    again = taken(boss, module)
    assert again.targets == ["company_name", "", "", "status"]
    helpdesk = taken(boss, make.module("helpdesk"))
    assert helpdesk.statuses == {}


def test_a_matching_is_saved_taken_over_and_deleted(
    web: Browser, boss: User, module: Module
) -> None:
    first = taken(boss, module)
    answer = post(web, first, do="save", matching_name="Régi lista")
    assert answer.status_code == 200
    kept = Mapping.objects.get()
    assert (kept.name, kept.module, kept.created_by) == ("Régi lista", module, boss)
    # columns in another order, one of them new, and no module yet
    other = taken(boss, None, ("Kód", "Cégnév", "Telefon"))
    post(web, other, column_0="", column_1="company_name", column_2="phone", column_3="")
    answer = web.post(
        url("columns", other), {"do": "apply", "matching": str(kept.pk)}, headers=HTMX
    )
    assert answer.status_code == 200
    found = fresh(other)
    assert found.targets == ["notes", "company_name", "phone"]
    assert (found.module, found.existing) == (module, "over")
    web.post(url("columns", other), {"do": "forget", "matching": str(kept.pk)}, headers=HTMX)
    assert not Mapping.objects.exists()


def test_a_matching_needs_a_name_and_one_of_the_same_name_is_replaced(
    web: Browser, boss: User, module: Module
) -> None:
    source = taken(boss, module)
    answer = post(web, source, do="save", matching_name="  ")
    assert answer.status_code == 422
    assert "Give it a name." in answer.content.decode()
    answer = post(web, source, do="apply")
    assert answer.status_code == 422
    for header in (HEADER, HEADER[:2]):
        post(web, taken(boss, module, header), do="save", matching_name="Lista")
    assert Mapping.objects.get(name="Lista").headers == list(HEADER[:2])


def test_others_take_a_saved_matching_over_and_do_not_delete_it(
    web: Browser, boss: User, module: Module
) -> None:
    post(web, taken(boss, module), do="save", matching_name="Lista")
    kept = Mapping.objects.get()
    colleague = make.user("manager")
    browser = Browser()
    browser.force_login(colleague)
    source = taken(colleague, module)
    assert "Lista" in browser.get(url("columns", source)).content.decode()
    answer = browser.post(
        url("columns", source), {"do": "forget", "matching": str(kept.pk)}, headers=HTMX
    )
    assert answer.status_code == 422
    assert Mapping.objects.filter(pk=kept.pk).exists()
    Module.objects.filter(pk=module.pk).update(limited=True)
    alone = taken(colleague, None)
    assert "Lista" not in browser.get(url("columns", alone)).content.decode()
    answer = browser.post(url("columns", alone), {"do": "apply", "matching": str(kept.pk)})
    assert answer.status_code == 404

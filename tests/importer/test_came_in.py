"""A module's list narrowed to what an import brought in, however it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm import field_filters, lists, origins
from crm.actions.values import set_value
from crm.export.source import Source
from crm.filters import Filters, module_with_tree
from crm.models import Datasheet
from importer import came_in, load
from importer.models import Existing, Import, ImportedRow
from modules.models import Module, Status
from tests import make
from tests.budgets import within_budget
from tests.crm.module_page.reading import get, ids
from tests.importer.tools import HTMX, at_check, checked, fresh, pasted, url

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["few", "walked", "gathered"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small set, a large one in whose list the first rows are met soon, and one far down."""
    if request.param != "few":
        monkeypatch.setattr(field_filters, "FEW", 0)
    if request.param == "gathered":
        monkeypatch.setattr(origins, "LOOKED_AT", 0)
        monkeypatch.setattr("crm.list_sql.LEAST", 0)
    return str(request.param)


def loaded(boss: User, module: Module, names: Sequence[str], **changes: Any) -> Import:
    size = f"{len(names)} fő"  # another one each time
    rows = [("Cégnév", "Város", "Méret"), *((name, "Eger", size) for name in names)]
    source = checked(pasted(rows, actor=boss, module=module), boss, **changes)
    load.run(fresh(source), lambda done: None)
    return fresh(source)


@pytest.fixture
def twice(boss: User, module: Module) -> Import:
    """Six were here, with a todo every other one; two of them are in the file, beside five new
    ones.
    """
    for i in range(6):
        sheet = make.datasheet(module, client=make.client(f"Régi {i}"), actor=boss)
        if i % 2:
            make.todo(sheet, actor=boss)
    loaded(boss, module, ["Közös 1", "Közös 2"])
    names = ["Közös 1", *(f"Új {i}" for i in range(5)), "Közös 2"]
    return loaded(boss, module, names, existing=Existing.OVERWRITE)


def listed(user: User, module: Module, **params: str) -> list[int]:
    """Read in pages of two, and held against the other ways of reading the same list."""
    query = filters(user, module, **params).query(timezone.now(), timezone.get_current_timezone())
    found: list[int] = []
    after = None
    while True:
        page = lists.page(query, after, 2)
        found += [row.pk for row in page.rows]
        after = page.after
        if after is None:
            break
    assert list(lists.ids(query, 100)) == found
    assert lists.size(query, 100) == len(found)
    assert lists.size(query, 1) == min(1, len(found))
    sheets = Datasheet.objects.in_bulk(found)
    around = [lists.neighbours(query, sheets[pk]) for pk in found]
    assert around == list(zip([None, *found][:-1], [*found, None][1:], strict=True))[: len(found)]
    return found


def filters(user: User, module: Module, **params: str) -> Filters:
    return Filters.read(user, *module_with_tree(user, module.slug), params)


def expected(source: Import, *, created: bool | None = None, **more: Any) -> list[int]:
    rows = ImportedRow.objects.filter(source=source)
    rows = rows if created is None else rows.filter(created=created)
    sheets = Datasheet.objects.filter(pk__in=rows.values("datasheet"), **more)
    return list(sheets.order_by("next_due_at", "pk").values_list("pk", flat=True))


def test_the_list_is_what_the_import_created_or_updated(
    way: str, twice: Import, boss: User, module: Module
) -> None:
    created, updated = expected(twice, created=True), expected(twice, created=False)
    assert (len(created), len(updated)) == (5, 2)
    assert listed(boss, module, **{"import": f"{twice.pk}:created"}) == created
    assert listed(boss, module, **{"import": f"{twice.pk}:updated"}) == updated
    assert listed(boss, module, **{"import": f"{twice.pk}"}) == expected(twice)


def test_it_goes_together_with_status_responsible_band_and_fields(
    way: str, twice: Import, boss: User, module: Module
) -> None:
    field = make.field(module, "text")
    created = expected(twice, created=True)
    kiss = make.user("normal")
    Datasheet.objects.filter(pk=created[1]).update(responsible=kiss)
    for pk in (created[1], created[3]):
        sheet = Datasheet.objects.get(pk=pk)
        set_value(sheet, field.pk, "Igen", actor=boss)
        make.todo(sheet, actor=boss)
    which = {"import": f"{twice.pk}:created"}
    todo = Datasheet.objects.filter(pk__in=created, next_todo__isnull=False)
    dated = list(todo.order_by("next_due_at", "pk").values_list("pk", flat=True))
    without = [pk for pk in created if pk not in dated]
    assert listed(boss, module, **which) == [*dated, *without]
    assert listed(boss, module, **which, band="none") == without
    assert listed(boss, module, **which, who=str(kiss.pk)) == [created[1]]
    assert listed(boss, module, **which, who="unassigned") == []
    assert listed(boss, module, **which, **{f"f{field.pk}": "is:Igen"}) == dated
    assert listed(boss, module, **which, **{f"f{field.pk}": "empty"}) == without
    status = Datasheet.objects.get(pk=created[0]).status
    assert listed(boss, module, **which, status=status.key) == [*dated, *without]
    every = Status.objects.filter(module=module)
    other = next(one for one in every if not one.is_final and one != status)
    assert listed(boss, module, **which, status=other.key) == []
    group = status.group.key or str(status.group_id)
    assert listed(boss, module, **which, group=group) == [*dated, *without]


def test_a_datasheet_tells_whether_it_stands_in_the_list(
    twice: Import, boss: User, module: Module
) -> None:
    here = filters(boss, module, **{"import": f"{twice.pk}:created"})
    new, old = expected(twice, created=True)[0], expected(twice, created=False)[0]
    assert here.holds(Datasheet.objects.get(pk=new))
    assert not here.holds(Datasheet.objects.get(pk=old))


def test_an_export_takes_out_the_same_list(twice: Import, boss: User, module: Module) -> None:
    source = Source.of_module(boss, module.slug, {"import": f"{twice.pk}:created"})
    assert list(Source.of_module(boss, module.slug, source.params()).ids()) == expected(
        twice, created=True
    )


@pytest.mark.parametrize("role", ["normal", "restricted"])
def test_for_everybody_else_the_parameter_does_not_exist(
    role: str, twice: Import, module: Module
) -> None:
    other = make.user(role)
    assert "import" not in filters(other, module, **{"import": f"{twice.pk}:created"}).params()
    browser = Browser()
    browser.force_login(other)
    html = get(browser, f"/m/{module.slug}/?who=everyone&import={twice.pk}:created")
    assert twice.name not in html
    assert ids(html) == ids(get(browser, f"/m/{module.slug}/?who=everyone"))


def test_what_names_no_import_here_is_left_out(twice: Import, boss: User, module: Module) -> None:
    other = make.module("events", slug="events")
    for text in ("", "x", "0", f"{twice.pk}:other", "9" * 30, f"{twice.pk + 99}", "²"):
        assert filters(boss, module, **{"import": text}).narrowed is None
    assert filters(boss, other, **{"import": str(twice.pk)}).narrowed is None


# ---- Pages ---------------------------------------------------------------------------------------


def test_the_result_leads_to_the_list_and_a_chip_leads_back(
    web: Browser, twice: Import, module: Module
) -> None:
    result = web.get(url("done", twice)).content.decode()
    created, updated = (came_in.address(twice, one) for one in ("created", "updated"))
    for link in (created, updated):
        assert f'href="{link.replace("&", "&amp;")}"' in result
    html = get(web, created)
    assert ids(html) == expected(twice, created=True)
    assert f"{twice.name}, created" in html
    assert f'href="{twice.get_absolute_url()}"' in html
    off = f'href="/m/{module.slug}/?who=everyone" hx-get'
    assert off in html
    assert "Show those that are closed" not in html
    assert "responsible" not in web.session  # it was no choice of the user's


def test_of_clients_alone_the_result_leads_to_the_rows(web: Browser, boss: User) -> None:
    source = checked(pasted([("Cégnév",), ("Egyedül Kft.",)], actor=boss), boss)
    load.run(fresh(source), lambda done: None)
    result = web.get(url("done", source)).content.decode()
    assert f'href="{url("records", source)}"' in result
    assert "/m/" not in result.split('id="done"')[1]


def test_closed_ones_are_a_link_away(web: Browser, twice: Import, module: Module) -> None:
    final = next(one for one in Status.objects.filter(module=module) if one.is_final)
    closed = expected(twice, created=True)[0]
    Datasheet.objects.filter(pk=closed).update(status=final, shelf=1)
    html = get(web, came_in.address(twice, "created"))
    assert "Show those that are closed" in html
    assert closed not in ids(html)
    on = f"/m/{module.slug}/?group=closed&who=everyone&import={twice.pk}%3Acreated"
    assert on.replace("&", "&amp;") in html
    assert ids(get(web, on)) == [closed]


def test_the_filter_menu_keeps_the_import(web: Browser, twice: Import, module: Module) -> None:
    field = make.field(module, "text")
    which = f"import={twice.pk}%3Acreated"
    answer = web.get(f"/m/{module.slug}/filter/{field.pk}/?who=everyone&{which}&op=empty")
    assert answer["Location"].endswith(f"&f{field.pk}=empty&{which}")
    html = get(web, answer["Location"])
    assert f'href="/m/{module.slug}/?who=everyone&amp;f{field.pk}=empty" hx-get' in html
    assert f'href="/m/{module.slug}/?who=everyone&amp;{which}" hx-get' in html


def test_a_page_of_it_costs_no_more(
    way: str, web: Browser, boss: User, module: Module, source: Import
) -> None:
    at_check(source, boss)
    big = loaded(boss, module, [f"Cég {i}" for i in range(60)])
    link = came_in.address(big, "created")
    get(web, link)
    with within_budget("module page"):
        html = get(web, link)
    assert len(ids(html)) == lists.PAGE
    assert web.get(link, headers=HTMX).status_code == 200

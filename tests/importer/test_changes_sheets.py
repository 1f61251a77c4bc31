"""What an update changes of a datasheet, and of the company's own fields."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from crm.constants import EntryKind, Shelf
from crm.models import (
    Datasheet,
    HistoryEntry,
    Todo,
)
from crm.value_rows import Record
from crm.value_rows import read as value_of
from importer import load
from importer.models import Existing, Import, ImportedRow
from modules.models import Field, Module
from tests import make
from tests.importer.tools import checked, fresh, pasted
from tests.importer.updates import (
    OVER,
    SHEETS,
    TAX,
    company,
    final,
    first_plan,
    load_in_blocks,
    own_fields,
    planned,
    run,
    statuses,
)

pytestmark = pytest.mark.django_db

# ---- Its datasheet -----------------------------------------------------------------------------


def test_a_client_without_an_open_datasheet_gets_one_with_its_todo(
    boss: User, module: Module
) -> None:
    one = company()
    table = [SHEETS, ("X", TAX, "Folyamatban", "", "Felhívni", "2031-01-05", "Polcok")]
    source = run(table, boss, module, statuses=statuses(module))
    sheet = Datasheet.objects.get(client=one)
    assert (sheet.name, sheet.status.key, sheet.responsible) == ("Polcok", "in_progress", boss)
    assert sheet.next_todo is not None
    row = ImportedRow.objects.get(source=source)
    assert (row.created, row.datasheet_id) == (False, sheet.pk)
    assert HistoryEntry.objects.filter(kind=EntryKind.IMPORTED).count() == 1


@pytest.mark.parametrize("stop", [1, 9])
def test_only_todos_that_were_made_are_told_of_also_by_a_load_that_went_on(
    boss: User, module: Module, stop: int
) -> None:
    make.todo(make.datasheet(module, actor=boss, client=company()), actor=boss)
    make.datasheet(module, actor=boss, client=make.client("Két Bt."))
    make.client("Három Zrt.")
    todo = ("Folyamatban", "", "Felhívni", "2019-03-04", "Polcok")
    table = [SHEETS, ("X", TAX, *todo), ("Két Bt.", "", *todo), ("Három Zrt.", "", *todo)]
    table.append(("Új Kft.", "", *todo))
    source = planned(table, boss, module, existing=OVER, statuses=statuses(module))
    said = dict(source.counts)
    assert (said["update"], said["create"], said["past"]) == (3, 1, 3)
    load_in_blocks(source, 1, stop)
    assert {name: source.counts[name] for name in said} == said
    assert source.counts["todos"] == 3


def test_an_open_datasheet_keeps_its_status_and_its_todo(boss: User, module: Module) -> None:
    sheet = make.datasheet(module, actor=boss, client=company())
    todo = make.todo(sheet, actor=boss)
    table = [SHEETS, ("X", TAX, "Folyamatban", "", "Felhívni", "2031-01-05", "Polcok")]
    run(table, boss, module, statuses=statuses(module))
    sheet.refresh_from_db()
    assert sheet.name == "Polcok"
    assert sheet.status == make.status(module)
    assert sheet.next_todo == todo
    assert Todo.objects.count() == 1


def test_an_open_datasheet_without_a_todo_gets_the_rows(boss: User, module: Module) -> None:
    sheet = make.datasheet(module, actor=boss, client=company())
    run([SHEETS, ("X", TAX, "", "", "Felhívni", "2031-01-05", "")], boss, module)
    sheet.refresh_from_db()
    assert sheet.next_todo is not None
    assert sheet.next_todo.text == "Felhívni"


def test_overwriting_moves_it_where_one_could_move_it_by_hand(boss: User, module: Module) -> None:
    sheet = make.datasheet(module, actor=boss, client=company())
    make.todo(sheet, actor=boss)
    kiss = make.user("normal", email="kiss@example.com")
    table = [SHEETS, ("X", TAX, "Kész", "kiss@example.com", "", "", "")]
    run(table, boss, module, statuses=statuses(module), existing=OVER)
    sheet.refresh_from_db()
    assert sheet.status_id == final(module)
    assert sheet.responsible == kiss
    assert sheet.next_todo is not None
    assert sheet.shelf == Shelf.OPEN


def test_a_sale_is_moved_by_its_facts(boss: User) -> None:
    module = make.module("sales")
    sheet = make.datasheet(module, actor=boss, client=company())
    wanted = make.status(module, "sales_vip")
    table = [SHEETS, ("X", TAX, "VIP", "", "", "", "")]
    run(table, boss, module, statuses={"vip": wanted.pk}, existing=OVER)
    sheet.refresh_from_db()
    assert (sheet.qualification, sheet.sale_state) == ("vip", "in_progress")
    assert sheet.status == wanted
    assert run(table, boss, module, statuses={"vip": wanted.pk}, existing=OVER).counts["skip"] == 1


def test_an_order_is_never_moved(boss: User) -> None:
    module = make.module("orders")
    sheet = make.datasheet(module, actor=boss, client=company())
    table = [SHEETS, ("X", TAX, "Kész", "", "", "", "")]
    done = make.status(module, "completed")
    run(table, boss, module, statuses={"kesz": done.pk}, existing=OVER)
    sheet.refresh_from_db()
    assert sheet.status.key == "draft"


def test_a_status_that_asks_for_more_makes_the_row_wrong(boss: User, module: Module) -> None:
    make.datasheet(module, actor=boss, client=company())
    make.field(module, "text", required="from", required_from=make.status(module, "in_progress"),
               label_en="Contract")  # fmt: skip
    table = [SHEETS, ("X", TAX, "Folyamatban", "", "", "", "")]
    source = planned(table, boss, module, statuses=statuses(module), existing=OVER)
    assert source.counts["wrong"] == 1
    plan = first_plan(source)
    assert "asks for: Contract." in plan.reasons[0]
    assert plan.targets == ["status"]


def test_a_closed_row_is_about_the_closed_datasheet(boss: User, module: Module) -> None:
    table = [SHEETS, ("X", TAX, "Kész", "", "", "", "")]
    run(table, boss, module, statuses=statuses(module))
    assert Datasheet.objects.get().shelf == Shelf.CLOSED
    assert run(table, boss, module, statuses=statuses(module)).counts["skip"] == 1


def test_several_rows_of_a_client_are_about_the_datasheets_that_they_name(
    boss: User, module: Module
) -> None:
    one = company()
    sheets = [make.datasheet(module, actor=boss, client=one) for _ in range(2)]
    head = ("Cégnév", "Adószám", "Adatlap neve", "Adatlap száma", "Iparág")
    table = [head, *(("X", TAX, f"Név {s.pk}", str(s.pk), f"ip {s.pk}") for s in sheets)]
    source = pasted(table, actor=boss, module=module)
    targets = ["company_name", "tax_number", "datasheet_name", "datasheet_id", "industry"]
    source = checked(source, boss, targets=targets, existing=Existing.FILL)
    assert source.counts["update"] == 2
    load.run(source, lambda done: None)
    assert [Datasheet.objects.get(pk=s.pk).name for s in sheets] == [f"Név {s.pk}" for s in sheets]
    one.refresh_from_db()
    assert one.industry == f"ip {sheets[0].pk}"


# ---- The company's own fields ------------------------------------------------------------------


def with_fields(
    row: tuple[str, ...], boss: User, module: Module, fields: list[Field], **more: Any
) -> Import:
    head = ("Cégnév", "Adószám", "Kapcsolattartó", *(one.label_en for one in fields))
    source = pasted([head, row], actor=boss, module=module)
    targets = ["company_name", "tax_number", "full_name", *(f"f{one.pk}" for one in fields)]
    more.setdefault("existing", Existing.FILL)
    source = checked(source, boss, targets=targets, **more)
    load.run(source, lambda done: None)
    return fresh(source)


def test_own_fields_are_filled_in_and_overwritten(boss: User, module: Module) -> None:
    fields = own_fields(module)
    anna = make.contact(company(), family_name="Szabó", given_name="Anna")
    sheet = make.datasheet(module, actor=boss, client=anna.client)
    records: list[Record] = [anna.client, anna, sheet]
    colours = {c.name_en: c.pk for c in fields[2].choices.all()}
    row = ("X", TAX, "Szabó Anna", "Hajrá", "42", "Red, Blue")
    source = with_fields(row, boss, module, fields)
    red_blue = tuple(sorted([colours["Red"], colours["Blue"]]))
    assert [value_of(r, f) for r, f in zip(records, fields, strict=True)] == [
        "Hajrá",
        42,
        red_blue,
    ]
    assert with_fields(row, boss, module, fields).counts["skip"] == 1
    other = ("X", TAX, "Szabó Anna", "Ne", "43", "Green")
    assert with_fields(other, boss, module, fields).counts["skip"] == 1
    with_fields(other, boss, module, fields, existing=OVER)
    assert [value_of(r, f) for r, f in zip(records, fields, strict=True)] == [
        "Ne",
        43,
        (colours["Green"],),
    ]
    ops = [op for op in ImportedRow.objects.get(source=source).changes if op[0] == "value"]
    assert len(ops) == 3
    assert ops[0][4] == []

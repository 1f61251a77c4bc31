"""A list narrowed by fields is the list of those that pass, however it is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from crm import field_filters, list_sql, lists
from crm.actions.datasheets import trash
from crm.actions.statuses import move_to
from crm.actions.values import set_value
from crm.field_filters import Narrowed, Test
from crm.filters import Filters, module_with_tree
from crm.lists import ListQuery
from crm.models import Datasheet
from modules.models import Field, Module
from tests import make
from web.templatetags.ui import count999

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects(manager: User) -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture(params=["few", "walked"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of reading a narrowed list."""
    if request.param == "walked":
        monkeypatch.setattr(field_filters, "_rarest", lambda tests: None)
    return str(request.param)


def query(user: User, module: Module, **params: str) -> ListQuery:
    narrowed = Narrowed.read(user, module, params)
    assert narrowed is not None
    return ListQuery(user, module, narrowed=narrowed)


def all_ids(found: ListQuery, size: int = 2) -> list[int]:
    pks: list[int] = []
    after = None
    while True:
        page = lists.page(found, after, size)
        pks += [row.pk for row in page.rows]
        after = page.after
        if after is None:
            return pks


VALUES: dict[str, list[Any]] = {
    "text": ["Tölgy, olajozott", "Fenyő", "100%_os!", None, "tölgy, olajozott"],
    "long_text": ["Első\nmásodik", "Fenyő", None],
    "whole": [0, 34, 1200, None, -5],
    "decimal": [Decimal("0.5"), Decimal(34), Decimal("34.25"), None],
    "money": [Decimal(4850000), Decimal(1), None],
    "date": [date(2026, 12, 18), date(2026, 12, 19), None, date(2026, 1, 1)],
    "moment": [
        datetime(2026, 12, 17, 23, 0, tzinfo=UTC),  # the 18th here
        datetime(2026, 12, 18, 22, 59, tzinfo=UTC),
        datetime(2026, 12, 18, 23, 0, tzinfo=UTC),
        None,
    ],
    "yes_no": [True, False, None],
    "link": ["https://www.example.com", None],
}
LATER = datetime(2026, 12, 18, 23, 0, tzinfo=UTC)  # the 19th here


def plain(text: Any) -> str:
    return str(text or "").lower().replace("ö", "o").replace("ő", "o").replace("á", "a").replace(
        "é", "e").replace("\n", " ")  # fmt: skip


Naive = Callable[[Any], bool]
TABLE: list[tuple[str, str, Naive]] = [
    ("text", "is:TÖLGY, olajozott", lambda v: plain(v) == "tolgy, olajozott"),
    ("text", "is_not:fenyo", lambda v: plain(v) != "fenyo"),
    ("text", "contains:olaj", lambda v: "olaj" in plain(v)),
    ("text", "contains:0%_o", lambda v: "0%_o" in plain(v)),
    ("text", "contains:s!", lambda v: "s!" in plain(v)),
    ("text", "empty", lambda v: v is None),
    ("text", "not_empty", lambda v: v is not None),
    ("long_text", "contains:első masodik", lambda v: plain(v) == "elso masodik"),
    ("whole", "is:34", lambda v: v == 34),
    ("whole", "is:0", lambda v: v == 0),
    ("whole", "is_not:0", lambda v: v != 0),
    ("whole", "between:0..34", lambda v: v is not None and 0 <= v <= 34),
    ("whole", "between:..33", lambda v: v is not None and v <= 33),
    ("whole", "between:35..", lambda v: v is not None and v >= 35),
    ("whole", "empty", lambda v: v is None),
    ("decimal", "is:34", lambda v: v == 34),
    ("decimal", "is:34.250", lambda v: v == Decimal("34.25")),
    ("decimal", "between:0.4..34.2", lambda v: v in (Decimal("0.5"), 34)),
    ("money", "between:2..", lambda v: v is not None and v >= 2),
    ("date", "is:2026-12-18", lambda v: v == date(2026, 12, 18)),
    ("date", "between:2026-01-01..2026-12-18", lambda v: v is not None and v <= date(2026, 12, 18)),
    ("date", "is_not:2026-12-18", lambda v: v != date(2026, 12, 18)),
    ("moment", "is:2026-12-18", lambda v: v is not None and v < LATER),
    ("moment", "between:2026-12-19..", lambda v: v == LATER),
    ("moment", "is_not:2026-12-18", lambda v: v in (None, LATER)),
    ("yes_no", "is:1", lambda v: v is True),
    ("yes_no", "is:0", lambda v: v is False),
    ("yes_no", "empty", lambda v: v is None),
    ("link", "contains:example", lambda v: v is not None),
]  # fmt: skip


@pytest.mark.parametrize("kind", list(VALUES))
def test_a_filter_is_what_it_says(
    kind: str, way: str, manager: User, projects: Module, subtests: pytest.Subtests
) -> None:
    field = make.field(projects, kind)
    values = {}
    for i, value in enumerate(VALUES[kind] * 2):
        sheet = make.datasheet(projects, actor=manager)
        values[sheet.pk] = value
        if i % 2:
            make.todo(sheet, actor=manager, due_at=timezone.now() + timedelta(days=i))
        if value is not None:
            set_value(sheet, field.pk, value, actor=manager)
    everything = all_ids(ListQuery(manager, projects))
    assert len(everything) == len(values)
    for said, naive in ((said, naive) for one, said, naive in TABLE if one == kind):
        with subtests.test(said):
            found = query(manager, projects, **{f"f{field.pk}": said})
            assert all_ids(found) == [pk for pk in everything if naive(values[pk])]


@pytest.mark.parametrize("kind", ["choice", "choices", "user"])
def test_choices_and_persons_are_compared_one_by_one(
    kind: str, way: str, manager: User, projects: Module
) -> None:
    field = make.field(projects, kind, choices=("Oak", "Pine", "Beech"))
    if kind == "user":
        options = [make.user().pk for _ in range(3)]
    else:
        options = [one.pk for one in field.choices.order_by("order")]
    sets = [options[:1], options[1:2], options[2:], [], options[:2]]
    sheets = {}
    for one in sets:
        sheet = make.datasheet(projects, actor=manager)
        value: Any = tuple(one) if kind == "choices" else (one[0] if one else None)
        sheets[sheet.pk] = set(one) if kind == "choices" else set(one[:1])
        if value:
            set_value(sheet, field.pk, value, actor=manager)
    oak, pine = options[:2]
    tests: dict[str, Callable[[set[int]], bool]] = {
        f"is:{oak}": lambda has: oak in has,
        f"is_not:{oak}": lambda has: oak not in has,
        f"one_of:{oak},{pine}": lambda has: bool(has & {oak, pine}),
        "empty": lambda has: not has,
        "not_empty": bool,
    }
    for said, naive in tests.items():
        found = query(manager, projects, **{f"f{field.pk}": said})
        assert all_ids(found) == [pk for pk, has in sheets.items() if naive(has)], said


def test_several_fields_hold_at_once_and_with_everything_else(
    way: str, manager: User, projects: Module
) -> None:
    wood, bottles = make.field(projects, "text"), make.field(projects, "whole")
    final = next(one for one in projects.statuses.all() if one.is_final)
    me, sheets = make.user("restricted"), []
    for i in range(12):
        owner = (manager, me, None)[i % 3]
        sheet = make.datasheet(projects, actor=manager, responsible=owner)
        set_value(sheet, wood.pk, "Tölgy" if i % 2 else "Fenyő", actor=manager)
        set_value(sheet, bottles.pk, i, actor=manager)
        sheets.append(sheet)
    move_to(sheets[3].pk, final.pk, actor=manager)
    trash(sheets[5].pk, actor=manager)
    params = {f"f{wood.pk}": "is:tolgy", f"f{bottles.pk}": "between:2..9"}
    assert all_ids(query(manager, projects, **params)) == [sheets[i].pk for i in (7, 9)]
    assert all_ids(query(me, projects, **params)) == [sheets[7].pk]
    narrowed = Narrowed.read(manager, projects, params)
    closed = ListQuery(manager, projects, [final], narrowed=narrowed)
    assert all_ids(closed) == [sheets[3].pk]
    mine = ListQuery(manager, projects, responsible="me", narrowed=narrowed)
    assert all_ids(mine) == [sheets[9].pk]
    assert narrowed is not None
    assert narrowed.holds(sheets[7].pk)
    assert not narrowed.holds(sheets[8].pk)


def test_the_counts_follow_the_filter(way: str, manager: User, projects: Module) -> None:
    field = make.field(projects, "text")
    statuses = list(projects.statuses.all())
    zone, now = timezone.get_current_timezone(), timezone.now()
    for i in range(6):
        sheet = make.datasheet(projects, actor=manager, responsible=manager if i % 2 else None)
        if i < 4:
            make.todo(sheet, actor=manager, due_at=now - timedelta(days=i + 1))
        if i != 0:
            set_value(sheet, field.pk, "Igen", actor=manager)
    found = query(manager, projects, **{f"f{field.pk}": "is:igen"})
    counts = lists.count(found, statuses, now, zone)
    assert (counts.by_band["late"], counts.by_band["none"]) == (3, 2)
    assert lists.count_band(found, "late", now, zone) == 3
    assert counts.known == (way == "few")
    if counts.known:
        assert (counts.open, counts.mine, counts.unassigned) == (5, 3, 2)
        assert sum(counts.late_by_status.values()) == 3
    keys = [key[0] for key in lists.keys(found, 50)]
    assert keys == all_ids(found)


def test_neighbours_stay_within_the_filter(way: str, manager: User, projects: Module) -> None:
    field = make.field(projects, "whole")
    for i in range(6):
        sheet = make.datasheet(projects, actor=manager)
        make.todo(sheet, actor=manager, due_at=timezone.now() + timedelta(days=i + 1))
        set_value(sheet, field.pk, i % 2, actor=manager)
    found = query(manager, projects, **{f"f{field.pk}": "is:1"})
    order = all_ids(found)
    assert len(order) == 3
    middle = Datasheet.objects.get(pk=order[1])
    assert lists.neighbours(found, middle) == (order[0], order[2])


def test_more_than_few_are_walked_and_found_all_the_same(
    manager: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(field_filters, "FEW", 3)
    wood, bottles = make.field(projects, "text"), make.field(projects, "whole")
    for i in range(8):
        sheet = make.datasheet(projects, actor=manager)
        set_value(sheet, wood.pk, "Tölgy", actor=manager)
        set_value(sheet, bottles.pk, i, actor=manager)
    common = query(manager, projects, **{f"f{wood.pk}": "is:tolgy"})
    assert common.few is None
    assert len(all_ids(common)) == 8
    both = query(manager, projects, **{f"f{wood.pk}": "is:tolgy", f"f{bottles.pk}": "between:6.."})
    assert both.few is not None
    assert len(all_ids(both)) == 2


@pytest.mark.parametrize(
    "said", ["", "is", "is:", "is:abc", "like:3", "between:", "between:a..3", "between:..",
             "is:1e999", "one_of:", "contains:x", "is:99999999999999999999"],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(said: str, manager: User, projects: Module) -> None:
    field = make.field(projects, "whole")
    assert Narrowed.read(manager, projects, {f"f{field.pk}": said}) is None
    assert Narrowed.read(manager, projects, {"f": said, "f0": said, "fx": said}) is None


def test_a_filter_survives_its_own_address(manager: User, projects: Module) -> None:
    for kind, saids in {
        "text": ("is:a,b..c:d", "contains:%_!&=+ű"), "whole": ("between:1..", "is_not:4"),
        "date": ("between:2026-01-01..2026-02-01",),
    }.items():  # fmt: skip
        field = make.field(projects, kind)
        for said in saids:
            _module, tree = module_with_tree(manager, "projects")
            params = {f"f{field.pk}": said, "who": "everyone"}
            filters = Filters.read(manager, projects, tree, params)
            again = {k: v[0] for k, v in parse_qs(urlsplit(filters.address()).query).items()}
            assert again == params


def test_a_walk_goes_along_the_index_of_the_list(manager: User, projects: Module) -> None:
    """The plan reads the list's index in its order and asks each row; it sorts nothing big."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by the size of its tables; the bench measures it")
    field = make.field(projects, "text")
    found = query(manager, projects, **{f"f{field.pk}": "is_not:semmi"})
    with CaptureQueriesContext(connection) as asked:
        lists.page(found)
    sql = next(q["sql"] for q in asked.captured_queries if "AS merged" in q["sql"])
    with connection.cursor() as db:
        db.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = " | ".join(str(row[3]) for row in db.fetchall())
    assert "USING INDEX ds_module" in plan or "USING COVERING INDEX ds_module" in plan
    assert "CORRELATED SCALAR SUBQUERY" in plan
    assert "SCAN crm_datasheet" not in plan
    assert "SCAN v" not in plan
    assert isinstance(found.narrowed and found.narrowed.tests[0], Test)
    assert isinstance(found.narrowed and found.narrowed.tests[0].field, Field)


def test_what_would_take_long_to_count_is_told_as_far_as_it_was_counted(
    manager: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(field_filters, "FEW", 3)
    monkeypatch.setattr(lists, "LOOKED_AT", 4)
    monkeypatch.setattr(list_sql, "LEAST", 1)
    field = make.field(projects, "text")
    zone, now = timezone.get_current_timezone(), timezone.now()
    for i in range(9):
        sheet = make.datasheet(projects, actor=manager)
        if i < 3:
            make.todo(sheet, actor=manager, due_at=now - timedelta(days=i + 1))
        if i != 1:
            set_value(sheet, field.pk, "Igen", actor=manager)
    found = query(manager, projects, **{f"f{field.pk}": "is:igen"})
    counted = lists.count(found, list(projects.statuses.all()), now, zone).by_band
    assert [count999(counted[band]) for band in ("late", "none", "later")] == ["2", "4+", "0"]
    assert count999(lists.count_band(found, "none", now, zone)) == "4+"
    assert count999(lists.AtLeast(0)) == "0+"
    assert lists.AtLeast(0)

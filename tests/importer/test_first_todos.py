"""First todos that an import makes: on working days, few enough for each, always the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from crm.agenda import Calendar
from crm.models import Datasheet, Todo
from importer import load
from importer.first_todos import Spread
from importer.models import Import
from modules.models import Module, ModuleTurn
from tests import make
from tests.importer.tools import checked, fresh, pasted

HUNGARY = Calendar("HU")
PEOPLE = st.lists(st.sampled_from([None, 1, 2, 3]), max_size=120)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(PEOPLE, DAYS, st.integers(1, 7))
def test_nobody_gets_too_many_a_day_and_no_day_is_left_out(
    people: list[int | None], first: date, a_day: int
) -> None:
    spread = Spread(HUNGARY, first, a_day)
    given: dict[int | None, list[date]] = defaultdict(list)
    for person in people:
        given[person].append(spread.next_day(person))
    for days in given.values():
        counts = Counter(days)
        assert days == sorted(days)
        assert all(HUNGARY.is_working(day) for day in days)
        assert max(counts.values()) <= a_day
        assert days[0] == HUNGARY.next_working_day(first)
        # full days, one working day after the other, but for the last
        different = sorted(counts)
        assert all(counts[day] == a_day for day in different[:-1])
        for before, after in pairwise(different):
            assert after == HUNGARY.next_working_day(before + timedelta(days=1))


@given(PEOPLE, DAYS, st.integers(0, 5))
def test_the_same_rows_always_get_the_same_days(
    people: list[int | None], first: date, a_day: int
) -> None:
    one, other = Spread(HUNGARY, first, a_day), Spread(HUNGARY, first, a_day)
    assert [one.next_day(p) for p in people] == [other.next_day(p) for p in people]


def test_without_a_limit_all_are_due_on_the_first_working_day() -> None:
    spread = Spread(HUNGARY, date(2026, 12, 24))  # Christmas, a Thursday; Monday is the 28th
    assert {spread.next_day(None) for _ in range(500)} == {date(2026, 12, 28)}


# ---- In an import ------------------------------------------------------------------------------

FIRST = {"text": "Első hívás", "type": "call", "from": "2031-01-06", "a_day": 2}


def given_days(source: Import) -> list[tuple[str, str]]:
    todos = Todo.objects.select_related("datasheet__client").order_by("datasheet__client__name")
    return [(one.datasheet.client.name, one.due_at.date().isoformat()) for one in todos]


@pytest.mark.django_db
def test_rows_without_a_todo_get_one_where_the_status_asks_for_one(
    boss: User, module: Module
) -> None:
    done = module.statuses.filter(meaning="won")[0]
    assert not done.expects_todo
    rows = [("Cégnév", "Státusz", "Teendő", "Határidő")]
    rows += [(f"Cég {n}", "", "", "") for n in range(5)]
    rows += [("Kész Kft.", "Kész", "", ""), ("Saját Kft.", "", "Levelet írni", "2031-02-03")]
    source = checked(
        pasted(rows, actor=boss, module=module), boss,
        first_todo=FIRST, statuses={"kesz": done.pk},
    )  # fmt: skip
    load.run(fresh(source), lambda done: None)
    assert given_days(source) == [
        ("Cég 0", "2031-01-06"),
        ("Cég 1", "2031-01-06"),
        ("Cég 2", "2031-01-07"),
        ("Cég 3", "2031-01-07"),
        ("Cég 4", "2031-01-08"),
        ("Saját Kft.", "2031-02-03"),
    ]
    assert {one.type.key for one in Todo.objects.exclude(text="Levelet írni")} == {"call"}


@pytest.mark.django_db
def test_a_row_that_does_not_come_in_takes_nobodys_time(boss: User, module: Module) -> None:
    rows = [("Cégnév", "E-mail"), ("A Kft.", ""), ("A Kft.", ""), ("B Kft.", "nem cím")]
    rows += [("C Kft.", ""), ("D Kft.", "")]
    source = checked(pasted(rows, actor=boss, module=module), boss, first_todo=FIRST)
    load.run(fresh(source), lambda done: None)
    assert [day for _name, day in given_days(source)] == ["2031-01-06", "2031-01-06", "2031-01-07"]


@pytest.mark.django_db
def test_everybody_who_is_given_rows_in_turn_has_days_of_their_own(
    boss: User, module: Module
) -> None:
    for person in (make.user("normal"), make.user("normal")):
        ModuleTurn.objects.create(module=module, user=person)
    Module.objects.filter(pk=module.pk).update(first_responsible="in_turn")
    module.refresh_from_db()
    rows = [("Cégnév",), *((f"Cég {n}",) for n in range(8))]
    source = checked(
        pasted(rows, actor=boss, module=module), boss,
        first_todo=FIRST, users={"": -1}, responsible_id=None,
    )  # fmt: skip
    load.run(fresh(source), lambda done: None)
    counts = Counter(Todo.objects.values_list("responsible", "due_at"))
    assert max(counts.values()) == 2
    assert len(counts) == 4
    assert Datasheet.objects.filter(responsible=None).count() == 0


@pytest.mark.django_db
def test_a_load_that_goes_on_gives_the_days_it_would_have_given(
    boss: User, module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.pace.FEWEST", 50)
    monkeypatch.setattr("importer.pace.MOST", 50)
    rows = [("Cégnév",), *((f"Cég {n:03}",) for n in range(150))]
    first = FIRST | {"a_day": 40}
    source = checked(pasted(rows, actor=boss, module=module), boss, first_todo=first)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load.run(fresh(source), stop)
    assert 0 < Todo.objects.count() < 150
    load.run(fresh(source), lambda done: None)
    days = [day for _name, day in given_days(source)]
    assert days == [f"2031-01-{6 + n // 40:02}" for n in range(150)]

"""Every row ends in exactly one way, and what is in comes in no second time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from crm.actions import repair
from crm.models import Address, Client, Email
from importer import check, load, rows
from importer.models import Existing, Import, SameBy
from importer.plan import Result, RowPlan
from importer.stopped import Stopped
from modules.models import Module
from tests import make
from tests.importer.tools import checked, pasted
from tests.importer.updates import OVER, TAX, Table, company, first_plan, load_in_blocks, planned

pytestmark = pytest.mark.django_db

HEAD = ("Cégnév", "Adószám", "Város", "Kapcsolattartó", "Telefon", "E-mail", "Iparág", "Státusz")
CELLS = (
    st.sampled_from(["Egy Kft.", "EGY KFT", "Két Bt.", "Három Zrt.", ""]),
    st.sampled_from(["", TAX, "12345676-2-42", "1234"]),
    st.sampled_from(["", "Ajka", "ajka", "Vác"]),
    st.sampled_from(["", "Szabó Anna", "Kiss Pál"]),
    st.sampled_from(["", "06 20 555 0134", "1 555 0187"]),
    st.sampled_from(["", "a@b.hu", "A@B.hu; c@d.hu", "nem cím"]),
    st.sampled_from(["", "faipar", "bútor"]),
    st.sampled_from(["", "Folyamatban", "Kész"]),
)
TABLES = st.lists(st.tuples(*CELLS), min_size=1, max_size=7)
ONCE_EACH = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def plans(source: Import) -> list[RowPlan]:
    return list(check.planner(source).plan(rows.read(source.pk)))


def results(source: Import) -> list[str]:
    return [plan.result.value for plan in plans(source)]


def wrong(source: Import) -> set[int]:
    """Rows that can't be read; not those that a load has made to match several clients."""
    return {p.number for p in plans(source) if p.result == Result.WRONG and not p.candidates}


def created(source: Import) -> set[int]:
    return {plan.number for plan in plans(source) if plan.result == Result.CREATE}


def same_total(counts: dict[str, int]) -> bool:
    ends = ("create", "update", "skip", "wrong", "blank")
    return counts["rows"] == sum(counts[name] for name in ends)


@ONCE_EACH
@given(
    before=TABLES,
    table=TABLES,
    existing=st.sampled_from([Existing.FILL, OVER, Existing.SKIP]),
    same_by=st.sampled_from(SameBy.values),
    size=st.integers(1, 8),
    stop=st.integers(1, 8),
)
def test_the_numbers_add_up_and_the_same_file_changes_nothing_the_second_time(
    boss: User,
    module: Module,
    before: Table,
    table: Table,
    existing: str,
    same_by: str,
    size: int,
    stop: int,
) -> None:
    chosen: dict[str, Any] = {"existing": existing, "same_by": same_by}
    always = ("Mindig Kft.", *[""] * 7)
    cells = [HEAD, always, *table]
    with transaction.atomic():
        here = checked(pasted([HEAD, always, *before], actor=boss, module=module), boss)
        load.run(here, lambda done: None)
        source = checked(pasted(cells, actor=boss, module=module), boss, **chosen)
        said = dict(source.counts)
        assert same_total(said)
        before_it = wrong(source)
        load_in_blocks(source, size, stop)
        assert {name: source.counts[name] for name in said} == said
        again = checked(pasted(cells, actor=boss, module=module), boss, **chosen)
        assert (again.counts["create"], again.counts["update"]) == (0, 0)
        assert wrong(again) == before_it
        assert repair.check().clean
        transaction.set_rollback(True)


def test_of_rows_about_one_client_the_first_counts(boss: User) -> None:
    company(industry="faipar")
    table = [
        ("Cégnév", "Adószám", "Iparág"),
        ("Bakonyi Faipari Kft.", TAX, "bútor"),
        ("Bakonyi Faipari Kft.", "", "más"),
        ("Másik név", TAX, "harmadik"),
    ]
    source = planned(table, boss, existing=OVER)
    assert results(source) == ["update", "skip", "skip"]
    assert plans(source)[1].reasons == ["The same as row 2."]


@pytest.mark.parametrize("size", [1, 8])
def test_a_row_without_what_was_chosen_is_known_by_its_name_as_it_will_be_once_the_others_are_in(
    boss: User, size: int
) -> None:
    table = [
        ("Cégnév", "Város", "Kapcsolattartó", "E-mail"),
        ("Egy Kft.", "Ajka", "Szabó Anna", "anna@example.com"),
        ("Egy Kft.", "Ajka", "Kiss Pál", ""),
        ("Egy Kft.", "Vác", "Nagy Éva", ""),
    ]
    source = planned(table, boss, same_by=SameBy.EMAIL)
    assert results(source) == ["create", "skip", "create"]
    load_in_blocks(source, size, 8)
    assert [source.counts[name] for name in ("create", "update", "skip")] == [2, 0, 1]


def test_rows_above_those_that_came_in_are_the_same_for_a_load_that_goes_on(boss: User) -> None:
    """By then there are two of the name: the second one is of the row below."""
    Address.objects.create(client=company(name="Egy Kft."), town="Ajka", is_default=True)
    table = [
        ("Cégnév", "Város", "E-mail"),
        ("Egy Kft.", "Ajka", ""),
        ("Egy Kft.", "Ajka", "uj@example.com"),
        ("Egy Kft.", "Ajka", ""),
    ]
    source = planned(table, boss, same_by=SameBy.EMAIL)
    assert results(source) == ["skip", "create", "skip"]
    load_in_blocks(source, 1, 2)
    assert [source.counts[name] for name in ("create", "skip", "wrong")] == [1, 2, 0]


def test_a_load_that_goes_on_knows_what_its_clients_were_called_and_counts_the_same(
    boss: User,
) -> None:
    for number in (TAX, ""):
        client = company(name="Régi Kft.", tax_number=number)
        Address.objects.create(client=client, town="Ajka", is_default=True)
    table = [
        ("Cégnév", "Adószám", "Város", "Iparág"),
        ("Új Kft.", TAX, "Vác", "bútor"),
        ("Régi Kft.", "", "Ajka", "más"),
    ]
    source = planned(table, boss, existing=OVER)
    said = dict(source.counts)
    load_in_blocks(source, 1, 1)
    assert {name: source.counts[name] for name in said} == said
    assert (source.counts["update"], source.counts["skip"], source.counts["changed"]) == (1, 1, 3)


def test_what_a_row_gives_a_client_makes_it_no_match_of_those_above_once_it_goes_on(
    boss: User,
) -> None:
    company(name="Egy Kft.")
    two = make.client("Két Bt.")
    Email.objects.create(client=two, address="ketto@example.com")
    table = [
        ("Cégnév", "Adószám", "E-mail"),
        ("Egy Kft.", TAX, ""),
        ("Két Bt.", TAX, "ketto@example.com"),
    ]
    source = planned(table, boss, same_by=SameBy.EMAIL)
    assert results(source) == ["skip", "update"]
    load_in_blocks(source, 8, 1)
    assert [source.counts[name] for name in ("update", "skip", "wrong")] == [1, 1, 0]


@pytest.mark.parametrize("moved", [1, 2])
@pytest.mark.parametrize("existing", [Existing.FILL, OVER])
def test_a_row_that_was_asked_about_stays_so_when_those_below_have_moved_the_clients_it_matched(
    boss: User, existing: str, moved: int
) -> None:
    numbers = {TAX: "Vác", "12345676-2-42": "Pápa"}
    for number in numbers:
        client = company(name="Egy Kft.", tax_number=number)
        if existing == OVER:
            Address.objects.create(client=client, town="Ajka", is_default=True)
    town = "Ajka" if existing == OVER else ""
    table = [
        ("Cégnév", "Adószám", "Város", "Iparág"),
        ("Új Bt.", "", "", ""),
        ("Egy Kft.", "", town, "bútor"),
        *[("Egy Kft.", number, goes_to, "") for number, goes_to in numbers.items()][:moved],
    ]
    source = planned(table, boss, existing=existing)
    assert results(source) == ["create", "wrong", *["update"] * moved]
    told = list(rows.results(source.pk))[1:2]
    load_in_blocks(source, 1, len(table) - 1)
    assert (source.counts["create"], source.counts["update"]) == (1, moved)
    assert list(rows.results(source.pk)) == told
    assert not Client.objects.filter(industry="bútor").exists()


def test_a_row_that_came_in_after_all_is_no_wrong_one_to_a_load_that_goes_on(boss: User) -> None:
    """What it matched was two clients when it was checked, and is one when it is loaded."""
    one, other = company(name="Egy Kft."), company(name="Egy Kft.", tax_number="")
    table = [
        ("Cégnév", "Adószám", "Iparág"),
        ("Egy Kft.", "", "bútor"),
        ("Más Kft.", TAX, "faipar"),
        ("Új Kft.", "", ""),
    ]
    source = planned(table, boss, existing=OVER)
    assert results(source) == ["wrong", "update", "create"]
    other.delete()
    load_in_blocks(source, 1, 2)
    assert [source.counts[name] for name in ("create", "update", "skip")] == [1, 1, 1]
    one.refresh_from_db()
    assert one.industry == "bútor"


@pytest.mark.parametrize("stop", [1, 9])
def test_a_client_that_a_row_gives_a_town_is_known_by_it_below(boss: User, stop: int) -> None:
    company(name="Régi Kft.")
    table = [("Cégnév", "Adószám", "Város"), ("Más név", TAX, "Ajka"), ("Régi Kft.", "", "Ajka")]
    source = planned(table, boss)
    assert results(source) == ["update", "skip"]
    load_in_blocks(source, 1, stop)
    assert (source.counts["update"], source.counts["skip"]) == (1, 1)


def test_a_client_that_a_row_renames_is_still_known_by_its_former_name(boss: User) -> None:
    company()
    table = [
        ("Cégnév", "Adószám"),
        ("Egészen Más Kft.", TAX),
        *((f"Töltelék {n}", "") for n in range(600)),
        ("Bakonyi Faipari Kft.", ""),
    ]
    source = planned(table, boss, existing=OVER)
    assert source.counts["skip"] == 1
    load.run(source, lambda done: None)
    assert source.counts["skip"] == 1


def test_a_row_that_changes_nothing_is_skipped(boss: User) -> None:
    company(industry="faipar")
    source = planned([("Cégnév", "Adószám", "Iparág"), ("X", TAX, "bútor")], boss)
    plan = first_plan(source)
    assert (plan.result, plan.reasons) == (Result.SKIP, ["Nothing would change."])


def test_what_matches_several_is_asked_and_done_as_it_was_answered(boss: User) -> None:
    twins = [make.client(name) for name in ("Egy Kft.", "Két Kft.")]
    for one in twins:
        Email.objects.create(client=one, address="info@fa.hu")
    table = [("Cégnév", "E-mail", "Iparág"), ("Három Kft.", "info@fa.hu", "faipar")]
    source = planned(table, boss, same_by=SameBy.EMAIL)
    plan = first_plan(source)
    assert (plan.result, plan.candidates) == (Result.WRONG, [one.pk for one in twins])
    source.mended = {"2": {"client": twins[1].pk}}
    assert (first_plan(source).result, first_plan(source).client_id) == ("update", twins[1].pk)
    source.mended = {"2": {"client": 0}}
    assert first_plan(source).result == Result.CREATE
    source.mended = {"2": {"client": make.client().pk}}
    assert first_plan(source).result == Result.WRONG


def test_several_are_not_asked_about_where_the_row_is_skipped_anyway(boss: User) -> None:
    for name in ("Egy Kft.", "Két Kft."):
        Email.objects.create(client=make.client(name), address="info@fa.hu")
    table = [("Cégnév", "E-mail"), ("Három Kft.", "info@fa.hu")]
    source = planned(table, boss, same_by=SameBy.EMAIL, existing=Existing.SKIP)
    assert first_plan(source).reasons == ["Egy Kft. is here already."]


def test_a_client_number_that_nobody_has_is_wrong(boss: User) -> None:
    source = pasted([("Cégnév", "X"), ("Egy Kft.", "999999")], actor=boss)
    chosen = {"targets": ["company_name", "client_id"], "same_by": SameBy.ID}
    source = checked(source, boss, existing=Existing.FILL, **chosen)
    plan = first_plan(source)
    assert plan.reasons == ["There is no client with the number 999999."]
    assert plan.targets == ["client_id"]


def test_new_ones_are_made_all_the_same_where_that_was_chosen(boss: User) -> None:
    company()
    table = [("Cégnév", "Adószám"), ("X", TAX), ("Y", TAX)]
    assert results(planned(table, boss, existing=Existing.CREATE)) == ["create", "skip"]


def test_a_load_that_goes_on_counts_what_was_done_before(boss: User) -> None:
    company()
    table = [("Cégnév", "Adószám", "Iparág"), ("X", TAX, "bútor"), ("Új Kft.", "", "fa")]
    source = planned(table, boss)
    load.run(source, lambda done: None)
    first = dict(source.counts)
    again = check.planner(source).block(list(rows.read(source.pk)), Stopped(source))
    assert [plan.result for plan in again] == [Result.UPDATE, Result.CREATE]
    assert sum(plan.changed for plan in again) == first["changed"] == 1


@pytest.mark.parametrize("changed", [("Bakonyi Faipari Kft.", "Ajka"), ("Más Kft.", "")])
def test_a_row_that_knows_a_client_by_what_another_changes_comes_in_no_second_time(
    boss: User, changed: tuple[str, str]
) -> None:
    company()
    name, town = changed
    table = [
        ("Cégnév", "Adószám", "Város"),
        (name, TAX, town),
        ("Bakonyi Faipari Kft.", "", ""),
    ]
    load.run(planned(table, boss, existing=OVER), lambda done: None)
    assert created(planned(table, boss, existing=OVER)) == set()

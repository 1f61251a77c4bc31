"""Rows with a billing and a delivery address beside the main one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from crm.constants import EntryKind
from crm.models import Address, Client, HistoryEntry, SearchDoc
from importer import check, rows
from importer.models import Existing, SameBy
from tests import make
from tests.importer.test_undo import loaded, records, undone
from tests.importer.test_write import search_again
from tests.importer.tools import checked, pasted
from tests.importer.updates import OVER, TAX, Table, changes, company, load_in_blocks, planned, run

pytestmark = pytest.mark.django_db

WHOLE = ("Cégnév", "Adószám", "Székhely", "Számlázási cím", "Szállítási cím")
TOWNS = ("Cégnév", "Város", "Számlázási város", "Szállítási város")
PARTS = (
    *("Cégnév", "Adószám", "Irsz", "Város", "Utca"),
    *("Számlázási irsz", "Számlázási város", "Számlázási utca"),
)


def addresses(**of: Any) -> list[tuple[str, str, bool]]:
    return [
        (one.kind, str(one), one.is_default) for one in Address.objects.filter(**of).order_by("pk")
    ]


def place(client: Client, text: str, **more: Any) -> Address:
    """An address like "3300 Eger, Fő u. 1."."""
    postcode, _blank, rest = text.partition(" ")
    town, _comma, street = rest.partition(", ")
    values = {"postcode": postcode, "town": town, "street": street, **more}
    return Address.objects.create(client=client, **values)


# ---- A new client ------------------------------------------------------------------------------


def test_each_address_comes_in_as_what_it_is_and_the_plain_one_is_the_default(boss: User) -> None:
    row = ("Vaj Kft.", "", "3300 Eger, Fő u. 1.", "2600 Vác, Kis u. 2.", "3910 Tokaj, Part u. 3.")
    run([WHOLE, row], boss)
    assert addresses() == [
        ("head_office", "3300 Eger, Fő u. 1.", True),
        ("billing", "2600 Vác, Kis u. 2.", False),
        ("delivery", "3910 Tokaj, Part u. 3.", False),
    ]


def test_without_a_plain_one_the_first_that_there_is_becomes_the_default(boss: User) -> None:
    table = [
        WHOLE,
        ("Vaj Kft.", "", "", "2600 Vác, Kis u. 2.", "3910 Tokaj, Part u. 3."),
        ("Tej Kft.", "", "", "", "3910 Tokaj, Part u. 3."),
    ]
    run(table, boss)
    assert addresses(client__name="Vaj Kft.") == [
        ("billing", "2600 Vác, Kis u. 2.", True),
        ("delivery", "3910 Tokaj, Part u. 3.", False),
    ]
    assert addresses(client__name="Tej Kft.") == [("delivery", "3910 Tokaj, Part u. 3.", True)]


def test_an_address_that_says_what_the_main_one_does_is_not_made_twice(boss: User) -> None:
    same = "3300 EGER, fő u. 1."
    table = [WHOLE, ("Vaj Kft.", TAX, "3300 Eger, Fő u. 1.", same, "3300 Eger, Fő u. 2.")]
    run(table, boss)
    assert addresses() == [
        ("head_office", "3300 Eger, Fő u. 1.", True),
        ("delivery", "3300 Eger, Fő u. 2.", False),
    ]
    assert run(table, boss, existing=OVER).counts["skip"] == 1


def test_the_only_address_of_a_file_is_the_head_office_whatever_it_is_called(boss: User) -> None:
    run([("Cégnév", "Számlázási irsz", "Számlázási város"), ("Vaj Kft.", "2600", "Vác")], boss)
    assert addresses() == [("head_office", "2600 Vác", True)]


def test_a_client_is_found_by_each_of_its_towns(boss: User) -> None:
    run([TOWNS, ("Vaj Kft.", "Eger", "Vác", "Tokaj")], boss)
    before = list(SearchDoc.objects.order_by("pk").values())
    assert before[0]["words"] == " vaj kft eger vac tokaj "
    search_again(Client.objects.get().pk)
    assert list(SearchDoc.objects.order_by("pk").values()) == before


def test_what_does_not_fit_is_told_of_the_address_that_it_is_about(boss: User) -> None:
    table = [TOWNS, ("Vaj Kft.", "Eger", "x" * 101, ""), ("Tej Kft.", "", "", "y" * 101)]
    source = checked(pasted(table, actor=boss), boss)
    wrong = [(one["reasons"], one["cells"]) for one in rows.results(source.pk)]
    assert wrong == [
        (["Billing address: Town is too long: at most 100 characters."], {"2": "x" * 101}),
        (["Delivery address: Town is too long: at most 100 characters."], {"3": "y" * 101}),
    ]


# ---- A client that is here ---------------------------------------------------------------------


def test_each_kind_is_compared_with_the_clients_address_of_that_kind(boss: User) -> None:
    one = company()
    place(one, "8400 Ajka, Fő u. 1.", is_default=True)
    place(one, "2600 Vác, Kis u. 2.", kind="billing")
    table = [PARTS, ("X", TAX, "8400", "Ajka", "Fő u. 3.", "2601", "Vác", "Kis u. 2.")]
    assert changes(planned(table, boss, existing=OVER)) == [
        ("company_name", "Bakonyi Faipari Kft.", "X"),
        ("street", "Fő u. 1.", "Fő u. 3."),
        ("postcode.billing", "2600", "2601"),
    ]
    run(table, boss, existing=OVER)
    assert addresses() == [
        ("head_office", "8400 Ajka, Fő u. 3.", True),
        ("billing", "2601 Vác, Kis u. 2.", False),
    ]


@pytest.mark.parametrize("existing", [Existing.FILL, Existing.OVERWRITE])
def test_of_two_of_a_kind_in_a_town_the_row_is_about_the_one_that_it_names(
    boss: User, existing: str
) -> None:
    one = company()
    place(one, "2600 Vác, Kis u. 2.", kind="billing", is_default=True)
    place(one, "2600 Vác, Nagy u. 3.", kind="billing")
    for row in (
        ("X", TAX, "2600", "Vác", "Kis u. 2.", "2600", "Vác", "Nagy u. 3."),
        ("X", TAX, "", "", "", "", "Vác", "Nagy u. 3."),
    ):
        planned_changes = changes(planned([PARTS, row], boss, existing=existing))
        assert [change for change in planned_changes if change[0] != "company_name"] == []


def test_filling_in_completes_an_address_where_nothing_contradicts(boss: User) -> None:
    one = company()
    place(one, " Ajka", is_default=True)
    place(one, " Vác, Kis u. 2.", kind="billing")
    run([PARTS, ("X", TAX, "8400", "Ajka", "", "2600", "Vác", "Nagy u. 1.")], boss)
    assert addresses() == [
        ("head_office", "8400 Ajka", True),
        ("billing", "Vác, Kis u. 2.", False),
    ]
    run([PARTS, ("X", TAX, "", "", "", "2600", "VÁC", "")], boss)
    assert addresses()[1] == ("billing", "2600 Vác, Kis u. 2.", False)


@pytest.mark.parametrize("existing", [Existing.FILL, Existing.OVERWRITE])
def test_a_kind_that_is_missing_is_added_and_the_default_stays(boss: User, existing: str) -> None:
    place(company(), "8400 Ajka, Fő u. 1.", is_default=True)
    table = [WHOLE, ("", TAX, "8400 Ajka, Fő u. 1.", "2600 Vác, Kis u. 2.", "8400 Ajka, Fő u. 1.")]
    table[1] = ("Bakonyi Faipari Kft.", *table[1][1:])
    source = run(table, boss, existing=existing)
    assert addresses() == [
        ("head_office", "8400 Ajka, Fő u. 1.", True),
        ("billing", "2600 Vác, Kis u. 2.", False),
    ]
    assert source.counts["changed"] == 3
    assert run(table, boss, existing=existing).counts["skip"] == 1


def test_a_plain_address_never_takes_the_place_of_one_that_the_row_tells_apart(boss: User) -> None:
    place(company(), "2600 Vác, Kis u. 2.", kind="billing", is_default=True)
    name = "Bakonyi Faipari Kft."
    run([WHOLE, (name, TAX, "3300 Eger, Fő u. 1.", "2600 Vác, Kis u. 2.", "")], boss, existing=OVER)
    assert addresses() == [
        ("billing", "2600 Vác, Kis u. 2.", True),
        ("head_office", "3300 Eger, Fő u. 1.", False),
    ]


def test_all_that_changes_of_the_addresses_is_one_entry_of_the_history(boss: User) -> None:
    place(company(), " Ajka", is_default=True)
    run([WHOLE, ("X", TAX, "8400 Ajka, Fő u. 1.", "2600 Vác, Kis u. 2.", "")], boss, existing=OVER)
    told = HistoryEntry.objects.filter(kind=EntryKind.CHANGED, data__field="addresses")
    assert [(one.data["from"], one.data["to"]) for one in told] == [
        ("Ajka", "8400 Ajka, Fő u. 1.; 2600 Vác, Kis u. 2.")
    ]


def test_an_address_is_not_added_that_the_main_one_is_about_to_say(boss: User) -> None:
    place(company(), "8400 Ajka, Fő u. 1.", is_default=True)
    said, was = "8400 Ajka, Fő u. 3.", "8400 Ajka, Fő u. 1."
    run([WHOLE, ("X", TAX, said, said, was)], boss, existing=OVER)
    assert addresses() == [
        ("head_office", "8400 Ajka, Fő u. 3.", True),
        ("delivery", "8400 Ajka, Fő u. 1.", False),
    ]


def test_the_first_address_of_a_client_that_is_here_is_its_default(boss: User) -> None:
    company()
    run([WHOLE, ("X", TAX, "", "", "3910 Tokaj, Part u. 3.")], boss)
    assert addresses() == [("delivery", "3910 Tokaj, Part u. 3.", True)]


@pytest.mark.parametrize("existing", [Existing.FILL, Existing.OVERWRITE])
def test_the_undo_puts_every_address_back(boss: User, existing: str) -> None:
    one = company()
    place(one, " Ajka", is_default=True)
    place(one, "2600 Vác", kind="billing")
    search_again(one.pk)
    before = records()
    row = ("X", TAX, "8400 Ajka, Fő u. 1.", "2600 Vác, Kis u. 2.", "3910 Tokaj, Part u. 3.")
    source = loaded(pasted([WHOLE, row], actor=boss), boss, existing=existing)
    assert len(addresses()) == 3
    assert addresses()[1][1] == "2600 Vác, Kis u. 2."
    done = undone(source)
    assert (done.updated, done.kept, done.failed) == (1, 0, 0)
    assert records() == before


# ---- Who it is about ---------------------------------------------------------------------------


def results(table: Table, boss: User, **more: Any) -> list[str]:
    source = planned(table, boss, **more)
    return [plan.result.value for plan in check.planner(source).plan(rows.read(source.pk))]


def test_the_main_address_says_which_of_two_clients_of_a_name_it_is(boss: User) -> None:
    """One stands in Vác, the other has its bills sent there."""
    here = make.client("Vaj Kft.")
    place(make.client("Vaj Kft."), " Eger", is_default=True)
    place(here, " Vác", is_default=True)
    table = [TOWNS, ("Vaj Kft.", "Eger", "Vác", ""), ("Vaj Kft.", "Vác", "", "Pécs")]
    run(table, boss)
    assert addresses(client=here) == [("head_office", "Vác", True), ("delivery", "Pécs", False)]
    assert results(table, boss) == ["skip", "skip"]


@pytest.mark.parametrize(
    "told",
    [
        [("Vaj Kft.", "Eger", "Vác", ""), ("Vaj Kft.", "Vác", "", "")],
        [("Vaj Kft.", "Vác", "", ""), ("Vaj Kft.", "Eger", "Vác", "")],
    ],
)
def test_a_further_address_of_a_row_makes_nobody_the_client_who_stands_there(
    boss: User, told: list[tuple[str, ...]]
) -> None:
    assert run([TOWNS, *told], boss).counts["create"] == 2
    assert results([TOWNS, *told], boss) == ["skip", "skip"]


@pytest.mark.parametrize("size", [1, 8])
def test_whom_a_row_gives_a_further_address_is_not_the_client_of_that_town_below(
    boss: User, size: int
) -> None:
    place(company(), " Eger", is_default=True)
    name = "Bakonyi Faipari Kft."
    table = [TOWNS, (name, "Eger", "Vác", ""), (name, "Vác", "", "")]
    source = planned(table, boss)
    assert results(table, boss) == ["update", "create"]
    load_in_blocks(source, size, 9)
    assert (source.counts["update"], source.counts["create"]) == (1, 1)
    assert results(table, boss) == ["skip", "skip"]


def test_a_further_address_never_changes_the_one_by_which_the_client_is_known(boss: User) -> None:
    place(company(), " Vác", kind="billing", is_default=True)
    run([TOWNS, ("Bakonyi Faipari Kft.", "Vác", "Pécs", "")], boss, existing=OVER)
    assert addresses() == [("billing", "Vác", True), ("billing", "Pécs", False)]


PLACES = (
    *[st.sampled_from(["", "Eger", "Vác", "Pécs"])] * 3,
    *[st.sampled_from(["", "Fő u. 1.", "Kis u. 2."])] * 2,
)
# A company has one tax number, which a row needn't say: what is told of two that lay claim to each
# other's is not the same the second time.
ROWS = st.one_of(
    *(
        st.tuples(st.just(name), st.sampled_from(["", "", number]), *PLACES)
        for name, number in (("Vaj Kft.", TAX), ("Tej Kft.", "12345676-2-42"))
    )
)
TABLES = st.lists(ROWS, min_size=1, max_size=6)
HEAD = ("Cégnév", "Adószám", *TOWNS[1:], "Utca", "Számlázási utca")


@settings(
    max_examples=20,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    here=TABLES,
    table=TABLES,
    existing=st.sampled_from(["fill", "over", "skip"]),
    same_by=st.sampled_from([SameBy.USUAL, SameBy.TAX_NUMBER, SameBy.NAME_TOWN]),
    size=st.integers(1, 6),
    stop=st.integers(1, 6),
)
def test_what_was_checked_comes_true_in_any_blocks_and_once(
    boss: User,
    here: list[tuple[str, ...]],
    table: list[tuple[str, ...]],
    existing: str,
    same_by: str,
    size: int,
    stop: int,
) -> None:
    chosen: dict[str, Any] = {"existing": existing, "same_by": same_by}
    with transaction.atomic():
        loaded(pasted((HEAD, *here), actor=boss), boss, existing="create")
        before = records()
        source = checked(pasted((HEAD, *table), actor=boss), boss, **chosen)
        said = dict(source.counts)
        # When it goes on, it compares the rows above with what those below have overwritten.
        load_in_blocks(source, size, stop if existing != OVER else 9)
        assert {name: source.counts[name] for name in said} == said
        # What was asked about may have been answered by another row, and one that is known by its
        # number alone may have made another client of a name by which a row had found one.
        if not said["wrong"] and same_by != SameBy.TAX_NUMBER:
            after = records()
            again = loaded(pasted((HEAD, *table), actor=boss), boss, **chosen)
            assert (again.counts["create"], again.counts["update"]) == (0, 0)
            assert records() == after
        undone(source)
        assert records() == before
        transaction.set_rollback(True)

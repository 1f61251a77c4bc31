"""By what the client of a row is known, and that finding it stays quick among many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from crm.models import Address, Client, Email, Phone
from importer.draft import Draft
from importer.match import Key, find, keys_of
from importer.models import SameBy
from importer.people import Person
from tests import make

pytestmark = pytest.mark.django_db


def draft(name: str = "Bakonyi Faipari Kft.", **more: Any) -> Draft:
    person = Person(phones=more.pop("phones", []), emails=more.pop("emails", []))
    return Draft(name, is_company=True, people=[person], **more)


def matches(one: Draft, boss: User, same_by: str = SameBy.USUAL) -> list[str]:
    keys = keys_of(one, same_by)
    found = find(keys, boss)
    return [found.names[pk] for pk in found.clients(keys)]


def at(town: str, **values: Any) -> Client:
    client = make.client(**{"name": "Bakonyi Faipari Kft.", **values})
    if town:
        Address.objects.create(client=client, town=town, is_default=True)
    return client


def test_a_tax_number_goes_before_name_and_town(boss: User) -> None:
    at("Ajka")
    make.client("Más Bt.", tax_number="10773381-2-19")
    assert matches(draft(tax_number="10773381244", town="Ajka"), boss) == ["Más Bt."]
    assert matches(draft(tax_number="12345676-2-42", town="AJKA"), boss) == ["Bakonyi Faipari Kft."]


@pytest.mark.parametrize(
    ("name", "town", "hits"),
    [
        ("BAKONYI FAIPARI KFT.", "ajka", 1),
        ("Bakonyi Faipari Zrt.", "Ajka", 0),
        ("Bakonyi Faipari Kft.", "Vác", 0),
        ("Bakonyi Faipari Kft.", "", 0),
    ],
)
def test_name_and_town_are_compared_folded(boss: User, name: str, town: str, hits: int) -> None:
    at("Ajka")
    assert len(matches(draft(name, town=town), boss)) == hits


def test_a_client_without_an_address_stands_in_no_town(boss: User) -> None:
    at("")
    assert matches(draft(), boss)
    assert not matches(draft(town="Ajka"), boss)


def test_a_client_stands_in_the_town_of_its_main_address(boss: User) -> None:
    client = at("")
    for town, is_default in (("Pécs", False), ("Vác", True), ("Ajka", False)):
        Address.objects.create(client=client, town=town, is_default=is_default)
    assert matches(draft(town="Vác"), boss)
    assert not matches(draft(town="Ajka"), boss)
    assert not matches(draft(town="Pécs"), boss)


def test_without_a_main_address_it_is_the_first(boss: User) -> None:
    Address.objects.create(client=at("Ajka"), town="Vác")
    Address.objects.update(is_default=False)
    assert matches(draft(town="Ajka"), boss)
    assert not matches(draft(town="Vác"), boss)


@pytest.mark.parametrize("of_contact", [True, False])
def test_emails_and_phones_of_the_client_and_of_its_contacts(boss: User, of_contact: bool) -> None:
    client = at("Ajka")
    whose = make.contact(client) if of_contact else None
    Email.objects.create(client=client, contact=whose, address="Anna@Fa.hu")
    Phone.objects.create(client=client, contact=whose, raw="06 20 / 555-0134")
    assert matches(draft("X", emails=["anna@fa.hu"]), boss, SameBy.EMAIL)
    assert matches(draft("X", phones=["+36205550134"]), boss, SameBy.PHONE)
    assert not matches(draft("X", emails=["mas@fa.hu"]), boss, SameBy.EMAIL)


def test_an_email_of_several_clients_finds_them_all(boss: User) -> None:
    for name in ("Egy Kft.", "Két Kft."):
        Email.objects.create(client=make.client(name), address="info@fa.hu")
    assert matches(draft(emails=["info@fa.hu"]), boss, SameBy.EMAIL) == ["Egy Kft.", "Két Kft."]


def test_a_client_number_finds_that_client_alone(boss: User) -> None:
    client = at("Ajka")
    assert matches(draft("Más", client_id=client.pk), boss, SameBy.ID) == [client.name]
    assert not matches(draft(town="Ajka", client_id=client.pk + 1), boss, SameBy.ID)
    assert not matches(draft(town="Ajka", client_id=10**30), boss, SameBy.ID)


@pytest.mark.parametrize("same_by", [SameBy.EMAIL, SameBy.PHONE, SameBy.TAX_NUMBER, SameBy.ID])
def test_a_row_without_what_was_chosen_is_known_as_usual(boss: User, same_by: str) -> None:
    at("Ajka")
    assert matches(draft(town="Ajka"), boss, same_by)


def test_what_is_in_the_trash_is_not_here(boss: User) -> None:
    client = at("Ajka", tax_number="10773381-2-44")
    Email.objects.create(client=client, address="anna@fa.hu")
    Client.objects.update(trashed_at="2026-01-01T00:00:00Z")
    everything = draft(tax_number="10773381-2-44", town="Ajka", emails=["anna@fa.hu"])
    for same_by in SameBy.values:
        assert not matches(everything, boss, same_by)


def test_whoever_sees_little_finds_no_more_than_that(boss: User) -> None:
    at("Ajka")
    assert not matches(draft(town="Ajka"), make.user("restricted"))


KEYS: list[Key] = [
    ("tax", "10773381"),
    ("name", "bakonyi faipari kft.", "ajka"),
    ("email", "anna@fa.hu"),
    ("phone", "36205550134"),
    ("id", "1"),
]


INDEXES = {
    "tax": "client_tax",
    "name": "client_folded",
    "email": "email_folded",
    "phone": "phone_digits",
    "id": "PRIMARY KEY",
}


@pytest.mark.parametrize("key", KEYS)
def test_each_sort_of_key_takes_one_query_that_an_index_answers(boss: User, key: Key) -> None:
    at("Ajka")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        find([key, *[(*key[:-1], f"{n}") for n in range(1, 40)]], boss)
    assert len(queries) == 1
    plan = explained(queries[0]["sql"])
    assert "Seq Scan" not in plan
    assert "SCAN" not in plan.replace("SCAN json_each", "the keys")
    index = INDEXES[key[0]]
    assert (index if index in plan else "crm_client_pkey") in plan
    assert "client_by_name" not in plan


def explained(sql: str) -> str:
    """What the database would do, also where the tables are too small for an index to pay."""
    with connection.cursor() as db:
        if connection.vendor == "postgresql":
            db.execute("SET LOCAL enable_seqscan = off")
            db.execute(f"EXPLAIN {sql}")
            return "\n".join(row[0] for row in db.fetchall())
        db.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"), None)
        return "\n".join(row[3] for row in db.fetchall())


@pytest.mark.parametrize("pick", [str.lower, str.upper])
def test_a_block_of_rows_takes_as_many_queries_as_there_are_sorts(
    boss: User, pick: Callable[[str], str], django_assert_num_queries: Any
) -> None:
    drafts = [draft(pick(f"Cég {n}"), tax_number=f"1000{n:04}-2-42") for n in range(500)]
    keys = [key for one in drafts for key in keys_of(one, SameBy.USUAL)]
    with django_assert_num_queries(2):
        find(keys, boss)

"""Search finds what begins so, whatever the accents, and only what one may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from crm import search, search_sql
from crm.actions.datasheets import hand_over, rename, restore, trash
from crm.models import Address, Client, Email, Phone, SearchDoc
from crm.search_terms import parse, pieces
from modules.models import Module
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["sample", "index"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test twice: small tables are answered by the sample, big ones by the index."""
    search_sql.has_trigrams.cache_clear()
    if request.param == "index":
        monkeypatch.setattr(search_sql, "SAMPLE", 1)
        monkeypatch.setattr(search_sql, "OWN_SAMPLE", 0)
        monkeypatch.setattr(search_sql, "BROAD", 1)
    return str(request.param)


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def projects() -> Module:
    return make.module("projects")


@pytest.fixture
def hegyalja(manager: User, projects: Module) -> Client:
    client = make.client("Hegyalja Borház Kft.", tax_number="12345678-2-42")
    anna = make.contact(client, family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=client, contact=anna, raw="+36 30 412 7788")
    Email.objects.create(client=client, contact=anna, address="szabo.anna@hegyaljaborhaz.hu")
    Address.objects.create(client=client, town="Tokaj")
    make.datasheet(projects, actor=manager, client=client, name="Palacktartó állványok")
    for name in ("Őrségi Vajkészítő Bt.", "Balaton Vitorlásiskola", "Gránit Építő Zrt."):
        make.datasheet(projects, actor=manager, client=make.client(name))
    return client


def names(results: search.Results) -> list[str]:
    return [
        *(str(client) for client in results.clients),
        *(str(contact) for contact in results.contacts),
        *(sheet.title for sheet in results.datasheets),
    ]


@pytest.mark.parametrize(
    "text",
    ["hegy", "HEGYALJA", "borhaz", "bórház", "kft hegyalja", "Hegyalja Borház Kft.", "toka"],
)
def test_a_client_is_found_by_the_beginning_of_any_word(
    hegyalja: Client, manager: User, text: str
) -> None:
    assert search.find(manager, text).clients == [hegyalja]


@pytest.mark.parametrize("text", ["12345678", "12345678-2-42", "3456", "234 567"])
def test_a_client_is_found_by_a_part_of_its_tax_number(
    hegyalja: Client, manager: User, text: str
) -> None:
    assert search.find(manager, text).clients == [hegyalja]


@pytest.mark.parametrize(
    "text",
    [
        "szabo",
        "anna szab",
        "Szabó Hegyalja",
        "szabo.anna@hegyaljaborhaz.hu",
        "412 7788",
        "+36 30 412-7788",
        "06304127788",
        "0036304127788",
        "127",
        "4127",
        "anna 4127",
    ],
)
def test_a_contact_is_found_by_name_email_and_part_of_a_phone_number(
    hegyalja: Client, manager: User, text: str
) -> None:
    assert [c.full_name for c in search.find(manager, text).contacts] == ["Szabó Anna"]


def test_all_digits_of_a_part_of_a_number_lead_to_it(
    hegyalja: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not its last three alone, which thousands of numbers have: only so many are looked at."""
    monkeypatch.setattr(search_sql, "SAMPLE", 0)
    monkeypatch.setattr(search_sql, "MOST_LOOKED_AT", 1)
    for number in ("36205550778", "36205551778"):  # newer than +36 30 412 7788
        Phone.objects.create(client=make.client(f"Másik {number}"), raw=f"+{number}")
    search.reindex(Client.objects.values_list("pk", flat=True))
    assert [str(one) for one in search.find(manager, "12778").contacts] == ["Szabó Anna"]


def test_a_datasheet_is_found_by_its_name_and_by_its_clients(
    hegyalja: Client, manager: User
) -> None:
    for text in ("palack", "allvanyok hegyalja", "hegyalja", "palack szabo"):
        assert [d.name for d in search.find(manager, text).datasheets] == ["Palacktartó állványok"]


def test_all_words_must_be_found(hegyalja: Client, manager: User) -> None:
    assert not search.find(manager, "hegyalja balaton")
    assert not search.find(manager, "hegyalja 999")


@pytest.mark.parametrize(
    "text", ["", "   ", "!?-", "%", "'", '"', "'); drop", "a\x00b", "* OR *", "_"]
)
def test_any_text_is_searched_without_harm(hegyalja: Client, manager: User, text: str) -> None:
    search.find(manager, text)


def test_words_are_looked_into_where_there_are_trigrams(hegyalja: Client, manager: User) -> None:
    found = search.find(manager, "orhaz")
    assert found.clients == ([hegyalja] if search_sql.has_trigrams() else [])


def test_what_changes_is_found_at_once(hegyalja: Client, manager: User, projects: Module) -> None:
    sheet = make.datasheet(projects, actor=manager, client=hegyalja, name="Pincelépcső")
    assert search.find(manager, "pince").datasheets == [sheet]
    rename(sheet.pk, "Padlás", actor=manager)
    assert not search.find(manager, "pince")
    assert search.find(manager, "padlas").datasheets == [sheet]


def test_the_trash_is_not_searched(hegyalja: Client, manager: User) -> None:
    sheet = hegyalja.datasheet_set.get()
    trash(sheet.pk, actor=manager)
    found = search.find(manager, "hegyalja")
    assert (found.clients, found.datasheets) == ([hegyalja], [])
    assert not search.find(manager, "palack")
    restore(sheet.pk, actor=manager)
    assert search.find(manager, "palack").datasheets == [sheet]


def test_a_restricted_user_finds_what_is_theirs_or_nobodys(
    hegyalja: Client, manager: User, projects: Module
) -> None:
    eszter = make.user("restricted")
    assert not search.find(eszter, "hegyalja")
    mine = make.datasheet(
        projects, actor=manager, client=hegyalja, name="Pincelépcső", responsible=eszter
    )
    found = search.find(eszter, "hegyalja")
    assert (found.clients, found.datasheets) == ([hegyalja], [mine])
    assert not search.find(eszter, "palack")
    assert not search.find(eszter, "balaton")
    free = make.datasheet(
        projects, actor=manager, client=make.client("Balatonfő"), responsible=None
    )
    assert search.find(eszter, "balaton").datasheets == [free]


def test_a_datasheet_that_is_handed_over_changes_who_finds_it(
    hegyalja: Client, manager: User
) -> None:
    eszter = make.user("restricted")
    sheet = hegyalja.datasheet_set.get()
    hand_over(sheet.pk, eszter.pk, actor=manager)
    assert search.find(eszter, "palack").datasheets == [sheet]
    hand_over(sheet.pk, manager.pk, actor=manager)
    assert not search.find(eszter, "palack")
    assert not search.find(eszter, "hegyalja")


def test_a_limited_module_is_not_searched_by_others(hegyalja: Client, manager: User) -> None:
    normal = make.user("normal")
    sheet = hegyalja.datasheet_set.get()
    assert search.find(normal, "palack").datasheets == [sheet]
    Module.objects.filter(pk=sheet.module_id).update(limited=True)
    found = search.find(normal, "hegyalja")
    assert (found.clients, found.datasheets) == ([hegyalja], [])
    assert not search.find(normal, "palack")


def test_a_client_is_not_found_through_a_module_that_one_may_not_use(
    hegyalja: Client, manager: User, projects: Module
) -> None:
    eszter = make.user("restricted")
    make.datasheet(projects, actor=manager, client=hegyalja, responsible=eszter)
    assert search.find(eszter, "hegyalja").clients == [hegyalja]
    Module.objects.filter(pk=projects.pk).update(limited=True)
    assert not search.find(eszter, "hegyalja")


def test_rebuilding_gives_the_same_index(hegyalja: Client, manager: User) -> None:
    def content() -> set[tuple[Any, ...]]:
        return set(
            SearchDoc.objects.values_list("client_id", "datasheet_id", "words", "numbers", "marks")
        )

    search.reindex(Client.objects.values_list("pk", flat=True))
    before = content()
    assert search.rebuild() == len(before)
    assert content() == before
    assert search.find(manager, "hegyalja").clients == [hegyalja]


def test_a_client_deleted_for_good_leaves_the_index(hegyalja: Client, manager: User) -> None:
    hegyalja.datasheet_set.all().delete()
    hegyalja.delete()
    assert not search.find(manager, "hegyalja")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO crm_searchwords(crm_searchwords) VALUES('integrity-check')")


def test_found_words_are_marked_in_what_is_shown() -> None:
    shown = [(p.text, p.hit) for p in pieces("Őrségi Vajkészítő", parse("vajkesz"))]
    assert shown == [("Őrségi ", False), ("Vajkész", True), ("ítő", False)]
    assert [p.text for p in pieces("Straße 12", parse("strass")) if p.hit] == ["Straß"]
    assert pieces("", parse("a")) == []

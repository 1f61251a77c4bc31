"""Rows with several contacts: each with phones and emails of their own, the company's beside."""

from __future__ import annotations

import pytest

from accounts.models import User
from crm.models import Client, Contact, Datasheet, Email, Phone, SearchDoc
from importer import load, rows
from modules.models import Module
from tests.importer.test_write import search_again
from tests.importer.tools import checked, fresh, pasted

pytestmark = pytest.mark.django_db

HEADER = (
    *("Cégnév", "Cég telefonszáma", "Cég: E-mail", "Kapcsolattartó", "Beosztás", "Telefon"),
    *("E-mail", "Kapcsolattartó 2", "Beosztás 2", "Telefon 2", "2. kapcsolattartó e-mailje"),
)


def loaded(row: tuple[str, ...], boss: User, module: Module | None = None) -> list[str]:
    source = checked(pasted([HEADER, row], actor=boss, module=module), boss)
    load.run(fresh(source), lambda done: None)
    return [reason for one in rows.results(source.pk) for reason in one["reasons"]]


def channels() -> list[tuple[str, str, bool]]:
    """Whose each phone and email is, what it is, whether it is the default."""
    found = [*Phone.objects.order_by("pk"), *Email.objects.order_by("pk")]
    return [
        (
            one.contact.full_name if one.contact else "",
            one.raw if isinstance(one, Phone) else one.address,
            one.is_default,
        )
        for one in found
    ]


def test_each_contact_has_channels_of_their_own(boss: User, module: Module) -> None:
    row = (
        *(
            "Vaj Kft.",
            "06 1 555 0100",
            "info@vaj.example",
            "Kiss Pál",
            "igazgató",
            "06 20 555 0101",
        ),
        *("pal@vaj.example", "Nagy Éva", "titkár", "06 20 555 0102", "eva@vaj.example"),
    )
    assert loaded(row, boss, module) == []
    people = Contact.objects.order_by("pk")
    assert [(one.full_name, one.position) for one in people] == [
        ("Kiss Pál", "igazgató"),
        ("Nagy Éva", "titkár"),
    ]
    assert Datasheet.objects.get().main_contact == people[0]
    assert channels() == [
        ("", "06 1 555 0100", True),
        ("Kiss Pál", "06 20 555 0101", True),
        ("Nagy Éva", "06 20 555 0102", True),
        ("", "info@vaj.example", True),
        ("Kiss Pál", "pal@vaj.example", True),
        ("Nagy Éva", "eva@vaj.example", True),
    ]
    before = list(SearchDoc.objects.order_by("pk").values())
    search_again(Client.objects.get().pk)
    assert list(SearchDoc.objects.order_by("pk").values()) == before


def test_what_is_reached_without_a_name_is_the_companys(boss: User) -> None:
    row = ("Vaj Kft.", "1", "", "", "", "2", "", "Nagy Éva", "", "3", "")
    assert loaded(row, boss) == []
    assert channels() == [("", "1", True), ("", "2", False), ("Nagy Éva", "3", True)]


def test_a_wrong_address_is_told_of_each_contact(boss: User) -> None:
    row = ("Vaj Kft.", "", "nincs", "Kiss Pál", "", "", "x", "Nagy Éva", "", "", "y")
    said = loaded(row, boss)
    assert [reason.split(" ")[0] for reason in said] == ["“nincs”", "“x”", "“y”"]


def test_a_private_person_has_no_second_contact(boss: User) -> None:
    row = ("", "", "", "Kiss Pál", "", "", "", "Nagy Éva", "", "", "")
    assert loaded(row, boss) == ["Several contacts need a company, and there is no name of one."]
    assert loaded(("", "", "", "Kiss Pál", "", "1", "", "", "", "", ""), boss) == []
    assert Client.objects.get().name == "Kiss Pál"

"""What an update changes of a client and its people, as the check shows and the load writes."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from crm.actions.clients import change_client, trash_client
from crm.constants import EntryKind
from crm.models import (
    Address,
    Contact,
    Email,
    HistoryEntry,
    Phone,
    SearchDoc,
)
from importer import check, load, rows, write
from importer.models import Existing, ImportedRow
from tests import make
from tests.importer.tools import checked, pasted
from tests.importer.updates import (
    OVER,
    PEOPLE,
    TAX,
    changes,
    company,
    planned,
    run,
)

pytestmark = pytest.mark.django_db

# ---- The client --------------------------------------------------------------------------------


def test_filling_in_touches_only_what_is_empty(boss: User) -> None:
    one = company(industry="faipar")
    run([("Cégnév", "Adószám", "Iparág", "Honlap"), ("Más", TAX, "bútor", "fa.example")], boss)
    one.refresh_from_db()
    assert (one.name, one.industry, one.website) == ("Bakonyi Faipari Kft.", "faipar", "fa.example")
    assert one.version == 2


def test_overwriting_replaces_what_differs_and_clears_nothing(boss: User) -> None:
    one = company(industry="faipar", website="fa.example")
    table = [("Cégnév", "Adószám", "Iparág", "Honlap"), ("Új Név Kft.", TAX, "bútor", "")]
    run(table, boss, existing=OVER)
    one.refresh_from_db()
    assert (one.name, one.industry, one.website) == ("Új Név Kft.", "bútor", "fa.example")
    assert one.folded_name == "uj nev"
    assert SearchDoc.objects.get(client=one).words.startswith(" uj nev ")


def test_the_check_says_each_cell_from_what_to_what(boss: User) -> None:
    company(industry="faipar")
    table = [
        ("Cégnév", "Adószám", "Iparág", "Város"),
        ("Bakonyi Faipari Kft.", TAX, "bútor", "Ajka"),
    ]
    source = planned(table, boss, existing=OVER)
    assert changes(source) == [("industry", "faipar", "bútor"), ("town", "", "Ajka")]
    assert (source.counts["update"], source.counts["changed"]) == (1, 2)
    assert not Address.objects.exists()


def test_an_address_is_only_completed_where_nothing_contradicts(boss: User) -> None:
    one = company()
    Address.objects.create(client=one, town="Ajka", street="Fő u. 1.", is_default=True)
    table = [("Cégnév", "Adószám", "Irsz", "Város", "Utca"), ("X", TAX, "2600", "Vác", "Kis u. 2.")]
    assert run(table, boss).counts["update"] == 0
    run([table[0], ("X", TAX, "8400", "AJKA", "")], boss)
    assert str(Address.objects.get()) == "8400 Ajka, Fő u. 1."


def test_a_town_names_the_address_that_is_meant(boss: User) -> None:
    one = company()
    Address.objects.create(client=one, town="Ajka", is_default=True)
    Address.objects.create(client=one, town="Vác", kind="billing")
    run([("Cégnév", "Adószám", "Város", "Utca"), ("X", TAX, "Vác", "Kis u. 2.")], boss)
    assert list(Address.objects.order_by("pk").values_list("town", "street")) == [
        ("Ajka", ""),
        ("Vác", "Kis u. 2."),
    ]


# ---- Its people --------------------------------------------------------------------------------


def test_missing_phones_and_emails_are_added_to_the_contact_that_is_meant(boss: User) -> None:
    anna = make.contact(company(), family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=anna.client, contact=anna, raw="06 20 555 0134", is_default=True)
    run([PEOPLE, ("X", TAX, "SZABÓ Anna", "titkár", "+36205550134; 1 555 0187", "a@b.hu")], boss)
    anna.refresh_from_db()
    assert (anna.full_name, anna.position) == ("Szabó Anna", "titkár")
    assert list(anna.phone_set.order_by("pk").values_list("raw", "is_default")) == [
        ("06 20 555 0134", True),
        ("1 555 0187", False),
    ]
    assert Email.objects.get().is_default


def test_somebody_new_becomes_another_contact(boss: User) -> None:
    make.contact(company(), family_name="Szabó", given_name="Anna")
    run([PEOPLE, ("X", TAX, "Kiss Pál", "", "1 555 0187", "")], boss)
    assert Contact.objects.count() == 2
    assert Phone.objects.get().contact == Contact.objects.get(family_name="Kiss")


def test_a_contact_known_by_email_gets_another_name_only_when_overwriting(boss: User) -> None:
    anna = make.contact(company(), family_name="Szabó", given_name="Anna")
    Email.objects.create(client=anna.client, contact=anna, address="A@b.hu")
    table = [PEOPLE, ("X", TAX, "Kovács Anna", "", "", "a@b.hu")]
    assert run(table, boss).counts["update"] == 0
    run(table, boss, existing=OVER)
    anna.refresh_from_db()
    assert anna.full_name == "Kovács Anna"
    assert Contact.objects.count() == 1


def test_a_shared_phone_makes_nobody_somebody_else(boss: User) -> None:
    anna = make.contact(company(), family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=anna.client, contact=anna, raw="1 555 0187")
    run([PEOPLE, ("X", TAX, "Kiss Pál", "úr", "1 555 0187", "")], boss, existing=OVER)
    assert set(Contact.objects.values_list("family_name", "position")) == {
        ("Szabó", ""),
        ("Kiss", "úr"),
    }


def test_a_private_person_stays_the_only_contact_and_bears_the_new_name(boss: User) -> None:
    one = make.client("Kiss Pál", kind="person")
    pal = make.contact(one, family_name="Kiss", given_name="Pál")
    Email.objects.create(client=one, contact=pal, address="pal@b.hu")
    table = [("Kapcsolattartó", "E-mail"), ("Dr. Kiss Pál", "pal@b.hu")]
    run(table, boss, existing=OVER, same_by="email")
    one.refresh_from_db()
    assert one.name == "Dr. Kiss Pál"
    assert Contact.objects.get().full_name == "Dr. Kiss Pál"
    assert one.folded_name == "dr kiss pal"


# ---- Of two who change it at once --------------------------------------------------------------


def test_what_somebody_filled_in_since_the_plan_stays(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = company()
    head = ("Cégnév", "Adószám", "Iparág", "Honlap")
    source = planned([head, ("X", TAX, "bútor", "fa.example")], boss)
    real = write.write

    def meanwhile(*args: Any, **more: Any) -> None:
        change_client(one.pk, {"industry": "faipar", "website": "w.example"}, actor=boss)
        real(*args, **more)

    monkeypatch.setattr("importer.blocks.write", meanwhile)
    load.run(source, lambda done: None)
    one.refresh_from_db()
    assert (one.industry, one.website) == ("faipar", "w.example")
    assert (source.counts["update"], source.counts["skip"]) == (0, 1)
    assert not ImportedRow.objects.exists()


def test_a_client_that_has_gone_since_the_plan_leaves_the_row_wrong(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = company()
    source = planned([("Cégnév", "Adószám", "Iparág"), ("X", TAX, "bútor")], boss)
    real = write.write

    def meanwhile(*args: Any, **more: Any) -> None:
        trash_client(one.pk, actor=boss)
        real(*args, **more)

    monkeypatch.setattr("importer.blocks.write", meanwhile)
    load.run(source, lambda done: None)
    assert (source.counts["update"], source.counts["wrong"]) == (0, 1)


def test_a_note_is_written_once(boss: User) -> None:
    company()
    table = [("Cégnév", "Adószám", "Előzmény"), ("X", TAX, "Tavaly is vett")]
    run(table, boss)
    assert HistoryEntry.objects.filter(kind=EntryKind.NOTE).count() == 1
    assert run(table, boss).counts["skip"] == 1


def test_nothing_is_asked_row_by_row(boss: User, django_assert_max_num_queries: Any) -> None:
    table = [("Cégnév", "Adószám", "Iparág", "Város")]
    for n in range(60):
        tax = f"1000{n:04}-2-42"
        make.client(f"Cég {n}", tax_number=tax)
        table.append((f"Cég {n}", tax, "bútor", "Ajka"))
    targets = ["company_name", "", "industry", "town"]
    source = checked(pasted(table, actor=boss), boss, targets=targets, existing=Existing.FILL)
    with django_assert_max_num_queries(25):
        list(check.planner(source).plan(rows.read(source.pk)))

"""A likely duplicate is hinted at, by name, tax number, email or phone; only a visible one."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from crm import duplicates
from crm.duplicates import Typed
from crm.forms.channels import clean_email, clean_phone
from crm.models import Client, Email, Phone
from modules.models import Module
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager")


@pytest.fixture
def projects() -> Module:
    return make.module("projects")


@pytest.fixture
def hegyalja(manager: User, projects: Module) -> Client:
    client = make.client("Hegyalja Borház Kft.", tax_number="12345676-2-42")
    anna = make.contact(client, family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=client, contact=anna, raw="06 30 412 7788")
    Email.objects.create(client=client, contact=anna, address="Szabo.Anna@hegyalja.hu")
    make.datasheet(projects, actor=manager, client=client)
    make.datasheet(projects, actor=manager, client=make.client("Balaton Vitorlásiskola"))
    return client


@pytest.mark.parametrize(
    "typed",
    [
        Typed(name="Hegyalja Borhaz"),
        Typed(name="HEGYALJA BORHÁZ ZRT."),
        Typed(name="Hegyalja Borhász Kft"),
        Typed(name="Borház Hegyalja"),
        Typed(name="Hegyalja B"),
        Typed(name="Valami más", tax_number="12345676-1-13"),
        Typed(email="szabo.anna@HEGYALJA.hu"),
        Typed(phone="+36304127788"),
    ],
)
def test_a_likely_duplicate_is_found(hegyalja: Client, manager: User, typed: Typed) -> None:
    (hit,) = duplicates.likely(manager, typed)
    assert hit.client == hegyalja
    assert (hit.datasheets, hit.responsible) == (1, manager)


@pytest.mark.parametrize(
    "typed",
    [
        Typed(),
        Typed(name="He"),
        Typed(name="Kft."),
        Typed(name="Hegyvidéki Pékség"),
        Typed(name="Balatoni Nyomda"),
        Typed(tax_number="1234567"),
        Typed(email="anna@hegyalja.hu"),
        Typed(phone="412"),
    ],
)
def test_what_is_not_alike_is_no_duplicate(hegyalja: Client, manager: User, typed: Typed) -> None:
    assert duplicates.likely(manager, typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        Typed(name="Hegyalja Borház Kft."),
        Typed(tax_number="12345676-2-42"),
        Typed(email="szabo.anna@hegyalja.hu"),
        Typed(phone="06304127788"),
    ],
)
def test_a_restricted_user_is_not_told_of_what_they_cannot_see(
    hegyalja: Client, projects: Module, manager: User, typed: Typed
) -> None:
    eszter = make.user("restricted")
    assert duplicates.likely(eszter, typed) == []
    make.datasheet(projects, actor=manager, client=hegyalja, responsible=eszter)
    (hit,) = duplicates.likely(eszter, typed)
    assert (hit.client, hit.datasheets, hit.responsible) == (hegyalja, 1, eszter)


def test_the_hint_is_a_part_that_is_empty_when_there_is_none(
    hegyalja: Client, manager: User, client: Browser
) -> None:
    client.force_login(manager)
    address = reverse("crm:client_duplicates")
    htmx = {"HX-Request": "true"}
    shown = client.get(address, {"name": "hegyalja borhaz"}, headers=htmx).content.decode()
    assert "<mark>Hegyalja Borház</mark> Kft." in shown
    assert client.get(address, {"name": "semmi"}, headers=htmx).content.decode().strip() == ""
    assert client.get(address, {"name": "hegyalja borhaz"}).status_code == 200


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("szabo.anna@hegyalja", "The ending is missing"),
        ("szabo.anna", "The @ is missing"),
        ("szabo anna@hegyalja.hu", "There is a space in it"),
        ("@hegyalja.hu", "The part before the @ is missing"),
        ("anna@", "The part after the @ is missing"),
        ("anna@hegy..hu", "This is not an email address"),
    ],
)
def test_a_wrong_email_is_told_in_words(text: str, wrong: str) -> None:
    with pytest.raises(Exception, match=wrong):
        clean_email(text)


def test_a_phone_is_kept_as_it_was_written() -> None:
    assert clean_phone("  +36 30   412-7788 ") == "+36 30 412-7788"
    assert clean_phone("06 1 234 5678 / 12") == "06 1 234 5678 / 12"
    with pytest.raises(Exception, match="digits"):
        clean_phone("call Anna 12")

"""The list of clients and the search palette, as pages."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from crm import client_list
from crm.models import Client
from modules.models import Module
from tests import make
from tests.crm.clients.test_clients import new_client

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


# The list


def listed(user: User, **narrowed: str) -> list[str]:
    found, after = [], ""
    while True:
        page = client_list.page(user, after=after, **narrowed)
        found += [row.client.name for row in page.rows]
        after = page.after
        if not after:
            return found


def test_clients_are_listed_by_the_hungarian_alphabet_without_gaps(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_list, "PAGE", 2)
    names = ["Zsolnay", "Csiga", "Cukor", "Ábel", "Abel", "Zebra", "Őz", "Olt", "Cukor"]
    for name in names:
        make.client(name)
    in_order = ["Abel", "Ábel", "Cukor", "Cukor", "Csiga", "Olt", "Őz", "Zebra", "Zsolnay"]
    assert listed(manager) == in_order
    assert listed(manager, start="cs") == in_order[4:]


@pytest.mark.parametrize("few", [2000, 0])
def test_the_list_is_narrowed_as_one_types_and_by_what_one_sees(
    few: int, manager: User, projects: Module, hegyalja: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_list, "FEW", few)
    eszter = make.user("restricted")
    make.datasheet(projects, actor=eszter, client=make.client("Hegyhát Bt."), responsible=eszter)
    assert listed(manager, text="hegy") == ["Hegyalja Borház Kft.", "Hegyhát Bt."]
    assert listed(manager, text="anna") == ["Hegyalja Borház Kft."]
    assert listed(eszter, text="hegy") == ["Hegyhát Bt."]
    assert listed(eszter) == ["Hegyhát Bt."]


def test_the_list_page_answers_whole_and_in_parts(browser: Browser, hegyalja: Client) -> None:
    address = reverse("crm:clients")
    whole = browser.get(address).content.decode()
    assert "<html" in whole
    assert "Hegyalja Borház Kft." in whole
    part = browser.get(address, {"q": "hegy"}, headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="clients">')
    assert browser.get(address, {"after": "junk", "letter": "%%"}).status_code == 200


# Search


def test_the_palette_answers_whole_as_a_dialog_and_as_one_types(
    browser: Browser, hegyalja: Client
) -> None:
    address = reverse("crm:search")
    assert "<html" in browser.get(address, {"q": "hegy"}).content.decode()
    dialog = browser.get(address, headers={**HTMX, "HX-Target": "dialog"}).content.decode()
    assert 'id="palette"' in dialog
    found = browser.get(
        address, {"q": "hegy"}, headers={**HTMX, "HX-Target": "palette-list"}
    ).content.decode()
    assert 'id="palette"' not in found
    assert "<mark>Hegy</mark>alja" in found


def test_what_is_typed_is_never_markup(browser: Browser, projects: Module) -> None:
    evil = "<script>alert(1)</script>"
    browser.post(reverse("crm:client_new"), new_client(projects, name=evil, sheet_name=evil))
    for address in (
        reverse("crm:clients"),
        Client.objects.get().get_absolute_url(),
        f"{reverse('crm:search')}?q=script",
        f"{reverse('crm:search')}?q={evil}",
        f"{reverse('crm:client_new')}?name={evil}",
    ):
        assert "<script>alert" not in browser.get(address).content.decode()

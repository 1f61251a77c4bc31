"""A phone's contacts: each card a row, its columns called what they are called here."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils.translation import override

from accounts.models import User
from crm.models import Client
from importer import cards, load
from importer.actions import sources
from importer.models import Import
from importer.readers.vcard import HEADING
from tests.importer.tools import checked, pasted, url

pytestmark = pytest.mark.django_db

CARD = """BEGIN:VCARD
VERSION:3.0
N:Szabó;Anna;;;
ORG:Zöld Kert Kft.
TEL;TYPE=CELL:+36 30 555 0199
TEL;TYPE=WORK:+36 1 555 0187
ADR;TYPE=WORK:;;Kert u. 4.;Vác;;2600;Magyarország
END:VCARD
"""


def uploaded(boss: User) -> Import:
    file = SimpleUploadedFile("nevjegyek.vcf", CARD.replace("\n", "\r\n").encode())
    return sources.take_in(sources.Upload(file=file, name="nevjegyek.vcf"), actor=boss)


@pytest.mark.parametrize("language", ["en", "hu"])
def test_every_column_of_a_card_finds_its_field(boss: User, language: str) -> None:
    with override(language):
        source = uploaded(boss)
        assert source.headers == cards.headings()
    assert "" not in source.targets
    assert (source.headers == HEADING) is (language == "en")
    load.run(checked(source, boss), lambda done: None)
    client = Client.objects.get()
    assert (client.name, client.address_set.get().town) == ("Zöld Kert Kft.", "Vác")
    contact = client.contact_set.get()
    assert sorted(contact.phone_set.values_list("raw", flat=True)) == [
        "+36 1 555 0187",
        "+36 30 555 0199",
    ]


def test_they_are_called_as_here_and_have_no_heading_to_be_asked_about(
    web: Browser, boss: User
) -> None:
    User.objects.filter(pk=boss.pk).update(language="hu")
    with override("hu"):
        source = uploaded(boss)
        other = pasted([("Cégnév",), ("A",)], actor=boss)
    text = web.get(url("columns", source)).content.decode()
    for name in ("Cégnév", "Telefon 2", "Utca, házszám"):
        assert f"<b>{name}</b>" in text
    assert 'name="heading"' not in text
    assert 'name="heading"' in web.get(url("columns", other)).content.decode()

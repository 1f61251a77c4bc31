"""What the bar says of the page under it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def heading(client: Client, url: str) -> str:
    """The words on a phone's bar."""
    page = client.get(url).content.decode()
    button = page.split('class="bar-module"', 1)[1].split('<span class="clip">', 1)[1]
    return button.split("</span>", 1)[0].strip()


def test_a_phone_s_bar_is_never_without_a_name(client: Client) -> None:
    make.company()
    client.force_login(make.user("administrator"))
    module = make.module("projects", slug="projects")
    assert heading(client, reverse("crm:module", args=[module.slug])) == module.name
    assert heading(client, reverse("office:users")) == "Settings"
    assert heading(client, reverse("accounts:profile")) == "Teendő"
    assert heading(client, reverse("office:user_new")) == "Teendő"

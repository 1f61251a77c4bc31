"""An administrator gives somebody else a picture, or takes it away."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import AuditEntry, User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator", family_name="Varga", given_name="Zsófia")


@pytest.fixture
def browser(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def file(data: bytes | None = None) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 30, 30)).save(out, "PNG")
    return SimpleUploadedFile("reka.png", data or out.getvalue())


def logged() -> list[tuple[Any, ...]]:
    found = AuditEntry.objects.filter(action__startswith="user.picture").order_by("pk")
    return list(found.values_list("action", "actor", "target_text"))


def test_an_administrator_changes_and_removes_anothers_picture_and_it_is_in_the_log(
    browser: Client, boss: User
) -> None:
    reka = make.user(family_name="Szűcs", given_name="Réka")
    base = f"/settings/users/{reka.pk}/"
    assert (
        browser.post(f"{base}picture/", {"picture": file()})["Location"] == f"{base}picture/crop/"
    )
    crop = browser.get(f"{base}picture/crop/").content.decode()
    assert ("Szűcs Réka" in crop, f'src="{base}picture/draft/"' in crop) == (True, True)
    assert browser.get(f"{base}picture/draft/")["Content-Type"] == "image/webp"
    assert browser.post(f"{base}picture/crop/", {"zoom": 120, "x": 0, "y": 500}).status_code == 303
    for user, has in ((reka, True), (boss, False)):
        user.refresh_from_db()
        assert bool(user.picture) is has
    assert browser.post(f"{base}picture/remove/")["Location"] == base
    browser.post(f"{base}picture/remove/")
    reka.refresh_from_db()
    assert not reka.picture
    assert logged() == [
        ("user.picture", boss.pk, "Szűcs Réka"),
        ("user.picture_removed", boss.pk, "Szűcs Réka"),
    ]
    page = browser.get("/settings/activity/").content.decode()
    assert "changed the picture of" in page


def test_what_is_no_picture_is_refused_and_a_draft_given_up(browser: Client) -> None:
    reka = make.user()
    base = f"/settings/users/{reka.pk}/"
    answer = browser.post(f"{base}picture/", {"picture": file(b"<svg/>")})
    assert (answer.status_code, "isn&#x27;t a picture" in answer.content.decode()) == (422, True)
    browser.post(f"{base}picture/", {"picture": file()})
    assert browser.post(f"{base}picture/cancel/")["Location"] == base
    assert browser.get(f"{base}picture/crop/")["Location"] == base
    assert logged() == []


def test_two_administrators_and_their_colleague_dont_see_each_others_drafts(
    browser: Client,
) -> None:
    reka = make.user()
    browser.post(f"/settings/users/{reka.pk}/picture/", {"picture": file()})
    other, herself = Client(), Client()
    other.force_login(make.user("administrator"))
    herself.force_login(reka)
    assert other.get(f"/settings/users/{reka.pk}/picture/draft/").status_code == 404
    assert herself.get("/profile/picture/draft/").status_code == 404
    browser.post(f"/settings/users/{reka.pk}/picture/cancel/")


def test_ones_own_picture_is_nothing_for_the_log(browser: Client, boss: User) -> None:
    browser.post("/profile/picture/", {"picture": file()})
    browser.post("/profile/picture/crop/", {"zoom": 100, "x": 500, "y": 500})
    boss.refresh_from_db()
    assert (bool(boss.picture), logged()) == (True, [])
    assert "Change in your profile" in browser.get(f"/settings/users/{boss.pk}/").content.decode()

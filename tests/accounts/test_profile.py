from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from tests import make
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def user() -> User:
    make.company()
    return make.user(family_name="Nagy", given_name="Eszter", email="eszter@example.com")


@pytest.fixture
def browser(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def typed(user: User, **changes: Any) -> dict[str, Any]:
    return {
        "version": user.version,
        "family_name": user.family_name,
        "given_name": user.given_name,
        "position": user.position,
        "phone": user.phone,
        "language": user.language,
        "theme": user.theme,
        "keyboard_letters": "on",
    } | changes


def test_the_profile_shows_oneself(browser: Client) -> None:
    html = browser.get("/profile/").content.decode()
    assert "<h1>Nagy Eszter</h1>" in html
    assert 'value="eszter@example.com"' in html


def test_htmx_gets_the_part_alone(browser: Client) -> None:
    html = browser.get("/profile/", headers=HTMX).content.decode()
    assert html.lstrip().startswith('<div id="profile">')
    assert "<html" not in html


def test_a_valid_form_is_saved_and_noted(browser: Client, user: User) -> None:
    answer = browser.post(
        "/profile/", typed(user, family_name="Őry", phone="+36 30 123 4567", theme="dark")
    )
    assert (answer.status_code, answer["Location"]) == (303, "/profile/")
    user.refresh_from_db()
    assert (user.full_name, user.phone, user.theme) == ("Őry Eszter", "+36 30 123 4567", "dark")
    assert user.folded_name == "ory eszter"
    entry = AuditEntry.objects.get(action="user.profile")
    assert entry.data["fields"] == ["family_name", "phone", "theme"]


def test_the_new_language_speaks_on_the_next_page(browser: Client, user: User) -> None:
    page = browser.post("/profile/", typed(user, language="hu"), follow=True)
    assert page["Content-Language"] == "hu"
    assert "Profil" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"family_name": "  "}, "This field is required"),
        ({"given_name": "x" * 81}, "at most 80"),
        ({"phone": "call me"}, "a phone number"),
        ({"language": "de"}, "Select a valid choice"),
        ({"theme": "pink"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_the_reason(
    browser: Client, user: User, changes: dict[str, str], words: str
) -> None:
    for headers in ({}, HTMX):
        answer = browser.post("/profile/", typed(user, **changes), headers=headers)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    user.refresh_from_db()
    assert (user.family_name, user.version) == ("Nagy", 1)


def test_nobody_changes_role_or_email_here(browser: Client, user: User) -> None:
    browser.post("/profile/", typed(user, role="administrator", email="x@example.com"))
    user.refresh_from_db()
    assert (user.role, user.email) == ("normal", "eszter@example.com")


def test_the_second_of_two_tabs_is_told_and_sees_both(browser: Client, user: User) -> None:
    old = typed(user, family_name="Kis")
    browser.post("/profile/", typed(user, family_name="Nagyné", position="Boss"))
    answer = browser.post("/profile/", old)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "in another window" in html
    assert "“Nagyné”" in html
    assert 'value="Kis"' in html
    user.refresh_from_db()
    assert user.family_name == "Nagyné"
    again = browser.post("/profile/", old | {"version": user.version})
    assert again.status_code == 303


def test_the_same_form_sent_twice_is_no_conflict(browser: Client, user: User) -> None:
    form = typed(user, family_name="Kis")
    assert [browser.post("/profile/", form).status_code for _ in range(2)] == [303, 303]
    user.refresh_from_db()
    assert user.version == 2


def test_the_theme_is_switched_from_any_page(browser: Client, user: User) -> None:
    answer = browser.post("/profile/theme/", {"theme": "dark", "next": "/clients/?q=a"})
    assert (answer.status_code, answer["Location"]) == (303, "/clients/?q=a")
    user.refresh_from_db()
    assert user.theme == "dark"
    foreign = browser.post("/profile/theme/", {"theme": "light", "next": "//evil.example"})
    assert foreign["Location"] == "/"
    assert browser.post("/profile/theme/", {"theme": "pink"}).status_code == 400
    htmx = browser.post("/profile/theme/", {"theme": "light"}, headers=HTMX)
    assert htmx["HX-Refresh"] == "true"


def test_the_password_is_changed_with_the_present_one(user: User) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post("/login/", {"login": user.email, "password": PASSWORD})
    new = "an entirely new secret 7"
    form = {"oldpassword": "wrong", "password1": new, "password2": new}
    assert here.get("/profile/password/").status_code == 200
    assert here.post("/profile/password/", form).status_code == 422
    answer = here.post("/profile/password/", form | {"oldpassword": PASSWORD})
    assert answer["Location"] == "/profile/"
    assert here.get("/profile/").status_code == 200, "this session stays"
    assert there.get("/profile/").status_code == 302, "the others end"


def test_a_request_costs_session_and_user_and_nothing_more(
    browser: Client, django_assert_num_queries: Any
) -> None:
    browser.get("/profile/")
    with django_assert_num_queries(2):
        browser.get("/nowhere/at/all/")

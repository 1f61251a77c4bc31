import re
from typing import Any
from unittest import mock

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.actions.access import deactivate
from accounts.models import Role, User
from tests import make
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company() -> None:
    make.company()


def log_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/login/", {"login": email, "password": password, **more})


def logged_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def without_what_was_typed(html: str) -> str:
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)
    return re.sub(r"[\w.+-]+@example\.com", "", html)


def test_the_email_in_any_case_and_the_password_let_in(client: Client) -> None:
    user = make.user(email="anna@example.com")
    answer = log_in(client, " ANNA@Example.com")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert logged_in(client)
    assert UserSession.objects.get().user == user


def test_the_page_that_was_asked_for_opens_after_login_but_never_a_foreign_one(
    client: Client,
) -> None:
    user = make.user()
    assert client.get("/profile/sessions/")["Location"] == "/login/?next=/profile/sessions/"
    answer = log_in(client, user.email, next="/profile/sessions/")
    assert answer["Location"] == "/profile/sessions/"
    answer = log_in(Client(), user.email, next="https://evil.example/")
    assert answer["Location"] == "/"


def test_nobody_is_told_which_addresses_exist(client: Client) -> None:
    make.user(email="there@example.com")
    make.user(email="former@example.com", is_active=False)
    answers = [
        log_in(Client(), "there@example.com", "wrong"),
        log_in(Client(), "nobody@example.com", "wrong"),
        log_in(Client(), "former@example.com", "wrong"),
        log_in(Client(), "former@example.com", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({without_what_was_typed(answer.content.decode()) for answer in answers}) == 1


def test_a_known_and_an_unknown_address_cost_the_same_hashing() -> None:
    make.user(email="there@example.com")
    counts = []
    for email in ("there@example.com", "nobody@example.com"):
        with mock.patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as encode:
            log_in(Client(), email, "wrong")
        counts.append(encode.call_count)
    assert counts == [1, 1]


def test_after_five_wrong_passwords_the_address_must_wait_even_with_the_right_one() -> None:
    make.user(email="there@example.com")
    for email in ("there@example.com", "nobody@example.com"):
        cache.clear()
        for _ in range(5):
            assert log_in(Client(), email, "wrong").status_code == 422
        answer = log_in(Client(), email, PASSWORD)
        assert answer.status_code == 429
        assert "Wait five minutes" in answer.content.decode()


def test_a_flood_from_one_address_gets_a_page_that_says_what_to_do(client: Client) -> None:
    with mock.patch.dict("django.conf.settings.ACCOUNT_RATE_LIMITS", {"login": "1/m/ip"}):
        log_in(client, "nobody@example.com", "wrong")
        answer = log_in(client, "nobody@example.com", "wrong")
    assert answer.status_code == 429
    assert "Wait a minute" in answer.content.decode()


def test_the_box_decides_whether_the_session_outlives_the_browser() -> None:
    user = make.user()
    short, long = Client(), Client()
    assert log_in(short, user.email).cookies["sessionid"]["max-age"] == ""
    assert log_in(long, user.email, remember="on").cookies["sessionid"]["max-age"] > 86400


def test_logging_out_takes_a_post(client: Client) -> None:
    log_in(client, make.user().email)
    client.get("/logout/")
    assert logged_in(client)
    assert client.post("/logout/")["Location"] == "/login/"
    assert not logged_in(client)


def test_a_former_user_is_out_at_once_and_stays_out(client: Client) -> None:
    boss, user = make.user(role=Role.ADMINISTRATOR), make.user()
    log_in(client, user.email)
    deactivate(user, actor=boss)
    assert not logged_in(client)
    assert "_auth_user_id" not in client.session
    assert log_in(client, user.email).status_code == 422


def test_a_session_without_its_user_is_emptied_not_only_ignored(client: Client) -> None:
    user = make.user()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/profile/").status_code == 302
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert client.get("/profile/").status_code == 302


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_set_password", "account_inactive"]
)
def test_there_is_no_signing_up_and_no_address_book(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    ("accepts", "heading"), [("hu-HU,hu;q=0.9,en;q=0.5", "Belépés"), ("en-US,en", "Sign in")]
)
def test_the_login_page_speaks_the_browsers_language(
    client: Client, accepts: str, heading: str
) -> None:
    answer = client.get("/login/", headers={"Accept-Language": accepts})
    assert f"<h1>{heading}</h1>" in answer.content.decode()
    assert answer["Content-Language"] == accepts[:2]


def test_a_browser_of_no_known_language_gets_the_companys(client: Client) -> None:
    make.company(language="hu")
    answer = client.get("/login/", headers={"Accept-Language": "fr,de;q=0.5"})
    assert answer["Content-Language"] == "hu"


# A forgotten password


def ask_for_letter(client: Client, email: str, capture: Any) -> Any:
    with capture(execute=True):
        return client.post("/password/reset/", {"email": email})


def link_of(letter: Any) -> str:
    found = re.search(r"http://testserver(/password/reset/key/\S+)", letter.body)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "A new password for Teendő"), ("hu", "Új jelszó")]
)
def test_a_forgotten_password_is_replaced_through_a_letter(
    client: Client, django_capture_on_commit_callbacks: Any, language: str, subject: str
) -> None:
    user = make.user(email="anna@example.com", language=language)
    old = Client()
    log_in(old, user.email)
    answer = ask_for_letter(client, "Anna@example.com", django_capture_on_commit_callbacks)
    assert answer["Location"] == "/password/reset/done/"
    [letter] = mail.outbox
    assert letter.to == ["anna@example.com"]
    assert letter.subject.startswith(subject)
    page = client.get(link_of(letter), follow=True)
    where = page.redirect_chain[-1][0]
    new = "an entirely new secret 7"
    weak = client.post(where, {"password1": "123", "password2": "123"})
    assert weak.status_code == 422
    client.post(where, {"password1": new, "password2": new})
    assert not logged_in(old), "the password was changed, so every old session ends"
    assert log_in(Client(), user.email, new).status_code == 302
    again = client.get(link_of(letter), follow=True).content.decode()
    assert "no longer works" in again, "the link works once"


def test_asking_for_a_letter_tells_nobody_which_addresses_exist(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    make.user(email="there@example.com")
    make.user(email="former@example.com", is_active=False)
    answers = [
        ask_for_letter(Client(), email, django_capture_on_commit_callbacks)
        for email in ("there@example.com", "nobody@example.com", "former@example.com")
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, "/password/reset/done/")
    }
    assert [letter.to for letter in mail.outbox] == [["there@example.com"]]


def test_a_letter_sent_before_somebody_left_lets_nobody_in(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    user = make.user(email="anna@example.com")
    ask_for_letter(client, user.email, django_capture_on_commit_callbacks)
    User.objects.filter(pk=user.pk).update(is_active=False)
    page = client.get(link_of(mail.outbox[0]), follow=True)
    assert "no longer works" in page.content.decode()


def test_letters_to_one_address_are_limited(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    make.user(email="anna@example.com")
    codes = [
        ask_for_letter(client, "anna@example.com", django_capture_on_commit_callbacks).status_code
        for _ in range(6)
    ]
    assert codes == [302] * 5 + [429]


@pytest.mark.parametrize("path", ["/password/reset/", "/password/reset/done/", "/logout/"])
def test_the_other_pages_of_the_login_open(client: Client, path: str) -> None:
    assert client.get(path).status_code in {200, 302}

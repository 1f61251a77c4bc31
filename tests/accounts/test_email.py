import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail, signing
from django.test import Client, override_settings
from django.utils import timezone

from accounts import links
from accounts.actions import email as emails
from accounts.models import AuditEntry, Role, User
from tests import make
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db

ORIGIN = "https://crm.example.com"


@pytest.fixture
def user() -> User:
    make.company()
    return make.user(email="anna@example.com", given_name="Anna")


def signed_in(user: User, email: str | None = None) -> Client:
    browser = Client()
    browser.post("/login/", {"login": email or user.email, "password": PASSWORD})
    return browser


def ask(browser: Client, email: str, capture: Any) -> Any:
    with capture(execute=True):
        return browser.post("/profile/email/", {"email": email})


def path_of(letter: Any) -> str:
    found = re.search(r"http://testserver(/profile/email/confirm/\S+)", letter.body)
    assert found
    return found[1]


def test_a_new_address_is_confirmed_there_and_told_to_the_old_one(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    here, there = signed_in(user), signed_in(user)
    answer = ask(here, " Anna@New.example ", django_capture_on_commit_callbacks)
    assert answer["Location"] == "/profile/"
    [letter] = mail.outbox
    assert letter.to == ["anna@new.example"]
    path = path_of(letter)
    assert "anna@new.example" in here.get(path).content.decode()
    user.refresh_from_db()
    assert user.email == "anna@example.com", "opening the link changes nothing: scanners do it"
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post(path)["Location"] == "/profile/"
    user.refresh_from_db()
    assert (user.email, user.version) == ("anna@new.example", 2)
    assert mail.outbox[1].to == ["anna@example.com"]
    assert here.get("/profile/").status_code == 200, "this session stays"
    assert there.get("/profile/").status_code == 302, "the others end"
    assert signed_in(user, "anna@example.com").get("/profile/").status_code == 302
    assert signed_in(user, "anna@new.example").get("/profile/").status_code == 200
    entry = AuditEntry.objects.get(action="user.email")
    assert (entry.data["from"], entry.data["to"]) == ("anna@example.com", "anna@new.example")


def test_the_link_works_once_and_for_a_day(user: User) -> None:
    token = links.new_email_token(user, "new@example.com")
    path = f"/profile/email/confirm/{token}/"
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert Client().get(path).status_code == 410
    assert Client().post(path)["Location"] == "/login/"
    assert Client().post(path).status_code == 410
    for broken in ("x", token[:-3], signing.dumps([1], salt=links.NEW_EMAIL_SALT)):
        assert Client().get(f"/profile/email/confirm/{broken}/").status_code == 410


def test_it_is_dead_once_the_address_changed_otherwise_or_the_user_left(user: User) -> None:
    first = links.new_email_token(user, "first@example.com")
    second = links.new_email_token(user, "second@example.com")
    emails.confirm_new_email(second)
    with pytest.raises(emails.LinkDead):
        emails.confirm_new_email(first)
    user.refresh_from_db()
    third = links.new_email_token(user, "third@example.com")
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(emails.LinkDead):
        emails.confirm_new_email(third)


def test_an_address_that_somebody_got_meanwhile_is_told_to_who_holds_the_link(user: User) -> None:
    token = links.new_email_token(user, "new@example.com")
    make.user(email="new@example.com")
    answer = Client().post(f"/profile/email/confirm/{token}/")
    assert answer.status_code == 409
    assert "already logs in" in answer.content.decode()
    user.refresh_from_db()
    assert user.email == "anna@example.com"


def test_a_taken_address_is_not_betrayed_but_to_administrators(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    make.user(email="taken@example.com")
    browser = signed_in(user)
    pages = []
    for email in ("taken@example.com", "freer@example.com"):
        answer = ask(browser, email, django_capture_on_commit_callbacks)
        shown = browser.get(answer["Location"]).content.decode().replace(email, "")
        pages.append((answer.status_code, re.sub(r'(value="|Token": ")\w{64}', "", shown)))
    assert pages[0] == pages[1]
    assert [letter.to for letter in mail.outbox] == [["freer@example.com"]]
    boss = make.user(role=Role.ADMINISTRATOR)
    with pytest.raises(emails.TakenEmail):
        emails.ask_new_email(user, "taken@example.com", actor=boss, origin=ORIGIN)


def test_the_same_address_and_nonsense_are_refused(user: User) -> None:
    browser = signed_in(user)
    for email in ("anna@EXAMPLE.com", "anna", "", "x" * 250 + "@example.com"):
        assert browser.post("/profile/email/", {"email": email}).status_code == 422
    assert mail.outbox == []


def test_who_was_signed_in_for_long_is_asked_for_the_password_again(user: User) -> None:
    browser = signed_in(user)
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        answer = browser.get("/profile/email/")
        assert answer["Location"].startswith("/profile/again/")
        again = answer["Location"]
        assert browser.get(again).status_code == 200
        assert browser.post(again, {"password": "wrong"}).status_code == 422
        form = {"password": PASSWORD, "next": "/profile/email/"}
        assert browser.post(again, form)["Location"] == "/profile/email/"
        assert browser.get("/profile/email/").status_code == 200


@override_settings(ENVIRONMENT_EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend")
def test_without_a_mail_server_it_says_that_one_is_needed(user: User) -> None:
    browser = signed_in(user)
    assert "No mail server is set" in browser.get("/profile/email/").content.decode()
    answer = browser.post("/profile/email/", {"email": "new@example.com"})
    assert answer.status_code == 422


def test_a_password_link_of_the_old_address_is_dead_after_the_change(user: User) -> None:
    from accounts.tasks import reset_address

    address = reset_address(user, "")
    emails.confirm_new_email(links.new_email_token(user, "new@example.com"))
    answer = Client().get(address, follow=True)
    assert "used or is too old" in answer.content.decode()


@pytest.mark.parametrize(("language", "subject"), [("en", "Confirm"), ("hu", "Erősítsd")])
def test_the_letter_speaks_the_users_language(
    user: User, django_capture_on_commit_callbacks: Any, language: str, subject: str
) -> None:
    User.objects.filter(pk=user.pk).update(language=language)
    with django_capture_on_commit_callbacks(execute=True):
        emails.ask_new_email(user, "new@example.com", actor=user, origin=ORIGIN)
    assert mail.outbox[0].subject.startswith(subject)
    assert f"{ORIGIN}/profile/email/confirm/" in mail.outbox[0].body

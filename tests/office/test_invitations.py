"""Asking somebody to join, and joining."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Invitation, User
from modules.models import Module, ModuleUser
from tests import make

pytestmark = pytest.mark.django_db
NEW = {
    "family_name": "Új",
    "given_name": "Elek",
    "email": "Uj.Elek@example.com",
    "role": "restricted",
    "language": "hu",
}
JOINS = {"password": make.PASSWORD, "language": "hu"}


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def browser(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture(autouse=True)
def no_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no mail server, unless a test says otherwise."""
    monkeypatch.setattr("accounts.mail.can_send", lambda: False)


@pytest.fixture
def letters(no_letters: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.mail.can_send", lambda: True)


@pytest.fixture
def hr(boss: User) -> Module:
    module = make.module("hr")
    module.limited = True
    module.save()
    return module


def link_in(text: str) -> str:
    found = re.search(r"/invitation/[\w-]{43}/", text)
    assert found is not None
    return found.group()


def invited(browser: Client, **more: object) -> str:
    """The path of a link that is shown because there is no mail server."""
    return link_in(browser.post(reverse("office:user_new"), {**NEW, **more}).content.decode())


def test_without_a_mail_server_the_link_is_shown_to_copy(browser: Client) -> None:
    answer = browser.post(reverse("office:user_new"), NEW)
    assert answer.status_code == 200
    assert f"http://testserver{link_in(answer.content.decode())}" in answer.content.decode()
    invitation = Invitation.objects.get()
    assert invitation.email == "uj.elek@example.com"
    assert invitation.secret_hash not in answer.content.decode()


def test_with_a_mail_server_a_letter_goes_in_their_language(browser: Client, letters: None) -> None:
    answer = browser.post(reverse("office:user_new"), NEW)
    assert answer.status_code == 303
    [letter] = mail.outbox
    assert letter.to == ["uj.elek@example.com"]
    assert Client().get(link_in(str(letter.body))).status_code == 200


def test_when_the_mail_server_fails_the_link_is_shown(
    browser: Client, letters: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("accounts.actions.invitations.send_mail", fail)
    answer = browser.post(reverse("office:user_new"), NEW)
    assert "The letter could not be sent" in answer.content.decode()
    assert link_in(answer.content.decode())


def test_who_accepts_is_in_with_role_and_modules(browser: Client, hr: Module) -> None:
    path = invited(browser, modules=[hr.pk])
    guest = Client()
    page = guest.get(path)
    assert "Új Elek" in page.content.decode()
    assert guest.post(path, {"password": "rövid", "language": "hu"}).status_code == 422
    assert guest.post(path, JOINS).status_code == 303
    user = User.objects.get(email="uj.elek@example.com")
    assert (user.role, user.language, user.check_password(make.PASSWORD)) == (
        "restricted",
        "hu",
        True,
    )
    assert ModuleUser.objects.filter(user=user, module=hr).exists()
    assert guest.get("/my-day/").context["request"].user == user
    assert AuditEntry.objects.filter(action="invitation.accepted", actor=user).exists()


def test_a_link_works_once(browser: Client) -> None:
    path = invited(browser)
    Client().post(path, JOINS)
    for answer in (Client().get(path), Client().post(path, JOINS)):
        assert answer.status_code == 410
        assert "Új" not in answer.content.decode()
    assert User.objects.filter(email="uj.elek@example.com").count() == 1


def test_a_link_that_ran_out_or_never_was_tells_nothing(browser: Client) -> None:
    path = invited(browser)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=7, minutes=1))
    assert Client().get(path).status_code == 410
    assert Client().post(path, JOINS).status_code == 410
    assert Client().get("/invitation/nothing/").status_code == 404
    assert not User.objects.filter(email="uj.elek@example.com").exists()


def test_sent_again_the_old_link_is_dead(browser: Client) -> None:
    old = invited(browser)
    invitation = Invitation.objects.get()
    answer = browser.post(reverse("office:invitation_resend", args=[invitation.pk]))
    new = link_in(answer.content.decode())
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    browser.post(reverse("office:invitation_revoke", args=[invitation.pk]))
    assert Client().get(new).status_code == 410
    again = browser.post(reverse("office:invitation_resend", args=[invitation.pk]))
    assert again.status_code == 409


def test_it_is_refused_helpfully_when_somebody_has_the_address(browser: Client) -> None:
    make.user(email="uj.elek@example.com", family_name="Régi", given_name="Réka", is_active=False)
    answer = browser.post(reverse("office:user_new"), NEW)
    assert answer.status_code == 422
    assert "Let them back in instead" in answer.content.decode()
    User.objects.filter(email="uj.elek@example.com").update(is_active=True)
    answer = browser.post(reverse("office:user_new"), NEW)
    assert "Régi Réka already signs in with this address." in answer.content.decode()
    invited(browser, email="masik@example.com")
    answer = browser.post(reverse("office:user_new"), {**NEW, "email": "masik@example.com"})
    assert "is invited already" in answer.content.decode()


def test_a_form_sent_twice_invites_once(browser: Client) -> None:
    once = "6b0d3f1e-6d3f-4b62-9a52-8f6a3f0a7a11"
    browser.post(reverse("office:user_new"), {**NEW, "once": once})
    assert browser.post(reverse("office:user_new"), {**NEW, "once": once}).status_code == 303
    assert Invitation.objects.count() == 1


def test_guessing_is_slowed_down(browser: Client) -> None:
    guest = Client()
    codes = {guest.get(f"/invitation/guess-{n}/").status_code for n in range(40)}
    assert codes == {404, 429}

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.actions import two_factor
from accounts.models import AuditEntry, Company, Role, User
from tests import make
from tests.accounts.test_two_factor import add_app, log_in, signed_in

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def boss() -> User:
    cache.clear()
    make.company()
    return make.user(Role.ADMINISTRATOR)


@pytest.fixture
def user(boss: User) -> User:
    return make.user(Role.MANAGER)


def test_who_must_have_it_is_led_there_from_everywhere(boss: User, user: User) -> None:
    browser = signed_in(user)
    assert browser.get("/profile/").status_code == 200
    two_factor.require_for(["manager"], actor=boss)
    for path in ("/profile/", "/my-day/", "/clients/", "/profile/sessions/", "/profile/email/"):
        answer = browser.get(path)
        assert (answer.status_code, answer["Location"]) == (303, "/profile/two-factor/"), path
    assert browser.post("/profile/", {"family_name": "x"}).status_code == 303
    part = browser.get("/clients/", headers=HTMX)
    assert "/profile/two-factor/" in part["HX-Location"]
    page = browser.get("/profile/two-factor/").content.decode()
    assert "Your company requires" in page
    assert 'href="/my-day/"' not in page, "no way on is shown that isn't one"
    assert browser.post("/profile/theme/", {"theme": "dark"}).status_code == 303
    add_app(browser)
    assert browser.get("/profile/two-factor/codes/").status_code == 200
    assert browser.get("/profile/").status_code == 200


def test_others_are_left_alone_and_one_may_always_sign_out(boss: User, user: User) -> None:
    two_factor.require_for(["manager"], actor=boss)
    assert signed_in(make.user()).get("/profile/").status_code == 200
    assert signed_in(boss).get("/profile/").status_code == 200
    browser = signed_in(user)
    assert browser.post("/logout/")["Location"] == "/login/"


def test_the_last_way_cant_be_removed_while_it_is_required(boss: User, user: User) -> None:
    browser = signed_in(user)
    add_app(browser)
    two_factor.require_for(["manager"], actor=boss)
    page = browser.get("/profile/two-factor/app/remove/").content.decode()
    assert "Set up another way first" in page
    assert browser.post("/profile/two-factor/app/remove/").status_code == 422
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "x"})
    assert browser.post("/profile/two-factor/app/remove/").status_code == 302
    answer = browser.post(f"/profile/two-factor/passkeys/{key.pk}/remove/")
    assert answer.status_code == 422
    assert two_factor.has_two_factor(user)


def test_it_is_written_down_and_twice_is_as_once(boss: User) -> None:
    for _ in range(2):
        two_factor.require_for(["restricted", "manager", "nonsense"], actor=boss)
    assert Company.current().two_factor_roles == ["manager", "restricted"]
    entry = AuditEntry.objects.get(action="company.two_factor")
    assert entry.data == {"from": [], "to": ["manager", "restricted"]}


def test_only_administrators_may(boss: User, user: User) -> None:
    with pytest.raises(PermissionDenied):
        two_factor.require_for(["normal"], actor=user)
    with pytest.raises(PermissionDenied):
        two_factor.remove_two_factor(boss, actor=user)
    with pytest.raises(PermissionDenied):
        two_factor.remove_two_factor(boss, actor=boss)


def test_the_page_shows_how_many_have_it_already(boss: User, user: User) -> None:
    add_app(signed_in(user))
    make.user(Role.MANAGER)
    make.user(Role.MANAGER, is_active=False)
    assert two_factor.numbers()["manager"] == (1, 2)
    html = signed_in(boss).get("/settings/users/security/").content.decode()
    assert "1 of 2 have it" in html
    assert "nobody in this role" in html


def save(browser: Client, *roles: str, before: str = "", **more: str) -> Any:
    form = {"roles": roles, "before": before, **more}
    return browser.post("/settings/users/security/", form)


def test_an_administrator_is_warned_before_locking_themselves_out(boss: User) -> None:
    browser = signed_in(boss)
    answer = save(browser, "administrator")
    assert answer.status_code == 422
    assert "set it up yourself yet" in answer.content.decode()
    assert Company.current().two_factor_roles == []
    assert save(browser, "administrator", sure="1").status_code == 303
    assert browser.get("/settings/users/")["Location"] == "/profile/two-factor/"
    add_app(browser)
    assert save(browser, before="administrator")["Location"] == "/settings/users/security/"


def test_of_two_who_change_it_the_second_is_told(boss: User) -> None:
    browser = signed_in(boss)
    save(browser, "manager")
    answer = save(browser, "normal")
    assert answer.status_code == 409
    assert "Somebody else has changed" in answer.content.decode()
    assert save(browser, "manager").status_code == 303, "the same again is no conflict"
    assert Company.current().two_factor_roles == ["manager"]
    assert save(browser, "pope").status_code == 422


def test_after_a_lost_phone_the_password_lets_in_and_sessions_have_ended(
    boss: User, user: User, mailoutbox: list[Any]
) -> None:
    browser = signed_in(user)
    add_app(browser)
    path = f"/settings/users/{user.pk}/two-factor/remove/"
    desk = signed_in(boss)
    assert "recovery codes" in desk.get(path).content.decode()
    assert desk.post(path)["Location"] == f"/settings/users/{user.pk}/"
    assert browser.get("/profile/").status_code == 302
    assert log_in(user)["Location"] == "/"
    entry = AuditEntry.objects.get(action="user.two_factor_removed")
    assert entry.data == {"user": user.pk, "kinds": ["recovery_codes", "totp"]}
    assert mailoutbox[-1].to == [user.email]
    desk.post(path)
    assert AuditEntry.objects.filter(action="user.two_factor_removed").count() == 1
    assert desk.post(f"/settings/users/{boss.pk}/two-factor/remove/").status_code == 403

import re
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.sealed import unseal
from tests import make
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clean_limits() -> None:
    cache.clear()


@pytest.fixture
def user() -> User:
    make.company()
    return make.user(email="anna@example.com")


def log_in(user: User, client: Client | None = None) -> Any:
    client = client or Client()
    return client.post("/login/", {"login": user.email, "password": PASSWORD})


def signed_in(user: User) -> Client:
    browser = Client()
    log_in(user, browser)
    return browser


def code_of(secret: str, *, at: float | None = None) -> str:
    return str(format_hotp_value(hotp_value(secret, int(at or time.time()) // 30)))


def add_app(browser: Client) -> str:
    """Sets up the app as a person does, and returns its secret."""
    html = browser.get("/profile/two-factor/app/").content.decode()
    secret = "".join(re.findall(r"<span>(\w{1,4})</span>", html))
    answer = browser.post("/profile/two-factor/app/", {"code": code_of(secret)})
    assert answer["Location"] == "/profile/two-factor/codes/"
    return secret


def codes_on(page: Any) -> list[str]:
    return re.findall(r"<li>(\d{4} \d{4})</li>", page.content.decode())


def test_an_app_is_set_up_by_its_code_and_codes_are_shown_once(user: User) -> None:
    browser = signed_in(user)
    assert browser.get("/profile/two-factor/").status_code == 200
    wrong = browser.post("/profile/two-factor/app/", {"code": "000000"})
    assert (wrong.status_code, "isn&#x27;t right" in wrong.content.decode()) == (422, True)
    add_app(browser)
    page = browser.get("/profile/two-factor/codes/")
    assert len(codes_on(page)) == 10
    assert 'download="teendo-recovery-codes.txt"' in page.content.decode()
    again = browser.get("/profile/two-factor/codes/")
    assert (again.status_code, codes_on(again)) == (200, [])
    assert "Two-factor is on" in browser.get("/profile/two-factor/").content.decode()
    assert AuditEntry.objects.filter(action="two_factor.app_added", actor=user).count() == 1


def test_secrets_lie_sealed_in_the_database(user: User) -> None:
    secret = add_app(signed_in(user))
    kept = {one.type: one.data for one in Authenticator.objects.filter(user=user)}
    assert secret not in str(kept)
    assert unseal(kept["totp"]["secret"]) == secret
    assert len(unseal(kept["recovery_codes"]["seed"])) == 80


def test_with_another_secret_key_no_code_is_right_and_nothing_fails(user: User) -> None:
    secret = add_app(signed_in(user))
    Authenticator.objects.filter(type="totp").update(data={"secret": "another key's"})
    browser = Client()
    log_in(user, browser)
    assert browser.post("/login/code/", {"code": code_of(secret)}).status_code == 422


def test_signing_in_takes_the_password_and_the_code(user: User) -> None:
    secret = add_app(signed_in(user))
    browser = Client()
    assert log_in(user, browser)["Location"] == "/login/code/"
    assert browser.get("/profile/").status_code == 302, "the password alone lets nobody in"
    assert browser.get("/login/code/").status_code == 200
    assert browser.post("/login/code/", {"code": "123456"}).status_code == 422
    answer = browser.post("/login/code/", {"code": code_of(secret)})
    assert answer["Location"] == "/"
    assert browser.get("/profile/").status_code == 200


def test_a_code_lets_in_once_as_long_as_it_holds(user: User) -> None:
    secret = add_app(signed_in(user))
    now = timezone.now()
    code = code_of(secret, at=now.timestamp())
    for seconds, status in [(0, 302), (5, 422), (29, 422)]:
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            browser = Client()
            log_in(user, browser)
            assert browser.post("/login/code/", {"code": code}).status_code == status


def test_a_code_of_the_half_minute_before_still_holds(user: User) -> None:
    secret = add_app(signed_in(user))
    for seconds, status in [(-30, 302), (-90, 422)]:
        browser = Client()
        log_in(user, browser)
        code = code_of(secret, at=time.time() + seconds)
        assert browser.post("/login/code/", {"code": code}).status_code == status


def test_guessing_codes_ends_after_five(user: User) -> None:
    secret = add_app(signed_in(user))
    browser = Client()
    log_in(user, browser)
    for _ in range(5):
        assert browser.post("/login/code/", {"code": "000000"}).status_code == 422
    answer = browser.post("/login/code/", {"code": code_of(secret)})
    assert (answer.status_code, "Wait five minutes" in answer.content.decode()) == (422, True)


def test_a_recovery_code_lets_in_once(user: User) -> None:
    browser = signed_in(user)
    add_app(browser)
    code = codes_on(browser.get("/profile/two-factor/codes/"))[0]
    for status in (302, 422):
        other = Client()
        log_in(user, other)
        assert other.post("/login/code/", {"code": code}).status_code == status
    assert "9 codes are left" in browser.get("/profile/two-factor/").content.decode()


def test_new_codes_end_the_old_ones(user: User, django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in(user)
    add_app(browser)
    old = codes_on(browser.get("/profile/two-factor/codes/"))
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/profile/two-factor/codes/new/")
    new = codes_on(browser.get("/profile/two-factor/codes/"))
    assert (len(new), set(new) & set(old)) == (10, set())
    other = Client()
    log_in(user, other)
    assert other.post("/login/code/", {"code": old[0]}).status_code == 422
    assert "new recovery codes" in mail.outbox[-1].body


def test_the_app_is_removed_and_the_codes_with_it(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    browser = signed_in(user)
    add_app(browser)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/profile/two-factor/app/remove/")
    assert answer["Location"] == "/profile/two-factor/"
    assert not Authenticator.objects.filter(user=user).exists()
    assert log_in(user)["Location"] == "/"
    assert mail.outbox[-1].to == [user.email]


def test_after_a_while_one_says_again_who_one_is_by_password_or_by_code(user: User) -> None:
    browser = signed_in(user)
    secret = add_app(browser)
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        answer = browser.get("/profile/two-factor/app/remove/")
        assert answer["Location"].startswith("/profile/again/?next=")
        page = browser.get(answer["Location"]).content.decode()
        assert "Use a code" in page
        way = "/profile/again/code/?next=/profile/two-factor/app/remove/"
        assert browser.get(way).status_code == 200
        assert browser.post(way, {"code": "000000"}).status_code == 422
        answer = browser.post(way, {"code": code_of(secret)})
        assert answer["Location"] == "/profile/two-factor/app/remove/"
        assert browser.get("/profile/two-factor/app/remove/").status_code == 200


NONSENSE = ["", "x", "null", "[]", "1", '"x"', "{}", '{"id": "x", "rawId": "x", "response": 1}',
            '{"id":"eA","rawId":"eA","type":"public-key","response":{"clientDataJSON":"eA",'
            '"attestationObject":"eA","authenticatorData":"eA","signature":"eA",'
            '"userHandle":"eA"}}', '{"response": {"userHandle": null}}']  # fmt: skip


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_instead_of_a_passkey_is_refused_and_no_failure(
    user: User, credential: str
) -> None:
    stranger = Client()
    stranger.get("/login/passkey/", headers={"Accept": "application/json"})
    answer = stranger.post("/login/passkey/", {"credential": credential})
    assert answer["Location"] == "/login/"
    browser = signed_in(user)
    browser.get("/profile/two-factor/passkeys/add/")
    form = {"name": "x", "credential": credential}
    assert browser.post("/profile/two-factor/passkeys/add/", form).status_code == 422
    add_app(browser)
    other = Client()
    log_in(user, other)
    assert other.post("/login/code/", {"credential": credential}).status_code == 422


KEY = {"name": "Laptop", "credential": {}}


def test_the_options_of_a_passkey_login_name_nobody(user: User) -> None:
    answer = Client().get("/login/passkey/", headers={"Accept": "application/json"})
    options = answer.json()["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")


@pytest.mark.parametrize("language", ["en", "hu"])
def test_the_pages_speak_both_languages_and_hold_no_inline_script(
    user: User, language: str
) -> None:
    User.objects.filter(pk=user.pk).update(language=language)
    browser = signed_in(user)
    pages = [
        "/profile/two-factor/",
        "/profile/two-factor/app/",
        "/profile/two-factor/passkeys/add/",
    ]
    for page in pages:
        html = browser.get(page).content.decode()
        assert ("Kétlépcsős" in html) == (language == "hu")
        scripts = re.findall(r"<script(?![^>]*(?:src=|application/json))", html)
        assert (scripts, "style=" in html.replace("data:image", "")) == ([], False)


@override_settings(MFA_TOTP_INSECURE_BYPASS_CODE=None)
def test_anothers_passkey_is_not_found(user: User) -> None:
    other = make.user()
    key = Authenticator.objects.create(user=other, type="webauthn", data=KEY)
    browser = signed_in(user)
    assert browser.get(f"/profile/two-factor/passkeys/{key.pk}/").status_code == 404
    assert browser.post(f"/profile/two-factor/passkeys/{key.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_passkey_is_renamed_and_removed(user: User) -> None:
    key = Authenticator.objects.create(user=user, type="webauthn", data=KEY)
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    path = f"/profile/two-factor/passkeys/{key.pk}/"
    assert browser.post(path, {"name": "x" * 61}).status_code == 422
    assert browser.post(path, {"name": "Telefon"})["Location"] == "/profile/two-factor/"
    assert "Telefon" in browser.get("/profile/two-factor/").content.decode()
    assert browser.post(path + "remove/")["Location"] == "/profile/two-factor/"
    assert not Authenticator.objects.filter(user=user).exists()


def refusals() -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(action__startswith="login.").order_by("pk")
    assert all(entry.actor is None for entry in found)
    return [(entry.action.removeprefix("login."), entry.target_text) for entry in found]


def test_wrong_codes_and_passkeys_are_in_the_log_without_what_was_typed(user: User) -> None:
    browser = signed_in(user)
    add_app(browser)
    other = Client()
    log_in(user, other)
    for form in (
        {"code": "901234"},
        {"code": "9012 3456"},
        {"credential": '{"id": "secret-x"}'},
        {"code": ""},
    ):
        assert other.post("/login/code/", form).status_code == 422
    browser.post("/profile/again/code/?next=/profile/", {"code": "901235"})
    stranger = Client()
    stranger.get("/login/passkey/", headers={"Accept": "application/json"})
    stranger.post("/login/passkey/", {"credential": '{"id": "secret-x"}'})
    name = user.full_name
    assert refusals() == [
        ("code_failed", name),
        ("recovery_failed", name),
        ("passkey_failed", name),
        ("code_failed", name),
        ("passkey_unknown", ""),
    ]
    # But for times and ids, whose digits may be any.
    kept = str(list(AuditEntry.objects.values("action", "target_text", "device", "data")))
    assert not [typed for typed in ("9012", "3456", "secret-x") if typed in kept]


def test_what_is_tried_beyond_the_limit_doesnt_fill_the_log(user: User) -> None:
    add_app(signed_in(user))
    browser = Client()
    log_in(user, browser)
    for _ in range(12):
        browser.post("/login/code/", {"code": "000000"})
    assert refusals() == [("code_failed", user.full_name)] * 5

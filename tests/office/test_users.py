"""The list of users, and a user's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import AuditEntry, User
from modules.models import ModuleUser
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


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_list_tells_of_each_user_what_there_is_to_do(browser: Client, boss: User) -> None:
    reka = make.user(family_name="Szűcs", given_name="Réka")
    projects = make.module("projects")
    sheet = make.datasheet(projects, actor=reka)
    make.todo(sheet, actor=reka)
    make.todo(sheet, actor=reka, due_at=timezone.now() - timedelta(days=2))
    page = browser.get(reverse("office:users"))
    row = next(row for row in page.context["people"].active if row.user == reka)
    assert (row.datasheets, row.todos, row.overdue) == (1, 2, 1)
    assert (row.modules, row.seen) == ("All", "never")
    me = next(row for row in page.context["people"].active if row.user == boss)
    assert me.seen == "now"


def test_a_module_for_a_few_is_told_by_name(browser: Client) -> None:
    make.module("projects", name_en="Projects")
    hr = make.module("hr", name_en="HR")
    hr.limited = True
    hr.save()
    user, member = make.user(), make.user()
    ModuleUser.objects.create(module=hr, user=member)
    rows = browser.get(reverse("office:users")).context["people"].active
    told = {row.user.pk: row.modules for row in rows}
    assert (told[user.pk], told[member.pk]) == ("Projects", "All")


def test_users_are_found_by_name_without_accents_and_by_email(browser: Client) -> None:
    make.user(family_name="Szűcs", given_name="Réka", email="reka@polcmester.hu")
    make.user(family_name="Kiss", given_name="Márton")
    for said in ("szucs", "reka sz", "polcmester"):
        found = browser.get(reverse("office:users"), {"q": said}).context["people"]
        assert [row.user.family_name for row in found.active] == ["Szűcs"]
    part = browser.get(reverse("office:users"), {"q": "nobody"}, headers={"HX-Request": "true"})
    assert "Nobody here is called" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_the_tabs_part_those_who_have_access_from_those_who_had_it(browser: Client) -> None:
    make.user(is_active=False)
    people = browser.get(reverse("office:users"), {"tab": "former"}).context["people"]
    assert (len(people.active), len(people.former)) == (0, 1)
    assert people.counts == {"all": 2, "active": 1, "former": 1}


def test_more_users_need_no_more_queries(browser: Client) -> None:
    browser.get(reverse("office:users"))
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("office:users"))
    for _n in range(7):
        user = make.user()
        make.todo(make.datasheet(make.module("projects"), actor=user), actor=user)
    with CaptureQueriesContext(connection) as many:
        browser.get(reverse("office:users"))
    assert len(many) == len(few)


def test_an_administrator_changes_personal_data(browser: Client, boss: User) -> None:
    user = make.user()
    values = {"family_name": "Új", "given_name": "Név", "language": "hu", "version": user.version}
    url = reverse("office:user", args=[user.pk])
    assert browser.post(url, values).status_code == 303
    user.refresh_from_db()
    assert (user.family_name, user.language) == ("Új", "hu")
    entry = AuditEntry.objects.get(action="user.changed")
    assert entry.actor == boss
    assert entry.data["fields"]["language"] == {"from": "en", "to": "hu"}
    stale = browser.post(url, {**values, "family_name": "Más"})
    assert stale.status_code == 422
    assert "Somebody changed this in the meantime" in stale.content.decode()


def test_a_password_is_reset_by_a_letter_only(
    browser: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user = make.user()
    url = reverse("office:user_reset_password", args=[user.pk])
    monkeypatch.setattr("accounts.mail.can_send", lambda: False)
    assert browser.post(url).status_code == 409
    monkeypatch.setattr("accounts.mail.can_send", lambda: True)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(url)
    assert answer.status_code == 303
    assert "/password/reset/key/" not in text(browser, answer["Location"])
    assert AuditEntry.objects.filter(action="user.password_reset").count() == 1
    assert [letter.to for letter in mail.outbox] == [[user.email]]


def test_nobody_changes_their_own_role_or_closes_their_own_account(
    browser: Client, boss: User
) -> None:
    answer = browser.post(
        reverse("office:user_access", args=[boss.pk]), {"role": "normal", "sure": "1"}
    )
    assert answer.status_code == 403
    assert browser.post(reverse("office:user_close", args=[boss.pk])).status_code == 403
    boss.refresh_from_db()
    assert (boss.role, boss.is_active) == ("administrator", True)


def test_a_visit_is_noted_every_five_minutes(browser: Client, boss: User) -> None:
    browser.get("/my-day/")
    boss.refresh_from_db()
    first = boss.last_seen_at
    browser.get("/my-day/")
    boss.refresh_from_db()
    assert boss.last_seen_at == first
    User.objects.filter(pk=boss.pk).update(last_seen_at=timezone.now() - timedelta(minutes=6))
    browser.get("/my-day/")
    boss.refresh_from_db()
    assert boss.last_seen_at is not None
    assert timezone.now() - boss.last_seen_at < timedelta(minutes=1)


def test_the_log_knows_where_a_login_came_from_and_no_password(boss: User) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR="192.0.2.7")
    login = reverse("account_login")
    client.post(login, {"login": "Valaki@Example.com", "password": "titok-titok-1"})
    client.post(login, {"login": boss.email, "password": make.PASSWORD})
    client.post(reverse("account_logout"))
    told = list(AuditEntry.objects.order_by("pk"))
    assert [entry.action for entry in told] == ["login.failed", "login", "logout"]
    assert {entry.address for entry in told} == {"192.0.2.7"}
    assert {entry.device for entry in told} == {"Firefox, Windows"}
    assert told[0].target_text.lower() == "valaki@example.com"
    assert "titok" not in str(told[0].data)

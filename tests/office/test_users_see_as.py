"""Seeing as another user: read only, marked, recorded."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User
from tests import make
from tests.access.table import PAGES
from tests.access.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator", family_name="Varga", given_name="Zsófia")


@pytest.fixture
def target() -> User:
    return make.user("restricted", family_name="Szűcs", given_name="Réka")


@pytest.fixture
def browser(boss: User, target: User) -> Client:
    client = Client()
    client.force_login(boss)
    client.post(reverse("office:user_see_as", args=[target.pk]))
    return client


def actions() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="see_as").order_by("pk")
    return list(found.values_list("action", flat=True))


def test_the_administrator_sees_what_the_other_sees_and_is_told_so(
    browser: Client, boss: User, target: User
) -> None:
    page = browser.get("/my-day/")
    assert page.context["request"].user == target
    assert "You see Teendő as Szűcs Réka" in page.content.decode()
    assert browser.get(reverse("office:users")).status_code == 404
    entry = AuditEntry.objects.get(action="see_as.started")
    assert (entry.actor, entry.data["user"]) == (boss, target.pk)


def test_stop_leads_back_and_is_recorded(browser: Client, target: User) -> None:
    answer = browser.post(reverse("office:see_as_stop"))
    assert answer["Location"] == reverse("office:user", args=[target.pk])
    page = browser.get(answer["Location"])
    assert page.status_code == 200
    assert "You see Teendő as" not in page.content.decode()
    assert actions() == ["see_as.started", "see_as.ended"]
    assert browser.post(reverse("office:see_as_stop")).status_code == 404


def test_the_personal_pages_of_the_other_are_closed(browser: Client) -> None:
    closed = ("accounts:profile", "accounts:sessions", "account_change_password")
    for name in closed:
        assert browser.get(reverse(name)).status_code == 404, name


def test_looking_leaves_no_trace_of_the_other(browser: Client, target: User) -> None:
    module = make.module("projects")
    key = browser.session.session_key
    before = dict(browser.session.items())
    browser.get(reverse("crm:module", args=[module.slug]), {"responsible": "all"})
    browser.get("/my-day/")
    target.refresh_from_db()
    assert target.last_seen_at is None
    assert browser.session.session_key == key
    assert dict(browser.session.items()) == before


def test_it_ends_when_either_loses_access(browser: Client, boss: User, target: User) -> None:
    User.objects.filter(pk=target.pk).update(is_active=False)
    assert browser.get("/my-day/").context["request"].user == boss
    assert actions() == ["see_as.started", "see_as.ended"]


def test_an_administrator_who_is_one_no_more_stops_seeing(browser: Client, boss: User) -> None:
    User.objects.filter(pk=boss.pk).update(role="normal")
    assert browser.get("/my-day/").context["request"].user == boss
    assert actions() == ["see_as.started", "see_as.ended"]


def test_a_refusal_is_a_toast_for_htmx(browser: Client) -> None:
    answer = browser.post("/clients/new/", {}, headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer.content.decode() == "You only look as somebody else: nothing can be changed."


def test_nobody_sees_as_themselves_or_as_a_former_user(boss: User) -> None:
    client = Client()
    client.force_login(boss)
    former = make.user(is_active=False)
    for user in (boss, former):
        url = reverse("office:user_see_as", args=[user.pk])
        assert client.post(url).status_code == 403
    assert actions() == []


@pytest.mark.once
def test_no_address_of_the_product_can_be_posted_to() -> None:
    world = build()
    client = Client()
    client.force_login(world.users["administrator"])
    client.post(reverse("office:user_see_as", args=[world.users["manager"].pk]))
    record = world.record("manager", "own")
    for name, page in PAGES.items():
        if name == "office:see_as_stop":
            continue
        args, body = page.args(world, record), page.body
        url = reverse(name, kwargs=args)
        answer = client.post(url, body(world, record) if body else {})
        assert answer.status_code == 403, name


@pytest.mark.once
def test_no_page_writes_anything_when_it_is_only_looked_at() -> None:
    world = build()
    client = Client()
    client.force_login(world.users["administrator"])
    client.post(reverse("office:user_see_as", args=[world.users["manager"].pk]))
    record = world.record("manager", "own")
    wrote = []
    for name, page in PAGES.items():
        if page.post_only or name == "healthz":
            continue
        url = reverse(name, kwargs=page.args(world, record))
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        verbs = {query["sql"].split()[0] for query in asked.captured_queries}
        if verbs & {"INSERT", "UPDATE", "DELETE"}:
            wrote.append(name)
    assert wrote == []

"""Prepared queries give what the queryset itself would, for every value and after every change."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from web.prepared import Prepared, filled

pytestmark = pytest.mark.django_db

BY_NAME = Prepared(lambda name, **_: User.objects.filter(given_name=name).order_by("pk"))


@pytest.fixture
def people(db: None) -> list[User]:
    names = ("Anna", "Béla", "Anna")
    return [
        User.objects.create_user(f"{n}@teendo.example", given_name=name, family_name="Kis")
        for n, name in enumerate(names)
    ]


def test_each_value_gets_its_own_rows(people: list[User]) -> None:
    assert BY_NAME.ask("Anna") == [people[0], people[2]]
    assert BY_NAME.ask("Béla") == [people[1]]
    assert BY_NAME.first("Csaba") is None


def test_a_none_is_asked_for_as_null(people: list[User]) -> None:
    seen = Prepared(lambda at: User.objects.filter(last_seen_at=at).order_by("pk"))
    now = timezone.now()
    User.objects.filter(pk=people[1].pk).update(last_seen_at=now)
    assert seen.ask(None) == [people[0], people[2]]
    assert seen.ask(now) == [people[1]]


def test_moments_and_numbers_are_compared_as_the_database_keeps_them(people: list[User]) -> None:
    query = Prepared(lambda since, *ids: User.objects.filter(pk__in=ids, joined_at__gte=since))
    before, after = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    assert query.ask(before, people[1].pk, people[1].pk) == [people[1]]
    assert query.ask(after, people[1].pk, people[0].pk) == []


def test_the_shape_chooses_other_words() -> None:
    def make(name: str, *, former: bool) -> Any:
        found = User.objects.former() if former else User.objects.active()
        return found.filter(given_name=name).values_list("given_name", flat=True)

    query = Prepared(make)
    User.objects.create_user("a@teendo.example", given_name="Éva", family_name="Kis")
    assert query.ask("Éva", former=False) == ["Éva"]
    assert query.ask("Éva", former=True) == []


def test_what_can_hold_nothing_asks_nothing() -> None:
    query = Prepared(lambda pk: User.objects.filter(pk=pk, pk__in=[]))
    with CaptureQueriesContext(connection) as asked:
        assert query.ask(1) == query.kept(1) == []
    assert not asked.captured_queries


def test_kept_records_follow_every_change_and_belong_to_the_caller(people: list[User]) -> None:
    first = BY_NAME.kept("Béla")[0]
    first.given_name = "somebody has changed it"
    again = BY_NAME.kept("Béla")[0]
    assert again.given_name == "Béla"
    assert again is not first
    assert not again._state.adding
    User.objects.filter(pk=again.pk).update(position="Raktáros")
    assert BY_NAME.kept("Béla")[0].position == "Raktáros"


def test_ids_are_made_up_to_a_length_that_is_kept() -> None:
    assert filled([3, 5], 4) == [3, 5, 5, 5]
    assert filled([], 3) == [0, 0, 0]
    assert filled(range(1, 4), 3) == [1, 2, 3]

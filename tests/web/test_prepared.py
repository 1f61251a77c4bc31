"""Prepared queries give what the queryset itself would, for every value and after every change."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from crm.models import Datasheet
from tests import make
from web.prepared import Prepared, filled, of_row

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


def test_rows_are_counted_without_being_read(people: list[User]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert BY_NAME.counts([("Anna",), ("Csaba",), ("Béla",)]) == [2, 0, 1]
    assert len(asked) == 1
    few = Prepared(lambda name: User.objects.filter(given_name=name).values_list("pk")[:1])
    assert few.counts([("Anna",), ("Csaba",)]) == [1, 0]
    nothing = Prepared(lambda pk: User.objects.filter(pk__in=[], id=pk))
    assert nothing.counts([(1,), (2,)]) == [0, 0]


def test_rows_are_tallied_by_the_database(people: list[User]) -> None:
    names = Prepared(
        lambda family, **_: (
            User.objects.filter(family_name=family)
            .order_by("pk")
            .values_list("given_name", flat=True)[:3]
        )
    )
    with CaptureQueriesContext(connection) as asked:
        assert names.tally("Kis") == {"Anna": 2, "Béla": 1}
    assert len(asked) == 1
    User.objects.create_user("x@teendo.example", given_name="Béla", family_name="Kis")
    assert names.tally("Kis")["Béla"] == 1  # the fourth is cut off
    assert names.tally("Nagy") == {}


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


def test_records_are_what_the_queryset_makes_of_the_rows() -> None:
    make.company()
    user = make.user("normal")
    sheets = [make.datasheet(make.module(), actor=user, responsible=user)]
    sheets.append(make.datasheet(sheets[0].module, actor=user, responsible=None))
    asked = (
        Datasheet.objects.select_related("responsible", "status__group")
        .only("name", "created_at", "responsible__given_name", "status__name_hu", "status__group")
        .annotate(number=F("version") + 1)
        .order_by("pk")
    )
    made = Prepared(lambda: asked.all()).ask()
    assert made == sheets
    for mine, theirs in zip(made, asked, strict=True):
        assert mine.number == theirs.number
        for name in ("responsible", "status"):
            assert (theirs.responsible is None) == (mine.responsible is None)
            _same(getattr(mine, name), getattr(theirs, name))
        _same(mine.status.group, theirs.status.group)
        _same(mine, theirs)
        assert mine.client == theirs.client  # read when it is asked for


def _same(mine: Any, theirs: Any) -> None:
    if theirs is None:
        assert mine is None
        return
    own = [{**one.__dict__, "_state": None} for one in (mine, theirs)]
    assert own[0] == own[1]
    assert mine._state.fields_cache.keys() == theirs._state.fields_cache.keys()
    assert (mine._state.db, mine._state.adding) == (theirs._state.db, theirs._state.adding)


def test_a_record_of_some_columns_reads_the_others_when_they_are_asked_for() -> None:
    user = User.objects.create_user("a@teendo.example", given_name="Éva", family_name="Kis")
    some = of_row(User, id=user.pk, given_name="Éva")
    assert some == user
    assert not some._state.adding
    with CaptureQueriesContext(connection) as asked:
        assert some.given_name == "Éva"
    assert not asked.captured_queries
    assert some.family_name == "Kis"

"""The demo company: believable, consistent, the same every time, and impossible elsewhere."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings
from stdnum.hu import anum

from accounts.models import Company, Role, User
from crm.actions import repair
from crm.actions.following import status_key
from crm.agenda import BANDS, band, today
from crm.constants import Shelf, TodoState
from crm.models import Client, Datasheet, HistoryEntry, Todo
from modules.models import Module, Status
from modules.registry import KINDS
from office.demo import people, texts
from office.demo.load import load
from tests import make

pytestmark = pytest.mark.django_db

# A Sunday, the end of a year, the night of a changed clock.
MOMENTS = (
    ("2026-11-22 10:00", "hu"),
    pytest.param("2026-12-31 23:55", "en", marks=pytest.mark.once),
    pytest.param("2027-03-28 00:02", "en", marks=pytest.mark.once),
)


@pytest.fixture(autouse=True)
def _pictures_elsewhere(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def _bands(now: datetime) -> Counter[str]:
    zone = Company.current().zone
    dues = Datasheet.objects.filter(shelf=Shelf.OPEN).values_list("next_due_at", flat=True)
    return Counter(band(due, now, zone) for due in dues)


@pytest.mark.parametrize(("moment", "language"), MOMENTS)
def test_it_is_consistent_whenever_it_is_loaded(moment: str, language: str) -> None:
    now = make.at(moment)
    company = load(language, now)
    zone = company.zone

    assert company.language == language
    oak = {"hu": "Megérkeztek a tölgyminták Tokajba?", "en": "Did the oak samples arrive in Tokaj?"}
    assert Todo.objects.filter(text=oak[language]).exists()

    assert repair.check().clean
    assert not HistoryEntry.objects.filter(at__gt=now).exists()
    assert not HistoryEntry.objects.filter(at__lt=F("datasheet__created_at")).exists()
    assert not Todo.objects.filter(Q(due_at__lt=F("created_at")) | Q(done_at__gt=now)).exists()
    assert not Todo.objects.filter(responsible__is_active=False, state=TodoState.OPEN).exists()
    for datasheet in Datasheet.objects.select_related("module", "status"):
        assert status_key(datasheet, today(now, zone)) == datasheet.status.key

    bands = _bands(now)
    assert (
        {"late", "today", "tomorrow", "next-month", "later", "none"} <= bands.keys() <= set(BANDS)
    )
    assert 8 <= bands["late"] <= 20
    late = Todo.objects.open().filter(due_at__lt=now)
    assert late.filter(responsible__email=f"eszter@{people.DOMAIN}").count() == 3


def test_it_is_a_whole_company_that_one_can_log_in_to(client: Browser) -> None:
    load()

    assert Module.objects.count() == 9
    assert not Status.objects.filter(datasheet=None).exists()
    assert 380 <= Datasheet.objects.count() <= 420
    assert HistoryEntry.objects.earliest("at").at < timezone.now() - timedelta(days=180)
    assert {"company", "person"} == set(Client.objects.values_list("kind", flat=True))
    for number in Client.objects.exclude(tax_number="").values_list("tax_number", flat=True):
        assert anum.is_valid(number[:8])

    assert User.objects.active().count() == 6
    assert set(User.objects.active().values_list("role", flat=True)) == set(Role.values)
    assert all(user.picture_url for user in User.objects.all())
    former = User.objects.former().get()
    assert former.left_at is not None
    assert HistoryEntry.objects.filter(author=former).exists()
    assert not Datasheet.objects.filter(responsible=former).exists()

    printed = people.logins()
    assert people.PASSWORD in printed
    for person in people.PEOPLE:
        email = f"{person.login}@{people.DOMAIN}"
        assert client.login(email=email, password=people.PASSWORD) is not person.former
        assert (email in printed) is not person.former


@pytest.mark.once
def test_it_is_the_same_at_each_fresh_start() -> None:
    now = make.at("2026-11-24 09:00")

    def everything() -> list[list[tuple[object, ...]]]:
        return [
            list(Client.objects.order_by("pk").values_list("name", "tax_number", "created_at")),
            list(Todo.objects.order_by("pk").values_list("text", "due_at", "responsible__email")),
            list(HistoryEntry.objects.order_by("pk").values_list("kind", "text", "at")),
        ]

    with transaction.atomic():
        load(now=now)
        first = everything()
        transaction.set_rollback(True)
    Company.forget()
    load(now=now)

    assert everything() == first


def test_every_text_exists_in_both_languages() -> None:
    for kind in KINDS:
        for row in texts.rows(kind.key):
            assert row["en"]
            assert row["hu"]


def test_outside_of_the_demo_its_logins_and_their_sessions_are_worth_nothing(
    client: Browser, settings: Settings
) -> None:
    make.company()
    people.make_users("en", timezone.now())
    known = {"email": f"admin@{people.DOMAIN}", "password": people.PASSWORD}
    assert client.login(**known)

    settings.DEMO = False

    assert "_auth_user_id" in client.session
    assert client.get("/profile/").status_code == 302
    assert not client.login(**known)


def test_other_users_log_in_outside_of_the_demo(client: Browser, settings: Settings) -> None:
    settings.DEMO = False
    user = make.user()

    assert client.login(email=user.email, password=make.PASSWORD)


def test_it_is_refused_when_switched_off(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="switched off"):
        call_command("demo")
    assert not Company.objects.exists()


def test_it_is_refused_where_there_is_a_company_or_a_user() -> None:
    make.user()
    with pytest.raises(CommandError, match="empty database"):
        call_command("demo")
    make.company()
    with pytest.raises(CommandError, match="empty database"):
        call_command("demo")


def test_logins_of_another_company_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    make.company()
    make.user()

    call_command("demo", logins=True)

    assert capsys.readouterr().out == ""

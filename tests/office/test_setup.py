import threading
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Company, Role, User
from modules.models import Module, TodoType
from office.actions.setup import AlreadySetUp, Start, set_up
from tests import make

ANSWERS = {
    "company_name": "Hegyalja Borház Kft.",
    "language": "hu",
    "time_zone": "Europe/Budapest",
    "family_name": "Nagy",
    "given_name": "Eszter",
    "email": "Eszter@Example.com",
    "password": "an entirely new secret 7",
}


@pytest.mark.django_db
def test_every_page_of_an_empty_installation_leads_to_the_setup(client: Client) -> None:
    for path in ("/", "/login/", "/profile/", "/nowhere/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (303, "/setup/"), path
    htmx = client.get("/my-day/", headers={"HX-Request": "true"})
    assert htmx["HX-Redirect"] == "/setup/"
    assert client.get("/setup/").status_code == 200


@pytest.mark.django_db
def test_the_setup_makes_all_of_it_and_logs_in(client: Client) -> None:
    answer = client.post("/setup/", ANSWERS)
    assert (answer.status_code, answer["Location"]) == (303, "/")
    user = User.objects.get()
    assert (user.email, user.role, user.language) == (
        "eszter@example.com",
        Role.ADMINISTRATOR,
        "hu",
    )
    assert Company.current().name == "Hegyalja Borház Kft."
    assert Module.objects.count() == 9
    assert TodoType.objects.count() == 4
    told = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(told) == ["company.set_up", "login"]
    assert client.get("/profile/sessions/").status_code == 200


@pytest.mark.django_db
def test_once_set_up_the_page_is_gone(client: Client) -> None:
    client.post("/setup/", ANSWERS)
    for browser in (client, Client()):
        assert browser.get("/setup/").status_code == 404
        assert browser.post("/setup/", ANSWERS).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_user_alone_closes_the_setup_too(client: Client) -> None:
    make.user()
    assert client.get("/setup/").status_code == 404
    assert client.get("/profile/")["Location"].startswith("/login/")
    with pytest.raises(AlreadySetUp):
        set_up(Start(**ANSWERS))
    assert not Company.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"company_name": " "},
        {"language": "de"},
        {"time_zone": "Mars/Olympus"},
        {"family_name": ""},
        {"given_name": ""},
        {"email": "eszter"},
        {"password": "short"},
        {"password": "Eszter@Example.com"},
        {"password": "1234567890123"},
    ],
)
def test_a_wrong_answer_makes_nothing(client: Client, change: dict[str, str]) -> None:
    answer = client.post("/setup/", ANSWERS | change)
    assert answer.status_code == 422
    assert ANSWERS["password"] not in answer.content.decode()
    assert not User.objects.exists()
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_a_failure_half_way_leaves_nothing_behind(client: Client) -> None:
    with (
        mock.patch("office.actions.setup.start_modules", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        set_up(Start(**ANSWERS))
    assert not Company.exists()
    assert not User.objects.exists()
    assert not TodoType.objects.filter(key="start").exists()


@pytest.mark.django_db
def test_the_setup_asks_in_the_browsers_language(client: Client) -> None:
    html = client.get("/setup/", headers={"Accept-Language": "hu"}).content.decode()
    assert "Kezdd a cégeddel" in html


@pytest.mark.django_db
def test_the_zone_of_the_company_is_the_zone_of_every_page(client: Client) -> None:
    make.company(time_zone="Asia/Tokyo")
    seen = []
    with mock.patch(
        "accounts.forms.login.LoginForm.__init__",
        autospec=True,
        side_effect=lambda *_a, **_k: seen.append(timezone.get_current_timezone_name()),
    ):
        client.raise_request_exception = False
        client.get("/login/")
    assert seen == ["Asia/Tokyo"]


@pytest.mark.django_db(transaction=True)
def test_of_two_setups_at_once_one_wins() -> None:
    gate, outcome = threading.Barrier(2), []

    def run(name: str) -> None:
        gate.wait()
        try:
            set_up(Start(**ANSWERS | {"company_name": name, "email": f"{name}@example.com"}))
            outcome.append("won")
        except AlreadySetUp:
            outcome.append("second")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcome) == ["second", "won"]
    assert (Company.objects.count(), User.objects.count(), Module.objects.count()) == (1, 1, 9)

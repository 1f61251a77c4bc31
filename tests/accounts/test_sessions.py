import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.agents import describe, is_phone
from accounts.models import User
from tests import make
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def browser_of(user: User, agent: str = FIREFOX) -> Client:
    browser = Client(headers={"User-Agent": agent})
    browser.post("/login/", {"login": user.email, "password": PASSWORD})
    return browser


@pytest.fixture
def user() -> User:
    make.company()
    return make.user()


def test_the_list_names_each_browser_and_marks_this_one(user: User) -> None:
    here, _phone = browser_of(user), browser_of(user, IPHONE)
    html = here.get("/profile/sessions/").content.decode()
    assert "Firefox, Linux" in html
    assert "Safari, iPhone" in html
    assert html.count("this one") == 1


def test_a_session_ends_where_it_is_told_to(user: User) -> None:
    here, there = browser_of(user), browser_of(user, IPHONE)
    there_id = UserSession.objects.get(session_key=there.session.session_key).pk
    assert here.post(f"/profile/sessions/{there_id}/end/").status_code == 303
    assert there.get("/profile/").status_code == 302
    assert here.get("/profile/").status_code == 200


def test_ending_this_one_logs_out(user: User) -> None:
    here = browser_of(user)
    answer = here.post(f"/profile/sessions/{UserSession.objects.get().pk}/end/")
    assert answer["Location"] == "/login/"
    assert here.get("/profile/").status_code == 302


def test_anothers_session_is_not_found_and_lives_on(user: User) -> None:
    other = browser_of(make.user())
    other_id = UserSession.objects.get().pk
    assert browser_of(user).post(f"/profile/sessions/{other_id}/end/").status_code == 404
    assert other.get("/profile/").status_code == 200


def test_all_others_end_at_once(user: User) -> None:
    here, others = browser_of(user), [browser_of(user), browser_of(user, IPHONE)]
    here.post("/profile/sessions/others/end/")
    assert [other.get("/profile/").status_code for other in others] == [302, 302]
    assert here.get("/profile/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words", "phone"),
    [
        (FIREFOX, "Firefox, Linux", False),
        (IPHONE, "Safari, iPhone", True),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Edg/131.0", "Edge, Windows", False),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile", "Chrome, Android", True),
        ("curl/8.0", "Unknown browser", False),
    ],
)  # fmt: skip
def test_browsers_have_names_people_know(agent: str, words: str, phone: bool) -> None:
    assert (describe(agent), is_phone(agent)) == (words, phone)

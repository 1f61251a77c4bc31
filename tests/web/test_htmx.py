"""One view answers a browser with a page and htmx with a part."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from web import htmx

HX = {"HX-Request": "true"}


def request(path: str = "/m/sales/", method: str = "GET", **headers: str) -> HttpRequest:
    made = RequestFactory().generic(method, path, headers=headers)
    made.user = AnonymousUser()
    made._messages = CookieStorage(made)  # type: ignore[attr-defined]
    return made


def page(made: HttpRequest, **more: object) -> str:
    answer = htmx.page(
        made,
        "web/_error.html",
        {"n": 7},
        part="web/_late.html",
        **more,  # type: ignore[arg-type]
    )
    return answer.content.decode()


def test_a_browser_gets_the_whole_page() -> None:
    assert "<!doctype html>" in page(request())


def test_htmx_gets_the_part_alone() -> None:
    body = page(request(**HX))
    assert "<html" not in body
    assert "tab-n" in body


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request", "HX-Full-Page"])
def test_what_fills_the_whole_body_is_a_whole_page(header: str) -> None:
    assert "<!doctype html>" in page(request(**HX, **{header: "true"}))


def test_a_waiting_toast_goes_out_of_band_with_the_part_and_only_once() -> None:
    made = request(method="POST", **HX)
    htmx.toast(made, "Done: call <Anna>", undo_url="/undo/7/")
    body = page(made)
    assert 'hx-swap-oob="beforeend:#toasts"' in body
    assert "Done: call &lt;Anna&gt;" in body
    assert 'action="/undo/7/"' in body
    assert made._messages.used  # type: ignore[attr-defined]


def test_a_part_without_toasts_has_no_toast_box() -> None:
    assert "toasts" not in page(request(method="POST", **HX))


def test_what_is_asked_in_between_leaves_a_toast_to_the_page_that_it_waits_for() -> None:
    made = request(**HX)
    htmx.toast(made, "Done: call Anna")
    assert "toasts" not in page(made)
    assert not made._messages.used  # type: ignore[attr-defined]


def test_companions_follow_the_part() -> None:
    assert page(request(**HX), also=["web/_mark.html"]).index("tab-n") < page(
        request(**HX), also=["web/_mark.html"]
    ).index("accents")


def test_a_part_can_be_sent_to_another_place() -> None:
    answer = htmx.page(
        request(**HX), "web/_error.html", {}, part="web/_mark.html", target="#datasheet-7"
    )
    assert answer["HX-Retarget"] == "#datasheet-7"
    assert answer["HX-Reswap"] == "outerHTML"


def test_the_status_is_that_of_the_answer() -> None:
    answer = htmx.page(request(**HX), "web/_error.html", {}, part="web/_mark.html", status=422)
    assert answer.status_code == 422


def test_a_browser_is_redirected_after_a_write() -> None:
    answer = htmx.go(request(), "/d/7/")
    assert answer.status_code == 303
    assert answer["Location"] == "/d/7/"


def test_htmx_is_told_where_to_go_and_asks_for_the_whole_page_there() -> None:
    answer = htmx.go(request(**HX), "/d/7/")
    where = json.loads(answer["HX-Location"])
    assert where["path"] == "/d/7/"
    assert where["headers"] == {"HX-Full-Page": "1"}
    assert "push" not in where


def test_going_to_the_same_page_is_not_a_step_back() -> None:
    made = request(**HX, **{"HX-Current-URL": "http://testserver/m/sales/?status=vip"})
    where = json.loads(htmx.go(made, "/m/sales/?status=vip")["HX-Location"])
    assert where["push"] == "false"


@pytest.mark.parametrize(
    ("sent_from", "path"),
    [
        ("http://testserver/m/sales/?a=1#top", "/m/sales/?a=1"),
        ("http://testserver", "/"),
        ("https://evil.example/m/sales/", "/default/"),
        ("javascript:alert(1)", "/default/"),
        ("", "/default/"),
    ],
)
def test_the_page_one_came_from_is_ours_or_the_default(sent_from: str, path: str) -> None:
    assert htmx.here(request(**HX, **{"HX-Current-URL": sent_from}), "/default/") == path
    assert htmx.here(request(referer=sent_from), "/default/") == path


def test_a_refusal_tells_htmx_the_reason_alone_and_a_browser_on_a_page() -> None:
    alone = htmx.refuse(request(**HX), "Only who did it may add the outcome.")
    assert alone.status_code == 403
    assert alone["Content-Type"].startswith("text/plain")
    assert alone.content.decode() == "Only who did it may add the outcome."
    whole = htmx.refuse(request(), "Only who did it may add the outcome.")
    assert whole.status_code == 403
    assert "Only who did it may add the outcome." in whole.content.decode()


def test_a_toast_waits_among_the_messages_for_the_next_page() -> None:
    made = request()
    htmx.toast(made, "Saved", tone="info")
    [message] = list(get_messages(made))
    assert str(message) == "Saved"
    assert json.loads(str(message.extra_tags)) == {"tone": "info", "undo": ""}

"""Parts and private pages are kept apart in caches, and a lost session loses nothing."""

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.test import RequestFactory

from web.middleware import SIGN_IN, PartsMiddleware


def answer(
    response: HttpResponse, headers: dict[str, str] | None = None, *, inside: bool = True
) -> HttpResponse:
    request = RequestFactory().get("/", headers=headers)
    request.user = SimpleNamespace(is_authenticated=inside)  # type: ignore[assignment]

    def view(_request: HttpRequest) -> HttpResponse:
        return response

    return PartsMiddleware(view)(request)


def to_login() -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('account_login')}?next=/m/sales/")


def test_a_private_page_is_stored_nowhere_and_differs_by_htmx() -> None:
    got = answer(HttpResponse())
    assert "no-store" in got["Cache-Control"]
    assert "HX-Request" in got["Vary"]


def test_a_public_page_may_be_stored() -> None:
    assert not answer(HttpResponse(), inside=False).has_header("Cache-Control")


def test_a_view_that_knows_better_keeps_its_own_caching() -> None:
    picture = HttpResponse(headers={"Cache-Control": "private, max-age=31536000"})
    assert answer(picture)["Cache-Control"] == "private, max-age=31536000"


def test_a_part_whose_session_is_over_says_where_to_sign_in() -> None:
    got = answer(to_login(), {"HX-Request": "true"}, inside=False)
    assert got.status_code == 401
    assert got[SIGN_IN] == resolve_url("account_login")
    assert got["Content-Type"].startswith("text/plain")


def test_a_browser_whose_session_is_over_is_sent_to_the_login_page() -> None:
    assert answer(to_login(), inside=False).status_code == 302


def test_another_redirect_is_left_alone() -> None:
    got = answer(HttpResponseRedirect("/d/7/"), {"HX-Request": "true"})
    assert got.status_code == 302

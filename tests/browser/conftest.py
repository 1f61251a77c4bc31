"""Chromium, one for the session; each visitor has a context of its own, signed in by cookie: one
that nobody else has at the time, and that remembers nobody.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    WebError,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.contexts import Contexts
from tests.browser.desk import Desk, furnish
from tests.tools import chromium

PATIENCE = 20_000
"""Milliseconds for what must come; two workers share two cores."""

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# No test may lean on the browser's zone: due times are the company's.
ELSEWHERE = "Pacific/Honolulu"

OPTIONS: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900},
    "locale": "en-GB",
    "timezone_id": ELSEWHERE,
    "reduced_motion": "reduce",
}

Visit = Callable[..., Page]


class Faults:
    """What a page must never do: errors in the console, broken rules of the CSP, failed loads."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        # htmx says so much of a search that the next letter replaced; of a lost one it says more.
        self.meant = [r"^htmx:(afterRequest|sendAbort), "]

    def expect(self, words: str) -> None:
        """This test means to provoke it; ``words`` is a regular expression."""
        self.meant.append(words)

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.seen if not any(re.search(re_, one) for re_ in self.meant)]

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._listen)
        context.on("weberror", self._fail)
        context.on("response", self._look)

    def leave(self, context: BrowserContext) -> None:
        """The next test has faults of its own."""
        context.remove_listener("console", self._listen)
        context.remove_listener("weberror", self._fail)
        context.remove_listener("response", self._look)

    def _fail(self, error: WebError) -> None:
        self.seen.append(str(error.error))

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.seen.append(f"{said.text} ({said.location['url']})")

    def _look(self, response: Response) -> None:
        if response.status >= 500:
            self.seen.append(f"{response.status} at {response.url}")


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """Debian's Chromium: Playwright's own is not installed."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=QUIET)


@pytest.fixture(scope="session", autouse=True)
def kept_files() -> Iterator[None]:
    """Style sheets and scripts are kept by the browser, as in production: there are sixty, and
    without this it asks after each of them on every page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", _send_file)
        yield


def _send_file(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponse:
    content, type = _file(handler.file_path(request.path))
    return HttpResponse(content, content_type=type, headers={"Cache-Control": "max-age=3600"})


@cache
def _file(name: str) -> tuple[bytes, str | None]:
    path = finders.find(name)
    if path is None:
        raise Http404(name)
    return Path(path).read_bytes(), mimetypes.guess_type(path)[0]


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Every test fails on what it did not provoke."""
    faults = Faults()
    yield faults
    assert faults.unexpected == []


@pytest.fixture(scope="session")
def contexts(chrome: Browser, live_server: LiveServer) -> Contexts:
    """The session's browser contexts."""
    return Contexts(chrome, live_server.url)


@pytest.fixture
def visit(contexts: Contexts, live_server: LiveServer, faults: Faults) -> Iterator[Visit]:
    """``visit(user, path, **options of the context)``: a page of somebody's own browser.

    ``once``: nobody gets this browser afterwards. For a test that changes more than its page and
    what a site may store: the clock, permissions, routes of the whole context.
    """
    with ExitStack() as stack:

        def open_page(
            user: User | None, path: str = "/", *, once: bool = False, **options: Any
        ) -> Page:
            options = OPTIONS | options
            page = contexts.open(options)
            context = page.context
            if once:
                stack.callback(context.close)
            else:
                stack.callback(faults.leave, context)
                stack.callback(contexts.give_back, context, options)
            context.set_default_timeout(PATIENCE)
            faults.watch(context)
            if user is not None:
                sign_in(context, user, live_server.url)
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, f"{answer.status} at {path}"
            return page

        yield open_page


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    """A session without the form, which only the test of signing in fills in."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture
def desk(live_server: LiveServer) -> Desk:
    """A user's morning: two overdue datasheets, one for tomorrow, one with a broken chain."""
    return furnish()

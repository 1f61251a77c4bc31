"""A browser that another test had remembers nothing of it."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OPTIONS
from tests.browser.contexts import Contexts

pytestmark = [pytest.mark.browser, pytest.mark.once]

WRITE = """async () => {
  document.cookie = "left=1; path=/; max-age=3600";
  localStorage.setItem("left", "1");
  sessionStorage.setItem("left", "1");
  await (await caches.open("left")).put("/left", new Response("1"));
  await new Promise((done) => {
    const asked = indexedDB.open("left");
    asked.onsuccess = done;
  });
  addEventListener("pagehide", () => localStorage.setItem("late", "1"));
}"""
READ = """async () => [
  ...document.cookie.split("; ").filter((one) => one.startsWith("left")),
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...await caches.keys(), ...(await indexedDB.databases()).map((one) => one.name),
  ...(matchMedia("(prefers-color-scheme: dark)").matches ? ["dark"] : []),
  ...(innerWidth === 1440 ? [] : [innerWidth]),
]"""


def test_the_next_visitor_finds_nothing_of_the_last(contexts: Contexts) -> None:
    first = contexts.open(OPTIONS)
    first.goto("/healthz")
    first.evaluate(WRITE)
    assert len(first.evaluate(READ)) == 5
    spoil(first)
    contexts.give_back(first.context, OPTIONS)

    second = contexts.open(OPTIONS)
    assert second.context is first.context
    assert second.context.cookies() == []
    assert second.context.pages == [second]
    second.goto("/healthz")
    assert second.evaluate(READ) == []
    contexts.give_back(second.context, OPTIONS)


def spoil(page: Page) -> None:
    """What a test may do to its page."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script("sessionStorage.setItem('script', '1')")
    page.route("**/healthz", lambda route: route.abort())
    page.context.new_page()

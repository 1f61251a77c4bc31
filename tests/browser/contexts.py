"""Browser contexts that are had again: a new one costs Chromium more than many a test needs, and
has to fetch the sixty files of its first page anew."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

STORED = "cookies,local_storage,indexeddb,cache_storage,service_workers"


class Contexts:
    """Those of one browser and one address; none is with two visitors at once."""

    def __init__(self, chrome: Browser, url: str) -> None:
        self.chrome = chrome
        self.url = url
        self._free: dict[str, list[BrowserContext]] = defaultdict(list)

    def open(self, options: dict[str, Any]) -> Page:
        """The only page of a context with these options, which remembers nobody."""
        free = self._free[_key(options)]
        if not free:
            return self.chrome.new_context(base_url=self.url, **options).new_page()
        context = free.pop()
        page = context.new_page()
        # Now, not as it is given back: a page may store something even as it goes.
        devtools = context.new_cdp_session(page)
        devtools.send("Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": STORED})
        devtools.detach()
        context.clear_cookies()
        return page

    def give_back(self, context: BrowserContext, options: dict[str, Any]) -> None:
        """What its pages had of their own goes with them; a context that fails is closed."""
        try:
            for page in context.pages:
                page.close()
        except Error:
            context.close()
        else:
            self._free[_key(options)].append(context)


def _key(options: dict[str, Any]) -> str:
    return repr(sorted(options.items()))

"""Somebody logged in who asks for pages over one open connection."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.models import User
from bench import probe

SECRET = "b" * 32
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    body: bytes
    seconds: float
    headers: dict[str, str]


class Browser:
    """A logged in user's connection; not to be shared by threads."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={SECRET}"
        self.headers = {"Host": "localhost", "Cookie": cookies}

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        sent = {
            **headers,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": SECRET,
        }
        return self._ask("POST", path, urlencode(fields), sent)

    def close(self) -> None:
        self.connection.close()

    def _ask(self, verb: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            return self._once(verb, path, body, named)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.connection.close()  # the server gave the idle connection up
            return self._once(verb, path, body, named)

    def _once(self, verb: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        started = time.perf_counter()
        self.connection.request(verb, path, body, {**self.headers, **headers})
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - started
        return Answer(response.status, content, seconds, dict(response.headers))


def log_in(user: User) -> str:
    """A session of the user's, as logging in makes one; its key."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    key: str = store.session_key
    return key


PROBED = {probe.HEADER.replace("-", "_"): "1"}

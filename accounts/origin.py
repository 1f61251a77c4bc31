"""Where the present request came from, for the activity log: address and device.

The middleware says it once for each request. Background work has no origin.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.agents import name

DEVICE_MAX = 120


@dataclass(frozen=True)
class Origin:
    """`address` is an IP address or None; `device` is empty when the browser isn't known."""

    address: str | None = None
    device: str = ""


class _Asked:
    """A request; few have anything to log, so its origin is found out when it is wanted."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def origin(self) -> Origin:
        request = self._request
        return Origin(_address(request), name(_agent(request))[:DEVICE_MAX])


_current: ContextVar[_Asked | None] = ContextVar("origin", default=None)
_NOWHERE = Origin()


def current() -> Origin:
    """The origin of the request that is being answered; empty outside of one."""
    asked = _current.get()
    return asked.origin if asked else _NOWHERE


@contextmanager
def coming_from(request: HttpRequest) -> Iterator[None]:
    """What is logged inside came from `request`."""
    token = _current.set(_Asked(request))
    try:
        yield
    finally:
        _current.reset(token)


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")


def _address(request: HttpRequest) -> str | None:
    """The client's address as the login's limits know it: allauth's settings name the proxies."""
    try:
        return str(ip_address(get_adapter().get_client_ip(request)))
    except (PermissionDenied, ValueError):
        return None

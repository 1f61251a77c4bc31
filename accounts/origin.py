"""Where the present request came from, for the activity log: address and device.

The middleware says it once for each request. Background work has no origin.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
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


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)
_NOWHERE = Origin()


def current() -> Origin:
    """The origin of the request that is being answered; empty outside of one."""
    return _current.get() or _NOWHERE


@contextmanager
def coming_from(request: HttpRequest) -> Iterator[None]:
    """What is logged inside came from `request`."""
    token = _current.set(Origin(_address(request), name(_agent(request))[:DEVICE_MAX]))
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

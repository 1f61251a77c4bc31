"""What becomes of an upload whose body is not wanted."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, UnreadablePostError

MOST: Final = 1024**3
"""So many bytes of it are let run off; whoever sends more is cut off."""
_BLOCK: Final = 256 * 1024


def body_bytes(request: HttpRequest) -> int:
    """How long the body says it is; nothing of it is read."""
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isascii() and said.isdigit() else 0


def run_off(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, after which the unread body is read to nowhere.

    A browser looks at no answer before it has sent everything, and shows a broken connection
    instead of the page when the server hangs up on it.
    """

    def drain() -> None:
        left = min(body_bytes(request), MOST)
        try:
            while left > 0 and (block := request.read(min(left, _BLOCK))):
                left -= len(block)
        except UnreadablePostError:
            return  # the other side has hung up

    response._resource_closers.append(drain)  # type: ignore[attr-defined]
    return response

"""Answers to a browser and to htmx: one view, one context, a page or a part of it."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import Template, engines
from django.template.backends.django import DjangoTemplates
from django.template.context import make_context
from django.utils.http import url_has_allowed_host_and_scheme

FULL_PAGE = "HX-Full-Page"
"""Request header of the loads that `go` asks for: htmx swaps the body, so it needs all of it."""

TOASTS = "web/_toasts.html"


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part (not for a page to put into the whole body)."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
        and FULL_PAGE not in headers
    )


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    part: str | None = None,
    status: int = HTTPStatus.OK,
    also: Sequence[str] = (),
    target: str | None = None,
) -> HttpResponse:
    """The full page for a browser; for htmx the part, its companions and, of a write, its toasts.

    `part` and `also` are templates; those in `also` carry `hx-swap-oob` themselves. `target` (a
    CSS selector) sends the part elsewhere than the element that asked, replacing it whole.
    """
    if part is None or not is_htmx(request):
        return render(request, template, dict(context), status=status)
    response = HttpResponse(_drawn(request, (part, *also), context), status=status)
    if target is not None:
        response["HX-Retarget"] = target
        response["HX-Reswap"] = "outerHTML"
    return response


def _drawn(request: HttpRequest, templates: Sequence[str], context: Mapping[str, Any]) -> str:
    """The templates and, of a write, the toasts; what every template knows is found out once."""
    first, *others = map(_template, templates)
    drawing = make_context(dict(context), request)
    with drawing.bind_template(first):
        html = []
        for one in (first, *others):
            with drawing.push():
                html.append(one.render(drawing))
        # What is asked in between leaves them to the page that they wait for.
        if request.method == "POST" and len(messages.get_messages(request)):
            with drawing.push(out_of_band=True):
                html.append(_template(TOASTS).render(drawing))
    return "".join(html)


def _template(name: str) -> Template:
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)  # noqa: S101 (settings, TEMPLATES)
    return engine.engine.get_template(name)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """On to another page after a write: in place for htmx, POST → redirect → GET for a browser.

    Toasts wait for that page. `url` is a path of ours, never something a user typed.
    """
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)
    where: dict[str, Any] = {"path": url, "target": "body", "headers": {FULL_PAGE: "1"}}
    if here(request, "") == url:
        where["push"] = "false"  # the same page again is not a step of its own for Back
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Location": json.dumps(where)})


def here(request: HttpRequest, default: str) -> str:
    """Path and query of the page that the request was sent from; `default` when it isn't ours."""
    sent_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(
        sent_from, {request.get_host()}, require_https=request.is_secure()
    ):
        return default
    parts = urlsplit(sent_from)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def toast(
    request: HttpRequest, text: str, *, undo_url: str | None = None, tone: str = "done"
) -> None:
    """Says something once, on this answer or the next page.

    `tone` is done, info or late; `undo_url` is posted to by the toast's Undo button.
    """
    extra = json.dumps({"tone": tone, "undo": undo_url or ""})
    messages.info(request, text, extra_tags=extra)


def refuse(
    request: HttpRequest, reason: str, *, status: int = HTTPStatus.FORBIDDEN
) -> HttpResponse:
    """An action that is not allowed on something visible, with the reason.

    For htmx the page stays as it is and a toast shows the reason.
    """
    if is_htmx(request):
        return HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
    return render(request, "403.html", {"reason": reason}, status=status)

"""What is asked for: the pages of a working day, each at its worst."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from bench.browser import HTMX, PROBED, Browser
from bench.measure import WARM_UP, Measured, Page, busy, checked
from bench.names import RARE
from bench.probe import noted
from bench.server import Server
from crm.constants import Shelf, TodoState
from crm.models import Datasheet, Todo
from crm.views.after_todo import version_of
from modules.models import Module, Status, TodoType
from web.paging import Cursor

LIST, SHEET, DONE_AND_NEXT, SEARCH = 0.030, 0.025, 0.020, 0.040
DIFFERENT = 40
"""So many different datasheets, so that no single one stays warm."""


def pages() -> Iterator[Page]:
    """Everything that is only read."""
    somebody = User.objects.filter(role=Role.NORMAL).order_by("pk")[0]
    restricted = User.objects.filter(role=Role.RESTRICTED).order_by("pk")[0]
    module = Module.objects.get(slug="sales")
    home = reverse("crm:module", args=[module.slug])
    common, rare = _statuses(module)
    group = common.group
    yield Page("module page", somebody, [home], LIST)
    yield Page("  one status, the commonest", somebody, [f"{home}?status={common.key}"], LIST)
    yield Page("  one status, the rarest", somebody, [f"{home}?status={rare.key}"], LIST)
    yield Page("  a group of statuses", somebody, [f"{home}?group={group.key}"], LIST)
    yield Page("  all closed", somebody, [f"{home}?group=closed"], LIST)
    yield Page("  mine", somebody, [f"{home}?who=me"], LIST)
    yield Page("  nobody's", somebody, [f"{home}?who=unassigned"], LIST)
    yield Page("  one band, next month", somebody, [f"{home}?band=next-month"], LIST)
    yield Page("  restricted user", restricted, [home], LIST)
    yield Page("  restricted, a group", restricted, [f"{home}?group={group.key}"], LIST)
    deep = [f"{home}?after={cursor}" for cursor in _deep(module)]
    yield Page("  deep page", somebody, deep, LIST)
    rows = reverse("crm:rows", args=[module.slug])
    yield Page(
        "  deep page, rows only", somebody, [f"{rows}?after={deep[0].partition('after=')[2]}"]
    )
    yield Page("datasheet", somebody, list(_datasheets(module)), SHEET)
    yield Page("my day", somebody, [reverse("crm:my_day")])
    search = reverse("crm:search") + "?q="
    yield Page("search, the commonest word", somebody, [f"{search}kft"], SEARCH)
    yield Page("  a rare word", somebody, [search + quote(RARE[:12])], SEARCH)
    yield Page("  two words", somebody, [f"{search}szabo+malom"], SEARCH)
    yield Page("  part of a phone number", somebody, [f"{search}12345"], SEARCH)
    yield Page("  restricted user", restricted, [f"{search}kft"], SEARCH)
    yield Page("clients", somebody, [reverse("crm:clients")])


def _statuses(module: Module) -> tuple[Status, Status]:
    """The open statuses with the most and with the fewest datasheets."""
    held = Datasheet.objects.filter(module=module, shelf=Shelf.OPEN).values("status")
    ranked = [row["status"] for row in held.annotate(n=Count("pk")).order_by("-n")]
    found = Status.objects.select_related("group").in_bulk([ranked[0], ranked[-1]])
    return found[ranked[0]], found[ranked[-1]]


def _deep(module: Module) -> list[str]:
    """Cursors far down the list."""
    listed = Datasheet.objects.filter(module=module, shelf=Shelf.OPEN)
    count = listed.count()
    ordered = listed.order_by("next_due_at", "pk").values_list("next_due_at", "pk")
    return [Cursor(*ordered[int(count * share)]).encode() for share in (0.5, 0.7, 0.9)]


def _datasheets(module: Module) -> Iterator[str]:
    listed = Datasheet.objects.filter(module=module, shelf=Shelf.OPEN).exclude(next_todo=None)
    for pk in listed.order_by("pk").values_list("pk", flat=True)[:DIFFERENT]:
        yield reverse("crm:datasheet", args=[pk])


def done_and_next(at: Server, session: str, user: User, folder: Path) -> list[Measured]:
    """Done on the datasheet's page, then the next todo planned in the form that opened."""
    done, planned = Measured("done", None), Measured("next", None)
    both = Measured("done + next, both requests", DONE_AND_NEXT)
    todos = Todo.objects.filter(
        state=TodoState.OPEN, module__slug="sales", responsible=user, datasheet__responsible=user
    )
    call = TodoType.objects.get(key="call")
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    browser = Browser(at.port, session)
    sheets = todos.order_by("pk").select_related("datasheet__client")[: WARM_UP + 60]
    chosen = [(todo.pk, todo.datasheet_id, version_of(todo.datasheet)) for todo in sheets]
    used = 0.0
    for number, (todo, datasheet, version) in enumerate(chosen):
        page = {"place": "datasheet", "seen": version, "shown": "all"}
        if number == WARM_UP:
            used = at.cpu()
        probed = PROBED if number == len(chosen) - 1 else {}
        url = reverse("crm:todo_done", args=[todo])
        first = checked(browser.post(url, page, **HTMX, **probed), url)
        if probed:
            _of_database(done, folder, len(first.body))
        url = reverse("crm:plan", args=[datasheet])
        form = {
            **page,
            "seen": _seen(first.body),
            "once": str(uuid4()),
            "type": str(call.pk),
            "text": "Ajánlat utánkövetése",
            "when": day,
            "responsible": str(user.pk),
        }
        second = checked(browser.post(url, form, **HTMX, **probed), url)
        if probed:
            _of_database(planned, folder, len(second.body))
        elif number >= WARM_UP:
            done.times.append(first.seconds)
            planned.times.append(second.seconds)
            both.times.append(first.seconds + second.seconds)
            both.busy.append(busy())
    browser.close()
    both.cpu = (at.cpu() - used) / len(both.times)
    both.queries, both.size = done.queries + planned.queries, done.size + planned.size
    both.bare = done.bare + planned.bare
    return [done, planned, both]


def _seen(part: bytes) -> str:
    """What the page shows after an answer, as its forms say it."""
    found = re.search(rb'name="seen" value="([^"]+)"', part)
    return found[1].decode() if found else ""


def _of_database(measured: Measured, folder: Path, size: int) -> None:
    """What was written can't be run again: the time is that of the page's own queries."""
    queries = noted(folder / "queries")
    measured.queries, measured.size = len(queries), size
    measured.bare = sum(query.seconds for query in queries)

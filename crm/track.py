"""The line of statuses in a datasheet's head: what is past, where it stands, what lies ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import day_words
from crm.constants import EntryKind, SaleState
from crm.forms.when import Moment
from crm.models import Datasheet, HistoryEntry
from modules.models import Status
from modules.registry import kind_of
from modules.tree import Branch
from web.prepared import Prepared

MOST = 6
"""As many segments as fit with their names."""


@dataclass(frozen=True)
class Segment:
    """``state`` is past, now or ahead; ``move`` the status that a click moves to, if any."""

    name: str
    note: str = ""
    state: str = "ahead"
    move: Status | None = None


def track(
    datasheet: Datasheet,
    tree: Sequence[Branch],
    moment: Moment,
    reached: Mapping[int, datetime],
) -> list[Segment]:
    """The segments; none for the Webshop, whose statuses are no line. ``reached``: since when."""
    kind = kind_of(datasheet.module)
    if kind.key == "webshop":
        return []
    if kind.key == "sales":
        return _sale(datasheet, tree, moment)
    shown = [status for branch in tree for status in branch.statuses]
    if kind.key == "invoicing":
        shown = [one for one in shown if one.group_id == datasheet.status.group_id]
    return _line(datasheet, shown, moment, reached, movable=not kind.fixed)


def _line(
    datasheet: Datasheet,
    statuses: Sequence[Status],
    moment: Moment,
    reached: Mapping[int, datetime],
    *,
    movable: bool,
) -> list[Segment]:
    """The open statuses one by one, the final ones together at the end."""
    going = [one for one in statuses if not one.is_final]
    final = [one for one in statuses if one.is_final]
    closed = datasheet.status.is_final
    at = next((i for i, one in enumerate(going) if one.pk == datasheet.status_id), len(going))
    start = max(0, min(at - 2, len(going) - (MOST - 1)))
    segments = []
    for i, one in enumerate(going[start : start + MOST - 1], start=start):
        if i == at:
            segments.append(_now(datasheet, moment))
            continue
        since = reached.get(one.pk)
        past = i < at and not closed
        segments.append(
            Segment(
                name=one.name,
                note=_day(since, moment) if since and (past or closed) else "",
                state="past" if past or (closed and since) else "ahead",
                move=one if movable else None,
            )
        )
    if closed:
        return [*segments, _now(datasheet, moment)]
    return [*segments, Segment(_ends(final))] if final else segments


def _ends(final: Sequence[Status]) -> str:
    if len(final) == 2:
        return _("%(one)s or %(other)s") % {"one": final[0].name, "other": final[1].name}
    return final[0].name if len(final) == 1 else _("Closed")


def _sale(datasheet: Datasheet, tree: Sequence[Branch], moment: Moment) -> list[Segment]:
    """The groups of Sales; the last is the one that the sale ended in, or may end in."""
    names = {branch.group.key: branch.group.name for branch in tree}
    order = ["prospecting", "sales", "customers"]
    if datasheet.sale_state == SaleState.LOST:
        order[-1] = "database"
    here = datasheet.status.group.key
    at = order.index(here) if here in order else 0
    states = ["past" if i < at else "ahead" for i in range(len(order))]
    return [
        _now(datasheet, moment, names.get(key, ""))
        if i == at
        else Segment(names.get(key, ""), state=states[i])
        for i, key in enumerate(order)
    ]


def _now(datasheet: Datasheet, moment: Moment, group: str = "") -> Segment:
    name = datasheet.status.name
    return Segment(
        name=f"{group}: {name}" if group and group != name else name,
        note=_since(datasheet.status_since, moment),
        state="now",
    )


def _since(since: datetime, moment: Moment) -> str:
    """ "18 Nov, 6 days here"."""
    days = (moment.today - moment.day_of(since)).days
    if days <= 0:
        return _("since today")
    here = ngettext("%(days)d day here", "%(days)d days here", days) % {"days": days}
    return f"{_day(since, moment)}, {here}"


def _day(since: datetime, moment: Moment) -> str:
    day: date = moment.day_of(since)
    near = abs((moment.today - day).days) < 300
    return day_words.bare_day(day) if near else day_words.day_with_year(day)


_MOVES = Prepared(
    lambda datasheet: (
        HistoryEntry.objects.filter(
            datasheet=datasheet,
            kind__in=[EntryKind.STATUS, EntryKind.CREATED],
            taken_back_at=None,
        )
        .order_by("-at", "-pk")
        .values_list("data", "at")[:60]
    )
)


def reached_since(datasheet: Datasheet) -> dict[int, datetime]:
    """When the datasheet came to each status, the last time; one query."""
    found: dict[int, datetime] = {}
    for data, at in _MOVES.ask(datasheet.pk):
        status_id = data.get("to") or data.get("status")
        if isinstance(status_id, int):
            found.setdefault(status_id, at)
    return found

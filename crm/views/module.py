"""A module's page: its list in bands, the ribbon above it, responsible and statuses beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from html import escape
from http import HTTPStatus
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.http import HttpRequest
from accounts.models import User
from crm import access, agenda, lists, words
from crm.constants import TodoState
from crm.field_words import chips
from crm.filters import CLOSED, Filters, module_with_tree
from crm.forms.when import Moment
from crm.models import Todo
from crm.views.row import rows_of
from crm.views.rows import groups_of
from modules.models import Module, Status, StatusGroup
from web.htmx import is_htmx, page
from web.paging import Cursor
from web.prepared import Prepared
from web.templatetags.ui import count999

# As many rows as a page that refreshes itself draws again at most.
MOST_LIVE = 500
_REMEMBERED = "responsible"

# What an empty module says it is for.
_PURPOSES = {
    "sales": _("Sales is where enquiries become customers."),
    "projects": _("Projects is where what you sold gets done."),
    "hr": _("HR is where applicants become colleagues."),
    "events": _("Events is where you get everything ready for the day."),
    "partners": _("Partners is where you keep in touch with those you buy from."),
    "helpdesk": _("Helpdesk is where every question gets its answer."),
    "invoicing": _("Invoicing is where offers and invoices find their way to being paid."),
    "orders": _("Orders is where every order gets to the client."),
    "webshop": _("Webshop is where buyers come back."),
}


def remembered(request: HttpRequest, module: Module) -> str:
    """Whose datasheets this user looked at last in the module; empty: not chosen yet."""
    kept = request.session.get(_REMEMBERED)
    return str(kept.get(str(module.pk), "")) if isinstance(kept, dict) else ""


def _remember(request: HttpRequest, filters: Filters) -> None:
    """Keep the choice that an address names; an untouched session is not written."""
    if filters.narrowed is not None and filters.narrowed.origin is not None:
        return  # it came with a link to a set of datasheets, nobody chose it
    value = filters.who_value
    said = request.GET.get("who", "")
    if said != value or value == (remembered(request, filters.module) or "everyone"):
        return
    kept = request.session.get(_REMEMBERED)
    choices = dict(kept) if isinstance(kept, dict) else {}
    request.session[_REMEMBERED] = {**choices, str(filters.module.pk): value}


@require_GET
def module(request: HttpRequest, slug: str) -> HttpResponse:
    """The list: a full page, or for htmx the list with ribbon and tree; 204 when still the same."""
    filters = _filters(request, slug)
    if is_htmx(request) and "version" in request.GET:
        return _live(request, filters)
    _remember(request, filters)
    return whole_page(request, filters, Cursor.decode(request.GET.get("after", "")))


@require_GET
def side(request: HttpRequest, slug: str) -> HttpResponse:
    """Responsible and statuses alone: the sheet of a phone."""
    filters = _filters(request, slug)
    context = {**numbers(filters, Moment.current()), "filters": filters, "in_sheet": True}
    return page(request, "crm/module/side.html", context, part="crm/module/_sheet.html")


@require_GET
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """The menu that chooses somebody else's list; for a restricted user it does not exist."""
    filters = _filters(request, slug)
    if not access.sees_everything(request.user):
        raise Http404
    able = access.possible_responsibles(filters.module.pk)
    choices = [(one, filters.but(who=one).address()) for one in able]
    context = {"filters": filters, "choices": choices, "back": filters.address()}
    return page(request, "crm/module/people.html", context, part="crm/module/_people.html")


def _filters(request: HttpRequest, slug: str) -> Filters:
    module, tree = module_with_tree(request.user, slug)
    request.module_id = module.pk  # type: ignore[attr-defined]
    return Filters.read(request.user, module, tree, request.GET, remembered(request, module))


def whole_page(request: HttpRequest, filters: Filters, after: Cursor | None) -> HttpResponse:
    """The page from the cursor on."""
    moment = Moment.current()
    size = lists.PAGE
    known = numbers(filters, moment)
    context = {**known, **_list(request, filters, moment, known["counts"], after, size)}
    template = "crm/module/page.html"
    also = ["crm/module/_side_again.html"]
    return page(request, template, context, part="crm/module/_list.html", also=also)


def _live(request: HttpRequest, filters: Filters) -> HttpResponse:
    """The page asks whether it is still right: 204, or the list with as many rows as it has."""
    asked = request.GET.get("rows", "")
    size = min(max(int(asked) if asked.isdecimal() else 0, lists.PAGE), MOST_LIVE)
    moment = Moment.current()
    known = numbers(filters, moment)
    keys = lists.keys(filters.query(moment.now, moment.zone), size)
    if request.GET.get("version") == _version(keys, moment, known["counts"]):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {**known, **_list(request, filters, moment, known["counts"], None, size)}
    template = "crm/module/_list.html"
    return page(request, template, context, part=template, also=["crm/module/_side_again.html"])


def _list(
    request: HttpRequest,
    filters: Filters,
    moment: Moment,
    counts: lists.Counts,
    after: Cursor | None,
    size: int,
) -> dict[str, Any]:
    """The rows in their bands, and what stands there when there are none."""
    found = lists.page(filters.query(moment.now, moment.zone), after, size)
    rows = rows_of(found.rows, filters.module, filters.every_status, request, moment)
    done = _done_today(request.user, filters.module, moment) if counts.by_band.get("today") else 0
    groups = groups_of(rows, filters, moment, counts=counts.by_band, done_today=done)
    if after and groups:
        groups[0].continues = groups[0].band == agenda.band(after.due_at, moment.now, moment.zone)
    return {
        "groups": groups,
        "version": _version([lists.key_of(row) for row in found.rows], moment, counts),
        "after": found.after.encode() if found.after else "",
        "first_page": after is None,
        "live_url": filters.address(),
        "may_import": access.may_import(request.user),
        "purpose": _PURPOSES.get(filters.module.kind, ""),
        "closed": _closed(filters, counts),
        "closed_url": filters.but(status=None, group=CLOSED, band=None).address(),
        "all_open_url": filters.but(status=None, group=None, band=None).address(),
        "everything_url": filters.but(
            status=None, group=None, band=None, who="everyone", narrowed=None
        ).address(),
        "field_chips": chips(filters),
    }


def _closed(filters: Filters, counts: lists.Counts) -> int:
    final = (one.pk for one in filters.every_status if one.is_final)
    return sum(counts.by_status.get(pk, 0) for pk in final)


def _done_today(user: User, module: Module, moment: Moment) -> int:
    """How many todos of the module the user has done today; nobody counts up others' work."""
    since = agenda.day_start(moment.today, moment.zone)
    return _DONE.first(user.pk, module.pk, since, role=user.role) or 0


def _done(user_id: int, module_id: int, since: datetime, *, role: str) -> Any:
    user = User(pk=user_id, role=role)
    seen = Todo.objects.visible_to(user).filter(module=module_id, state=TodoState.DONE)
    done = seen.filter(done_by=user, done_at__gte=since).order_by()
    return done.values("done_by").annotate(n=Count("pk")).values_list("n", flat=True)


_DONE = Prepared(_done)


# Ribbon and tree


@dataclass(frozen=True)
class Jump:
    """An entry of the ribbon: a band with its number."""

    band: str
    label: str
    n: int
    tone: str
    current: bool
    url: str


@dataclass(frozen=True)
class Item:
    """A status of the tree, with how many stand in it and how many of them are late."""

    status: Status
    n: int
    late: int
    current: bool
    url: str
    counted: bool

    @property
    def link(self) -> SafeString:
        return self._drawn("")

    @property
    def sheet_link(self) -> SafeString:
        """In the sheet of a phone, which it closes."""
        return self._drawn("sheet-")

    def _drawn(self, at: str) -> SafeString:
        """Drawn here and not by a template, because a module has dozens."""
        url, what, late = escape(self.url), self.status.what, ""
        current = ' aria-current="true"' if self.current else ""
        title = f' title="{escape(what)}"' if what else ""
        if self.late:
            said = ngettext("%(n)s late", "%(n)s late", self.late) % {"n": count999(self.late)}
            late = f'<span class="tree-late">{escape(said)}</span>'
        n = f'<span class="tree-n">{count999(self.n)}</span>' if self.counted else ""
        return mark_safe(  # noqa: S308 (escaped above and below)
            f'<a class="tree-item hue-{self.status.hue}" href="{url}"'
            f' id="{at}to-status-{self.status.pk}"'
            f"{current}{title}"
            f' hx-get="{url}" hx-target="#list" hx-swap="outerHTML show:window:top"'
            f' hx-push-url="true"{" data-close" if at else ""}><span class="dot"></span>'
            f'<span class="clip">{escape(self.status.name)}</span>{late}{n}</a>'
        )


@dataclass(frozen=True)
class Part:
    """A group of the tree; a closed one is folded unless one looks at it."""

    group: StatusGroup
    items: list[Item]
    current: bool
    url: str
    folded: bool

    @property
    def n(self) -> int:
        return sum(item.n for item in self.items)

    @property
    def late(self) -> int:
        return sum(item.late for item in self.items)


@dataclass(frozen=True)
class Side:
    """A choice of responsible."""

    label: Any
    n: int
    current: bool
    url: str


def numbers(filters: Filters, moment: Moment) -> dict[str, Any]:
    """Ribbon, tree and choices with their counts, in two queries."""
    query = filters.query(moment.now, moment.zone)
    counts = lists.count(query, filters.every_status, moment.now, moment.zone)
    return {
        "filters": filters,
        "module": filters.module,
        "counts": counts,
        "ribbon": _ribbon(filters, counts),
        "tree": _tree(filters, counts),
        "choices": _choices(filters, counts),
        "person": filters.who if isinstance(filters.who, User) else None,
        "may_choose": access.sees_everything(filters.user),
        "all_open_url": filters.but(status=None, group=None, band=None).address(),
        "all_open_current": filters.status is None and filters.group is None,
        "everyone_url": filters.but(who="everyone").address(),
        "people_url": f"{reverse('crm:people', args=[filters.module.slug])}?{filters.encoded()}",
        "filter_url": f"{reverse('crm:filter', args=[filters.module.slug])}?{filters.encoded()}",
        "may_filter": any(getattr(one, "has_fields", False) for one in filters.every_status),
        "export_url": _export_url(filters),
        "sheet_url": f"{reverse('crm:side', args=[filters.module.slug])}?{filters.encoded()}",
    }


def _export_url(filters: Filters) -> str:
    """Where the list is taken out as it is; empty for those who can't."""
    if not access.may_export(filters.user):
        return ""
    return f"{reverse('crm:export_module', args=[filters.module.slug])}?{filters.encoded()}"


def _ribbon(filters: Filters, counts: lists.Counts) -> list[Jump]:
    """The bands that hold something, and the one that is chosen."""
    jumps = []
    for band in agenda.BANDS:
        n, current = counts.by_band.get(band, 0), band == filters.band
        if not n and not current:
            continue
        tone = band if band in ("late", "today") or filters.expects_todos else ""
        url = filters.but(band=None if current else band).address()
        jumps.append(Jump(band, words.band_label(band), n, tone, current, url))
    return jumps


def _tree(filters: Filters, counts: lists.Counts) -> list[Part]:
    parts = []
    for branch in filters.tree:
        items = [
            Item(
                status,
                counts.by_status.get(status.pk, 0),
                counts.late_by_status.get(status.pk, 0),
                status == filters.status,
                filters.but(status=status, group=None, band=None).address(),
                counts.known,
            )
            for status in branch.statuses
        ]
        current = branch.group == filters.group
        looked_at = current or filters.group == CLOSED or any(item.current for item in items)
        closed = all(status.is_final for status in branch.statuses)
        url = filters.but(status=None, group=branch.group, band=None).address()
        parts.append(Part(branch.group, items, current, url, closed and not looked_at))
    return parts


def _choices(filters: Filters, counts: lists.Counts) -> list[Side]:
    everyone = _("Everyone") if access.sees_everything(filters.user) else _("All I see")
    offered = (
        ("me", _("Me"), counts.mine),
        ("everyone", everyone, counts.everyone),
        ("unassigned", _("Unassigned"), counts.unassigned),
    )
    return [
        Side(label, n, filters.who == who, filters.but(who=who).address())
        for who, label, n in offered
    ]


def _version(keys: list[tuple[Any, ...]], moment: Moment, counts: lists.Counts) -> str:
    """A short word that changes with anything the page shows, and with the hour."""
    shown = (
        keys,
        sorted(counts.by_status.items()),
        sorted(counts.late_by_status.items()),
        sorted(counts.by_band.items()),
        (counts.mine, counts.unassigned, counts.everyone),
        _hour(moment.now),
        get_language(),
    )
    return blake2s(repr(shown).encode(), digest_size=9).hexdigest()


def _hour(now: datetime) -> str:
    """Late rows of today say for how many hours."""
    return f"{now:%Y%m%d%H}"

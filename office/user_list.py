"""The list of users with what each has to do: a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from crm.constants import Shelf, TodoState
from crm.models import DatasheetCount, Todo
from modules.models import Module
from office.actions.standing import Colleagues, Standing
from web import dates
from web.text import fold

LIVE = (Shelf.OPEN, Shelf.CLOSED)
NOW = timedelta(minutes=6)
"""A little more than how often "last seen" is written."""
A_WEEK = timedelta(days=6)
FEW = 3
"""So many modules are told by name; of more the missing ones."""

TABS = ("all", "active", "former")


@dataclass(frozen=True)
class Row:
    """A user as the list shows them."""

    user: User
    datasheets: int
    todos: int
    overdue: int
    modules: str
    seen: str


@dataclass
class UserList:
    """Who fits the search, in a tab; ``counts`` are those of all tabs without the search."""

    tab: str
    q: str
    active: list[Row] = field(default_factory=list)
    former: list[Row] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.active or self.former or self.invitations)


def user_list(tab: str, q: str) -> UserList:
    """``q`` is looked for in names (accents and case don't matter) and addresses."""
    found = UserList(tab if tab in TABS else "all", q.strip())
    users = list(_matching(User.objects.by_name(), found.q))
    build = _Builder()
    if found.tab != "former":
        found.active = [build.row(user) for user in users if user.is_active]
        found.invitations = [one for one in _open_invitations() if _fits(one, found.q)]
    if found.tab != "active":
        found.former = [build.row(user) for user in users if not user.is_active]
    found.counts = _counts()
    return found


def _counts() -> dict[str, int]:
    active = Count("pk", filter=Q(is_active=True))
    found = User.objects.aggregate(all=Count("pk"), active=active)
    return {**found, "former": found["all"] - found["active"]}


def _matching(users: QuerySet[User], q: str) -> QuerySet[User]:
    for word in fold(q).split():
        users = users.filter(Q(folded_name__contains=word) | Q(email__contains=word))
    return users


def _open_invitations() -> list[Invitation]:
    return list(Invitation.objects.open().select_related("created_by").order_by("sent_at"))


def _fits(invitation: Invitation, q: str) -> bool:
    name = fold(f"{invitation.family_name} {invitation.given_name} {invitation.email}")
    return all(word in name for word in fold(q).split())


class _Builder:
    def __init__(self) -> None:
        self.colleagues = Colleagues()
        modules = self.colleagues.modules.values()
        self.modules = [module for module in modules if module.archived_at is None]
        self.datasheets = dict(
            DatasheetCount.objects.filter(shelf__in=LIVE)
            .order_by()
            .values_list("responsible_id")
            .annotate(total=Sum("n"))
        )
        late = Count("pk", filter=Q(due_at__lt=timezone.now()))
        todos = Todo.objects.filter(state=TodoState.OPEN).order_by()
        self.todos = {
            user_id: (n, overdue)
            for user_id, n, overdue in todos.values_list("responsible_id").annotate(
                n=Count("pk"), late=late
            )
        }

    def row(self, user: User) -> Row:
        members = self.colleagues.members.get(user.pk, frozenset())
        todos, overdue = self.todos.get(user.pk, (0, 0))
        return Row(
            user,
            self.datasheets.get(user.pk, 0),
            todos,
            overdue,
            modules_in_words(Standing(user.pk, user.role, members), self.modules),
            seen_in_words(user.last_seen_at, timezone.now()),
        )


def modules_in_words(standing: Standing, modules: list[Module]) -> str:
    """ "All", "Sales, HR", or "All but HR" where that is shorter."""
    used = [module.name for module in modules if standing.uses(module)]
    if len(used) == len(modules):
        return _("All")
    missing = [module.name for module in modules if not standing.uses(module)]
    if len(used) > FEW and len(missing) <= FEW:
        return _("All but %(names)s") % {"names": ", ".join(missing)}
    return ", ".join(used) or "–"


def seen_in_words(at: datetime | None, now: datetime) -> str:
    """ "now", "today 08:02", "Mon 16:40", "30 Jun"; "never"."""
    if at is None:
        return _("never")
    if now - at < NOW:
        return _("now")
    day, today = dates.local_day(at), timezone.localdate(now)
    if day == today:
        return _("today %(time)s") % {"time": dates.clock(at)}
    if today - day < A_WEEK:
        return f"{dates.short(at)} {dates.clock(at)}"
    return dates.short(at)

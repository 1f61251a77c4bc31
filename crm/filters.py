"""What a module's list is asked for: read from an address, and written into one.

``?status=<key or id>&group=<key or id>&who=<me|everyone|unassigned|id>&band=<band>``, and tests of
fields (:mod:`crm.field_filters`). What can't be understood is left out, so that an old or mistyped
address still opens the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, Final, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
)
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from crm import access, agenda
from crm.constants import Shelf
from crm.field_filters import Narrowed
from crm.lists import Choice, ListQuery
from crm.models import Datasheet
from modules.models import Field, Module, Status, StatusGroup
from modules.names import in_language
from modules.tree import Branch
from web.prepared import Prepared

# Every final status at once; a group of the company with this key comes before it.
CLOSED: Final = "closed"
_CHOICES: tuple[Choice, ...] = ("me", "everyone", "unassigned")
_BIGGEST = 2**63


def module_with_tree(user: User, slug: str) -> tuple[Module, list[Branch]]:
    """The module and its status tree, in one query; 404 when the user may not use it."""
    statuses = _WITH_TREE.kept(user.pk, slug, role=user.role)
    if statuses:
        runs = (list(run) for _id, run in groupby(statuses, lambda status: status.group_id))
        return statuses[0].module, [Branch(members[0].group, members) for members in runs]
    module = Module.objects.for_user(user).filter(slug=slug).first()
    if module is None:
        raise Http404
    return module, []


def _with_tree(user_id: int, slug: str, *, role: str) -> QuerySet[Status]:
    """The statuses, each with its module and whether the user sees fields of its datasheets."""
    user = User(pk=user_id, role=role)
    modules = Module.objects.for_user(user).filter(slug=slug)
    found = Status.objects.filter(module__in=modules.order_by()).select_related("module")
    fields = Field.objects.live().filter(access.field_scope(user), module=OuterRef("module"))
    found = found.annotate(
        has_fields=Exists(fields), lists_fields=Exists(fields.filter(in_list=True))
    )
    return with_first_step(found.in_order())


_WITH_TREE = Prepared(_with_tree)


@dataclass(frozen=True)
class FirstStep:
    """The todo that a status suggests first."""

    text: str
    type_id: int
    icon: str
    in_working_days: int


def with_first_step(statuses: QuerySet[Status]) -> QuerySet[Status]:
    """The statuses with what :func:`first_step` reads: no query of its own for a page of rows."""
    return statuses.annotate(**_FIRST)


# Written down once: as the ORM's subqueries they took longer to put into words than to be answered.
_FIRST = {
    name: RawSQL(  # noqa: S611 (nothing typed is in it)
        f"(SELECT {column} FROM modules_suggestion JOIN modules_todotype"  # noqa: S608
        " ON modules_todotype.id = modules_suggestion.type_id"
        " WHERE modules_suggestion.status_id = modules_status.id"
        ' ORDER BY modules_suggestion."order", modules_suggestion.id LIMIT 1)',
        [],
        kind,
    )
    for name, column, kind in (
        ("first_hu", "text_hu", CharField(null=True)),
        ("first_en", "text_en", CharField(null=True)),
        ("first_type", "type_id", BigIntegerField(null=True)),
        ("first_icon", "modules_todotype.icon", CharField(null=True)),
        ("first_days", "in_working_days", IntegerField(null=True)),
    )
}


def first_step(status: Any) -> FirstStep | None:
    """What a status of :func:`with_first_step` suggests first; None when it suggests nothing."""
    if status.first_type is None:
        return None
    text = in_language(status.first_hu, status.first_en)
    return FirstStep(text, status.first_type, status.first_icon, status.first_days)


@dataclass(frozen=True)
class Filters:
    """The list of a module as one looks at it."""

    user: User
    module: Module
    tree: list[Branch]
    path: str
    status: Status | None = None
    group: StatusGroup | Literal["closed"] | None = None
    who: Choice | User = "everyone"
    band: str | None = None
    narrowed: Narrowed | None = None

    @classmethod
    def read(
        cls,
        user: User,
        module: Module,
        tree: list[Branch],
        params: Mapping[str, str],
        remembered: str = "",
    ) -> Filters:
        """The filters of an address; without ``who`` the remembered one holds."""
        status = _one_of([one for branch in tree for one in branch.statuses], params, "status")
        group: StatusGroup | Literal["closed"] | None = _one_of(
            [branch.group for branch in tree], params, "group"
        )
        if group is None and params.get("group") == CLOSED:
            group = CLOSED
        band = params.get("band")
        return cls(
            user,
            module,
            tree,
            reverse("crm:module", args=[module.slug]),
            status=status,
            group=None if status else group,
            who=_who(user, params.get("who", "")) or _who(user, remembered) or "everyone",
            band=band if band in agenda.BANDS else None,
            narrowed=Narrowed.read(user, module, params),
        )

    @property
    def statuses(self) -> list[Status] | None:
        """The statuses that are shown; None: all open datasheets."""
        if self.status is not None:
            return [self.status]
        if self.group is None:
            return None
        if isinstance(self.group, StatusGroup):
            return [one for one in self.every_status if one.group_id == self.group.pk]
        return [one for one in self.every_status if one.is_final]

    @property
    def every_status(self) -> list[Status]:
        return [status for branch in self.tree for status in branch.statuses]

    @property
    def expects_todos(self) -> bool:
        """Whether any of the shown statuses does: else having none is nothing to mark."""
        shown = self.statuses
        return any(one.expects_todo for one in (self.every_status if shown is None else shown))

    @property
    def who_value(self) -> str:
        return str(self.who.pk) if isinstance(self.who, User) else self.who

    @property
    def is_open_list(self) -> bool:
        """Whether it is the list that the module opens on, but for the responsible."""
        asked = (self.status, self.group, self.band, self.narrowed)
        return all(one is None for one in asked)

    def query(self, now: datetime, zone: ZoneInfo) -> ListQuery:
        """The same, as the list reads it."""
        return ListQuery(
            self.user,
            self.module,
            self.statuses,
            self.who.pk if isinstance(self.who, User) else self.who,
            _range(self.band, now, zone) if self.band else None,
            self.narrowed,
        )

    def holds(self, datasheet: Datasheet) -> bool:
        """Whether a live datasheet stands in this list, in whichever band."""
        shown = self.statuses
        if shown is None and datasheet.shelf != Shelf.OPEN:
            return False
        if shown is not None and datasheet.status_id not in {one.pk for one in shown}:
            return False
        if self.narrowed is not None and not self.narrowed.holds(datasheet.pk):
            return False
        wanted = {"me": self.user.pk, "unassigned": None}
        if isinstance(self.who, User):
            return datasheet.responsible_id == self.who.pk
        return self.who == "everyone" or datasheet.responsible_id == wanted[self.who]

    # Addresses

    def params(self) -> dict[str, str]:
        """As they stand in an address: always with ``who``, for the remembered one may change."""
        found: dict[str, str] = {}
        if self.status is not None:
            found["status"] = self.status.key
        elif self.group is not None:
            found["group"] = self.group.key if isinstance(self.group, StatusGroup) else CLOSED
        found["who"] = self.who_value
        if self.band is not None:
            found["band"] = self.band
        if self.narrowed is not None:
            found.update(self.narrowed.params())
        return found

    def address(self, **more: str) -> str:
        """The page's address with these filters."""
        return f"{self.path}?{self.encoded(**more)}"

    def encoded(self, **more: str) -> str:
        return _encoded(tuple({**self.params(), **more}.items()))

    def but(self, **changes: Any) -> Filters:
        """The same with other filters; a status or group always starts from all bands."""
        return replace(self, **changes)


# A page names its list with forty other choices, and everybody's page the same ones.
@lru_cache(maxsize=4096)
def _encoded(params: tuple[tuple[str, str], ...]) -> str:
    return urlencode(params)


def _one_of(found: list[Any], params: Mapping[str, str], name: str) -> Any:
    """The status or group with this key, else with this id."""
    value = params.get(name, "")
    by_key = next((one for one in found if one.key == value), None)
    return by_key or next((one for one in found if str(one.pk) == value), None)


def _who(user: User, value: str) -> Choice | User | None:
    for choice in _CHOICES:
        if value == choice:
            return choice
    if not (value.isascii() and value.isdigit()) or not access.sees_everything(user):
        return None
    return User.objects.filter(pk=int(value)).first() if int(value) < _BIGGEST else None


def _range(band: str, now: datetime, zone: ZoneInfo) -> agenda.Range:
    """The band's due times; nothing for one that has no days now (on a Sunday, this week)."""
    found = (each for each in agenda.band_ranges(now, zone) if each.band == band)
    return next(found, agenda.Range(band, now, now))

"""Which records a list holds, as its owner sees it: read from the address's parameters."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from crm import client_list, lists
from crm.filters import Filters, module_with_tree
from crm.forms.when import Moment
from modules.models import Module
from web.workbooks import MOST_ROWS

LONGEST_TEXT = 100


@dataclass(frozen=True)
class Source:
    """The list of a module (``filters``), or that of clients (``text``)."""

    user: User
    filters: Filters | None = None
    text: str = ""

    @classmethod
    def of_module(cls, user: User, slug: str, params: Mapping[str, str]) -> Source:
        """The module's list as its address narrows it; Http404 when it isn't the user's."""
        module, tree = module_with_tree(user, slug)
        return cls(user, Filters.read(user, module, tree, params))

    @classmethod
    def of_clients(cls, user: User, params: Mapping[str, str]) -> Source:
        return cls(user, text=params.get("q", "")[:LONGEST_TEXT])

    @classmethod
    def read(cls, user: User, module: Module | None, params: Mapping[str, str]) -> Source:
        """The list of kept parameters; Http404 when the module isn't the user's any more."""
        if module is None:
            return cls.of_clients(user, params)
        return cls.of_module(user, module.slug, params)

    @property
    def module(self) -> Module | None:
        return self.filters.module if self.filters else None

    @property
    def name(self) -> str:
        return self.module.name if self.module else _("Clients")

    def params(self) -> dict[str, str]:
        """What :meth:`read` finds the same list by."""
        if self.filters is not None:
            return self.filters.params()
        return {"q": self.text} if self.text else {}

    def size(self, cap: int) -> int:
        """How many rows there are, at most ``cap``."""
        if self.filters is None:
            return client_list.size(self.user, self.text, cap)
        return lists.size(self._query(self.filters), cap)

    def ids(self) -> array[int]:
        """The ids of the rows in their order, eight bytes each: the list as it is now.

        Who changes it while it is written neither repeats a row nor leaves one out.
        """
        most = MOST_ROWS + 1
        if self.filters is None:
            return array("q", client_list.ids(self.user, self.text, most))
        return array("q", lists.ids(self._query(self.filters), most))

    @staticmethod
    def _query(filters: Filters) -> lists.ListQuery:
        moment = Moment.current()
        return filters.query(moment.now, moment.zone)

"""The queries that everything starts from: each begins with the user who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from crm import access
from crm.constants import Shelf, TodoState
from modules.models import Module

if TYPE_CHECKING:
    from accounts.models import User


class ClientQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Live clients that exist for ``user``."""
        return self.filter(access.client_scope(user), trashed_at=None)


class OfClientQuerySet(models.QuerySet[Any]):
    """Contacts, phones, emails, addresses: seen with their client."""

    def visible_to(self, user: User) -> Self:
        return self.filter(access.through_client_scope(user), client__trashed_at=None)


class DatasheetQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Live datasheets that exist for ``user``."""
        return self.filter(access.datasheet_scope(user)).exclude(shelf=Shelf.TRASH)

    def trashed_for(self, user: User) -> Self:
        """Trashed datasheets that would exist for ``user`` if they were live."""
        return self.filter(access.datasheet_scope(user), shelf=Shelf.TRASH)


class TodoQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Todos of live datasheets that exist for ``user``, in any state but frozen."""
        return self.filter(access.todo_scope(user)).exclude(state=TodoState.FROZEN)

    def open(self) -> Self:
        return self.filter(state=TodoState.OPEN)

    def in_due_order(self) -> Self:
        """The one order of todos: by due time, equal ones by id."""
        return self.order_by("due_at", "pk")


class HistoryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Entries of seen datasheets, and the client's own entries of seen clients."""
        from crm.models import Client, Datasheet  # the models import this module

        readable = self.filter(access.readable_entries(user))
        if access.sees_everything(user):
            modules = Module.objects.for_user(user)
            of_datasheets = models.Q(datasheet__module__in=modules) & ~models.Q(
                datasheet__shelf=Shelf.TRASH
            )
            return readable.filter(models.Q(datasheet=None) | of_datasheets)
        # Asked of each entry: as sets they would be gathered whole, and nobody's may be many.
        seen = Datasheet.objects.visible_to(user).filter(pk=models.OuterRef("datasheet"))
        clients = Client.objects.visible_to(user).filter(pk=models.OuterRef("client"))
        of_clients = models.Q(models.Exists(clients), datasheet=None)
        return readable.filter(of_clients | models.Q(models.Exists(seen)))

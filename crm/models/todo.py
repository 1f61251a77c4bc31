"""Todos: one thing to do, with whom, until when, by whom."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from crm.constants import TodoState
from crm.models.client import Contact
from crm.querysets import TodoQuerySet
from modules.models import Module, TodoType
from web import writing

TEXT_MAX = 160


def zone_name() -> str:
    """The company's zone; empty while there is no company."""
    try:
        return Company.current().time_zone
    except Company.DoesNotExist:
        return ""


class Todo(models.Model):
    """A todo of a datasheet. ``due_at`` and ``timed`` follow DOMAIN, "Due times".

    ``module`` repeats the datasheet's, which never changes, so that badges and My day count
    without a join.
    """

    datasheet = models.ForeignKey(
        "crm.Datasheet", models.CASCADE, related_name="todos", db_index=False
    )
    module = models.ForeignKey(Module, models.PROTECT, db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True)
    type = models.ForeignKey(TodoType, models.PROTECT, db_index=False)
    text = models.CharField(_("text"), max_length=TEXT_MAX)
    due_at = models.DateTimeField(_("due"))
    timed = models.BooleanField(default=False)
    # The zone in which its day was meant: a company that moves keeps its days (crm.tasks).
    zone = models.CharField(max_length=64, blank=True, default=zone_name, editable=False)
    first_due_at = models.DateTimeField(editable=False)
    postponed = models.PositiveIntegerField(default=0, editable=False)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    comment = models.TextField(_("comment"), blank=True)
    checklist = models.JSONField(default=list, blank=True)
    state = models.PositiveSmallIntegerField(choices=TodoState.choices, default=TodoState.OPEN)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TodoQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["datasheet", "state", "due_at", "id"], name="todo_datasheet"),
            models.Index(fields=["responsible", "state", "due_at", "id"], name="todo_agenda"),
            models.Index(
                fields=["done_by", "done_at"], name="todo_done", condition=Q(done_at__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=TodoState.values), name="todo_state"),
            models.CheckConstraint(condition=~Q(text=""), name="todo_text"),
            models.CheckConstraint(
                condition=Q(state=TodoState.DONE, done_at__isnull=False, done_by__isnull=False)
                | (~Q(state=TodoState.DONE) & Q(done_at=None, done_by=None)),
                name="todo_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        writing.forget(self)
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.state == TodoState.OPEN

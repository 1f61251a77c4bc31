"""Datasheets: the folder of one client matter in one module."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.agenda import FAR
from crm.constants import DocumentType, Qualification, SaleState, Shelf
from crm.models.client import Client, Contact
from crm.querysets import DatasheetQuerySet
from modules.models import Module, Status, Step
from web import writing
from web.paths import path
from web.text import fold


class Datasheet(models.Model):
    """A client's matter in one process: one status, one responsible, todos ahead, history behind.

    ``next_todo``, ``next_due_at``, ``shelf`` are kept by :func:`crm.actions.base.settle` in the
    transaction of the change; ``next_due_at`` is :data:`crm.agenda.FAR` without an open todo, so
    that one index order holds every list. ``crm.actions.repair`` proves them.
    """

    module = models.ForeignKey(Module, models.PROTECT, db_index=False)
    client = models.ForeignKey(Client, models.PROTECT, db_index=False)
    main_contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    folded_name = models.CharField(max_length=200, blank=True, editable=False)
    status = models.ForeignKey(Status, models.PROTECT, db_index=False)
    status_since = models.DateTimeField(default=timezone.now, editable=False)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False
    )
    shelf = models.PositiveSmallIntegerField(choices=Shelf.choices, default=Shelf.OPEN)
    next_todo = models.ForeignKey(
        "crm.Todo", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    next_due_at = models.DateTimeField(default=FAR, editable=False)
    last_contact_at = models.DateTimeField(null=True, editable=False)
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
    trashed_at = models.DateTimeField(null=True, editable=False)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    # Sales: what the status follows from.
    qualification = models.CharField(max_length=10, choices=Qualification.choices, blank=True)
    sale_state = models.CharField(
        max_length=11, choices=SaleState.choices, default=SaleState.DISCOVERY
    )
    decided = models.BooleanField(_("they have decided to buy"), default=False)
    forgotten = models.BooleanField(default=False, editable=False)
    # Invoicing, Orders, Webshop: the same.
    document_type = models.CharField(max_length=8, choices=DocumentType.choices, blank=True)
    completed_on = models.DateField(null=True, editable=False)
    registered_on = models.DateField(null=True, blank=True)
    unsubscribed = models.BooleanField(default=False)

    objects = DatasheetQuerySet.as_manager()

    class Meta:
        # One index for each way a list is asked for; each ends with the order of the list.
        indexes: ClassVar = [
            models.Index(fields=["module", "shelf", "next_due_at", "id"], name="ds_module"),
            models.Index(fields=["status", "shelf", "next_due_at", "id"], name="ds_status"),
            models.Index(
                fields=["module", "shelf", "responsible", "next_due_at", "id"],
                name="ds_responsible",
            ),
            models.Index(
                fields=["responsible", "status", "shelf", "next_due_at", "id"],
                name="ds_responsible_status",
            ),
            models.Index(fields=["client", "shelf"], name="ds_client"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(shelf__in=Shelf.values), name="ds_shelf"),
            models.CheckConstraint(
                condition=Q(qualification__in=Qualification.values), name="ds_qualification"
            ),
            models.CheckConstraint(condition=Q(sale_state__in=SaleState.values), name="ds_sale"),
            models.CheckConstraint(
                condition=~Q(qualification="", sale_state__in=["won", "lost"]),
                name="ds_qualify_before_end",
            ),
            models.CheckConstraint(
                condition=Q(document_type__in=DocumentType.values), name="ds_document_type"
            ),
            models.CheckConstraint(
                condition=Q(next_todo=None, next_due_at=FAR)
                | Q(next_todo__isnull=False, next_due_at__lt=FAR),
                name="ds_key_agrees",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        writing.forget(self)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return path("crm:datasheet", self.pk)

    def derive(self) -> None:
        """Keep the folded name that search and import compare."""
        self.folded_name = fold(self.name)[:200]

    @property
    def title(self) -> str:
        """Its own name, else "Company (main contact)"; a person's is the name alone."""
        if self.name:
            return self.name
        if self.main_contact is None or not self.client.is_company:
            return self.client.name
        return f"{self.client.name} ({self.main_contact.full_name})"

    @property
    def subtitle(self) -> str:
        """What stands under the client's name in a list: the own name, else the main contact."""
        if self.name:
            return self.name
        return self.main_contact.full_name if self.main_contact else ""

    @property
    def chain_is_broken(self) -> bool:
        """An open status without a next todo: the process has broken off."""
        return self.next_todo_id is None and self.status.expects_todo


class StepTick(models.Model):
    """A step of the sale that was ticked on a datasheet, and the day it happened."""

    datasheet = models.ForeignKey(Datasheet, models.CASCADE, related_name="ticks")
    step = models.ForeignKey(Step, models.CASCADE)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["datasheet", "step"], name="step_ticked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.on}"

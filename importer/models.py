"""An import: the file, what was decided about it, and which records came of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm.models import Client, Datasheet
from jobs.models import Job
from modules.models import Module


class Step(models.TextChoices):
    """How far an import has come. READ: a large file is still being read in the background."""

    READ = "read", _("Read")
    COLUMNS = "columns", _("Match columns")
    CHECK = "check", _("Check")
    LOAD = "load", _("Load")
    DONE = "done", _("Done")


class PastDue(models.TextChoices):
    """What becomes of first todos whose due date is over: asked once for the whole file."""

    ASK = "", _("Not decided yet")
    KEEP = "keep", _("Keep the dates: these todos start overdue")
    NEXT = "next", _("Move them to the next working day")
    LEAVE = "leave", _("Leave these todos out")


class Existing(models.TextChoices):
    """What becomes of a row whose client is here already."""

    FILL = "fill", _("Fill its empty fields")
    OVERWRITE = "over", _("Overwrite with the file")
    SKIP = "skip", _("Skip the row")
    CREATE = "create", _("Make a new client all the same")


class SameBy(models.TextChoices):
    """By what the client of a row is known: DOMAIN's rule, or one chosen key."""

    USUAL = "usual", _("Same tax number, or same name and town")
    TAX_NUMBER = "tax", _("Same tax number")
    EMAIL = "email", _("Same email")
    PHONE = "phone", _("Same phone number")
    NAME_TOWN = "name", _("Same name and town")
    ID = "id", _("Same client number")


class OnCancel(models.TextChoices):
    """What becomes of the rows that are in when a load is cancelled; chosen at its start."""

    KEEP = "keep", _("Keep what is in")
    BACK = "back", _("Take everything back")


class ImportQuerySet(models.QuerySet["Import"]):
    def latest_first(self) -> ImportQuerySet:
        return self.order_by("-pk")

    def visible_to(self, user: User) -> ImportQuerySet:
        """One's own, and others' into modules that the user has; for those who may import.

        One without rows was left half read by a process that died: nobody sees it.
        """
        allowed = Q(module=None) | Q(module__in=Module.objects.for_user(user))
        return self.filter(Q(created_by=user) | allowed).whole()

    def of(self, user: User) -> ImportQuerySet:
        """Those that the user started, and alone may go on with."""
        return self.filter(created_by=user).whole()

    def whole(self) -> ImportQuerySet:
        """Those that were read, or are being read by a job that will be run again if it dies."""
        return self.filter(Q(rows__gt=0) | Q(step=Step.READ))


IN_TURN = -1


class Import(models.Model):
    """One file or paste on its way in.

    The rows as they were read lie beside the file (``importer.rows``); ``headers`` are those of
    the table. ``targets`` has a target key (or "") for each column. ``statuses`` and ``users``
    map a folded value of the file to a status id or user id; null is "leave these rows out", and
    0 among the users is nobody. ``responsible`` is of rows that name nobody, unless
    ``users[""]`` is :data:`IN_TURN`: then whoever of the module's chosen users is next.
    ``choices`` does for fields with choices what ``statuses`` does: by the target of the field, a
    folded value to an option's id, and for fields with users to a user's; 0 is to leave it empty.
    ``made_options`` are the ids of the options that were made for it. ``first_todo`` is what rows
    without one get, empty for nothing:
    ``{"text", "type" (key), "from" (ISO day), "a_day" (at most so many for one person, 0: any)}``.
    ``mended`` has what was changed by hand, by the row's number as text:
    ``{"cells": {column: text}, "client": id or 0 for a new one, "out": true}``, each if need be.
    ``counts`` are the numbers of :class:`importer.plan.Counts`. ``job`` reads, checks or loads it;
    ``undo_job`` takes it back, and ``undone`` are the numbers of :class:`importer.undo.Undone`.
    """

    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    step = models.CharField(max_length=8, choices=Step.choices, default=Step.COLUMNS)
    pasted = models.BooleanField(default=False)
    sheet = models.CharField(max_length=200, blank=True)
    sheets = models.JSONField(default=list)
    has_heading = models.BooleanField(default=True)
    headers = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    targets = models.JSONField(default=list)
    module = models.ForeignKey(Module, models.PROTECT, null=True)
    statuses = models.JSONField(default=dict)
    users = models.JSONField(default=dict)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    past_due = models.CharField(max_length=5, choices=PastDue.choices, blank=True)
    existing = models.CharField(max_length=6, choices=Existing.choices, default=Existing.SKIP)
    same_by = models.CharField(max_length=6, choices=SameBy.choices, default=SameBy.USUAL)
    choices = models.JSONField(default=dict)
    made_options = models.JSONField(default=list)
    first_todo = models.JSONField(default=dict)
    mended = models.JSONField(default=dict)
    on_cancel = models.CharField(max_length=4, choices=OnCancel.choices, default=OnCancel.KEEP)
    counts = models.JSONField(default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    undo_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="import_step_valid"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(f"importer:{self.step}", args=[self.pk])

    @property
    def left_out(self) -> int:
        """How many rows did not come in though something stands in them."""
        return int(self.counts.get("wrong", 0)) + int(self.counts.get("skip", 0))

    @property
    def is_open(self) -> bool:
        """Whether its decisions can still be changed: nothing has been written yet."""
        return self.step in (Step.COLUMNS, Step.CHECK)


class ImportedRow(models.Model):
    """A row that came in and what it became, written with its records: a load can resume.

    ``changes`` is empty for a row whose client was created. For one that updated a client it has
    what an undo needs, in the order in which it was done (:mod:`importer.changes`), and ``cells``
    is how many cells of it changed.
    ``last_entry`` is the id of the last history entry that the row wrote: a later one of the
    client means that somebody has worked on it since. ``kept`` says why an undo left it as it is.
    """

    source = models.ForeignKey(Import, models.CASCADE, related_name="imported", db_index=False)
    number = models.PositiveIntegerField()
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    datasheet = models.ForeignKey(Datasheet, models.SET_NULL, null=True, related_name="+")
    created = models.BooleanField(default=True)
    changes = models.JSONField(default=list)
    cells = models.PositiveIntegerField(default=0)
    last_entry = models.BigIntegerField(default=0)
    kept = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.number}"


class Mapping(models.Model):
    """What columns with these headings were matched to, to be offered for the next such file.

    ``headings`` is a digest of the folded headings in their order; ``name`` is "" for the one
    that was remembered by itself and a name for one that somebody saved. ``decisions`` are the
    columns of :class:`Import` that hold what was decided, by their names.
    """

    name = models.CharField(max_length=100, blank=True)
    headings = models.CharField(max_length=32)
    headers = models.JSONField(default=list)
    module = models.ForeignKey(Module, models.CASCADE, null=True)
    decisions = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["created_by", "name", "headings"], name="import_mapping_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.headings

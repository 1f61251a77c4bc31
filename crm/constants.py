"""Values that models, queries and forms share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shelf(models.IntegerChoices):
    """Where a datasheet is kept: it decides in which lists it stands.

    A datasheet is OPEN while its status is, and also in a final status as long as a todo was
    kept on it (DOMAIN, "Todos and history").
    """

    OPEN = 0, _("Open")
    CLOSED = 1, _("Closed")
    TRASH = 2, _("Trash")


class TodoState(models.IntegerChoices):
    """FROZEN is an open todo of a trashed datasheet: out of every list until it is restored."""

    OPEN = 0, _("Open")
    DONE = 1, _("Done")
    CANCELLED = 2, _("Cancelled")
    DELETED = 3, _("Deleted")
    FROZEN = 4, _("Frozen")


class ClientKind(models.TextChoices):
    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class AddressKind(models.TextChoices):
    HEAD_OFFICE = "head_office", _("Head office")
    BILLING = "billing", _("Billing")
    DELIVERY = "delivery", _("Delivery")


class PhoneKind(models.TextChoices):
    MOBILE = "mobile", _("Mobile")
    WORK = "work", _("Work")
    HOME = "home", _("Home")
    FAX = "fax", _("Fax")


class EmailKind(models.TextChoices):
    WORK = "work", _("Work")
    PRIVATE = "private", _("Private")


class Qualification(models.TextChoices):
    """Sales: how good a lead is (DOMAIN, "Module kinds"). Empty means not qualified yet."""

    NONE = "", _("Not qualified yet")
    NOT_TARGET = "not_target", _("Not target group")
    TARGET = "target", _("Target group")
    VIP = "vip", _("VIP")


class SaleState(models.TextChoices):
    DISCOVERY = "discovery", _("Discovery")
    IN_PROGRESS = "in_progress", _("In progress")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class DocumentType(models.TextChoices):
    """Invoicing: what the datasheet is the folder of."""

    NONE = "", "—"
    OFFER = "offer", _("Offer")
    PROFORMA = "proforma", _("Proforma invoice")
    INVOICE = "invoice", _("Invoice")


class EntryKind(models.TextChoices):
    """What a history entry tells; the sentence is made when shown, in the reader's language."""

    NOTE = "note", _("Note")
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    EMAIL = "email", _("Email")
    CREATED = "created", _("Created")
    DONE = "done", _("Done todo")
    REOPENED = "reopened", _("Reopened todo")
    PLANNED = "planned", _("New todo")
    POSTPONED = "postponed", _("Postponed todo")
    CHANGED_TODO = "changed_todo", _("Changed todo")
    DELETED_TODO = "deleted_todo", _("Deleted todo")
    CANCELLED_TODO = "cancelled_todo", _("Cancelled todo")
    NO_NEXT = "no_next", _("No next todo")
    STATUS = "status", _("Status")
    RESPONSIBLE = "responsible", _("Responsible")
    STEP = "step", _("Step of the sale")
    CHANGED = "changed", _("Changed data")
    FIELD = "field", _("Changed field")
    TRASHED = "trashed", _("Moved to the trash")
    RESTORED = "restored", _("Restored")
    IMPORTED = "imported", _("Imported")
    ERASED = "erased", _("Erased personal data")


# What counts as contact with the client: it takes Forgotten off (DOMAIN, Sales).
CONTACT_KINDS = frozenset({EntryKind.CALL, EntryKind.MEETING, EntryKind.EMAIL})

"""Values of the fields that the company added, one narrow typed row each."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from crm.models.client import Client, Contact
from crm.models.datasheet import Datasheet
from modules.models import Field, FieldChoice

DIGITS = 15
"""Significant digits of a number: more than these SQLite, which counts in doubles, loses."""


class FieldValue(models.Model):
    """The value of one field of one record; an empty field has no row.

    The type of the field says which column holds it (:mod:`modules.fieldtypes`). Several choices
    are several rows, told apart by ``slot``, the id of the choice; all others have slot 0.
    ``folded`` is what filters compare of a text; ``client`` is also set for a contact's value, so
    that all personal data of a client is found at once.
    """

    field = models.ForeignKey(Field, models.PROTECT, db_index=False)
    slot = models.PositiveBigIntegerField(default=0)
    datasheet = models.ForeignKey(Datasheet, models.CASCADE, null=True, related_name="values")
    client = models.ForeignKey(Client, models.CASCADE, null=True, related_name="values")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="values")
    text = models.TextField(blank=True)
    folded = models.CharField(max_length=200, blank=True)
    number = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    choice = models.ForeignKey(FieldChoice, models.PROTECT, null=True, db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False)
    file = models.FileField(max_length=200, blank=True, upload_to="fields")

    class Meta:
        # Each begins with the field: a filter is one range, and ends with the record.
        indexes: ClassVar = [
            models.Index(fields=["field", "folded", "datasheet"], name="value_folded"),
            models.Index(
                fields=["field", "number", "datasheet"],
                name="value_number",
                condition=Q(number__isnull=False),
            ),
            models.Index(
                fields=["field", "day", "datasheet"],
                name="value_day",
                condition=Q(day__isnull=False),
            ),
            models.Index(
                fields=["field", "moment", "datasheet"],
                name="value_moment",
                condition=Q(moment__isnull=False),
            ),
            models.Index(
                fields=["field", "choice", "datasheet"],
                name="value_choice",
                condition=Q(choice__isnull=False),
            ),
            models.Index(
                fields=["field", "person", "datasheet"],
                name="value_person",
                condition=Q(person__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["datasheet", "field", "slot"],
                condition=Q(datasheet__isnull=False),
                name="value_of_datasheet_once",
            ),
            models.UniqueConstraint(
                fields=["client", "field", "slot"],
                condition=Q(datasheet=None, contact=None),
                name="value_of_client_once",
            ),
            models.UniqueConstraint(
                fields=["contact", "field", "slot"],
                condition=Q(contact__isnull=False),
                name="value_of_contact_once",
            ),
            models.CheckConstraint(
                condition=Q(datasheet__isnull=False, client=None, contact=None)
                | Q(datasheet=None, client__isnull=False),
                name="value_of_one_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}/{self.pk}"

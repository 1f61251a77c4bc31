"""The search index: one row for each client, and one for each datasheet with a name of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from crm.models.client import Client


class SearchDoc(models.Model):
    """What a client, or a named datasheet, is found by. Written by :mod:`crm.search_docs` only.

    ``datasheet_id`` is 0 in a client's own row. ``words`` are folded words with a blank before
    and after each, ``numbers`` the digits of phones and tax numbers in the same way, ``marks``
    what the inverted index knows besides: ``#304`` three digits in a row of a number, ``~12``
    that a live datasheet belongs to user 12 (0: to nobody).

    The database keeps inverted indexes over it (migration 0002): FTS5 tables filled by triggers
    on SQLite, GIN on PostgreSQL. A migration that lets Django rebuild this table on SQLite loses
    the triggers and has to make them again.
    """

    client = models.ForeignKey(Client, models.CASCADE, db_index=False, related_name="+")
    datasheet_id = models.BigIntegerField(default=0)
    module_id = models.BigIntegerField(null=True)
    words = models.TextField()
    numbers = models.TextField(blank=True)
    marks = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "datasheet_id"], name="searchdoc_once"),
        ]

    def __str__(self) -> str:
        return self.words.strip()

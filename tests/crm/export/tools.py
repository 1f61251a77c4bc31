"""Exports made as the pages make them, and what is in their files."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.files.storage import default_storage
from django.test import Client as Browser
from openpyxl import load_workbook

from accounts.models import User
from crm.actions import exports
from crm.export.source import Source
from crm.models import Export
from modules.models import Module


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def taken_out(
    user: User, module: Module | None = None, choice: str = "list", **more: Any
) -> Export:
    params = more.pop("params", {})
    source = Source.read(user, module, params)
    wanted = exports.Choice(choice, more.pop("columns", []), more.pop("ids", True), "csv")
    wanted = exports.Choice(wanted.choice, wanted.columns, wanted.with_ids, more.pop("kind", "csv"))
    url = exports.export(source, wanted, actor=user)
    return Export.objects.get(pk=int(url.split("/")[-2]))


def content(export: Export) -> bytes:
    with default_storage.open(str(export.file.name)) as file:
        return bytes(file.read())


def table(export: Export, delimiter: str = ",") -> list[list[str]]:
    text = content(export).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def as_rows(export: Export, delimiter: str = ",") -> list[dict[str, str]]:
    heading, *rows = table(export, delimiter)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def cells(export: Export) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content(export)))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]

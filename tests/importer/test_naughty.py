"""The strings that break products come in, are shown, go out and come in again, and run nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client as Browser

from accounts.models import User
from crm.models import Client, Contact, Datasheet
from importer import load, rows
from importer.actions import sources
from importer.models import Existing, Import
from importer.values import text as as_text
from modules.models import Field, Module
from tests import make
from tests.importer.files import workbook
from tests.importer.test_round_trip import brought_in, everything, taken_out, told
from tests.importer.tools import checked
from web.sheets import sayable

pytestmark = pytest.mark.django_db

HEADINGS = ("Company name", "Notes", "Industry", "Own text", "Own long text", "Next todo")


@pytest.fixture
def naughty(shared_data: Path) -> list[str]:
    """As they are kept: without blanks around, NULs, and halves of characters."""
    strings = json.loads((shared_data / "strings" / "blns.json").read_text())
    kept = (as_text(one.encode("utf-8", "ignore").decode()) for one in strings)
    return list(dict.fromkeys(one for one in kept if one))


@pytest.fixture
def module(boss: User) -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def own(module: Module) -> tuple[Field, Field]:
    return (
        make.field(module, "text", label_en="Own text", label_hu=""),
        make.field(module, "long_text", label_en="Own long text", label_hu=""),
    )


def table(naughty: Sequence[str]) -> list[list[str]]:
    """A row each, with the string wherever it fits."""
    return [
        [f"{n}. Kft.", one, one[:100], " ".join(one.split())[:250], one, one[:160]]
        for n, one in enumerate(naughty, 1)
    ]


def as_csv(lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Sequence[Sequence[str]]) -> bytes:
    return workbook([[sayable(cell) for cell in line] for line in lines])


def loaded(data: bytes, boss: User, module: Module) -> Import:
    upload = sources.Upload(ContentFile(data), "naughty", module=module)
    source = sources.take_in(upload, actor=boss)
    source = checked(source, boss, existing=Existing.CREATE)
    load.run(source, lambda done: None)
    source.refresh_from_db()
    return source


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_they_come_in_and_go_out_unchanged(
    boss: User, module: Module, own: tuple[Field, Field], naughty: list[str], write: object
) -> None:
    assert callable(write)
    lines = table(naughty)
    source = loaded(write([HEADINGS, *lines]), boss, module)
    assert (source.counts["create"], source.counts["wrong"]) == (len(naughty), 0), told(source)
    notes = dict(Client.objects.values_list("name", "notes"))
    assert notes == {line[0]: line[1] for line in lines}
    before = everything()
    for kind in ("xlsx", "csv"):
        again = brought_in(taken_out(boss, module, kind), boss, Existing.OVERWRITE)
        assert told(again) == []
        load.run(again, lambda done: None)
        assert everything() == before


def test_as_names_of_companies_and_people_they_stay_as_they_are(
    boss: User, module: Module, naughty: list[str]
) -> None:
    """A name is one line: its blanks are single ones."""
    lines = [["Company name", "Family name", "Given name", "Client number"]]
    for n, one in enumerate(naughty):
        name = " ".join(one.split())
        lines.append([f"{n} {name}"[:200].strip(), name[:100].strip(), "", ""])
    source = loaded(as_csv(lines), boss, module)
    assert source.counts["wrong"] == 0, list(rows.results(source.pk))
    assert set(Client.objects.values_list("name", flat=True)) == {line[0] for line in lines[1:]}
    assert set(Contact.objects.values_list("family_name", flat=True)) == {x[1] for x in lines[1:]}
    before = everything()
    for kind in ("xlsx", "csv"):
        again = brought_in(taken_out(boss, None, kind), boss, Existing.OVERWRITE)
        assert told(again) == []
        load.run(again, lambda done: None)
        assert everything() == before


@pytest.mark.once
def test_pages_show_them_as_text(
    boss: User, module: Module, own: tuple[Field, Field], naughty: list[str], web: Browser
) -> None:
    tags = [one for one in naughty if "<" in one or "&" in one or "{{" in one or "{%" in one]
    assert len(tags) > 50
    source = loaded(as_csv([HEADINGS, *table(tags)]), boss, module)
    for client in Client.objects.order_by("pk"):
        page = web.get(client.get_absolute_url()).content.decode()
        assert_escaped(page, client.notes)
        assert hostile_in(page) == []
    for sheet in Datasheet.objects.order_by("pk")[:20]:
        page = web.get(sheet.get_absolute_url()).content.decode()
        assert sheet.next_todo is not None
        assert_escaped(page, sheet.next_todo.text)
        assert hostile_in(page) == []
    for url in ("/m/projects/", "/clients/", source.get_absolute_url(), "/m/projects/export/"):
        assert hostile_in(web.get(url).content.decode()) == [], url


class Markup(HTMLParser):
    """What of a page would run something that is not ours."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        runs = [name for name in said if name.startswith("on")]
        address = (said.get("href") or said.get("src") or "").strip().lower()
        if runs or address.startswith(("javascript:", "data:", "vbscript:")):
            self.found.append(f"{tag} {said}")
        if tag == "script" and not (said.get("src") or "").startswith("/static/"):
            self.found.append(f"{tag} {said}")


def hostile_in(page: str) -> list[str]:
    markup = Markup()
    markup.feed(page)
    return [one for one in markup.found if "importmap" not in one]


def assert_escaped(page: str, said: str) -> None:
    """The text is on the page, and what of it would be markup is not."""
    flat = " ".join(unescape(page).split())
    assert " ".join(said.split()) in flat
    if "<" in said:
        assert said not in page


def test_no_cell_of_either_file_runs(
    boss: User, module: Module, own: tuple[Field, Field], naughty: list[str]
) -> None:
    from openpyxl import load_workbook

    hostile = [*naughty, "=cmd|' /C calc'!A0", "+1", " @SUM(1)", "\t=1", "-2+3", "'=1", "''+2"]
    loaded(as_csv([HEADINGS, *table([as_text(one) for one in hostile])]), boss, module)
    with default_storage.open(str(taken_out(boss, module, "csv").file.name)) as file:
        lines = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))
    cells = [cell for line in lines for cell in line]
    assert not [one for one in cells if one.lstrip().startswith(("=", "+", "-", "@"))]
    with default_storage.open(str(taken_out(boss, module, "xlsx").file.name)) as file:
        book = load_workbook(io.BytesIO(file.read()))
    found = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert not [cell for cell in found if cell.data_type == "f"]
    begins = [c for c in found if isinstance(c.value, str) and c.value[:1] in "=+-@"]
    assert begins
    assert all(cell.quotePrefix for cell in begins)

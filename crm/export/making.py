"""Making the file of an export, from the list as its owner sees it at that moment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from django.core.files import File
from django.http import Http404
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from crm import access
from crm.errors import Refused
from crm.export import columns, table
from crm.export.records import BLOCK, Records
from crm.export.source import Source
from crm.models import Export
from jobs.runner import Beat
from web.workbooks import MOST_ROWS, Cell

WRITTEN_BETWEEN_BEATS = 5000


def make(export: Export, beat: Beat) -> int:
    """Make the file and save it under the export; how many rows it has.

    ``beat`` is told how many rows of ``Export.rows`` are read. Raises Refused when there is no
    such list any more, or it is longer than a sheet.
    """
    source = _source(export)
    ids = source.ids()
    if len(ids) > MOST_ROWS:
        raise Refused(_too_many())
    Export.objects.filter(pk=export.pk).update(rows=len(ids))
    offered = columns.offered(source.user, source.module)
    chosen = columns.chosen(offered, export.choice, export.columns, with_ids=export.with_ids)
    records = Records(source.user, source.module, chosen)
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as laid_by,
        tempfile.TemporaryFile() as made,
    ):
        spool = table.Spool(laid_by, chosen)
        for start in range(0, len(ids), BLOCK):
            for record in records.read(ids[start : start + BLOCK]):
                spool.add(record)
            beat(min(start + BLOCK, len(ids)))
        drawn = _beating(spool.rows(), beat, len(ids))
        headings = columns.headings(chosen, spool.widths)
        language = get_language() or "en"
        rows = table.write(made, export.kind, source.name, headings, drawn, language=language)
        made.seek(0)
        export.file.save(f"{export.pk}.{export.kind}", File(made), save=False)
    return rows


def _source(export: Export) -> Source:
    """The list, if its owner may still take it out."""
    user = export.created_by
    if user.is_active and access.may_export(user):
        try:
            return Source.read(user, export.module, export.params)
        except Http404:
            pass
    raise Refused(_("This list is not yours any more."))


def _beating(rows: Iterator[list[Cell]], beat: Beat, total: int) -> Iterator[list[Cell]]:
    """The rows, with a sign of life now and then: writing a long list takes a while, too."""
    for n, row in enumerate(rows, 1):
        yield row
        if n % WRITTEN_BETWEEN_BEATS == 0:
            beat(total)


def _too_many() -> str:
    return ngettext(
        "A sheet holds %(n)s row. Narrow the list by a filter.",
        "A sheet holds %(n)s rows. Narrow the list by a filter.",
        MOST_ROWS,
    ) % {"n": MOST_ROWS}

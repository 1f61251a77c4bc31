"""A workbook of one sheet, written row by row with constant memory.

By hand, because openpyxl takes ten times as long: a list of 100,000 rows would keep its reader
waiting for a minute. Nothing but what a table needs: a bold heading that stays in sight, texts,
numbers and dates as cells of their own kind. The parts are those of ECMA-376, 12 and 18.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import IO, Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter

from web.formulas import looks_like_formula
from web.sheets import sayable

Cell: TypeAlias = str | int | Decimal | date | datetime | None
"""A moment is naive, as the sheet shows it."""

MOST_ROWS: Final = 1_048_575
"""That a sheet holds below its heading."""
_BLOCK: Final = 500
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# By their places in the list of formats: plain, heading, day, moment, text, text marked as text.
_HEADING, _DAY, _MOMENT, _TEXT, _MARKED = 1, 2, 3, 4, 5
_STYLES: Final = f"""{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name \
val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2">\
<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs \
count="6"><xf xfId="0"/><xf fontId="1" applyFont="1" xfId="0"/><xf numFmtId="14" \
applyNumberFormat="1" xfId="0"/><xf numFmtId="22" applyNumberFormat="1" xfId="0"/><xf \
numFmtId="49" applyNumberFormat="1" xfId="0"/><xf numFmtId="49" \
applyNumberFormat="1" quotePrefix="1" xfId="0"/>\
</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""
_TYPES: Final = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" \
ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.\
openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override \
PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.\
spreadsheetml.worksheet+xml"/></Types>"""
_ROOT_LINKS: Final = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship \
Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
_BOOK_LINKS: Final = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship \
Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" \
Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>"""
# Days are counted from here; Excel believes in 29 February 1900, so that earlier ones are texts.
_EPOCH: Final = date(1899, 12, 30)
_FIRST_DAY: Final = date(1900, 3, 1)
_TITLE_MOST: Final = 31
_NOT_IN_TITLES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def write(
    file: IO[bytes], title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> int:
    """Write the workbook into an open file; how many rows it has below its heading."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=4) as package:
        for name, part in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _ROOT_LINKS),
            ("xl/workbook.xml", _workbook(title)),
            ("xl/_rels/workbook.xml.rels", _BOOK_LINKS),
            ("xl/styles.xml", _STYLES),
        ):
            package.writestr(name, part)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            return _write_sheet(sheet, headings, rows)


def _workbook(title: str) -> str:
    name = " ".join(sayable(title).translate(_NOT_IN_TITLES).split())[:_TITLE_MOST] or "Sheet1"
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _write_sheet(sheet: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    last = get_column_letter(max(len(headings), 1))
    sheet.write(
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane '
        'ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews><cols>{_widths(headings)}</cols><sheetData>{_heading(headings)}".encode()
    )
    block: list[str] = []
    n = 0
    for n, cells in enumerate(rows, 1):
        block.append(_row(n + 1, cells))
        if len(block) == _BLOCK:
            sheet.write("".join(block).encode())
            block.clear()
    end = f'</sheetData><autoFilter ref="A1:{last}{n + 1}"/></worksheet>'
    sheet.write(("".join(block) + end).encode())
    return n


def _widths(headings: Sequence[str]) -> str:
    return "".join(
        f'<col min="{at}" max="{at}" width="{min(max(len(name) + 5, 13), 40)}" customWidth="1"/>'
        for at, name in enumerate(headings, 1)
    )


def _heading(headings: Sequence[str]) -> str:
    cells = "".join(
        f'<c r="{get_column_letter(at)}1" s="{_HEADING}" t="inlineStr"><is><t>'
        f"{escape(sayable(name))}</t></is></c>"
        for at, name in enumerate(headings, 1)
    )
    return f'<row r="1">{cells}</row>'


@cache
def _letter(column: int) -> str:
    return get_column_letter(column)


def _row(number: int, cells: Sequence[Cell]) -> str:
    drawn = [
        _cell(f"{_letter(at)}{number}", value)
        for at, value in enumerate(cells, 1)
        if value is not None and value != ""
    ]
    return f'<row r="{number}">{"".join(drawn)}</row>'


def _cell(at: str, value: Cell) -> str:
    if isinstance(value, date):
        if value.year < _FIRST_DAY.year or _day(value) < _FIRST_DAY:
            return _text(at, value.isoformat(" ") if isinstance(value, datetime) else f"{value}")
        style = _MOMENT if isinstance(value, datetime) else _DAY
        return f'<c r="{at}" s="{style}"><v>{_serial(value)}</v></c>'
    if isinstance(value, str):
        return _text(at, value)
    number = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return f'<c r="{at}"><v>{number}</v></c>'


def _text(at: str, text: str) -> str:
    style = _MARKED if looks_like_formula(text) else _TEXT
    said = escape(sayable(text))
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _serial(value: date) -> str:
    """The days since the epoch, of a moment with their fraction."""
    days = (_day(value) - _EPOCH).days
    if not isinstance(value, datetime):
        return str(days)
    passed = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    return repr(days + passed / timedelta(days=1))

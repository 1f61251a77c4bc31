"""What a spreadsheet's number means in its cell's format: a date, a time, a percentage, 0007.

Number formats are those of ECMA-376, 18.8.30 and 18.8.31.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from importer.readers.base import Cell

Convert = Callable[[str], Cell]

# The built-in formats that matter here; the others are plain numbers.
BUILT_IN: Final = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33), "h:mm"),
    22: "yyyy-mm-dd h:mm",
    9: "0%",
    10: "0.00%",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
    49: "@",
}

_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKET: Final = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_MASK: Final = re.compile(r"[0#\-/() +]+")
# Day 0 of either calendar. Excel believes in 29 February 1900, hence the 30th and not the 31st.
_EPOCH_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 (cells have no zone)
_EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST: Final = 2_958_465  # 9999-12-31


def number(raw: str) -> Decimal | str:
    """The number a person typed: rounded to the 15 digits that a spreadsheet keeps."""
    try:
        value = Decimal(raw)
        if not value.is_finite():
            return raw
        if len(value.as_tuple().digits) > 15:
            value = Decimal(format(value, ".15g"))
        if abs(value.adjusted()) > 300:
            return raw
    except (InvalidOperation, ValueError):
        return raw
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) if value.adjusted() < 27 else value
    return value.normalize()


def _moment(raw: str, epoch: datetime) -> datetime | None:
    try:
        serial = float(raw)
    except ValueError:
        return None
    if not 0 <= serial < _LAST + 1:
        return None
    if epoch is _EPOCH_1900 and serial < 60:
        serial += 1
    days, fraction = divmod(serial, 1)
    try:
        return epoch + timedelta(days=days, seconds=round(fraction * 86400))
    except OverflowError:
        return None


def _as_date(epoch: datetime) -> Convert:
    def convert(raw: str) -> Cell:
        moment = _moment(raw, epoch)
        return moment.date() if moment else number(raw)

    return convert


def _as_datetime(epoch: datetime) -> Convert:
    def convert(raw: str) -> Cell:
        moment = _moment(raw, epoch)
        return moment if moment else number(raw)

    return convert


def _as_time(raw: str) -> Cell:
    moment = _moment(raw, _EPOCH_1904)
    return moment.time() if moment else number(raw)


def _as_elapsed(raw: str) -> Cell:
    try:
        minutes = round(float(raw) * 1440)
    except (ValueError, OverflowError):
        return raw
    return f"{minutes // 60}:{minutes % 60:02}"


def _as_percent(places: int) -> Convert:
    def convert(raw: str) -> Cell:
        value = number(raw)
        if isinstance(value, str):
            return value
        shown = (value * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        return f"{shown:f}%"

    return convert


def _as_mask(mask: str) -> Convert:
    """0007, 06-20-123-4567: the digits fill the places of the format from its end."""
    places = sum(char in "0#" for char in mask)

    def convert(raw: str) -> Cell:
        value = number(raw)
        if isinstance(value, str) or value < 0 or value != value.to_integral_value():
            return value
        left = f"{value:f}"
        if len(left) > places:
            return value
        shown: list[str] = []
        for char in reversed(mask):
            if char not in "0#":
                shown.append(char)
            elif left:
                shown.append(left[-1])
                left = left[:-1]
            elif char == "0":
                shown.append("0")
        return "".join(reversed(shown)).strip()

    return convert


def _calendar_kind(code: str) -> str:
    """ "date", "time" or "datetime" for the letters of a date format, else ""."""
    has_time = bool(re.search(r"[hs]", code))
    has_date = bool(re.search(r"[yd]", code)) or ("m" in code and not has_time)
    if has_date:
        return "datetime" if has_time else "date"
    return "time" if has_time else ""


def converter(code: str, *, since_1904: bool = False) -> Convert:
    """How to read the numbers of cells in this format."""
    epoch = _EPOCH_1904 if since_1904 else _EPOCH_1900
    section = _BRACKET.sub("", code.split(";")[0])
    bare = _LITERAL.sub("", section).lower()
    if _ELAPSED.search(bare):
        return _as_elapsed
    if "general" not in bare and "e+" not in bare:
        kind = _calendar_kind(bare.replace("am/pm", "h").replace("a/p", "h"))
        if kind:
            return {
                "date": _as_date(epoch),
                "datetime": _as_datetime(epoch),
                "time": _as_time,
            }[kind]
    if "%" in bare:
        return _as_percent(len(bare.partition(".")[2].replace("%", "").strip()))
    mask = re.sub(r'"([^"]*)"', r"\1", section).replace("\\", "")
    if _MASK.fullmatch(mask) and mask.count("0") > 1:
        return _as_mask(mask)
    return number


def iso_date(raw: str) -> Cell:
    """A cell of type d: ISO 8601, as strict workbooks write dates."""
    text = raw.strip().removesuffix("Z")
    for read in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            value: date | datetime | time = read(text)
        except ValueError:
            continue
        return value.replace(tzinfo=None) if isinstance(value, datetime | time) else value
    return raw

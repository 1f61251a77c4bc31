"""Nested values as an outline with words for their names: what a page can show of any data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from crm import models
from office.activity_words import label_of
from web import dates

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


@dataclass(frozen=True)
class Node:
    """A line with what hangs under it."""

    label: str = ""
    text: str = ""
    nodes: tuple[Node, ...] = ()


def outline(told: Any) -> tuple[Node, ...]:
    """The lines of a JSON value; what is empty is left out."""
    return tuple(_nodes(told))


def _nodes(told: Any) -> Iterator[Node]:
    if isinstance(told, dict):
        for key, value in told.items():
            if value not in (None, "", [], {}, False):
                yield _node(_label(str(key)), value)
    elif isinstance(told, list):
        for number, value in enumerate(told, start=1):
            plain = not isinstance(value, dict | list)
            yield _node("" if plain else f"{number}.", value)
    elif told is not None:
        yield Node(text=words_of(told))


def _node(label: str, value: Any) -> Node:
    if isinstance(value, dict | list):
        return Node(label, nodes=outline(value))
    return Node(label, words_of(value))


def words_of(value: Any) -> str:
    """A plain value as a person reads it: moments in the company's zone, yes and no."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    if not _MOMENT.match(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{dates.long(moment)}, {dates.clock(moment)}"


def _label(key: str) -> str:
    known = _columns().get(key)
    if known is None:
        return label_of(key)
    text = str(known)
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1)
def _columns() -> dict[str, Any]:
    kinds = (
        models.Todo, models.Datasheet, models.Email, models.Phone, models.Address,
        models.Contact, models.Client,
    )  # fmt: skip
    return {
        field.name: field.verbose_name for kind in kinds for field in kind._meta.concrete_fields
    }

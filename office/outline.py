"""Nested values as an outline with words for their names: what a page can show of any data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crm import models
from office.activity_words import label_of


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
            if value not in (None, "", [], {}):
                yield _node(_label(str(key)), value)
    elif isinstance(told, list):
        for number, value in enumerate(told, start=1):
            plain = not isinstance(value, dict | list)
            yield _node("" if plain else f"{number}.", value)
    elif told is not None:
        yield Node(text=str(told))


def _node(label: str, value: Any) -> Node:
    if isinstance(value, dict | list):
        return Node(label, nodes=outline(value))
    return Node(label, str(value))


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

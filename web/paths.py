"""Addresses of the product, put together from what was looked up once.

A page names a hundred of them; looked up each time they took a tenth of its time.
"""

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse

_MARK = 7_000_000_000_000_000
"""Stands for a number while an address is looked up: nothing that is in one by itself."""


def path(name: str, *numbers: int) -> str:
    """As ``reverse``, for an address whose arguments are ids and the like."""
    return _form(name, len(numbers), get_script_prefix()).format(*numbers)


@lru_cache(maxsize=1024)
def _form(name: str, count: int, _prefix: str) -> str:
    marks = [_MARK + number for number in range(count)]
    found = reverse(name, args=marks).replace("{", "{{").replace("}", "}}")
    for number, mark in enumerate(marks):
        found = found.replace(str(mark), f"{{{number}}}")
    return found


def plain(values: list[Any]) -> bool:
    """Whether :func:`path` can write these."""
    return all(type(value) is int for value in values)

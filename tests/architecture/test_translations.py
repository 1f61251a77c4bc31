"""Every string that a user can see exists in Hungarian, with the same placeholders."""

import pytest

from web import catalogs

SOURCES = catalogs.sources()


@pytest.mark.parametrize("source", SOURCES, ids=[source.app for source in SOURCES])
def test_hungarian_is_complete(source: catalogs.Source) -> None:
    assert catalogs.problems(source) == []


def test_no_string_is_translated_in_two_ways() -> None:
    assert catalogs.conflicts() == []

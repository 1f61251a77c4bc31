"""Every string that a user can see exists in Hungarian, with the same placeholders."""

import pytest

from web import catalogs

SOURCES = catalogs.sources()


@pytest.mark.parametrize("source", SOURCES, ids=[source.app for source in SOURCES])
def test_hungarian_is_complete(source: catalogs.Source) -> None:
    assert catalogs.problems(source) == []


def test_no_string_is_translated_in_two_ways() -> None:
    assert catalogs.conflicts() == []


@pytest.mark.parametrize("source", SOURCES, ids=[source.app for source in SOURCES])
@pytest.mark.parametrize("never", ["a(z)", "“", "e-mail", "email-cím"])
def test_hungarian_is_written_as_it_is_everywhere_else(source: catalogs.Source, never: str) -> None:
    """No article left to the reader, no English quotation marks, one spelling of a word."""
    assert [text for text in catalogs.texts(source) if never in text.lower()] == []

"""Addresses that were looked up once are those that Django finds."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from web.paths import path


def test_an_address_is_the_one_that_reverse_gives() -> None:
    assert path("crm:datasheet", 12) == reverse("crm:datasheet", args=[12])
    assert path("crm:step", 7, 3) == reverse("crm:step", args=[7, 3])
    assert path("crm:my_day") == reverse("crm:my_day")


def test_a_place_of_the_whole_product_stands_before_it() -> None:
    set_script_prefix("/crm/")
    try:
        assert path("crm:datasheet", 12) == reverse("crm:datasheet", args=[12])
    finally:
        set_script_prefix("/")


def test_what_there_is_not_is_not_found() -> None:
    with pytest.raises(NoReverseMatch):
        path("crm:nowhere", 1)

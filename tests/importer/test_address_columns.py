"""Which address of a row its columns are about."""

from __future__ import annotations

import pytest

from importer.columns import match


@pytest.mark.parametrize(
    ("headers", "keys"),
    [
        # the only address of a file is the main one
        (["Billing Street", "Billing City"], ["street", "town"]),
        (["Számlázási cím"], ["address"]),
        (["Szállítási cím"], ["address"]),
        (["Számlázási irsz", "Számlázási cím"], ["postcode", "street"]),
        # two are two, whichever they are
        (["Cím", "Számlázási cím"], ["address", "address.billing"]),
        (["Székhely", "Szállítási cím"], ["address", "address.delivery"]),
        (["Billing Address", "Shipping Address"], ["address.billing", "address.delivery"]),
        (["Levelezési cím", "Postázási cím"], ["address", "address.delivery"]),
        (["Város", "Billing City"], ["town", "town.billing"]),
        (["Város", "Cím", "Számlázási cím"], ["town", "street", "address.billing"]),
        # what stands in brackets says which it is
        (["Cím", "Cím (számlázási)"], ["address", "address.billing"]),
        (
            ["City", "City (Billing)", "Zip [shipping]"],
            ["town", "town.billing", "postcode.delivery"],
        ),
        # a postal address is the main one where there is no other, else that of delivery
        (["Mailing Street", "Mailing City"], ["street", "town"]),
        (["Billing City", "Mailing City"], ["town.billing", "town"]),
        (
            ["Székhely irsz", "Székhely cím", "Levelezési irsz", "Levelezési cím"],
            ["postcode", "street", "postcode.delivery", "street.delivery"],
        ),
        (["Székhely", "Levelezési cím", "Szállítási cím"], ["address", "", "address.delivery"]),
        # the second line of an address is of the same, a second address is not
        (["Address 1", "Address 2", "City"], ["street", "street", "town"]),
        (
            ["billing_address_1", "billing_address_2", "billing_city", "city"],
            ["street.billing", "street.billing", "town.billing", "town"],
        ),
        (["Address", "City", "Address 2", "City 2"], ["street", "town", "", ""]),
        (
            ["Address 1 - Street", "Address 1 - City", "Address 2 - Street", "Address 2 - City"],
            ["street", "town", "", ""],
        ),
        (["Cím: Utca", "Cím: Város", "Cím2: Utca"], ["street", "town", ""]),
    ],
)
def test_addresses_are_told_apart_where_there_are_several(
    headers: list[str], keys: list[str]
) -> None:
    assert [one.target.key if one.target else "" for one in match(headers, [])] == keys


@pytest.mark.parametrize(
    "header",
    [
        *("Billing name", "Billing email", "Billing state", "Invoice date", "Invoice number"),
        *("Shipping cost", "Shipping code", "Delivery time", "Mailing list", "Address type"),
        *("Számlázási név", "Számlázási mód", "Számla kelte", "Szállítási díj", "Postai díj"),
        *("Levelezési név", "Szállítás", "Szállítólevél"),
    ],
)
def test_what_else_is_told_of_bills_and_deliveries_is_no_address(header: str) -> None:
    [*_addresses, one] = match(["Cím", "Számlázási cím", "Szállítási cím", header], [])
    assert one.target is None

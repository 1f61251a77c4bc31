"""Orders and Invoicing move as DOMAIN says ("Module kinds"), and no other move exists."""

from itertools import product

import pytest

from modules.kinds import invoicing, orders
from modules.kinds.base import Meaning, ModuleKind, Refused

ORDER_MOVES = {
    ("draft", "finalise"): "in_progress",
    ("in_progress", "edit"): "draft",
    ("in_progress", "complete"): "completed",
    ("completed", "paid"): "successful",
    ("in_progress", "fail"): "failed",
    ("completed", "fail"): "failed",
    ("failed", "paid"): "successful",
}
DOCUMENT_MOVES = {
    "offer": {
        ("being_prepared", "send"): "sent",
        ("sent", "accept"): "accepted",
        ("sent", "reject"): "rejected",
    },
    "proforma": {
        ("to_be_issued", "issue"): "issued",
        ("issued", "paid"): "paid",
    },
    "invoice": {
        ("to_be_issued", "issue"): "issued",
        ("issued", "paid"): "paid",
        ("issued", "cancel"): "cancelled",
    },
}
ORDER_PAIRS = list(
    product([s.key for s in orders.ORDERS.statuses], [v.key for v in orders.ORDERS.verbs])
)
DOCUMENT_PAIRS = list(
    product(
        DOCUMENT_MOVES,
        [s.key for s in invoicing.INVOICING.statuses],
        [v.key for v in invoicing.INVOICING.verbs],
    )
)


@pytest.mark.parametrize(("status", "verb"), ORDER_PAIRS)
def test_an_order_moves_by_the_table_and_in_no_other_way(status: str, verb: str) -> None:
    if (status, verb) in ORDER_MOVES:
        assert orders.move(status, verb) == ORDER_MOVES[status, verb]
    else:
        with pytest.raises(Refused):
            orders.move(status, verb)


@pytest.mark.parametrize(("document", "status", "verb"), DOCUMENT_PAIRS)
def test_a_document_moves_by_its_own_table_and_in_no_other_way(
    document: str, status: str, verb: str
) -> None:
    expected = DOCUMENT_MOVES[document].get((status, verb))
    if expected:
        assert invoicing.move(document, status, verb) == expected
    else:
        with pytest.raises(Refused):
            invoicing.move(document, status, verb)


def test_the_published_tables_are_the_moves() -> None:
    assert orders.MOVES == ORDER_MOVES
    both = DOCUMENT_MOVES["offer"] | DOCUMENT_MOVES["invoice"]
    assert both == invoicing.MOVES


def test_a_document_of_no_type_makes_no_move() -> None:
    for _document, status, verb in DOCUMENT_PAIRS:
        with pytest.raises(Refused):
            invoicing.INVOICING.move(status, verb)


def test_an_unknown_status_or_verb_is_refused() -> None:
    for status, verb in (("nowhere", "paid"), ("draft", "explode")):
        with pytest.raises(Refused):
            orders.move(status, verb)


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        ("draft", ["finalise"]),
        ("in_progress", ["complete", "edit", "fail"]),
        ("completed", ["paid", "fail"]),
        ("successful", []),
        ("failed", ["paid"]),
    ],
)
def test_the_buttons_of_an_order_are_the_moves_it_has(status: str, verbs: list[str]) -> None:
    assert [verb.key for verb in orders.ORDERS.verbs_from(status)] == verbs


def test_only_an_issued_invoice_can_be_cancelled() -> None:
    kind = invoicing.INVOICING
    assert [verb.key for verb in kind.verbs_from("issued", "invoice")] == ["paid", "cancel"]
    assert [verb.key for verb in kind.verbs_from("issued", "proforma")] == ["paid"]


def test_each_document_starts_where_it_is_not_yet_sent_or_issued() -> None:
    kind = invoicing.INVOICING
    assert {key: kind.first_key(key) for key in ("offer", "proforma", "invoice")} == {
        "offer": "being_prepared",
        "proforma": "to_be_issued",
        "invoice": "to_be_issued",
    }
    assert orders.ORDERS.first_key() == "draft"


def test_what_is_open_won_and_lost_is_as_the_domain_says() -> None:
    def keys(kind: ModuleKind, meaning: Meaning) -> set[str]:
        return {status.key for status in kind.statuses if status.meaning is meaning}

    assert keys(orders.ORDERS, Meaning.OPEN) == {"draft", "in_progress", "completed"}
    assert keys(orders.ORDERS, Meaning.WON) == {"successful"}
    assert keys(orders.ORDERS, Meaning.LOST) == {"failed"}
    documents = invoicing.INVOICING
    assert keys(documents, Meaning.OPEN) == {"being_prepared", "sent", "to_be_issued", "issued"}
    assert keys(documents, Meaning.WON) == {"accepted", "paid"}
    assert keys(documents, Meaning.LOST) == {"rejected", "cancelled"}


def test_lines_are_edited_in_draft_and_completed_and_successful_orders_were_bought() -> None:
    assert orders.EDITABLE == "draft"
    assert orders.BOUGHT == ("completed", "successful")

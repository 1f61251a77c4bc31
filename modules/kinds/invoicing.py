"""Invoicing: offers, proformas and invoices, each with its own moves (DOMAIN, Module kinds)."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from modules.kinds.base import GroupSpec, Meaning, ModuleKind, Refused, StatusSpec, Verb
from modules.kinds.base import SuggestionSpec as Do


class Document(StrEnum):
    """What kind of document the datasheet is about; it never changes."""

    OFFER = "offer"
    PROFORMA = "proforma"
    INVOICE = "invoice"


# (key, Hungarian, English)
DOCUMENTS = (
    (Document.OFFER, "Ajánlat", "Offer"),
    (Document.PROFORMA, "Díjbekérő", "Proforma"),
    (Document.INVOICE, "Számla", "Invoice"),
)
VERBS: dict[str, Verb] = {
    verb.key: verb
    for verb in (
        Verb("send", "Elküldve", "Sent"),
        Verb("accept", "Elfogadták", "Accepted"),
        Verb("reject", "Elutasították", "Rejected"),
        Verb("issue", "Kiállítás", "Issue"),
        Verb("paid", "Kifizetve", "Paid"),
        Verb("cancel", "Sztornózás", "Cancel"),
    )
}

# (from, verb) -> to; DOCUMENT_MOVES says which document knows which
_OFFER: dict[tuple[str, str], str] = {
    ("being_prepared", "send"): "sent",
    ("sent", "accept"): "accepted",
    ("sent", "reject"): "rejected",
}
_PROFORMA: dict[tuple[str, str], str] = {
    ("to_be_issued", "issue"): "issued",
    ("issued", "paid"): "paid",
}
# Only an invoice has a cancelling document; a proforma is no accounting document.
_INVOICE: dict[tuple[str, str], str] = {**_PROFORMA, ("issued", "cancel"): "cancelled"}
MOVES: dict[tuple[str, str], str] = {**_OFFER, **_INVOICE}
DOCUMENT_MOVES: dict[Document, dict[tuple[str, str], str]] = {
    Document.OFFER: _OFFER,
    Document.PROFORMA: _PROFORMA,
    Document.INVOICE: _INVOICE,
}
STARTS: dict[Document, str] = {
    Document.OFFER: "being_prepared",
    Document.PROFORMA: "to_be_issued",
    Document.INVOICE: "to_be_issued",
}


def start(document: str) -> str:
    """The key of the status in which a new document stands; ValueError for an unknown type."""
    return STARTS[Document(document)]


def move(document: str, status_key: str, verb: str) -> str:
    """The key of the status after `verb`.

    Raises `Refused` for every move that this document doesn't know, ValueError for an unknown
    type of document.
    """
    try:
        return DOCUMENT_MOVES[Document(document)][status_key, verb]
    except KeyError:
        raise Refused(_("This document can't make this move from its present status.")) from None


def verbs(document: str, status_key: str) -> tuple[Verb, ...]:
    """The verbs that this status allows to this document, in the order of their buttons."""
    moves = DOCUMENT_MOVES[Document(document)]
    return tuple(verb for key, verb in VERBS.items() if (status_key, key) in moves)


INVOICING = ModuleKind(
    key="invoicing",
    name_hu="Számlázás",
    name_en="Invoicing",
    icon="receipt",
    fixed=True,
    several=False,
    starts=("being_prepared", "to_be_issued"),
    verbs=tuple(VERBS.values()),
    moves=tuple(MOVES.items()),
    groups=(
        GroupSpec(
            "offers",
            "Ajánlatok",
            "Offers",
            (
                StatusSpec(
                    "being_prepared",
                    "Készül",
                    "Being prepared",
                    "slate",
                    what_hu="Készítsd el és küldd el az ajánlatot",
                    what_en="Finish the offer and send it",
                    suggestions=(
                        Do("task", "Ajánlat elkészítése", "Prepare the offer", 1),
                        Do("call", "Részletek egyeztetése", "Clarify the details", 1),
                        Do("email", "Ajánlat elküldése", "Send the offer", 2),
                    ),
                ),
                StatusSpec(
                    "sent",
                    "Elküldve",
                    "Sent",
                    "indigo",
                    what_hu="Kérdezd meg, hogyan döntöttek",
                    what_en="Ask what they decided",
                    suggestions=(
                        Do("call", "Ajánlat utánkövetése", "Follow up the offer", 3),
                        Do("email", "Emlékeztető az ajánlatról", "Remind them of the offer", 5),
                    ),
                ),
                StatusSpec(
                    "accepted",
                    "Elfogadva",
                    "Accepted",
                    "moss",
                    Meaning.WON,
                    "Nincs vele teendő, elfogadták",
                    "Nothing, it is accepted",
                ),
                StatusSpec(
                    "rejected",
                    "Elutasítva",
                    "Rejected",
                    "clay",
                    Meaning.LOST,
                    "Nincs vele teendő",
                    "Nothing",
                ),
            ),
        ),
        GroupSpec(
            "invoices",
            "Díjbekérők és számlák",
            "Proformas and invoices",
            (
                StatusSpec(
                    "to_be_issued",
                    "Kiállítandó",
                    "To be issued",
                    "sky",
                    what_hu="Ellenőrizd az adatokat, és állítsd ki",
                    what_en="Check the data and issue it",
                    suggestions=(
                        Do("task", "Kiállítás és elküldés", "Issue it and send it", 0),
                        Do("email", "Számlázási adatok bekérése", "Ask for the billing data", 0),
                    ),
                ),
                StatusSpec(
                    "issued",
                    "Kiállítva",
                    "Issued",
                    "violet",
                    what_hu="Figyeld, hogy határidőre kifizetik-e",
                    what_en="See that it is paid in time",
                    suggestions=(
                        Do("task", "Befizetés ellenőrzése", "Check the payment", 8),
                        Do("email", "Fizetési emlékeztető", "Send a payment reminder", 9),
                        Do("call", "Érdeklődés a fizetésről", "Ask about the payment", 10),
                    ),
                ),
                StatusSpec(
                    "paid",
                    "Kifizetve",
                    "Paid",
                    "moss",
                    Meaning.WON,
                    "Nincs vele teendő, kifizették",
                    "Nothing, it is paid",
                ),
                StatusSpec(
                    "cancelled",
                    "Sztornózva",
                    "Cancelled",
                    "clay",
                    Meaning.LOST,
                    "Nincs vele teendő, sztornó számla készült róla",
                    "Nothing, a cancelling invoice refers to it",
                ),
            ),
        ),
    ),
)

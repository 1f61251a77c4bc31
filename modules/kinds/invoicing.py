"""Invoicing: offers, proformas and invoices, each with its own moves (DOMAIN, Module kinds)."""

from enum import StrEnum

from modules.kinds.base import DocumentSpec, GroupSpec, Meaning, ModuleKind, Move, StatusSpec, Verb
from modules.kinds.base import SuggestionSpec as Do


class Document(StrEnum):
    """What kind of document the datasheet is about; it never changes."""

    OFFER = "offer"
    PROFORMA = "proforma"
    INVOICE = "invoice"


DOCUMENTS = (
    DocumentSpec(Document.OFFER, "Ajánlat", "Offer", "being_prepared"),
    DocumentSpec(Document.PROFORMA, "Díjbekérő", "Proforma", "to_be_issued"),
    DocumentSpec(Document.INVOICE, "Számla", "Invoice", "to_be_issued"),
)
VERBS = (
    Verb("send", "Elküldve", "Sent"),
    Verb("accept", "Elfogadták", "Accepted"),
    Verb("reject", "Elutasították", "Rejected"),
    Verb("issue", "Kiállítás", "Issue"),
    Verb("paid", "Kifizetve", "Paid"),
    Verb("cancel", "Sztornózás", "Cancel"),
)
_OFFER = (Document.OFFER,)
_PAYABLE = (Document.PROFORMA, Document.INVOICE)
_MOVES = (
    Move("being_prepared", "send", "sent", _OFFER),
    Move("sent", "accept", "accepted", _OFFER),
    Move("sent", "reject", "rejected", _OFFER),
    Move("to_be_issued", "issue", "issued", _PAYABLE),
    Move("issued", "paid", "paid", _PAYABLE),
    # Only an invoice has a cancelling document that refers to it; a proforma is just left.
    Move("issued", "cancel", "cancelled", (Document.INVOICE,)),
)
# (from, verb) -> to, of all documents together; `move` knows which one may do which
MOVES: dict[tuple[str, str], str] = {(move.source, move.verb): move.target for move in _MOVES}


def move(document: str, status_key: str, verb: str) -> str:
    """The key of the status after `verb`; raises `Refused` when this document has no such move."""
    return INVOICING.move(status_key, verb, document)


INVOICING = ModuleKind(
    key="invoicing",
    name_hu="Számlázás",
    name_en="Invoicing",
    icon="receipt",
    fixed=True,
    several=False,
    starts=("being_prepared", "to_be_issued"),
    verbs=VERBS,
    moves=_MOVES,
    documents=DOCUMENTS,
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

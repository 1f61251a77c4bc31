"""Clients that somebody may be about to make a second time; only those that they see.

Sure signs are the same tax number, email or phone. Names are compared without accents, legal
forms and word order, and forgive a few letters (rapidfuzz). A hint never stops anybody.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from rapidfuzz import fuzz

from accounts.models import User
from crm.constants import ClientKind
from crm.models import Address, Client, Datasheet, Email, Phone
from crm.models.channel import e164
from crm.search_sql import Scope, look_up
from crm.search_terms import Piece, Term, parse, pieces
from web.text import digits, fold_company

MOST: Final = 3
# Out of 100. "hegyalja borhaz" and "hegyalja borhazak" are 94, two companies of a town 60.
ALIKE: Final = 86
# Names that share a word with what is typed: as many are compared.
CANDIDATES: Final = 60
LEAST_LETTERS: Final = 3
SURE: Final = 200.0


@dataclass(frozen=True)
class Typed:
    """What stands in the form so far."""

    kind: str = ClientKind.COMPANY
    name: str = ""
    tax_number: str = ""
    email: str = ""
    phone: str = ""


@dataclass
class Duplicate:
    """A client that may be the same: ``sign`` says why ("tax", "email", "phone", "name")."""

    client: Client
    sign: str
    score: float
    terms: list[Term]
    town: str = ""
    datasheets: int = 0
    responsible: User | None = None

    @property
    def name_pieces(self) -> list[Piece]:
        return pieces(self.client.name, self.terms)


def likely(user: User, typed: Typed) -> list[Duplicate]:
    """The likeliest few, surest first, with what the user may know of them."""
    found: dict[int, tuple[str, float]] = {}
    for sign, ids in _sure(user, typed).items():
        for pk in ids:
            found.setdefault(pk, (sign, SURE))
    sure = Client.objects.visible_to(user).in_bulk(found)
    alike = _alike(user, typed)
    clients = {**{client.pk: client for client in alike}, **sure}
    for client, score in alike.items():
        found.setdefault(client.pk, ("name", score))
    terms = parse(typed.name)
    hits = [Duplicate(clients[pk], *found[pk], terms) for pk in found if pk in clients]
    hits.sort(key=lambda hit: (-hit.score, hit.client.sort_key, hit.client.pk))
    return _described(user, hits[:MOST])


def _sure(user: User, typed: Typed) -> dict[str, list[int]]:
    """Ids of visible clients that have the very tax number, email or phone."""
    signs: dict[str, list[int]] = {}
    tax = digits(typed.tax_number)[:8]
    if len(tax) == 8:
        same = Client.objects.visible_to(user).filter(tax_digits=tax)
        signs["tax"] = list(same.values_list("pk", flat=True)[:CANDIDATES])
    email = typed.email.strip().lower()
    if "@" in email:
        emails = Email.objects.visible_to(user).filter(folded=email)
        signs["email"] = list(emails.values_list("client_id", flat=True)[:CANDIDATES])
    phone = digits(e164(typed.phone))
    if phone:
        phones = Phone.objects.visible_to(user).filter(digits=phone)
        signs["phone"] = list(phones.values_list("client_id", flat=True)[:CANDIDATES])
    return signs


def _alike(user: User, typed: Typed) -> dict[Client, float]:
    """Visible clients with a name like the typed one, scored."""
    name = fold_company(typed.name)
    if len(name.replace(" ", "")) < LEAST_LETTERS:
        return {}
    scope = Scope.of(user)
    terms = parse(name)
    hits = look_up(terms, scope, CANDIDATES, clients_only=True)
    for term in terms:  # one word may be mistyped
        start = Term(term.word[: max(4, len(term.word) - 2)])
        hits += look_up([start], scope, CANDIDATES, clients_only=True)
    ids = {hit.client_id for hit in hits}
    scores = {}
    for client in Client.objects.visible_to(user).filter(pk__in=ids, kind=typed.kind):
        score = _score(name, client.folded_name)
        if score >= ALIKE:
            scores[client] = score
    return scores


def _score(typed: str, known: str) -> float:
    """How alike two folded names are; a name that is still being typed is like its whole."""
    score = max(fuzz.token_sort_ratio(typed, known), fuzz.ratio(typed, known))
    if len(typed) >= 5 and known.startswith(typed):
        score = max(score, ALIKE + 10 * len(typed) / len(known))
    return score


def _described(user: User, hits: list[Duplicate]) -> list[Duplicate]:
    ids = [hit.client.pk for hit in hits]
    sheets = Datasheet.objects.visible_to(user).filter(client__in=ids)
    counts = dict(sheets.values_list("client_id").annotate(n=Count("pk")).order_by())
    towns = dict(
        Address.objects.filter(client__in=ids)
        .exclude(town="")
        .order_by("is_default", "-pk")
        .values_list("client_id", "town")
    )
    owners: dict[int, User] = defaultdict()
    for sheet in sheets.filter(responsible__isnull=False).select_related("responsible")[:20]:
        owners.setdefault(sheet.client_id, sheet.responsible)
    for hit in hits:
        pk = hit.client.pk
        hit.town, hit.datasheets = towns.get(pk, ""), counts.get(pk, 0)
        hit.responsible = owners.get(pk)
    return hits

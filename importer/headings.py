"""What columns are called: the fields they can go to, and their names in many files.

The names are folded words without digits and signs (guesses.heading_words): Hungarian and
English ones, and those that Google, Outlook, HubSpot, Salesforce, Pipedrive, Odoo and MiniCRM
write into their exports.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can fill. ``several``: more than one column can (two phones).

    Those of the second contact of a row have keys like "phone.2", and ``person`` is 2. Those of
    the company's own fields are "f12", of its second contact "f12.2" (:mod:`importer.fields`).
    Those of the addresses that stand beside the main one are "town.billing", "town.delivery".
    """

    key: str
    label: LazyText | str
    group: str
    several: bool = False
    person: int = 1

    @property
    def heading(self) -> str:
        """The group that it stands in, in words: "Contact 2"."""
        if self.person == 1:
            return str(GROUPS[self.group])
        return gettext("Contact %(n)s") % {"n": self.person}

    @property
    def name(self) -> str:
        """What it is called where its group isn't seen: "Billing address: Town"."""
        return f"{self.heading}: {self.label}" if kind_of(self.key) else str(self.label)


GROUPS: Final = {
    "client": _("Client"),
    "contact": _("Contact"),
    "address": _("Address"),
    "billing": _("Billing address"),
    "delivery": _("Delivery address"),
    "datasheet": _("Datasheet"),
    "todo": _("First todo"),
    "history": _("History"),
}

# The addresses that a row can have beside its main one, as groups and as crm.constants.AddressKind.
KINDS: Final = ("billing", "delivery")
# More contacts than this have no columns of their own in a row.
MOST_PEOPLE: Final = 5

_ADDRESS: Final = (
    Target("country", _("Country"), "address"),
    Target("postcode", _("Postcode"), "address"),
    Target("town", _("Town"), "address"),
    Target("street", _("Street and number"), "address", several=True),
    Target("address", _("Full address"), "address"),
)
TARGETS: Final = (
    Target("company_name", _("Company name"), "client"),
    Target("tax_number", _("Tax number"), "client"),
    Target("eu_vat_number", _("EU VAT number"), "client"),
    Target("registration_number", _("Registration number"), "client"),
    Target("website", _("Website"), "client"),
    Target("industry", _("Industry"), "client"),
    Target("size", _("Size"), "client"),
    Target("bank_account", _("Bank account"), "client"),
    Target("company_phone", _("Company phone"), "client", several=True),
    Target("company_email", _("Company email"), "client", several=True),
    Target("notes", _("Notes"), "client", several=True),
    Target("client_id", _("Client number"), "client"),
    Target("full_name", _("Full name"), "contact"),
    Target("family_name", _("Family name"), "contact"),
    Target("given_name", _("Given name"), "contact", several=True),
    Target("position", _("Position"), "contact"),
    Target("phone", _("Phone"), "contact", several=True),
    Target("email", _("Email"), "contact", several=True),
    *_ADDRESS,
    *(replace(one, key=f"{one.key}.{kind}", group=kind) for kind in KINDS for one in _ADDRESS),
    Target("datasheet_name", pgettext_lazy("datasheet", "Name"), "datasheet"),
    Target("status", _("Status"), "datasheet"),
    Target("responsible", _("Responsible"), "datasheet"),
    Target("datasheet_id", _("Datasheet number"), "datasheet"),
    Target("todo_text", _("What?"), "todo"),
    Target("todo_due", _("When?"), "todo"),
    Target("todo_type", _("Type"), "todo"),
    Target("history_note", _("Note"), "history", several=True),
)
BY_KEY: Final = {target.key: target for target in TARGETS}


@lru_cache(maxsize=256)
def split(key: str) -> tuple[str, int]:
    """The key of a target and which contact of the row it is about: "phone.2" is phone, 2."""
    base, _dot, number = key.partition(".")
    return base, int(number) if number.isdigit() else 1


def kind_of(key: str) -> str:
    """Which address of the row a target is about: "billing" of "town.billing", "" of "town"."""
    kind = key.partition(".")[2]
    return kind if kind in KINDS else ""


def of_kind(key: str, kind: str) -> str:
    """The same part of another address; of the main one without a kind."""
    base = key.partition(".")[0]
    return f"{base}.{kind}" if kind else base


def of_person(target: Target, person: int) -> Target:
    """The same field of another contact; a target that is of no contact stays."""
    if person == 1 or target.group != "contact":
        return target
    return replace(target, key=f"{split(target.key)[0]}.{person}", person=person)


_NAMES: Final = {
    "company_name": """cegnev, ceg neve, ceg, cegnev ceg, vallalat, vallalkozas, vallalkozas
        neve, szervezet, szervezet neve, ugyfel, ugyfel neve, ugyfelnev, partner, partner neve,
        partnernev, vevo, vevo neve, megrendelo, szallito, intezmeny, intezmeny neve, company,
        company name, account, account name, organization, organization name, organisation,
        organisation name, business name, client, client name, customer, customer name, firm,
        employer, company company name, legal name, company account, associated company, parent
        company, related company, commercial entity, firma, cegnev rovid""",
    "tax_number": """adoszam, ado szam, belfoldi adoszam, adoszama, ceg adoszama, adoazonosito,
        tax number, tax no, tax id, vat id number, tin, tax identification number, adoszam ceg,
        tax id number""",
    "eu_vat_number": """eu adoszam, europai unios adoszam, kozossegi adoszam, eu vat, eu vat
        number, vat number, vat no, vat id, vat""",
    "registration_number": """cegjegyzekszam, cegjegyzek szam, cegj szam, nyilvantartasi szam,
        registration number, company registration number, company number, reg no""",
    "website": """honlap, weboldal, weblap, web, website, web site, website url, url, homepage,
        web page, company domain name, domain, website link, website value, internet, webcim,
        organization website""",
    "industry": """iparag, agazat, tevekenyseg, tevekenysegi kor, fotevekenyseg, szakma, branche,
        industry, sector, line of business, activity sector""",
    "size": """meret, letszam, cegmeret, alkalmazottak szama, dolgozok szama, size, employees,
        number of employees, company size, headcount, no of employees, employees count""",
    "bank_account": """bankszamla, bankszamlaszam, szamlaszam, bank account, bank account number,
        account number, iban""",
    "notes": """megjegyzes, megjegyzesek, jegyzet, jegyzetek, leiras, egyeb, egyeb informacio,
        note, notes, comment, comments, description, remarks, remark, about, internal notes,
        annotation""",
    "full_name": """kapcsolattarto, kapcsolattarto neve, kapcsolattarto nev, kapcsolat, kapcsolat
        neve, kontakt, kontakt neve, szemely, szemely neve, teljes nev, ugyintezo, kepviselo,
        ugyvezeto neve, contact, contact name, contact person, full name, person, person name,
        primary contact, display name, file as, name of contact, contact full name, associated
        contact, primary contact name""",
    "family_name": """vezeteknev, csaladnev, csaladi nev, vezetek nev, last name, family name,
        surname, lastname, contact last name""",
    "given_name": """keresztnev, utonev, kereszt nev, first name, given name, forename,
        firstname, contact first name, middle name, additional name""",
    "position": """beosztas, pozicio, titulus, munkakor, tisztseg, beosztasa, position, job
        title, title, role, job position, contact title, organization title, function""",
    "phone": """telefon, telefonszam, telefonszama, tel, tel szam, telszam, mobil, mobilszam,
        mobiltelefon, mobiltelefonszam, vezetekes, vezetekes telefon, fax, telefonja,
        kapcsolattarto telefonszama, hivoszam, phone, phone number, telephone, telephone number,
        mobile, mobile phone, mobile number, cell, cell phone, business phone, home phone, work
        phone, phone work, phone mobile, phone home, phone value, primary phone, main phone,
        contact phone number, contact phone, mobile phone number, phone other, other phone, car
        phone, mobilja""",
    "email": """email, e mail, mail, email cim, e mail cim, emailcim, emil, drotposta,
        elektronikus levelcim, email address, e mail address, emailje, e mailje, mail address, e
        mail value, email work, email home, work email, contact email, kapcsolattarto email,
        kapcsolattarto e mail, primary email, contact email address, additional email addresses,
        email other, work email address""",
    "company_phone": """ceg telefonszama, ceg telefon, kozponti telefon, kozponti telefonszam,
        kozponti szam, company phone, company phone number, company main phone, account phone""",
    "company_email": """ceg email, ceg email cime, ceg e mail, kozponti email, kozponti e mail,
        company email, company email address, account email""",
    "client_id": "ugyfelszam, client number",
    "datasheet_id": "adatlapszam, datasheet number",
    "country": """szekhely orszag, nation, business country region, business address country
        region""",
    "postcode": """szekhely iranyitoszam, szekhely irsz, business postal code, business address
        postal code""",
    "town": """szekhely varos, szekhely telepules, business city, business address city""",
    "street": "szekhely utca, business street, business address street",
    "address": """szekhely, szekhely cime, szekhelye, lakcim, postacim, telephely, ceg cime, office
        address, headquarters, location, company address, organization address, cim szekhely, main
        address, primary address, registered address, registered office""",
    "datasheet_name": """adatlap, adatlap neve, adatlap nev, projekt, projekt neve, ajanlat neve,
        lehetoseg, lehetoseg neve, ugy, targy, datasheet, datasheet name, deal, deal name, deal
        title, ugylet, ugylet neve, opportunity, opportunity name, project, project name,
        subject, lead title, lead name, record name""",
    "status": """statusz, statusza, allapot, allapota, fazis, szakasz, status, state, stage, deal
        stage, lead status, pipeline stage, opportunity stage, phase, ertekesitesi fazis, projekt
        statusz""",
    "responsible": """felelos, felelose, uzletkoto, ertekesito, ugyfelfelelos, kapcsolattartonk,
        ugygazda, gazda, munkatars, hozzarendelve, responsible, owner, deal owner, contact owner,
        account owner, company owner, lead owner, assigned to, assignee, salesperson, sales rep,
        account manager, person responsible, record owner""",
    "todo_text": """kovetkezo teendo, teendo, teendo szovege, feladat, kovetkezo lepes, kovetkezo
        feladat, tennivalo, todo, to do, next todo, next step, next action, next activity, next
        task, task, task name, activity, action, activity summary, next activity summary, next
        activity subject""",
    "todo_due": """hatarido, teendo hatarideje, hatarideje, esedekesseg, esedekes, mikor,
        kovetkezo hivas, kov hivas, kovetkezo hivas datuma, visszahivas, visszahivas datuma,
        kovetkezo idopont, teendo datuma, kovetkezo kapcsolatfelvetel, due, due date, deadline,
        next call, call date, next activity date, next contact, follow up, follow up date, next
        follow up, next activity deadline, task due date, when""",
    "todo_type": """teendo tipusa, teendo tipus, feladat tipusa, tevekenyseg tipusa, todo type,
        task type, activity type, next activity type""",
    "history_note": """elozmeny, elozmenyek, feljegyzes, feljegyzesek, tortenet, utolso
        beszelgetes, hivasnaplo, naplo, history, log, call log, last note, last contact, activity
        log, call notes""",
}

_OF_ANY_ADDRESS: Final = {
    "country": """orszag, orszag nev, country, country region, country code, country name, address
        country, address country region""",
    "postcode": """irsz, iranyitoszam, ir szam, iranyito szam, postakod, postcode, post code,
        postal code, zip, zip code, zip postal code, address postal code""",
    "town": """varos, telepules, helyseg, telepulesnev, helysegnev, city, town, locality, city
        town, address city, city name""",
    "street": """utca, utca hazszam, utca hsz, kozterulet, kozterulet neve, hazszam, utca es
        hazszam, street, street address, address line, street and number, street name, address
        street, address extended address""",
    "address": """cim, teljes cim, address, full address, formatted address, address
        formatted""",
}
_POSTAL: Final = """levelezesi, levelezesi cim, posta, postai, postai cim, mailing, mailing address,
    postal, postal address"""
_WORDS_OF_KINDS: Final = {
    "": _POSTAL,
    "billing": """szamlazasi, szamlazasi cim, szamla, szla, billing, billing address, invoice,
        invoice address, invoicing, bill to""",
    "delivery": """szallitasi, szallitasi cim, kiszallitasi, kiszallitasi cim, kezbesitesi,
        kezbesitesi cim, postazasi, postazasi cim, szall, shipping, shipping address, delivery,
        delivery address, ship to""",
}
"""What stands before a part of an address: "Billing Street". A postal address is the main one of
a row that has no other.
"""


def _listed(names: str) -> list[str]:
    return [" ".join(name.split()) for name in names.split(",")]


def _of_kinds() -> Iterator[tuple[str, str]]:
    for key, names in _OF_ANY_ADDRESS.items():
        for kind, beginnings in _WORDS_OF_KINDS.items():
            for name, begun in product(_listed(names), _listed(beginnings)):
                yield f"{begun} {name}", of_kind(key, kind)


POSTAL: Final = frozenset(
    f"{begun} {name}"
    for names in _OF_ANY_ADDRESS.values()
    for name, begun in product(_listed(names), _listed(_POSTAL))
)
"""The folded headings of a postal address."""

KNOWN: Final = {
    **dict(_of_kinds()),
    **{
        name: key
        for several in (_OF_ANY_ADDRESS, _NAMES)
        for key, names in several.items()
        for name in _listed(names)
    },
}
"""Folded heading -> key of its target."""

WEAK: Final = {
    **dict.fromkeys(("file as", "display name"), 0.7),
    **dict.fromkeys(("title", "role", "function", "domain", "company domain name"), 0.85),
    **dict.fromkeys(("parent company", "associated company", "location", "about"), 0.85),
    **dict.fromkeys(("action", "activity", "when"), 0.85),
}
"""Known headings that give way to a surer one, and how sure they are: Outlook's "Title" is Mr.
beside "Job Title".
"""

OF_COMPANY: Final = {"company_name": "company_name", "phone": "company_phone"} | {
    "email": "company_email",
    "full_name": "company_name",
}
"""What a name, a phone and an email are when the heading says "Company: …"."""

PREFIXES: Final = {
    **dict.fromkeys(("ceg", "company", "organization", "organisation", "szervezet"), "client"),
    **dict.fromkeys(("account", "vallalat", "ugyfel", "client", "customer"), "client"),
    **dict.fromkeys(("contact", "person", "szemely", "kapcsolattarto", "kontakt"), "contact"),
    **dict.fromkeys(("kapcsolat", "contact person", "kapcsolattarto szemely"), "contact"),
    **dict.fromkeys(("deal", "opportunity", "lead", "adatlap", "datasheet"), "datasheet"),
    **dict.fromkeys(("lehetoseg", "ugylet", "projekt", "project"), "datasheet"),
    **dict.fromkeys(("cim", "address", "szekhely", "business address"), "address"),
}
"""What stands before the name of a field in "Person - Phone - Work" and "Személy1: Telefon"."""

NOT_TAKEN: Final = frozenset({"other address", "tovabbi cim"})
"""What a list that was taken out has beside a client's main address: whole, for people to read."""

AMBIGUOUS_NAMES: Final = frozenset({"nev", "name", "neve", "megnevezes", "title name", "nev ceg"})
"""Headings that are a company's name or a person's: the values decide."""

"""What columns are called: the fields they can go to, and their names in many files.

The names are folded words without digits and signs (columns.heading_words): Hungarian and
English ones, and those that Google, Outlook, HubSpot, Salesforce, Pipedrive, Odoo and MiniCRM
write into their exports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can fill. ``several``: more than one column can (two phones)."""

    key: str
    label: LazyText
    group: str
    several: bool = False


GROUPS: Final = {
    "client": _("Client"),
    "contact": _("Contact"),
    "address": _("Address"),
    "datasheet": _("Datasheet"),
    "todo": _("First todo"),
    "history": _("History"),
}

TARGETS: Final = (
    Target("company_name", _("Company name"), "client"),
    Target("tax_number", _("Tax number"), "client"),
    Target("eu_vat_number", _("EU VAT number"), "client"),
    Target("registration_number", _("Registration number"), "client"),
    Target("website", _("Website"), "client"),
    Target("industry", _("Industry"), "client"),
    Target("size", _("Size"), "client"),
    Target("bank_account", _("Bank account"), "client"),
    Target("notes", _("Notes"), "client", several=True),
    Target("full_name", _("Full name"), "contact"),
    Target("family_name", _("Family name"), "contact"),
    Target("given_name", _("Given name"), "contact"),
    Target("position", _("Position"), "contact"),
    Target("phone", _("Phone"), "contact", several=True),
    Target("email", _("Email"), "contact", several=True),
    Target("country", _("Country"), "address"),
    Target("postcode", _("Postcode"), "address"),
    Target("town", _("Town"), "address"),
    Target("street", _("Street and number"), "address"),
    Target("address", _("Full address"), "address"),
    Target("datasheet_name", pgettext_lazy("datasheet", "Name"), "datasheet"),
    Target("status", _("Status"), "datasheet"),
    Target("responsible", _("Responsible"), "datasheet"),
    Target("todo_text", _("What?"), "todo"),
    Target("todo_due", _("When?"), "todo"),
    Target("todo_type", _("Type"), "todo"),
    Target("history_note", _("Note"), "history", several=True),
)
BY_KEY: Final = {target.key: target for target in TARGETS}

_NAMES: Final = {
    "company_name": """cegnev, ceg neve, ceg, cegnev ceg, vallalat, vallalkozas, vallalkozas neve,
        szervezet, szervezet neve, ugyfel, ugyfel neve, ugyfelnev, partner, partner neve,
        partnernev, vevo, vevo neve, megrendelo, szallito, intezmeny, intezmeny neve, company,
        company name, account, account name, organization, organization name, organisation,
        organisation name, business name, client, client name, customer, customer name, firm,
        employer, company company name, legal name, firma, cegnev rovid""",
    "tax_number": """adoszam, ado szam, belfoldi adoszam, adoszama, ceg adoszama, adoazonosito,
        tax number, tax no, tax id, vat id number, tin, tax identification number, adoszam ceg""",
    "eu_vat_number": """eu adoszam, europai unios adoszam, kozossegi adoszam, eu vat,
        eu vat number, vat number, vat no, vat id, vat""",
    "registration_number": """cegjegyzekszam, cegjegyzek szam, cegj szam, nyilvantartasi szam,
        registration number, company registration number, company number, reg no""",
    "website": """honlap, weboldal, weblap, web, website, web site, website url, url, homepage,
        web page, company domain name, domain, internet, webcim, organization website""",
    "industry": """iparag, agazat, tevekenyseg, tevekenysegi kor, fotevekenyseg, szakma, branche,
        industry, sector, line of business, activity sector""",
    "size": """meret, letszam, cegmeret, alkalmazottak szama, dolgozok szama, size, employees,
        number of employees, company size, headcount""",
    "bank_account": """bankszamla, bankszamlaszam, szamlaszam, bank account, bank account number,
        account number, iban""",
    "notes": """megjegyzes, megjegyzesek, jegyzet, jegyzetek, leiras, egyeb, egyeb informacio,
        note, notes, comment, comments, description, remarks, remark, about, internal notes,
        annotation""",
    "full_name": """kapcsolattarto, kapcsolattarto neve, kapcsolattarto nev, kapcsolat,
        kapcsolat neve, kontakt, kontakt neve, szemely, szemely neve, teljes nev, ugyintezo,
        kepviselo, ugyvezeto neve, contact, contact name, contact person, full name, person,
        person name, primary contact, display name, file as, name of contact""",
    "family_name": """vezeteknev, csaladnev, csaladi nev, vezetek nev, last name, family name,
        surname, lastname, contact last name""",
    "given_name": """keresztnev, utonev, kereszt nev, first name, given name, forename, firstname,
        contact first name""",
    "position": """beosztas, pozicio, titulus, munkakor, tisztseg, position, job title, title,
        role, job position, contact title, organization title, function""",
    "phone": """telefon, telefonszam, telefonszama, tel, tel szam, telszam, mobil, mobilszam,
        mobiltelefon, mobiltelefonszam, vezetekes, vezetekes telefon, kozponti telefon, fax,
        ceg telefonszama, kapcsolattarto telefonszama, hivoszam, phone, phone number, telephone,
        telephone number, mobile, mobile phone, mobile number, cell, cell phone, business phone,
        home phone, work phone, phone work, phone mobile, phone home, phone value,
        primary phone, main phone, contact phone number, contact phone, company phone""",
    "email": """email, e mail, mail, email cim, e mail cim, emailcim, emil, drotposta,
        elektronikus levelcim, email address, e mail address, mail address, e mail value,
        email work, email home, work email, contact email, kapcsolattarto email,
        kapcsolattarto e mail, ceg email, primary email, kozponti email, company email""",
    "country": """orszag, szekhely orszag, country, country region, country code, address country,
        state country, nation, business country region, orszag nev""",
    "postcode": """irsz, iranyitoszam, ir szam, iranyito szam, szekhely iranyitoszam, postcode,
        postal code, zip, zip code, zip postal code, address postal code, postakod,
        business postal code, szekhely irsz""",
    "town": """varos, telepules, helyseg, szekhely varos, telepulesnev, helysegnev, city, town,
        locality, city town, address city, business city, szekhely telepules, city name""",
    "street": """utca, utca hazszam, utca hsz, kozterulet, kozterulet neve, hazszam,
        utca es hazszam, szekhely utca, street, street address, address line, street and number,
        street name, business street, address street""",
    "address": """cim, teljes cim, szekhely, szekhely cime, szekhelye, lakcim, postacim,
        levelezesi cim, telephely, ceg cime, address, full address, postal address,
        mailing address, office address, headquarters, location, formatted address,
        cim szekhely""",
    "datasheet_name": """adatlap, adatlap neve, adatlap nev, projekt, projekt neve, ajanlat neve,
        lehetoseg, lehetoseg neve, ugy, targy, datasheet, datasheet name, deal, deal name,
        deal title, opportunity, opportunity name, project, project name, subject, lead title,
        lead name, record name""",
    "status": """statusz, statusza, allapot, allapota, fazis, szakasz, status, state, stage,
        deal stage, lead status, pipeline stage, opportunity stage, phase, ertekesitesi fazis,
        projekt statusz""",
    "responsible": """felelos, felelose, uzletkoto, ertekesito, ugyfelfelelos, kapcsolattartonk,
        ugygazda, gazda, munkatars, hozzarendelve, responsible, owner, deal owner, contact owner,
        account owner, company owner, lead owner, assigned to, assignee, salesperson, sales rep,
        account manager, person responsible, record owner""",
    "todo_text": """kovetkezo teendo, teendo, teendo szovege, feladat, kovetkezo lepes,
        kovetkezo feladat, tennivalo, todo, to do, next todo, next step, next action,
        next activity, next task, task, task name, activity, action, activity summary,
        next activity summary""",
    "todo_due": """hatarido, teendo hatarideje, hatarideje, esedekesseg, esedekes, mikor,
        kovetkezo hivas, kov hivas, kovetkezo hivas datuma, visszahivas, visszahivas datuma,
        kovetkezo idopont, teendo datuma, kovetkezo kapcsolatfelvetel, due, due date, deadline,
        next call, call date, next activity date, next contact, follow up, follow up date,
        next follow up, next activity deadline, task due date, when""",
    "todo_type": """teendo tipusa, teendo tipus, feladat tipusa, tevekenyseg tipusa, todo type,
        task type, activity type, next activity type""",
    "history_note": """elozmeny, elozmenyek, feljegyzes, feljegyzesek, tortenet,
        utolso beszelgetes, hivasnaplo, naplo, history, log, call log, last note, last contact,
        activity log, call notes""",
}

KNOWN: Final = {
    " ".join(name.split()): key for key, names in _NAMES.items() for name in names.split(",")
}
"""Folded heading -> key of its target."""

AMBIGUOUS_NAMES: Final = frozenset({"nev", "name", "neve", "megnevezes", "title name", "nev ceg"})
"""Headings that are a company's name or a person's: the values decide."""

"""The company's page: what is saved, what follows from it, and the letters of its own server."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from accounts.actions.company import CompanyChanged, save_company
from accounts.models import AuditEntry, Company, User
from accounts.sealed import seal, unseal
from crm.models import Client
from tests import make
from tests.access.office_company import COMPANY
from tests.office.mail_server import serving
from web.text import sort_key

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture
def company() -> Company:
    return make.company()


@pytest.fixture
def boss(company: Company) -> User:
    return make.user("administrator", email="boss@example.com")


@pytest.fixture
def browser(boss: User) -> Browser:
    browser = Browser()
    browser.force_login(boss)
    return browser


def form(**changed: Any) -> dict[str, Any]:
    return {**COMPANY, **changed}


def test_everything_is_saved_and_logged_from_what_to_what(browser: Browser) -> None:
    answer = browser.post(
        "/settings/company/",
        form(name="  Polc  Kft. ", tax_number="10773381244", town="Tokaj", country="AT"),
    )
    assert answer.status_code == 303, answer.content.decode()
    company = Company.objects.get()
    assert (company.name, company.tax_number) == ("Polc Kft.", "10773381-2-44")
    assert company.version == 2
    told = AuditEntry.objects.get(action="company.changed").data["changes"]
    assert told["town"] == {"from": "", "to": "Tokaj"}
    assert told["country"] == {"from": "HU", "to": "AT"}


def test_saving_the_same_again_changes_nothing(browser: Browser) -> None:
    same = form(log_months="24")
    assert browser.post("/settings/company/", same).status_code == 303
    assert Company.objects.get().version == 1
    assert not AuditEntry.objects.filter(action="company.changed").exists()


def test_what_cannot_be_is_told_at_its_field(browser: Browser) -> None:
    answer = browser.post(
        "/settings/company/",
        form(tax_number="123", time_zone="Europe/Tokaj", upload_mb="0", mail_host="a b"),
        headers=HX,
    )
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {"tax_number", "time_zone", "upload_mb", "mail_host"}


def test_who_saves_second_is_told_what_is_saved_now(browser: Browser, boss: User) -> None:
    other = make.user("administrator")
    save_company(actor=other, version=1, values={"town": "Eger"})
    answer = browser.post("/settings/company/", form(town="Tokaj"), headers=HX)
    assert answer.status_code == 422
    assert "Saved now: “Eger”" in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()
    with pytest.raises(CompanyChanged):
        save_company(actor=boss, version=1, values={"town": "Tokaj"})


def test_time_zones_are_found_by_city_in_the_readers_language(browser: Browser, boss: User) -> None:
    found = browser.get("/settings/company/zones/?time_zone=vien")
    assert "Europe/Vienna" in found.content.decode()
    User.objects.filter(pk=boss.pk).update(language="hu")
    found = browser.get("/settings/company/zones/?time_zone=Bécs")
    assert "Europe/Vienna" in found.content.decode()
    saved = browser.post("/settings/company/", form(time_zone="vienna"))
    assert saved.status_code == 303
    assert Company.objects.get().time_zone == "Europe/Vienna"


def test_countries_and_money_bear_names_of_the_readers_language(
    browser: Browser, boss: User
) -> None:
    assert ">Hungary<" in browser.get("/settings/company/").content.decode()
    User.objects.filter(pk=boss.pk).update(language="hu")
    page = browser.get("/settings/company/").content.decode()
    assert ">Magyarország<" in page
    assert "HUF · magyar forint" in page


def test_another_order_of_names_renames_private_persons(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("crm.tasks.AWAITS_OTHERS", False)
    person = make.client("Szabó Anna", kind="person")
    make.contact(person, family_name="Szabó", given_name="Anna")
    firm = make.client("Szabó Anna Kft.")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/settings/company/", form(name_order="given_first"))
    person.refresh_from_db()
    assert person.name == "Anna Szabó"
    assert person.sort_key == sort_key("Anna Szabó")
    assert Client.objects.get(pk=firm.pk).name == "Szabó Anna Kft."
    assert "<mark>Anna</mark> Szabó" in browser.get("/search/?q=anna").content.decode()


# ---- The mail server -----------------------------------------------------------------------------


def mail_form(port: int, **changed: Any) -> dict[str, Any]:
    start = {"mail_host": "127.0.0.1", "mail_port": str(port), "mail_security": "none"}
    return form(**{**start, "mail_from": "crm@polc.example", **changed})


def test_the_password_is_sealed_and_never_shown_again(browser: Browser) -> None:
    typed = mail_form(25, mail_user="crm", mail_password="titkos-jelszo")
    assert browser.post("/settings/company/", typed).status_code == 303
    company = Company.objects.get()
    assert "titkos" not in company.mail_password
    assert unseal(company.mail_password) == "titkos-jelszo"
    page = browser.get("/settings/company/").content.decode()
    assert "titkos" not in page
    assert company.mail_password not in page
    assert "titkos" not in str(list(AuditEntry.objects.values()))
    kept = mail_form(25, mail_user="crm", version="2", town="Eger")
    assert browser.post("/settings/company/", kept).status_code == 303
    assert unseal(Company.objects.get().mail_password) == "titkos-jelszo"
    gone = mail_form(25, mail_user="", version="3")
    browser.post("/settings/company/", gone)
    assert Company.objects.get().mail_password == ""


def test_a_saved_password_is_not_handed_to_another_server(browser: Browser) -> None:
    Company.objects.update(
        mail_host="mail.example", mail_user="crm", mail_password=seal("titkos"), mail_from="a@b.hu"
    )
    typed = mail_form(25, mail_user="crm")
    for address in ("/settings/company/", "/settings/company/test/"):
        answer = browser.post(address, typed, headers=HX)
        assert answer.status_code == 422
        assert "write the password again" in answer.content.decode()


@override_settings(EMAIL_BACKEND="accounts.mail.CompanyBackend")
def test_letters_go_through_the_companys_server_once_it_is_set(company: Company) -> None:
    mail.EmailMessage("Első", "A", to=["anna@example.com"]).send()
    assert len(mail.outbox) == 1
    with serving() as server:
        Company.objects.update(
            mail_host="127.0.0.1",
            mail_port=server.port,
            mail_security="none",
            mail_from="crm@polc.example",
        )
        Company.forget()
        mail.EmailMessage("Második", "B", to=["anna@example.com"]).send()
    assert len(mail.outbox) == 1
    assert server.letters[0].sender == "crm@polc.example"
    assert '"Teszt Kft." <crm@polc.example>' in server.letters[0].text


def test_a_test_letter_goes_with_what_stands_in_the_form(browser: Browser) -> None:
    with serving(user="crm", password="jelszo") as server:
        typed = mail_form(server.port, mail_user="crm", mail_password="jelszo")
        answer = browser.post("/settings/company/test/", typed, headers=HX)
        assert answer.status_code == 200, answer.content.decode()
        assert "boss@example.com" in answer.content.decode()
        assert server.letters[0].to == ["boss@example.com"]
        wrong = {**typed, "mail_password": "rossz"}
        refused = browser.post("/settings/company/test/", wrong, headers=HX)
    said = refused.content.decode()
    assert refused.status_code == 422
    assert "refuses this user name and password" in said
    assert "535" in said
    assert Company.objects.get().mail_host == ""


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("refused", "Nothing listens at port"),
        ("sender", "doesn&#x27;t accept"),
        ("starttls", "doesn&#x27;t offer this"),
        ("tls", "No encrypted connection"),
        ("unknown", "There is no server called"),
        ("silent", "doesn&#x27;t answer at port"),
    ],
)
def test_what_goes_wrong_is_told_in_words(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, how: str, words: str
) -> None:
    monkeypatch.setattr("accounts.mail.TEST_SECONDS", 1)
    with serving(refuses_sender=how == "sender", silent=how == "silent") as server:
        port, changed = server.port, {}
        if how in ("starttls", "tls"):
            changed = {"mail_security": how}
        if how == "unknown":
            changed = {"mail_host": "no-such-host.invalid"}
        if how == "refused":
            port = server.free_port()
        answer = browser.post("/settings/company/test/", mail_form(port, **changed), headers=HX)
    assert answer.status_code == 422
    assert words in answer.content.decode()


# ---- The logo ------------------------------------------------------------------------------------


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGBA", (900, 300), (20, 40, 160, 120)).save(out, "PNG")
    out.name = "logo.png"
    out.seek(0)
    return out


def test_a_logo_is_made_anew_and_shown_to_everybody(browser: Browser) -> None:
    answer = browser.post("/settings/company/logo/", {"logo": picture()}, headers=HX)
    assert answer.status_code == 200, answer.content.decode()
    assert 'id="logo"' in answer.content.decode()
    shown = browser.get("/company/logo/")
    made = Image.open(io.BytesIO(shown.getvalue()))
    assert (made.format, made.size, made.mode) == ("WEBP", (600, 200), "RGBA")
    stranger = Browser()
    for url in ("/login/", "/password/reset/", "/invitation/none/"):
        assert 'src="/company/logo/?v=' in stranger.get(url).content.decode(), url
    answer = stranger.get("/company/logo/")
    assert answer.getvalue() == browser.get("/company/logo/").getvalue()
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    browser.post("/settings/company/logo/remove/")
    assert stranger.get("/company/logo/").status_code == 404
    assert "/company/logo/" not in stranger.get("/login/").content.decode()


def test_what_is_no_picture_is_refused_in_words(browser: Browser) -> None:
    file = io.BytesIO(b"<svg onload=alert(1)>")
    file.name = "logo.svg"
    answer = browser.post("/settings/company/logo/", {"logo": file}, headers=HX)
    assert answer.status_code == 422
    assert "isn&#x27;t a picture" in answer.content.decode()


# ---- Keeping -------------------------------------------------------------------------------------


def test_the_trash_gives_back_for_as_long_as_the_company_says(browser: Browser, boss: User) -> None:
    client = make.client(trashed_at=timezone.now() - timedelta(days=40), trashed_by=boss)
    assert "more than 30 days" in browser.get("/trash/clients/").content.decode()
    browser.post("/settings/company/", form(trash_days="60"))
    assert "more than" not in browser.get("/trash/clients/").content.decode()
    assert browser.post(f"/c/{client.pk}/restore/").status_code == 303

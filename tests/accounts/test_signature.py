import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.actions import signature as signatures
from accounts.models import User
from tests import make
from tests.accounts.test_profile import typed

pytestmark = pytest.mark.django_db

QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def user() -> User:
    make.company(name="Polcmester Kft.")
    return make.user(family_name="Szűcs", given_name="Réka", phone="+36 70 318 2204")


@pytest.fixture
def browser(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def image(mode: str = "RGB", size: tuple[int, int] = (300, 100)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, "PNG")
    return out.getvalue()


def photograph() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("  \n \n", ""),
        ("Üdv,\n<b>Réka</b>", "Üdv,<br><b>Réka</b>"),
        ("Üdv,\r\nRéka", "Üdv,<br>Réka"),
        ("<p>Üdv,</p><p><b>Réka</b></p>", "Üdv,<br><b>Réka</b>"),
        ("Üdv,<div>Réka</div><div><br></div><div>vége</div>", "Üdv,<br>Réka<br><br>vége"),
        ("<div><div>egy</div></div>kettő", "egy<br>kettő"),
        ("<strong>a</strong> <em>b</em> <i>c</i>", "<strong>a</strong> <em>b</em> <i>c</i>"),
        ('<a href="https://x.hu/?a=1&b=2">x</a>', '<a href="https://x.hu/?a=1&amp;b=2">x</a>'),
        ('<a href="www.x.hu">x</a>', '<a href="https://www.x.hu">x</a>'),
        ('<a href="tel:{phone}">{phone}</a>', '<a href="tel:{phone}">{phone}</a>'),
        ('<span style="color:red" class="x">színes</span>', "színes"),
        ("<h1>Nagy</h1>", "Nagy"),
        ("a,&nbsp;b\xa0", "a, b"),
        ("3 < 4 & 5", "3 &lt; 4 &amp; 5"),
        ("<br><br>a<br><br>", "a"),
    ],
)
def test_what_is_written_becomes_lines_of_a_few_tags(user: User, written: str, kept: str) -> None:
    assert signatures.clean(written, owner=user) == kept


XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://evil.example/pixel.gif">',
    '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
    '<img src="/u/1/signature/../../../logout/">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jAvAsCrIpT:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="/logout/">x</a>',
    '<a href="https://x" onclick="alert(1)" style="position:fixed">x</a>',
    '<b style="background:url(https://evil.example)">x</b>',
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://evil.example'</style>",
    "<form action=/logout/ method=post><button>x</button></form>",
    "<p/onmouseover=alert(1)>x",
    "<!--><img src=x onerror=alert(1)>-->",
    "<b>{name}<script>",
    '<img alt="<script>alert(1)</script>" src=x>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
HARMLESS = re.compile(
    r"</?(?:b|strong|i|em)>|<br>|</a>"
    r'|<a(?: href="(?:https?://|mailto:|tel:)[^"\s]*")?(?: rel="[^"]*")?>'
    r'|<img(?: (?:alt|src)="[^"]*")+>'
)


def is_harmless(html: str) -> bool:
    """No tag is left but the allowed ones, with the allowed attributes."""
    return "<" not in HARMLESS.sub("", html)


@pytest.mark.parametrize("payload", XSS)
def test_no_payload_survives_neither_written_nor_as_ones_own_data(user: User, payload: str) -> None:
    kept = signatures.clean(payload, owner=user)
    assert is_harmless(kept)
    assert "<img" not in kept
    assert is_harmless(signatures.shown(payload, owner=user)), "also when it was never cleaned"
    user.family_name = user.position = user.phone = payload[:80]
    shown = signatures.shown('<b>{name}</b> {position} <a href="tel:{phone}">x</a>', owner=user)
    assert is_harmless(shown)


_PIECES = st.sampled_from(
    [*XSS, *(f"{{{name}}}" for name in signatures.FIELDS), "<b>", "</b>", "<p>", "</div>",
     "<a href=", '"', "'", ">", "<br>", "\n", "&lt;", "&", "x", "ő", "<div>",
     "<i>", "{", "<img src=", "\0"]
)  # fmt: skip


@QUIET
@given(st.lists(_PIECES | st.text(max_size=6), max_size=12).map("".join))
def test_whatever_is_written_is_harmless_and_cleaning_twice_is_as_once(
    user: User, written: str
) -> None:
    kept = signatures.clean(written, owner=user)
    assert is_harmless(kept)
    assert is_harmless(signatures.shown(kept, owner=user))
    assert signatures.clean(kept, owner=user) == kept
    assert signatures.clean(signatures.as_text(kept), owner=user) == kept


def test_fields_are_filled_in_and_lines_of_empty_ones_left_out(user: User) -> None:
    written = "{name}<br>{position}<br>Tel.: {phone}<br>{position} {company}<br><br>vége"
    shown = signatures.shown(written, owner=user)
    assert shown == "Szűcs Réka<br>Tel.: +36 70 318 2204<br> Polcmester Kft.<br><br>vége"


def test_a_telephone_link_dials_digits_only(user: User) -> None:
    shown = signatures.shown('<a href="tel:{phone}">{phone}</a>', owner=user)
    assert 'href="tel:+36703182204"' in shown
    assert ">+36 70 318 2204</a>" in shown


def test_a_value_that_looks_like_a_field_isnt_filled_again(user: User) -> None:
    user.position = "{phone}"
    assert signatures.shown("{position}", owner=user) == "{phone}"


def test_it_is_saved_with_the_profile_and_shown_below(browser: Client, user: User) -> None:
    written = "Üdv,\n<b>{name}</b><script>alert(1)</script>"
    assert browser.post("/profile/", typed(user, signature=written)).status_code == 303
    user.refresh_from_db()
    assert user.signature == "Üdv,<br><b>{name}</b>"
    html = browser.get("/profile/").content.decode()
    assert "Üdv,<br><b>Szűcs Réka</b>" in html
    assert "Üdv,\n&lt;b&gt;{name}&lt;/b&gt;</textarea>" in html
    again = browser.post("/profile/", typed(user, signature="Üdv,\n<b>{name}</b>"))
    assert again.status_code == 303
    user.refresh_from_db()
    assert user.version == 2, "the same again changes nothing"


def test_a_form_that_comes_back_is_clean_too(browser: Client, user: User) -> None:
    form = typed(user, family_name="", signature="<img src=x onerror=alert(1)><b>x</b>")
    answer = browser.post("/profile/", form)
    assert answer.status_code == 422
    assert "onerror" not in answer.content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;</textarea>" in answer.content.decode()


def test_too_long_a_signature_is_refused(browser: Client, user: User) -> None:
    answer = browser.post("/profile/", typed(user, signature="x" * 20_001))
    assert answer.status_code == 422


def test_the_preview_saves_nothing(browser: Client, user: User) -> None:
    answer = browser.post("/profile/signature/preview/", {"signature": "<b>{name}</b><script>"})
    assert "<b>Szűcs Réka</b>" in answer.content.decode()
    assert "script" not in answer.content.decode()
    user.refresh_from_db()
    assert user.signature == ""


def send(browser: Client, data: bytes, name: str = "logo.png") -> Any:
    file = SimpleUploadedFile(name, data)
    return browser.post("/profile/signature/picture/", {"picture": file})


@pytest.mark.parametrize(
    ("data", "kind"), [(image(), "png"), (image("RGBA"), "png"), (photograph(), "jpg")]
)
def test_a_picture_is_written_anew_small_enough_and_shown_to_the_logged_in(
    browser: Client, user: User, data: bytes, kind: str
) -> None:
    address = send(browser, data).json()["address"]
    assert re.fullmatch(rf"/u/{user.pk}/signature/[0-9a-f]{{16}}\.{kind}/", address)
    answer = browser.get(address)
    shown = Image.open(io.BytesIO(answer.getvalue()))
    assert shown.width <= 480
    assert shown.height <= 240
    assert not shown.getexif()
    assert Client().get(address).status_code == 302
    kept = signatures.clean(f'<img src="{address}" alt="Logó">', owner=user)
    assert address in kept
    assert signatures.clean(kept, owner=make.user()) == "", "not in anybody else's"


def test_what_is_no_picture_is_refused_in_words(browser: Client) -> None:
    answer = send(browser, b"text", "logo.jpg")
    assert answer.status_code == 422
    assert "Choose a JPEG" in answer.json()["error"]
    assert browser.post("/profile/signature/picture/", {}).status_code == 422


def test_other_names_are_no_pictures(browser: Client, user: User) -> None:
    for name in ("0123456789abcdef.png", "x.svg", "..%2f..%2fdb.sqlite3"):
        assert browser.get(f"/u/{user.pk}/signature/{name}/").status_code == 404


def test_without_scripts_a_picture_goes_to_the_end(browser: Client, user: User) -> None:
    file = SimpleUploadedFile("logo.png", image())
    form = typed(user, signature="<b>x</b>") | {"signature_picture": file}
    assert browser.post("/profile/", form).status_code == 303
    user.refresh_from_db()
    assert re.fullmatch(
        r'<b>x</b><br><img src="/u/\d+/signature/\w+\.png/" alt="">', user.signature
    )
    bad = typed(user) | {"signature_picture": SimpleUploadedFile("logo.png", b"text")}
    assert browser.post("/profile/", bad).status_code == 422


def test_pictures_that_no_signature_shows_go_after_a_day(browser: Client, user: User) -> None:
    used, unused = (send(browser, image()).json()["address"] for _ in range(2))
    User.objects.filter(pk=user.pk).update(signature=f'<img src="{used}">')
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        browser.force_login(user)
        send(browser, image())
    assert default_storage.exists(f"signatures/{user.pk}/{Path(used).name}")
    assert not default_storage.exists(f"signatures/{user.pk}/{Path(unused).name}")

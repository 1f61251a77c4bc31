"""One's own profile: a passkey made and used, the signature written, the picture moved, by hand
and by keyboard alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.make import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.once]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_device(page: Page) -> None:
    """A device with a finger on it, which Chromium plays."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_out(page: Page) -> None:
    page.goto("/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def type_password(page: Page, desk: Desk) -> None:
    page.get_by_label("Email").fill(desk.me.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_made_lets_in_alone_and_is_asked_for_after_the_password(
    visit: Visit, desk: Desk
) -> None:
    page = visit(None, "/login/")
    give_device(page)
    type_password(page, desk)
    page.goto("/profile/two-factor/passkeys/add/")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("#codes li")).to_have_count(10)
    assert axe.found(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    lines = Path(waiting.value.path()).read_text(encoding="utf-8").split()
    assert len(lines) == 11
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Laptop")).to_be_visible()
    assert axe.found(page) == []

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_title("My day · Teendő")

    sign_out(page)
    type_password(page, desk)
    expect(page.get_by_role("heading", name="Is it really you?")).to_be_visible()
    assert axe.found(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_title("My day · Teendő")

    page.goto("/profile/two-factor/passkeys/add/")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("already has a passkey")).to_be_visible()


def test_a_signature_is_written_by_keyboard_alone_and_shown_as_it_will_be_read(
    visit: Visit, desk: Desk
) -> None:
    page = visit(desk.me, "/profile/")
    editor = page.get_by_role("textbox", name="Email signature")
    editor.focus()
    page.keyboard.type("Üdvözlettel,")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type("{name}")
    page.keyboard.press("Control+b")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[data-insert='{name}']")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("[data-insert='{company}']")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type(", ")
    page.get_by_role("button", name="Link").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("teszt.hu")
    page.keyboard.press("Enter")
    preview = page.locator("#signature-preview")
    expect(preview).to_have_text(re.compile(r"Üdvözlettel,\s*Nagy Eszter\s*Teszt Kft.,\s*teszt.hu"))
    assert axe.found(page) == []
    assert axe.too_wide(page) == []
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".toast")).to_have_text("Saved")
    desk.me.refresh_from_db()
    assert desk.me.signature == (
        'Üdvözlettel,<br><b>{name}</b><br>{company}, <a href="https://teszt.hu">teszt.hu</a>'
    )
    expect(page.get_by_role("textbox", name="Email signature")).to_contain_text("{company}")


def picture() -> bytes:
    out = io.BytesIO()
    wide = Image.new("RGB", (900, 300), "red")
    wide.paste("blue", (600, 0, 900, 300))
    wide.save(out, "PNG")
    return out.getvalue()


def by_hand(page: Page, stage: Any) -> None:
    box = stage.bounding_box()
    x, y = box["x"] + 300, box["y"] + 100
    page.mouse.move(x, y)
    page.mouse.down()
    for by in (100, 200, 300, 400, 500):
        page.mouse.move(x - by, y)
    page.mouse.up()


def by_arrows(page: Page, stage: Any) -> None:
    stage.focus()
    for _ in range(25):
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("move", [by_hand, by_arrows], ids=["hand", "arrows"])
def test_the_square_of_a_picture_is_chosen(
    visit: Visit, desk: Desk, move: Callable[[Page, Any], None]
) -> None:
    page = visit(desk.me, "/profile/")
    file = {"name": "me.png", "mimeType": "image/png", "buffer": picture()}
    page.locator("input[name=picture]").set_input_files(file)  # type: ignore[arg-type]
    stage = page.locator("[data-crop][data-live]")
    expect(stage).to_be_visible()
    assert axe.found(page) == []
    move(page, stage)
    expect(page.get_by_label("Left – right")).to_have_value("1000")
    page.get_by_role("button", name="Use this part").click()
    expect(page.locator(".toast")).to_have_text("Your picture is changed")
    desk.me.refresh_from_db()
    with Image.open(desk.me.picture.path) as kept:
        red, _green, blue = kept.convert("RGB").getpixel((256, 256))  # type: ignore[misc]
    assert blue > 200 > red


def test_without_scripts_the_signature_and_the_picture_work_too(visit: Visit, desk: Desk) -> None:
    page = visit(desk.me, "/profile/", java_script_enabled=False)
    page.get_by_role("textbox", name="Email signature").fill("Üdv,\n<b>{name}</b>")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#signature-preview")).to_have_text("Üdv,Nagy Eszter")
    file = {"name": "me.png", "mimeType": "image/png", "buffer": picture()}
    page.locator("input[name=picture]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Use this part").click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()

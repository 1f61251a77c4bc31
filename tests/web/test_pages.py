"""What every page carries, checked in the sources: no inline style or script, files that exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
FORBIDDEN = re.compile(
    r"""\sstyle=|<style|\son\w+=|hx-on|hx-vals=["']js:|<script(?![^>]*\ssrc=)|\|\s*safe\b"""
    r"""|hx-trigger="[^"]*\["""
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_nothing_that_the_content_security_policy_forbids(
    template: Path,
) -> None:
    if "mail" in template.parts:
        pytest.skip("a letter has no policy")
    assert not FORBIDDEN.search(template.read_text())


def test_every_style_sheet_is_linked_and_every_link_is_a_style_sheet() -> None:
    linked = re.findall(r"css/([\w-]+\.css)", (ROOT / "templates/web/_styles.html").read_text())
    assert sorted(linked) == [path.name for path in STYLES]


def test_every_script_is_loaded_and_every_loaded_script_exists() -> None:
    sources = "".join(template.read_text() for template in TEMPLATES)
    loaded = set(re.findall(r"'js/([\w-]+\.js)'", sources))
    for script in SCRIPTS:
        loaded |= set(re.findall(r'^import .* from "\./([\w-]+\.js)"', script.read_text(), re.M))
    assert sorted(loaded) == [path.name for path in SCRIPTS]


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_every_rule_lies_in_a_layer(style: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.S)
    depth, outside = 0, ""
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        outside += letter if depth == 0 else ""
    heads = [part for part in re.split(r"[};]", outside) if part.strip()]
    assert all(head.strip().startswith("@layer") for head in heads)
    assert text.count("{") == text.count("}")
    assert len(style.read_text().splitlines()) < 400


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_renders_without_anything_around_it(name: str) -> None:
    html = render_to_string(f"{name}.html")
    assert 'href="/"' in html
    assert "<h1>" in html


@pytest.mark.django_db
def test_the_login_layout_renders_for_nobody() -> None:
    request = RequestFactory().get("/login/")
    request.user = AnonymousUser()
    html = render_to_string("web/plain.html", {}, request)
    assert "cloth" in html
    assert 'id="toasts"' in html

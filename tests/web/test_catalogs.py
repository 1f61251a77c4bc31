"""Translations are collected from Python and templates, kept, checked and compiled."""

import gettext
from pathlib import Path
from typing import Any

import pytest

from web import catalogs
from web.catalogs import Source


@pytest.fixture
def source(tmp_path: Path) -> Source:
    app = tmp_path / "shop"
    write(app / "models.py", 'from x import _\nNAME = _("Name")\n')
    write(
        tmp_path / "templates" / "shop" / "list.html",
        "{% load i18n %}\n"
        '    <p title="{% translate "A title" %}">it\'s</p>\n'
        "  {% blocktranslate count n=n %}{{ n }} row"
        "{% plural %}{{ n }} rows{% endblocktranslate %}\n"
        '{% translate "May" context "month" %}\n',
    )
    return Source("shop", app, tmp_path)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def translate(source: Source, **changes: Any) -> None:
    catalogs.update(source)
    text = source.po.read_text()
    for msgid, msgstr in changes.items():
        text = text.replace(f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{msgstr}"')
    plural = 'msgstr[0] "%(n)s sor"\nmsgstr[1] "%(n)s sor"'
    source.po.write_text(text.replace('msgstr[0] ""\nmsgstr[1] ""', plural))


COMPLETE = {"Name": "Név", "A title": "Cím", "May": "Május"}


def test_strings_of_python_and_templates_are_collected(source: Source) -> None:
    assert catalogs.update(source)
    text = source.po.read_text()
    assert all(f'msgid "{msgid}"' in text for msgid in ("Name", "A title", "May", "%(n)s row"))
    assert 'msgctxt "month"' in text
    assert 'msgid_plural "%(n)s rows"' in text


def test_collecting_again_changes_nothing(source: Source) -> None:
    translate(source, **COMPLETE)
    before = source.po.read_text()
    write(source.path / "models.py", '\n\n\nfrom x import _\nNAME = _("Name")\n')
    assert not catalogs.update(source)
    assert source.po.read_text() == before


def test_what_is_missing_is_told_and_what_is_complete_is_not(source: Source) -> None:
    assert len(catalogs.problems(source)) == 4
    translate(source, **COMPLETE)
    assert catalogs.problems(source) == []


def test_a_fuzzy_string_counts_as_missing(source: Source) -> None:
    translate(source, **COMPLETE)
    text = source.po.read_text().replace('msgid "Name"', '#, fuzzy\nmsgid "Name"')
    source.po.write_text(text)
    assert [line.split(":")[1] for line in catalogs.problems(source)] == [" fuzzy"]


def test_other_placeholders_are_told(source: Source) -> None:
    translate(source, **COMPLETE)
    source.po.write_text(source.po.read_text().replace('"%(n)s sor"', '"%(m)s sor"'))
    assert len(catalogs.problems(source)) == 1


def test_a_translation_no_longer_used_is_kept_until_it_is_pruned(source: Source) -> None:
    translate(source, **COMPLETE)
    write(source.path / "models.py", "")
    catalogs.update(source)
    assert '#~ msgid "Name"' in source.po.read_text()
    write(source.path / "models.py", 'from x import _\nNAME = _("Name")\n')
    catalogs.update(source)
    assert 'msgid "Name"\nmsgstr "Név"' in source.po.read_text().replace("#~", "")
    assert catalogs.problems(source) == []
    write(source.path / "models.py", "")
    catalogs.update(source, prune=True)
    assert "Név" not in source.po.read_text()


def test_two_apps_that_differ_are_told(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    translate(source, **COMPLETE)
    other = Source("other", source.root / "other", source.root)
    write(other.path / "a.py", 'from x import _\nNAME = _("Name")\n')
    translate(other, Name="Megnevezés")
    monkeypatch.setattr(catalogs, "sources", lambda: [source, other])
    assert len(catalogs.conflicts()) == 1


def test_compiled_once_and_again_only_after_a_change(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    translate(source, **COMPLETE)
    monkeypatch.setattr(catalogs, "sources", lambda: [source])
    assert (catalogs.compile_all(), catalogs.compile_all()) == (1, 0)
    with source.po.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Name") == "Név"
    assert compiled.ngettext("%(n)s row", "%(n)s rows", 2) == "%(n)s sor"

"""The translation files: collected from sources and templates, checked and compiled.

Everything is done by Django's `templatize` and Babel, so no GNU gettext has to be installed.
A string in templates/<app>/ belongs to <app>'s catalog, like those of its Python files.
"""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGE = "hu"
HEADER = "# Teendő"
PLURAL_FORMS = "nplurals=2; plural=(n != 1);"
"""Django's own Hungarian catalogs say so; Babel's CLDR rule has one form."""

TEMPLATES_OF = {
    "accounts": ("account", "accounts", "allauth", "mfa", "usersessions"),
    "web": ("web", "*.html"),
}
"""Where an app's templates lie if not in the folder of its own name alone."""

SINGLE = ("_", "gettext", "gettext_lazy", "gettext_noop", "_noop")
PLURAL = ("ngettext", "ngettext_lazy")
NOISE = tuple(
    f'"{name}'
    for name in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
"""Header lines that change at every run, or say nothing."""

Places = tuple[int | tuple[int, int] | tuple[int, str], ...] | None
KEYWORDS: dict[str, Places] = {
    **dict.fromkeys(SINGLE),
    **dict.fromkeys(PLURAL, (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

Key = tuple[str, str | None]
"""A message's (first) id and its context."""


@dataclass(frozen=True)
class Source:
    """One app's sources and its catalog."""

    app: str
    path: Path
    root: Path = field(default_factory=lambda: Path(settings.BASE_DIR))

    @property
    def po(self) -> Path:
        """Its Hungarian catalog."""
        return self.path / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    def files(self) -> Iterator[Path]:
        """Its Python files and templates, in a stable order."""
        python = (path for path in self.path.rglob("*.py") if "migrations" not in path.parts)
        yield from sorted(python)
        templates = self.root / "templates"
        for name in TEMPLATES_OF.get(self.app, (self.app,)):
            found = templates.glob(name) if "*" in name else (templates / name).rglob("*.*")
            yield from sorted(path for path in found if path.suffix in (".html", ".txt"))


def sources() -> list[Source]:
    """The project's own apps, by name."""
    root = Path(settings.BASE_DIR)
    own = [config for config in apps.get_app_configs() if Path(config.path).parent == root]
    return sorted((Source(c.label, Path(c.path)) for c in own), key=lambda source: source.app)


def extracted(source: Source) -> Catalog:
    """Every message in the app's sources, untranslated, with the files that it stands in."""
    catalog = _empty()
    for path in source.files():
        name = path.relative_to(source.root).as_posix()
        for _line, ids, _comments, context in extract(
            "python", io.BytesIO(_python(path)), keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            catalog.add(ids, locations=[(name, 0)], context=context)
    return catalog


def _python(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    # What templatize leaves is tokenised as Python, where leading blanks would have a meaning.
    lines = templatize(text, origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def read(source: Source) -> Catalog:
    """The app's catalog as it lies there; an empty one if there is none."""
    if not source.po.exists():
        return _empty()
    with source.po.open("rb") as file:
        return read_po(file, locale=LANGUAGE, charset="utf-8")


def update(source: Source, *, prune: bool = False) -> bool:
    """Bring the app's .po up to its sources; whether anything changed.

    What no source names any more stays at the end as obsolete, unless `prune`.
    """
    old, new = read(source), extracted(source)
    kept = {_key(message): message for message in [*old.obsolete.values(), *_messages(old)]}
    for message in _messages(new):
        was = kept.pop(_key(message), None)
        if was is not None and _shape(was) == _shape(message):
            message.string = was.string
            message.flags |= was.flags & {"fuzzy"}
    if not prune:
        for was in kept.values():
            if was.string:
                new.obsolete[(_first(was), was.context) if was.context else _first(was)] = was
    text = _text(new)
    if not (len(new) or source.po.exists()) or (source.po.exists() and text == _old(source)):
        return False
    source.po.parent.mkdir(parents=True, exist_ok=True)
    source.po.write_text(text, encoding="utf-8")
    return True


def problems(source: Source) -> list[str]:
    """What is missing, fuzzy or has other placeholders in Hungarian, one line each."""
    catalog = read(source)
    known = {_key(message): message for message in _messages(catalog)}
    found = []
    for message in _messages(extracted(source)):
        translated = known.get(_key(message))
        reason = _wrong(message, translated, catalog)
        if reason:
            place = message.locations[0][0] if message.locations else source.app
            found.append(f"{source.app}: {reason}: {_first(message)!r} ({place})")
    return found


def conflicts() -> list[str]:
    """Strings that two apps translate differently: Django would take the first for both."""
    seen: dict[Key, tuple[str, object]] = {}
    found = []
    for source in sources():
        for message in _messages(read(source)):
            app, string = seen.setdefault(_key(message), (source.app, message.string))
            if string != message.string and message.string and string:
                both = f"{string!r}, {message.string!r}"
                found.append(f"{app} and {source.app} differ: {_first(message)!r} ({both})")
    return found


def texts(source: Source) -> list[str]:
    """All that the app says in Hungarian."""
    strings = [message.string or "" for message in _messages(read(source))]
    return [text for one in strings for text in ([one] if isinstance(one, str) else one)]


def compile_all() -> int:
    """Write the .mo files that are missing or older than their .po; how many."""
    written = 0
    for source in sources():
        mo = source.po.with_suffix(".mo")
        if source.po.exists() and not _fresh(mo, source.po):
            partial = mo.with_suffix(f".{os.getpid()}")  # several processes may do this at once
            with partial.open("wb") as file:
                write_mo(file, read(source))
            partial.replace(mo)
            written += 1
    return written


def _fresh(mo: Path, po: Path) -> bool:
    return mo.exists() and mo.stat().st_mtime > po.stat().st_mtime


def _wrong(message: Message, translated: Message | None, catalog: Catalog) -> str | None:
    if translated is None or _shape(translated) != _shape(message):
        return "missing"
    strings = translated.string
    if not all(strings) if isinstance(strings, list | tuple) else not strings:
        return "missing"
    if translated.fuzzy:
        return "fuzzy"
    errors = [str(error) for error in translated.check(catalog)]
    return "; ".join(errors) or None


def _empty() -> Catalog:
    catalog = Catalog(locale=LANGUAGE, header_comment=HEADER, charset="utf-8")
    catalog.mime_headers = [("Plural-Forms", PLURAL_FORMS)]
    return catalog


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _key(message: Message) -> Key:
    return _first(message), message.context


def _shape(message: Message) -> bool:
    return isinstance(message.id, str)


def _text(catalog: Catalog) -> str:
    """The .po's text without what changes at every run (dates, line numbers)."""
    file = io.BytesIO()
    write_po(file, catalog, width=100, sort_output=True, include_lineno=False)
    lines = file.getvalue().decode().splitlines(keepends=True)
    header = [line for line in lines[:20] if not line.startswith(NOISE)]
    if "#, fuzzy\n" in header[:3]:  # Babel's mark on a header that nobody has filled in
        header.remove("#, fuzzy\n")
    return "".join(header + lines[20:])


def _old(source: Source) -> str:
    return source.po.read_text(encoding="utf-8")

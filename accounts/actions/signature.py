"""The signature under one's letters: a few tags of HTML, with {fields} that are filled in later.

It is kept clean, and cleaned again whenever it is shown: `shown` is the only place that says of a
signature that it may go into a page as it is.
"""

import io
import re
import secrets
from datetime import timedelta
from typing import Final

import nh3
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from PIL import Image

from accounts.decode import decode
from accounts.models import Company, User

FIELDS: Final = ("name", "position", "phone", "company")
MAX_CHARS: Final = 20_000
PICTURE_BOX: Final = (480, 240)
PNG_BYTES: Final = 60_000
"""Above this a picture without transparency is kept as JPEG."""
UNUSED_FOR: Final = timedelta(hours=24)

_TAGS: Final = {"b", "strong", "i", "em", "a", "br", "p", "div", "img"}
_INLINE: Final = _TAGS - {"p", "div"}
_ATTRIBUTES: Final = {"a": {"href"}, "img": {"src", "alt"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_LINK: Final = re.compile(r"(https?://|mailto:|tel:)\S+", re.IGNORECASE)
_PICTURE: Final = re.compile(r"[0-9a-f]{16}\.(?:png|jpg)")
_BREAK: Final = re.compile(r"(</?(?:p|div)>|<br>\n?|\n)")
_TAG_BUT_IMG: Final = re.compile(r"<(?!img)[^>]*>")
_IMG_OF_NOTHING: Final = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
# A line that ends inside of its bold words: it can be left out alone only when it ends behind them.
_ENDS_INSIDE: Final = re.compile(r"<br>((?:</\w+>)+)")
_FIELD: Final = re.compile(r"\{(" + "|".join(FIELDS) + r")\}")


def _cleaned(html: str, owner: int, tags: set[str], rel: str | None = None) -> str:
    """Only these tags, links that go out, and pictures of this owner's own signature."""

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "alt":
            return re.sub(r"[<>]", "", value)[:120]
        if attribute == "src":
            name = _PICTURE.search(value)
            return value if name and value == _address(owner, name[0]) else None
        value = value.strip()
        if value.lower().startswith("www."):
            value = f"https://{value}"
        return value if attribute == "rel" or _LINK.fullmatch(value) else None

    cleaned = nh3.clean(
        html,
        tags=tags,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=_SCHEMES,
        link_rel=rel,
    )
    return _IMG_OF_NOTHING.sub("", cleaned)


def clean(html: str, *, owner: User) -> str:
    """The one form in which a signature is kept: inline tags, lines parted by <br>.

    Blocks and newlines become lines, so what a text field sends, an editor, or a paste from
    elsewhere comes out alike. Cleaning twice is as cleaning once.
    """
    text = re.sub(r"\r\n?", "\n", html[:MAX_CHARS])
    # An editor writes a blank at the end of a line as one that doesn't break.
    kept = _cleaned(text, owner.pk, _TAGS).replace("&nbsp;", " ")
    lines = [""]
    for token in _BREAK.split(kept):
        if token in {"\n", "<br>", "<br>\n"}:
            lines.append("")
        elif not _BREAK.fullmatch(token):
            lines[-1] += token
        elif _seen(lines[-1]):
            lines.append("")
    joined = _ENDS_INSIDE.sub(r"\1<br>", "<br>".join(line.strip() for line in lines))
    joined = re.sub(r"^(<br>)+|(<br>)+$", "", joined)
    return _cleaned(joined, owner.pk, _INLINE).replace("\n", " ") if _seen(joined) else ""


def _seen(html: str) -> bool:
    """Whether anything of it shows."""
    return bool(_TAG_BUT_IMG.sub("", html).strip())


def as_text(signature: str) -> str:
    """The same for a plain text field: one line a line."""
    return signature.replace("<br>", "\n")


def shown(signature: str, *, owner: User) -> SafeString:
    """The signature as a reader sees it: fields filled in, lines of empty fields left out.

    Values are escaped, and the whole is cleaned after filling in.
    """
    values = _values(owner)
    lines = [_filled(line, values) for line in signature.split("<br>") if _speaks(line, values)]
    html = _cleaned("<br>".join(lines), owner.pk, _INLINE, "noopener noreferrer nofollow")
    return mark_safe(html)  # noqa: S308 (what nh3 has just written)


def _values(owner: User) -> dict[str, str]:
    company = Company.current().name if Company.exists() else ""
    return {
        "name": owner.full_name,
        "position": owner.position,
        "phone": owner.phone,
        "company": company,
    }


def _filled(line: str, values: dict[str, str]) -> str:
    dialled = re.sub(r"[^\d+]", "", values["phone"])
    line = line.replace('"tel:{phone}"', f'"tel:{dialled}"')
    return _FIELD.sub(lambda field: escape(values[field[1]]), line)


def _speaks(line: str, values: dict[str, str]) -> bool:
    """False when a line has fields, and nothing but empty ones."""
    fields = _FIELD.findall(line)
    rest = _FIELD.sub("", line)
    return not fields or any(values[name] for name in fields) or _seen(rest)


# Pictures in a signature


def _address(owner: int, name: str) -> str:
    return reverse("accounts:signature-picture", args=[owner, name])


def picture_path(owner: int, name: str) -> str | None:
    """Where a picture lies; None when there can be none of that name."""
    return f"signatures/{owner}/{name}" if _PICTURE.fullmatch(name) else None


def add_picture(user: User, data: bytes) -> str:
    """Decodes, shrinks and keeps a picture; returns its address. Raises PictureRefused."""
    picture = decode(data)
    picture.thumbnail(PICTURE_BOX, Image.Resampling.LANCZOS)
    kept, ending = _encoded(picture)
    name = f"{secrets.token_hex(8)}.{ending}"
    default_storage.save(f"signatures/{user.pk}/{name}", ContentFile(kept))
    forget_unused(user)
    return _address(user.pk, name)


def _encoded(picture: Image.Image) -> tuple[bytes, str]:
    """PNG for drawings, JPEG for photographs: every mail program shows both."""
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True, icc_profile=None, exif=b"")
    if picture.mode == "RGBA" or len(out.getvalue()) < PNG_BYTES:
        return out.getvalue(), "png"
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, optimize=True, icc_profile=None, exif=b"")
    return out.getvalue(), "jpg"


def forget_unused(user: User) -> None:
    """Removes the pictures that the saved signature doesn't show, once they are a day old."""
    folder = f"signatures/{user.pk}"
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    before = timezone.now() - UNUSED_FOR
    for name in names:
        path = f"{folder}/{name}"
        if name not in user.signature and default_storage.get_modified_time(path) < before:
            default_storage.delete(path)

"""Profile pictures: whatever was sent is decoded, cut to a square and written anew.

Nothing of the sent file is kept, so neither its metadata (places, names of devices) nor anything
hidden in it reaches a colleague's browser.
"""

import io
import secrets
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from accounts.models import User
from accounts.models.user import PICTURE_SIZES

FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
LARGEST: Final = max(PICTURE_SIZES)

TOO_BIG = _("This file is bigger than 10 MB. Choose a smaller one.")
TOO_MANY_PIXELS = _("This picture is too large to be opened. Choose one below 40 megapixels.")
NOT_A_PICTURE = _("This isn't a picture that can be used. Choose a JPEG, PNG, GIF or WebP file.")
BROKEN = _("This picture is damaged or not complete. Choose another one.")


class PictureRefused(Exception):
    """The file can't be anybody's picture; `message` says why, to the user."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


def path_of(name: str, size: int) -> str:
    """The stored file of `size` pixels, from the name of the largest."""
    return name.replace(f"-{LARGEST}.", f"-{size}.")


def _opened(data: bytes) -> Image.Image:
    """The picture by its content (never its name), its pixel count checked before decoding."""
    if len(data) > MAX_BYTES:
        raise PictureRefused(TOO_BIG)
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureRefused(TOO_MANY_PIXELS) from bomb
    except Exception as unknown:  # Pillow's parsers raise many kinds on hostile files
        raise PictureRefused(NOT_A_PICTURE) from unknown
    if picture.width * picture.height > MAX_PIXELS:
        raise PictureRefused(TOO_MANY_PIXELS)
    return picture


def square(data: bytes) -> Image.Image:
    """The middle of the picture, upright, LARGEST pixels a side, without transparency.

    Raises PictureRefused.
    """
    _verify(data)
    picture = _opened(data)
    try:
        picture.draft("RGB", (LARGEST * 2, LARGEST * 2))
        upright = ImageOps.exif_transpose(picture)
        fitted = ImageOps.fit(
            upright.convert("RGBA") if _see_through(upright) else upright.convert("RGB"),
            (LARGEST, LARGEST),
            Image.Resampling.LANCZOS,
        )
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureRefused(TOO_MANY_PIXELS) from bomb
    except Exception as broken:
        raise PictureRefused(BROKEN) from broken
    if fitted.mode == "RGB":
        return fitted
    ground = Image.new("RGB", fitted.size, "white")
    ground.paste(fitted, mask=fitted.getchannel("A"))
    return ground


def _verify(data: bytes) -> None:
    picture = _opened(data)
    try:
        picture.verify()
    except Exception as broken:
        raise PictureRefused(BROKEN) from broken


def _see_through(picture: Image.Image) -> bool:
    return "A" in picture.mode or "transparency" in picture.info


def _store(picture: Image.Image) -> str:
    """Writes every size; returns the name of the largest."""
    token = secrets.token_hex(8)
    base = f"pictures/{token[:2]}/{token}-{LARGEST}.webp"
    for size in PICTURE_SIZES:
        out = io.BytesIO()
        side = picture.resize((size, size), Image.Resampling.LANCZOS)
        side.save(out, "WEBP", quality=86, method=4)
        default_storage.save(path_of(base, size), ContentFile(out.getvalue()))
    return base


def _forget(name: str) -> None:
    for size in PICTURE_SIZES:
        default_storage.delete(path_of(name, size))


def set_picture(user: User, data: bytes) -> None:
    """Makes `data`, the content of an image file, the picture of `user`. Raises PictureRefused."""
    _replace(user, _store(square(data)))


def remove_picture(user: User) -> None:
    """Leaves `user` with initials."""
    _replace(user, "")


def _replace(user: User, name: str) -> None:
    """The old files go only when the new name is in the database for good."""
    try:
        with transaction.atomic():
            kept = User.objects.select_for_update().get(pk=user.pk)
            old = kept.picture.name or ""
            User.objects.filter(pk=user.pk).update(picture=name)
            if old:
                transaction.on_commit(lambda: _forget(old))
    except Exception:
        if name:
            _forget(name)
        raise
    user.picture.name = name

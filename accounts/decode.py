"""Whatever picture somebody sends, decoded: upright, in sRGB, and nothing of the file kept.

A file is judged by its content, never by its name, and by its size and pixels before anything is
decoded. HEIF, of iPhones, is opened by a child process with limits of its own (accounts.heif).
"""

import io
import subprocess
import sys
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from accounts import heif

FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
ACCEPT: Final = "image/jpeg,image/png,image/gif,image/webp,image/heic,image/heif,.heic,.heif"
MAX_BYTES: Final = 40 * 1024 * 1024
MAX_PIXELS: Final = 55_000_000
"""What is decoded whole: 48 megapixels of an iPhone and a little more."""
MAX_JPEG_PIXELS: Final = 220_000_000
"""A baseline JPEG is reduced while it is read, so even 200 megapixels take little memory."""
MIN_SIDE: Final = 8
SHORT, LONG, LONGEST = 1024, 2048, 8000
"""The picture is made smaller until its short side is SHORT or its long one is LONG; a panorama
may be longer, but not longer than LONGEST."""

TOO_BIG = _("This file is bigger than 40 MB. Choose a smaller one.")
TOO_MANY_PIXELS = _("This picture is too large to be opened. Choose one below 50 megapixels.")
TOO_SMALL = _("This picture is too small: at least 8 × 8 pixels are needed.")
NOT_A_PICTURE = _(
    "This isn't a picture that can be used. Choose a JPEG, PNG, GIF, WebP or HEIC file."
)
BROKEN = _("This picture is damaged or not complete. Choose another one.")
HEIF_FAILED = _(
    "This HEIC picture can't be opened. Save it as JPEG: on an iPhone, Settings, Camera, Formats, "
    "Most Compatible; or send it to yourself by email first."
)

# Our own limits are checked before decoding; Pillow's own must not come before them.
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS
_SRGB: Final = ImageCms.createProfile("sRGB")
_SPACES: Final = {"RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK", "L": "GRAY"}


class PictureRefused(Exception):
    """The file can't be used as a picture; `message` says why, to the user."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


def decode(data: bytes) -> Image.Image:
    """The picture in mode RGB or RGBA. Raises PictureRefused."""
    if len(data) > MAX_BYTES:
        raise PictureRefused(TOO_BIG)
    if heif.is_heif(data):
        data = _from_heif(data)
    _verify(data)
    picture = _opened(data)
    try:
        return _upright(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureRefused(TOO_MANY_PIXELS) from bomb
    except Exception as broken:  # Pillow's parsers raise many kinds on hostile files
        raise PictureRefused(BROKEN) from broken


def _from_heif(data: bytes) -> bytes:
    """The same as an upright PNG, from a process that can't hurt this one."""
    try:
        child = subprocess.run(  # noqa: S603 (our own module, the file on its standard input)
            [sys.executable, "-m", "accounts.heif", str(MAX_PIXELS), str(SHORT), str(LONG)],
            input=data,
            capture_output=True,
            cwd=settings.BASE_DIR,
            timeout=heif.SECONDS * 2,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise PictureRefused(HEIF_FAILED) from late
    if child.returncode == heif.TOO_LARGE:
        raise PictureRefused(TOO_MANY_PIXELS)
    if child.returncode or not child.stdout:
        raise PictureRefused(HEIF_FAILED)
    return child.stdout


def _opened(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureRefused(TOO_MANY_PIXELS) from bomb
    except Exception as unknown:
        raise PictureRefused(NOT_A_PICTURE) from unknown
    # A progressive JPEG is held whole in memory even when a small one is asked for.
    reducible = picture.format in {"JPEG", "MPO"} and "progressive" not in picture.info
    if picture.width * picture.height > (MAX_JPEG_PIXELS if reducible else MAX_PIXELS):
        raise PictureRefused(TOO_MANY_PIXELS)
    if min(picture.size) < MIN_SIDE:
        raise PictureRefused(TOO_SMALL)
    return picture


def _verify(data: bytes) -> None:
    picture = _opened(data)
    try:
        picture.verify()
    except Exception as broken:
        raise PictureRefused(BROKEN) from broken


def smaller(size: tuple[int, int]) -> tuple[int, int]:
    """The size in which a picture is kept; never a larger one."""
    ratio = min(1.0, max(SHORT / min(size), LONG / max(size)), LONGEST / max(size))
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


def _upright(picture: Image.Image) -> Image.Image:
    """Reduced first, because turning and colours cost by the pixel."""
    size = smaller(picture.size)
    picture.draft("RGB", (max(size), max(size)))
    picture = _of_plain_mode(picture)
    picture.thumbnail(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    ImageOps.exif_transpose(picture, in_place=True)
    picture = _in_srgb(picture)
    return picture if picture.mode in {"RGB", "RGBA"} else picture.convert("RGB")


def _of_plain_mode(picture: Image.Image) -> Image.Image:
    """Palettes, sixteen bits and grey with transparency as eight bits a channel."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if "A" in picture.mode or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode in _SPACES:
        picture.load()
        return picture
    return picture.convert("RGB")


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Without this a photograph in a wider colour space (Display P3) looks pale."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in _SPACES:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES[picture.mode]:
            return picture
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(picture, source, _SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # a broken profile spoils the colours, not the picture
    return turned or picture


def on_white(picture: Image.Image) -> Image.Image:
    """Without transparency."""
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground

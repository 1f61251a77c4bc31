"""The process that opens a stranger's HEIF picture: python -m accounts.heif PIXELS SHORT LONG

The file comes on the standard input, an upright PNG leaves on the standard output. It limits its
own memory and time before it looks at the file, so that a hostile one ends here and nobody else
notices. It knows no database and no settings.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import Final

SECONDS: Final = 20
MEMORY: Final = 1536 * 1024 * 1024
TOO_LARGE: Final = 3
BROKEN: Final = 4
_BRANDS: Final = {
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1",
}  # fmt: skip


def is_heif(data: bytes) -> bool:
    """Whether it says so in its first box; AVIF is another family."""
    if data[4:8] != b"ftyp":
        return False
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, 64, 4))}
    return bool(brands & _BRANDS) and data[8:12] != b"avif"


def restrict() -> None:
    """No core file, and hard limits on memory and processor time."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


def convert(data: bytes, pixels: int, short: int, long: int) -> bytes | None:
    """The first picture as PNG with its colour profile; None when it has too many pixels."""
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    # Turned as the file says: libheif does that, and the EXIF left over is dropped.
    file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    if file.size[0] * file.size[1] > pixels:
        return None
    picture = file.to_pillow()
    ratio = min(1.0, max(short / min(picture.size), long / max(picture.size)))
    picture.thumbnail((round(picture.width * ratio), round(picture.height * ratio)))
    out = io.BytesIO()
    colours = picture.info.get("icc_profile")
    picture.save(out, "PNG", compress_level=1, icc_profile=colours, exif=b"")
    return out.getvalue()


def main(pixels: int, short: int, long: int) -> int:
    """The exit code: 0, TOO_LARGE or BROKEN."""
    restrict()
    try:
        png = convert(sys.stdin.buffer.read(), pixels, short, long)
    except Exception:  # the library raises many kinds on hostile files
        return BROKEN
    if png is None:
        return TOO_LARGE
    sys.stdout.buffer.write(png)
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(number) for number in sys.argv[1:4])))

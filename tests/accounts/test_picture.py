import io
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts import decode
from accounts.actions import picture as pictures
from accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "images"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared pictures are not here")


@pytest.fixture
def user() -> User:
    make.company()
    return make.user()


@pytest.fixture
def browser(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def image(size: tuple[int, int] = (300, 200), *, kind: str = "PNG", color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 50,000 × 50,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def upload(browser: Client, data: bytes, name: str = "me.png", **cut: int) -> tuple[int, str]:
    """Sends a picture and cuts it: in the middle, unless told otherwise."""
    answer = browser.post("/profile/picture/", {"picture": SimpleUploadedFile(name, data)})
    if answer.status_code == 303:
        assert answer["Location"] == "/profile/picture/crop/"
        answer = browser.post("/profile/picture/crop/", {"zoom": 100, "x": 500, "y": 500, **cut})
        assert answer["Location"] == "/profile/"
    return answer.status_code, answer.content.decode()


def stored(user: User, size: int) -> Image.Image:
    user.refresh_from_db()
    with default_storage.open(pictures.path_of(str(user.picture.name), size)) as file:
        picture = Image.open(file)
        picture.load()
        return picture


def test_a_picture_is_kept_as_squares_of_three_sizes_and_shown(browser: Client, user: User) -> None:
    assert upload(browser, image())[0] == 303
    assert [stored(user, size).size for size in (64, 192, 512)] == [
        (64, 64), (192, 192), (512, 512),
    ]  # fmt: skip
    answer = browser.get(user.picture_url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    answer.close()


def test_the_square_is_the_middle(user: User) -> None:
    wide = Image.new("RGB", (300, 100), "red")
    wide.paste("blue", (100, 0, 200, 100))
    out = io.BytesIO()
    wide.save(out, "PNG")
    middle = pictures.square(out.getvalue())
    assert {middle.getpixel(at) for at in ((20, 20), (490, 490))} == {(0, 0, 255)}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The submitted file is empty"),
        (b"just text", "used. Choose a JPEG, PNG, GIF, WebP or HEIC"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "Choose a JPEG, PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "Choose a JPEG, PNG"),
        (image((300, 300), kind="JPEG")[:700], "damaged or not complete"),
        (image()[:90], "damaged or not complete"),
        (bomb(), "below 50 megapixels"),
        (image((1, 1)), "at least 8 × 8"),
        (image((2000, 7)), "at least 8 × 8"),
    ],
    ids=["empty", "text", "svg", "eps", "cut jpeg", "cut png", "bomb", "a dot", "a line"],
)
def test_what_is_no_picture_is_refused_with_the_reason(
    browser: Client, user: User, data: bytes, words: str
) -> None:
    status, html = upload(browser, data)
    assert (status, words in html) == (422, True)
    user.refresh_from_db()
    assert not user.picture


def test_a_huge_file_is_refused_unread(browser: Client) -> None:
    status, html = upload(browser, b"\x89PNG" + b"\0" * (40 * 1024 * 1024))
    assert (status, "bigger than 40 MB" in html) == (422, True)


def test_no_file_at_all_is_refused(browser: Client) -> None:
    assert browser.post("/profile/picture/", {}).status_code == 422


@needs_samples
@pytest.mark.parametrize("name", ["broken.png", "truncated_jpeg.jpg", "decompression_bomb.gif"])
def test_spoilt_pictures_are_refused(browser: Client, user: User, name: str) -> None:
    status, _html = upload(browser, (SAMPLES / name).read_bytes())
    assert status == 422


@needs_samples
@pytest.mark.parametrize("name", ["hopper_orientation_2.jpg", "hopper_orientation_6.jpg",
                                  "hopper_orientation_8.webp", "pil_sample_cmyk.jpg",
                                  "transparent.webp", "exif_gps.jpg"])  # fmt: skip
def test_odd_pictures_are_taken_without_their_metadata(
    browser: Client, user: User, name: str
) -> None:
    assert upload(browser, (SAMPLES / name).read_bytes(), name)[0] == 303
    kept = stored(user, 512)
    assert (kept.format, kept.mode, len(kept.getexif())) == ("WEBP", "RGB", 0)
    assert not {"exif", "xmp", "icc_profile"} & set(kept.info)


@needs_samples
@pytest.mark.parametrize("name", ["hopper_orientation_6.jpg", "hopper_orientation_8.webp"])
def test_a_turned_photograph_stands_upright(name: str) -> None:
    """All three are the same portrait, each stored in another position."""

    def small(name: str) -> list[int]:
        picture = pictures.square((SAMPLES / name).read_bytes()).resize((16, 16)).convert("L")
        return list(picture.tobytes())

    upright = small("hopper_orientation_2.jpg")
    difference = [abs(a - b) for a, b in zip(small(name), upright, strict=True)]
    assert sum(difference) / len(difference) < 12


@needs_samples
def test_where_a_photograph_was_taken_is_forgotten(browser: Client, user: User) -> None:
    data = (SAMPLES / "exif_gps.jpg").read_bytes()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825), "it says where"
    upload(browser, data)
    for size in (64, 192, 512):
        assert not stored(user, size).getexif().get_ifd(0x8825)


@needs_samples
def test_every_shared_picture_is_taken_or_refused_in_words(browser: Client) -> None:
    for file in sorted(SAMPLES.iterdir()):
        status, html = upload(browser, file.read_bytes(), file.name)
        assert status == 303 or (status, 'role="alert"' in html) == (422, True), file.name


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_of_the_eight_ways_to_hold_a_phone_ends_upright(orientation: int) -> None:
    """The red quarter was at the top left of what the photographer saw."""
    seen = Image.new("RGB", (400, 400), "blue")
    seen.paste("red", (0, 0, 200, 200))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose, from seen to stored
    held = seen.transpose(Image.Transpose(back[orientation])) if orientation > 1 else seen
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    held.save(out, "JPEG", exif=exif, quality=95)
    square = pictures.square(out.getvalue())
    red, blue, other, last = (
        square.getpixel(at) for at in [(99, 99), (400, 99), (99, 400), (400, 400)]
    )
    assert red[0] > 200 > 60 > red[2]  # type: ignore[index]
    assert all(one[2] > 200 for one in (blue, other, last))  # type: ignore[index]


def _of_mode(mode: str, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (120, 90), more.pop("color", None)).save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def _sixteen_bits() -> bytes:
    out = io.BytesIO()
    Image.frombytes("I;16", (64, 64), struct.pack("<H", 0x8000) * 64 * 64).save(out, "PNG")
    return out.getvalue()


def _animated() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("P", (80, 80), at) for at in range(3)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        _of_mode("CMYK", "JPEG", color=(0, 255, 255, 0)),
        _of_mode("L", "JPEG", color=128),
        _of_mode("LA", "PNG", color=(128, 128)),
        _of_mode("1", "PNG", color=1),
        _of_mode("P", "PNG", color=1, transparency=1),
        _of_mode("RGBA", "WEBP", color=(255, 0, 0, 10)),
        _of_mode("RGB", "JPEG", progressive=True),
        _of_mode("RGB", "PNG", icc_profile=b"not a profile"),
        _sixteen_bits(),
        _animated(),
        image() + b"<script>alert(1)</script>PK\x03\x04",
        _of_mode("RGB", "JPEG", comment=b"<?php system($_GET[0]); ?>"),
    ],
    ids=["cmyk", "grey", "grey alpha", "bits", "palette", "faint", "progressive", "bad profile",
         "16 bit", "animated", "polyglot", "polyglot jpeg"],
)  # fmt: skip
def test_every_kind_of_picture_becomes_a_plain_one(
    browser: Client, user: User, data: bytes
) -> None:
    assert upload(browser, data)[0] == 303
    kept = stored(user, 512)
    assert (kept.format, kept.mode) == ("WEBP", "RGB")
    for size in (64, 192, 512):
        with default_storage.open(pictures.path_of(str(user.picture.name), size)) as file:
            assert not {b"script", b"php", b"PK\x03"} & set(_words(file.read()))


def _words(data: bytes) -> list[bytes]:
    return [word for word in (b"script", b"php", b"PK\x03") if word in data]


def test_half_of_white_in_sixteen_bits_is_grey() -> None:
    assert pictures.square(_sixteen_bits()).getpixel((9, 9)) == (128, 128, 128)


def test_a_photograph_of_200_megapixels_is_read_small() -> None:
    head = image((800, 600), kind="JPEG")
    at = head.index(b"\xff\xc0") + 5
    huge = head[:at] + struct.pack(">HH", 50_000, 50_000) + head[at + 4 :]
    with pytest.raises(decode.PictureRefused, match="50 megapixels"):
        pictures.square(huge)
    assert decode.smaller((16_320, 12_240)) == (2048, 1536)
    assert decode.smaller((300, 200)) == (300, 200)
    assert max(decode.smaller((40_000, 2000))) == 8000


def _heic(size: tuple[int, int] = (400, 300)) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    seen = Image.new("RGB", size, "blue")
    seen.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    pillow_heif.from_pillow(seen).save(out, quality=90)
    return out.getvalue()


def test_a_photograph_of_an_iphone_is_taken(browser: Client, user: User) -> None:
    assert upload(browser, _heic(), "IMG_0001.HEIC")[0] == 303
    kept = stored(user, 512)
    left, right = kept.getpixel((60, 256)), kept.getpixel((450, 256))
    assert left[0] > 180 > 80 > left[2]  # type: ignore[index]
    assert right[2] > 180 > 80 > right[0]  # type: ignore[index]


@pytest.mark.parametrize("spoil", ["cut", "noise"])
def test_a_spoilt_one_is_refused_with_a_way_out(browser: Client, spoil: str) -> None:
    data = _heic()
    data = data[: len(data) // 2] if spoil == "cut" else data[:24] + b"\xff" * 4000
    status, html = upload(browser, data, "IMG_0001.HEIC")
    assert (status, "Most Compatible" in html) == (422, True)


def test_the_square_lies_where_the_person_chose(browser: Client, user: User) -> None:
    wide = Image.new("RGB", (600, 200), "red")
    wide.paste("blue", (400, 0, 600, 200))
    out = io.BytesIO()
    wide.save(out, "PNG")
    upload(browser, out.getvalue(), x=1000)
    assert stored(user, 512).getpixel((250, 250))[2] > 200  # type: ignore[index]
    upload(browser, out.getvalue(), x=0, zoom=200)
    assert stored(user, 512).getpixel((250, 250))[0] > 200  # type: ignore[index]


def test_the_cut_never_leaves_the_picture() -> None:
    for zoom in (100, 173, 300):
        for at in (0, 500, 1000):
            left, top, right, bottom = pictures.Cut(zoom, at, 1000 - at).box(640, 480)
            assert left >= 0
            assert top >= 0
            assert right <= 640.001
            assert bottom <= 480.001
            assert right - left == pytest.approx(bottom - top)


def test_a_picture_waits_for_its_square_and_is_nobody_elses(browser: Client, user: User) -> None:
    browser.post("/profile/picture/", {"picture": SimpleUploadedFile("me.png", image())})
    user.refresh_from_db()
    assert not user.picture
    page = browser.get("/profile/picture/crop/")
    assert 'type="range"' in page.content.decode()
    draft = browser.get("/profile/picture/draft/")
    assert (draft["Content-Type"], "no-store" in draft["Cache-Control"]) == ("image/webp", True)
    other = Client()
    other.force_login(make.user())
    assert other.get("/profile/picture/draft/").status_code == 404
    assert browser.post("/profile/picture/crop/", {"zoom": 9000}).status_code == 422
    assert browser.post("/profile/picture/cancel/").status_code == 303
    assert browser.get("/profile/picture/crop/")["Location"] == "/profile/"
    assert browser.post("/profile/picture/crop/", {})["Location"] == "/profile/"


def test_a_picture_that_nobody_came_back_for_goes(user: User) -> None:
    pictures.Draft(user, user).keep(image())
    assert pictures.forget_old_drafts() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert pictures.forget_old_drafts() == 1
    assert not pictures.Draft(user, user).is_there


def test_the_old_files_go_with_the_old_picture(
    browser: Client, user: User, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    upload(browser, image(color="red"))
    user.refresh_from_db()
    old = str(user.picture.name)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        upload(browser, image(color="blue"))
    assert not default_storage.exists(old)
    assert stored(user, 64).size == (64, 64)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert browser.post("/profile/picture/remove/").status_code == 303
    user.refresh_from_db()
    assert (user.picture_url, default_storage.exists(old)) == ("", False)


def test_pictures_are_for_those_who_are_logged_in(browser: Client, user: User) -> None:
    upload(browser, image())
    user.refresh_from_db()
    assert Client().get(user.picture_url).status_code == 302
    assert browser.get(f"/u/{user.pk}/picture/63/").status_code == 404
    assert browser.get(f"/u/{make.user().pk}/picture/64/").status_code == 404
    default_storage.delete(pictures.path_of(str(user.picture.name), 64))
    assert browser.get(f"/u/{user.pk}/picture/64/").status_code == 404

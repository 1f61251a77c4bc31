import io
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

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


def upload(browser: Client, data: bytes, name: str = "me.png") -> tuple[int, str]:
    answer = browser.post("/profile/picture/", {"picture": SimpleUploadedFile(name, data)})
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
        (b"just text", "used. Choose a JPEG, PNG, GIF or WebP"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "Choose a JPEG, PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "Choose a JPEG, PNG"),
        (image((300, 300), kind="JPEG")[:700], "damaged or not complete"),
        (image()[:90], "damaged or not complete"),
        (bomb(), "below 40 megapixels"),
    ],
    ids=["empty", "text", "svg", "eps", "cut jpeg", "cut png", "bomb"],
)
def test_what_is_no_picture_is_refused_with_the_reason(
    browser: Client, user: User, data: bytes, words: str
) -> None:
    status, html = upload(browser, data)
    assert (status, words in html) == (422, True)
    user.refresh_from_db()
    assert not user.picture


def test_a_huge_file_is_refused_unread(browser: Client) -> None:
    status, html = upload(browser, b"\x89PNG" + b"\0" * (10 * 1024 * 1024))
    assert (status, "bigger than 10 MB" in html) == (422, True)


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
def test_a_turned_photograph_stands_upright() -> None:
    def corner(name: str) -> list[int]:
        small = pictures.square((SAMPLES / name).read_bytes()).resize((8, 8)).convert("L")
        return [small.getpixel((x, y)) for x in (0, 7) for y in (0, 7)]  # type: ignore[misc]

    turned = corner("hopper_orientation_6.jpg")
    mirrored = corner("hopper_orientation_2.jpg")
    assert all(abs(a - b) < 30 for a, b in zip(turned, mirrored, strict=True))


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

"""Profile pictures: decoded, cut to a square where the person chooses, and written anew.

Nothing of the sent file is kept, so neither its metadata (places, names of devices) nor anything
hidden in it reaches a colleague's browser.
"""

import io
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image

from accounts.audit import record
from accounts.decode import PictureRefused, decode, on_white
from accounts.models import User
from accounts.models.user import PICTURE_SIZES

LARGEST: Final = max(PICTURE_SIZES)
DRAFTS: Final = "pictures/drafts"
DRAFT_LIVES: Final = timedelta(hours=24)
MAX_ZOOM: Final = 300
GONE = _("The picture isn't here any more. Choose it again.")


@dataclass(frozen=True)
class Cut:
    """Where the square lies: `zoom` in percent (100: as large as fits), `x` and `y` in
    thousandths of the way that is left to go, from the left and the top.
    """

    zoom: int = 100
    x: int = 500
    y: int = 500

    def box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in pixels."""
        side = min(width, height) * 100 / self.zoom
        left = (width - side) * self.x / 1000
        top = (height - side) * self.y / 1000
        return left, top, left + side, top + side


MIDDLE: Final = Cut()


def path_of(name: str, size: int) -> str:
    """The stored file of `size` pixels, from the name of the largest."""
    return name.replace(f"-{LARGEST}.", f"-{size}.")


def square(data: bytes, cut: Cut = MIDDLE) -> Image.Image:
    """The part of the picture that was chosen, upright, LARGEST pixels a side, without
    transparency. Raises PictureRefused.
    """
    return _cut(on_white(decode(data)), cut)


def _cut(picture: Image.Image, cut: Cut) -> Image.Image:
    size = (LARGEST, LARGEST)
    return picture.resize(size, Image.Resampling.LANCZOS, box=cut.box(*picture.size))


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


def set_picture(user: User, data: bytes, cut: Cut = MIDDLE, *, actor: User | None = None) -> None:
    """Makes `data`, the content of an image file, the picture of `user`. Raises PictureRefused.

    Written into the log when `actor` is somebody else: an administrator.
    """
    _replace(user, _store(square(data, cut)), actor or user)


def remove_picture(user: User, *, actor: User | None = None) -> None:
    """Leaves `user` with initials; logged as `set_picture` is."""
    _replace(user, "", actor or user)


def _replace(user: User, name: str, actor: User) -> None:
    """The old files go only when the new name is in the database for good."""
    try:
        with transaction.atomic():
            kept = User.objects.select_for_update().get(pk=user.pk)
            old = kept.picture.name or ""
            User.objects.filter(pk=user.pk).update(picture=name)
            if actor.pk != user.pk and old != name:
                verb = "user.picture" if name else "user.picture_removed"
                record(actor, verb, kept.full_name, {"user": user.pk})
            if old:
                transaction.on_commit(lambda: _forget(old))
    except Exception:
        if name:
            _forget(name)
        raise
    user.picture.name = name


# Between the upload and the choice of the square: a draft of whose picture it is to be and of who
# has sent it, already upright.


@dataclass(frozen=True)
class Draft:
    """A picture of `owner` that waits to be cut; `maker` alone sees it: themselves or an
    administrator.
    """

    owner: User
    maker: User

    @property
    def path(self) -> str:
        """Where it lies, if there is one."""
        return f"{DRAFTS}/{self.owner.pk}-{self.maker.pk}.webp"

    @property
    def is_there(self) -> bool:
        return default_storage.exists(self.path)

    def keep(self, data: bytes) -> None:
        """Decodes what was sent and keeps it until its square is chosen. Raises PictureRefused."""
        out = io.BytesIO()
        on_white(decode(data)).save(out, "WEBP", quality=92, method=3)
        default_storage.delete(self.path)
        default_storage.save(self.path, ContentFile(out.getvalue()))

    def use(self, cut: Cut) -> None:
        """Makes it, cut so, the picture of its owner. Raises PictureRefused if it is gone."""
        try:
            with default_storage.open(self.path) as file:
                data = file.read()
        except FileNotFoundError as missing:
            raise PictureRefused(GONE) from missing
        set_picture(self.owner, data, cut, actor=self.maker)
        self.drop()

    def drop(self) -> None:
        """Forgets it; nothing happens when there is none."""
        default_storage.delete(self.path)


def forget_old_drafts() -> int:
    """Drafts that nobody came back for go after a day; returns how many went."""
    try:
        names = default_storage.listdir(DRAFTS)[1]
    except FileNotFoundError:
        return 0
    paths = [f"{DRAFTS}/{name}" for name in names]
    before = timezone.now() - DRAFT_LIVES
    old = [path for path in paths if default_storage.get_modified_time(path) < before]
    for path in old:
        default_storage.delete(path)
    return len(old)

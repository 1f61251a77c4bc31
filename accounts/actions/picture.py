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


def set_picture(user: User, data: bytes, cut: Cut = MIDDLE) -> None:
    """Makes `data`, the content of an image file, the picture of `user`. Raises PictureRefused."""
    _replace(user, _store(square(data, cut)))


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


# Between the upload and the choice of the square: one draft for each user, already upright.


def draft_path(user: User) -> str:
    """Where the draft of `user` lies, if there is one."""
    return f"{DRAFTS}/{user.pk}.webp"


def has_draft(user: User) -> bool:
    """Whether a picture waits to be cut."""
    return default_storage.exists(draft_path(user))


def keep_draft(user: User, data: bytes) -> None:
    """Decodes what was sent and keeps it until its square is chosen. Raises PictureRefused."""
    out = io.BytesIO()
    on_white(decode(data)).save(out, "WEBP", quality=92, method=3)
    default_storage.delete(draft_path(user))
    default_storage.save(draft_path(user), ContentFile(out.getvalue()))


def use_draft(user: User, cut: Cut) -> None:
    """Makes the draft, cut so, the picture of `user`. Raises PictureRefused if it is gone."""
    try:
        with default_storage.open(draft_path(user)) as file:
            data = file.read()
    except FileNotFoundError as missing:
        raise PictureRefused(GONE) from missing
    set_picture(user, data, cut)
    drop_draft(user)


def drop_draft(user: User) -> None:
    """Forgets the draft; nothing happens when there is none."""
    default_storage.delete(draft_path(user))


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

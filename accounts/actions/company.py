"""Changing the company's own data."""

from __future__ import annotations

import io
import secrets
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from accounts.audit import record
from accounts.decode import decode
from accounts.models import Company, User
from accounts.sealed import seal

FIELDS: Final = (
    "name",
    "postal_code",
    "town",
    "street",
    "tax_number",
    "language",
    "time_zone",
    "country",
    "name_order",
    "currency",
    "mail_host",
    "mail_port",
    "mail_security",
    "mail_user",
    "mail_from",
    "upload_mb",
    "log_months",
    "trash_days",
    "import_days",
    "import_mb",
    "import_rows",
    "import_columns",
)
LOGO_SIZE: Final = (600, 240)
"""The box, in pixels, that a logo is made to fit."""


class CompanyChanged(Exception):
    """It isn't any more what the form was made from; ``current`` is what it is now."""

    def __init__(self, current: Company) -> None:
        super().__init__()
        self.current = current


def save_company(
    *, actor: User, version: int, values: dict[str, Any], password: str | None = None
) -> dict[str, tuple[Any, Any]]:
    """Save ``values`` (keys of FIELDS); what changed, as {field: (from, to)}.

    ``password`` is the mail server's: None leaves it, "" takes it away. Raises CompanyChanged
    when ``version`` is old and the outcome would differ.
    """
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"Not of the company: {sorted(unknown)}")
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=1)
        changed = {
            name: (getattr(company, name), value)
            for name, value in values.items()
            if getattr(company, name) != value
        }
        if not changed and password is None:
            return {}
        if company.version != version:
            raise CompanyChanged(company)
        for name, (_old, new) in changed.items():
            setattr(company, name, new)
        if password is not None:
            company.mail_password = seal(password) if password else ""
        company.version += 1
        _save(company, [*changed, "mail_password", "version"])
        told: dict[str, Any] = {
            name: {"from": old, "to": new} for name, (old, new) in changed.items()
        }
        if password is not None:
            told["mail_password"] = {}  # that it changed, never to what
        record(actor, "company.changed", company.name, {"changes": told})
    return changed


def set_logo(data: bytes, *, actor: User) -> None:
    """Make the content of an image file the company's logo. Raises PictureRefused."""
    _replace_logo(_stored(fitted(data)), actor)


def remove_logo(*, actor: User) -> None:
    _replace_logo("", actor)


def fitted(data: bytes) -> Image.Image:
    """The picture decoded anew, within LOGO_SIZE; what is see-through stays so.

    Raises PictureRefused.
    """
    picture = decode(data)
    picture.thumbnail(LOGO_SIZE, Image.Resampling.LANCZOS)
    return picture


def _stored(picture: Image.Image) -> str:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=90, method=4)
    name = f"company/{secrets.token_hex(8)}.webp"
    return default_storage.save(name, ContentFile(out.getvalue()))


def _replace_logo(name: str, actor: User) -> None:
    """The old file goes only when the new name is in the database for good."""
    try:
        with transaction.atomic():
            company = Company.objects.select_for_update().get(pk=1)
            old = company.logo.name or ""
            company.logo.name = name
            _save(company, ["logo"])
            verb = "company.logo" if name else "company.logo_removed"
            record(actor, verb, company.name)
            if old:
                transaction.on_commit(lambda: default_storage.delete(old))
    except BaseException:
        if name:
            default_storage.delete(name)
        raise


def _save(company: Company, names: list[str]) -> None:
    """A reader between this and the commit keeps the old one: it is forgotten once more then."""
    company.save(update_fields=names)
    transaction.on_commit(Company.forget)

"""Files as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Company
from modules.fieldtypes.base import FieldKind, one_text
from modules.models.field import Field, FieldType
from web.text import fold

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """A file that is kept: its name in the storage, and the one it came with."""

    name: str
    original: str

    def __str__(self) -> str:
        return self.original


class FileKind(FieldKind):
    """Its value is a StoredFile; what a form gives is the upload that will become one."""

    key = FieldType.FILE
    icon = "paperclip"
    column = "file"
    sortable = False
    operators = ("empty", "not_empty")
    hint = gettext_lazy("A document or a picture")

    def form_field(
        self, field: Field, *, required: bool = False, current: Any = None
    ) -> forms.Field:
        return UploadField(
            self, field, required=required and current is None, label=field.label,
            help_text=field.help, max_length=200,
        )  # fmt: skip

    def clean(self, field: Field, raw: Any) -> Any:
        if isinstance(raw, UploadedFile):
            return _small_enough(raw)
        if isinstance(raw, StoredFile):
            return raw
        if raw:
            raise ValidationError(_("Choose a file."))
        return None

    def dump(self, value: Any) -> Any:
        return None if value is None else [value.name, value.original]

    def load(self, field: Field, json: Any) -> Any:
        if isinstance(json, list | tuple) and len(json) == 2:
            return StoredFile(str(json[0]), one_text(json[1]))
        return None

    def fold(self, value: Any) -> str:
        return fold(value.original)[:200] if value else ""


class UploadField(forms.FileField):
    """A file no larger than the company allows."""

    def __init__(self, kind: FileKind, field: Field, **kwargs: Any) -> None:
        self.kind, self.of = kind, field
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        return self.kind.clean(self.of, upload) if upload else upload


def _small_enough(upload: UploadedFile[Any]) -> UploadedFile[Any]:
    most = Company.current().upload_mb if Company.exists() else 25
    if (upload.size or 0) > most * MEGABYTE:
        raise ValidationError(
            _("The file is larger than %(most)s MB. Choose a smaller one.") % {"most": most}
        )
    return upload

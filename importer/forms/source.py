"""Step 1: the form that takes a file or pasted cells."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from importer.actions.sources import Upload, limits
from modules.models import Module
from web.forms import Form

# More cells than this belong into a file.
MOST_PASTED: Final = 2_000_000
ENDINGS: Final = ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv,.tsv,.txt,.vcf"
TOO_MUCH_PASTED: Final = gettext_lazy("That is too much to paste. Save it and upload the file.")


def too_large() -> str:
    """What is said of a file over the limit, before it is sent and after."""
    return _("This file is too large: at most %(most)s MB are read at once.") % {
        "most": limits().mb
    }


class ModuleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The modules that a user has, or none: clients alone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Module.objects.none(),
            label=gettext_lazy("Where their datasheets come"),
            required=False,
            empty_label=gettext_lazy("Nowhere: clients alone"),
            **kwargs,
        )


class SourceForm(Form):
    """A file, or else cells. What can't be read is told at the field that it came by.

    ``unread``: why nothing of what was sent was even looked at.
    """

    unread = ""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )
    pasted = forms.CharField(
        label=gettext_lazy("Cells copied from a spreadsheet"),
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        error_messages={"max_length": TOO_MUCH_PASTED},
        widget=forms.Textarea(attrs={"rows": 7, "class": "paste", "spellcheck": "false"}),
    )
    module = ModuleField()

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modules = Module.objects.for_user(user)
        field = self.fields["module"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        field.queryset = modules
        # A browser cuts what is pasted off at this length without a word.
        self.fields["pasted"].widget.attrs.pop("maxlength", None)
        self.fields["file"].widget.attrs |= {
            "data-most": limits().file_bytes,
            "data-too-large": too_large(),
            "data-wrong-kind": _("Files of this kind are not read. %(kinds)s are.")
            % {"kinds": ENDINGS.replace(",", ", ")},
            "data-says": "source-file-says",
        }
        if not self.is_bound:
            field.initial = modules.first()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, pasted = cleaned.get("file"), (cleaned.get("pasted") or "").strip()
        if file is not None and file.size > limits().file_bytes:
            self.add_error("file", too_large())
        elif file is None and not pasted and not self.errors:
            self.add_error("file", _("Choose a file, or paste some cells below."))
        return cleaned

    @property
    def came_by(self) -> str:
        """The field that an error of the table is told at."""
        return "file" if self.cleaned_data.get("file") else "pasted"

    def upload(self) -> Upload:
        """What is to be read."""
        file = self.cleaned_data["file"]
        return Upload(
            file=file,
            name=file.name if file else "",
            pasted=self.cleaned_data["pasted"],
            module=self.cleaned_data["module"],
        )

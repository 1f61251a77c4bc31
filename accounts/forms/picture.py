"""The forms of one's picture: the file, and where its square lies."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.actions.picture import MAX_ZOOM, Cut
from accounts.decode import ACCEPT, MAX_BYTES, TOO_BIG
from web.forms import Form


class PictureForm(Form):
    """One file; what it holds is judged by `accounts.decode`."""

    picture = forms.FileField(
        label=_("Profile picture"),
        allow_empty_file=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def clean_picture(self) -> Any:
        file = self.cleaned_data["picture"]
        if file.size > MAX_BYTES:
            raise ValidationError(TOO_BIG)
        return file


def _slider(label: Any, low: int, high: int, start: int, step: int) -> forms.IntegerField:
    slider = forms.NumberInput(attrs={"type": "range", "step": step})
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, initial=start, widget=slider
    )


class CropForm(Form):
    """The three sliders, which work without scripts too."""

    zoom = _slider(_("Zoom"), 100, MAX_ZOOM, 100, 1)
    x = _slider(_("Left – right"), 0, 1000, 500, 5)
    y = _slider(_("Up – down"), 0, 1000, 500, 5)

    def cut(self) -> Cut:
        """What was chosen."""
        chosen = self.cleaned_data
        return Cut(zoom=chosen["zoom"], x=chosen["x"], y=chosen["y"])

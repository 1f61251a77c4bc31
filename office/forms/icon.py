"""The choice of an icon."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from modules.icons import ICONS, NAMES, Icon


class IconField(forms.ChoiceField):
    """One of the offered icons; drawn by ``office/module/_icons.html``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.RadioSelect)
        kwargs.setdefault("error_messages", {"invalid_choice": gettext_lazy("Choose an icon.")})
        super().__init__(choices=[(icon.name, icon.name) for icon in ICONS], **kwargs)
        self.icons: tuple[Icon, ...] = ICONS

    def keep(self, name: str) -> None:
        """Offer the present one too, though it isn't among those offered."""
        if name not in NAMES:
            self.icons = (Icon(name, name), *ICONS)
            self.choices = [(icon.name, icon.name) for icon in self.icons]

"""Users as values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Widget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from modules.fieldtypes.base import CHOSEN, FieldKind, one_text
from modules.models.field import Field, FieldType
from web.text import fold


class UserKind(FieldKind):
    """A colleague; a former one can be kept, not chosen anew by the list."""

    key = FieldType.USER
    icon = "user-round"
    column = "person"
    sortable = False
    operators = CHOSEN
    hint = gettext_lazy("A colleague")

    def widget(self, field: Field, current: Any = None) -> Widget:
        users = User.objects.filter(is_active=True) | User.objects.filter(pk=current or 0)
        options = [(str(user.pk), user.full_name) for user in users.order_by("sort_key", "pk")]
        return forms.Select(choices=[("", "–"), *options])

    def clean(self, field: Field, raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        user = _user(raw)
        if user is None:
            raise ValidationError(_("There is no such user."))
        return user.pk

    def edit(self, field: Field, value: Any) -> Any:
        return value if value is None else str(value)

    def display(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        user = User.objects.filter(pk=value).first()
        return user.full_name if user else ""


def _user(raw: Any) -> User | None:
    """By id, email, or full name where only one bears it."""
    if isinstance(raw, User):
        return raw
    text = one_text(raw)
    if text.isascii() and text.isdigit() and len(text) < 18:
        return User.objects.filter(pk=int(text)).first()
    if "@" in text:
        return User.objects.filter(email__iexact=text).first()
    # A company has tens of users, and the order of their names is a setting.
    wanted = sorted(fold(text).split())
    same = [user for user in User.objects.all() if sorted(fold(user.full_name).split()) == wanted]
    return same[0] if len(same) == 1 else None

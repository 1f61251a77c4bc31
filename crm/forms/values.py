"""Forms of the company's own fields: one in its place, or several at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from crm import values
from crm.actions.values import UNSEEN
from modules.fieldtypes import type_of
from modules.models import About, Field, FieldType, Module, Status
from modules.models.field import Required
from web.forms import Form, dress


class FieldForm(Form):
    """One field with the value that it was made from, so that who saves second is told."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        field: Field,
        current: Any,
        required: bool = False,
    ) -> None:
        self.of, self.kind = field, type_of(field)
        initial = {"value": current, "was": json.dumps(self.kind.dump(current))}
        super().__init__(data, files, initial=initial, auto_id=f"field-{field.pk}-%s")
        _add(self, "value", field, required=required, current=current)

    def seen(self) -> Any:
        """The value that the form was made from; UNSEEN when it doesn't say."""
        said = self.cleaned_data.get("was") or ""
        try:
            return self.kind.load(self.of, json.loads(said)) if said else UNSEEN
        except ValueError:
            return UNSEEN

    def again(self, current: Any) -> None:
        """Shown once more, as typed, but made from what is saved by now."""
        self.data = {**_plain(self.data), "was": json.dumps(self.kind.dump(current))}


class ValuesForm(Form):
    """Fields that are asked for together with something else, as ``field-12``."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        fields: Sequence[Field],
        required: Collection[int] = (),
        current: Mapping[int, Any] | None = None,
        typed: Any = None,
    ) -> None:
        self.asked = fields
        known = current or {}
        initial = {name_of(field): known.get(field.pk, _default(field)) for field in fields}
        initial.update({name: value for name, value in _plain(typed or {}).items() if value})
        super().__init__(data, files, initial=initial)
        for field in fields:
            value = known.get(field.pk)
            _add(self, name_of(field), field, required=field.pk in required, current=value)

    @property
    def has_file(self) -> bool:
        return any(field.type == FieldType.FILE for field in self.asked)

    def values(self) -> dict[int, Any]:
        """What was filled in, by the id of the field; None for what is empty."""
        return {field.pk: self.cleaned_data.get(name_of(field)) for field in self.asked}


def name_of(field: Field) -> str:
    """The name of a field's control in a form of several."""
    return f"field-{field.pk}"


def _add(form: Form, name: str, field: Field, *, required: bool, current: Any) -> None:
    control = type_of(field).form_field(field, required=required, current=current)
    control.template_name = form.template_name_field  # type: ignore[attr-defined]
    dress(control.widget)
    form.fields[name] = control


def _default(field: Field) -> Any:
    return None if field.default is None else type_of(field).load(field, field.default)


def _plain(data: Any) -> dict[str, Any]:
    """The sent data; of what was sent several times, all of it."""
    if not hasattr(data, "getlist"):
        return dict(data)
    return {key: data.getlist(key) if len(data.getlist(key)) > 1 else data[key] for key in data}


class StartValues:
    """What new records can't be without: asked for in the form that makes them."""

    def __init__(
        self,
        user: User,
        data: Any = None,
        files: Any = None,
        *,
        typed: Any = None,
        module: Module | None = None,
        status: Status | None = None,
        new_client: bool = False,
    ) -> None:
        def form(about: str, module_id: int | None = None, *, must: bool = True) -> ValuesForm:
            found = [
                one
                for one in values.fields_for(
                    user, about, module_id, required__in=[Required.ALWAYS, Required.FROM]
                )
                if values.is_required(one, status) and one.type != FieldType.NUMBER
            ]
            required = [one.pk for one in found] if must else []
            return ValuesForm(data, files, fields=found, required=required, typed=typed)

        nothing = ValuesForm(data, files, fields=[])
        self.sheet = form(About.DATASHEET, module.pk) if module else nothing
        self.client = form(About.CLIENT) if new_client else nothing
        # Whoever has no name is no contact, and has no data.
        self.contact = form(About.CONTACT, must=False)

    @property
    def has_file(self) -> bool:
        return any(form.has_file for form in (self.sheet, self.client, self.contact))

    def is_valid(self, *, named: bool) -> bool:
        """Whether all is filled in; of the contact only when there is one."""
        valid = all([self.sheet.is_valid(), self.client.is_valid(), self.contact.is_valid()])
        if named and self.contact.is_valid():
            for field in self.contact.asked:
                if self.contact.cleaned_data.get(name_of(field)) is None:
                    self.contact.add_error(name_of(field), _("Fill this in."))
                    valid = False
        return valid

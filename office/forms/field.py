"""A field of datasheets, clients or contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Company
from accounts.roles import Role
from modules.actions.fields import FieldPlan, groups_of
from modules.fieldtypes import ALL, type_of
from modules.fieldtypes.change import LISTS
from modules.models import Field, FieldType, Module, Required, Status
from office.forms import field_choices
from web.forms import Form, OnceField

CURRENCIES = ("HUF", "EUR", "USD", "GBP", "CHF", "CZK", "PLN", "RON", "RSD", "SEK", "NOK", "DKK")
WITH_UNIT = (FieldType.WHOLE, FieldType.DECIMAL)
NO_DEFAULT = (FieldType.FILE, FieldType.USER, FieldType.NUMBER, *LISTS)
NEW = "new"


class FieldForm(Form):
    """All of a field. Which options count depends on its type; the page shows only those.

    ``field`` is the one to be changed, whose type stays; a new one chooses its type.
    """

    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        widget=forms.RadioSelect,
        choices=[(str(kind.key.value), kind.name) for kind in ALL],
        initial="text",
    )
    label_hu = forms.CharField(
        label=gettext_lazy("Label in Hungarian"), max_length=60, required=False
    )
    label_en = forms.CharField(
        label=gettext_lazy("Label in English"), max_length=60, required=False
    )
    help_hu = forms.CharField(
        label=gettext_lazy("Help in Hungarian"), max_length=200, required=False
    )
    help_en = forms.CharField(label=gettext_lazy("Help in English"), max_length=200, required=False)
    group = forms.ChoiceField(label=gettext_lazy("Group"), required=False)
    group_hu = forms.CharField(
        label=gettext_lazy("New group in Hungarian"), max_length=60, required=False
    )
    group_en = forms.CharField(
        label=gettext_lazy("New group in English"), max_length=60, required=False
    )
    required = forms.ChoiceField(
        label=gettext_lazy("Ask for it"), choices=Required.choices, initial=Required.NEVER
    )
    required_from = forms.ChoiceField(label=gettext_lazy("From this status on"), required=False)
    seen_by = forms.MultipleChoiceField(
        label=gettext_lazy("Who sees it"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=list(Role.values),
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )
    in_list = forms.BooleanField(label=gettext_lazy("Show it in the list"), required=False)
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "kg"}),
    )
    decimals = forms.TypedChoiceField(
        label=gettext_lazy("Decimals"),
        coerce=int,
        required=False,
        empty_value=None,
        choices=[(n, str(n)) for n in range(5)],
        initial=2,
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    number_prefix = forms.CharField(
        label=gettext_lazy("Prefix"),
        max_length=12,
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"placeholder": "A-"}),
    )
    width = forms.IntegerField(
        label=gettext_lazy("Digits at least"), min_value=1, max_value=12, required=False, initial=4
    )
    start = forms.IntegerField(
        label=gettext_lazy("First number"),
        min_value=1,
        max_value=999_999_999,
        required=False,
        initial=1,
    )
    default_text = forms.CharField(
        label=gettext_lazy("Default"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "data-grow": True}),
        help_text=gettext_lazy("New records begin with it."),
    )
    default_yes_no = forms.ChoiceField(
        label=gettext_lazy("Default"),
        required=False,
        choices=[("", "–"), ("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))],
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = OnceField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        about: str,
        module: Module | None = None,
        field: Field | None = None,
    ) -> None:
        self.about, self.module, self.of = about, module, field
        self.rows = field_choices.rows_sent(data) if data else field_choices.rows_of(field)
        self.plan_default: Any = None
        super().__init__(data, initial=_filled(field) if field else None)
        if field is not None:
            del self.fields["type"]
        self._offer()
        if data and data.get("do"):
            self._errors = forms.utils.ErrorDict()  # it is not sent yet, so nothing is wrong

    @property
    def type_key(self) -> str:
        """The type that was chosen, or that the field has."""
        return self.of.type if self.of else str(self["type"].value() or "text")

    @property
    def cards(self) -> list[Any]:
        """The types with the radio of each."""
        return list(zip(ALL, self["type"], strict=True))

    @property
    def choice_error(self) -> Any:
        return self.errors.get("choices")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not (data.get("label_hu") or data.get("label_en")):
            self.add_error("label_hu", _("Give it a label in one of the languages."))
        if data.get("group") == NEW and not (data.get("group_hu") or data.get("group_en")):
            self.add_error("group_hu", _("Name the new group in one of the languages."))
        if data.get("required") == Required.FROM and not data.get("required_from"):
            self.add_error("required_from", _("Choose the status."))
        if self.type_key in LISTS and (wrong := field_choices.wrong_with(self.rows)):
            self.add_error(None, ValidationError(wrong, code="choices"))
        self._clean_default()
        return data

    def plan(self) -> FieldPlan:
        """The field that the valid form describes."""
        data = self.cleaned_data
        new = data["group"] == NEW
        everyone = set(data["seen_by"]) == set(Role.values)
        several = self.type_key == FieldType.CHOICES
        in_lists = self.type_key in LISTS
        return FieldPlan(
            label_hu=data["label_hu"],
            label_en=data["label_en"],
            help_hu=data["help_hu"],
            help_en=data["help_en"],
            group_id=int(data["group"]) if data["group"] and not new else None,
            group_hu=data["group_hu"] if new else "",
            group_en=data["group_en"] if new else "",
            options=self.options(),
            default=self.plan_default,
            required=data["required"],
            required_from_id=int(data["required_from"]) if data.get("required_from") else None,
            seen_by=() if everyone else tuple(data["seen_by"]),
            in_list=bool(data.get("in_list")),
            choices=field_choices.plans(self.rows, several=several) if in_lists else (),
        )

    def options(self) -> dict[str, Any]:
        """The options that the type has; those of other types are left as they were."""
        data, key = self.cleaned_data, self.type_key
        names = {
            FieldType.WHOLE: ("unit",),
            FieldType.DECIMAL: ("unit", "decimals"),
            FieldType.MONEY: ("currency",),
            FieldType.NUMBER: ("number_prefix", "width", "start"),
        }.get(FieldType(key), ())
        given = {name.removeprefix("number_"): data.get(name) for name in names}
        if self.of and given.get("start") == self.of.next_number:
            del given["start"]  # where the count stands, not where it began
        before = dict(self.of.options) if self.of else {}
        merged = before | given
        return {name: value for name, value in merged.items() if value not in ("", None)}

    def _offer(self) -> None:
        """Groups, statuses and currencies to choose from."""
        module_id = self.module.pk if self.module else None
        groups = [(str(one.pk), one.name) for one in groups_of(self.about, module_id)]
        self._choices("group", [("", _("No group")), *groups, (NEW, _("A new group…"))])
        own = Company.current().currency if Company.exists() else "HUF"
        company = _("The company's (%(code)s)") % {"code": own}
        self._choices("currency", [("", company), *((code, code) for code in CURRENCIES)])
        if self.module is None:
            del self.fields["required_from"], self.fields["in_list"]
            kept = [one for one in Required.choices if one[0] != Required.FROM]
            self._choices("required", kept)
        else:
            self._choices("required_from", [("", "–"), *_statuses(self.module)])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = choices

    def _clean_default(self) -> None:
        """The default in the serialised form of the type."""
        key = self.type_key
        if key in NO_DEFAULT or key not in FieldType.values:
            return
        draft = Field(type=key, options=self.options())
        name = "default_yes_no" if key == FieldType.YES_NO else "default_text"
        kind = type_of(draft)
        try:
            self.plan_default = kind.dump(kind.clean(draft, self.cleaned_data.get(name)))
        except ValidationError as error:
            self.add_error(name, error)


def _statuses(module: Module) -> list[Any]:
    """The statuses under their groups, in the order of the tree."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in Status.objects.filter(module=module).in_order():
        groups.setdefault(one.group.name, []).append((str(one.pk), one.name))
    return list(groups.items())


def _filled(field: Field) -> dict[str, Any]:
    same = (
        *("label_hu", "label_en", "help_hu", "help_en", "required", "in_list", "version"),
        *("type",),
    )
    kind = type_of(field)
    default = kind.load(field, field.default)
    options = {name: value for name, value in field.options.items() if name != "start"}
    return {
        **{name: getattr(field, name) for name in same},
        **options,
        "start": field.next_number,
        "number_prefix": field.options.get("prefix", ""),
        "group": str(field.group_id or ""),
        "required_from": str(field.required_from_id or ""),
        "seen_by": field.seen_by or list(Role.values),
        "default_text": _as_text(kind.edit(field, default)),
        "default_yes_no": kind.edit(field, default) if field.type == FieldType.YES_NO else "",
    }


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""

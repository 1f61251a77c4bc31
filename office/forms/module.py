"""A module: a new one, and what an existing one is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from modules.models import FirstResponsible, Module, Status
from modules.registry import KINDS
from office.actions.modules import ModulePlan
from office.forms.icon import IconField
from office.forms.names import NamesForm

WHO = [("all", gettext_lazy("Everybody")), ("some", gettext_lazy("Chosen users"))]


class NewModuleForm(NamesForm):
    """A module of a kind, from the kind's start or as a copy of another one."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(kind.key, kind.key) for kind in KINDS],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what kind of module it is.")},
    )
    copy_of = forms.ChoiceField(label=gettext_lazy("Begin with"), required=False)
    icon = IconField(label=gettext_lazy("Icon"), required=False)

    def __init__(self, data: Any = None, *, modules: list[Module], kind: str = "") -> None:
        super().__init__(data, initial={"kind": kind})
        self.modules = {str(module.pk): module for module in modules}
        field = self.fields["copy_of"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        copies = [
            (pk, _("As %(name)s is") % {"name": one.name}) for pk, one in self.modules.items()
        ]
        field.choices = [("", _("The kind's usual start")), *copies]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        other = self.modules.get(data.get("copy_of") or "")
        if other is not None and data.get("kind") and other.kind != data["kind"]:
            text = _("%(name)s is of another kind. Choose that kind, or the usual start.")
            self.add_error("copy_of", text % {"name": other.name})
        return data


class ModuleForm(NamesForm):
    """What a module is. ``version`` is the one that the form was filled from."""

    icon = IconField(label=gettext_lazy("Icon"))
    who = forms.ChoiceField(
        label=gettext_lazy("Who may use it"), choices=WHO, widget=forms.RadioSelect
    )
    members = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Chosen users"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Administrators use every module."),
    )
    first_responsible = forms.ChoiceField(
        label=gettext_lazy("Who becomes responsible for a new datasheet"),
        choices=FirstResponsible.choices,
        widget=forms.RadioSelect,
    )
    turns = forms.ModelMultipleChoiceField(
        label=gettext_lazy("In turn"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Who has waited longest is next."),
    )
    default_status = forms.ChoiceField(
        label=gettext_lazy("Where a new datasheet stands"), required=False
    )
    forgotten_after_days = forms.IntegerField(
        label=gettext_lazy("Days until Forgotten"),
        help_text=gettext_lazy("Without a call, meeting or email and without an open todo."),
        min_value=1,
        max_value=3650,
        required=False,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, module: Module) -> None:
        # The dialog of a step names one too, and a label means the first of two same ids.
        super().__init__(data, initial=_filled(module), auto_id="module-%s")
        self.module = module
        self.fields["icon"].keep(module.icon)  # type: ignore[attr-defined]
        users = User.objects.active().order_by("sort_key", "pk")
        self._people("members", users.exclude(role=Role.ADMINISTRATOR))
        self._people("turns", users)
        status = self.fields["default_status"]
        assert isinstance(status, forms.ChoiceField)  # noqa: S101 (declared above)
        if module.fixed:
            del self.fields["default_status"]
        else:
            found = Status.objects.filter(module=module).staying().in_order()
            status.choices = [
                ("", _("The first of the tree")),
                *((str(one.pk), one.full_name) for one in found),
            ]
        if module.kind != "sales":
            del self.fields["forgotten_after_days"]

    def _people(self, name: str, users: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 (declared above)
        field.queryset = users

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        in_turn = data.get("first_responsible") == FirstResponsible.IN_TURN
        if in_turn and not data.get("turns"):
            self.add_error("turns", _("Choose at least one person."))
        return data

    def plan(self, heirs: dict[int, int | None] | None = None) -> ModulePlan:
        """The module that the valid form describes."""
        data = self.cleaned_data
        days = data.get("forgotten_after_days") or self.module.forgotten_after_days
        return ModulePlan(
            icon=data["icon"],
            limited=data["who"] == "some",
            members=frozenset(user.pk for user in data["members"]),
            first_responsible=data["first_responsible"],
            turns=frozenset(user.pk for user in data["turns"]),
            default_status_id=int(data.get("default_status") or 0) or None,
            forgotten_after_days=days,
            heirs=heirs or {},
            **self.names(),
        )


def _filled(module: Module) -> dict[str, Any]:
    named = ("name_hu", "name_en", "icon", "first_responsible", "forgotten_after_days", "version")
    return {
        **{name: getattr(module, name) for name in named},
        "who": "some" if module.limited else "all",
        "members": list(module.members.values_list("user_id", flat=True)),
        "turns": list(module.turns.values_list("user_id", flat=True)),
        "default_status": str(module.default_status_id or ""),
    }

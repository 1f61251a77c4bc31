"""A new client with its contact, its datasheet and a first todo; or a datasheet of a known one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from crm import access
from crm.actions.channels import Channel
from crm.actions.clients import ClientPlan, ContactPlan
from crm.actions.datasheets import DatasheetPlan
from crm.actions.todos import TodoPlan
from crm.constants import ClientKind, DocumentType, EmailKind, PhoneKind, Qualification, SaleState
from crm.forms.channels import clean_email, clean_phone
from crm.forms.client import checked_tax_number
from crm.forms.todo import Choices, FirstTodoForm, PickField
from crm.forms.when import Moment
from crm.models import Client, Contact
from modules.kinds import sales, webshop
from modules.kinds.base import Refused as KindRefused
from modules.models import FirstResponsible, Module, Status, Suggestion, TodoType
from modules.registry import kind_of
from web.forms import Form, OnceField
from web.text import fold


@dataclass(frozen=True)
class Turn:
    """Stands among the users one may choose: whoever of the module's chosen users is next."""

    pk: ClassVar[str] = "turn"

    def __str__(self) -> str:
        return _("The next in turn")


OFFERED_DOCUMENTS = [choice for choice in DocumentType.choices if choice[0]]


class SheetFields(Form):
    """What is asked of a new datasheet. Which of it counts depends on the module's kind."""

    module = PickField(
        label=gettext_lazy("Module"),
        error_messages={"required": gettext_lazy("Choose a module.")},
    )
    status = PickField(label=gettext_lazy("Status"), required=False)
    qualification = forms.ChoiceField(
        label=gettext_lazy("Qualification"), choices=Qualification.choices, required=False
    )
    sale_state = forms.ChoiceField(
        label=gettext_lazy("State of the sale"), choices=SaleState.choices, required=False
    )
    document_type = forms.ChoiceField(
        label=gettext_lazy("Document"), choices=OFFERED_DOCUMENTS, required=False
    )
    registered_on = forms.DateField(
        label=gettext_lazy("Registered on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Leave it empty for somebody who only subscribed."),
    )
    sheet_name = forms.CharField(
        label=gettext_lazy("Datasheet name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("What is it about?")}),
    )
    responsible = PickField(label=gettext_lazy("Responsible"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        initial: Mapping[str, Any],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.user = user
        said = data if data is not None else initial
        modules = list(Module.objects.for_user(user))
        wanted = str(said.get("module", ""))
        self.chosen_module = next(
            (module for module in modules if wanted in (str(module.pk), module.slug)),
            modules[0] if modules else None,
        )
        self._offer("module", modules)
        self._offer_of_module(said)

    def _offer(self, name: str, records: Any, *, empty: str | None = None) -> None:
        field = self.fields[name]
        assert isinstance(field, PickField)  # noqa: S101 (declared above)
        field.offer(records, empty=empty)

    def _offer_of_module(self, said: Mapping[str, Any]) -> None:
        module = self.chosen_module
        offered = Status.objects.filter(module=module).staying().in_order()
        self.statuses = list(offered) if module else []
        self._offer("status", self.statuses)
        self.doers = list(access.possible_responsibles(module.pk)) if module else []
        if not access.sees_everything(self.user):  # they would lose sight of anybody else's
            self.doers = [doer for doer in self.doers if doer == self.user]
        self._offer_responsible(module)
        self.module_kind = kind_of(module) if module else None
        if module and str(said.get("module", "")) != str(module.pk):
            self.initial["module"] = module.pk
        self.chosen_status = self._status(said)
        if self.chosen_status is not None:
            self.initial["status"] = self.chosen_status.pk
        if "responsible" not in said:
            self.initial["responsible"] = self._first_responsible()

    def _offer_responsible(self, module: Module | None) -> None:
        """The doers, nobody, and the company's turns where it has them and they may be used."""
        in_turn = module is not None and module.first_responsible == FirstResponsible.IN_TURN
        turn = [Turn()] if in_turn and access.sees_everything(self.user) else []
        self.turn_label = str(turn[0]) if turn else ""
        self._offer("responsible", [*turn, *self.doers], empty=_("Nobody"))

    def _first_responsible(self) -> str | int:
        """As the module says; a restricted user keeps what would otherwise be gone for them."""
        if self.turn_label:
            return Turn.pk
        rule = self.chosen_module.first_responsible if self.chosen_module else ""
        takes = rule != FirstResponsible.NOBODY and self.user in self.doers
        return self.user.pk if takes else ""

    def _status(self, said: Mapping[str, Any]) -> Status | None:
        """The status that the datasheet would stand in; None where the facts allow none."""
        by_key = {status.key: status for status in self.statuses}
        by_id = {str(status.pk): status for status in self.statuses}
        kind = self.module_kind
        if kind is None or not self.statuses:
            return None
        if not kind.fixed:
            default = by_id.get(str(self.chosen_module and self.chosen_module.default_status_id))
            return by_id.get(str(said.get("status", ""))) or default or self.statuses[0]
        if kind.key == "sales":
            return by_key.get(_sales_key(said))
        if kind.key == "webshop":
            subscribed = not said.get("registered_on")
            today = timezone.localdate()
            registered = None if subscribed else today
            key = webshop.status_key(subscribed, registered, 0, None, False, today)
            return by_key.get(key)
        return by_key.get(kind.first_key(str(said.get("document_type", "") or "offer")))

    def clean_registered_on(self) -> object:
        day = self.cleaned_data["registered_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("That day has not come yet."))
        return day

    def sheet_plan(self, contact: Contact | None = None) -> DatasheetPlan:
        """The datasheet that the valid form describes."""
        data = self.cleaned_data
        in_turn = isinstance(data["responsible"], Turn)
        plan = DatasheetPlan(
            module=data["module"],
            responsible=None if in_turn else data["responsible"],
            in_turn=in_turn,
            name=data["sheet_name"],
            main_contact=contact,
        )
        key = kind_of(data["module"]).key
        if key == "sales":
            state = data["sale_state"] or SaleState.DISCOVERY
            return replace(plan, qualification=data["qualification"], sale_state=state)
        if key == "invoicing":
            return replace(plan, document_type=data["document_type"] or DocumentType.OFFER)
        if key == "webshop":
            return replace(plan, registered_on=data["registered_on"])
        return replace(plan, status=data["status"])


def _sales_key(said: Mapping[str, Any]) -> str:
    try:
        return sales.status_key(
            str(said.get("qualification", "") or ""),
            str(said.get("sale_state", "") or SaleState.DISCOVERY),
        )
    except (KindRefused, ValueError):
        return ""


class NewClientForm(SheetFields):
    """A new company or person; with ``client`` a new datasheet of that one."""

    kind = forms.ChoiceField(choices=ClientKind.choices, widget=forms.RadioSelect, required=False)
    name = forms.CharField(label=gettext_lazy("Company name"), max_length=200, required=False)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100, required=False)
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=100, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    email = forms.CharField(
        label=gettext_lazy("Email"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email"}),
    )
    tax_number = forms.CharField(
        label=gettext_lazy("Tax number"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "12345678-2-42"}),
    )
    contact = PickField(label=gettext_lazy("Contact"), required=False)
    once = OnceField()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        initial: Mapping[str, Any] | None = None,
        client: Client | None = None,
    ) -> None:
        initial = {"kind": ClientKind.COMPANY, **(initial or {})}
        super().__init__(data, user=user, initial=initial)
        self.client = client
        self.person = (data or initial).get("kind") == ClientKind.PERSON
        self.contacts = (
            list(Contact.objects.filter(client=client).order_by("sort_key", "pk")) if client else []
        )
        empty = _("Somebody new") if client and client.is_company else None
        self._offer("contact", self.contacts, empty=empty)
        if self.contacts and "contact" not in initial:
            self.initial["contact"] = self._known_contact(initial)
        for name in ("name", "family_name", "given_name", "phone", "email", "tax_number"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        first = "sheet_name" if client else "family_name" if self.person else "name"
        self.fields[first].widget.attrs["autofocus"] = True

    def _known_contact(self, said: Mapping[str, Any]) -> int | str:
        """The contact with the typed name; somebody new for another name; else the first."""
        typed = f"{said.get('family_name', '')} {said.get('given_name', '')}"
        known: dict[str, int] = {one.folded_name: one.pk for one in self.contacts}
        if not typed.strip() or (self.client and not self.client.is_company):
            return int(self.contacts[0].pk)
        return known.get(fold(typed), "")

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])

    def clean_tax_number(self) -> str:
        return checked_tax_number(self.cleaned_data["tax_number"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.client is not None:
            return data
        if not data.get("kind"):
            data["kind"] = ClientKind.COMPANY
        if data["kind"] == ClientKind.COMPANY and not data.get("name"):
            self.add_error("name", _("Write the company's name."))
        named = data.get("family_name") or data.get("given_name")
        if data["kind"] == ClientKind.PERSON and not named:
            self.add_error("family_name", _("Write a family name or a given name."))
        return data

    @property
    def names_somebody(self) -> bool:
        """Whether a new contact is made."""
        data = getattr(self, "cleaned_data", {})
        if self.client is not None and data.get("contact") is not None:
            return False
        return bool(data.get("family_name") or data.get("given_name"))

    def contact_plan(self) -> ContactPlan | None:
        """The new contact with its phone and email; None when a known one was chosen."""
        data = self.cleaned_data
        if self.client is not None and data["contact"] is not None:
            return None
        phone, email = data["phone"], data["email"]
        return ContactPlan(
            data["family_name"],
            data["given_name"],
            phones=[Channel(PhoneKind.MOBILE, phone, True)] if phone else [],
            emails=[Channel(EmailKind.WORK, email, True)] if email else [],
        )

    def client_plan(self) -> ClientPlan:
        data = self.cleaned_data
        return ClientPlan(data["kind"], data["name"], data["tax_number"], self.contact_plan())


class FirstTodo:
    """The first todo's part of the form, filled in with what the status suggests.

    ``suggested`` is the text of the suggestion that stands in the field: as long as nobody wrote
    another one, a change of status changes it.
    """

    def __init__(
        self,
        sheet: SheetFields,
        data: Mapping[str, Any] | None = None,
        said: Mapping[str, Any] | None = None,
    ) -> None:
        self.moment = Moment.current()
        types = list(TodoType.objects.live().in_order())
        choices = Choices(types, [*sheet.doers, *({sheet.user} - set(sheet.doers))])
        self.suggestion = _suggestion(sheet.chosen_status)
        self.suggested = self.suggestion.text if self.suggestion else ""
        initial = self._initial(types, said or {})
        if data is not None:  # the todo is for the datasheet's responsible, see plan()
            data = {**dict(data.items()), "responsible": ""}
        self.form = FirstTodoForm(
            data, choices=choices, moment=self.moment, prefix="", initial=initial
        )

    def _initial(self, types: list[TodoType], said: Mapping[str, Any]) -> dict[str, Any]:
        text = str(said.get("text", "")).strip()
        if text and text != str(said.get("suggested", "")).strip():
            names = ("text", "type", "when", "when_text", "at")
            return {name: said.get(name, "") for name in names}
        ahead = self.suggestion.in_working_days if self.suggestion else 1
        day = self.moment.calendar.in_working_days(self.moment.today, ahead)
        suggested = self.suggestion.type if self.suggestion else None
        kind = suggested if suggested in types else next(iter(types), None)
        return {
            "text": self.suggested,
            "type": kind.pk if kind else None,
            "when": day.isoformat(),
        }

    def plan(self, responsible: User | None, actor: User) -> TodoPlan | None:
        """The todo, if one was written: for the datasheet's responsible, else for who writes it."""
        if not self.form.is_wanted():
            return None
        plan = self.form.plan()
        kind: TodoType = self.form.cleaned_data["type"] or self.form.options.types[0]
        return replace(plan, responsible=responsible or actor, type=kind)


def _suggestion(status: Status | None) -> Suggestion | None:
    if status is None or not status.expects_todo:
        return None
    found: Suggestion | None = Suggestion.objects.filter(status=status).in_order().first()
    return found

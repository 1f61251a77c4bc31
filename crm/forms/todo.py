"""The forms of todos: a new one, the first one of a new client, a changed one, a postponed one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from crm import access
from crm.actions.todos import TodoPlan
from crm.forms.when import Moment, WhenForm, as_text, initial_when
from crm.models import Contact, Datasheet, Todo
from crm.models.todo import TEXT_MAX
from modules.models import TodoType
from web.forms import OnceField
from web.prepared import Prepared

CHECKLIST_MOST = 30


class Named(Protocol):
    """A record that a list can offer."""

    @property
    def pk(self) -> Any: ...


class PickField(forms.ChoiceField):
    """One of some records that are loaded already: no query to draw it, none to check it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.records: dict[str, Any] = {}

    def offer(self, records: Iterable[Named], *, empty: str | None = None) -> None:
        """Offer these; ``empty`` is the label of "none of them"."""
        offered = self.records = {str(record.pk): record for record in records}
        none = [] if empty is None else [("", empty)]
        # Named when they are drawn: whoever sends a form is answered by what was chosen.
        self.choices = lambda: [*none, *((key, str(one)) for key, one in offered.items())]

    def valid_value(self, value: Any) -> bool:
        return str(value) in self.records

    def clean(self, value: Any) -> Any:
        """The chosen record, None for none. (A callable kept here would miss a form's copy.)"""
        return self.records.get(str(super().clean(value)))

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "pk", value)


_TYPES = Prepared(lambda: TodoType.objects.live().in_order())
_CONTACTS = Prepared(lambda client: Contact.objects.filter(client=client).order_by("sort_key"))
_DOERS = Prepared(
    lambda module, responsible: access.possible_doers(
        Datasheet(module_id=module, responsible_id=responsible)
    ).only("family_name", "given_name", "picture")
)


@dataclass(frozen=True)
class Choices:
    """What a todo's form offers, loaded once for all forms of a page."""

    types: Sequence[TodoType]
    doers: Sequence[User]
    contacts: Sequence[Contact] = ()

    @classmethod
    def of(cls, datasheet: Datasheet, contacts: Sequence[Contact] | None = None) -> Choices:
        """Three queries; two when the contacts of the client are at hand."""
        if contacts is None:
            contacts = _CONTACTS.ask(datasheet.client_id)
        return cls(
            types=_TYPES.kept(),
            doers=_DOERS.kept(datasheet.module_id, datasheet.responsible_id),
            contacts=contacts,
        )

    def doer_for(self, datasheet: Datasheet, user: User) -> User:
        """Who a new todo is for unless said otherwise: the responsible, else who plans it."""
        able = {doer.pk for doer in self.doers}
        if datasheet.responsible is not None and datasheet.responsible_id in able:
            return datasheet.responsible
        return user


class TodoFields(WhenForm):
    """What every form of a todo asks."""

    type = PickField(
        label=gettext_lazy("Type"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what kind of todo it is.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What?"),
        max_length=TEXT_MAX,
        error_messages={"required": gettext_lazy("Write what is to be done.")},
    )
    responsible = PickField(label=gettext_lazy("Who?"))
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": ""}),
    )

    def __init__(self, data: Any = None, *, choices: Choices, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.options = choices
        self._pick("type").offer(choices.types)
        self._pick("responsible").offer(choices.doers)

    def _pick(self, name: str) -> PickField:
        field = self.fields[name]
        assert isinstance(field, PickField)  # noqa: S101 (declared above)
        return field

    def plan(self) -> TodoPlan:
        """The todo that the valid form describes."""
        data = self.cleaned_data
        return TodoPlan(
            text=data["text"],
            type=data["type"],
            due_at=data["due_at"],
            timed=data["timed"],
            responsible=data["responsible"],
            contact=data.get("contact"),
            comment=data.get("comment", ""),
            checklist=data.get("checklist") or [],
        )


class FirstTodoForm(TodoFields):
    """The first todo of a client that is being made: optional, with the contact being made."""

    def __init__(self, data: Any = None, *, choices: Choices, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "todo")
        super().__init__(data, choices=choices, **kwargs)
        for name in ("type", "text", "responsible"):
            self.fields[name].required = False

    def is_wanted(self) -> bool:
        """Whether a todo was written."""
        return bool(self.cleaned_data.get("text"))

    def wants_date(self) -> bool:
        return self.is_wanted()


class TodoForm(TodoFields):
    """A todo of a datasheet, new or changed."""

    contact = PickField(label=gettext_lazy("With whom?"), required=False)
    checklist = forms.CharField(
        label=gettext_lazy("Checklist"),
        help_text=gettext_lazy("One thing a line."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "data-grow": ""}),
    )
    moves_to = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = OnceField()

    def __init__(
        self, data: Any = None, *, choices: Choices, todo: Todo | None = None, **kwargs: Any
    ) -> None:
        if todo is not None:
            kwargs["initial"] = {**initial_todo(todo), **kwargs.get("initial", {})}
            kwargs.setdefault("keeps", todo.due_at)
            if todo.type not in choices.types:  # it was archived since; the todo may keep it
                choices = replace(choices, types=[*choices.types, todo.type])
        super().__init__(data, choices=choices, **kwargs)
        self.todo = todo
        self._pick("contact").offer(choices.contacts, empty=_("nobody in particular"))

    def clean_checklist(self) -> list[dict[str, Any]]:
        """The lines as items; one that was there keeps its tick."""
        ticked = {item["text"]: item["done"] for item in (self.todo.checklist if self.todo else [])}
        lines = [line.strip() for line in self.cleaned_data["checklist"].splitlines()]
        items = [
            {"text": line[:TEXT_MAX], "done": bool(ticked.get(line[:TEXT_MAX]))}
            for line in lines
            if line
        ]
        if len(items) > CHECKLIST_MOST:
            raise forms.ValidationError(
                _("At most %(most)s things fit on a checklist.") % {"most": CHECKLIST_MOST}
            )
        return items


class BlankTodo:
    """A TodoForm that nobody has sent, as templates draw it: its fields need not be made."""

    asks_about_past = False

    def __init__(self, *, choices: Choices, moment: Moment, initial: dict[str, Any]) -> None:
        self.options, self.moment = choices, moment
        self.said = {
            **dict.fromkeys(TodoForm.base_fields, ""),
            "once": str(uuid4()),
            **{name: as_text(value) for name, value in initial.items()},
        }


class PostponeForm(WhenForm):
    """A new due time for a todo. A chip keeps the time of day; the dialog asks it again."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, todo: Todo, **kwargs: Any) -> None:
        super().__init__(data, keeps=None, **kwargs)
        self.todo = todo

    def clean(self) -> dict[str, Any]:
        if "at" not in self.data and self.todo.timed and "at" in self.cleaned_data:
            self.cleaned_data["at"] = self.moment.time_of(self.todo.due_at)
        return super().clean()


def initial_todo(todo: Todo, moment: Moment | None = None) -> dict[str, Any]:
    """The form's values that say a saved todo again."""
    return {
        **initial_when(todo.due_at, todo.timed, moment or Moment.current()),
        "type": todo.type_id,
        "text": todo.text,
        "contact": todo.contact_id,
        "responsible": todo.responsible_id,
        "comment": todo.comment,
        "checklist": "\n".join(item["text"] for item in todo.checklist),
        "version": todo.version,
    }

"""Step 2: which column is what, and what its values mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from importer import asking, fields, mappings, statuses
from importer.actions.decisions import Decisions
from importer.actions.new_options import LONGEST
from importer.asking import MOST_VALUES, Value
from importer.forms import column_rows
from importer.forms.column_rows import ColumnRow, letter
from importer.forms.first_todo import FirstTodoForm
from importer.forms.source import ModuleField
from importer.guessing import guess
from importer.headings import MOST_PEOPLE, Target
from importer.models import IN_TURN, Existing, Import, SameBy
from modules.models import Field, FieldType, FirstResponsible, Module, Required, Status

LEAVE: Final = "leave"
NOBODY: Final = "0"
TURN: Final = "turn"
# A target that is made of the column by choosing it: "new.client".
NEW: Final = "new."
# An option that is made of the value by choosing it.
NEW_OPTION: Final = "new"
# The controls stand outside of their form, so that a change that is on its way to the server
# doesn't hold up the button that sends the form.
FORM: Final = "columns-form"
NAMES: Final = frozenset({"company_name", "full_name", "family_name", "given_name"})
_OF_DATASHEETS: Final = frozenset({"datasheet", "todo", "history"})
# Which columns a key needs to be one by which clients are known; the others need none.
_NEEDS: Final = {
    SameBy.TAX_NUMBER: {"tax_number"},
    SameBy.EMAIL: {"email", "company_email"},
    SameBy.PHONE: {"phone", "company_phone"},
    SameBy.NAME_TOWN: {"town", "address"},
    SameBy.ID: {"client_id"},
}


class ColumnsForm(FirstTodoForm):
    """Choices for all columns, for the values of statuses and people, and for the whole file.

    What follows from a choice (which values are asked about) is found again whenever the form is
    made, so that a page sent back by any change shows what is still open.
    """

    module = ModuleField()
    responsible = forms.ChoiceField(label=gettext_lazy("Responsible where the file names nobody"))
    existing = forms.ChoiceField(
        label=gettext_lazy("When the client is already here"),
        choices=Existing.choices,
        widget=forms.RadioSelect,
    )
    same_by = forms.ChoiceField(label=gettext_lazy("Same client means"), required=False)
    matching = forms.ChoiceField(label=gettext_lazy("Saved matchings"), required=False)
    matching_name = forms.CharField(
        label=gettext_lazy("Name of this matching"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, source: Import, user: User, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"existing": source.existing})
        self.source, self.user = source, user
        self._add_module(user)
        self.own = fields.offered(user, self.chosen_module)
        self.matches = guess(source, user, self.own)
        every = asking.targets(self.chosen_module, self.own, MOST_PEOPLE)
        self.known: dict[str, Target] = {target.key: target for target in every}
        self.targets = self._targets()
        people = max((self.known[one].person for one in self._contacts()), default=0) + 1
        self.offered = asking.targets(self.chosen_module, self.own, people)
        self.values = asking.found_values(source, self.targets, self.own)
        self.people = asking.people(self.chosen_module)
        self.statuses: list[Status] = []
        if self.chosen_module is not None:
            self.statuses = statuses.choices(self.chosen_module)
        self._add_columns()
        self._add_statuses()
        self._add_people(user)
        self._add_lists()
        self._add_keys()
        self._add_matchings()
        self.start_first_todo(source)
        for name, field in self.fields.items():
            decides = "" if name.startswith("matching") else "decides"
            field.widget.attrs |= {
                "form": FORM,
                "class": f"{field.widget.attrs.get('class', '')} {decides}".strip(),
            }

    # ---- Fields --------------------------------------------------------------------------------

    def _posted(self, name: str) -> str | None:
        return self.data.get(name) if self.is_bound else None

    def _select(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        return field

    def _add_module(self, user: User) -> None:
        modules = Module.objects.for_user(user)
        field = self.fields["module"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        field.queryset = modules
        self.initial["module"] = self.source.module_id
        wanted = self.data.get("module") if self.is_bound else self.source.module_id
        self.chosen_module = next((m for m in modules if str(m.pk) == str(wanted)), None)

    def _targets(self) -> list[str]:
        """Where each column goes: as posted, else as kept. What another module made possible is
        guessed where nothing was chosen before.
        """
        found = [self._target(column) for column in range(len(self.source.headers))]
        module = self.chosen_module
        if module is None or module.pk == self.source.module_id:
            return found
        for match in self.matches:
            target = match.target
            new = target is not None and target.group in _OF_DATASHEETS and target.key in self.known
            if new and target is not None and not found[match.column] and target.key not in found:
                found[match.column] = target.key
        return found

    def _target(self, column: int) -> str:
        kept = self.source.targets[column] if column < len(self.source.targets) else ""
        posted = self._posted(f"column_{column}")
        wanted = kept if posted is None else posted
        return wanted if wanted in self.known else ""

    def _contacts(self) -> list[str]:
        return [one for one in self.targets if one and self.known[one].group == "contact"]

    def _add_columns(self) -> None:
        groups: dict[str, list[tuple[str, Any]]] = {}
        for target in self.offered:
            groups.setdefault(target.heading, []).append((target.key, target.label))
        choices: list[tuple[Any, Any]] = [("", _("Leave out")), *groups.items()]
        if self.user.is_administrator:
            choices.append((_("Make a new field…"), self._new_fields()))
        for column, header in enumerate(self.source.headers):
            said = _("Field of column %(name)s") % {"name": header or letter(column)}
            self._choice(f"column_{column}", choices, self.targets[column], said)

    def _new_fields(self) -> list[tuple[str, str]]:
        found = [("new.client", _("of clients")), ("new.contact", _("of contacts"))]
        if self.chosen_module is not None:
            said = _("of datasheets in %(module)s") % {"module": self.chosen_module.name}
            found.insert(0, ("new.datasheet", said))
        return found

    def _add_statuses(self) -> None:
        groups: dict[str, list[tuple[str, Any]]] = {}
        for status in self.statuses:
            groups.setdefault(status.group.name, []).append((str(status.pk), status.name))
        guessed = asking.guess_statuses(self.values.get("status", ()), self.statuses)
        self._add_values("status", list(groups.items()), self.source.statuses, guessed)

    def _add_people(self, user: User) -> None:
        everybody = [(str(one.pk), one.full_name) for one in self.people]
        mine = [(str(user.pk), _("Me"))] if user in self.people else []
        others = [one for one in everybody if one[0] != str(user.pk)]
        turn = [(TURN, _("The next in turn"))] if self._has_turns() else []
        self._select("responsible").choices = [*turn, *mine, (NOBODY, _("Nobody")), *others]
        in_turn = turn and self.source.users.get("") == IN_TURN
        self.initial["responsible"] = TURN if in_turn else str(self.source.responsible_id or NOBODY)
        guessed = asking.guess_users(self.values.get("responsible", ()), self.people)
        choices = [(NOBODY, _("Nobody")), *everybody]
        self._add_values("responsible", choices, self.source.users, guessed)

    def _has_turns(self) -> bool:
        module = self.chosen_module
        return module is not None and module.first_responsible == FirstResponsible.IN_TURN

    def _add_lists(self) -> None:
        """What stands in the columns of the company's choices and users and is none of them."""
        for field in self.own:
            target = f"f{field.pk}"
            if not self.values.get(target):
                continue
            options = [(str(pk), name) for pk, name in fields.possible(field).items()]
            new = [(NEW_OPTION, _("Make it an option"))] if self.may_add_to(field) else []
            choices = [(str(fields.EMPTY), _("Leave it empty")), *new, *options]
            guessed = {}
            if field.type == FieldType.USER:
                able = User.objects.filter(is_active=True)
                guessed = asking.guess_users(self.values[target], able)
            self._add_values(target, choices, self.source.choices.get(target, {}), guessed)

    def may_add_to(self, field: Field) -> bool:
        """Whether the user may make options of the field, which has a place for them."""
        return self.user.is_administrator and field.type in fields.LISTS

    def _add_keys(self) -> None:
        """By what a client can be known: by what the columns say."""
        bases = {fields.base_of(one) for one in self.targets if one}
        keys = [one for one in SameBy if one not in _NEEDS or _NEEDS[one] & bases]
        self._select("same_by").choices = [(one.value, one.label) for one in keys]
        kept = self.source.same_by
        self.initial["same_by"] = kept if kept in keys else SameBy.USUAL

    def _add_matchings(self) -> None:
        self.saved = mappings.saved(self.user)
        choices = [(str(one.pk), one.name) for one in self.saved]
        self._select("matching").choices = [("", _("Choose")), *choices]

    def _add_values(
        self, target: str, choices: list[Any], kept: dict[str, int | None], guessed: dict[str, int]
    ) -> None:
        """A choice for each value: as it was posted, else kept, else guessed."""
        found = self.values.get(target, [])
        if len(found) > MOST_VALUES:
            return
        for value in found:
            leave = ngettext("Leave this row out", "Leave these %(n)s rows out", value.rows)
            short = len(value.text) <= LONGEST
            offered = [one for one in choices if short or one[0] != NEW_OPTION]
            options = [("", _("Choose")), (LEAVE, leave % {"n": value.rows}), *offered]
            start = guessed.get(value.folded, "")
            if value.folded in kept:
                chosen = kept[value.folded]
                start = LEAVE if chosen is None else chosen
            said = _("What “%(value)s” means") % {"value": value.text}
            self._choice(f"{target}_{value.key}", options, str(start), said)

    def _choice(self, name: str, choices: list[Any], initial: str, label: str) -> None:
        widget = forms.Select(attrs={"class": "input", "aria-label": label})
        self.fields[name] = forms.ChoiceField(choices=choices, required=False, widget=widget)
        self.initial[name] = initial

    # ---- What it says --------------------------------------------------------------------------

    def chosen(self, name: str) -> str:
        """The choice of a field; "" when it is none of those offered now."""
        field = self.fields.get(name)
        if not isinstance(field, forms.ChoiceField):
            return ""
        posted = self._posted(name)
        wanted = str(self.initial.get(name, "")) if posted is None else posted
        return wanted if field.valid_value(wanted) else ""

    def _meant(self, target: str) -> dict[str, int | None]:
        found = {v.folded: self.chosen(f"{target}_{v.key}") for v in self.values.get(target, ())}
        unsaid = ("", NEW_OPTION)
        return {
            f: None if one == LEAVE else int(one) for f, one in found.items() if one not in unsaid
        }

    def decisions(self) -> Decisions:
        """What is chosen so far, however much is still open; asked of a form that was checked."""
        responsible = self.chosen("responsible")
        in_turn = {"": IN_TURN} if responsible == TURN else {}
        lists = [target for target in self.values if fields.id_of(target) is not None]
        return Decisions(
            module=self.chosen_module,
            targets=self.targets,
            statuses=self._meant("status"),
            users={**self._meant("responsible"), **in_turn},
            responsible_id=None if in_turn else int(responsible or 0) or None,
            existing=self.chosen("existing") or Existing.SKIP,
            same_by=self.chosen("same_by") or SameBy.USUAL,
            choices={target: meant for target in lists if (meant := self._meant(target))},
            first_todo=self.first_todo() if self.chosen_module is not None else {},
        )

    def new_options(self) -> dict[str, list[Value]]:
        """The values that options are to be made of, by the targets of their fields: each where
        that was chosen, or all of a field that nothing was chosen for.
        """
        every = self._posted("options") or ""
        found: dict[str, list[Value]] = {}
        for field in filter(self.may_add_to, self.own):
            target = f"f{field.pk}"
            chosen = {NEW_OPTION, ""} if target == every else {NEW_OPTION}
            for value in self.values.get(target, ()):
                name = f"{target}_{value.key}"
                short = len(value.text) <= LONGEST
                if name in self.fields and short and self.chosen(name) in chosen:
                    found.setdefault(target, []).append(value)
        return found

    def new_fields(self) -> dict[int, str]:
        """The columns that a field is to be made of, with whose field it is to be."""
        posted = ((n, self.chosen(f"column_{n}")) for n in range(len(self.targets)))
        return {n: one.removeprefix(NEW) for n, one in posted if one.startswith(NEW)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not NAMES & set(self.targets):
            self.add_error(None, _("Choose which column is the name of the company or person."))
        for column in self._doubled():
            label = self.known[self.targets[column]].label
            said = _("Another column goes to “%(field)s” too.") % {"field": label}
            self.add_error(f"column_{column}", said)
        for target, found in self.values.items():
            self._ask(target, found)
        return cleaned

    def _doubled(self) -> Iterable[int]:
        """The later columns that go to a field which takes one."""
        seen: Counter[str] = Counter()
        for column, target in enumerate(self.targets):
            if target and seen[target] and not self.known[target].several:
                yield column
            seen[target] += 1

    def _ask(self, target: str, found: list[Value]) -> None:
        if len(found) > MOST_VALUES:
            said = _("There are %(n)s different values in it. Is it the right field?")
            self.add_error(f"column_{self.first_column(target)}", said % {"n": len(found)})
            return
        for value in found:
            name = f"{target}_{value.key}"
            if not self.chosen(name):
                said = _("Choose what “%(value)s” means.") % {"value": value.text}
                self.add_error(name, said)

    def first_column(self, target: str) -> int:
        """The first column of a field, whichever contact it is of."""
        return next(n for n, one in enumerate(self.targets) if fields.base_of(one) == target)

    # ---- What the page shows -------------------------------------------------------------------

    @property
    def open_values(self) -> list[str]:
        """The values that wait for a choice."""
        return [
            value.text
            for target, found in self.values.items()
            for value in found
            if len(found) <= MOST_VALUES and not self.chosen(f"{target}_{value.key}")
        ]

    @property
    def without_todo(self) -> int:
        """How many rows say nothing of a todo, where they make datasheets."""
        if self.chosen_module is None:
            return 0
        return asking.rows_without_todo(self.source, self.targets)

    @property
    def lacking(self) -> list[Field]:
        """What the company asks for and no column says. Rows come in all the same: losing a
        client over it would be worse, and the record's own page shows what is missing.
        """
        asked = (one for one in self.own if one.required != Required.NEVER and one.default is None)
        return [one for one in asked if f"f{one.pk}" not in self.targets]

    @property
    def is_as_before(self) -> bool:
        """Whether it is matched as the last file with these headings was."""
        before = mappings.remembered(self.source, self.user)
        return before is not None and before.decisions.get("targets") == self.targets

    @property
    def columns(self) -> list[ColumnRow]:
        return column_rows.rows_of(self)

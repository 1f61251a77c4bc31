"""Step 2: which column is what, and what its values mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from importer import asking, statuses
from importer.actions.decisions import Decisions
from importer.asking import MOST_VALUES, Value
from importer.columns import BY_KEY, GROUPS, SURE, Match
from importer.forms.source import ModuleField
from importer.models import IN_TURN, Existing, Import
from modules.models import FirstResponsible, Module, Status
from web.forms import Form

LEAVE: Final = "leave"
NOBODY: Final = "0"
TURN: Final = "turn"
# The controls stand outside of their form, so that a change that is on its way to the server
# doesn't hold up the button that sends the form.
FORM: Final = "columns-form"
NAMES: Final = frozenset({"company_name", "full_name", "family_name", "given_name"})


@dataclass(frozen=True)
class ValueRow:
    """A value of the file beside the choice of what it means."""

    value: Value
    field: BoundField
    chosen: bool


@dataclass(frozen=True)
class ColumnRow:
    """A column as the page shows it. ``state``: "matched", "look", "out" or "open"."""

    letter: str
    header: str
    samples: list[str]
    field: BoundField
    state: str
    note: str
    values: list[ValueRow]


def letter(column: int) -> str:
    """A column's name in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class ColumnsForm(Form):
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

    def __init__(
        self, source: Import, user: User, matches: list[Match], data: QueryDict | None = None
    ) -> None:
        super().__init__(data, initial={"existing": source.existing})
        self.source, self.matches = source, matches
        self._add_module(user)
        self.targets = [self._target(column) for column in range(len(source.headers))]
        self.values = asking.found_values(source, self.targets)
        self.people = asking.people(self.chosen_module)
        self.statuses: list[Status] = []
        if self.chosen_module is not None:
            self.statuses = statuses.choices(self.chosen_module)
        self._add_columns()
        self._add_statuses()
        self._add_people(user)
        for field in self.fields.values():
            field.widget.attrs |= {
                "form": FORM,
                "class": f"{field.widget.attrs.get('class', '')} decides".strip(),
            }

    # ---- Fields --------------------------------------------------------------------------------

    def _posted(self, name: str) -> str | None:
        return self.data.get(name) if self.is_bound else None

    def _add_module(self, user: User) -> None:
        modules = Module.objects.for_user(user)
        field = self.fields["module"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (for the type checker)
        field.queryset = modules
        self.initial["module"] = self.source.module_id
        wanted = self.data.get("module") if self.is_bound else self.source.module_id
        self.chosen_module = next((m for m in modules if str(m.pk) == str(wanted)), None)
        self.offered = asking.targets(self.chosen_module)

    def _target(self, column: int) -> str:
        kept = self.source.targets[column] if column < len(self.source.targets) else ""
        posted = self._posted(f"column_{column}")
        wanted = kept if posted is None else posted
        return wanted if any(wanted == target.key for target in self.offered) else ""

    def _add_columns(self) -> None:
        groups: dict[str, list[tuple[str, Any]]] = {}
        for target in self.offered:
            groups.setdefault(target.group, []).append((target.key, target.label))
        choices: list[tuple[Any, Any]] = [("", _("Leave out"))]
        choices += [(GROUPS[key], options) for key, options in groups.items()]
        for column, header in enumerate(self.source.headers):
            said = _("Field of column %(name)s") % {"name": header or letter(column)}
            self._choice(f"column_{column}", choices, self.targets[column], said)

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
        field = self.fields["responsible"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        turn = [(TURN, _("The next in turn"))] if self._has_turns() else []
        field.choices = [*turn, *mine, (NOBODY, _("Nobody")), *others]
        in_turn = turn and self.source.users.get("") == IN_TURN
        self.initial["responsible"] = TURN if in_turn else str(self.source.responsible_id or NOBODY)
        guessed = asking.guess_users(self.values.get("responsible", ()), self.people)
        choices = [(NOBODY, _("Nobody")), *everybody]
        self._add_values("responsible", choices, self.source.users, guessed)

    def _has_turns(self) -> bool:
        module = self.chosen_module
        return module is not None and module.first_responsible == FirstResponsible.IN_TURN

    def _add_values(
        self, target: str, choices: list[Any], kept: dict[str, int | None], guessed: dict[str, int]
    ) -> None:
        """A choice for each value: as it was posted, else kept, else guessed."""
        found = self.values.get(target, [])
        if len(found) > MOST_VALUES:
            return
        for value in found:
            leave = ngettext("Leave this row out", "Leave these %(n)s rows out", value.rows)
            options = [("", _("Choose")), (LEAVE, leave % {"n": value.rows}), *choices]
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

    def _chosen(self, name: str) -> str:
        """The choice of a field; "" when it is none of those offered now."""
        field = self.fields.get(name)
        if not isinstance(field, forms.ChoiceField):
            return ""
        posted = self._posted(name)
        wanted = str(self.initial.get(name, "")) if posted is None else posted
        return wanted if field.valid_value(wanted) else ""

    def _meant(self, target: str) -> dict[str, int | None]:
        found = {v.folded: self._chosen(f"{target}_{v.key}") for v in self.values.get(target, ())}
        return {f: None if one == LEAVE else int(one) for f, one in found.items() if one}

    def decisions(self) -> Decisions:
        """What is chosen so far, however much is still open."""
        responsible = self._chosen("responsible")
        in_turn = {"": IN_TURN} if responsible == TURN else {}
        return Decisions(
            module=self.chosen_module,
            targets=self.targets,
            statuses=self._meant("status"),
            users={**self._meant("responsible"), **in_turn},
            responsible_id=None if in_turn else int(responsible or 0) or None,
            existing=self._chosen("existing") or Existing.SKIP,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not NAMES & set(self.targets):
            self.add_error(None, _("Choose which column is the name of the company or person."))
        for column in self._doubled():
            label = BY_KEY[self.targets[column]].label
            said = _("Another column goes to “%(field)s” too.") % {"field": label}
            self.add_error(f"column_{column}", said)
        for target, found in self.values.items():
            self._ask(target, found)
        return cleaned

    def _doubled(self) -> Iterable[int]:
        """The later columns that go to a field which takes one."""
        seen: Counter[str] = Counter()
        for column, target in enumerate(self.targets):
            if target and seen[target] and not BY_KEY[target].several:
                yield column
            seen[target] += 1

    def _ask(self, target: str, found: list[Value]) -> None:
        if len(found) > MOST_VALUES:
            said = _("There are %(n)s different values in it. Is it the right field?")
            self.add_error(f"column_{self.targets.index(target)}", said % {"n": len(found)})
            return
        for value in found:
            name = f"{target}_{value.key}"
            if not self._chosen(name):
                said = _("Choose what “%(value)s” means.") % {"value": value.text}
                self.add_error(name, said)

    # ---- What the page shows -------------------------------------------------------------------

    @property
    def open_values(self) -> list[str]:
        """The values that wait for a choice."""
        return [
            value.text
            for target, found in self.values.items()
            for value in found
            if len(found) <= MOST_VALUES and not self._chosen(f"{target}_{value.key}")
        ]

    @property
    def columns(self) -> list[ColumnRow]:
        return [self._row(column, match) for column, match in enumerate(self.matches)]

    def _row(self, column: int, match: Match) -> ColumnRow:
        target, values = self.targets[column], []
        if target in self.values and self.targets.index(target) == column:
            values = self._value_rows(target)
        waiting = sum(not value.chosen for value in values)
        state, note = self._state(target, match), ""
        if waiting:
            state = "open"
            said = ngettext("%(n)s value waits for you", "%(n)s values wait for you", waiting)
            note = said % {"n": waiting}
        elif values:
            said = ngettext("%(n)s value matched", "%(n)s values matched", len(values))
            note = said % {"n": len(values)}
        return ColumnRow(
            letter(column),
            match.header,
            match.samples[:2],
            self[f"column_{column}"],
            state,
            note,
            values,
        )

    @staticmethod
    def _state(target: str, match: Match) -> str:
        if not target:
            return "out"
        guessed = match.target is not None and match.target.key == target
        return "look" if guessed and match.score < SURE else "matched"

    def _value_rows(self, target: str) -> list[ValueRow]:
        found = self.values[target]
        names = [f"{target}_{value.key}" for value in found]
        return [
            ValueRow(value, self[name], bool(self._chosen(name)))
            for value, name in zip(found, names, strict=True)
            if name in self.fields
        ]

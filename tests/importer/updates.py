"""Updates made the way the pages make them: a table whose rows are about clients who are here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import pytest

from accounts.models import User
from crm.actions import repair
from crm.models import Client
from importer import check, load, rows
from importer.models import Existing, Import
from importer.plan import RowPlan
from modules.models import Field, Module, Status
from tests import make
from tests.importer.tools import checked, fresh, pasted

TAX: Final = "10773381-2-44"
OVER: Final = Existing.OVERWRITE
Table: TypeAlias = Sequence[tuple[str, ...]]
PEOPLE: Final = ("Cégnév", "Adószám", "Kapcsolattartó", "Beosztás", "Telefon", "E-mail")
SHEETS: Final = ("Cégnév", "Adószám", "Státusz", "Felelős", "Teendő", "Határidő", "Adatlap neve")


def planned(table: Table, boss: User, module: Module | None = None, **more: Any) -> Import:
    """The checked import; it fills in unless ``existing`` says otherwise."""
    more.setdefault("existing", Existing.FILL)
    return checked(pasted(table, actor=boss, module=module), boss, **more)


def run(table: Table, boss: User, module: Module | None = None, **more: Any) -> Import:
    """The table, loaded. What the check had said has come true."""
    source = planned(table, boss, module, **more)
    said = dict(source.counts)
    load.run(source, lambda done: None)
    assert {name: source.counts[name] for name in said} == said
    assert repair.check().clean
    return fresh(source)


class StoppedError(Exception):
    """What ends a load in its middle."""


def load_in_blocks(source: Import, size: int, stop: int) -> None:
    """Load so many rows at a time; stopped once ``stop`` of them are through, it goes on."""

    def beat(done: int) -> None:
        if done >= stop:
            raise StoppedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("importer.pace.FEWEST", size)
        patch.setattr("importer.pace.MOST", size)
        try:
            load.run(source, beat)
        except StoppedError:
            load.run(source, lambda done: None)


def first_plan(source: Import) -> RowPlan:
    return next(iter(check.planner(source).plan(rows.first(source.pk, 1))))


def changes(source: Import) -> list[tuple[str, str, str]]:
    """What the check says of the first row."""
    return [(one.target, one.old, one.new) for one in first_plan(source).changes]


def company(**values: Any) -> Client:
    return make.client(**{"name": "Bakonyi Faipari Kft.", "tax_number": TAX, **values})


def statuses(module: Module) -> dict[str, int]:
    return {"folyamatban": make.status(module, "in_progress").pk, "kesz": final(module)}


def final(module: Module) -> int:
    return next(s.pk for s in Status.objects.filter(module=module) if s.is_final)


def own_fields(module: Module) -> list[Field]:
    return [
        make.field(None, "text", about="client", label_en="Motto"),
        make.field(None, "whole", about="contact", label_en="Shoes"),
        make.field(module, "choices", choices=("Red", "Blue", "Green"), label_en="Colours"),
    ]

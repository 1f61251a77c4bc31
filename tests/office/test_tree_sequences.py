"""Any sequence of edits leaves a tree in which every datasheet has one status of its module."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar

from django.db import transaction
from django.test import TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from crm.actions import counts, repair
from crm.actions.datasheets import restore, trash
from crm.actions.statuses import move_to
from crm.actions.todos import finish_todo
from crm.actions.undo import can_undo, undo
from crm.constants import Shelf, TodoState
from crm.errors import Refused
from crm.models import Datasheet, HistoryEntry, Todo
from modules.models import Former, Module, Status, StatusGroup
from office.actions import removing, tree
from office.actions.statuses import StatusPlan, add_status, change_status
from tests import make

pick = st.integers(0, 9)
MEANINGS = ("open", "no_todo", "won", "lost")
QUIET = settings(
    max_examples=15,
    stateful_step_count=14,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def of(rows: Any, n: int) -> Any:
    """The nth of some, going round."""
    found = list(rows)
    return found[n % len(found)]


class Editing(RuleBasedStateMachine):
    """An administrator shapes a tree while others work in it."""

    boss: ClassVar[User]
    module: ClassVar[Module]
    sheets: ClassVar[list[int]]

    @classmethod
    def begin(cls) -> None:
        """What every example starts from."""
        make.company()
        cls.boss = make.user("administrator")
        cls.module = make.module("projects")
        cls.sheets = [make.datasheet(cls.module, actor=cls.boss).pk for _ in range(3)]

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def statuses(self) -> list[Status]:
        return list(Status.objects.filter(module=self.module).in_order())

    @rule(n=pick, meaning=st.sampled_from(MEANINGS))
    def add(self, n: int, meaning: str) -> None:
        group = of(StatusGroup.objects.filter(module=self.module).order_by("pk"), n)
        plan = StatusPlan(group.pk, "", f"Status {n}", "sky", meaning, "", "")
        add_status(self.module.pk, plan, actor=self.boss)

    @rule(n=pick, meaning=st.sampled_from(MEANINGS))
    def change(self, n: int, meaning: str) -> None:
        one = of(self.statuses(), n)
        plan = StatusPlan(one.group_id, one.name_hu, f"Other {n}", "plum", meaning, "", "")
        others = [s for s in self.statuses() if s.meaning == "open" and s.pk != one.pk]
        if meaning == "open" or others:
            change_status(one.pk, plan, actor=self.boss, version=one.version)

    @rule(a=pick, b=pick, to=pick)
    def shift(self, a: int, b: int, to: int) -> None:
        order = tree.order_of(self.module)
        full = [ids for _group, ids in order if ids]
        pk = of(full, a).pop()
        ids = of(order, b)[1]
        ids.insert(to % (len(ids) + 1), pk)
        tree.reorder(self.module.pk, order, actor=self.boss)
        assert tree.order_of(self.module) == order

    @rule()
    def add_group(self) -> None:
        tree.add_group(self.module.pk, actor=self.boss, name_hu="Új", name_en="")

    @rule(n=pick)
    def remove_group(self, n: int) -> None:
        group = of(StatusGroup.objects.filter(module=self.module).order_by("pk"), n)
        full = group.statuses.exists()
        try:
            tree.remove_group(group.pk, actor=self.boss)
        except Refused:
            assert full

    @precondition(lambda self: len(self.statuses()) > 1)
    @rule(n=pick, to=pick)
    def remove(self, n: int, to: int) -> None:
        one, heir = of(self.statuses(), n), of(self.statuses(), to)
        try:
            removing.start_removing(one.pk, heir.pk, actor=self.boss)
        except Refused:
            others = [s for s in self.statuses() if s.meaning == "open" and s.pk != one.pk]
            assert one == heir or not others

    @rule(n=pick, to=pick)
    def work(self, n: int, to: int) -> None:
        sheet = Datasheet.objects.get(pk=of(self.sheets, n))
        if sheet.shelf != Shelf.TRASH:
            move_to(sheet.pk, of(self.statuses(), to).pk, actor=self.boss)

    @rule(n=pick)
    def plan_or_finish(self, n: int) -> None:
        sheet = Datasheet.objects.get(pk=of(self.sheets, n))
        if sheet.shelf == Shelf.TRASH:
            return
        todo = Todo.objects.filter(datasheet=sheet, state=TodoState.OPEN).first()
        if todo is None:
            make.todo(sheet, actor=self.boss)
        else:
            finish_todo(todo.pk, actor=self.boss)

    @rule(n=pick)
    def trash_or_restore(self, n: int) -> None:
        sheet = Datasheet.objects.get(pk=of(self.sheets, n))
        (restore if sheet.shelf == Shelf.TRASH else trash)(sheet.pk, actor=self.boss)

    @rule()
    def take_back(self) -> None:
        entry = HistoryEntry.objects.filter(kind="status").order_by("pk").last()
        live = entry is not None and entry.datasheet and entry.datasheet.shelf != Shelf.TRASH
        if entry is None or not live or not can_undo(entry, self.boss):
            return
        with suppress(Refused):  # it was moved again, or the status has gone since
            undo(entry.pk, actor=self.boss)

    @invariant()
    def everything_is_in_order(self) -> None:
        own = {status.pk for status in self.statuses()}
        rows = Datasheet.objects.values_list("status_id", "module_id")
        assert all(status in own and module == self.module.pk for status, module in rows)
        assert Datasheet.objects.count() == len(self.sheets)
        assert any(status.meaning == "open" for status in self.statuses())
        assert not Status.objects.exclude(leaving_to=None).exists()
        assert repair.check().clean
        assert sum(counts.kept().values()) == len(self.sheets)
        assert not own & set(Former.objects.values_list("number", flat=True))


class AnySequence(TestCase):
    """The machine takes back what it wrote after each example."""

    @classmethod
    def setUpTestData(cls) -> None:
        Editing.begin()

    def test_any_sequence_of_edits_leaves_every_datasheet_in_one_status_of_its_module(self) -> None:
        run_state_machine_as_test(Editing, settings=QUIET)

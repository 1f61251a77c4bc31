"""After any sequence of actions the kept key, shelf and counts equal their definitions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from crm import agenda, lists
from crm.actions import counts, repair
from crm.actions.datasheets import hand_over, restore, trash
from crm.actions.notes import write_down
from crm.actions.statuses import Sale, change_sale, move_to, tick_step, untick_step
from crm.actions.todos import delete_todo, finish_todo, postpone_todo, reopen_todo
from crm.actions.undo import undo
from crm.constants import EntryKind, Qualification, SaleState
from crm.errors import Refused
from crm.lists import ListQuery
from crm.models import Datasheet, HistoryEntry, Todo
from modules.kinds import sales
from modules.models import Module
from tests import make

Pick = Callable[[Any], Any]
QUIET = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


class AnyDay(TestCase):
    """A company's day in random order: nobody checks that the steps make sense."""

    users: ClassVar[list[User]]
    modules: ClassVar[list[Module]]
    sheets: ClassVar[list[Datasheet]]

    @classmethod
    def setUpTestData(cls) -> None:
        make.company()
        cls.users = [make.user("administrator"), make.user("normal"), make.user("restricted")]
        cls.modules = [make.module("projects"), make.module("sales")]
        cls.sheets = [
            make.datasheet(module, actor=cls.users[0], responsible=owner)
            for module in cls.modules
            for owner in (cls.users[0], cls.users[2], None)
        ]

    @QUIET
    @given(st.data())
    def test_key_shelf_and_counts_equal_their_definitions(self, data: st.DataObject) -> None:
        for _ in range(data.draw(st.integers(4, 14))):
            self.step(lambda choices: data.draw(st.sampled_from(list(choices))))
        assert repair.check() == repair.Findings(0, 0, 0)
        for module in self.modules:
            counts.fold(module.pk)
        assert repair.check().clean
        self.every_sale_stands_where_the_table_says()
        self.every_list_is_in_order()

    def step(self, pick: Pick) -> None:
        actor = pick(self.users)
        # A refusal is an answer to the user; what matters is that nothing half-done stays behind.
        with suppress(Refused, Http404):
            pick(STEPS)(self, pick, actor)

    def every_sale_stands_where_the_table_says(self) -> None:
        for sheet in Datasheet.objects.filter(module__kind="sales").select_related("status"):
            facts = (sheet.qualification, sheet.sale_state, sheet.decided, sheet.forgotten)
            assert sheet.status.key == sales.status_key(*facts)

    def every_list_is_in_order(self) -> None:
        for user in self.users:
            for module in self.modules:
                query = ListQuery(user, module)
                seen = [row for row in Datasheet.objects.visible_to(user) if row.shelf == 0]
                seen = [row for row in seen if row.module_id == module.pk]
                assert paged(query) == [row.pk for row in sorted(seen, key=definition)]


def definition(sheet: Datasheet) -> tuple[Any, ...]:
    due = min((todo.due_at for todo in sheet.todos.filter(state=0)), default=None)
    return (due is None, due or 0, sheet.pk)


def paged(query: ListQuery) -> list[int]:
    found: list[int] = []
    page = lists.page(query, None, 2)
    found += [row.pk for row in page.rows]
    while page.after is not None:
        page = lists.page(query, page.after, 2)
        found += [row.pk for row in page.rows]
    return found


def plan(day: AnyDay, pick: Pick, actor: User) -> None:
    sheet = pick(day.sheets)
    due_at = timezone.now() + timedelta(days=pick([-3, 0, 0, 1, 9, 40]))
    make.todo(sheet, actor=actor, due_at=due_at, responsible=pick(day.users))


def finish(day: AnyDay, pick: Pick, actor: User) -> None:
    finish_todo(pick_todo(pick), actor=actor)


def reopen(day: AnyDay, pick: Pick, actor: User) -> None:
    reopen_todo(pick_todo(pick), actor=actor)


def postpone(day: AnyDay, pick: Pick, actor: User) -> None:
    due_at = timezone.now() + timedelta(days=pick([1, 3, 400]))
    postpone_todo(pick_todo(pick), due_at, timed=False, actor=actor)


def remove(day: AnyDay, pick: Pick, actor: User) -> None:
    delete_todo(pick_todo(pick), actor=actor)


def move(day: AnyDay, pick: Pick, actor: User) -> None:
    sheet = pick(day.sheets[:3])
    status = pick(sheet.module.statuses.all())
    move_to(sheet.pk, status.pk, actor=actor, keep_todos=pick([True, False]))


def sell(day: AnyDay, pick: Pick, actor: User) -> None:
    sale = Sale(pick(Qualification.values), pick(SaleState.values), pick([True, False, None]))
    change_sale(pick(day.sheets[3:]).pk, sale, actor=actor)


def tick(day: AnyDay, pick: Pick, actor: User) -> None:
    step = pick(day.modules[1].steps.all())
    tick_step(pick(day.sheets[3:]).pk, step.pk, actor=actor, reopen=pick([True, False]))


def untick(day: AnyDay, pick: Pick, actor: User) -> None:
    untick_step(pick(day.sheets[3:]).pk, pick(day.modules[1].steps.all()).pk, actor=actor)


def hand(day: AnyDay, pick: Pick, actor: User) -> None:
    to = pick([*day.users, None])
    hand_over(pick(day.sheets).pk, to.pk if to else None, actor=actor)


def away(day: AnyDay, pick: Pick, actor: User) -> None:
    trash(pick(day.sheets).pk, actor=actor)


def back(day: AnyDay, pick: Pick, actor: User) -> None:
    restore(pick(day.sheets).pk, actor=actor)


def call(day: AnyDay, pick: Pick, actor: User) -> None:
    write_down(pick(day.sheets).pk, EntryKind.CALL, "Beszéltünk", actor=actor)


def take_back(day: AnyDay, pick: Pick, actor: User) -> None:
    entries = list(HistoryEntry.objects.order_by("-pk")[:5])
    undo(pick(entries).pk, actor=actor)


def pick_todo(pick: Pick) -> int:
    found = list(Todo.objects.values_list("pk", flat=True))
    return int(pick(found)) if found else 0


STEPS = [plan, plan, finish, reopen, postpone, remove, move, sell, tick, untick]
STEPS += [hand, away, back, call, take_back, take_back]


def moments(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Any moment between two years."""
    seconds = [int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (first, last)]
    return st.integers(*seconds).map(lambda at: datetime.fromtimestamp(at, UTC))


@settings(max_examples=200, deadline=None, database=None)
@given(
    st.lists(moments(1990, 2090), max_size=12),
    moments(2000, 2080),
    st.sampled_from(["Europe/Budapest", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_the_order_by_due_time_runs_through_the_bands_in_their_order(
    dues: list[datetime], now: datetime, zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    in_order = sorted([*dues, agenda.FAR])
    bands = [agenda.BANDS.index(agenda.band(due, now, zone)) for due in in_order]
    assert bands == sorted(bands)
    for due in in_order:
        holding = [r.band for r in agenda.band_ranges(now, zone) if due in r]
        assert holding == [agenda.band(due, now, zone)]

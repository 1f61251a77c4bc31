"""The past of a datasheet of the demo: its records, todos and history, none of them saved yet."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from accounts.models import User
from crm.agenda import FAR, day_end, local_date
from crm.constants import EntryKind, SaleState, Shelf, TodoState
from crm.models import Contact, Datasheet, HistoryEntry, StepTick, Todo
from modules.models import Status
from modules.registry import BY_KEY
from office.demo import texts
from office.demo.matters import Ahead, Matter
from office.demo.paths import Stage, path
from office.demo.people import FORMER
from office.demo.world import Data, Line, Story, World, state_of, ticked

# How many days the youngest and the oldest of each sort of datasheet have lived.
AGES = {"open": (6, 70), "deep": (25, 130), "closed": (45, 230)}
FRESH = ("qualify", "new", "urgent", "draft", "candidate", "to_invite", "being_prepared", "survey")
FORMER_LEFT_DAYS_AGO = 45
FORGOTTEN_DAYS = (36, 60)


class Teller:
    """Tells the story of one matter."""

    def __init__(self, matter: Matter, contacts: list[Contact], world: World) -> None:
        self.matter, self.contacts, self.world = matter, contacts, world
        self.times, self.random = world.times, world.times.random
        self.contact = contacts[0]
        self.stages = path(matter, self.random)
        self.worker = matter.who or self.random.choice(("peter", "reka", "gergo"))
        self.hands: list[str] = [self.worker]
        self.stage = 0
        self.told: set[str] = set()
        self.last_contact: datetime | None = None

    def tell(self, *, done_today: bool = False) -> Story:
        """The story until now; `done_today`: its last todo was done today."""
        start, end = self._span()
        if done_today:
            end = self.times.earlier_today()
        scenes = len(self.stages) - 1 + self.random.choice((1, 1, 2, 2, 3))
        moments = [start, *self.times.spread(start, end, scenes)]
        if done_today:
            moments[-1] = end
        self._former_worked_on_it(start)
        self.story = Story(self._datasheet(start))
        self._line(EntryKind.CREATED, start, self._data({"status": self._status(0).pk}))
        moves = self._moves(scenes)
        planned = start
        for n, moment in enumerate(moments[1:]):
            self._hand_over(moment)
            self._scene(moment, planned, last=n == scenes - 1 and done_today)
            if n in moves:
                self.stage = moves[n]
                self._move(self.stage, moment + timedelta(minutes=2))
            planned = moment + timedelta(minutes=4)
        self._by_hand(end)
        if self.matter.status.startswith("sales_") and not self.matter.ahead:
            self._called(end)  # else the lead would be a forgotten one
        for todo in self.matter.ahead:
            self._plan_ahead(todo, min(planned, self.times.now))
        return self._finish()

    # The frame

    def _span(self) -> tuple[datetime, datetime]:
        matter, times = self.matter, self.times
        if matter.told:
            told = [int(row["days_ago"]) for row in self._rows_by_hand()]
            return times.days_ago(max(told) + 6), times.days_ago(min(told))
        if matter.module == "orders" and matter.days_ago is not None:
            end = times.days_ago(matter.days_ago)
            return times.days_ago(matter.days_ago + self.random.randrange(6, 20)), end
        if matter.module == "webshop":
            days = 25 if matter.days_ago is None else matter.days_ago
            return times.days_ago(days), times.days_ago(min(days, 1))
        sort = "closed" if matter.is_final else "deep" if len(self.stages) > 2 else "open"
        low, high = (1, 12) if matter.status in FRESH else AGES[sort]
        age = self.random.randrange(low, high)
        quiet = self.random.randrange(1, min(age, 15) + 1)
        if matter.is_final:
            quiet = self.random.randrange(2, age - 12)
        if matter.status == "forgotten":
            quiet = self.random.randrange(*FORGOTTEN_DAYS)
            age = quiet + 60
        late = max((-int(todo.when) for todo in matter.ahead if todo.when[0] == "-"), default=-1)
        quiet = max(quiet, late + 5)  # days off may move a due day back
        return times.days_ago(max(age, quiet + 8)), times.days_ago(quiet)

    def _former_worked_on_it(self, start: datetime) -> None:
        left = self.times.days_ago(FORMER_LEFT_DAYS_AGO)
        old = start < left - timedelta(days=15) and self.matter.module != "webshop"
        if old and self.matter.who and self.random.random() < 0.35:
            self.hands = [FORMER, self.worker]

    def _datasheet(self, start: datetime) -> Datasheet:
        matter, world = self.matter, self.world
        facts = self.stages[-1].facts
        in_days = matter.days_ago
        bought = matter.module == "orders" and in_days is not None
        day = self.times.today - timedelta(days=in_days or 0)
        return Datasheet(
            module=world.statuses[matter.module, matter.status].module,
            client=self.contact.client,
            main_contact=self.contact,
            name=matter.name.format(year=self.times.today.year),
            status=world.statuses[matter.module, matter.status],
            responsible=world.users.get(matter.who),
            created_at=start,
            created_by=self._user(),
            status_since=start,
            document_type=matter.document,
            completed_on=day if bought else None,
            registered_on=day if matter.module == "webshop" and in_days is not None else None,
            unsubscribed=matter.status == "unsubscribed",
            **facts,
        )

    def _moves(self, scenes: int) -> dict[int, int]:
        """{scene: stage}: the moves stand in the last scenes, so that each has its reason."""
        count = len(self.stages) - 1
        return {scenes - count + n: n + 1 for n in range(count)}

    def _finish(self) -> Story:
        story, datasheet = self.story, self.story.datasheet
        story.lines.sort(key=lambda line: line.entry.at)
        story.todos.sort(key=lambda todo: todo.created_at)
        closed = datasheet.status.is_final and not self.matter.ahead
        datasheet.shelf = Shelf.CLOSED if closed else Shelf.OPEN
        datasheet.next_due_at = FAR
        datasheet.last_contact_at = self.last_contact
        datasheet.version = 1 + len(story.lines)
        datasheet.derive()
        return story

    # What happens

    def _scene(self, moment: datetime, planned: datetime, *, last: bool) -> None:
        """Somebody does a todo, or writes down what happened."""
        if last or self.matter.told or self.random.random() < 0.6:
            self._done(moment, planned)
        else:
            self._wrote(moment)

    def _done(self, moment: datetime, planned: datetime) -> None:
        kind, text = self._idea("todo")
        user, timed = self._user(), self.random.random() < 0.3
        due = moment if timed else self._end_of_day(moment)
        todo = Todo(
            datasheet=self.story.datasheet,
            module=self.story.datasheet.module,
            contact=self.contact,
            type=self.world.types[kind],
            text=text,
            due_at=due,
            timed=timed,
            first_due_at=due,
            responsible=user,
            state=TodoState.DONE,
            done_at=moment,
            done_by=user,
            created_at=planned,
            created_by=user,
            version=2,
        )
        self.story.todos.append(todo)
        self._planned(todo, planned, user)
        if self.random.random() < 0.12:
            self._postponed(todo, self._midway(planned, moment))
        outcome = self._outcome(kind)
        self._line(
            EntryKind.DONE,
            moment,
            lambda: {"type": todo.type_id, "outcome": outcome, "version": todo.version},
            text=text,
            todo=todo,
            contact=self.contact,
        )
        if todo.type.is_contact:
            self.last_contact = moment

    def _idea(self, what: str) -> tuple[str, str]:
        """Type and text of a todo or note that suits the status at that time, told only once."""
        rows = [row for row in texts.rows(self.matter.module) if row["what"] == what]
        order = [group.key for group in BY_KEY[self.matter.module].groups]
        here = order.index(self._status(self.stage).group.key)
        fitting = [row for row in rows if row["group"] in ("", *order[: here + 1])]
        latest = [row for row in fitting if row["group"] == order[here]]
        fresh = [
            row
            for some in (latest, fitting, rows)
            for row in some
            if row[self.world.language] not in self.told
        ]
        row = self.random.choice((fresh or rows)[:6])
        self.told.add(row[self.world.language])
        return row["type"], row[self.world.language]

    def _outcome(self, kind: str) -> str:
        after = {"call": "talk", "meeting": "talk", "email": "email"}.get(kind, "work")
        rows = [row for row in texts.rows("outcomes") if row["after"] == after]
        return self.random.choice(rows)[self.world.language]

    def _wrote(self, moment: datetime) -> None:
        key, text = self._idea("note")
        kind = EntryKind(key)
        if kind != EntryKind.NOTE:
            self.last_contact = moment
        contact = None if kind == EntryKind.NOTE else self.random.choice(self.contacts)
        self._line(kind, moment, dict, text=text, contact=contact)

    def _called(self, moment: datetime) -> None:
        rows = [row for row in texts.rows(self.matter.module) if row["what"] == "note"]
        text = self.random.choice([row for row in rows if row["type"] == "call"])
        self.last_contact = moment
        self._line(
            EntryKind.CALL, moment, dict, text=text[self.world.language], contact=self.contact
        )

    def _move(self, stage: int, moment: datetime) -> None:
        before, after = self.stages[stage - 1], self.stages[stage]
        data: dict[str, Any] = {
            "from": self._status(stage - 1).pk,
            "to": self._status(stage).pk,
            "cancelled": [],
        }
        if after.by_system:
            data.pop("cancelled")
            if self.matter.module == "sales":
                days = self.story.datasheet.module.forgotten_after_days + 1
                moment = min((self.last_contact or moment) + timedelta(days=days), self.times.now)
        elif after.facts:
            data |= {"facts": before.facts, "facts_after": after.facts}
        self._tick(after, moment - timedelta(seconds=20))
        self._line(EntryKind.STATUS, moment, self._data(data), system=after.by_system)
        self.story.datasheet.status_since = moment

    def _tick(self, stage: Stage, moment: datetime) -> None:
        """Tick the steps of the sale on the day it moved; those after it was won follow later."""
        for n, key in enumerate(stage.steps):
            if n and stage.facts["sale_state"] == SaleState.WON:
                moment = min(moment + timedelta(days=6), self.times.now)
            tick = StepTick(
                datasheet=self.story.datasheet,
                step=self.world.steps[key],
                on=local_date(moment, self.times.zone),
                by=self._user(),
            )
            self.story.ticks.append(tick)
            self._line(EntryKind.STEP, moment + timedelta(seconds=n), ticked(tick))

    def _hand_over(self, moment: datetime) -> None:
        """When the former user has left, the manager gives the datasheet to somebody else."""
        left = self.times.days_ago(FORMER_LEFT_DAYS_AGO)
        if len(self.hands) > 1 and moment > left:
            self.hands.pop(0)
            data = {
                "from": self.world.users[FORMER].pk,
                "to": self._user().pk,
                "todos": {},
            }
            self._line(EntryKind.RESPONSIBLE, left, self._data(data), author="gergo")

    def _by_hand(self, end: datetime) -> None:
        """The notes of stories.csv."""
        for row in self._rows_by_hand():
            moment = self.times.at_days_ago(int(row["days_ago"]), time.fromisoformat(row["time"]))
            named = [c for c in self.contacts if c.family_name == row["contact"]]
            self._line(
                EntryKind(row["kind"]),
                min(moment, self.times.now),
                dict,
                text=row[self.world.language].format(year=self.times.today.year),
                contact=named[0] if named else None,
                author=row["author"],
            )
            if row["kind"] != EntryKind.NOTE:
                self.last_contact = max(moment, self.last_contact or moment)

    def _rows_by_hand(self) -> list[texts.Row]:
        if not self.matter.told:
            return []
        mine = (self.matter.module, self.matter.client)
        return [row for row in texts.rows("stories") if (row["module"], row["client"]) == mine]

    # Todos ahead

    def _plan_ahead(self, ahead: Ahead, planned: datetime) -> None:
        due, timed = self.times.due(ahead.when, ahead.at)
        user = self.world.users[ahead.who or self.worker]
        todo = Todo(
            datasheet=self.story.datasheet,
            module=self.story.datasheet.module,
            contact=self.contact,
            type=self.world.types[ahead.type],
            text=ahead.text.format(year=self.times.today.year),
            due_at=due,
            timed=timed,
            first_due_at=due,
            responsible=user,
            created_at=planned,
            created_by=user,
        )
        self.story.todos.append(todo)
        self._planned(todo, planned, user)
        if ahead.when not in ("0", "1") and self.random.random() < 0.15:
            self._postponed(todo, self._midway(planned, self.times.now))

    def _planned(self, todo: Todo, moment: datetime, user: User) -> None:
        self._line(EntryKind.PLANNED, moment, lambda: state_of(todo), text=todo.text, todo=todo)

    def _midway(self, start: datetime, end: datetime) -> datetime:
        return self.times.spread(start, start + (end - start) / 2, 1)[0]

    def _postponed(self, todo: Todo, moment: datetime) -> None:
        todo.first_due_at = self._end_of_day(moment)
        todo.postponed, todo.version = 1, todo.version + 1
        version = todo.version if todo.state == TodoState.OPEN else todo.version - 1

        def data() -> dict[str, Any]:
            after = state_of(todo)
            before = after | {"due_at": todo.first_due_at.isoformat(), "timed": False}
            return {"before": before, "after": after, "version": version}

        self._line(EntryKind.POSTPONED, moment, data, text=todo.text, todo=todo)

    # Small tools

    def _line(
        self,
        kind: EntryKind,
        moment: datetime,
        data: Data,
        *,
        author: str = "",
        system: bool = False,
        **fields: Any,
    ) -> None:
        user = None if system else self.world.users[author] if author else self._user()
        entry = HistoryEntry(
            client=self.contact.client,
            datasheet=self.story.datasheet,
            author=user,
            at=min(moment, self.times.now),
            kind=kind,
            **fields,
        )
        self.story.lines.append(Line(entry, data))

    def _user(self) -> User:
        return self.world.users[self.hands[0]]

    def _status(self, stage: int) -> Status:
        return self.world.statuses[self.matter.module, self.stages[stage].status]

    def _end_of_day(self, moment: datetime) -> datetime:
        return day_end(local_date(moment, self.times.zone), self.times.zone)

    @staticmethod
    def _data(values: dict[str, Any]) -> Data:
        return lambda: values

"""After a todo's change a datasheet's page gets parts: with them it is what it would be anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.html import Element, parse_html
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from crm.actions.notes import write_down
from crm.actions.statuses import Sale, change_sale
from crm.actions.todos import finish_todo, postpone_todo
from crm.constants import EntryKind
from crm.models import Datasheet, Email, HistoryEntry, Phone, Todo
from modules.models import TodoType
from tests import make
from tests.budgets import within_budget

pytestmark = pytest.mark.django_db

KINDS = ("sales", "projects", "hr", "events", "helpdesk", "invoicing", "orders", "webshop")
# Each drawing has its own: tokens, what it keeps of the page, the focus it asks for.
OWN = {("name", "csrfmiddlewaretoken"), ("name", "once")}
ASKED = ("data-focus", "hx-preserve")


class Tab:
    """A browser's tab with a datasheet: it sends what htmx sends, and puts in what htmx puts in."""

    def __init__(self, user: User, sheet: Datasheet, words: str = "") -> None:
        self.browser, self.sheet = Browser(), sheet
        self.browser.force_login(user)
        self.address = f"/d/{sheet.pk}/{words}"
        self.body = self.load()

    def load(self, words: str = "") -> Element:
        join = "&" if "?" in self.address else "?"
        here = {"referer": f"http://testserver{self.address}"}
        answer = self.browser.get(f"{self.address}{join}{words}", headers=here)
        assert answer.status_code == 200
        return tree(answer.content.decode())

    def post(self, url: str, fields: dict[str, str] | None = None) -> Any:
        now = {one["name"]: one["value"] for one in self.inputs("now") if one.get("name")}
        shown = attributes(by_id(self.body, "shown"))
        said = {**now, "shown": shown["value"], "place": "datasheet", **(fields or {})}
        here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{self.address}"}
        answer = self.browser.post(url, said, headers=here)
        assert answer.status_code == 200
        return answer

    def inputs(self, inside: str) -> list[dict[str, str]]:
        found = elements(by_id(self.body, inside))
        return [attributes(one) for one in found if one.name == "input"]

    def take(self, answer: Any) -> None:
        """Swap the parts in; the sheet must not be among them."""
        assert answer["HX-Retarget"] == "#thread"
        root = tree(f"<main>{answer.content.decode()}</main>")
        for part in [one for one in elements(root) if one is not root]:
            how = attributes(part).get("hx-swap-oob")
            if attributes(part).get("id") == "toasts":
                continue
            if how == "true" or attributes(part).get("id") == "thread":
                part.attributes = [pair for pair in part.attributes if pair[0] != "hx-swap-oob"]
                self.replace(part)
            elif how is not None:
                where, _, target = how.partition(":")
                assert where == "afterend"
                siblings, at = place_of(self.body, target.removeprefix("#"))
                siblings[at + 1 : at + 1] = part.children

    def replace(self, part: Element) -> None:
        try:
            siblings, at = place_of(self.body, attributes(part)["id"])
        except LookupError:
            return  # htmx leaves out what the page doesn't show
        siblings[at] = part

    def same_as(self, words: str = "") -> None:
        """The sheet is, part by part, what a fresh load of the page shows."""
        fresh = self.load(words)
        for name in ("thread", "history", "now", "botbar", "ds-pager", "datasheet"):
            mine, anew = (masked(str(by_id(one, name))) for one in (self.body, fresh))
            assert mine == anew, name


def tree(html: str) -> Element:
    found = parse_html(html)
    assert isinstance(found, Element)
    for one in elements(found):
        if OWN & set(attributes(one).items()):
            one.attributes = [pair for pair in one.attributes if pair[0] != "value"]
        one.attributes = [pair for pair in one.attributes if pair[0] not in ASKED]
    return found


def masked(html: str) -> str:
    return "\n".join(line.strip() for line in html.replace("><", ">\n<").splitlines())


def elements(root: Any) -> Iterator[Element]:
    if isinstance(root, Element):
        yield root
        for child in root.children:
            yield from elements(child)


def attributes(one: Element) -> dict[str, str]:
    return {name: value or "" for name, value in one.attributes}


def by_id(root: Element, name: str) -> Element:
    siblings, at = place_of(root, name)
    found = siblings[at]
    assert isinstance(found, Element)
    return found


def place_of(root: Element, name: str) -> tuple[list[Any], int]:
    for one in elements(root):
        for at, child in enumerate(one.children):
            if isinstance(child, Element) and attributes(child).get("id") == name:
                return one.children, at
    raise LookupError(name)


@pytest.fixture
def user() -> User:
    make.company()
    return make.user("normal", family_name="Nagy", given_name="Eszter")


def filled_sheet(kind: str, user: User) -> Datasheet:
    """With contacts, two open todos, and a history that tells of them."""
    module = make.module(kind, slug=kind)
    client = make.client("Hegyalja Borház Kft.")
    anna = make.contact(client, family_name="Szabó", given_name="Anna")
    Phone.objects.create(client=client, contact=anna, raw="06 30 412 7788")
    Email.objects.create(client=client, contact=anna, address="anna@example.com")
    sheet = make.datasheet(module, actor=user, client=client, main_contact=anna, responsible=user)
    if kind == "sales":
        change_sale(sheet.pk, Sale(qualification="vip"), actor=user)
    finish_todo(make.todo(sheet, actor=user, text="Régen").pk, actor=user)
    now = timezone.now()
    HistoryEntry.objects.update(at=now - timedelta(hours=2))
    first = make.todo(sheet, actor=user, contact=anna, text="Elküldeni", due_at=now)
    make.todo(sheet, actor=user, text="Visszahívni", due_at=now + timedelta(days=9))
    postpone_todo(first.pk, now + timedelta(days=1), timed=True, actor=user)
    write_down(sheet.pk, EntryKind.NOTE, "Szép nap volt.", actor=make.user())
    return sheet


def planned(user: User, **fields: str) -> dict[str, str]:
    return {
        "type": str(TodoType.objects.get(key="call").pk),
        "text": "Ajánlat utánkövetése",
        "when": (timezone.localdate() + timedelta(days=3)).isoformat(),
        "responsible": str(user.pk),
        "once": str(uuid4()),
        **fields,
    }


def first_todo(sheet: Datasheet) -> Todo:
    found: Todo = Todo.objects.filter(datasheet=sheet).open().in_due_order()[0]
    return found


def newest(sheet: Datasheet) -> int:
    kinds = [EntryKind.DONE, EntryKind.POSTPONED]
    found = HistoryEntry.objects.filter(datasheet=sheet, kind__in=kinds)
    return int(found.order_by("-pk").values_list("pk", flat=True)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_done_then_planned_the_page_is_what_it_would_be_anew(kind: str, user: User) -> None:
    sheet = filled_sheet(kind, user)
    tab = Tab(user, sheet)
    tab.same_as()
    tab.take(tab.post(f"/todos/{first_todo(sheet).pk}/done/"))
    tab.same_as(f"ask=1&fresh={newest(sheet)}")
    tab.body = tab.load("ask=1")
    tab.take(tab.post(f"/d/{sheet.pk}/plan/", planned(user)))
    tab.same_as()


@pytest.mark.parametrize("kind", ["sales", "projects"])
def test_the_last_todo_done_and_the_next_one_planned(kind: str, user: User) -> None:
    sheet = filled_sheet(kind, user)
    finish_todo(first_todo(sheet).pk, actor=user)
    HistoryEntry.objects.update(at=timezone.now() - timedelta(hours=2))
    tab = Tab(user, sheet)
    tab.take(tab.post(f"/todos/{first_todo(sheet).pk}/done/"))
    tab.same_as(f"ask=1&fresh={newest(sheet)}")
    tab.body = tab.load("ask=1")
    answer = tab.post(f"/d/{sheet.pk}/plan/", planned(user))
    assert "Ajánlat utánkövetése" in answer.content.decode()
    tab.take(answer)
    tab.same_as()


def test_a_todo_added_postponed_and_ticked(user: User) -> None:
    sheet = filled_sheet("projects", user)
    tab = Tab(user, sheet)
    tab.take(tab.post(f"/d/{sheet.pk}/plan/", planned(user, **{"from": "quick"})))
    tab.same_as()
    todo = first_todo(sheet)
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    moved = {"when": day, "version": str(todo.version)}
    tab.take(tab.post(f"/todos/{todo.pk}/postpone/", moved))
    tab.same_as()
    todo.refresh_from_db()
    todo.checklist = [{"text": "Minta", "done": False}]
    todo.save()
    tab.body = tab.load()
    tab.take(tab.post(f"/todos/{todo.pk}/check/", {"item": "0", "done": "1"}))
    tab.same_as()


def test_two_done_in_a_row_the_first_is_not_just_now_any_more(user: User) -> None:
    sheet = filled_sheet("projects", user)
    tab = Tab(user, sheet)
    for _ in range(2):
        tab.take(tab.post(f"/todos/{first_todo(sheet).pk}/done/"))
        tab.same_as(f"ask=1&fresh={newest(sheet)}")


def test_the_neighbours_in_the_list_move_with_the_due_time(user: User) -> None:
    sheet = filled_sheet("projects", user)
    for day in (5, 7):
        other = make.datasheet(sheet.module, actor=user)
        make.todo(other, actor=user, due_at=timezone.now() + timedelta(days=day))
    tab = Tab(user, sheet, "?list=who%3Deveryone")
    before = str(by_id(tab.body, "ds-pager"))
    tab.take(tab.post(f"/todos/{first_todo(sheet).pk}/done/"))
    assert str(by_id(tab.body, "ds-pager")) != before
    tab.same_as(f"ask=1&fresh={newest(sheet)}")


def test_the_whole_sheet_where_a_colleague_changed_something(user: User) -> None:
    sheet = filled_sheet("projects", user)
    tab = Tab(user, sheet)
    write_down(sheet.pk, EntryKind.NOTE, "Közben hívtak.", actor=make.user())
    answer = tab.post(f"/todos/{first_todo(sheet).pk}/done/")
    assert answer["HX-Retarget"] == "#datasheet"
    assert "Közben hívtak." in answer.content.decode()


def test_the_whole_sheet_where_its_client_changed(user: User) -> None:
    sheet = filled_sheet("projects", user)
    tab = Tab(user, sheet)
    sheet.client.version += 1
    sheet.client.save()
    assert tab.post(f"/todos/{first_todo(sheet).pk}/done/")["HX-Retarget"] == "#datasheet"


def test_the_whole_sheet_where_a_rule_moved_the_status(user: User) -> None:
    sheet = filled_sheet("sales", user)
    call = TodoType.objects.get(key="call")
    todo = make.todo(sheet, actor=user, type=call, due_at=timezone.now())
    change_sale(sheet.pk, Sale(sale_state="in_progress"), actor=user)
    forgotten = sheet.module.statuses.get(key="forgotten")
    Datasheet.objects.filter(pk=sheet.pk).update(forgotten=True, status=forgotten)
    tab = Tab(user, sheet)
    answer = tab.post(f"/todos/{todo.pk}/done/")
    assert answer["HX-Retarget"] == "#datasheet"
    assert Datasheet.objects.get(pk=sheet.pk).status_id != forgotten.pk


def test_the_whole_sheet_where_the_history_is_filtered_or_a_suggestion_moves_it(
    user: User,
) -> None:
    sheet = filled_sheet("projects", user)
    tab = Tab(user, sheet, "?show=notes")
    assert tab.post(f"/todos/{first_todo(sheet).pk}/done/")["HX-Retarget"] == "#datasheet"
    tab = Tab(user, sheet, "?ask=1")
    other = sheet.module.statuses.exclude(pk=sheet.status_id)[0]
    answer = tab.post(f"/d/{sheet.pk}/plan/", planned(user, moves_to=str(other.pk)))
    assert answer["HX-Retarget"] == "#datasheet"


def test_a_form_sent_twice_is_answered_with_all_there_is(user: User) -> None:
    sheet = filled_sheet("projects", user)
    tab, form = Tab(user, sheet, "?ask=1"), planned(user)
    tab.post(f"/d/{sheet.pk}/plan/", form)
    assert tab.post(f"/d/{sheet.pk}/plan/", form)["HX-Retarget"] == "#datasheet"
    todo = first_todo(sheet)
    tab = Tab(user, sheet)
    tab.post(f"/todos/{todo.pk}/done/")
    assert tab.post(f"/todos/{todo.pk}/done/")["HX-Retarget"] == "#datasheet"


@pytest.mark.parametrize("role", [Role.NORMAL, Role.RESTRICTED])
@pytest.mark.parametrize("kind", ["sales", "projects", "webshop"])
def test_done_and_next_within_their_budgets(kind: str, role: Role, user: User) -> None:
    user.role = role
    user.save()
    sheet = filled_sheet(kind, user)
    tab = Tab(user, sheet)
    todo = first_todo(sheet)
    with within_budget("done"):
        tab.take(tab.post(f"/todos/{todo.pk}/done/"))
    with within_budget("next"):
        tab.take(tab.post(f"/d/{sheet.pk}/plan/", planned(user)))


def test_where_no_todo_lies_ahead_none_is_looked_for(user: User) -> None:
    sheet = filled_sheet("sales", user)
    tab, asked = Tab(user, sheet), []
    for todo in list(Todo.objects.filter(datasheet=sheet).open().in_due_order()):
        with CaptureQueriesContext(connection) as queries:
            tab.take(tab.post(f"/todos/{todo.pk}/done/"))
        asked.append(len(queries))
    assert asked == [asked[0], asked[0] - 1]

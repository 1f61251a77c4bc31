"""Todos over HTTP: planned, done, postponed, changed; in full, as parts, wrong, and once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from crm import agenda
from crm.actions.todos import finish_todo
from crm.constants import EntryKind, TodoState
from crm.models import Datasheet, HistoryEntry, Todo
from modules.models import Module, Suggestion, TodoType
from tests import make

pytestmark = pytest.mark.django_db

HX = {"HX-Request": "true"}


@pytest.fixture
def manager() -> User:
    make.company()
    return make.user("manager", family_name="Nagy", given_name="Eszter")


@pytest.fixture
def projects() -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def sheet(manager: User, projects: Module) -> Datasheet:
    return make.datasheet(projects, actor=manager)


@pytest.fixture
def browser(manager: User) -> Browser:
    return of(manager)


def of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def plan(user: User, **fields: str) -> dict[str, str]:
    start = {
        "type": str(TodoType.objects.get(key="call").pk),
        "text": "Felhívni az ajánlat miatt",
        "when": "typed",
        "when_text": "in 3 days",
        "at": "",
        "responsible": str(user.pk),
        "once": str(uuid4()),
    }
    return {**start, **fields}


# Planning


@pytest.mark.parametrize(
    ("typed", "timed"), [("holnap 9:30", True), ("in 3 days", False), ("péntek", False)]
)
def test_a_todo_is_planned_with_a_typed_date_in_either_language(
    browser: Browser, manager: User, sheet: Datasheet, typed: str, timed: bool
) -> None:
    answer = browser.post(f"/d/{sheet.pk}/plan/", plan(manager, when_text=typed))
    assert answer.status_code == 303
    todo = Todo.objects.get()
    assert (todo.text, todo.timed) == ("Felhívni az ajánlat miatt", timed)
    assert todo.due_at > timezone.now()
    if timed:
        assert timezone.localtime(todo.due_at).strftime("%H:%M") == "09:30"


def test_an_unreadable_date_says_which_forms_work(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    wrong = plan(manager, when_text="13.13.")
    answer = browser.post(f"/d/{sheet.pk}/plan/", wrong, headers=HX)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no 13th month." in text
    assert "in 3 days" in text
    assert "Felhívni az ajánlat miatt" in text
    assert answer["HX-Retarget"] == f"#next-{sheet.pk}"
    assert browser.post(f"/d/{sheet.pk}/plan/", wrong).status_code == 422
    assert not Todo.objects.exists()


def test_a_past_date_is_taken_only_after_the_question(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    past = plan(manager, when_text="yesterday")
    answer = browser.post(f"/d/{sheet.pk}/plan/", past, headers=HX)
    assert answer.status_code == 422
    assert 'name="past_ok"' in answer.content.decode()
    assert not Todo.objects.exists()
    assert browser.post(f"/d/{sheet.pk}/plan/", {**past, "past_ok": "on"}).status_code == 303
    assert Todo.objects.get().due_at < timezone.now()


def test_a_form_sent_twice_plans_once(browser: Browser, manager: User, sheet: Datasheet) -> None:
    form = plan(manager)
    for _ in range(2):
        assert browser.post(f"/d/{sheet.pk}/plan/", form, headers=HX).status_code == 200
    assert Todo.objects.count() == 1


@pytest.mark.parametrize("field", ["text", "type", "responsible"])
def test_what_is_missing_is_said(
    browser: Browser, manager: User, sheet: Datasheet, field: str
) -> None:
    form = plan(manager, **{field: ""})
    assert browser.post(f"/d/{sheet.pk}/plan/", form, headers=HX).status_code == 422
    quick = browser.post(f"/d/{sheet.pk}/plan/", {**form, "from": "quick"}, headers=HX)
    assert quick.status_code == 422
    assert quick["HX-Retarget"] == "#quick"


def test_a_todo_is_only_for_somebody_who_sees_the_datasheet(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    restricted = make.user("restricted")
    form = plan(manager, responsible=str(restricted.pk))
    assert browser.post(f"/d/{sheet.pk}/plan/", form).status_code == 422
    assert not Todo.objects.exists()


def test_a_contact_of_another_client_is_none_to_plan_with(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    stranger = make.contact(make.client())
    form = plan(manager, contact=str(stranger.pk))
    assert browser.post(f"/d/{sheet.pk}/plan/", form).status_code == 422


def test_without_scripts_the_chosen_idea_fills_the_form(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    first, second = Suggestion.objects.filter(status=sheet.status_id).in_order()[:2]
    form = plan(manager, idea="2", text=first.text_en, when=date(2030, 1, 1).isoformat())
    assert browser.post(f"/d/{sheet.pk}/plan/", form).status_code == 303
    assert Todo.objects.get().text == second.text_en


def test_what_was_typed_over_an_idea_stays(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    form = plan(manager, idea="2", text="Saját szöveg")
    assert browser.post(f"/d/{sheet.pk}/plan/", form).status_code == 303
    assert Todo.objects.get().text == "Saját szöveg"


def test_a_suggestion_may_move_the_datasheet_on(
    browser: Browser, manager: User, sheet: Datasheet, projects: Module
) -> None:
    further = projects.statuses.filter(meaning="open").exclude(pk=sheet.status_id)[0]
    form = plan(manager, moves_to=str(further.pk))
    assert browser.post(f"/d/{sheet.pk}/plan/", form).status_code == 303
    assert Datasheet.objects.get(pk=sheet.pk).status_id == further.pk


def test_left_without_a_next_todo_it_stays_marked(browser: Browser, sheet: Datasheet) -> None:
    assert browser.post(f"/d/{sheet.pk}/no-next/", headers=HX).status_code == 200
    assert HistoryEntry.objects.filter(kind=EntryKind.NO_NEXT).exists()
    assert Datasheet.objects.get(pk=sheet.pk).chain_is_broken


# Done


def test_done_stands_in_the_history_at_once_and_asks_whats_next(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    todo = make.todo(sheet, actor=manager, text="Megvan a minta?")
    answer = browser.post(f"/todos/{todo.pk}/done/", headers=HX)
    text = answer.content.decode()
    assert f'id="next-{sheet.pk}"' in text
    assert "Done just now" in text
    assert "How did it go?" in text
    entry = HistoryEntry.objects.get(kind=EntryKind.DONE)
    assert f"/history/{entry.pk}/undo/" in text
    assert 'data-key="1"' in text
    assert "data-focus" in text


def test_done_twice_is_done_once(browser: Browser, manager: User, sheet: Datasheet) -> None:
    todo = make.todo(sheet, actor=manager)
    for _ in range(2):
        assert browser.post(f"/todos/{todo.pk}/done/", headers=HX).status_code == 200
    assert HistoryEntry.objects.filter(kind=EntryKind.DONE).count() == 1


def test_without_scripts_done_goes_on_to_the_question(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    todo = make.todo(sheet, actor=manager)
    answer = browser.post(f"/todos/{todo.pk}/done/", follow=True)
    assert answer.status_code == 200
    assert f'id="next-{sheet.pk}"' in answer.content.decode()
    other = make.todo(sheet, actor=manager)
    answer = browser.post(
        f"/todos/{other.pk}/done/",
        {"place": "row"},
        headers={"referer": "http://testserver/m/projects/?who=me"},
    )
    assert answer["Location"].startswith(f"/d/{sheet.pk}/plan/?place=row")
    asked = browser.get(answer["Location"])
    assert 'name="back" value="/m/projects/?who=me"' in asked.content.decode()


def test_from_a_row_the_row_is_answered(browser: Browser, manager: User, sheet: Datasheet) -> None:
    todo = make.todo(sheet, actor=manager)
    answer = browser.post(f"/todos/{todo.pk}/done/", {"place": "row"}, headers=HX)
    assert answer["HX-Retarget"] == f"#datasheet-{sheet.pk}"
    assert f'id="next-{sheet.pk}"' in answer.content.decode()


def test_a_deleted_todo_cannot_be_done(browser: Browser, manager: User, sheet: Datasheet) -> None:
    todo = make.todo(sheet, actor=manager)
    browser.post(f"/todos/{todo.pk}/delete/")
    assert browser.post(f"/todos/{todo.pk}/done/", headers=HX).status_code == 409


def test_the_outcome_is_written_once_by_the_one_who_did_it(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    entry = finish_todo(make.todo(sheet, actor=manager).pk, actor=manager)
    url = f"/history/{entry.pk}/outcome/"
    assert of(make.user()).post(url, {"outcome": "Én?"}, headers=HX).status_code == 403
    assert browser.post(url, {"outcome": ""}, headers=HX).status_code == 409
    for _ in range(2):
        assert browser.post(url, {"outcome": "Kérik"}, headers=HX).status_code == 200
    assert browser.post(url, {"outcome": "Más"}, headers=HX).status_code == 409
    entry.refresh_from_db()
    assert entry.data["outcome"] == "Kérik"


# Postponing


def test_a_chip_keeps_the_time_of_day(browser: Browser, manager: User, sheet: Datasheet) -> None:
    due = agenda.due_at(date(2030, 3, 4), None, timezone.get_current_timezone())
    todo = make.todo(sheet, actor=manager, due_at=due - timedelta(hours=9), timed=True)
    menu = browser.get(f"/todos/{todo.pk}/postpone/", headers=HX).content.decode()
    assert 'value="2030-03-05"' in menu
    browser.post(f"/todos/{todo.pk}/postpone/", {"when": "2030-03-05", "version": todo.version})
    after = Todo.objects.get()
    assert after.due_at - todo.due_at == timedelta(days=1)
    assert (after.postponed, after.first_due_at, after.timed) == (1, todo.due_at, True)


def test_another_day_is_picked_in_a_dialog(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    todo = make.todo(sheet, actor=manager)
    url = f"/todos/{todo.pk}/postpone/"
    assert browser.get(f"{url}pick/").status_code == 200
    assert browser.post(url, {"when": "typed", "when_text": "xyz"}, headers=HX).status_code == 422
    answer = browser.post(url, {"when": "typed", "when_text": "2030. 12. 1. 14:00", "at": ""})
    assert answer.status_code == 303
    assert timezone.localtime(Todo.objects.get().due_at).isoformat() == "2030-12-01T14:00:00+01:00"


def test_the_second_who_postpones_is_told(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    todo = make.todo(sheet, actor=manager)
    form = {"when": "2030-03-05", "version": str(todo.version)}
    assert browser.post(f"/todos/{todo.pk}/postpone/", form, headers=HX).status_code == 200
    second = browser.post(f"/todos/{todo.pk}/postpone/", form, headers=HX)
    assert second.status_code == 409
    assert Todo.objects.get().postponed == 1


# Changing


def edited(todo: Todo, **fields: str) -> dict[str, str]:
    start = {
        "type": str(todo.type_id),
        "text": todo.text,
        "when": timezone.localtime(todo.due_at).date().isoformat(),
        "at": timezone.localtime(todo.due_at).strftime("%H:%M"),
        "responsible": str(todo.responsible_id),
        "version": str(todo.version),
    }
    return {**start, **fields}


def test_who_saves_second_is_told_and_sees_both(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    todo = make.todo(sheet, actor=manager, text="Régi")
    colleague = make.user("normal", family_name="Kovács", given_name="Péter")
    first = of(colleague).post(f"/todos/{todo.pk}/", edited(todo, text="Az övé"))
    assert first.status_code == 303
    second = browser.post(f"/todos/{todo.pk}/", edited(todo, text="Az enyém"), headers=HX)
    text = second.content.decode()
    assert second.status_code == 422
    assert "Az övé" in text
    assert 'value="Az enyém"' in text
    assert "Kovács Péter" in text
    version = Todo.objects.get().version
    assert f'name="version" value="{version}"' in text
    again = edited(todo, text="Az enyém", version=str(version))
    assert browser.post(f"/todos/{todo.pk}/", again, headers=HX).status_code == 200
    assert Todo.objects.get().text == "Az enyém"


def test_a_todo_done_in_the_meantime_is_not_changed(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    todo = make.todo(sheet, actor=manager, text="Régi")
    finish_todo(todo.pk, actor=manager)
    todo.refresh_from_db()
    answer = browser.post(f"/todos/{todo.pk}/", edited(todo, text="Új"), headers=HX)
    assert answer.status_code == 422
    assert Todo.objects.get().text == "Régi"


def test_an_overdue_todo_is_changed_without_a_question_about_its_time(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    past = timezone.now().replace(second=0, microsecond=0) - timedelta(days=3)
    todo = make.todo(sheet, actor=manager, due_at=past)
    assert browser.post(f"/todos/{todo.pk}/", edited(todo, text="Új")).status_code == 303
    assert Todo.objects.get().postponed == 0


def test_a_checklist_keeps_what_was_ticked(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    todo = make.todo(sheet, actor=manager, checklist=[{"text": "Rajz", "done": True}])
    browser.post(f"/todos/{todo.pk}/", edited(todo, checklist="Rajz\n\nÁrajánlat"))
    assert Todo.objects.get().checklist == [
        {"text": "Rajz", "done": True},
        {"text": "Árajánlat", "done": False},
    ]


def test_a_done_todo_is_opened_again(browser: Browser, manager: User, sheet: Datasheet) -> None:
    todo = make.todo(sheet, actor=manager)
    finish_todo(todo.pk, actor=manager)
    assert browser.post(f"/todos/{todo.pk}/reopen/", headers=HX).status_code == 200
    assert Todo.objects.get().state == TodoState.OPEN
    assert HistoryEntry.objects.filter(kind=EntryKind.REOPENED).exists()


# For whom


@pytest.mark.parametrize(
    "action", ["", "done/", "postpone/", "postpone/pick/", "delete/", "reopen/"]
)
def test_anothers_todo_does_not_exist_for_a_restricted_user(
    manager: User, sheet: Datasheet, action: str
) -> None:
    todo = make.todo(sheet, actor=manager)
    restricted = of(make.user("restricted"))
    for answer in (
        restricted.get(f"/todos/{todo.pk}/{action}"),
        restricted.post(f"/todos/{todo.pk}/{action}", {"when": "2030-01-01"}),
    ):
        assert answer.status_code in (404, 405)
    assert Todo.objects.get().version == todo.version


def test_what_a_typed_date_means_is_said_while_one_types(browser: Browser) -> None:
    said = browser.get("/when/", {"when_text": "2030-12-01 14:00"}).content.decode()
    assert said == "Sunday 1 December 2030, 14:00"
    assert "Try" in browser.get("/when/", {"when_text": "<b>x</b>"}).content.decode()
    assert "<b>x" not in browser.get("/when/", {"when_text": "<b>x</b>"}).content.decode()


def test_a_thing_on_the_checklist_is_ticked(
    browser: Browser, manager: User, sheet: Datasheet
) -> None:
    items = [{"text": "Rajz", "done": False}, {"text": "Ajánlat", "done": False}]
    todo = make.todo(sheet, actor=manager, checklist=items)
    url = f"/todos/{todo.pk}/check/"
    assert browser.post(url, {"item": "1", "done": "1"}, headers=HX).status_code == 200
    assert [item["done"] for item in Todo.objects.get().checklist] == [False, True]
    browser.post(url, {"item": "1"}, headers=HX)
    assert [item["done"] for item in Todo.objects.get().checklist] == [False, False]
    assert browser.post(url, {"item": "7", "done": "1"}, headers=HX).status_code == 409
    assert of(make.user("restricted")).post(url, {"item": "1"}).status_code == 404

"""Types of todo, and what statuses suggest."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from crm.forms.todo import Choices, TodoForm
from crm.models import Todo
from modules.models import Module, Suggestion, TodoType
from office.actions import suggestions
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def browser(boss: User, client: Client) -> Client:
    client.force_login(boss)
    return client


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects", slug="projects")


def test_a_type_is_added_changed_and_ordered(browser: Client, projects: Module) -> None:
    sent = {"name_hu": "Bejárás", "icon": "map-pin", "minutes": 90, "is_contact": "on"}
    assert browser.post(reverse("office:type_new"), sent).status_code == 303
    made = TodoType.objects.get(name_hu="Bejárás")
    assert (made.minutes, made.reminder_minutes, made.is_contact) == (90, None, True)
    url = reverse("office:type", args=[made.pk])
    page = browser.get(url).content.decode()
    assert 'value="Bejárás"' in page
    browser.post(reverse("office:types_order"), {"id": made.pk, "by": "-1"})
    assert list(TodoType.objects.in_order())[-2] == made
    assert browser.post(url, {**sent, "minutes": 1}).status_code == 422
    assert browser.post(url, {**sent, "icon": "no-such-icon"}).status_code == 422


def test_a_call_stays_contact_whatever_is_sent(browser: Client, projects: Module) -> None:
    call = TodoType.objects.get(key="call")
    from office.actions.types import fingerprint

    sent = {"name_en": "Ring", "icon": "phone", "minutes": 15, "seen": fingerprint(call)}
    browser.post(reverse("office:type", args=[call.pk]), sent)
    call.refresh_from_db()
    assert (call.name_en, call.is_contact) == ("Ring", True)


def test_an_archived_type_is_not_offered_but_its_todos_keep_it(
    browser: Client, boss: User, projects: Module
) -> None:
    sheet = make.datasheet(projects, actor=boss)
    todo = make.todo(sheet, actor=boss)
    call = TodoType.objects.get(key="call")
    browser.post(reverse("office:type_archive", args=[call.pk]))
    assert "call" not in [one.key for one in Choices.of(sheet).types]
    form = TodoForm(choices=Choices.of(sheet), todo=todo)
    assert str(call.pk) in dict(form.fields["type"].choices)  # type: ignore[attr-defined]
    assert browser.get(f"/d/{sheet.pk}/").status_code == 200
    assert Todo.objects.get(pk=todo.pk).type == call
    browser.post(reverse("office:type_restore", args=[call.pk]))
    assert "call" in [one.key for one in Choices.of(sheet).types]


def test_the_last_type_cant_be_archived(browser: Client, projects: Module) -> None:
    *others, last = TodoType.objects.in_order()
    for one in others:
        browser.post(reverse("office:type_archive", args=[one.pk]))
    assert browser.post(reverse("office:type_archive", args=[last.pk])).status_code == 409


def test_suggestions_are_added_changed_ordered_and_removed(
    browser: Client, projects: Module
) -> None:
    status = make.status(projects)
    Suggestion.objects.filter(status=status).delete()
    task = TodoType.objects.get(key="task")
    other = list(projects.statuses.in_order())[1]
    url = reverse("office:suggestion_new", args=[status.pk])
    for text in ("First", "Second"):
        sent = {"type": task.pk, "text_en": text, "in_working_days": 3, "moves_to": other.pk}
        sent_off = browser.post(url, sent, headers={"Referer": f"http://testserver{url}"})
        assert sent_off["Location"] == reverse("office:suggestions", args=[projects.pk])
    first, second = Suggestion.objects.filter(status=status).in_order()
    assert (first.text, first.moves_to) == ("First", other)
    part = browser.post(
        reverse("office:suggestions_order", args=[status.pk]),
        {"ids": f"{second.pk},{first.pk}"},
        headers={"HX-Request": "true"},
    )
    assert part.status_code == 204
    assert Suggestion.objects.filter(status=status).in_order()[0] == second
    edit = {
        "type": task.pk, "text_hu": "Másik", "text_en": "", "in_working_days": 0,
        "seen": suggestions.fingerprint(second),
    }  # fmt: skip
    answer = browser.post(
        reverse("office:suggestion", args=[second.pk]), edit, headers={"HX-Request": "true"}
    )
    assert answer["HX-Retarget"] == f"#suggestions-{status.pk}"
    assert "Másik" in answer.content.decode()
    again = browser.post(reverse("office:suggestion", args=[second.pk]), {**edit, "text_hu": "X"})
    assert again.status_code == 422
    browser.post(reverse("office:suggestion_remove", args=[second.pk]))
    assert list(Suggestion.objects.filter(status=status)) == [first]


def test_suggestions_of_fixed_kinds_are_edited_but_move_nothing(
    browser: Client, boss: User
) -> None:
    sales = make.module("sales")
    status = make.status(sales)
    page = browser.get(reverse("office:suggestions", args=[sales.pk])).content.decode()
    assert page.count('class="suggest-one"') == 17
    form = browser.get(reverse("office:suggestion_new", args=[status.pk])).content.decode()
    assert 'name="moves_to"' not in form
    task = TodoType.objects.get(key="task")
    sent = {
        "type": task.pk, "text_en": "Look", "in_working_days": 1,
        "moves_to": make.status(sales, "forgotten").pk,
    }  # fmt: skip
    browser.post(reverse("office:suggestion_new", args=[status.pk]), sent)
    assert Suggestion.objects.get(text_en="Look").moves_to is None

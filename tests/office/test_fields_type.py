"""Another type for a field loses no value, and gives back what it could not show."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from crm.actions.field_changes import change
from crm.actions.values import set_value
from crm.errors import Refused
from crm.models import Datasheet
from crm.value_rows import read, start, store
from jobs.models import Job, State
from modules.actions.fields import FieldChanged
from modules.fieldtypes import type_of
from modules.models import About, Field, FieldChoice, Module
from office.actions import fields_change, fields_fill
from office.actions.fields_change import change_type
from office.actions.fields_survey import survey
from office.tasks import fill_field
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    make.company()
    return make.user("administrator")


@pytest.fixture
def projects(boss: User) -> Module:
    return make.module("projects", slug="projects")


@pytest.fixture
def browser(boss: User, client: Client) -> Client:
    client.force_login(boss)
    return client


def field(module: Module, type_: str = "text", **more: Any) -> Field:
    about = About.DATASHEET
    return Field.objects.create(about=about, module=module, type=type_, label_en="Depth", **more)


def sheets(module: Module, boss: User, field: Field, *values: Any) -> list[Datasheet]:
    made = []
    for value in values:
        sheet = make.datasheet(module, actor=boss)
        if value is not None:
            set_value(sheet, field.pk, value, actor=boss)
        made.append(sheet)
    return made


def values(of: Field, made: list[Datasheet]) -> list[Any]:
    return [read(sheet, of) for sheet in made]


def changed(of: Field, new_type: str, boss: User) -> Field:
    of.refresh_from_db()
    return change_type(of.pk, new_type, actor=boss, version=of.version)[0]


def test_what_would_not_survive_is_shown_first(
    browser: Client, boss: User, projects: Module
) -> None:
    mine = field(projects)
    made = sheets(projects, boss, mine, "12", "about a metre", "3,5")
    url = reverse("office:field_type", args=[mine.pk])
    assert browser.get(url).status_code == 200
    page = browser.get(url + "?type=whole")
    found = page.context["survey"]
    assert (found.checked, found.lost, found.all_checked) == (3, 2, True)
    assert [one.record for one in found.shown] == [made[1], made[2]]
    assert "about a metre" in page.content.decode()
    assert browser.get(url + "?type=long_text").context["survey"].safe
    assert browser.get(url + "?type=nonsense").context["survey"] is None


def test_values_that_fit_are_brought_over_and_the_others_come_back(
    browser: Client, boss: User, projects: Module
) -> None:
    mine = field(projects)
    made = sheets(projects, boss, mine, "12", "about a metre", None)
    url = reverse("office:field_type", args=[mine.pk])
    answer = browser.post(url, {"type": "whole", "version": mine.version})
    assert answer.status_code == 303
    whole = Field.objects.live().get()
    assert (whole.type, whole.label_en, whole.filled_from) == ("whole", "Depth", None)
    assert values(whole, made) == [12, None, None]
    set_value(made[2], whole.pk, 5, actor=boss)
    back = changed(whole, "text", boss)
    assert back.pk == mine.pk
    assert values(back, made) == ["12", "about a metre", "5"]
    assert AuditEntry.objects.filter(action="field.type").count() == 2


def test_what_was_changed_or_emptied_in_between_is_so_in_the_old_type(
    boss: User, projects: Module
) -> None:
    mine = field(projects)
    made = sheets(projects, boss, mine, "12", "13", "unknown", "0014")
    whole = changed(mine, "whole", boss)
    set_value(made[0], whole.pk, 99, actor=boss)
    set_value(made[1], whole.pk, None, actor=boss)
    back = changed(whole, "text", boss)
    # "0014" is still what the number says, so it stays as it was written.
    assert values(back, made) == ["99", None, "unknown", "0014"]


def test_texts_make_the_choices_and_choices_keep_theirs(boss: User, projects: Module) -> None:
    mine = field(projects)
    made = sheets(projects, boss, mine, "Fair", "fair", "Web")
    choice = changed(mine, "choice", boss)
    assert sorted(one.name for one in choice.choices.all()) == ["Fair", "Web"]
    fair = choice.choices.get(name_hu="Fair").pk
    assert values(choice, made)[:2] == [fair, fair]
    several = changed(choice, "choices", boss)
    other = several.choices.get(name_hu="Web").pk
    set_value(made[0], several.pk, (several.choices.get(name_hu="Fair").pk, other), actor=boss)
    again = changed(several, "choice", boss)
    assert again.pk == choice.pk
    assert values(again, made)[1:] == [fair, choice.choices.get(name_hu="Web").pk]
    # Two choices are no one choice: they wait in the type that can hold them.
    assert read(made[0], again) is None
    assert len(read(made[0], several)) == 2
    assert values(changed(again, "text", boss), made) == ["Fair, Web", "fair", "Web"]


def test_a_value_without_a_form_on_the_way_is_there_again_as_soon_as_it_has_one(
    boss: User, projects: Module
) -> None:
    mine = field(projects)
    made = sheets(projects, boss, mine, "2026-12-01", "12", "13")
    whole = changed(mine, "whole", boss)
    set_value(made[2], whole.pk, None, actor=boss)
    day = changed(whole, "date", boss)
    assert values(day, made) == [date(2026, 12, 1), None, None]
    set_value(made[0], day.pk, None, actor=boss)
    assert values(changed(day, "text", boss), made) == [None, "12", None]


def test_a_removed_choice_comes_along_removed(boss: User, projects: Module) -> None:
    mine = field(projects, "choice")
    live = FieldChoice.objects.create(field=mine, name_en="Live")
    gone = FieldChoice.objects.create(field=mine, name_en="Gone", order=1)
    made = sheets(projects, boss, mine, live.pk, gone.pk)
    FieldChoice.objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    several = changed(mine, "choices", boss)
    kept = several.choices.get(name_en="Gone")
    assert kept.removed_at is not None
    assert values(several, made)[1] == (kept.pk,)


def test_defaults_and_rules_come_along(boss: User, projects: Module) -> None:
    status = make.status(projects)
    mine = field(
        projects, default="12", required="from", required_from=status, in_list=True, help_en="Why"
    )
    whole = changed(mine, "whole", boss)
    assert (whole.default, whole.required_from, whole.in_list) == (12, status, True)
    assert whole.help_en == "Why"


def test_automatic_numbers_go_on_after_the_highest(boss: User, projects: Module) -> None:
    mine = field(projects, "whole")
    sheets(projects, boss, mine, 7, 3)
    number = changed(mine, "number", boss)
    fresh = make.datasheet(projects, actor=boss)
    if read(fresh, number) is None:
        start(fresh)
    assert read(fresh, number) == 8


def test_the_old_form_of_the_page_is_no_second_change(boss: User, projects: Module) -> None:
    mine = field(projects)
    version = mine.version
    mine.version += 1
    mine.save()
    with pytest.raises(FieldChanged):
        change_type(mine.pk, "whole", actor=boss, version=version)


def test_many_values_are_brought_over_in_the_background_and_nobody_edits_meanwhile(
    browser: Client, boss: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields_change, "FEW", 2)
    monkeypatch.setattr(fields_fill, "BLOCK", 2)
    monkeypatch.setattr(fields_fill, "PAUSE", 0)
    mine = field(projects)
    made = sheets(projects, boss, mine, "1", "2", "x", "4", "5")
    whole, job = change_type(mine.pk, "whole", actor=boss, version=mine.version)
    assert job is not None
    assert job.total == 5
    with pytest.raises(Refused):
        set_value(made[0], whole.pk, 9, actor=boss)
    with pytest.raises(Refused):
        change_type(whole.pk, "text", actor=boss, version=whole.version)
    page = browser.get(reverse("office:fields", args=[projects.pk])).content.decode()
    assert "being brought over" in page

    class Killed(Exception):
        pass

    def dies(done: int) -> None:
        if done >= 4:
            raise Killed

    with pytest.raises(Killed):
        fill_field(job, dies)
    Job.objects.filter(pk=job.pk).update(state=State.FAILED)
    page = browser.get(reverse("office:fields", args=[projects.pk])).content.decode()
    assert "Go on" in page
    answer = browser.post(reverse("office:field_fill", args=[whole.pk]))
    assert answer.status_code == 303
    again = Job.objects.latest("pk")
    assert again.pk != job.pk
    assert fill_field(again, lambda done: None) == {"lost": 1}
    whole.refresh_from_db()
    assert whole.filled_from is None
    assert values(whole, made) == [1, 2, None, 4, 5]


def test_a_value_that_comes_after_the_change_is_refused_not_lost_behind_it(
    boss: User, projects: Module
) -> None:
    mine = field(projects)
    made = sheets(projects, boss, mine, "1")
    stale = Field.objects.get(pk=mine.pk)
    changed(mine, "whole", boss)
    with pytest.raises(Refused):
        change(made[0], stale, "2", actor=boss)


def test_a_field_of_contacts_changes_its_type_too(boss: User) -> None:
    mine = Field.objects.create(about=About.CONTACT, type="text", label_en="Shoe size")
    anna = make.contact(make.client())
    set_value(anna, mine.pk, "42", actor=boss)
    found = survey(mine, "date")
    assert [one.record for one in found.shown] == [anna]
    whole, _job = change_type(mine.pk, "whole", actor=boss, version=mine.version)
    assert read(anna, whole) == 42


TYPES = [
    *("text", "long_text", "whole", "decimal", "money", "date", "moment", "yes_no", "choice"),
    *("choices", "link"),
]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(["choices", "long_text", "long_text", "choices"])
@example(["decimal", "long_text", "decimal"])
@example(["decimal", "long_text", "decimal", "whole"])
@example(["decimal", "choice", "decimal", "long_text"])
@given(st.lists(st.sampled_from(TYPES), min_size=1, max_size=4))
def test_any_way_through_the_types_and_back_gives_the_same_values(
    boss: User, projects: Module, way: list[str]
) -> None:
    texts = ["12", "2026-12-01", "igen", "www.x.hu", "Vásár", "két szó", "1,5"]
    made = list(Datasheet.objects.filter(module=projects).order_by("pk"))
    made += sheets(projects, boss, field(projects), *[None] * (len(texts) - len(made)))
    mine = field(projects)
    for sheet, text in zip(made, texts, strict=True):
        store(sheet, mine, text)
    now = mine
    for type_ in way:
        now = changed(now, type_, boss)
        kind = type_of(now)
        for value in values(now, made):
            assert value is None or kind.clean(now, value) == value
    if now.pk != mine.pk:
        now = changed(now, "text", boss)
    assert now.pk == mine.pk
    assert values(now, made) == texts

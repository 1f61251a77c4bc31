"""Modules: the bar's order, new ones, what a module is, who may use it, its steps."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from crm.actions import repair
from crm.actions.datasheets import restore, trash
from crm.actions.statuses import tick_step
from crm.constants import EntryKind
from crm.errors import Conflict, Refused
from crm.forms.when import Moment
from crm.history import Names, sentence
from crm.models import Datasheet, HistoryEntry, Todo
from jobs.models import Job
from modules.models import (
    Field,
    FieldChoice,
    FieldGroup,
    Module,
    ModuleTurn,
    ModuleUser,
    Status,
    Step,
    Suggestion,
)
from office.actions import access_lost, handover, modules, steps
from office.actions.access_lost import losses
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


def body(module: Module, **changes: object) -> dict[str, object]:
    return {
        "name_hu": module.name_hu,
        "name_en": module.name_en,
        "icon": module.icon,
        "who": "some" if module.limited else "all",
        "members": [],
        "first_responsible": module.first_responsible,
        "turns": [],
        "default_status": "",
        "forgotten_after_days": module.forgotten_after_days,
        "version": module.version,
        **changes,
    }


def test_the_list_has_every_module_and_the_archived_below(browser: Client, boss: User) -> None:
    projects, hr = make.module("projects"), make.module("hr")
    make.datasheet(projects, actor=boss)
    modules.archive(hr.pk, actor=boss)
    text = browser.get(reverse("office:modules")).content.decode()
    assert text.index("1 datasheet") < text.index("Archived") < text.index("Restore")
    browser.post(reverse("office:module_restore", args=[hr.pk]))
    assert "Archived" not in browser.get(reverse("office:modules")).content.decode()


def test_the_bar_is_put_into_another_order(browser: Client, boss: User) -> None:
    ids = [make.module(kind).pk for kind in ("projects", "hr", "events")]
    url = reverse("office:modules_order")
    new = [ids[2], ids[0], ids[1]]
    answer = browser.post(url, {"ids": ",".join(map(str, new))}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert list(Module.objects.for_user(boss).values_list("pk", flat=True)) == new
    browser.post(url, {"id": ids[1], "by": "-1"})
    assert list(Module.objects.for_user(boss).values_list("pk", flat=True)) == [
        ids[2], ids[1], ids[0]
    ]  # fmt: skip
    with pytest.raises(Conflict):
        modules.order_modules(ids[:2], actor=boss)


def test_a_module_is_added_once_however_often_the_form_comes(browser: Client) -> None:
    sent = {
        "kind": "hr", "name_hu": "Gyakornokok", "icon": "graduation-cap",
        "once": "0c6ad1b3-7e59-4d4f-8f6f-0d7a4d3c1f12",
    }  # fmt: skip
    for _twice in range(2):
        assert browser.post(reverse("office:module_new"), sent).status_code == 303
    module = Module.objects.get(kind="hr")
    assert (module.name, module.icon, module.slug) == (
        "Gyakornokok", "graduation-cap", "gyakornokok"
    )  # fmt: skip


def test_a_single_kind_that_exists_is_shown_as_taken_and_refused(browser: Client) -> None:
    make.module("orders")
    page = browser.get(reverse("office:module_new")).content.decode()
    assert "You have it already: Orders" in page
    answer = browser.post(reverse("office:module_new"), {"kind": "orders", "name_en": "More"})
    assert answer.status_code == 422
    assert Module.objects.filter(kind="orders").count() == 1


def test_a_copy_has_tree_suggestions_and_fields_but_no_datasheet(boss: User) -> None:
    other = make.module("projects")
    make.datasheet(other, actor=boss)
    status = make.status(other)
    Status.objects.filter(pk=status.pk).update(name_en="Ours", hue="plum")
    Module.objects.filter(pk=other.pk).update(default_status=make.status(other, None))
    group = FieldGroup.objects.create(about="datasheet", module=other, name_en="Size")
    field = Field.objects.create(
        about="datasheet", module=other, type="choice", label_en="Colour", group=group,
        required="from", required_from=status, next_number=7,
    )  # fmt: skip
    FieldChoice.objects.create(field=field, name_en="Red")
    copy = modules.add_module(
        "projects", actor=boss, name_hu="", name_en="Second", icon="flag", copy_of=other.pk
    )
    assert not Datasheet.objects.filter(module=copy).exists()
    assert make.status(copy).name_en == "Ours"
    own = set(copy.statuses.values_list("pk", flat=True))
    assert copy.statuses.count() == other.statuses.count()
    assert Suggestion.objects.filter(status__in=own).count() == Suggestion.objects.count() // 2
    moves = Suggestion.objects.filter(status__in=own).exclude(moves_to=None)
    assert set(moves.values_list("moves_to", flat=True)) <= own
    new = Field.objects.get(module=copy)
    assert (new.label, new.group.module, new.required_from.module, new.next_number) == (  # type: ignore[union-attr]
        "Colour", copy, copy, 1
    )  # fmt: skip
    assert new.choices.get().name == "Red"
    assert copy.default_status_id in own


def test_a_sales_module_is_copied_with_its_steps(boss: User) -> None:
    sales = make.module("sales")
    step = Step.objects.filter(module=sales).in_order()[0]
    steps.change_step(step.pk, actor=boss, name_hu="Első", name_en="First", wins=False)
    copy = modules.add_module(
        "sales", actor=boss, name_hu="", name_en="Export", icon="globe", copy_of=sales.pk
    )
    assert Step.objects.filter(module=copy).in_order()[0].name_hu == "Első"


def test_a_module_is_saved_and_told_in_the_log(browser: Client) -> None:
    sales = make.module("sales")
    sent = body(sales, name_en="Selling", forgotten_after_days=45, first_responsible="nobody")
    assert browser.post(reverse("office:module", args=[sales.pk]), sent).status_code == 303
    sales.refresh_from_db()
    assert (sales.name_en, sales.forgotten_after_days, sales.version) == ("Selling", 45, 2)
    data = AuditEntry.objects.get(action="module.changed").data
    assert data["from"]["forgotten_after_days"] == 30
    answer = browser.post(
        reverse("office:module", args=[sales.pk]), {**sent, "name_en": "Mine", "version": 1}
    )
    assert answer.status_code == 422
    assert "Somebody changed this module" in answer.content.decode()


def test_who_loses_a_module_is_told_with_numbers_and_their_work_goes_on(
    browser: Client, boss: User
) -> None:
    module = make.module("projects")
    anna, peter = make.user("normal"), make.user("normal")
    own = make.datasheet(module, actor=anna)
    todo = make.todo(own, actor=anna)
    of_peter = make.datasheet(module, actor=peter)
    other = make.todo(of_peter, actor=peter, responsible=anna)
    sent = body(module, who="some", members=[peter.pk])
    answer = browser.post(reverse("office:module", args=[module.pk]), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="heir-{anna.pk}"' in text
    assert "1 datasheet, 2 open todos" in text
    module.refresh_from_db()
    assert not module.limited
    sure = {**sent, "sure": "1", f"heir-{anna.pk}": str(peter.pk)}
    assert browser.post(reverse("office:module", args=[module.pk]), sure).status_code == 303
    assert Datasheet.objects.get(pk=own.pk).responsible == peter
    assert {Todo.objects.get(pk=one.pk).responsible for one in (todo, other)} == {peter}
    assert HistoryEntry.objects.filter(datasheet=own, kind=EntryKind.RESPONSIBLE).exists()
    told = HistoryEntry.objects.get(datasheet=of_peter, kind=EntryKind.CHANGED_TODO)
    assert (told.data["before"]["responsible"], told.data["after"]["responsible"]) == (
        anna.pk,
        peter.pk,
    )
    assert not Module.objects.for_user(anna).filter(pk=module.pk).exists()
    assert repair.check().clean


def test_what_goes_to_nobody_leaves_its_todos_to_the_administrator(
    browser: Client, boss: User
) -> None:
    module, anna = make.module("projects"), make.user("normal")
    own = make.datasheet(module, actor=anna)
    todo = make.todo(own, actor=anna)
    assert [loss.user for loss in losses(module, limited=True, members=[])] == [anna]
    sent = body(module, who="some", sure="1", **{f"heir-{anna.pk}": ""})
    assert browser.post(reverse("office:module", args=[module.pk]), sent).status_code == 303
    assert Datasheet.objects.get(pk=own.pk).responsible is None
    assert Todo.objects.get(pk=todo.pk).responsible == boss


def test_what_lies_in_the_trash_passes_on_too_with_a_lost_module(
    browser: Client, boss: User
) -> None:
    module, anna, peter = make.module("projects"), make.user("normal"), make.user("normal")
    own, left = make.datasheet(module, actor=anna), make.datasheet(module, actor=peter)
    frozen = [make.todo(sheet, actor=anna, responsible=anna) for sheet in (own, left)]
    for sheet in (own, left):
        trash(sheet.pk, actor=boss)
    sent = body(module, who="some", members=[peter.pk])
    answer = browser.post(reverse("office:module", args=[module.pk]), sent)
    assert answer.status_code == 303, "nothing is asked about what lies in the trash alone"
    own.refresh_from_db()
    assert own.responsible is None
    for sheet in (own, left):
        restore(sheet.pk, actor=boss)
    assert [Todo.objects.get(pk=one.pk).responsible for one in frozen] == [boss, peter]
    assert repair.check().clean


def test_much_work_in_a_lost_module_passes_on_in_the_background_in_blocks(
    browser: Client, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, anna, peter = make.module("projects"), make.user("normal"), make.user("normal")
    sheets = [make.datasheet(module, actor=anna) for _n in range(5)]
    for sheet in sheets:
        make.todo(sheet, actor=anna)
    make.todo(make.datasheet(module, actor=peter), actor=peter, responsible=anna)
    monkeypatch.setattr(access_lost, "CHUNK", 2)
    monkeypatch.setattr(handover, "CHUNK", 2)
    heirs = {f"heir-{anna.pk}": str(peter.pk)}
    sent = body(module, who="some", members=[peter.pk], sure="1", **heirs)
    answer = browser.post(reverse("office:module", args=[module.pk]), sent)
    job = Job.objects.get(kind=access_lost.JOB)
    assert answer["Location"] == reverse("jobs:progress", args=[job.pk])
    assert job.total == 6
    beats: list[int] = []
    assert access_lost.pass_on(module.pk, {anna.pk: peter.pk}, boss, beats.append) == 6
    assert beats == [2, 4, 6]
    assert access_lost.pass_on(module.pk, {anna.pk: peter.pk}, boss) == 0
    assert set(Datasheet.objects.values_list("responsible", flat=True)) == {peter.pk}
    assert set(Todo.objects.values_list("responsible", flat=True)) == {peter.pk}
    assert HistoryEntry.objects.filter(kind=EntryKind.RESPONSIBLE).count() == 5
    assert repair.check().clean


def test_an_archived_module_is_hidden_and_comes_back_whole(boss: User, browser: Client) -> None:
    module = make.module("projects", slug="projects")
    sheet = make.datasheet(module, actor=boss)
    browser.post(reverse("office:module_archive", args=[module.pk]))
    assert browser.get("/m/projects/").status_code == 404
    assert browser.get(f"/d/{sheet.pk}/").status_code == 404
    browser.post(reverse("office:module_restore", args=[module.pk]))
    assert browser.get(f"/d/{sheet.pk}/").status_code == 200


def test_only_an_empty_module_is_deleted(boss: User, browser: Client) -> None:
    full, empty = make.module("projects"), make.module("sales")
    make.datasheet(full, actor=boss)
    page = browser.get(reverse("office:module_delete", args=[full.pk])).content.decode()
    assert "Archive it instead" in page
    assert browser.post(reverse("office:module_delete", args=[full.pk])).status_code == 409
    assert browser.post(reverse("office:module_delete", args=[empty.pk])).status_code == 303
    assert set(Module.objects.values_list("pk", flat=True)) == {full.pk}


# ---- New datasheets ---------------------------------------------------------------------------


def test_a_new_datasheet_stands_where_the_module_says(boss: User) -> None:
    module = make.module("projects")
    third = list(Status.objects.filter(module=module).in_order())[2]
    Module.objects.filter(pk=module.pk).update(default_status=third)
    module.refresh_from_db()
    assert make.datasheet(module, actor=boss).status == third


def new_client(module: Module, responsible: object, name: str = "Új Kft.") -> dict[str, object]:
    return {
        "module": module.pk, "kind": "company", "name": name, "sheet_name": "", "text": "",
        "status": make.status(module).pk, "responsible": responsible,
    }  # fmt: skip


def test_new_datasheets_go_to_the_chosen_users_in_turn(browser: Client, boss: User) -> None:
    module = make.module("projects")
    anna, peter, former = (make.user("normal") for _ in range(3))
    for one in (anna, peter, former):
        ModuleTurn.objects.create(module=module, user=one)
    User.objects.filter(pk=former.pk).update(is_active=False)
    Module.objects.filter(pk=module.pk).update(first_responsible="in_turn")
    page = browser.get(reverse("crm:client_new")).content.decode()
    assert '<option value="turn" selected>' in page
    for n in range(3):
        sent = new_client(module, "turn", f"Új {n} Kft.")
        assert browser.post(reverse("crm:client_new"), sent).status_code == 303
    given = list(Datasheet.objects.order_by("pk").values_list("responsible", flat=True))
    assert given == [anna.pk, peter.pk, anna.pk]


def test_nobody_without_the_module_gets_a_turn(boss: User, browser: Client) -> None:
    module = make.module("projects", slug="projects")
    anna, peter = make.user("normal"), make.user("normal")
    for one in (anna, peter):
        ModuleTurn.objects.create(module=module, user=one)
    Module.objects.filter(pk=module.pk).update(first_responsible="in_turn", limited=True)
    ModuleUser.objects.create(module=module, user=peter)
    for n in range(2):
        browser.post(reverse("crm:client_new"), new_client(module, "turn", f"Új {n} Kft."))
    assert set(Datasheet.objects.values_list("responsible", flat=True)) == {peter.pk}


def test_a_module_may_begin_with_nobody(boss: User, browser: Client) -> None:
    module = make.module("projects")
    Module.objects.filter(pk=module.pk).update(first_responsible="nobody")
    page = browser.get(reverse("crm:client_new")).content.decode()
    assert '<option value="" selected>Nobody' in page


# ---- Steps of a sale --------------------------------------------------------------------------


def step_sets(module: Module) -> list[str]:
    return list(Step.objects.filter(module=module).in_order().values_list("sets", flat=True))


def test_what_a_step_sets_follows_from_where_it_stands(boss: User) -> None:
    sales = make.module("sales")
    before = step_sets(sales)
    ids = list(Step.objects.filter(module=sales).in_order().values_list("pk", flat=True))
    place = before.index("won")
    steps.order_steps(
        sales.pk, [*ids[: place - 1], ids[place], ids[place - 1], *ids[place + 1 :]], actor=boss
    )
    assert step_sets(sales)[place - 1 : place + 1] == ["won", "customer"]
    new = steps.add_step(sales.pk, actor=boss, name_hu="Átadás", name_en="", wins=True)
    assert step_sets(sales) == ["in_progress"] * len(ids) + ["won"]
    with pytest.raises(Refused, match="One step must win"):
        steps.change_step(new.pk, actor=boss, name_hu="Átadás", name_en="", wins=False)
    with pytest.raises(Refused, match="At least one step"):
        steps.change_step(
            Step.objects.filter(module=sales).in_order()[0].pk,
            actor=boss, name_hu="A", name_en="", wins=True,
        )  # fmt: skip
    with pytest.raises(Refused):
        steps.remove_step(new.pk, actor=boss)


def test_a_removed_step_stays_in_the_words_of_the_history(browser: Client, boss: User) -> None:
    sales = make.module("sales")
    sheet = make.datasheet(sales, actor=boss, qualification="vip")
    step = Step.objects.filter(module=sales).in_order()[0]
    entry = tick_step(sheet.pk, step.pk, actor=boss)
    assert entry is not None
    assert browser.post(reverse("office:step_remove", args=[step.pk])).status_code == 303
    words = "".join(p.text for p in sentence(entry, Names.of([entry]), Moment.current()))
    assert step.name in words
    assert browser.get(f"/d/{sheet.pk}/").status_code == 200


def test_steps_are_edited_in_their_dialog(browser: Client) -> None:
    sales = make.module("sales")
    browser.post(reverse("office:step_new", args=[sales.pk]), {"name_hu": "Bemutató"})
    made = Step.objects.get(name_hu="Bemutató")
    assert made.sets == "customer"
    url = reverse("office:step", args=[made.pk])
    assert "Bemutató" in browser.get(url).content.decode()
    assert browser.post(url, {"name_hu": "", "name_en": ""}).status_code == 422
    browser.post(url, {"name_hu": "Demó", "wins": "on"})
    assert step_sets(sales)[-1] == "won"

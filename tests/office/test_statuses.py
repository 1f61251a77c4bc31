"""The status tree editor."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from crm.actions import repair
from crm.actions.datasheets import trash
from crm.constants import Shelf
from crm.errors import Conflict, Refused
from crm.models import Datasheet
from modules.models import Module, Status
from office.actions import removing, settling, tree
from office.actions.statuses import StatusPlan, add_status, change_status
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


def statuses(module: Module) -> list[Status]:
    return list(Status.objects.filter(module=module).in_order())


def plan(status: Status, **changes: object) -> StatusPlan:
    named = ("group_id", "name_hu", "name_en", "hue", "meaning", "what_hu", "what_en")
    values = {name: getattr(status, name) for name in named} | changes
    return StatusPlan(**values)


def test_the_page_shows_the_tree_with_the_first_status_beside_it(
    browser: Client, projects: Module
) -> None:
    first = statuses(projects)[0]
    page = browser.get(reverse("office:statuses", args=[projects.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert all(one.name in text for one in statuses(projects))
    assert f'name="name_en" value="{first.name_en}"' in text


def test_another_status_can_be_chosen_by_its_address(browser: Client, projects: Module) -> None:
    third = statuses(projects)[2]
    url = f"{reverse('office:statuses', args=[projects.pk])}?status={third.pk}"
    assert f'name="name_en" value="{third.name_en}"' in browser.get(url).content.decode()
    part = browser.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="ed" id="ed">')


def test_a_status_is_renamed_coloured_and_told_in_the_log(
    browser: Client, projects: Module
) -> None:
    one = statuses(projects)[0]
    body = {
        "group": one.group_id, "name_hu": "Felmérés", "name_en": "Look", "what_hu": "Mérd fel",
        "what_en": "", "hue": "plum", "meaning": "open", "version": one.version,
    }  # fmt: skip
    answer = browser.post(reverse("office:status", args=[one.pk]), body)
    assert answer.status_code == 303
    one.refresh_from_db()
    assert (one.name_en, one.hue, one.version) == ("Look", "plum", 2)
    assert AuditEntry.objects.get(action="status.changed").data["to"]["hue"] == "plum"


@pytest.mark.parametrize("hue", ["red", "amber", "honey", ""])
def test_red_and_amber_are_no_colours_of_a_status(
    browser: Client, projects: Module, hue: str
) -> None:
    one = statuses(projects)[0]
    body = {"group": one.group_id, "name_en": "Look", "hue": hue, "meaning": "open", "version": 1}
    answer = browser.post(reverse("office:status", args=[one.pk]), body)
    assert answer.status_code == 422
    assert Status.objects.get(pk=one.pk).hue == one.hue


def test_a_status_saved_by_somebody_else_meanwhile_is_not_overwritten(
    browser: Client, boss: User, projects: Module
) -> None:
    one = statuses(projects)[0]
    change_status(one.pk, plan(one, name_en="Theirs"), actor=boss, version=1)
    body = {
        "group": one.group_id, "name_en": "Mine", "hue": "sky", "meaning": "open", "version": 1
    }  # fmt: skip
    answer = browser.post(reverse("office:status", args=[one.pk]), body)
    assert answer.status_code == 422
    assert 'value="Mine"' in answer.content.decode()
    assert Status.objects.get(pk=one.pk).name_en == "Theirs"


def test_a_new_status_stands_last_in_its_group_and_is_made_once(
    browser: Client, projects: Module
) -> None:
    group = statuses(projects)[0].group
    body = {
        "group": group.pk, "name_en": "Brand new", "hue": "sky", "meaning": "open",
        "once": "0c6ad1b3-7e59-4d4f-8f6f-0d7a4d3c1f11",
    }  # fmt: skip
    for _twice in range(2):
        assert (
            browser.post(reverse("office:status_new", args=[projects.pk]), body).status_code == 303
        )
    made = Status.objects.get(name_en="Brand new")
    assert Status.objects.filter(group=group).order_by("order").last() == made


def test_the_whole_order_comes_in_one_request(browser: Client, projects: Module) -> None:
    order = tree.order_of(projects)
    moved = order[0][1].pop()
    order[1][1].insert(0, moved)
    order.reverse()
    text = "|".join(f"{group}:{','.join(map(str, ids))}" for group, ids in order)
    url = reverse("office:statuses_order", args=[projects.pk])
    answer = browser.post(url, {"order": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'hx-swap-oob="true"' in answer.content.decode()
    assert tree.order_of(projects) == order


def test_an_order_of_a_tree_that_has_changed_is_refused_with_words(
    boss: User, browser: Client, projects: Module
) -> None:
    order = tree.order_of(projects)
    add_status(projects.pk, plan(statuses(projects)[0], name_en="New"), actor=boss)
    with pytest.raises(Conflict):
        tree.reorder(projects.pk, order, actor=boss)
    text = "|".join(f"{group}:{','.join(map(str, ids))}" for group, ids in order)
    url = reverse("office:statuses_order", args=[projects.pk])
    answer = browser.post(url, {"order": text}, follow=True)
    assert "Somebody changed the tree" in answer.content.decode()


def test_buttons_move_a_status_across_groups(browser: Client, projects: Module) -> None:
    order = tree.order_of(projects)
    last = order[0][1][-1]
    browser.post(reverse("office:statuses_order", args=[projects.pk]), {"id": last, "by": "1"})
    assert tree.order_of(projects)[1][1][0] == last
    browser.post(reverse("office:statuses_order", args=[projects.pk]), {"id": last, "by": "-1"})
    assert tree.order_of(projects) == order


def test_groups_are_added_renamed_moved_and_removed_when_empty(
    browser: Client, projects: Module
) -> None:
    browser.post(reverse("office:group_new", args=[projects.pk]), {"name_hu": "Utó"})
    group = projects.groups.get(name_hu="Utó")
    url = reverse("office:group", args=[group.pk])
    from_it = {"Referer": f"http://testserver{url}"}
    renamed = browser.post(url, {"name_hu": "Utómunka"}, headers=from_it)
    assert renamed["Location"] == reverse("office:statuses", args=[group.module_id])
    browser.post(reverse("office:group_move", args=[group.pk]), {"by": "-1"})
    assert tree.order_of(projects)[-2][0] == group.pk
    full = statuses(projects)[0].group_id
    assert browser.post(reverse("office:group_remove", args=[full])).status_code == 409
    assert browser.post(reverse("office:group_remove", args=[group.pk])).status_code == 303
    assert not projects.groups.filter(pk=group.pk).exists()


def test_a_fixed_tree_is_shown_with_how_each_status_comes_about_and_cant_be_changed(
    browser: Client, boss: User
) -> None:
    sales = make.module(
        "sales",
        slug="sales",
    )
    page = browser.get(reverse("office:statuses", args=[sales.pk])).content.decode()
    assert "A new lead, until it is qualified." in page
    assert page.count("locked-how") == 17
    one = statuses(sales)[0]
    with pytest.raises(Refused):
        change_status(one.pk, plan(one, name_en="Mine"), actor=boss, version=1)
    body = {"group": one.group_id, "name_en": "Mine", "hue": "sky", "meaning": "open", "version": 1}
    browser.post(reverse("office:status", args=[one.pk]), body)
    assert browser.post(reverse("office:status_remove", args=[one.pk]), {}).status_code == 409
    assert Status.objects.get(pk=one.pk).name_en == one.name_en


def test_every_status_of_a_fixed_kind_says_how_it_comes_about() -> None:
    from modules.kinds.words import comes_about
    from modules.registry import KINDS

    for kind in KINDS:
        for status in kind.statuses:
            assert bool(comes_about(kind.key, status.key)) == kind.fixed, status.key


# ---- What a status means --------------------------------------------------------------------


def test_a_status_that_begins_to_close_takes_its_datasheets_off_the_open_shelf(
    boss: User, projects: Module
) -> None:
    first = statuses(projects)[0]
    bare, busy, thrown = (make.datasheet(projects, actor=boss) for _ in range(3))
    make.todo(busy, actor=boss)
    trash(thrown.pk, actor=boss)
    change_status(first.pk, plan(first, meaning="won"), actor=boss, version=1)
    shelves = [Datasheet.objects.get(pk=one.pk).shelf for one in (bare, busy, thrown)]
    assert shelves == [Shelf.CLOSED, Shelf.OPEN, Shelf.TRASH]
    assert repair.check().clean
    change_status(first.pk, plan(first, meaning="open"), actor=boss, version=2)
    assert Datasheet.objects.get(pk=bare.pk).shelf == Shelf.OPEN
    assert repair.check().clean


def test_many_datasheets_are_settled_in_the_background(
    boss: User, projects: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "FEW", 2)
    monkeypatch.setattr(settling, "BLOCK", 2)
    first = statuses(projects)[0]
    for _n in range(5):
        make.datasheet(projects, actor=boss)
    _status, job = change_status(first.pk, plan(first, meaning="lost"), actor=boss, version=1)
    assert job is not None
    assert job.total == 5
    beats: list[int] = []
    assert settling.settle_status(first.pk, beats.append) == 5
    assert beats == [2, 4, 5]
    assert repair.check().clean


def test_an_open_status_must_remain(boss: User, projects: Module) -> None:
    *others, last = [one for one in statuses(projects) if one.meaning == "open"]
    for one in others:
        change_status(one.pk, plan(one, meaning="no_todo"), actor=boss, version=1)
    with pytest.raises(Refused, match="last open"):
        change_status(last.pk, plan(last, meaning="won"), actor=boss, version=1)
    with pytest.raises(Refused, match="last open"):
        removing.start_removing(last.pk, others[0].pk, actor=boss)

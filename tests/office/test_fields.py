"""The fields editor: what an administrator does with the company's own fields."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.roles import Role
from crm.actions.values import set_value
from crm.models import Datasheet, FieldValue
from modules.actions.fields import KEPT, columns, remove_field
from modules.fieldtypes import ALL
from modules.models import About, Field, FieldChoice, FieldGroup, Module
from office.actions.fields_purge import purge_fields
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


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


def body(**more: Any) -> dict[str, Any]:
    start = {"type": "text", "label_en": "Depth", "required": "never", "seen_by": list(Role.values)}
    return {**start, "decimals": "2", "once": str(uuid4()), **more}


def choices(*names: str, ids: tuple[int, ...] = (), default: int | None = None) -> dict[str, Any]:
    return {
        "choice_id": [*map(str, ids), *[""] * (len(names) - len(ids))],
        "choice_hu": list(names),
        "choice_en": [""] * len(names),
        "choice_hue": ["teal"] * len(names),
        "choice_default": [] if default is None else [str(default)],
    }


def new(browser: Client, module: Module, **more: Any) -> Field:
    answer = browser.post(reverse("office:field_new", args=[module.pk]), body(**more))
    assert answer.status_code == 303, answer.context["form"].errors
    return Field.objects.latest("pk")


def as_sent(field: Field, **more: Any) -> dict[str, Any]:
    """The form of a saved field as a browser sends it."""
    named = ("label_hu", "label_en", "help_hu", "help_en", "required", "version")
    same = {name: getattr(field, name) for name in named}
    return body(**same, group=str(field.group_id or ""), **more)


@pytest.mark.parametrize("type_", [str(kind.key) for kind in ALL])
def test_a_field_of_each_type_is_added_and_its_form_opens(
    browser: Client, projects: Module, type_: str
) -> None:
    field = new(browser, projects, type=type_, unit="kg", **choices("Egy", "Kettő"))
    assert (field.type, field.module, field.label) == (type_, projects, "Depth")
    assert browser.get(reverse("office:field", args=[field.pk])).status_code == 200
    page = browser.get(reverse("office:fields", args=[projects.pk]))
    assert "Depth" in page.content.decode()
    assert AuditEntry.objects.filter(action="field.added").count() == 1


def test_the_same_form_sent_twice_adds_one_field(browser: Client, projects: Module) -> None:
    sent = body()
    for _again in range(2):
        browser.post(reverse("office:field_new", args=[projects.pk]), sent)
    assert Field.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"label_en": ""}, "label_hu"),
        ({"type": "choice"}, "__all__"),
        ({"group": "new"}, "group_hu"),
        ({"required": "from"}, "required_from"),
        ({"type": "date", "default_text": "soon"}, "default_text"),
        ({"seen_by": []}, "seen_by"),
        ({"type": "nonsense"}, "type"),
        ({"type": "choice", **choices("Egy", "egy")}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    browser: Client, projects: Module, wrong: dict[str, Any], where: str
) -> None:
    url = reverse("office:field_new", args=[projects.pk])
    answer = browser.post(url, body(**wrong), headers=HTMX)
    assert answer.status_code == 422
    assert where in answer.context["form"].errors
    assert not Field.objects.exists()


def test_everything_that_can_be_said_about_a_field_is_kept(
    browser: Client, projects: Module
) -> None:
    status = make.status(projects)
    field = new(
        browser,
        projects,
        type="money",
        label_hu="Érték",
        help_en="Counts",
        currency="EUR",
        default_text="1 250,50",
        required="from",
        required_from=str(status.pk),
        seen_by=["administrator", "manager"],
        in_list="on",
        group="new",
        group_hu="Pénz",
    )
    assert field.group is not None
    assert field.group.name_hu == "Pénz"
    assert (field.options, field.default) == ({"currency": "EUR"}, "1250.5")
    assert (field.required_from, field.in_list) == (status, True)
    assert field.seen_by == ["administrator", "manager"]


def test_choices_are_renamed_ordered_and_taken_out_without_touching_values(
    browser: Client, boss: User, projects: Module
) -> None:
    field = new(browser, projects, type="choice", **choices("Vásár", "Web", "", default=1))
    fair, web = FieldChoice.objects.order_by("pk")
    assert field.default == web.pk
    sheet = make.datasheet(projects, actor=boss)
    set_value(sheet, field.pk, fair.pk, actor=boss)
    sent = as_sent(field, **choices("Honlap", "Kiállítás", "Új", ids=(web.pk, fair.pk)))
    assert browser.post(reverse("office:field", args=[field.pk]), sent).status_code == 303
    fair.refresh_from_db()
    assert fair.name == "Kiállítás"
    assert FieldValue.objects.get(datasheet=sheet, field=field).choice == fair
    names = list(field.choices.order_by("order").values_list("name_hu", flat=True))
    assert names == ["Honlap", "Kiállítás", "Új"]
    field.refresh_from_db()
    sent = as_sent(field, **choices("Honlap", ids=(web.pk,)))
    browser.post(reverse("office:field", args=[field.pk]), sent)
    fair.refresh_from_db()
    assert fair.removed_at is not None
    assert FieldValue.objects.get(datasheet=sheet, field=field).choice == fair


@pytest.mark.parametrize(
    ("do", "names"),
    [
        ("more", ["A", "B", "C", "", "", ""]),
        ("up-1", ["B", "A", "C"]),
        ("down-0", ["B", "A", "C"]),
        ("up-0", ["A", "B", "C"]),
        ("drop-2", ["A", "B"]),
        ("drop-99", ["A", "B", "C"]),
        ("rubbish", ["A", "B", "C"]),
    ],
)
def test_buttons_of_choices_work_without_scripts_and_save_nothing(
    browser: Client, projects: Module, do: str, names: list[str]
) -> None:
    sent = body(type="choice", label_en="", do=do, **choices("A", "B", "C"))
    answer = browser.post(reverse("office:field_new", args=[projects.pk]), sent)
    assert [row.hu for row in answer.context["form"].rows] == names
    assert not answer.context["form"].errors
    assert not Field.objects.exists()


def test_somebody_elses_change_is_told_and_nothing_of_mine_half_saved(
    browser: Client, projects: Module
) -> None:
    field = new(browser, projects, type="choice", **choices("A"))
    stale = as_sent(field, group_hu="Csoport", **choices("A", "B"))
    stale["group"] = "new"
    other = as_sent(field, **choices("A", ids=(field.choices.get().pk,)))
    other["label_en"] = "Other"
    assert browser.post(reverse("office:field", args=[field.pk]), other).status_code == 303
    answer = browser.post(reverse("office:field", args=[field.pk]), stale)
    assert answer.status_code == 422
    assert answer.context["form"]["version"].value() == "2"
    field.refresh_from_db()
    assert field.label == "Other"
    assert not FieldGroup.objects.exists()
    assert field.choices.count() == 1


def test_the_same_change_sent_twice_is_no_conflict(browser: Client, projects: Module) -> None:
    field = new(browser, projects)
    sent = as_sent(field) | {"label_en": "Height"}
    for _again in range(2):
        assert browser.post(reverse("office:field", args=[field.pk]), sent).status_code == 303
    assert AuditEntry.objects.filter(action="field.changed").count() == 1


def test_fields_are_ordered_by_drag_and_one_by_one_across_groups(
    browser: Client, projects: Module
) -> None:
    one, two = new(browser, projects), new(browser, projects)
    three = new(browser, projects, group="new", group_en="Sizes")
    group = three.group_id
    url = reverse("office:fields_order", args=[projects.pk])
    order = f"{group}:{three.pk},{one.pk},999|0:{two.pk}|nonsense"
    assert browser.post(url, {"order": order}, headers=HTMX).status_code == 204
    assert columns("datasheet", projects.pk) == [(None, [two.pk]), (group, [three.pk, one.pk])]
    up = reverse("office:field_move", args=[three.pk])
    browser.post(up, {"by": "-1"})
    assert columns("datasheet", projects.pk) == [(None, [two.pk, three.pk]), (group, [one.pk])]
    browser.post(up, {"by": "-1"}, headers=HTMX)
    assert columns("datasheet", projects.pk)[0] == (None, [three.pk, two.pk])
    browser.post(reverse("office:field_move", args=[two.pk]), {"by": "1"})
    assert columns("datasheet", projects.pk)[1] == (group, [two.pk, one.pk])


def test_another_modules_field_or_group_is_not_taken_by_a_forged_order(
    browser: Client, projects: Module
) -> None:
    hr = make.module("hr")
    mine, theirs = new(browser, projects), new(browser, hr, group="new", group_en="Theirs")
    url = reverse("office:fields_order", args=[projects.pk])
    browser.post(url, {"order": f"{theirs.group_id}:{mine.pk}|0:{theirs.pk}"})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.group_id is None
    assert theirs.module == hr


def test_the_switch_of_the_list_posts_at_once(browser: Client, projects: Module) -> None:
    field = new(browser, projects)
    url = reverse("office:field_list", args=[field.pk])
    answer = browser.post(url, {"in_list": "1"}, headers=HTMX)
    assert answer.status_code == 200
    assert 'id="fields"' in answer.content.decode()
    field.refresh_from_db()
    assert field.in_list
    browser.post(url, {})
    field.refresh_from_db()
    assert not field.in_list


def test_filled_in_tells_the_share_of_records(
    browser: Client, boss: User, projects: Module
) -> None:
    field = new(browser, projects)
    sheets = [make.datasheet(projects, actor=boss) for _n in range(4)]
    set_value(sheets[0], field.pk, "12", actor=boss)
    page = browser.get(reverse("office:fields", args=[projects.pk]))
    assert page.context["fields"].groups[0].rows[0].percent == 25


def test_a_removed_field_comes_back_with_its_data(
    browser: Client, boss: User, projects: Module
) -> None:
    field = new(browser, projects)
    sheet = make.datasheet(projects, actor=boss)
    set_value(sheet, field.pk, "12", actor=boss)
    url = reverse("office:field_remove", args=[field.pk])
    assert browser.get(url).status_code == 200
    assert browser.post(url).status_code == 303
    page = browser.get(reverse("office:fields", args=[projects.pk]))
    assert page.context["fields"].n == 0
    assert [one.field for one in page.context["fields"].removed] == [field]
    assert browser.get(reverse("office:field", args=[field.pk])).status_code == 404
    browser.post(reverse("office:field_restore", args=[field.pk]))
    assert Field.objects.live().get() == field
    assert FieldValue.objects.get(field=field).text == "12"


def test_after_thirty_days_it_is_gone_with_its_data(boss: User, projects: Module) -> None:
    field = Field.objects.create(about=About.DATASHEET, module=projects, type="text", label_en="X")
    sheet = make.datasheet(projects, actor=boss)
    set_value(sheet, field.pk, "12", actor=boss)
    remove_field(field.pk, actor=boss)
    assert purge_fields(timezone.now() + KEPT - timedelta(hours=1)) == 0
    assert purge_fields(timezone.now() + KEPT + timedelta(hours=1)) == 1
    assert not Field.objects.exists()
    assert not FieldValue.objects.exists()
    assert Datasheet.objects.filter(pk=sheet.pk).exists()


def test_a_field_that_was_removed_too_long_ago_is_not_restored(
    browser: Client, projects: Module
) -> None:
    field = new(browser, projects)
    long_ago = timezone.now() - KEPT - timedelta(hours=1)
    Field.objects.filter(pk=field.pk).update(removed_at=long_ago)
    assert browser.post(reverse("office:field_restore", args=[field.pk])).status_code == 404


def test_clients_and_contacts_have_fields_of_their_own(browser: Client, boss: User) -> None:
    for about in ("client", "contact"):
        url = reverse("office:client_field_new", args=[about])
        form = browser.get(url).context["form"]
        assert "required_from" not in form.fields
        assert browser.post(url, body(label_en=about)).status_code == 303
    page = browser.get(reverse("office:client_fields") + "?of=contact")
    assert [row.field.label for row in page.context["fields"].groups[0].rows] == ["contact"]
    assert browser.get(reverse("office:client_field_new", args=["user"])).status_code == 404
    order = reverse("office:client_fields_order", args=["contact"])
    assert browser.post(order, {"order": "0:1,2"}).status_code == 303


def test_a_fixed_kind_shows_its_tree_and_asks_from_its_statuses(browser: Client) -> None:
    sales = make.module("sales")
    page = browser.get(reverse("office:fields", args=[sales.pk])).content.decode()
    assert "Fixed statuses" in page
    form = browser.get(reverse("office:field_new", args=[sales.pk])).context["form"]
    assert len(form.fields["required_from"].choices) == 5


def test_a_group_is_renamed(browser: Client, projects: Module) -> None:
    field = new(browser, projects, group="new", group_en="Sizes")
    url = reverse("office:field_group", args=[field.group_id])
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"name_hu": "", "name_en": ""}).status_code == 422
    browser.post(url, {"name_hu": "Méretek", "name_en": "Dimensions"})
    assert FieldGroup.objects.get().name_hu == "Méretek"


def test_the_page_costs_the_same_however_many_fields_there_are(
    browser: Client, projects: Module, django_assert_max_num_queries: Any
) -> None:
    for n in range(8):
        new(browser, projects, type="choice", label_en=f"F{n}", **choices("A", "B", "C", "D"))
    with django_assert_max_num_queries(22):
        browser.get(reverse("office:fields", args=[projects.pk]))

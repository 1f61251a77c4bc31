"""What a company starts with: nine modules, each complete in both languages."""

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from modules.actions.start import create_module, start_modules, start_types
from modules.kinds.base import Refused
from modules.models import Module, Status, Step, Suggestion, TodoType
from modules.registry import KINDS, kind_of
from modules.tree import tree

pytestmark = pytest.mark.django_db

SLUGS = [
    "sales",
    "projects",
    "hr",
    "events",
    "partners",
    "helpdesk",
    "invoicing",
    "orders",
    "webshop",
]


def test_the_nine_modules_stand_in_the_order_of_the_bar() -> None:
    made = start_modules()
    assert [module.slug for module in made] == SLUGS
    assert list(Module.objects.in_order()) == made
    with override("hu"):
        assert [module.name for module in made] == [
            "Értékesítés",
            "Projektek",
            "HR",
            "Rendezvények",
            "Partnerek",
            "Ügyfélszolgálat",
            "Számlázás",
            "Megrendelések",
            "Webshop",
        ]
    with override("en"):
        assert [module.name for module in made][:2] == ["Sales", "Projects"]


def test_starting_twice_changes_nothing() -> None:
    start_modules()
    before = (Module.objects.count(), Status.objects.count(), Suggestion.objects.count())
    assert start_modules() == []
    assert before == (Module.objects.count(), Status.objects.count(), Suggestion.objects.count())
    assert TodoType.objects.count() == 4


def test_a_trees_records_are_its_kinds() -> None:
    for module in start_modules():
        kind = kind_of(module)
        assert [
            (branch.group.key, [status.key for status in branch.statuses])
            for branch in tree(module)
        ] == [(group.key, [status.key for status in group.statuses]) for group in kind.groups]
        steps = Step.objects.filter(module=module).in_order()
        assert [step.key for step in steps] == [step.key for step in kind.steps]


@pytest.mark.parametrize("language", ["hu", "en"])
def test_every_name_and_text_is_there_in_both_languages(language: str) -> None:
    start_modules()
    with override(language):
        for status in Status.objects.all():
            assert getattr(status, f"name_{language}") == status.name != ""
            assert getattr(status, f"what_{language}") == status.what != ""
        for suggestion in Suggestion.objects.all():
            assert getattr(suggestion, f"text_{language}") == suggestion.text != ""
        for step in Step.objects.all():
            assert getattr(step, f"name_{language}") == step.name != ""


def test_every_open_status_suggests_one_to_three_todos_in_its_own_module() -> None:
    start_modules()
    for status in Status.objects.prefetch_related("suggestions__moves_to"):
        suggestions = list(status.suggestions.all())
        assert (1 if status.expects_todo else 0) <= len(suggestions) <= 3
        for suggestion in suggestions:
            target = suggestion.moves_to
            assert target is None or target.module_id == status.module_id


def test_the_statuses_within_a_module_are_told_apart_by_group_and_name() -> None:
    for module in start_modules():
        for language in ("hu", "en"):
            with override(language):
                names = [status.full_name for branch in tree(module) for status in branch.statuses]
            assert len(names) == len(set(names))


def test_a_custom_kind_has_open_statuses_and_a_way_out() -> None:
    for kind in KINDS:
        if kind.fixed:
            continue
        meanings = {status.meaning.value for status in kind.statuses}
        assert {"open", "lost"} <= meanings


def test_a_tree_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    module = create_module("projects")
    with django_assert_num_queries(1):
        for branch in tree(module):
            for status in branch.statuses:
                assert status.group.name
                assert status.module.name


def test_a_second_module_of_a_kind_gets_its_own_name_and_address() -> None:
    first = create_module("sales")
    second = create_module("sales", name_hu="Külföldi értékesítés")
    third = create_module("sales")
    assert [module.slug for module in (first, second, third)] == [
        "sales",
        "kulfoldi-ertekesites",
        "sales-2",
    ]
    assert [module.order for module in (first, second, third)] == [0, 1, 2]
    with override("en"):
        assert second.name == "Külföldi értékesítés"


@pytest.mark.parametrize("kind", ["orders", "invoicing", "webshop"])
def test_there_is_only_one_module_of_some_kinds(kind: str) -> None:
    create_module(kind)
    with pytest.raises(Refused):
        create_module(kind, slug="another")


def test_a_taken_address_and_an_unknown_kind_are_refused() -> None:
    create_module("hr", slug="people")
    with pytest.raises(Refused):
        create_module("hr", slug="people")
    with pytest.raises(KeyError):
        create_module("zoo")


def test_a_name_without_letters_of_an_address_falls_back_to_the_kind() -> None:
    assert create_module("hr", name_en="!!!").slug == "hr"


def test_the_types_of_todo_are_kept_as_the_company_changed_them() -> None:
    types = start_types()
    assert set(types) == {"call", "meeting", "email", "task"}
    assert [key for key, kind in types.items() if not kind.is_contact] == ["task"]
    TodoType.objects.filter(key="call").update(minutes=25)
    assert start_types()["call"].minutes == 25

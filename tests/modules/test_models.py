"""What the database refuses, and which modules a user has."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from modules.actions.start import create_module
from modules.models import Module, ModuleUser, Status, StatusGroup, Step, Suggestion, TodoType

pytestmark = pytest.mark.django_db


def make_user(role: str, name: str) -> User:
    return User.objects.create_user(
        f"{name}@example.com", "secret", family_name=name, given_name="Anna", role=role
    )


@pytest.fixture
def module() -> Module:
    return create_module("sales")


def refused(name: str, **fields: object) -> None:
    models = {"module": Module, "group": StatusGroup, "status": Status, "step": Step}
    with pytest.raises(IntegrityError), transaction.atomic():
        models[name]._default_manager.create(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "qualify"},
        {"meaning": "maybe"},
        {"hue": "paprika"},
        {"name_hu": "", "name_en": ""},
    ],
)
def test_a_status_has_its_own_key_a_meaning_a_colour_and_a_name(
    module: Module, fields: dict[str, str]
) -> None:
    group = StatusGroup.objects.filter(module=module)[0]
    sound = {"key": "new", "meaning": "open", "hue": "sky", "name_hu": "Új"}
    refused("status", module=module, group=group, **{**sound, **fields})
    Status.objects.create(module=module, group=group, **sound)


def test_another_module_may_use_the_same_keys(module: Module) -> None:
    other = create_module("sales")
    assert Status.objects.filter(key="qualify").count() == 2
    assert other.pk != module.pk


@pytest.mark.parametrize(
    "fields",
    [{"slug": "sales"}, {"kind": "orders"}, {"name_hu": ""}, {"forgotten_after_days": 0}],
)
def test_a_module_has_an_address_of_its_own_a_name_and_some_days_to_be_forgotten(
    module: Module, fields: dict[str, object]
) -> None:
    orders = create_module("orders")
    orders.archived_at = timezone.now()
    orders.save()
    sound: dict[str, object] = {"kind": "hr", "slug": "people", "name_hu": "Emberek"}
    refused("module", **{**sound, **fields})


def test_a_module_has_one_step_that_wins_and_step_keys_are_its_own(module: Module) -> None:
    refused("step", module=module, key="deal", name_en="Deal", sets="won")
    refused("step", module=module, key="offer", name_en="Offer", sets="in_progress")
    refused("step", module=module, key="deal", name_en="Deal", sets="lost")
    refused("step", module=module, key="deal", sets="customer")
    refused("group", module=module, key="sales", name_en="Sales")


def test_a_suggestion_has_a_text_and_a_type_its_key_once(module: Module) -> None:
    status = Status.objects.filter(module=module)[0]
    call = TodoType.objects.get(key="call")
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.create(status=status, type=call)
    with pytest.raises(IntegrityError), transaction.atomic():
        TodoType.objects.create(key="call", name_en="Call", icon="phone")


def test_names_fall_back_to_the_other_language(module: Module) -> None:
    module.name_hu, module.name_en = "", "Sales"
    with override("hu"):
        assert module.name == str(module) == "Sales"
    module.name_hu, module.name_en = "Eladás", ""
    with override("en"):
        assert module.name == "Eladás"


def test_final_statuses_are_the_won_and_the_lost_and_only_open_ones_expect_a_todo() -> None:
    seen = {
        meaning: (Status(meaning=meaning).is_final, Status(meaning=meaning).expects_todo)
        for meaning in ("open", "no_todo", "won", "lost")
    }
    assert seen == {
        "open": (False, True),
        "no_todo": (False, False),
        "won": (True, False),
        "lost": (True, False),
    }


def test_the_statuses_of_every_vip_have_their_group_in_the_full_name(module: Module) -> None:
    with override("en"):
        names = [s.full_name for s in Status.objects.filter(name_en="VIP").in_order()]
    assert names == ["Prospecting, VIP", "Sales, VIP", "Customers, VIP", "Database, VIP"]


def test_a_limited_module_exists_for_its_users_and_administrators_only(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sales, hr, old = create_module("sales"), create_module("hr"), create_module("events")
    Module.objects.filter(pk=hr.pk).update(limited=True)
    Module.objects.filter(pk=old.pk).update(archived_at=timezone.now())
    admin = make_user(Role.ADMINISTRATOR, "admin")
    member = make_user(Role.RESTRICTED, "member")
    manager = make_user(Role.MANAGER, "manager")
    ModuleUser.objects.create(module=hr, user=member)
    for user, expected in (
        (admin, [sales, hr]),
        (member, [sales, hr]),
        (manager, [sales]),
        (make_user(Role.NORMAL, "normal"), [sales]),
    ):
        with django_assert_num_queries(1):
            assert list(Module.objects.for_user(user)) == expected
    with pytest.raises(IntegrityError), transaction.atomic():
        ModuleUser.objects.create(module=hr, user=member)


def test_the_bars_order_is_the_modules_own() -> None:
    sales, hr = create_module("sales"), create_module("hr")
    Module.objects.filter(pk=sales.pk).update(order=5)
    assert list(Module.objects.for_user(make_user(Role.MANAGER, "manager"))) == [hr, sales]

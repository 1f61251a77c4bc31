import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions.access import LastAdministrator, change_role, deactivate, reactivate
from accounts.models import AuditEntry, Role
from tests import make

pytestmark = pytest.mark.django_db


def test_a_user_leaves_and_comes_back() -> None:
    boss, user = make.user(role=Role.ADMINISTRATOR), make.user(role=Role.MANAGER)
    deactivate(user, actor=boss)
    deactivate(user, actor=boss)
    user.refresh_from_db()
    assert (user.is_active, user.left_at is None) == (False, False)
    reactivate(user, actor=boss)
    user.refresh_from_db()
    assert (user.is_active, user.left_at, user.role) == (True, None, Role.MANAGER)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["user.deactivated", "user.reactivated"]


def test_the_last_active_administrator_stays() -> None:
    boss = make.user(role=Role.ADMINISTRATOR)
    make.user(role=Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(LastAdministrator):
        deactivate(boss, actor=boss)
    with pytest.raises(LastAdministrator):
        change_role(boss, Role.MANAGER, actor=boss)
    change_role(boss, Role.ADMINISTRATOR, actor=boss)
    boss.refresh_from_db()
    assert (boss.is_active, boss.role) == (True, Role.ADMINISTRATOR)


def test_a_role_changes_with_its_trace() -> None:
    boss, user = make.user(role=Role.ADMINISTRATOR), make.user()
    change_role(user, Role.RESTRICTED, actor=boss)
    user.refresh_from_db()
    assert user.role == Role.RESTRICTED
    assert AuditEntry.objects.get().data == {"user": user.pk, "from": "normal", "to": "restricted"}


def test_only_an_administrator_who_still_is_one_may() -> None:
    first, second = make.user(role=Role.ADMINISTRATOR), make.user(role=Role.ADMINISTRATOR)
    user = make.user(role=Role.MANAGER)
    with pytest.raises(PermissionDenied):
        deactivate(first, actor=user)
    deactivate(first, actor=second)
    with pytest.raises(PermissionDenied):
        deactivate(second, actor=first)
    with pytest.raises(PermissionDenied):
        change_role(user, Role.ADMINISTRATOR, actor=user)

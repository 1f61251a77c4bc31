"""Two at once, each in a connection of its own."""

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.actions.access import LastAdministrator, change_role, deactivate
from accounts.models import Role, User
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Runs the acts together; the names of what they raised, "" for nothing."""
    gate = threading.Barrier(len(acts))
    outcome = [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except (LastAdministrator, PermissionDenied) as refused:
            outcome[place] = type(refused).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcome


def test_two_administrators_cannot_deactivate_each_other() -> None:
    first, second = make.user(role=Role.ADMINISTRATOR), make.user(role=Role.ADMINISTRATOR)
    outcome = at_once(
        lambda: deactivate(first, actor=second), lambda: deactivate(second, actor=first)
    )
    assert sorted(outcome) == ["", "PermissionDenied"]
    assert User.objects.active().filter(role=Role.ADMINISTRATOR).count() == 1


def test_two_administrators_cannot_both_step_down() -> None:
    first, second = make.user(role=Role.ADMINISTRATOR), make.user(role=Role.ADMINISTRATOR)
    outcome = at_once(
        lambda: change_role(first, Role.NORMAL, actor=first),
        lambda: change_role(second, Role.NORMAL, actor=second),
    )
    assert sorted(outcome) == ["", "LastAdministrator"]

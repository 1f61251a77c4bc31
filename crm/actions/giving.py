"""Work is only given to those who have access, also while access is being taken away.

Whoever writes a user into a todo or a datasheet asks here first, inside their transaction: the
user's access then stays as it is until the transaction ends (:mod:`accounts.locks`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts import locks
from accounts.models import User
from crm import access
from crm.errors import Refused
from crm.models import Datasheet
from web.prepared import Prepared


def held(user: User) -> User:
    """The user as they are now. Refused while their access is being changed."""
    hold(user)
    return _now(user)


def hold(user: User) -> int:
    """The user's id; their access stays as it is. Refused while it is being changed."""
    if not locks.hold(user.pk):
        raise Refused(
            _("The access of %(name)s is being changed just now. Try again in a moment.")
            % {"name": user.full_name},
            field="responsible",
        )
    return user.pk


def can_do(user_id: int, datasheet: Datasheet) -> bool:
    """Whether a user who is held can be given a todo of the datasheet as it is now."""
    return bool(_DOER.first(user_id, datasheet.module_id, datasheet.responsible_id))


_DOER = Prepared(
    lambda user, module, responsible: (
        access.possible_doers(Datasheet(module_id=module, responsible_id=responsible))
        .filter(pk=user)
        .order_by()
        .values_list("pk", flat=True)
    )
)


def _now(user: User) -> User:
    return _USER.ask(user.pk)[0]


_USER: Prepared[User] = Prepared(lambda pk: User.objects.filter(pk=pk))


def may_keep(user: User, datasheet: Datasheet) -> bool:
    """Whether an open todo of the datasheet can be this user's from now on."""
    return locks.hold(user.pk) and access.can_see(_now(user), datasheet)


def able_to_take(user_ids: Iterable[int], module_id: int) -> set[int]:
    """Who of them can be made responsible for datasheets of the module, and stays able to."""
    held_ids = {pk for pk in sorted(user_ids) if locks.hold(pk)}
    return held_ids & set(_ABLE.ask(module_id))


_ABLE: Prepared[int] = Prepared(
    lambda module: access.possible_responsibles(module).order_by().values_list("pk", flat=True)
)


def heir_on(datasheet: Datasheet, actor: User) -> User:
    """Whose an open todo becomes when its own responsible can't keep it: the datasheet's, or who
    makes the change when there is nobody (DOMAIN, "Roles").
    """
    responsible: User | None = datasheet.responsible
    if responsible is not None and may_keep(responsible, datasheet):
        return responsible
    return actor

"""What a user may do and use, as it is or as it would be: the base of every change of access."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from accounts.models import Role, User
from modules.models import Module, ModuleUser


@dataclass(frozen=True)
class Standing:
    """A user's role and the limited modules they are in; a former user uses nothing."""

    user_id: int
    role: str
    members_of: frozenset[int]
    active: bool = True

    @classmethod
    def of(cls, user: User) -> Standing:
        rows = ModuleUser.objects.filter(user=user).values_list("module_id", flat=True)
        return cls(user.pk, user.role, frozenset(rows), user.is_active)

    @property
    def restricted(self) -> bool:
        return self.role == Role.RESTRICTED

    def uses(self, module: Module) -> bool:
        """Whether the module is theirs to use; an archived one counts as it did before."""
        if not self.active:
            return False
        return self.role == Role.ADMINISTRATOR or not module.limited or module.pk in self.members_of

    def sees(self, module: Module, responsible_id: int | None) -> bool:
        """Whether they see a datasheet of the module with this responsible (DOMAIN, "Roles")."""
        if not self.uses(module):
            return False
        return not self.restricted or responsible_id in (None, self.user_id)


class Colleagues:
    """Everybody who has access, with their standing; and all modules. Three queries."""

    @cached_property
    def users(self) -> dict[int, User]:
        return {user.pk: user for user in User.objects.active().by_name()}

    @cached_property
    def modules(self) -> dict[int, Module]:
        return {module.pk: module for module in Module.objects.in_order()}

    @cached_property
    def members(self) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = {}
        for module_id, user_id in ModuleUser.objects.values_list("module_id", "user_id"):
            found.setdefault(user_id, set()).add(module_id)
        return {user_id: frozenset(modules) for user_id, modules in found.items()}

    def standing(self, user_id: int) -> Standing | None:
        """None for somebody who has no access."""
        user = self.users.get(user_id)
        if user is None:
            return None
        return Standing(user_id, user.role, self.members.get(user_id, frozenset()))

    def who_use(self, module: Module, *, but: Iterable[int] = ()) -> list[User]:
        """Who can take over work in the module, by the alphabet."""
        left_out = set(but)
        return [
            user
            for pk, user in self.users.items()
            if pk not in left_out and (standing := self.standing(pk)) and standing.uses(module)
        ]

"""Who may see and do what with the company's records. The one place that decides it.

Two things live here together because they must agree: the *row scope* (which datasheets exist
for a user at all) and the *verbs* (what the user may do with a record they see). DOMAIN, "Roles":

* administrator, manager, normal: every record of the modules they may use;
* restricted: the datasheets they are responsible for and those nobody is responsible for, and
  a client only through such a datasheet.

What is not in scope does not exist for the user: callers turn it into 404. A denied verb on a
visible record is :class:`Denied`, falsy and with a reason that a page can show, and becomes 403.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Contains, Exact
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability, Role, has
from crm.constants import EntryKind
from modules.models import Field, Module, ModuleUser
from web.prepared import Prepared

if TYPE_CHECKING:
    from crm.models import Client, Contact, Datasheet, HistoryEntry, Todo

    Record: TypeAlias = Client | Contact | Datasheet | HistoryEntry | Todo

Verb = Literal["edit", "trash", "restore", "purge", "undo", "outcome"]

# Only administrators and managers reach these; for the others the pages do not exist.
OFFICE_ROLES = frozenset({Role.ADMINISTRATOR, Role.MANAGER})


@dataclass(frozen=True)
class Denied:
    """A refusal that can be shown: falsy, so that ``if may(...)`` reads as it should."""

    reason: str

    def __bool__(self) -> bool:
        return False


def sees_everything(user: User) -> bool:
    """True for the roles whose sight is limited by module only."""
    return user.role != Role.RESTRICTED


def may_import(user: User) -> bool:
    return user.role in OFFICE_ROLES


def may_export(user: User) -> bool:
    return has(user.role, Capability.EXPORT)


def datasheet_scope(user: User) -> Q:
    """The datasheets that exist for ``user``, trashed ones too."""
    scope = Q(module__in=Module.objects.for_user(user))
    if sees_everything(user):
        return scope
    return scope & (Q(responsible=user) | Q(responsible=None))


def todo_scope(user: User) -> Q:
    """The todos of these datasheets. A todo knows its module: only whose datasheet it is has to
    be looked up there.
    """
    scope = Q(module__in=Module.objects.for_user(user))
    if sees_everything(user):
        return scope
    return scope & (Q(datasheet__responsible=user) | Q(datasheet__responsible=None))


def responsible_branches(user: User) -> list[int | None] | None:
    """The equalities that a list of one module splits into, or None when no split is needed.

    A restricted user's "mine or nobody's" is read as two index ranges that are merged, because
    one ``OR`` over both makes the database give up the index's order.
    """
    return None if sees_everything(user) else [user.pk, None]


def client_scope(user: User) -> Q:
    """The clients that exist for ``user``: all; for a restricted user by a seen datasheet."""
    if sees_everything(user):
        return Q()
    from crm.models import Datasheet  # the models import this module

    return Q(Exists(Datasheet.objects.visible_to(user).filter(client=OuterRef("pk"))))


def through_client_scope(user: User) -> Q:
    """As :func:`client_scope`, for rows that hang on a client by a ``client`` foreign key."""
    if sees_everything(user):
        return Q()
    from crm.models import Datasheet

    return Q(Exists(Datasheet.objects.visible_to(user).filter(client=OuterRef("client_id"))))


def sees_field(user: User, field: Field) -> bool:
    """Whether a field that the company added exists for the user's role."""
    return not field.seen_by or user.role in field.seen_by


def field_scope(user: User) -> Q:
    """The same as :func:`sees_field`, for a query of fields."""
    roles = Cast("seen_by", TextField())
    return Q(Exact(roles, Value("[]"))) | Q(Contains(roles, Value(f'"{user.role}"')))


def readable_entries(user: User) -> Q:
    """The history entries but those that tell of a field that doesn't exist for the user."""
    said = Cast(OuterRef("data__field"), CharField())
    hidden = Field.objects.exclude(field_scope(user)).annotate(key=Cast(F("pk"), CharField()))
    return ~Q(kind=EntryKind.FIELD) | ~Q(Exists(hidden.filter(key=said)))


def possible_responsibles(module_id: int) -> QuerySet[User]:
    """Who can be made responsible for a datasheet of the module, by the alphabet."""
    return User.objects.active().filter(_uses(module_id)).order_by("sort_key", "pk")


def possible_doers(datasheet: Datasheet) -> QuerySet[User]:
    """Who can be given a todo of the datasheet: those who see it (DOMAIN, "Roles")."""
    users = possible_responsibles(datasheet.module_id)
    if datasheet.responsible_id is None:
        return users
    return users.exclude(Q(role=Role.RESTRICTED) & ~Q(pk=datasheet.responsible_id))


def _uses(module_id: int) -> Q:
    module = Module.objects.filter(pk=module_id, archived_at=None)
    member = ModuleUser.objects.filter(module=module_id, user=OuterRef("pk"))
    open_to_all = Q(Exists(module.filter(limited=False)))
    return open_to_all | (Q(role=Role.ADMINISTRATOR) & Q(Exists(module))) | Q(Exists(member))


def can_see(user: User, datasheet: Datasheet) -> bool:
    """Whether ``user`` (perhaps not the one logged in) may see the datasheet as it is now."""
    if not user.is_active or not _USED.ask(user.pk, datasheet.module_id, role=user.role):
        return False
    return sees_everything(user) or datasheet.responsible_id in (None, user.pk)


_USED = Prepared(
    lambda user, module, role: (
        Module.objects.for_user(User(pk=user, role=role)).filter(pk=module).values_list("pk")
    )
)


def may(user: User, verb: Verb, record: Record) -> Literal[True] | Denied:
    """Whether ``user`` may do ``verb`` with a ``record`` that they see."""
    rule = _RULES.get((type(record).__name__, verb))
    return True if rule is None else rule(user, record)


def _trash_client(user: User, client: Record) -> Literal[True] | Denied:
    if user.role in OFFICE_ROLES:
        return True
    return Denied(_("Only administrators and managers can move a client to the trash."))


def _restore(user: User, record: Record) -> Literal[True] | Denied:
    if user.role in OFFICE_ROLES:
        return True
    return Denied(_("Only administrators and managers can bring it back from the trash."))


def _purge(user: User, record: Record) -> Literal[True] | Denied:
    if user.role == Role.ADMINISTRATOR:
        return True
    return Denied(_("Only administrators can delete it for good."))


def _undo(user: User, entry: Record) -> Literal[True] | Denied:
    if getattr(entry, "author_id", None) == user.pk or user.role in OFFICE_ROLES:
        return True
    return Denied(_("Only the one who did it, an administrator or a manager can take it back."))


def _outcome(user: User, entry: Record) -> Literal[True] | Denied:
    if getattr(entry, "author_id", None) == user.pk:
        return True
    return Denied(_("Only the one who did the todo can add how it went."))


_RULES = {
    ("Client", "trash"): _trash_client,
    ("Client", "restore"): _restore,
    ("Client", "purge"): _purge,
    ("Datasheet", "restore"): _restore,
    ("Datasheet", "purge"): _purge,
    ("HistoryEntry", "undo"): _undo,
    ("HistoryEntry", "outcome"): _outcome,
}

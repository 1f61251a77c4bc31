from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Capability, has
from modules.names import in_language
from modules.registry import BY_KEY

if TYPE_CHECKING:
    from accounts.models import User

# Orders feed the Webshop's statuses and invoices are numbered without gaps: a second one of
# these would make "the client's orders" and "the next number" ambiguous.
SINGLE_KINDS = ("invoicing", "orders", "webshop")


class FirstResponsible(models.TextChoices):
    """Who a new datasheet belongs to when nobody was named."""

    CREATOR = "creator", _("Who makes it")
    NOBODY = "nobody", _("Nobody")
    IN_TURN = "in_turn", _("Chosen users in turn")


class ModuleQuerySet(models.QuerySet["Module"]):
    def active(self) -> ModuleQuerySet:
        return self.filter(archived_at__isnull=True)

    def in_order(self) -> ModuleQuerySet:
        return self.order_by("order", "pk")

    def for_user(self, user: User) -> ModuleQuerySet:
        """The active modules this user may use, in the order of the bar; one query.

        Administrators have every module; a limited one exists for its users only (DOMAIN, Roles).
        """
        modules = self.active().in_order()
        if has(user.role, Capability.EVERY_MODULE):
            return modules
        member = ModuleUser.objects.filter(module=OuterRef("pk"), user=user.pk)
        return modules.filter(Q(limited=False) | Exists(member))


class Module(models.Model):
    """One process of the company: a name, an icon, a kind, a status tree, and who may use it."""

    kind = models.CharField(_("kind"), max_length=40)
    slug = models.SlugField(_("address"), max_length=60, db_index=False)
    name_hu = models.CharField(_("name in Hungarian"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    icon = models.CharField(_("icon"), max_length=40)
    order = models.PositiveIntegerField(_("order"), default=0)
    limited = models.BooleanField(_("only for chosen users"), default=False)
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="ModuleUser",
        related_name="limited_modules",
        blank=True,
        verbose_name=_("users"),
    )
    forgotten_after_days = models.PositiveSmallIntegerField(
        _("forgotten after this many days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("Without a call, meeting or email and without an open todo."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    first_responsible = models.CharField(
        _("who becomes responsible for a new datasheet"),
        max_length=8,
        choices=FirstResponsible,
        default=FirstResponsible.CREATOR,
    )
    # Of a kind whose statuses are chosen; without one the first of the tree.
    default_status = models.ForeignKey(
        "modules.Status", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ModuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = (
            models.UniqueConstraint(fields=["slug"], name="module_slug_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind__in=SINGLE_KINDS), name="module_single_kind"
            ),
            models.CheckConstraint(condition=~Q(name_hu="", name_en=""), name="module_has_a_name"),
            models.CheckConstraint(
                condition=Q(forgotten_after_days__gte=1, forgotten_after_days__lte=3650),
                name="module_forgotten_after_days",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_hu, self.name_en)

    @property
    def fixed(self) -> bool:
        """Whether its tree belongs to its kind; False for a kind that this version lacks."""
        kind = BY_KEY.get(self.kind)
        return kind is not None and kind.fixed


class ModuleUser(models.Model):
    """One who may use a limited module."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="module_memberships"
    )

    class Meta:
        verbose_name = _("module user")
        verbose_name_plural = _("module users")
        constraints = (models.UniqueConstraint(fields=["module", "user"], name="moduleuser_once"),)

    def __str__(self) -> str:
        return f"{self.module_id}: {self.user_id}"


class ModuleTurn(models.Model):
    """One of those who get a module's new datasheets in turn: who waited longest is next."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="turns")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="module_turns"
    )
    last_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        constraints = (models.UniqueConstraint(fields=["module", "user"], name="moduleturn_once"),)

    def __str__(self) -> str:
        return f"{self.module_id}: {self.user_id}"

"""The activity log: what was done to users and settings, by whom, when."""

from datetime import datetime
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """Somebody tried to change or remove what only grows."""


BLOCK = 5000


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Grows only. Two exceptions, each with a method and an entry of its own: what is older than
    the company keeps it is forgotten, and of an erased person nothing is left.
    """

    def forget_before(self, moment: datetime) -> int:
        """Delete the entries that are older; how many (accounts.actions.log)."""
        gone = 0
        while block := list(self.filter(at__lt=moment).values_list("pk", flat=True)[:BLOCK]):
            old = self._unguarded().filter(pk__in=block)
            gone += int(old._raw_delete(self.db))
        return gone

    def rub_out(self, entry: "AuditEntry", target_text: str, data: dict[str, Any]) -> None:
        """Take the name of an erased person out of an entry (crm.actions.erase)."""
        self._unguarded().filter(pk=entry.pk).update(target_text=target_text, data=data)

    def _unguarded(self) -> "models.QuerySet[AuditEntry]":
        return models.QuerySet(self.model, using=self.db)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("update_conflicts"):
            raise AppendOnly("The activity log is append-only.")
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("The activity log is append-only.")

    def delete(self) -> NoReturn:
        raise AppendOnly("The activity log is append-only.")


class AuditEntry(models.Model):
    """One line of the log. `data` holds plain JSON: ids, old and new values, no secrets."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    action = models.CharField(max_length=60)
    target_text = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(_("where from"), null=True, blank=True)
    device = models.CharField(_("device"), max_length=120, blank=True)
    data = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index("at", "id", name="accounts_audit_at"),
            models.Index("actor", "at", "id", name="accounts_audit_actor"),
            models.Index("action", "at", "id", name="accounts_audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target_text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("The activity log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("The activity log is append-only.")

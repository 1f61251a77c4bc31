from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.models.status import Status
from modules.models.todotype import TodoType
from modules.names import in_language


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def in_order(self) -> SuggestionQuerySet:
        """The order in which they are offered, with type and target loaded."""
        return self.select_related("type", "moves_to").order_by("order", "pk")


class Suggestion(models.Model):
    """A next todo that a status suggests: type, text, due in so many working days (0: today)."""

    status = models.ForeignKey(Status, on_delete=models.CASCADE, related_name="suggestions")
    type = models.ForeignKey(TodoType, on_delete=models.PROTECT, related_name="suggestions")
    text_hu = models.CharField(_("text in Hungarian"), max_length=160, blank=True)
    text_en = models.CharField(_("text in English"), max_length=160, blank=True)
    in_working_days = models.PositiveSmallIntegerField(_("due in working days"), default=1)
    order = models.PositiveIntegerField(_("order"), default=0)
    moves_to = models.ForeignKey(
        Status,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("moves to"),
    )

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggested todo")
        verbose_name_plural = _("suggested todos")
        constraints = (
            models.CheckConstraint(
                condition=~Q(text_hu="", text_en=""), name="suggestion_has_a_text"
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return in_language(self.text_hu, self.text_en)

"""What others do for a case: on the platform with the text to copy (S7.1), or a question that another role answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from orders.access import ScopedQuerySet


class Task(models.Model):
    """A task on a case: marked as done there, or answered (casework/task_kinds.py). The case cannot close while one is open."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=30)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text to copy"), blank=True)
    # A role, or a group of roles (orders/roles.py).
    role = models.CharField(_("for"), max_length=12)
    rule = models.CharField(_("rule"), max_length=10, blank=True)
    created_at = models.DateTimeField(_("asked at"))
    # What a question was answered with; "" while it is open, and of tasks that are no questions.
    answer = models.CharField(_("answer"), max_length=40, blank=True, default="", db_default="")
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["id"]
        indexes = [models.Index(fields=["case"], name="task_open_by_case", condition=models.Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return self.title

    @property
    def is_dropped(self) -> bool:
        """Whether a step made it pointless before anybody did it."""
        return self.done_at is not None and self.done_by_id is None

    @property
    def clock_kind(self) -> str:
        """The name of this task's own deadline."""
        return f"task_{self.pk}"

"""What was imported, by whom, with which result, and the rows that wait for a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet
from orders.models.shop import Shop


class Counts(models.Model):
    """rows read = new + changed + unchanged + held, always."""

    read = models.PositiveIntegerField(_("read"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)

    class Meta:
        abstract = True


class ImportRun(Counts):
    """One import of one or more files into one shop."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("Preview")
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="import_runs", verbose_name=_("shop"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    channel = models.CharField(_("channel"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    at = models.DateTimeField(_("as of"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    retried = models.PositiveIntegerField(_("held rows that went in now"), default=0)
    # What went in and should be looked at again: [{"code": ..., "params": {...}}], in the words of orders.imports.reasons.
    warnings = models.JSONField(_("to be looked at again"), default=list, db_default=[], blank=True)
    # Why it failed: the sentence is made for its reader (orders.imports.reasons.failure_text).
    code = models.CharField(max_length=60, blank=True)
    params = models.JSONField(default=dict, blank=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(read=models.F("new") + models.F("changed") + models.F("unchanged") + models.F("held")),
                name="import_counts_add_up",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.shop}"


class ImportFile(Counts):
    """One file of an import. `path` is the encrypted upload and empty once it is removed."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files", verbose_name=_("import"))
    name = models.CharField(_("name"), max_length=255)
    # Of a workbook with several sheets, each is a row of its own.
    sheet = models.CharField(_("sheet"), max_length=64, blank=True)
    kind = models.CharField(_("kind"), max_length=10, blank=True)
    vintage = models.CharField(_("vintage"), max_length=20, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    size = models.BigIntegerField(_("size"), default=0)
    path = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The file's name, and the sheet's where it has several."""
        return f"{self.name} · {self.sheet}" if self.sheet else self.name


class HeldRow(models.Model):
    """A row that waits: `retry` when the next import may take it, else for a person."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="held_rows", verbose_name=_("shop"))
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="held_rows", verbose_name=_("import"))
    file = models.ForeignKey(ImportFile, models.CASCADE, related_name="held_rows", verbose_name=_("file"))
    kind = models.CharField(_("kind"), max_length=10, blank=True)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=60)
    params = models.JSONField(default=dict, blank=True)
    value = models.CharField(_("value as read"), max_length=200, blank=True)
    order_number = models.CharField(_("order number"), max_length=40, blank=True)
    row_enc = models.BinaryField(null=True, editable=False)
    retry = models.BooleanField(_("tried again at the next import"), default=False)
    resolved_at = models.DateTimeField(_("went in at"), null=True, blank=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("held row")
        verbose_name_plural = _("held rows")
        ordering = ["id"]
        indexes = [models.Index(fields=["shop", "kind"], name="held_to_retry", condition=models.Q(retry=True, resolved_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line} {self.code}"

"""What the nightly job finds, and the rules by which a provider's code opens a case or leaves a fact."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from logistics.models.courier import Courier
from logistics.models.norm import FindingKind, Region
from logistics.models.parcel import Parcel
from orders.access import ScopedQuerySet


class NightlyRun(models.Model):
    """One run of the nightly job over one shop: when, how many parcels, what it found, opened and closed (L3.3)."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="nightly_runs", verbose_name=_("shop"))
    at = models.DateTimeField(_("as of"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    looked_at = models.PositiveIntegerField(_("parcels looked at"), default=0)
    unknown = models.PositiveIntegerField(_("nothing known yet"), default=0)
    # Parcels beyond their norm after this run, beyond twice the norm, and what this run did about them.
    found = models.PositiveIntegerField(_("beyond the norm"), default=0)
    twice = models.PositiveIntegerField(_("beyond twice the norm"), default=0)
    opened = models.PositiveIntegerField(_("cases opened"), default=0)
    updated = models.PositiveIntegerField(_("cases updated"), default=0)
    closed = models.PositiveIntegerField(_("cases closed by themselves"), default=0)
    told = models.PositiveIntegerField(_("owners told"), default=0)
    # Without any record beyond their norm, and held back since the feed looks broken.
    held = models.PositiveIntegerField(_("held back"), default=0, db_default=0)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("nightly run")
        verbose_name_plural = _("nightly runs")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["shop", "-at"], name="nightly_run_by_shop")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class NightlyCell(models.Model):
    """The figures of a run for one courier and one region."""

    run = models.ForeignKey(NightlyRun, models.CASCADE, related_name="cells", verbose_name=_("run"))
    courier = models.ForeignKey(Courier, models.PROTECT, related_name="+", verbose_name=_("courier"))
    region = models.ForeignKey(Region, models.SET_NULL, null=True, related_name="+", verbose_name=_("region"))
    looked_at = models.PositiveIntegerField(_("parcels looked at"), default=0)
    found = models.PositiveIntegerField(_("beyond the norm"), default=0)
    twice = models.PositiveIntegerField(_("beyond twice the norm"), default=0)
    opened = models.PositiveIntegerField(_("cases opened"), default=0)
    closed = models.PositiveIntegerField(_("cases closed by themselves"), default=0)

    class Meta:
        verbose_name = _("figures of a nightly run")
        verbose_name_plural = _("figures of nightly runs")
        constraints = [models.UniqueConstraint(fields=["run", "courier", "region"], nulls_distinct=False, name="one_cell_per_run")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Finding(models.Model):
    """A parcel beyond its norm, from the night it was found until it moves. At most one stands per parcel and kind."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="findings", verbose_name=_("parcel"))
    kind = models.CharField(_("kind"), max_length=20, choices=FindingKind.choices)
    since = models.DateTimeField(_("stands since"))
    norm_hours = models.PositiveSmallIntegerField(_("norm in hours"))
    # The provider's code that told of it; "" when our norm did.
    code = models.CharField(_("by code"), max_length=12, blank=True)
    found_at = models.DateTimeField(_("found at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    case = models.ForeignKey("casework.Case", models.SET_NULL, null=True, blank=True, related_name="findings", verbose_name=_("case"))
    run = models.ForeignKey(NightlyRun, models.SET_NULL, null=True, blank=True, related_name="findings", verbose_name=_("run"))

    SHOP_PATH = "parcel__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "kind"], condition=Q(ended_at=None), name="one_standing_finding_per_parcel_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.parcel_id}"


class DetectionRule(models.Model):
    """What a provider's code means for us; a lead may change it. `pattern` (words, several separated by |; "" = any) looks at the text.

    A case is opened, or a finding stands, only while the node is the parcel's last; a fact is kept whenever it is told.
    """

    class Outcome(models.TextChoices):
        CASE = "case", _("Opens a case")
        FINDING = "finding", _("Is a finding")
        FACT = "fact", _("Is kept as a fact")

    provider = models.CharField(_("provider"), max_length=12)
    code = models.CharField(_("code"), max_length=12)
    pattern = models.CharField(_("text pattern"), max_length=200, blank=True)
    outcome = models.CharField(_("what follows"), max_length=8, choices=Outcome.choices)
    # The kind of case, the kind of finding, or the name of the fact.
    name = models.CharField(_("which"), max_length=30)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("detection rule")
        verbose_name_plural = _("detection rules")
        ordering = ["provider", "code", "pattern"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "code", "pattern", "outcome", "name"], name="one_rule_per_code_and_outcome"),
            models.CheckConstraint(condition=Q(outcome__in=["case", "finding", "fact"]), name="outcome_of_a_rule_is_known"),
            # The database matches it against every text that comes in.
            models.CheckConstraint(condition=~Q(pattern__regex=r"[\\^$.*+?()\[\]{}]|^\||\|$|\|\|"), name="pattern_of_a_rule_is_words"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.code} {self.pattern}".strip()

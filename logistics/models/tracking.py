"""What couriers tell of parcels: events, partitioned by month; facts drawn from them; pushes that were refused."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from logistics.models.parcel import Parcel, Stage
from orders.access import ScopedQuerySet


class TrackingEvent(models.Model):
    """One node of a parcel's trace. The same time and text are the same node, however often it is told.

    `text` is redacted, the original encrypted beside it. In the database the key is (id, at); provider and code stand together, since
    one number means different things at different providers. `stage` is "" for remarks that say nothing of where the parcel is.
    """

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="events", verbose_name=_("parcel"))
    at = models.DateTimeField(_("at"))
    # The place in the provider's list counted from the oldest node: nodes of one second keep their order.
    place = models.PositiveSmallIntegerField(default=0)
    provider = models.CharField(_("provider"), max_length=12)
    code = models.CharField(_("code"), max_length=12, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=8, blank=True)
    text = models.CharField(_("text"), max_length=500)
    text_enc = models.BinaryField(null=True, editable=False)
    area = models.CharField(_("area"), max_length=120, blank=True)
    digest = models.BinaryField(editable=False)
    received_at = models.DateTimeField(_("received at"))

    SHOP_PATH = "parcel__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        ordering = ["at", "place"]
        constraints = [models.UniqueConstraint(fields=["parcel", "at", "digest"], name="one_event_per_parcel_time_and_text")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.text}"


class ParcelFact(models.Model):
    """Something that tracking told of a parcel and that later work needs: refused, damaged, out of area ... One row a fact and time."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="facts", verbose_name=_("parcel"))
    name = models.CharField(_("fact"), max_length=30)
    at = models.DateTimeField(_("at"))
    provider = models.CharField(_("provider"), max_length=12)
    code = models.CharField(_("code"), max_length=12)
    seen_at = models.DateTimeField(_("seen at"))

    SHOP_PATH = "parcel__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact about a parcel")
        verbose_name_plural = _("facts about parcels")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["parcel", "name", "at"], name="one_fact_per_parcel_name_and_time")]

    def __str__(self) -> str:
        return self.name


class TrackingAccount(models.Model):
    """A shop's account with a provider. The salt signs pushes; without one every push is refused (403). Secrets are encrypted."""

    shop = models.OneToOneField("orders.Shop", models.CASCADE, primary_key=True, related_name="tracking", verbose_name=_("shop"))
    salt_enc = models.BinaryField(null=True, editable=False)
    key_enc = models.BinaryField(null=True, editable=False)
    customer = models.CharField(_("customer id at the provider"), max_length=64, blank=True)
    # Where the provider reaches this desk, https://desk.example; empty = no subscriptions are made.
    callback_base = models.URLField(_("address of this desk for the provider"), blank=True)
    accepted = models.PositiveBigIntegerField(_("pushes taken"), default=0)
    refused = models.PositiveBigIntegerField(_("pushes refused"), default=0)
    last_push_at = models.DateTimeField(_("last push at"), null=True, blank=True)
    # Asking rests after the provider refused the account or did not answer, longer each time.
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, db_default=0)
    paused_until = models.DateTimeField(_("not asked until"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=120, blank=True, default="", db_default="")

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tracking account")
        verbose_name_plural = _("tracking accounts")

    def __str__(self) -> str:
        return str(self.shop)


class RefusedPush(models.Model):
    """A waybill that a provider told us of and nobody knew: only the number, never what was told. An import that knows it asks again."""

    shop = models.ForeignKey("orders.Shop", models.CASCADE, related_name="+", verbose_name=_("shop"))
    company = models.CharField(_("company code"), max_length=64)
    waybill = models.CharField(_("waybill"), max_length=64)
    times = models.PositiveIntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last at"))
    settled_at = models.DateTimeField(_("known since"), null=True, blank=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused push")
        verbose_name_plural = _("refused pushes")
        constraints = [models.UniqueConstraint(fields=["shop", "waybill", "company"], name="one_refused_push_per_waybill")]
        # Counted at each push of an unknown number, and asked for the old ones once a day.
        indexes = [
            models.Index(fields=["shop"], name="refused_push_unknown", condition=Q(settled_at=None)),
            models.Index(fields=["last_at"], name="refused_push_by_time"),
        ]

    def __str__(self) -> str:
        return self.waybill

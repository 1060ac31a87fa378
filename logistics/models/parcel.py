"""Parcels: one waybill of one courier, with the orders that travel in it and how far it got."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from logistics.models.courier import Courier
from logistics.models.norm import Region
from orders.access import ScopedQuerySet


class Stage(models.TextChoices):
    """Where a parcel is, whatever the provider calls it. "" = nothing is known."""

    UNKNOWN = "", _("Unknown")
    ORDERED = "ordered", _("Waiting for pick-up")
    PICKED_UP = "picked_up", _("Picked up")
    TRANSIT = "transit", _("On its way")
    CUSTOMS = "customs", _("At the customs")
    DELIVERING = "delivering", _("Out for delivery")
    STATION = "station", _("At a locker or station")
    PROBLEM = "problem", _("Doubtful")
    SIGNED = "signed", _("Signed for")
    RETURNING = "returning", _("On its way back to us")
    RETURNED = "returned", _("Signed for by us")
    VOIDED = "voided", _("Waybill cancelled")


class SignedBy(models.TextChoices):
    """Who signed, as the courier tells it."""

    SELF = "self", _("The recipient")
    OTHER = "other", _("Somebody else")
    STATION = "station", _("Taken from a locker or station")


class Parcel(models.Model):
    """A parcel on its way to a customer, or from one back to us. Several orders of one buyer may travel in one (merged).

    From `stage` to `signed_by` the columns are the sum of its tracking events, written by
    logistics/actions/refresh_parcels.py alone. Once signed for it stays so, whatever comes later.
    """

    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="parcels", verbose_name=_("shop"))
    courier = models.ForeignKey(Courier, models.PROTECT, related_name="parcels", verbose_name=_("courier"))
    # Codes of couriers that were corrected away: lists may still name them, and no late push brings them back.
    former_couriers = ArrayField(
        models.CharField(max_length=64), verbose_name=_("former couriers"), blank=True, default=list, db_default=[]
    )
    waybill = models.CharField(_("waybill"), max_length=64)
    orders = models.ManyToManyField("orders.Order", related_name="parcels", verbose_name=_("orders"))
    first_seen_at = models.DateTimeField(_("first seen at"))
    region = models.ForeignKey(Region, models.SET_NULL, null=True, blank=True, related_name="parcels", verbose_name=_("region"))
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    # Sent to us by the customer; its signature is ours. Whether it came is the returns desk's to see, and no norm is kept of it.
    is_return = models.BooleanField(_("sent back by the customer"), default=False, db_default=False)
    # When it was sent beside the order's own parcels, to make something good or back to us: its time counts from here.
    sent_again_at = models.DateTimeField(_("sent again at"), null=True, blank=True)
    # Whether one of its orders is on its way by the platform's word: neither finished nor closed.
    is_awaited = models.BooleanField(_("awaited"), default=True, db_default=True)

    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, blank=True, default=Stage.UNKNOWN, db_default="")
    stage_since = models.DateTimeField(_("since"), null=True, blank=True)
    last_event_at = models.DateTimeField(_("last node at"), null=True, blank=True)
    # When something new of its way came to be known; couriers tell late.
    told_at = models.DateTimeField(_("last told at"), null=True, blank=True)
    # Of its last node that tells of a place: remarks move nothing.
    moved_at = models.DateTimeField(_("moved at"), null=True, blank=True)
    last_text = models.CharField(_("last node"), max_length=300, blank=True, default="", db_default="")
    provider = models.CharField(_("provider"), max_length=12, blank=True, default="", db_default="")
    code = models.CharField(_("provider's code"), max_length=12, blank=True, default="", db_default="")
    # The provider's code of the trouble that the last node tells of, "" when it tells of none.
    problem = models.CharField(_("trouble"), max_length=12, blank=True, default="", db_default="")
    picked_up_at = models.DateTimeField(_("picked up at"), null=True, blank=True)
    returning_at = models.DateTimeField(_("on its way back since"), null=True, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=8, choices=SignedBy.choices, blank=True, default="", db_default="")

    # By its events, else by what somebody learnt before tracking told.
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    said_delivered_at = models.DateTimeField(_("said to be delivered at"), null=True, blank=True)
    back_at = models.DateTimeField(_("back with us at"), null=True, blank=True)

    # Since when we know that it travels under another waybill: whatever is told of this one yet, nobody waits for it.
    voided_at = models.DateTimeField(_("waybill void since"), null=True, blank=True)

    # The provider's side: subscribed, last asked, to be asked, and why it stopped to follow ("" while it does).
    subscribed_at = models.DateTimeField(_("subscribed at"), null=True, blank=True)
    asked_at = models.DateTimeField(_("last asked at"), null=True, blank=True)
    ask_wanted = models.BooleanField(_("to be asked"), default=False, db_default=False)
    tracking_end = models.CharField(_("why tracking ended"), max_length=60, blank=True, default="", db_default="")

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [
            models.UniqueConstraint(fields=["shop", "courier", "waybill"], name="one_parcel_per_shop_courier_and_waybill"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="parcel_stage_is_known"),
        ]
        indexes = [
            # A waybill is typed from its beginning, read out from its end, and looked up whole.
            models.Index(OpClass("waybill", name="varchar_pattern_ops"), name="parcel_by_beginning_of_waybill"),
            models.Index(OpClass(Reverse("waybill"), name="text_pattern_ops"), name="parcel_by_end_of_waybill"),
            # What still travels: the nightly job and the board.
            models.Index(fields=["shop", "courier", "region"], name="parcel_on_its_way", condition=Q(delivered_at=None, back_at=None)),
            # Signed for by us, and nobody has said that it is here.
            models.Index(fields=["shop", "stage_since"], name="parcel_at_our_door", condition=Q(stage="returned", back_at=None)),
            models.Index(fields=["asked_at", "id"], name="parcel_to_ask", condition=Q(ask_wanted=True)),
            models.Index(fields=["shop", "-id"], name="parcel_to_subscribe", condition=Q(subscribed_at=None, is_awaited=True)),
        ]

    def __str__(self) -> str:
        return self.waybill

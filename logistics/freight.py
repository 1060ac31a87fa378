"""The words in which freight is decided: what happened, with whom, which leg, who bears it, and how it is paid back. No rule stands here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.errors import Reason


class Fault(models.TextChoices):
    """With whom it went wrong. "" = not known yet."""

    CUSTOMER = "customer", _("Customer")
    SHOP = "shop", _("Shop")
    WAREHOUSE = "warehouse", _("Our warehouse")
    COURIER = "courier", _("Courier")
    NOBODY = "nobody", _("Nobody at fault")
    UNKNOWN = "unknown", _("Cannot be said")


class Party(models.TextChoices):
    """Who bears a freight."""

    CUSTOMER = "customer", _("Customer")
    SHOP = "shop", _("Shop")
    COURIER = "courier", _("Courier")
    INSURER = "insurer", _("Insurer")
    SPLIT = "split", _("Customer and shop, half each")

    @property
    def shares(self) -> dict[Party, Fraction]:
        """How much of the freight each side bears; together it is one."""
        if self is Party.SPLIT:
            return {Party.CUSTOMER: Fraction(1, 2), Party.SHOP: Fraction(1, 2)}
        return {self: Fraction(1)}


class Happened(StrEnum):
    """What the case comes down to."""

    LOST = "lost"
    MISDELIVERED = "misdelivered"
    DAMAGED = "damaged"
    MISSING = "missing"
    WRONG = "wrong"
    PACKING = "packing"
    QUALITY = "quality"
    ADDRESS_WRONG = "address_wrong"  # as the customer wrote it
    ADDRESS_CHANGED = "address_changed"  # after the parcel was signed for
    UNREACHABLE = "unreachable"
    INSISTED = "insisted"  # on a courier that does not go there
    OUT_OF_AREA = "out_of_area"  # and the courier was our choice
    CONFISCATED = "confiscated"
    REFUSED = "refused"  # at the door, for the customer's own reason
    UNWANTED = "unwanted"  # in hand, and not as wished
    SERVICE = "service"  # badly handled by us, whatever the goods are like
    OTHER = "other"


class Checked(StrEnum):
    """How far it is proven. It counts for what happened to goods, not for what the customer did."""

    NOT_YET = "not_yet"
    COURIER = "courier"  # with the courier: it says so, the scales do, or a lead takes it so
    WAREHOUSE = "warehouse"  # with our warehouse
    CONFIRMED = "confirmed"  # it is so, by inspection or photo; nothing tells with whom


class Remedy(StrEnum):
    """What the customer does with the goods."""

    RETURN = "return"
    EXCHANGE = "exchange"
    NOTHING_BACK = "nothing_back"


class SentBy(StrEnum):
    """How the customer sends goods back."""

    PREPAID = "prepaid"
    COLLECT = "collect"  # 到付
    SURFACE = "surface"  # 平邮


class NoFaultExchange(StrEnum):
    """`policy: no_fault_exchange`: who pays an exchange that nobody is to blame for (R3.3)."""

    SPLIT = "split"
    CUSTOMER = "customer"


class Leg(StrEnum):
    """A way of the goods: out with the order, back to us, out again."""

    OUT = "out"
    BACK = "back"
    RESEND = "resend"


class PaidBack(models.TextChoices):
    """How the one who advances a freight gets it from the one who bears it. "" = they are the same."""

    ON_ARRIVAL = "on_arrival", _("To Alipay or by small payment, when the goods have arrived, against the amount on record")
    DEDUCTED = "deducted", _("Taken off the refund, or paid before anything is sent again")
    BEFORE_SHIPPING = "before_shipping", _("Settled before the new goods are shipped")
    CLAIM = "claim", _("Claimed from the courier; what the customer advanced, we pay")
    INSURANCE = "insurance", _("By the insurer, 3 to 5 working days after the refund")


@dataclass(frozen=True)
class Freight:
    """Who bears a leg, who pays it at first, and how it is paid back. `rule` is the entry of the handbook that says so."""

    payer: Party
    advanced_by: Party
    paid_back: PaidBack | None = None
    rule: str = ""


@dataclass(frozen=True)
class Circumstances:
    """All that the rules look at. What is not known is what charges nobody; policies come in as values."""

    happened: Happened
    checked: Checked = Checked.NOT_YET
    remedy: Remedy = Remedy.NOTHING_BACK
    sent_by: SentBy = SentBy.PREPAID
    contact_rule_kept: bool = False
    # Hong Kong, Macau, Taiwan.
    beyond_the_border: bool = False
    is_insured: bool = False
    no_fault_exchange: NoFaultExchange = NoFaultExchange.SPLIT


@dataclass(frozen=True)
class Decision:
    """Who is at fault, who pays which leg, and every rule that spoke, in the handbook's order. No legs: a lead decides."""

    at_fault: Fault
    fault_rule: str
    legs: Mapping[Leg, Freight]
    reasons: tuple[Reason, ...]
    # The parcel in which the goods come back is not taken (R3.6).
    refuses_parcel: bool
    decided_at: dt.datetime

    @property
    def is_decided(self) -> bool:
        """Whether the handbook decides it."""
        return bool(self.legs)

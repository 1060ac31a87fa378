"""What of a parcel makes a kind of case likely at intake, with the reasons as staff read them (casework/likely.py)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.likely import Seen, Sign, Weight, day_words, sign
from logistics.models.finding import Finding
from logistics.models.norm import FindingKind
from logistics.models.parcel import Parcel, SignedBy, Stage
from logistics.models.tracking import ParcelFact
from logistics.parcel_facts import word_of
from logistics.words import moment

# Who has signed and says within so many days that something is wrong means this parcel.
LATELY = dt.timedelta(days=10)


@dataclass(frozen=True)
class ParcelSeen:
    """The parcel that is asked about, None before anything was sent; what tracking left on it, and the norms that it is beyond."""

    parcel: Parcel | None = None
    facts: list[ParcelFact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def told(self, *names: str) -> ParcelFact | None:
        """The fact of one of these names that is still the last word: the parcel has not moved on since."""
        moved = self.parcel.moved_at if self.parcel is not None else None
        return next((each for each in self.facts if each.name in names and (moved is None or each.at >= moved)), None)

    def ever_told(self, *names: str) -> ParcelFact | None:
        """The newest fact of one of these names, whatever came afterwards."""
        return next((each for each in self.facts if each.name in names), None)


NOTHING = ParcelSeen()


def parcel_seen(seen: Seen) -> ParcelSeen:
    """What logistics knows of that which is asked about."""
    found: ParcelSeen = seen.more.get("parcel", NOTHING)
    return found


def told_sign(*names: str) -> Sign:
    """Tracking has left one of these facts, and it is the last word."""
    return Sign(
        Weight.TOLD,
        lambda seen: parcel_seen(seen).told(*names) is not None,
        _("Tracking tells: {what} ({at})."),
        lambda seen: _fact_words(parcel_seen(seen).told(*names)),
    )


def _fact_words(fact: ParcelFact | None) -> dict[str, Any]:
    assert fact is not None  # the sign's test saw it
    return {"what": word_of(fact.name), "at": moment(fact.at)}


def _signed(seen: Seen) -> dict[str, Any]:
    parcel = parcel_seen(seen).parcel
    assert parcel is not None  # the sign's test saw it
    assert parcel.delivered_at is not None
    return {"day": day_words(parcel.delivered_at, seen.now)}


@sign(Weight.FITS, _("Signed for: {day}."), says=_signed)
def signed_lately(seen: Seen) -> bool:
    """It arrived not long ago."""
    parcel = parcel_seen(seen).parcel
    return parcel is not None and parcel.delivered_at is not None and seen.now - parcel.delivered_at <= LATELY


@sign(Weight.POSSIBLE, _("Signed for: {day}."), says=_signed)
def signed_once(seen: Seen) -> bool:
    """It arrived, whenever that was."""
    parcel = parcel_seen(seen).parcel
    return parcel is not None and parcel.delivered_at is not None


@sign(Weight.TOLD, _("Signed for by somebody else or at a station: {day}."), says=_signed)
def signed_by_another(seen: Seen) -> bool:
    """The courier names another than the recipient."""
    parcel = parcel_seen(seen).parcel
    return signed_lately.test(seen) and parcel is not None and parcel.signed_by in (SignedBy.OTHER, SignedBy.STATION)


@sign(Weight.TOLD, _("It moves although it was signed for."))
def moves_although_signed(seen: Seen) -> bool:
    """Nobody of the customer's may have it."""
    return signed_once.test(seen) and parcel_seen(seen).ever_told("moved_after_signing") is not None


def _found(seen: Seen) -> dict[str, Any]:
    finding = parcel_seen(seen).findings[0]
    return {"what": str(FindingKind(finding.kind).label), "since": moment(finding.since)}


@sign(Weight.TOLD, _("{what} since {since}, beyond what is normal."), says=_found)
def stands_still(seen: Seen) -> bool:
    """The night has found it beyond its norm."""
    return any(each.kind != FindingKind.NO_RECORD for each in parcel_seen(seen).findings[:1])


@sign(Weight.TOLD, _("{what} since {since}, beyond what is normal."), says=_found)
def has_no_record(seen: Seen) -> bool:
    """The night has found that nothing was ever told of it."""
    return any(each.kind == FindingKind.NO_RECORD for each in parcel_seen(seen).findings[:1])


def _travels(parcel: Parcel | None) -> bool:
    return parcel is not None and parcel.delivered_at is None and parcel.back_at is None and parcel.returning_at is None


def _last_node(seen: Seen) -> dict[str, Any]:
    parcel = parcel_seen(seen).parcel
    assert parcel is not None  # the sign's test saw it
    assert parcel.last_event_at is not None
    return {"at": moment(parcel.last_event_at)}


@sign(Weight.FITS, _("On its way; last node {at}."), says=_last_node)
def is_on_its_way(seen: Seen) -> bool:
    """It was picked up and has not arrived."""
    parcel = parcel_seen(seen).parcel
    return _travels(parcel) and parcel is not None and parcel.last_event_at is not None


@sign(Weight.FITS, _("It has a waybill, and nothing was told of it yet."))
def nothing_told_yet(seen: Seen) -> bool:
    """Too early to be found by the night, yet the customer asks."""
    parcel = parcel_seen(seen).parcel
    return _travels(parcel) and parcel is not None and parcel.last_event_at is None


def _last_text(seen: Seen) -> dict[str, Any]:
    parcel = parcel_seen(seen).parcel
    assert parcel is not None  # the sign's test saw it
    return {"text": parcel.last_text}


@sign(Weight.TOLD, _("The courier says: {text}"), says=_last_text)
def is_doubtful(seen: Seen) -> bool:
    """It is stuck at a hub or its destination."""
    parcel = parcel_seen(seen).parcel
    return parcel is not None and parcel.stage == Stage.PROBLEM


@sign(Weight.TOLD, _("The courier says: {text}"), says=_last_text)
def comes_back(seen: Seen) -> bool:
    """It is on its way back to us, or here."""
    parcel = parcel_seen(seen).parcel
    return parcel is not None and parcel.stage in (Stage.RETURNING, Stage.RETURNED)


@sign(Weight.FITS, _("Not shipped yet."))
def not_shipped_yet(seen: Seen) -> bool:
    """Paid, and nothing of it has a waybill."""
    return parcel_seen(seen).parcel is None and seen.order is not None and seen.order.status in ("wait_ship", "part_shipped")


@sign(Weight.POSSIBLE, _("It has not arrived yet."))
def has_not_arrived(seen: Seen) -> bool:
    """Shipped, and neither signed for nor back."""
    return _travels(parcel_seen(seen).parcel)


# What the courier tells of a recipient who would not take it.
refused_there = told_sign("refused", "refusal_raised")


@sign(Weight.POSSIBLE, _("Out for delivery."))
def is_out_for_delivery(seen: Seen) -> bool:
    """It may be at the door this moment."""
    parcel = parcel_seen(seen).parcel
    return parcel is not None and parcel.stage == Stage.DELIVERING

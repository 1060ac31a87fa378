"""L7 Damaged (破损): what the chapter is. Its steps stand in its parts: photos.py, offers.py.

Steps are shown in the order in which they are declared; docs/handbook/ shows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from casework.models import Case, EvidenceKind, Ledger
from casework.photos.checklist import Wanted, missing
from casework.situation import Situation
from casework.workflow import Clock
from logistics.kinds.damaged.messages import damage_message
from logistics.kinds.damaged.photos import Photos
from logistics.signs import signed_lately, signed_once
from orders.together import Reading, ask_for, side_by_side

# isort: split
from logistics.kinds.damaged.offers import Offers, customer_was_contacted
from logistics.kinds.damaged.states import OFFERING, ON_THE_WAY, State
from logistics.kinds.incident import TURNS_BACK, After, Incident
from logistics.kinds.offered import waits_for_note
from orders.access import Actor
from orders.roles import AGENTS

# What the customer got, whatever road the money took.
PAID = (Ledger.Entry.SETTLE, Ledger.Entry.POST)
MONEY = (Ledger.Kind.GOODS, Ledger.Kind.FREIGHT, Ledger.Kind.COMPENSATION)


class Damaged(Photos, Offers, Incident):
    """Two photos first, of the damage and of the waybill, at once after signing, goods unworn. Slight and accepted: a part of the price, whose amount a lead
    approves, or a gift with the next order. Slight and not accepted: return or exchange, postage advanced by the customer and paid by us. Severe but usable
    again: exchange. Severe and not usable again: nothing comes back, it is sent again at once and reported to the lead. What the courier broke it owes."""

    KIND = "damaged"
    CHAPTER = "L7"
    STATES = State
    FIRST = State.TO_ASK
    # The courier tells of it while the parcel is on its way.
    FIRST_IN_BULK = State.TO_WARN
    OPENED_BY = AGENTS
    IN_BULK = True
    TRACES = False
    # In the order of the chapter.
    REMEDIES = ("compensation", "refund", "gift", "return_goods", "exchange", "reshipment")
    EVIDENCE = ("photo_goods", "photo_box", "photo_packing", "courier_reply", "chat", "other")
    CHECKLIST = (
        Wanted(EvidenceKind.PHOTO_DAMAGE, _("The damage, clear and close: so we see at once how bad it is."), "L7.1"),
        Wanted(EvidenceKind.PHOTO_WAYBILL, _("The waybill on the box, sharp enough to read its number."), "L7.1"),
    )
    HAS_CONTACTS = True
    LIKELY = (signed_lately, signed_once)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = OFFERING
    AFTER_NODES = (After(TURNS_BACK, "returning", states=ON_THE_WAY),)
    CLOCKS = (
        Clock("warn", _("Warn the customer"), (State.TO_WARN,), lasts="reply_within", rule="L0.3"),
        Clock("look", _("Heard of it again"), (State.WARNED,), lasts="courier_trace", then=("nothing_heard",), rule="L7.1"),
        Clock("reply", _("Ask what is damaged"), (State.TO_ASK,), lasts="reply_within", rule="L0.3"),
        Clock(
            "photos", _("Photos from the customer"), (State.WAIT_PHOTOS,), lasts="photos_within", then=("photos_did_not_come",), rule="L7.1"
        ),
        Clock(
            "check",
            _("Look at the photos"),
            (State.PHOTOS_PARTLY, State.PHOTOS_HERE, State.NO_PHOTOS, State.TO_JUDGE),
            lasts="reply_within",
            rule="L0.3",
        ),
        Clock("lead_decides", _("Lead decides"), (State.DISPUTED,), lasts="reply_within", rule="L7.1"),
        Clock("explain", _("Tell the customer why"), (State.TO_EXPLAIN,), lasts="reply_within", rule="L0.3"),
        Clock(
            "offer",
            _("Offer it to the customer"),
            (State.OFFER_MONEY, State.TO_RETURN, State.TO_EXCHANGE, State.TO_REFUND),
            lasts="reply_within",
            rule="L7.1",
        ),
        Clock("resend", _("Send it again at once"), (State.TO_RESEND,), lasts="resend_asked_within", rule="L7.4"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Damaged goods")
        verbose_name_plural = _("Damaged goods")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The pieces and the parcel, and what the customer got by the remedies so far, those of a return with it."""
        ids = {case.pk for case in cases}
        paid: dict[int, Decimal] = dict.fromkeys(ids, Decimal("0.00"))
        out = Ledger.objects.filter(entry__in=PAID, direction=Ledger.Direction.OUT, kind__in=MONEY)
        below = [
            out.filter(**{f"{above}__in": ids}).order_by().values_list(above).annotate(sum=Sum("amount"))
            for above in ("case__parent", "case__parent__parent")
        ]
        parts, _read = yield from side_by_side(super().situation_parts(cases, by, now), ask_for(*below))
        for pk, amount in chain.from_iterable(below):
            paid[pk] += amount
        return {pk: each | {"paid": paid[pk]} for pk, each in parts.items()}

    def facts_shown(self) -> dict[str, Any]:
        """And which pieces are damaged, how, and how badly."""
        facts = self.facts
        return super().facts_shown() | {"items": facts.items, "extent": facts.extent, "damage": facts.answers.get("damage", "")}

    def why_here(self, at: Situation) -> str:
        """What is damaged, how, and whether a lead knows."""
        parts = (self.pieces_named(at), self.facts.answers.get("damage", ""), waits_for_note(self, at))
        return " · ".join(filter(None, parts))

    def contact_to_make(self, at: Situation) -> str:
        """L7.1: the photos are asked for, and what was seen is told before it is settled. What is sent again at once waits for nobody (L7.4)."""
        if self.state == State.WAIT_PHOTOS and not at.contacts and missing(self, at):
            return str(_("Ask the customer for the two photos"))
        if self.state in OFFERING and self.state != State.TO_RESEND and not customer_was_contacted.holds(self, at):
            return str(_("Tell the customer what was seen, and offer"))
        return ""

    def contact_message(self, at: Situation) -> str:
        """What to photograph and to leave alone; later what is offered, who pays the way back, or why not."""
        return damage_message(self, at, self.pieces_named(at))

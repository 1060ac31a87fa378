"""L7.1: two photos first, at once after signing, goods unworn; and what the courier tells before the parcel is there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import EvidenceKind
from casework.photos.checklist import has_evidence
from casework.situation import Situation
from casework.workflow import guard, step
from logistics.goods.items import ItemsField
from logistics.kinds import checking, deciding
from logistics.kinds.checking import ChecksGoods, note_pieces, nothing_was_refunded
from logistics.kinds.damaged.states import NOT_SETTLED, ON_THE_WAY, PHOTOS, State
from logistics.kinds.incident import Incident
from logistics.kinds.offered import Offered
from logistics.models.loss import Loss
from logistics.standing import standing
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS, SYSTEM, Role

LONGEST = 300
TOLD_WITHIN = "damage_told_within"
BOTH_PHOTOS = has_evidence(EvidenceKind.PHOTO_DAMAGE, EvidenceKind.PHOTO_WAYBILL, rule="L7.1")


class Damage(Facts):
    """Which pieces are damaged, how, and whether somebody has used them."""

    items = ItemsField(label=_("Damaged: line × pieces"), error_messages={"required": _("Fill in how many pieces are damaged.")})
    damage = forms.CharField(label=_("What is damaged"), max_length=LONGEST)
    worn = forms.ChoiceField(label=_("Worn or used?"), choices=[("no", _("Neither worn nor used")), ("yes", _("Worn or used"))])


class Photos(Offered, ChecksGoods):
    """From the first word of it to damage that was seen."""

    # L7.5 -------------------------------------------------------------------------------------------

    @step(
        State.TO_WARN,
        State.WARNED,
        label=_("The customer is warned"),
        rule="L7.5",
        by=AGENTS,
        hint=_("Look at it at the door and refuse it if it is broken; else two photos at once."),
    )
    def customer_warned(self) -> None:
        """Nobody knows yet how bad it is."""

    @step(ON_THE_WAY, State.TO_ASK, label=_("Delivered"), rule="L7.1", by=SYSTEM, hidden=True, plain=True)
    def delivered(self) -> None:
        """Tracking tells that it arrived: the customer is asked how it looks."""

    @step(State.WARNED, State.TO_ASK, label=_("Nothing heard of it"), rule="L7.1", by=CLOCK)
    def nothing_heard(self) -> None:
        """The customer is asked how it arrived."""

    @step(ON_THE_WAY, State.TO_ASK, label=_("The customer has it"), rule="L7.1", by=AGENTS, event=True)
    def customer_has_it(self) -> None:
        """Said by the customer, before tracking tells."""
        self.parcel_is_delivered()

    @step(ON_THE_WAY, State.TO_RESEND, label=_("The parcel is back"), rule="L7.5", by=AGENTS | {Role.WAREHOUSE}, event=True)
    def came_back(self) -> None:
        """Refused as it was asked for: complete goods are sent."""
        assert self.at is not None  # steps run with a situation
        self.parcel_is_back()
        self._confirmed()

    # L7.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_ASK,
        State.WAIT_PHOTOS,
        label=_("Note the damage, ask for two photos"),
        rule="L7.1",
        by=AGENTS,
        facts=Damage,
        hint=_("Clear and close: the damage, and the waybill. The goods stay unworn."),
    )
    def damage_named(self, facts: dict[str, Any]) -> None:
        """Lines and pieces, compared with what was ordered."""
        assert self.at is not None  # steps run with a situation
        note_pieces(self, facts["items"])
        said = redact_for_order(facts["damage"], self.at.order)[:LONGEST]
        self.facts.answers = {**self.facts.answers, "damage": said, "unworn": facts["worn"] == "no"}

    found_after_all = checking.turns_up(
        NOT_SETTLED, State.FOUND, label=_("Nothing is damaged after all"), cause=Loss.Cause.DAMAGED, rule="L7.1"
    )
    some_photos_came = checking.some_photos_came([State.WAIT_PHOTOS], State.PHOTOS_PARTLY, rule="L7.1")
    photos_came = checking.photos_came([State.WAIT_PHOTOS, State.PHOTOS_PARTLY], State.PHOTOS_HERE, rule="L7.1")
    photos_did_not_come = checking.photos_did_not_come([State.WAIT_PHOTOS], State.NO_PHOTOS, rule="L7.1")
    photos_asked_again = checking.photos_asked_again([State.NO_PHOTOS, State.PHOTOS_PARTLY], State.WAIT_PHOTOS, rule="L7.1")

    @guard(_("Worn or used, as the customer says: a lead decides."), rule="L7.1")
    def goods_are_unworn(self: Incident, at: Situation) -> bool:
        return bool(self.facts.answers.get("unworn"))

    @guard(_("Told of later than at once after signing: a lead decides."), rule="L7.1")
    def was_told_at_once(self: Incident, at: Situation) -> bool:
        parcel = standing(at).parcel
        signed = parcel.delivered_at if parcel is not None else None
        # While nothing is known of the signing nothing has run out.
        return signed is None or self.opened_at <= at.after(signed, at.policy(TOLD_WITHIN))

    @step(
        PHOTOS,
        State.TO_JUDGE,
        label=_("Both photos show the damage"),
        rule="L7.1",
        by=AGENTS,
        when=[nothing_was_refunded, BOTH_PHOTOS, goods_are_unworn, was_told_at_once],
        hint=_("The damage itself, and the number on the waybill."),
    )
    def confirm(self) -> None:
        """Next it is said how bad it is."""
        self._confirmed()

    not_confirmed = deciding.not_confirmed([State.PHOTOS_PARTLY, State.PHOTOS_HERE, State.NO_PHOTOS], State.TO_EXPLAIN, rule="L7.1")
    lead_asked = deciding.lead_asked([*PHOTOS, State.NO_PHOTOS], State.DISPUTED, rule="L7.1")
    told_why = deciding.told_why([State.TO_EXPLAIN], State.NOT_CONFIRMED, rule="L7.1")
    customer_disputes = deciding.customer_disputes([State.TO_EXPLAIN], State.DISPUTED, rule="L7.1")

    @step(
        State.DISPUTED,
        State.TO_JUDGE,
        label=_("Lead: it is damaged"),
        rule="L7.1",
        by=LEADS,
        when=[nothing_was_refunded],
        needs_note=True,
    )
    def lead_confirms(self) -> None:
        """Without a photo, worn, or told of late: the lead believes the customer."""
        self._confirmed()

    lead_refuses = deciding.lead_refuses([State.DISPUTED], State.TO_EXPLAIN, rule="L7.1")

    def _confirmed(self) -> None:
        assert self.at is not None  # steps run with a situation
        self.facts.confirmed_at = self.at.now

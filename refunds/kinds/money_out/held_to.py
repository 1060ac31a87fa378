"""R1.1, R1.2, R2.3, R5.2, L9.6: what a yes and a payout are held to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.part import Part
from casework.situation import Situation
from casework.workflow import guard
from refunds.goods.returning import why_held
from refunds.kinds.money_out.asked import PAID_THERE, ground_of, is_paid_there, standing, stopped_by

# The channel of a deed that approves many requests at once; the database reads it too.
BULK = "bulk"


class HeldTo(Part):
    """Each names its reason when it refuses."""

    # R1.1 -------------------------------------------------------------------------------------------

    @guard(_("You asked for this refund; somebody else decides and pays."), rule="R1.1")
    def somebody_else_asked(self: HeldTo, at: Situation) -> bool:
        return at.actor.user_id not in standing(at).askers

    @guard(
        _("You stand in for {name}, who asked for this refund; somebody else decides."),
        rule="R1.1",
        says=lambda case, at: {"name": getattr(standing(at).away_and_asked, "shown_name", "")},
    )
    def who_is_away_did_not_ask(self: HeldTo, at: Situation) -> bool:
        return standing(at).away_and_asked is None

    @guard(_("Neither a ground nor evidence is given."), rule="R1.1")
    def has_ground_or_evidence(self: HeldTo, at: Situation) -> bool:
        request = standing(at).request
        return bool(request.ground) or bool(set(request.evidence) & standing(at).evidence_ids)

    @guard(
        _("Its reason does not hold: {reasons}"),
        rule="R1.1",
        says=lambda case, at: {"reasons": " ".join(str(each.text) for each in ground_of(at))},
    )
    def reason_holds(self: HeldTo, at: Situation) -> bool:
        return not ground_of(at)

    # R1.2 -------------------------------------------------------------------------------------------

    @guard(_("The platform has refunded this order meanwhile; less is left than is asked for."), rule="R2.3")
    def platform_has_not_paid(self: HeldTo, at: Situation) -> bool:
        return at.order is not None and at.order.room >= 0

    @guard(PAID_THERE, rule="R2.3")
    def is_not_paid_there(self: HeldTo, at: Situation) -> bool:
        return not is_paid_there(at)

    @guard(
        _("With this {total} would be approved for the order; your limit is {limit}. A manager may."),
        rule="R1.2",
        says=lambda case, at: {"total": standing(at).cumulated, "limit": standing(at).limit},
    )
    def within_own_limit(self: HeldTo, at: Situation) -> bool:
        mine = standing(at)
        return mine.limit is not None and mine.cumulated <= mine.limit

    @guard(_("Your limit for today is {limit}."), rule="R1.2", says=lambda case, at: {"limit": standing(at).day_limit})
    def within_day_limit(self: HeldTo, at: Situation) -> bool:
        mine = standing(at)
        return mine.day_limit is not None and mine.day_total + mine.request.amount <= mine.day_limit

    @guard(
        _("Among many, requests up to {most} are approved; decide this one by itself."),
        rule="R1.2",
        says=lambda case, at: {"most": at.policy("bulk_approval_up_to")},
    )
    def small_enough_for_bulk(self: HeldTo, at: Situation) -> bool:
        return at.actor.channel != BULK or standing(at).request.amount <= at.policy("bulk_approval_up_to")

    # R5.2, L9.6 -------------------------------------------------------------------------------------

    @guard(
        _("What comes back holds it: {reasons}"),
        rule="R5.2",
        says=lambda case, at: {
            "reasons": " ".join(str(each.text) for each in why_held(standing(at).coming, standing(at).wish, case.parent_id))
        },
    )
    def no_return_holds_it(self: HeldTo, at: Situation) -> bool:
        return not why_held(standing(at).coming, standing(at).wish, self.parent_id)

    @guard(
        _("The courier is asked to stop the parcel ({numbers}): wait for it, or a lead lets refunds go there, with the reason."),
        rule="L9.6",
        says=lambda case, at: {"numbers": ", ".join(stopped_by(at))},
    )
    def no_parcel_is_being_stopped(self: HeldTo, at: Situation) -> bool:
        return not stopped_by(at)

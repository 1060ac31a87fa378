"""Sentences for the database's own refusals about money, so that every door speaks alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.registry import CONSTRAINTS
from orders.errors import Reason
from refunds.actions.book_difference import NOTHING_TO_BOOK
from refunds.caps import ABOVE_PAID
from refunds.kinds.money_out.asked import PAID_THERE

CONSTRAINTS.update(
    {
        "four_eyes": Reason("somebody_else_asked", _("You asked for this refund; somebody else decides and pays."), "R1.1"),
        "payer_did_not_ask": Reason("somebody_else_asked", _("You asked for this refund; somebody else decides and pays."), "R1.1"),
        "approval_within_limit": Reason("within_own_limit", _("This passes your limit for the order. A manager may."), "R1.2"),
        "approval_within_day_limit": Reason("within_day_limit", _("This passes your limit for today."), "R1.2"),
        "approver_has_a_limit": Reason("role", _("You may not approve refunds in this shop."), "R1.2"),
        "four_eyes_of_the_power": Reason(
            "who_is_away_did_not_ask", _("You stand in for somebody who asked for this refund; somebody else decides."), "R1.1"
        ),
        "power_is_lent": Reason("power_is_lent", _("The power to approve is not lent to you any more; look at the request again."), "R1.2"),
        "approval_is_stepped_up": Reason("step_up_required", _("Enter your password again to approve this amount."), "R1.2"),
        "small_enough_for_bulk": Reason("small_enough_for_bulk", _("Too much to be approved among many; decide it by itself."), "R1.2"),
        "delegation_is_between_leads": Reason("between_leads", _("Both must be leads of this shop: nobody else approves."), "R1.1"),
        "delegation_is_to_another": Reason("to_another", _("Nobody stands in for themselves."), "R1.1"),
        "delegation_is_the_approvers": Reason(
            "the_approvers", _("Leads lend their own power; a manager also that of a supervisor, but to somebody else."), "R1.1"
        ),
        "delegation_begins_today_or_later": Reason("begins_today_or_later", _("It begins today or later."), "R1.2"),
        "delegation_ends_after_it_begins": Reason("ends_after_it_begins", _("It ends on the day on which it begins, or later."), "R1.2"),
        "delegation_is_short_enough": Reason(
            "short_enough", _("Nobody stands in for so long; choose fewer days. How many may be is a policy of the shop."), "R1.2"
        ),
        "delegation_is_there_once": Reason("there_once", _("On some of these days this person stands in already."), "R1.2"),
        "delegation_is_not_over": Reason("is_over", _("This is over already."), "R1.2"),
        "request_still_waits": Reason("wrong_state", _("This request does not wait for a decision any more."), "R1.3"),
        "approval_still_holds": Reason("approval_holds", _("The approval was taken back."), "R1.3"),
        "approval_not_expired": Reason("approval_holds", _("The approval has run out; ask anew."), "R1.2"),
        "payer_is_finance": Reason("payer_is_finance", _("Finance pays; in this shop the one who approved does not."), "R2.3"),
        "not_refunded_by_the_platform": Reason(
            "platform_has_not_paid", _("The platform has refunded this order meanwhile; less is left than is asked for."), "R2.3"
        ),
        "not_paid_there_meanwhile": Reason("is_not_paid_there", PAID_THERE, "R2.3"),
        "not_paid_by_the_platform_itself": Reason(
            "platform_has_not_decided", _("The platform has paid this already, and the ledger has it."), "R13.2"
        ),
        "inspected_before_money_leaves": Reason(
            "not_inspected", _("The goods are coming back: first the inspection, or a lead's written word."), "R5.2"
        ),
        "somebody_else_books": Reason(
            "somebody_else_books",
            _("You asked for money of this order or paid it; somebody else of finance or a lead books the difference."),
            "R1.1",
        ),
        "booking_is_of_a_payment_there": NOTHING_TO_BOOK,
        "paid_there_is_not_booked_yet": Reason("is_booked", _("Our books have what the platform paid already."), "R2.3"),
        "payer_is_not_the_approver": Reason("payer_is_finance", _("Finance pays; in this shop the one who approved does not."), "R2.3"),
        "a_platform_number_is_used_once": Reason("number_used", _("This platform number already stands for another payout."), "R2.3"),
        "no_transfer_is_under_way": Reason("transfer", _("A transfer is under way; nobody knows yet whether it has been paid."), "R2.3"),
        "nothing_was_paid_after_all": Reason(
            "nothing_was_paid_after_all",
            _("Alipay says that an earlier transfer of this case was paid after all; another payout would pay twice."),
            "R2.3",
        ),
        "sender_did_not_ask": Reason("somebody_else_asked", _("You asked for this refund; somebody else decides and pays."), "R1.1"),
        "a_paid_request_does_not_end": Reason("paid", _("It is paid already."), "R2.3"),
        "request_lines_are_the_orders": Reason("bad_line", _("This line is not of this order."), "R1.1"),
        "request_evidence_is_the_orders": Reason("bad_evidence", _("This evidence does not belong to the order's cases."), "R1.1"),
        "request_is_of_its_kind": Reason(
            "not_of_this_kind", _("A refund gives back what was paid; a compensation is asked for by itself."), "R4.1"
        ),
        "compensation_is_within_paid": Reason("above_what_was_paid", ABOVE_PAID, "R4.1"),
        "compensation_above_the_cap_has_a_reason": Reason("above_the_postage", _("As a rule not above the postage. Say why."), "R4.1"),
        "advanced_postage_goes_back_once": Reason(
            "paid_back_once",
            _("What the customer advanced here is asked for already; without a return's record it is paid back once."),
            "R3.1",
        ),
        "request_has_ground_or_evidence": Reason("has_ground_or_evidence", _("Neither a ground nor evidence is given."), "R1.1"),
        "payout_channel_as_approved": Reason("other_channel", _("Another way of paying was approved."), "R1.3"),
        "one_claim_per_loss": Reason("already_claimed", _("This loss is claimed already."), "L13.1"),
        "recovery_has_a_line_that_waits": Reason("line_settled", _("This line is settled already."), "L13.1"),
        "line_is_of_the_claims_parcel": Reason("other_parcel", _("This line is of another parcel, or pays more than is due."), "L13.1"),
        "a_line_is_matched_by_finance_or_a_lead": Reason("role", _("Finance or a lead says whose money a line is."), "L13.1"),
        "a_line_that_pays_is_not_settled": Reason("line_settled", _("This line is settled already."), "L13.1"),
        "finance_gives_back": Reason("role", _("Finance gives money back to a courier."), "L13.1"),
        "no_more_is_given_back_than_received": Reason(
            "nothing_to_give_back", _("No more goes back to a courier than it has paid for the claim."), "L13.1"
        ),
        "over_the_cap": Reason("over_the_cap", _("More than is left of the order, the line or the postage."), "R1.1"),
        "order_refunds_within_paid": Reason("over_the_cap", _("More than is left of the order, the line or the postage."), "R1.1"),
        "line_refunds_within_paid": Reason("over_the_cap", _("More than is left of the order, the line or the postage."), "R1.1"),
        "order_freight_refunds_within_paid": Reason("over_the_cap", _("More than is left of the order, the line or the postage."), "R1.1"),
    }
)

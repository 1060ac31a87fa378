"""The policies of refunds and of the other remedies."""

from django.utils.translation import gettext_lazy as _

from casework.policies import PolicyKind, hours, register
from logistics.freight import NoFaultExchange

EXCHANGES = ((NoFaultExchange.SPLIT.value, _("Half each")), (NoFaultExchange.CUSTOMER.value, _("The customer pays all")))

register(
    PolicyKind("answer_platform_refund", "span", hours(24), _("A refund request is answered within"), "R2.3"),
    PolicyKind("dispute_evidence_within", "span", hours(24), _("Evidence for the platform is handed in within"), "R13.1"),
    PolicyKind("platform_decides_within", "span", hours(7 * 24), _("The platform's decision is looked for after"), "R13.2"),
    PolicyKind("stop_refunded_parcel", "span", hours(2), _("A parcel that left after the refund is stopped within"), "R10.2"),
    PolicyKind("recalled_back_within", "span", hours(7 * 24), _("A recalled parcel is back within"), "R10.2"),
    PolicyKind("more_evidence_within", "span", hours(72), _("What a lead asked for is brought within"), "R1.3"),
    PolicyKind("approval_valid", "span", hours(72), _("An approval holds for"), "R1.2", calendar_only=True),
    PolicyKind("reship_within", "span", hours(8, working=True), _("What is sent again leaves within"), "L5.3"),
    PolicyKind("resent_arrives_within", "span", hours(7 * 24), _("What was sent again arrives within"), "L5.3"),
    PolicyKind("payout_tries", "number", 8, _("Tries of a transfer before it is parked"), "R2.3"),
    PolicyKind(
        "claim_filed_within", "span", hours(7 * 24), _("A claim is filed within, where the courier's last day is not known"), "L13.1"
    ),
    PolicyKind(
        "claim_answered_within", "span", hours(7 * 24), _("The courier answers a claim within, where its time is not known"), "L13.1"
    ),
    PolicyKind("claim_decided_within", "span", hours(72), _("It is decided within how a claim goes on"), "L13.1"),
    PolicyKind("claim_paid_within", "span", hours(40 * 24), _("An accepted claim is paid within"), "L13.1"),
    PolicyKind("write_off_up_to", "money", "100.00", _("A supervisor may give up so much of a claim; above it a manager (yuan)"), "L13.1"),
    PolicyKind("return_days", "number", 7, _("Days to return without reason, from the day after signing"), "R5.1"),
    PolicyKind("return_address", "text", "", _("Address for returns"), "R5.1"),
    PolicyKind("return_couriers", "text", "申通, 圆通", _("Couriers for returns (others are only warned of)"), "R3.6"),
    PolicyKind("return_sent_within", "span", hours(7 * 24), _("The customer sends it back within"), "R5.4"),
    PolicyKind("return_arrives_within", "span", hours(7 * 24), _("What the customer sends back arrives within"), "R5.4"),
    PolicyKind("return_inspected_within", "span", hours(8, working=True), _("What came back is inspected within"), "R5.2"),
    PolicyKind("no_fault_exchange", "choice", "split", _("Postage of an exchange that nobody is to blame for"), "R3.3", choices=EXCHANGES),
    PolicyKind("wrong_purchase_confirmed_within", "span", hours(24), _("A wrong purchase is confirmed within"), "R7.1"),
    PolicyKind("compensation_cap", "cap", "postage", _("A compensation above it needs a lead's reason (yuan, or postage)"), "R4.1"),
    PolicyKind(
        "gift_by_amount", "table", [["0", "5"], ["100", "10"], ["300", "20"]], _("A gift that staff agree to alone, by amount paid"), "S4.3"
    ),
    PolicyKind(
        "stock_settled_within",
        "span",
        hours(48),
        _("Goods out of stock are shipped or refunded within, where no ship-by date is known"),
        "R12.1",
    ),
    PolicyKind("stock_told_within", "span", hours(4, working=True), _("The customer hears of goods out of stock within"), "R12.1"),
    PolicyKind("stock_answer_within", "span", hours(24), _("The customer answers the offer of other goods within"), "R12.1"),
    PolicyKind("invoice_data_within", "span", hours(72), _("The customer sends what an invoice lacks within"), "I1.1"),
    PolicyKind("invoice_issued_within", "span", hours(16, working=True), _("An invoice is issued within"), "I1.1"),
    PolicyKind("tried_out_within", "span", hours(48), _("The customer tries out what was described within"), "P1.1"),
    PolicyKind("gift_waits_for", "span", hours(30 * 24), _("A gift waits for the next parcel"), "S4.3"),
    PolicyKind(
        "abuse_signal", "number", 3, _("Claims (not received, missing) of one buyer, phone or address that stand out; 0 shows none"), "R1.1"
    ),
    PolicyKind("abuse_signal_within", "span", hours(90 * 24), _("Claims of one buyer are counted over"), "R1.1", calendar_only=True),
    PolicyKind(
        "step_up_above",
        "money",
        "500.00",
        _("Above this an approver enters the password again (yuan approved for the order in all)"),
        "R1.2",
    ),
    PolicyKind("step_up_valid", "span", hours("0.25"), _("A password entered again is good for"), "R1.2", calendar_only=True),
    PolicyKind("bulk_approval_up_to", "money", "50.00", _("Requests up to this amount may be approved many at once (yuan)"), "R1.2"),
    PolicyKind("delegation_longest", "number", 31, _("Days for which somebody may stand in, at most"), "R1.2"),
    PolicyKind("payer_may_be_approver", "flag", False, _("The one who approved may pay (never the one who asked)"), "R1.1"),
)

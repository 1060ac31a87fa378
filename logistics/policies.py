"""The policies of chapter L that are built so far."""

from django.utils.translation import gettext_lazy as _

from casework.policies import PolicyKind, hours, register

register(
    PolicyKind("first_attempt_within", "span", hours(8, working=True), _("First attempt to reach the customer within"), "L6.1"),
    PolicyKind("contact_window", "span", hours(72), _("Time in which all channels are tried"), "L6.1"),
    PolicyKind("returning_within", "span", hours(7 * 24), _("A parcel on its way back to us arrives within"), "L3.4"),
    PolicyKind("courier_answers_within", "span", hours(24), _("A courier that was urged answers within"), "L3.2"),
    PolicyKind("no_record_at_once", "number", 300, _("More parcels of a courier without any record at once mean a broken feed"), "L3.3"),
    PolicyKind("courier_trace", "span", hours(2 * 24), _("The courier finds or delivers it within"), "L1.3"),
    PolicyKind("customer_looks_within", "span", hours(24), _("The customer looks around for a parcel that was signed for within"), "L1.1"),
    PolicyKind("collected_within", "span", hours(5 * 24), _("A customer collects a parcel at a pick-up point within"), "L8.1"),
    PolicyKind(
        "outage", "number", 20, _("So many parcels of one courier and city in trouble within a day are offered as an outage"), "L3.3"
    ),
    PolicyKind("out_of_area_fee", "money", "15.00", _("Out-of-area surcharge beyond the border (yuan)"), "L8.3"),
    PolicyKind("refused_within", "span", hours(24), _("A parcel that the customer was asked to refuse turns back within"), "L7.5"),
    PolicyKind("returned_answer_within", "span", hours(72), _("The customer says what becomes of a returned parcel within"), "L10.1"),
    PolicyKind("new_order_ships_within", "span", hours(72), _("What goes with a new order leaves within"), "L10.1"),
    PolicyKind("photos_within", "span", hours(72), _("The customer sends photos within"), "L5.2"),
    PolicyKind("damage_told_within", "span", hours(48), _("A damage is told of at once when it is within so long after signing"), "L7.1"),
    PolicyKind(
        "resend_asked_within", "span", hours(4, working=True), _("What is not usable again is sent again at once: asked within"), "L7.4"
    ),
    PolicyKind("weight_tolerance", "number", 30, _("Grams by which scales differ anyway"), "L5.2"),
    PolicyKind("promise_followed_after", "span", hours(30 * 24), _("A promise for the next order is followed up after"), "S1.4"),
    PolicyKind(
        "extend_when_less_than", "span", hours(3 * 24), _("Receipt is extended when the order confirms it by itself in less than"), "L0.4"
    ),
    PolicyKind("review_change_within", "number", 30, _("Days in which a customer may change a public word on an order"), "R11.1"),
    PolicyKind(
        "review_report_within", "number", 15, _("Days after the deal closed in which a public word on an order can be reported"), "R11.1"
    ),
    PolicyKind(
        "review_report_answered_within", "span", hours(7 * 24), _("The platform answers the report of a public word within"), "R11.1"
    ),
    PolicyKind("complaint_recorded_within", "span", hours(72), _("A complaint record is written within"), "S3.2"),
    PolicyKind("memo_only_within", "number", 5, _("Minutes after payment in which a memo is enough for a new address (0 = never)"), "L9.3"),
    PolicyKind(
        "address_answered_within", "span", hours(1, working=True), _("Print clerk and warehouse answer about an address within"), "L9.8"
    ),
    PolicyKind("intercepted_within", "span", hours(5 * 24), _("A parcel that a courier stops is signed for or back within"), "L9.6"),
    PolicyKind("address_followed_within", "span", hours(10 * 24), _("A parcel with a new address is signed for within"), "L9.6"),
    PolicyKind("contact_each_day", "flag", False, _("The customer is tried on each day of the window"), "L6.1"),
)

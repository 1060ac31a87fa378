"""A case of each kind that people open, as its chapter begins."""

from casework.actions.door import door
from casework.actions.open_case import open_case, open_on
from casework.models import Case
from casework.registry import Subject
from logistics.models import Outage
from refunds.actions.ask_gift import ask_gift
from refunds.actions.ask_invoice import ask_invoice
from refunds.actions.report_out_of_stock import report_out_of_stock
from tests.builders import a_compensation, a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.logistics.addresses import a_change, a_paid_order
from tests.logistics.incidents import an_incident, sent_again, to_mend
from tests.logistics.signed import a_signed
from tests.refunds.claims import a_claim
from tests.refunds.returns import a_return, an_exchange

INCIDENTS = (
    "stalled no_record missing_items wrong_items damaged out_of_area confiscated intercept doubtful complaint refused_at_door"
    " returned_to_sender review logistics_complaint"
).split()


def one_of_each(shop, agent):
    """Kind -> its case, opened by the agent."""
    by, order, waiting = acts(agent), an_order(shop), an_order(shop, status="wait_ship", shipped_at=None)
    line = {"line": waiting.lines.get().pk, "quantity": 1}
    found = [
        an_unreachable(agent), a_signed(agent), an_outage(shop, agent), a_change(agent, a_paid_order(shop)), a_claim(agent), a_refund(agent),
        a_compensation(agent), a_return(agent), an_exchange(agent), sent_again(to_mend(agent), agent), *(an_incident(kind, agent) for kind in INCIDENTS),
        report_out_of_stock({"order": waiting.number, "lines": [line]}, by=by, at=MONDAY),
        ask_invoice({"order": order.number, "type": "company"}, by=by, at=MONDAY),
        ask_gift({"order": order.number, "what": "样例", "pieces": 1, "worth": "1.00"}, by=by, at=MONDAY),
        open_case("trouble_in_use", by=by, at=MONDAY, order=order.number),
    ]  # fmt: skip
    return {each.kind: Case.objects.get(pk=each.pk) for each in found}


def an_outage(shop, agent):
    """An outage without a case of its own."""
    with door(acts(agent), MONDAY):
        return open_on(Outage, Subject("outage:0", "中通 杭州市", shop.pk, None), by=acts(agent), at=MONDAY)

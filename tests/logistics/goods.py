"""Wrong and damaged goods for the tests: a case about a parcel that was signed for, walked on by real steps."""

from casework.actions.add_evidence import add_evidence
from casework.actions.deeds import finish_task, record_contact
from logistics.models import IncidentFacts, Parcel
from refunds.actions.ask import ask_refund
from refunds.actions.ask_compensation import ask_compensation
from refunds.actions.ask_gift import ask_gift
from refunds.actions.ask_return import ask_exchange, ask_return
from tests.builders import a_wish, an_order
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, answered, fresh, hours, numbers, taken

SIGNED = MONDAY - hours(2)
UNPACKED = {"unpacked": True, "arrived": "同款黑色"}
DAMAGE = {"damage": "外壳裂开", "worn": "no"}


def an_arrived(kind, agent, *, signed=SIGNED, lines=("60.00", "40.00"), at=MONDAY, **order):
    """A case of the kind about a parcel that was signed for."""
    order = an_order(agent.memberships.get().shop, lines=lines, waybill=f"7411111111{next(numbers):04d}", **order)
    Parcel.objects.filter(orders=order).update(delivered_at=signed)
    return an_incident(kind, agent, at=at, order=order, shipped=at - hours(48))


def pieces_of(case, *counts):
    """So many pieces of the order's lines, from the first on."""
    return [{"line": line.pk, "quantity": number} for line, number in zip(case.order.lines.all(), counts or (1,), strict=False) if number]


def with_photos(case, agent, *kinds, at=MONDAY):
    """One picture of each kind comes."""
    for kind in kinds:
        add_evidence(case.pk, upload=a_picture(), kind=kind, by=acts(agent), at=at)
    return fresh(case)


def told(case, agent, at=MONDAY):
    """The customer was contacted and answered."""
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=at)


def a_wrong(agent, state="wait_photos", **order):
    """Wrong goods, walked to the photos or to what is verified."""
    case = an_arrived("wrong_items", agent, **order)
    taken(case, "wrong_named", agent, items=pieces_of(case), **UNPACKED)
    taken(case, "lines_checked", agent)
    taken(case, "weights_compared", agent)
    if state != "wait_photos":
        with_photos(case, agent, "photo_goods")
        taken(case, "photos_checked", agent)
    if state not in ("wait_photos", "check_packing"):
        taken(case, "confirm", agent)
        told(case, agent)
    for step, last in (("keeping_declined", "offer_keep"), ("difference_declined", "offer_difference")):
        if state in ("wait_photos", "check_packing", last):
            break
        taken(case, step, agent)
    return fresh(case)


def a_damaged(agent, judged="", broken_by="unknown", **order):
    """Damaged goods, with both photos where nothing is said, else judged."""
    case = an_arrived("damaged", agent, **order)
    taken(case, "damage_named", agent, items=pieces_of(case), **DAMAGE)
    with_photos(case, agent, "photo_damage", "photo_waybill")
    if judged:
        taken(case, "confirm", agent)
        taken(case, judged, agent, broken_by=broken_by)
        told(case, agent)
    return fresh(case)


def noted(case, lead, at=MONDAY):
    """A lead takes note of what was reported."""
    answered(case, "noted", lead, at=at)
    return fresh(case)


REMEDIES = {"compensation", "refund", "gift", "exchange", "return_goods"}


def asked(kind, case, agent, at=MONDAY, **more):
    """A remedy of the kind for the case: of its first line, ten yuan where money is asked."""
    by, lines = acts(agent), pieces_of(case)
    wish = {"case": case.pk, "reason": "damaged", "ground": "photo_checked", "payee": {"channel": "small_payment"}}
    deeds = {
        "compensation": lambda: ask_compensation(wish | {"amount": "10.00"} | more, by=by, at=at),
        "refund": lambda: ask_refund(a_wish(case.order, "10.00", case=case.pk) | more, by=by, at=at),
        "gift": lambda: ask_gift({"case": case.pk, "what": "杯垫", "pieces": 1, "worth": "5.00"} | more, by=by, at=at),
        "exchange": lambda: ask_exchange({"case": case.pk, "lines": lines, "why": "damaged"} | more, by=by, at=at),
        "return_goods": lambda: ask_return({"case": case.pk, "lines": lines, "why": "damaged"} | more, by=by, at=at),
    }
    return deeds[kind]()


def paid(case, supervisor, finance, agent, at=MONDAY):
    """Money that was asked for goes its whole way: approved, paid, memo written, customer told."""
    taken(case, "approve", supervisor, at=at)
    taken(case, "record_payout", finance, at=at, platform_number=f"PAY{case.pk:08d}", paid_at=at.isoformat())
    for task in case.tasks.filter(done_at=None):
        finish_task(case.pk, task.pk, by=acts(agent), at=at)
    taken(case, "customer_told", agent, at=at)
    return fresh(case)


def in_memory(kind, state, *, offer="", **facts):
    """A case of the kind that was never written, for what asks nothing of the database."""
    case = kind(kind=kind.KIND, state=state)
    case.facts = IncidentFacts(offer=offer, **facts)
    return case

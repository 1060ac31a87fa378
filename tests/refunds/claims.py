"""Courier claims for the tests: a loss that an incident found, the claim of it, and statements that pay."""

from casework.actions.add_evidence import add_evidence
from casework.models import Case
from logistics.models import Loss
from orders.models import ImportFile, ImportRun
from refunds.actions.open_claims import open_claims
from refunds.models import ClaimFacts, StatementLine
from tests.builders import an_order, numbers
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.incidents import hours, taken, to_mend

SHEET = {"运单号": "", "赔付金额": "", "赔付日期": "2026-11-22", "理赔单号": ""}


def a_loss(agent, *, lines=("100.00",), at=MONDAY):
    """A parcel that its courier says it lost; what the courier answered stands in the log of inquiries."""
    order = an_order(agent.memberships.get().shop, lines=lines, waybill=f"7388888888{next(numbers):04d}")
    return Loss.objects.get(case=to_mend(agent, order=order, at=at))


def a_claim(agent, *, lines=("100.00",), at=MONDAY, loss=None):
    """A registered claim of a lost parcel; the proof of its worth is on it."""
    (case,) = open_claims([(loss or a_loss(agent, lines=lines)).pk], by=acts(agent), at=at)
    add_evidence(case.pk, upload=a_picture(), kind="platform", by=acts(agent), at=at)
    return Case.objects.get(pk=case.pk)


def filed(agent, *, at=MONDAY, **loss):
    """A claim that is with the courier."""
    return taken(a_claim(agent, at=at, **loss), "file", agent, at=at)


def claim_of(case):
    """Its facts."""
    return ClaimFacts.objects.select_related("loss__parcel", "loss__courier").get(pk=case.pk)


def waybill_of(case):
    return claim_of(case).loss.parcel.waybill


def a_row(waybill, amount, **columns):
    """A row of a courier's statement."""
    return SHEET | {"运单号": waybill, "赔付金额": amount} | columns


DAY = hours(24)


def a_line(shop, *, waybill="73000000000009", amount="9.90", courier=None):
    """A line of a statement that pays no claim."""
    file = ImportFile.objects.create(run=ImportRun.objects.create(shop=shop, channel="page", state="done", at=MONDAY), name="statement.csv")
    return StatementLine.objects.create(shop=shop, waybill=waybill, amount=amount, courier=courier, file=file, key=waybill, at=MONDAY)

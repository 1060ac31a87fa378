"""Giving claims out to couriers: letter and papers of one, or a sheet of all that are to be filed. Journalled, and scoped by shop (S5.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.actions.add_evidence import evidence_path
from casework.actions.door import concerns, door
from casework.actions.export import count_for_file
from logistics.models import Courier
from orders.access import Actor, acting
from orders.errors import Malformed, NotAllowed, NotFound
from orders.roles import AGENTS
from orders.workbook import moment, write_workbook
from refunds.claims.claiming import read_claims
from refunds.claims.letter import Letter, letter_of
from refunds.claims.lists import Row, claim_rows, to_file
from refunds.claims.zip_stream import Content, zip_stream
from refunds.goods.late import journal_desk
from refunds.kinds.courier_claim import CourierClaim
from refunds.models.claim import ClaimFacts

# Who files claims may take their papers out.
EXPORTERS = AGENTS
BATCH = 200
COLUMNS = [
    (_("Waybill"), 22), (_("Courier"), 12), (_("Reason"), 18), (_("Claimed (yuan)"), 14), (_("Shipped at"), 18), (_("Signed at"), 18),
    (_("Order number"), 24), (_("Product"), 40), (_("Known since"), 18), (_("To be filed until"), 18), (_("Missing papers"), 40),
    (_("The courier's claim number"), 20), (_("State"), 18), (_("Case number"), 18), (_("Shop"), 18),
]  # fmt: skip


def read_letter(case_id: int, *, by: Actor, at: dt.datetime) -> Letter:
    """The letter of a claim. Raises NotFound, NotAllowed for those who file none."""
    case = CourierClaim.objects.for_actor(by).select_related("shop", "order").filter(pk=case_id).first()
    if case is None:
        raise NotFound
    with door(by, at):
        concerns(shop_id=case.shop_id, case_id=case.pk, step="claim_exported")
        if by.role_in(case.shop_id) not in EXPORTERS:
            raise NotAllowed
    case.facts = ClaimFacts.objects.get(pk=case.pk)
    return letter_of(case, read_claims([case])[case.pk], handler=by.name, at=at)


def export_papers(case_id: int, *, by: Actor, at: dt.datetime) -> tuple[str, Iterator[bytes]]:
    """Letter and pictures as the name of a ZIP and its pieces. Raises as read_letter; a picture whose file is gone is left out and journalled."""
    letter = read_letter(case_id, by=by, at=at)
    there = [(name, evidence_path(each)) for name, each in letter.names()]
    found = [(name, path) for name, path in there if path.is_file()]
    with translation.override(settings.LANGUAGE_CODE):
        title = str(_("Claim letter"))
    files: list[tuple[str, Content]] = [
        (f"{title}.html", letter.as_html().encode()),
        (f"{title}.txt", b"\xef\xbb\xbf" + letter.as_text().replace("\n", "\r\n").encode()),
        *found,
    ]
    told: dict[str, Any] = {"files": len(files), "amount": str(letter.case.facts.amount)}
    told |= {"gone": len(there) - len(found)} if len(found) < len(there) else {}
    with acting(by, at):
        journal_desk(letter.case.shop_id, "case", letter.case.pk, "claim_exported", by=by, at=at, facts=told, case_id=letter.case.pk)
    return f"{letter.case.number}-{letter.claim.loss.parcel.waybill}.zip", zip_stream(files, moment(at))  # type: ignore[arg-type]  # a time


def export_sheet(courier: str, *, shop: int | None = None, by: Actor, at: dt.datetime) -> IO[bytes]:
    """What is to be filed with one courier, as an open workbook in the language of the house. Rows are streamed.

    Raises NotAllowed for those who file nothing, Malformed naming `courier`, Refused `too_many_rows` above the policy `export_rows`.
    """
    if not by.has_role(EXPORTERS):
        raise NotAllowed
    if not Courier.objects.filter(code=courier).exists():
        raise Malformed(_("Choose the courier."), code="unknown_courier", field="courier")
    rows = to_file(by, EXPORTERS).filter(claim__loss__courier__code=courier)
    rows = rows.filter(shop=shop) if shop else rows
    count_for_file(rows, shop=shop, at=at)
    read = claim_rows(rows.iterator(chunk_size=BATCH), by=by, now=at, size=BATCH)
    file, count = write_workbook(_("Claims"), COLUMNS, (_cells(each) for each in read))
    shops = set(rows.values_list("shop_id", flat=True))
    with acting(by, at):
        for shop_id in shops:
            journal_desk(shop_id, "claims", 0, "claims_exported", by=by, at=at, facts={"rows": count, "courier": courier})
    return file


def _cells(row: Row) -> list[Any]:
    """In the order of COLUMNS."""
    case, loss, parcel = row.case, row.claim.loss, row.claim.loss.parcel
    return [
        parcel.waybill, loss.courier.name, loss.get_cause_display(), row.facts.amount, moment(parcel.shipped_at), moment(parcel.delivered_at),
        case.order.number if case.order else "", row.goods, moment(loss.at), moment(row.claim.closes_at), row.missing,
        row.facts.number, case.state_label, case.number, case.shop.name,
    ]  # fmt: skip

"""What the returns desk does beside the cases: parking what nobody knows, matching it later, giving faults away, seeing late arrivals."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.advance import advance
from casework.actions.deeds import text_of
from casework.actions.door import concerns, door
from casework.models import Case
from logistics.actions.add_parcel import courier_of, waybill_of
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from orders.models import Shop
from orders.redact import redact
from orders.roles import AGENTS, LEADS, Role
from refunds.goods.desk import WATCHERS
from refunds.goods.late import journal_desk
from refunds.kinds.coming_back import ComesBack
from refunds.kinds.coming_back.part import RECEIVERS
from refunds.kinds.return_goods import EXPECTED
from refunds.models.returned import NOT_TAKEN, CameBackAfterRefund, QualityFault, StrayParcel

# Who gives faulty goods to the department: whoever has them in hand, and those who lead.
GIVERS = LEADS | {Role.WAREHOUSE}


def park(shop_id: int, *, waybill: str, courier: str = "", note: str = "", refused: str = "", by: Actor, at: dt.datetime) -> StrayParcel:
    """Keep a parcel that nobody knows, or that it was not taken (`refused`, R3.6). Parked again it is the same one.

    Raises NotFound, NotAllowed, Malformed naming the field.
    """
    shop = Shop.objects.for_actor(by).filter(pk=shop_id).first()
    if shop is None:
        raise NotFound
    number, words = waybill_of(waybill), redact(text_of(note, "note", length=500))[:500]
    carrier = courier_of(courier) if courier else None
    if refused not in ("", *dict(NOT_TAKEN)):
        raise Malformed(_("This is none of the possible values."), code="bad_value", field="refused")
    with door(by, at):
        _only(RECEIVERS, shop_id, by, "park_parcel")
        told = {"courier": carrier, "came_at": at, "kept_by_id": by.person_id, "note": words}
        # Two desks may scan the same parcel at once: the second one finds the first one's row.
        row, is_new = StrayParcel.objects.get_or_create(shop=shop, waybill=number, matched_at=None, refused="", defaults=told)
        if not is_new and not refused:
            return row
        if refused:
            # Perhaps it was parked first, and then handed back to the courier.
            row.refused = refused
            row.save(update_fields=["refused"])
        step = "parcel_not_taken" if refused else "parcel_parked"
        journal_desk(
            shop.pk, "strayparcel", row.pk, step, by=by, at=at, facts={"waybill": number} | ({"sent_by": refused} if refused else {})
        )
    return row


def match(stray_id: int, case_id: int, *, by: Actor, at: dt.datetime) -> StrayParcel:
    """A clerk found whose it is: the return has arrived on the day when it was parked, and is to be inspected. The same again changes nothing.

    Raises NotFound, NotAllowed, Refused `already_matched`, `not_expected`.
    """
    with door(by, at):
        row = (
            StrayParcel.objects.for_actor(by)
            .select_for_update(no_key=True, of=("self",))
            .select_related("courier")
            .filter(pk=stray_id)
            .first()
        )
        case = Case.objects.for_actor(by).filter(pk=case_id).first()
        if row is None or case is None or case.shop_id != row.shop_id:
            raise NotFound(field="" if row is None else "case")
        _only(AGENTS, row.shop_id, by, "match_parcel")
        if row.case_id == case.pk:
            return row
        if row.matched_at is not None or row.refused:
            raise Refused(_("This parcel is matched already, or was not taken."), code="already_matched")
        if not isinstance(case, ComesBack) or case.state not in EXPECTED:
            raise Refused(_("This case waits for no parcel."), code="not_expected", field="case")
        facts = {"waybill": row.waybill} | ({"courier": row.courier.code} if row.courier else {})
        row.case_id, row.matched_at, row.matched_by_id = case.pk, at, by.person_id
        row.save(update_fields=["case", "matched_at", "matched_by"])
        advance(case.pk, "received", by=by, at=at, facts=facts)
        told: dict[str, Any] = {"waybill": row.waybill}
        journal_desk(row.shop_id, "strayparcel", row.pk, "parcel_matched", by=by, at=at, facts=told, case_id=case.pk)
    return row


def give_fault(fault_id: int, *, department: str, by: Actor, at: dt.datetime) -> QualityFault:
    """Mark faulty goods as given to the department that answers for them (R5.3). Marked again it stays as it was.

    Raises NotFound, NotAllowed, Malformed naming `department`.
    """
    name = redact(text_of(department, "department", length=60))[:60]
    if not name:
        raise Malformed(_("Say to which department."), code="department_required", field="department")
    with door(by, at):
        row = (
            QualityFault.objects.for_actor(by)
            .select_for_update(no_key=True, of=("self",))
            .select_related("case")
            .filter(pk=fault_id)
            .first()
        )
        if row is None:
            raise NotFound
        _only(GIVERS, row.case.shop_id, by, "give_fault")
        if row.given_at is None:
            row.given_at, row.given_by_id, row.department = at, by.person_id, name
            row.save(update_fields=["given_at", "given_by", "department"])
            told = {"department": name}
            journal_desk(row.case.shop_id, "qualityfault", row.pk, "fault_given", by=by, at=at, facts=told, case_id=row.case_id)
    return row


def see_late(late_id: int, *, by: Actor, at: dt.datetime) -> CameBackAfterRefund:
    """Finance has seen that a parcel came back after its refund. Seen again it stays as it was. Raises NotFound, NotAllowed."""
    with door(by, at):
        row = CameBackAfterRefund.objects.for_actor(by).select_for_update(no_key=True).filter(pk=late_id).first()
        if row is None:
            raise NotFound
        _only(WATCHERS, row.shop_id, by, "see_late_arrival")
        if row.seen_at is None:
            row.seen_at, row.seen_by_id = at, by.person_id
            row.save(update_fields=["seen_at", "seen_by"])
            journal_desk(row.shop_id, "camebackafterrefund", row.pk, "late_arrival_seen", by=by, at=at, facts={"waybill": row.waybill})
    return row


def _only(roles: frozenset[Any], shop_id: int, by: Actor, step: str) -> None:
    concerns(shop_id=shop_id, step=step, object_type="shop", object_id=shop_id)
    if by.role_in(shop_id) not in roles:
        raise NotAllowed

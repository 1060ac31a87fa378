"""Money of a claim that came beside the courier's statements: a statement of one line, by the same road as any other (L13.1)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.calendars import SHOP_TIME
from orders.access import Actor
from orders.actions.import_files import check_may_import
from orders.actions.upload_files import stage_upload
from orders.errors import Malformed, NotFound
from orders.models import ImportRun
from refunds.imports.statement_columns import NAMES
from refunds.kinds.courier_claim import CourierClaim
from refunds.money import yuan

LONGEST = 64


def write_statement(case_id: int, *, amount: Any, paid_on: Any, reference: Any = "", by: Actor, at: dt.datetime) -> ImportRun:
    """Stage a statement that pays the claim's waybill `amount` yuan on that day, under the courier's number; it is looked at and confirmed like any import.

    Raises NotFound, NotAllowed for those who import nothing, Malformed naming the field, BadFile.
    """
    claim = (
        CourierClaim.objects.for_actor(by).select_related("shop", "claim__loss__parcel", "claim__loss__courier").filter(pk=case_id).first()
    )
    if claim is None:
        raise NotFound
    check_may_import(by, claim.shop)
    loss = claim.claim.loss
    told = {
        "waybill": loss.parcel.waybill,
        "courier": loss.courier.name,
        "amount": str(yuan(amount, "amount")),
        "paid_on": f"{_day(paid_on, at):%Y-%m-%d}",
        "reference": text_of(reference, "reference", length=LONGEST),
    }
    file = io.StringIO()
    csv.writer(file).writerows([[NAMES[field][0] for field in told], list(told.values())])
    name = f"{loss.courier.name}-{loss.parcel.waybill}.csv"
    return stage_upload(claim.shop, [SimpleUploadedFile(name, file.getvalue().encode("utf-8-sig"))], by=by, at=at)


def _day(told: Any, at: dt.datetime) -> dt.date:
    """The day of payment. Raises Malformed for what is none, and for one that is still to come."""
    try:
        day = parse_date(told) if isinstance(told, str) else None
    except ValueError:
        day = None
    if day is None:
        raise Malformed(_("This is no day like 2026-11-23."), code="bad_value", field="paid_on")
    if day > at.astimezone(SHOP_TIME).date():
        raise Malformed(_("This day has not come yet."), code="bad_value", field="paid_on")
    return day

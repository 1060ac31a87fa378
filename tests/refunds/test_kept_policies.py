"""A decision keeps the policies that it was made under, and an auditor reads them."""

import datetime as dt
import json

import pytest

from casework.actions.set_policy import set_policy
from refunds.kept_policies import kept_policies
from refunds.models import Approval
from tests.builders import a_refund
from tests.cast import MONDAY, acts
from tests.page import browser_of, text_of
from tests.refunds.test_money_in_the_database import APPROVE, sql

pytestmark = pytest.mark.rule("R1.2")

USED = {"approval_valid", "step_up_above", "step_up_valid", "bulk_approval_up_to", "compensation_cap", "payer_may_be_approver"}


def test_an_approval_keeps_them_whatever_becomes_of_them(agent, supervisor, manager, auditor, shop):
    case = a_refund(agent, approved_by=supervisor)
    set_policy("step_up_above", "20.00", shop_id=shop.pk, by=acts(manager), at=MONDAY + dt.timedelta(hours=1))
    kept = Approval.objects.get()
    assert (set(kept.policies), kept.policies["step_up_above"], kept.policies["approval_valid"]["hours"]) == (USED, "500.00", 72)
    assert len(kept_policies(kept)) == len(USED)
    text = text_of(browser_of(auditor).get(f"/cases/{case.pk}/"))
    for part in ("policies at that time", "An approval holds for", "72 hours", "500.00"):
        assert part in text


def test_the_database_fills_them_whatever_the_insert_says(agent, supervisor):
    case = a_refund(agent)
    sql(APPROVE, supervisor.pk, case.requests.get().pk)
    assert json.dumps(Approval.objects.get().policies, sort_keys=True).count(":") >= len(USED)

"""M5, M6, M7 The Idempotency-Key on every operation that moves money or goods: done once, answered with the same bytes, nobody else's."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from casework.actions.verify import verify_invariants
from casework.models import Case, Journal, KeptAnswer, Ledger
from orders.models import Membership
from refunds.models import Approval, Delegation, Ending, Payout, ResentLine, SendBack, Transfer
from tests.builders import a_refund, an_order
from tests.callers import Caller, browser, program
from tests.logistics.incidents import to_mend

PAYEE = {"channel": "alipay", "account": "13800138000", "name": "何大明"}
KEY = "Idempotency-Key"
PAID = {"platform_number": "PAY0001", "paid_at": "2026-11-23T10:00:00+08:00"}
# Step, who takes it, from an approved request or one that waits, with which facts, and the row that it leaves once.
DECISIONS = {
    "approve": ("supervisor", False, {}, Approval),
    "reject": ("supervisor", False, {"reason": "照片不清楚"}, Ending),
    "send_back": ("supervisor", False, {"reason": "照片不清楚"}, SendBack),
    "record_payout": ("finance", True, PAID, Payout),
    "revoke": ("supervisor", True, {"reason": "付错了"}, Ending),
    "pay": ("finance", True, {}, Transfer),
}


@pytest.fixture
def decision(request, agent, supervisor, settings):
    """(caller, address, body, row) of a decision by its name."""
    settings.ALIPAY_APP_ID = settings.ALIPAY_KEYS = "configured"

    def of(step):
        who, is_approved, facts, row = DECISIONS[step]
        case = a_refund(agent, payee=PAYEE, approved_by=supervisor if is_approved else None)
        return browser(request.getfixturevalue(who)), f"cases/{case.pk}/steps/{step}/", {"version": case.version, "facts": facts}, row

    return of


@pytest.mark.fault("M5")
@pytest.mark.parametrize("step", DECISIONS)
def test_a_decision_is_made_once_and_answered_with_the_same_bytes(decision, step):
    caller, address, body, row = decision(step)
    answers = [caller.post(address, body, **{KEY: "one"}) for _ in range(3)]
    assert {(each.status_code, each.content) for each in answers} == {(200, answers[0].content)}
    assert row.objects.count() == 1
    # Without the key the same is what it always was: out of date.
    assert caller.post(address, body).status_code == 409


@pytest.mark.fault("M6")
@pytest.mark.parametrize("step", ["approve", "pay"])
def test_the_same_key_with_something_else_is_refused_and_the_first_stands(decision, step):
    caller, address, body, row = decision(step)
    first = caller.post(address, body, **{KEY: "one"})
    for other in (body | {"note": "noch etwas"}, body | {"version": 77}):
        answer = caller.post(address, other, **{KEY: "one"})
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert caller.post(address, body, **{KEY: "one"}).content == first.content
    assert row.objects.count() == 1


@pytest.mark.fault("M6")
def test_the_same_key_on_another_case_is_refused(decision):
    caller, address, body, _row = decision("approve")
    _caller, elsewhere, other, _row = decision("approve")
    assert caller.post(address, body, **{KEY: "one"}).status_code == 200
    assert caller.post(elsewhere, other, **{KEY: "one"}).json()["code"] == "idempotency_key_reused"
    assert Approval.objects.count() == 1


@pytest.mark.fault("M6")
@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ({"facts": {"platform_number": "x"}}, 400),
        ({"version": 999}, 409),
        ({"version": "eins"}, 400),
        ({"facts": PAID | {"paid_at": "2027-01-01"}}, 400),
    ],
)
def test_a_key_whose_first_call_was_refused_is_free(decision, bad, status):
    caller, address, body, row = decision("record_payout")
    assert caller.post(address, body | bad, **{KEY: "one"}).status_code == status
    assert not KeptAnswer.objects.exists()
    assert caller.post(address, body, **{KEY: "one"}).status_code == 200
    assert row.objects.count() == 1


@pytest.mark.fault("M7")
def test_a_key_is_the_callers_alone(decision, outsider, manager, finance):
    caller, address, body, row = decision("record_payout")
    mine = caller.post(address, body, **{KEY: "one"})
    assert browser(outsider).post(address, body, **{KEY: "one"}).status_code == 404
    assert browser(manager).post(address, body, **{KEY: "one"}).status_code == 409
    assert program(finance).post(address, body, **{KEY: "two"}).status_code in (403, 409)
    Membership.objects.filter(user=finance).delete()
    assert caller.post(address, body, **{KEY: "one"}).status_code == 404
    assert (mine.status_code, row.objects.count()) == (200, 1)


@pytest.mark.fault("M5")
@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_one_pays_and_all_read_the_same(decision):
    caller, address, body, row = decision("record_payout")
    cookies, headers = caller.client.cookies, caller.headers

    def pay(_):
        try:
            other = Caller(**headers)
            other.client.cookies = cookies
            answer = other.post(address, body, **{KEY: "at-once"})
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as many:
        answers = set(many.map(pay, range(8)))
    assert len(answers) == 1
    assert {status for status, _content in answers} == {200}
    assert (row.objects.count(), Ledger.objects.filter(entry="settle").count()) == (1, 1)
    assert verify_invariants() == []


@pytest.mark.fault("M5")
def test_what_is_sent_again_is_asked_for_once(agent):
    above = to_mend(agent)
    line = above.order.lines.first()
    body = {"case": above.pk, "lines": [{"line": line.pk, "quantity": 1}], "reason": "少件"}
    answers = [program(agent).post("reshipments/", body, **{KEY: "one"}) for _ in range(2)]
    assert {(each.status_code, each.content) for each in answers} == {(201, answers[0].content)}
    assert ResentLine.objects.count() == 1


@pytest.mark.fault("M5")
def test_a_case_is_opened_once(agent, shop):
    body = {"kind": "unreachable", "order": an_order(shop, waybill="73000000000009").number}
    answers = [program(agent).post("cases/", body, **{KEY: "one"}) for _ in range(2)]
    assert {(each.status_code, each.content) for each in answers} == {(201, answers[0].content)}
    assert Case.objects.count() == 1


@pytest.mark.fault("M5")
def test_many_are_approved_once_and_answered_with_the_same_bytes(agent, supervisor):
    cases = [a_refund(agent), a_refund(agent)]
    body = {"rows": [{"refund": each.pk, "version": each.version} for each in cases]}
    caller = browser(supervisor)
    answers = [caller.post("refunds/approve/", body, **{KEY: "one"}) for _ in range(2)]
    assert [each["approved"] for each in answers[0].json()["results"]] == [True, True]
    assert answers[0].content == answers[1].content
    assert (Approval.objects.count(), Journal.objects.filter(step="refused:approve").count()) == (2, 0)
    other = caller.post("refunds/approve/", {"rows": body["rows"][:1]}, **{KEY: "one"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    Membership.objects.filter(user=supervisor).delete()
    assert caller.post("refunds/approve/", body, **{KEY: "one"}).status_code == 404


@pytest.mark.fault("M5")
def test_power_is_lent_once_and_taken_back_once(manager, supervisor):
    body = {"shop": "demo", "delegate": "supervisor", "first_day": "2026-11-23", "last_day": "2026-11-24"}
    caller = browser(manager)
    answers = [caller.post("delegations/", body, **{KEY: "one"}) for _ in range(2)]
    assert {(each.status_code, each.content) for each in answers} == {(201, answers[0].content)}
    row = Delegation.objects.get()
    ends = [caller.send(f"delegations/{row.pk}/", "{}", method="DELETE", **{KEY: "two"}) for _ in range(2)]
    assert {(each.status_code, each.content) for each in ends} == {(200, ends[0].content)}
    assert caller.send(f"delegations/{row.pk}/", "{}", method="DELETE").status_code == 422
    Membership.objects.filter(user=manager).delete()
    assert caller.post("delegations/", body, **{KEY: "one"}).status_code == 404
    assert caller.send(f"delegations/{row.pk}/", "{}", method="DELETE", **{KEY: "two"}).status_code == 404


def test_the_schema_names_the_key_wherever_it_counts(client, agent):
    client.force_login(agent)
    paths = client.get("/api/schema/?format=json").json()["paths"]
    keyed = {
        path: named.get("required", False)
        for path, each in paths.items()
        for named in each.get("post", {}).get("parameters", [])
        if named["name"] == KEY
    }
    assert keyed == {
        "/api/v1/refunds/": True,
        "/api/v1/compensations/": True,
        "/api/v1/reshipments/": False,
        "/api/v1/returns/": False,
        "/api/v1/exchanges/": False,
        "/api/v1/invoices/": False,
        "/api/v1/gifts/": False,
        "/api/v1/out-of-stock/": False,
        "/api/v1/refunds/approve/": False,
        "/api/v1/delegations/": False,
        "/api/v1/cases/": False,
        "/api/v1/cases/{case_id}/steps/{step}/": False,
        "/api/v1/cases/{case_id}/tasks/{task_id}/answer/": False,
        "/api/v1/cases/{case_id}/step-back/": False,
        "/api/v1/cases/{case_id}/reopen/": False,
        "/api/v1/cases/{case_id}/below/": False,
        "/api/v1/cases/several/": False,
        "/api/v1/outages/": False,
        "/api/v1/claims/": False,
        "/api/v1/claims/lines/{line_id}/": False,
        "/api/v1/claims/lines/{line_id}/again/": False,
        "/api/v1/claims/{case_id}/give-back/": False,
        "/api/v1/cases/{case_id}/promises/": False,
        "/api/v1/cases/{case_id}/snooze/": False,
        "/api/v1/orders/{order_id}/notes/": False,
    }

"""A refund in the admin from asking to paying: four eyes, limits, what was seen, and one deed per form."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from casework.actions.verify import verify_invariants
from casework.models import Case, Journal, Ledger, Task
from refunds.models import Approval, Ending, Payout, Request, SendBack
from tests.admin_pages import hidden, opened, said
from tests.builders import a_refund, an_order
from tests.cast import PASSWORD
from tests.refunds.test_admin_ask import ask

ASK = "/admin/refunds/refund/ask/"


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="5.00")


def page(case):
    return reverse("admin:refunds_refund_change", args=[case.pk])


def step(case, name):
    return reverse("admin:refunds_refund_step", args=[case.pk, name])


def decide(client, case, name, **sent):
    return client.post(step(case, name), opened(client, step(case, name)) | sent)


@pytest.mark.rule("R1.1", "R1.2", "R2.1", "R2.2", "R2.3")
def test_a_refund_goes_all_the_way_in_the_admin(client, order, agent, supervisor, finance):
    client.force_login(agent)
    case = Case.objects.get(pk=re.search(r"/(\d+)/change", ask(client, order).url).group(1))
    order.refresh_from_db()
    assert (case.state, order.reserved) == ("asked", Decimal("35.00"))

    client.force_login(supervisor)
    assert decide(client, case, "approve").url == page(case)
    approval = Approval.objects.get()
    assert (approval.decided_by, approval.amount) == (supervisor, Decimal("35.00"))

    client.force_login(finance)
    response = decide(client, case, "record_payout", platform_number="PAY20261123", paid_at="2026-11-23T10:00")
    assert response.url == page(case)
    payout = Payout.objects.get()
    assert (payout.paid_by, payout.platform_number) == (finance, "PAY20261123")
    html = client.get(page(case)).content.decode()
    assert "PAY20261123" in html
    assert "Paid; tell the customer" in html

    client.force_login(agent)
    assert client.post(step(case, "customer_told"), {"version": 3}).status_code == 422
    client.post(reverse("admin:refunds_refund_deed", args=[case.pk, "task"]), {"task": Task.objects.get(case=case).pk})
    assert decide(client, case, "customer_told").status_code == 302
    case.refresh_from_db()
    order.refresh_from_db()
    assert (case.state, order.reserved, order.refunded) == ("settled", 0, Decimal("35.00"))
    assert {entry.channel for entry in Journal.objects.filter(case=case)} == {"admin"}
    assert set(Ledger.objects.values_list("entry", flat=True)) == {"reserve", "settle"}
    assert verify_invariants() == []


@pytest.mark.rule("R1.1")
def test_self_approval_is_refused_as_a_sentence(client, order, supervisor):
    client.force_login(supervisor)
    ask(client, order)
    case = Case.objects.get()
    assert "You asked for this refund; somebody else decides and pays." in said(client.get(page(case)))
    assert f'href="{step(case, "approve")}"' not in client.get(page(case)).content.decode()
    response = client.post(step(case, "approve"), {"version": case.version, "seen": "x"})
    assert response.status_code in (409, 422)
    seen = opened(client, step(case, "ask_again")).get("seen", "")
    assert not seen
    assert not Approval.objects.exists()


@pytest.mark.rule("R1.2")
@pytest.mark.fault("M13")
def test_what_passes_the_limit_is_refused_to_a_supervisor_and_offered_to_a_manager(client, shop, agent, supervisor, manager):
    case = a_refund(agent, order=an_order(shop, lines=("900.00",)), amount="500.01")
    client.force_login(supervisor)
    assert "your limit is 500.00. A manager may." in said(client.get(page(case)))
    client.force_login(manager)
    assert decide(client, case, "approve").status_code == 403
    assert decide(client, case, "approve", password="wrong").status_code == 400
    assert decide(client, case, "approve", password=PASSWORD).status_code == 302
    assert Approval.objects.get().decided_by == manager


@pytest.mark.parametrize("who", ["agent2", "finance", "auditor", "admin"])
def test_only_leads_decide(who, client, agent, request):
    case = a_refund(agent)
    client.force_login(request.getfixturevalue(who))
    for name in ("approve", "reject", "send_back"):
        response = client.post(step(case, name), {"version": case.version, "reason": "x"})
        assert response.status_code in (403, 409)
    assert not Approval.objects.exists()
    assert not Ending.objects.exists()


@pytest.mark.rule("R1.3")
def test_a_lead_sends_back_and_the_agent_asks_anew(client, order, agent, supervisor):
    case = a_refund(agent, order=order)
    client.force_login(supervisor)
    assert client.post(step(case, "send_back"), opened(client, step(case, "send_back"))).status_code == 400
    assert decide(client, case, "send_back", reason="请补照片").status_code == 302
    assert SendBack.objects.get().reason == "请补照片"
    client.force_login(agent)
    address = client.get(step(case, "ask_again")).url
    assert address == f"{ASK}?again={case.pk}"
    assert "请补照片" in client.get(page(case)).content.decode()
    sent = opened(client, address) | {
        f"line-{order.lines.first().pk}": "20.00",
        "reason": "damaged",
        "ground": "photo_checked",
        "channel": "platform",
    }
    assert client.post(address, sent).url == page(case)
    assert [(each.seq, each.amount) for each in Request.objects.order_by("seq")] == [(1, Decimal("30.00")), (2, Decimal("20.00"))]


@pytest.mark.rule("R1.3")
def test_a_lead_rejects_with_a_reason(client, order, agent, supervisor):
    case = a_refund(agent, order=order)
    client.force_login(supervisor)
    assert decide(client, case, "reject", reason="照片不清楚").status_code == 302
    order.refresh_from_db()
    case.refresh_from_db()
    assert (case.state, order.reserved, Ending.objects.get().reason) == ("rejected", 0, "照片不清楚")


@pytest.mark.fault("M11")
def test_a_decision_on_money_that_has_moved_shows_the_fresh_figures(client, order, agent, agent2, supervisor):
    case = a_refund(agent, order=order)
    client.force_login(supervisor)
    sent = opened(client, step(case, "reject")) | {"reason": "打了很多字"}
    a_refund(agent2, order=order, amount="12.00")
    response = client.post(step(case, "reject"), sent)
    assert response.status_code == 409
    assert "打了很多字" in response.content.decode()
    assert "12.00" in response.content.decode()
    fresh = hidden(response.content.decode())
    assert client.post(step(case, "reject"), fresh | {"reason": "打了很多字"}).status_code == 302


@pytest.mark.rule("R2.3")
def test_the_approver_does_not_pay(client, agent, supervisor):
    case = a_refund(agent, approved_by=supervisor)
    client.force_login(supervisor)
    assert "Finance pays" in said(client.get(page(case)))
    assert (
        client.post(
            step(case, "record_payout"), {"version": case.version, "platform_number": "P1234", "paid_at": "2026-11-23T10:00"}
        ).status_code
        == 422
    )
    assert not Payout.objects.exists()


def test_lists_of_what_waits(client, agent, agent2, supervisor):
    asked, approved = a_refund(agent), a_refund(agent2, approved_by=supervisor)
    client.force_login(supervisor)
    for state, there, away in (("asked", asked, approved), ("to_pay", approved, asked)):
        html = client.get(f"/admin/refunds/refund/?state={state}").content.decode()
        assert f"/{there.pk}/change/" in html
        assert f"/{away.pk}/change/" not in html
    assert "30.00" in client.get("/admin/refunds/refund/").content.decode()


@pytest.mark.fault("L1")
def test_the_list_costs_the_same_however_long(client, agent, django_assert_num_queries):
    client.force_login(agent)
    client.get("/admin/refunds/refund/")
    for count in (2, 8):
        for _ in range(count):
            a_refund(agent)
        with django_assert_num_queries(5):
            client.get("/admin/refunds/refund/")

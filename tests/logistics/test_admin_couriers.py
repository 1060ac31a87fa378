"""Couriers and parcels in the admin (L12.1)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from casework.models import Journal
from logistics.models import Courier
from tests.builders import an_order, an_unreachable

LIST = "/admin/logistics/courier/"


@pytest.fixture
def zto(db):
    return Courier.objects.get(code="zhongtong")


def form(**changes):
    sent = {
        "name": "中通",
        "names": "中通, 中通快递，中通速递, 中通",
        "inquiry": "95311",
        "claims": "",
        "pickup_phone": "",
        "terms": "月结",
    }
    return sent | {"return_price": "12.50", "active": "on"} | changes


@pytest.mark.rule("L12.1")
def test_a_manager_fills_in_a_courier(client, manager, zto):
    client.force_login(manager)
    assert client.post(f"{LIST}{zto.pk}/change/", form(code="other")).status_code == 302
    zto.refresh_from_db()
    assert (zto.code, zto.inquiry, zto.return_price) == ("zhongtong", "95311", Decimal("12.50"))
    assert zto.names == ["中通", "中通快递", "中通速递"]
    assert "中通, 中通快递, 中通速递" in client.get(f"{LIST}{zto.pk}/change/").content.decode()


@pytest.mark.rule("L12.1")
@pytest.mark.parametrize("who", ["agent", "supervisor", "finance", "auditor"])
def test_nobody_else_changes_couriers(who, client, zto, request):
    client.force_login(request.getfixturevalue(who))
    assert client.post(f"{LIST}{zto.pk}/change/", form()).status_code == 403
    assert client.post(f"{LIST}add/", form(code="neu")).status_code == 403
    zto.refresh_from_db()
    assert zto.inquiry == ""


@pytest.mark.fault("A3")
def test_the_journal_keeps_what_stood_there_before(client, manager, zto):
    client.force_login(manager)
    client.post(f"{LIST}{zto.pk}/change/", form())
    entry = Journal.objects.get(object_type="courier", actor=manager)
    assert (entry.step, entry.channel, entry.before["inquiry"], entry.after["inquiry"]) == ("update", "admin", "", "95311")


def test_a_parcel_leads_to_its_orders_and_cases(client, agent, shop):
    case = an_unreachable(agent, order=an_order(shop, waybill="73000000001234"))
    parcel = case.incident.parcel
    client.force_login(agent)
    html = client.get(reverse("admin:logistics_parcel_change", args=[parcel.pk])).content.decode()
    assert case.order.number in html
    assert case.number in html
    for text in ("7300000000", case.order.number):
        assert f"/parcel/{parcel.pk}/change/" in client.get(f"/admin/logistics/parcel/?q={text}").content.decode()

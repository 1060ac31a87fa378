"""Couriers and parcels in the admin (L12.1)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from casework.models import Journal
from logistics.actions.keep_columns import keep_columns
from logistics.actions.take_tracking import take_tracking
from logistics.actions.weigh import weigh
from logistics.carriers.trace import Node, Trace
from logistics.models import Courier, ParcelFact
from logistics.patterns import check_patterns
from orders.access import Actor
from tests.builders import an_order, an_unreachable
from tests.cast import MONDAY, acts

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


@pytest.mark.rule("L12.1")
def test_patterns_of_waybills_are_kept_one_a_line(client, manager, zto):
    client.force_login(manager)
    page = client.get(f"{LIST}{zto.pk}/change/").content.decode()
    assert "7\\d{13}" in page
    sent = form(waybill_patterns="7\\d{13}\r\n\r\n\\d{12}\r\n7\\d{13}", wants_phone="on")
    assert client.post(f"{LIST}{zto.pk}/change/", sent).status_code == 302
    zto.refresh_from_db()
    assert (zto.waybill_patterns, zto.wants_phone) == ([r"7\d{13}", r"\d{12}"], True)


@pytest.mark.fault("L2")
@pytest.mark.parametrize(
    "pattern", ["(", "[a", "a{2,1}", "(?P<x>a)", "(a+)+", "(\\d*)*x", "(a|b+c)*", "x" * 101, "\n".join(f"a{n}" for n in range(21))]
)
def test_a_pattern_that_cannot_be_used_is_refused(client, manager, zto, pattern):
    client.force_login(manager)
    before = list(zto.waybill_patterns)
    answer = client.post(f"{LIST}{zto.pk}/change/", form(waybill_patterns=pattern))
    assert answer.status_code == 200
    zto.refresh_from_db()
    assert (zto.waybill_patterns, zto.inquiry) == (before, "")


def test_the_couriers_own_patterns_could_be_entered_again(db):
    for courier in Courier.objects.all():
        check_patterns(courier.waybill_patterns)


@pytest.mark.fault("X1")
def test_a_parcel_shows_its_way_weights_and_facts(client, agent, shop):
    parcel = an_order(shop, waybill="73000000001234").parcels.get()
    xss = "<script>alert(1)</script>"
    trace = Trace("file", "zhongtong", parcel.waybill, (Node(MONDAY, xss, "1002", "transit"),))
    take_tracking(shop, [trace], by=Actor.system("command"), at=MONDAY)
    weigh(parcel.pk, source="courier", grams=1180, by=acts(agent), at=MONDAY, packed_by="<i>x</i>")
    ParcelFact.objects.create(parcel=parcel, name="out_of_area", at=MONDAY, provider="file", code="207", seen_at=MONDAY)
    client.force_login(agent)
    html = client.get(reverse("admin:logistics_parcel_change", args=[parcel.pk])).content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert xss not in html
    assert "1180 g" in html
    assert "file 207" in html
    listed = client.get("/admin/logistics/weight/?q=7300000000").content.decode()
    assert "1180" in listed
    assert "<i>x" not in listed


def test_the_columns_that_a_shop_has_told_can_be_read(client, agent, shop):
    keep_columns(shop, {"waybill": "面单", "unit": "kg"}, by=acts(agent), at=MONDAY)
    client.force_login(agent)
    assert "面单" in client.get(f"/admin/logistics/shippingcolumns/{shop.pk}/change/").content.decode()

"""The returns desk: a scanner, a slip, an inspection; parcels without a case, faults for the department, what came back too late."""

import pathlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.actions.outbox import drain_outbox
from casework.actions.verify import verify_invariants
from casework.models import Journal
from logistics.actions.take_back import take_back
from logistics.models import Parcel
from orders.models import Line, Order
from orders.vault import phone_index, phone_tail_index, seal
from refunds.actions.ask import ask_refund
from refunds.models import CameBackAfterRefund, QualityFault, ReturnLine, StrayParcel
from tests.builders import a_wish, an_order
from tests.callers import a_picture
from tests.cast import MONDAY, NOON, acts
from tests.logistics.incidents import an_incident, fresh, state_of, taken, to_mend
from tests.page import browser_of, field_of, text_of
from tests.refunds.returns import a_delivered_order, a_return, arrived, inspected, return_of

BACK = {"waybill": "YT1234567890123", "courier": "yuantong"}


def on_its_way(agent, **wish):
    case = a_return(agent, **wish)
    taken(case, "on_its_way", agent, **BACK)
    return fresh(case)


def scan(page, text):
    return page.get("/returns/", {"q": text})


def press(page, address, **fields):
    """A form of the desk."""
    return page.post(address, fields)


@pytest.mark.rule("R5.2")
def test_a_scan_finds_the_return_and_one_button_takes_it_to_its_inspection(agent, warehouse):
    case, page = on_its_way(agent), browser_of(warehouse)
    found = scan(page, " yt1234567890123 ")
    assert "It is here" in text_of(found)
    assert "样例商品1 ×1" in text_of(found)
    assert state_of(case) == "under_way"
    answer = press(page, f"/returns/{case.pk}/here/", once=field_of(found, "once"))
    assert (answer.status_code, answer.url) == (302, f"/returns/{case.pk}/inspect/")
    assert (state_of(case), return_of(case).arrived_at) == ("to_inspect", NOON)


@pytest.mark.rule("R5.2")
def test_a_double_scan_and_a_double_press_do_no_harm(agent, warehouse):
    case, page = on_its_way(agent), browser_of(warehouse)
    for _ in range(2):
        scan(page, BACK["waybill"])
        press(page, f"/returns/{case.pk}/here/")
    # Scanned again it goes straight to the inspection.
    assert scan(page, BACK["waybill"]).url == f"/returns/{case.pk}/inspect/"
    assert Journal.objects.filter(case=case, step="received").count() == 1


@pytest.mark.rule("R3.7")
def test_what_stands_on_the_slip_finds_it_as_well(agent, warehouse, shop):
    order = a_delivered_order(shop)
    Order.objects.filter(pk=order.pk).update(
        phone_index=phone_index("13800000001"), phone_tail_index=phone_tail_index("13800000001"), name_enc=seal("张样例")
    )
    case, page = a_return(agent, order=order), browser_of(warehouse)
    a_return(agent)
    for text in (order.number, order.waybills[0], case.number.lower(), order.buyer.nick.upper(), "13800000001", "0001", "张样例"):
        assert case.number in text_of(scan(page, text)).split("Returns that")[0], text
        assert page.get("/returns/", {"q": text}).context["found"].cases == [case], text
    for text in ("李样例", "13800000002", "0002", "%", "_", "x" * 500, "😀"):
        assert scan(page, text).context["found"] is None or not scan(page, text).context["found"].cases, text


@pytest.mark.rule("R3.7")
def test_found_by_its_slip_the_waybill_that_was_scanned_is_the_returns(agent, warehouse):
    case, page = a_return(agent), browser_of(warehouse)
    press(page, f"/returns/{case.pk}/here/", waybill=BACK["waybill"], courier="yuantong")
    assert (return_of(case).waybill, Parcel.objects.get(waybill=BACK["waybill"]).is_return) == (BACK["waybill"], True)


@pytest.mark.rule("R3.6")
def test_collect_on_delivery_is_not_taken_and_other_couriers_are_only_warned_of(agent, warehouse):
    case, page = a_return(agent), browser_of(warehouse)
    taken(case, "on_its_way", agent, waybill="SF1234567890123", courier="shunfeng")
    assert "not a courier for returns" in text_of(scan(page, "SF1234567890123"))
    answer = press(page, f"/returns/{case.pk}/not-taken/", sent_by="collect", waybill="SF1234567890123")
    assert (answer.status_code, state_of(case)) == (302, "to_send")
    assert press(page, f"/returns/{case.pk}/not-taken/", sent_by="pigeon").status_code == 400
    yto = on_its_way(agent)
    assert "not a courier for returns" not in text_of(scan(page, BACK["waybill"]))
    assert state_of(yto) == "under_way"


@pytest.mark.rule("R5.2", "R5.4")
def test_the_inspection_takes_numbers_and_photos_and_says_what_follows(agent, warehouse, shop):
    case = arrived(a_return(agent, 3, order=a_delivered_order(shop, quantity=3)), warehouse)
    page, line = browser_of(warehouse), case.order.lines.get().pk
    address = f"/returns/{case.pk}/inspect/"
    form = page.get(address)
    assert field_of(form, f"good-{line}") == "3"
    sent = {"version": case.version, f"good-{line}": "1", f"worn-{line}": "1", "remark": "鞋底磨损"}
    without = page.post(address, sent)
    assert (without.status_code, state_of(case)) == (422, "to_inspect")
    assert field_of(without, f"worn-{line}") == "1"
    many = page.post(address, sent | {f"good-{line}": "3", "photos": a_picture()})
    assert (many.status_code, case.evidence.count()) == (400, 0)
    answer = page.post(address, sent | {"photos": [a_picture(), a_picture("JPEG")]})
    assert (answer.status_code, answer.url) == (302, "/returns/")
    row = ReturnLine.objects.get(case=case)
    assert (state_of(case), row.good, row.worn, row.short, return_of(case).remark) == ("different", 1, 1, 1, "鞋底磨损")
    assert case.evidence.count() == 2
    assert "this step is not part of that" in text_of(page.get(address))


def test_the_inspection_of_a_stale_page_is_refused_and_what_was_typed_stays(agent, warehouse):
    case = arrived(a_return(agent), warehouse)
    page, line = browser_of(warehouse), case.order.lines.get().pk
    answer = page.post(f"/returns/{case.pk}/inspect/", {"version": 1, f"good-{line}": "1", "remark": "好", "photos": a_picture()})
    assert (answer.status_code, field_of(answer, "remark")) == (409, "好")
    assert not case.evidence.exists()


@pytest.mark.rule("R5.2")
def test_of_a_refused_inspection_no_photo_stays_and_sent_again_each_is_there_once(agent, warehouse, settings):
    case = arrived(a_return(agent), warehouse)
    page, line = browser_of(warehouse), case.order.lines.get().pk
    address, folder = f"/returns/{case.pk}/inspect/", pathlib.Path(settings.MEDIA_ROOT)
    before = {each for each in folder.rglob("*") if each.is_file()}
    sent = {f"good-{line}": "1", "remark": "好", "once": field_of(page.get(address), "once")}
    broken = SimpleUploadedFile("x.jpg", b"no picture")
    for changes, status in (
        ({"version": 1, "photos": a_picture()}, 409),
        ({"version": case.version, "photos": [a_picture(), broken]}, 400),
    ):
        assert page.post(address, sent | changes).status_code == status
        assert not case.evidence.exists()
        assert {each for each in folder.rglob("*") if each.is_file()} == before
    assert page.post(address, sent | {"version": case.version, "photos": a_picture()}).status_code == 302
    assert (state_of(case), case.evidence.count()) == ("goods_back", 1)


@pytest.mark.rule("R3.7", "R5.4")
@pytest.mark.parametrize("courier", [{}, {"courier": "shunfeng"}])
def test_the_waybill_that_the_customer_told_stays_the_returns_whatever_stands_on_the_parcel(agent, warehouse, courier):
    case = arrived(on_its_way(agent), warehouse, waybill="SF1234567890123", **courier)
    assert (return_of(case).waybill, case.incident.parcel.waybill) == (BACK["waybill"], BACK["waybill"])
    assert Journal.objects.get(case_id=case.pk, step="received").facts["waybill"] == "SF1234567890123"


@pytest.mark.parametrize("who", ["agent", "supervisor", "warehouse", "finance", "auditor", "printclerk", "outsider"])
def test_who_sees_and_works_the_desk(who, agent, warehouse, request):
    case = on_its_way(agent)
    person = request.getfixturevalue(who)
    page, inside = browser_of(person), who in ("agent", "supervisor", "warehouse")
    strangers = who == "outsider"
    assert page.get("/returns/").status_code == (200 if inside or strangers else 403)
    assert page.get(f"/returns/{case.pk}/inspect/").status_code == (404 if strangers else 200 if inside else 403)
    press(page, f"/returns/{case.pk}/here/")
    assert state_of(case) == ("to_inspect" if inside else "under_way")
    if strangers:
        assert scan(page, BACK["waybill"]).context["found"].is_empty
        assert case.number not in text_of(page.get("/returns/"))


def test_as_many_queries_for_one_return_as_for_many(agent, warehouse, shop, django_assert_max_num_queries):
    page = browser_of(warehouse)
    for number in (1, 6):
        for _ in range(number):
            a_return(agent)
        with django_assert_max_num_queries(26):
            page.get("/returns/")


# Parked parcels ------------------------------------------------------------------------------------


@pytest.mark.rule("R3.7")
def test_what_nobody_knows_is_parked_once_and_matched_later_by_a_clerk(agent, warehouse, shop):
    page = browser_of(warehouse)
    assert "Nobody waits for this" in text_of(scan(page, BACK["waybill"]))
    given = {"shop": shop.pk, "waybill": BACK["waybill"], "courier": "yuantong", "note": "白色鞋盒 电话13800000001", "q": BACK["waybill"]}
    for _ in range(2):
        assert press(page, "/returns/park/", **given).status_code == 302
    stray = StrayParcel.objects.get()
    assert (stray.kept_by, stray.came_at, "13800000001" in stray.note) == (warehouse, NOON, False)
    assert "Parked already" in text_of(scan(page, BACK["waybill"]))
    case, clerk = a_return(agent), browser_of(agent)
    assert press(page, f"/returns/parked/{stray.pk}/", case=case.number).status_code == 403
    assert press(clerk, f"/returns/parked/{stray.pk}/", case="AS-991231-0001").status_code == 400
    assert press(clerk, f"/returns/parked/{stray.pk}/", case=case.order.number).status_code == 302
    stray.refresh_from_db()
    assert (stray.case_id, stray.matched_by, state_of(case)) == (case.pk, agent, "to_inspect")
    assert return_of(case).waybill == BACK["waybill"]
    assert Journal.objects.filter(case=case, step="parcel_matched").count() == 1
    assert stray.waybill not in text_of(clerk.get("/returns/parked/"))


@pytest.mark.rule("R3.6")
def test_an_unknown_parcel_that_comes_unpaid_is_not_taken_and_that_is_recorded(warehouse, shop):
    press(browser_of(warehouse), "/returns/park/", shop=shop.pk, waybill=BACK["waybill"], refused="surface")
    stray = StrayParcel.objects.get()
    assert (stray.refused, stray.matched_at) == ("surface", None)
    assert Journal.objects.get(step="parcel_not_taken").facts == {"waybill": BACK["waybill"], "sent_by": "surface"}


@pytest.mark.parametrize(
    "change", [{"waybill": ""}, {"waybill": "x"}, {"refused": "pigeon"}, {"courier": "pigeon"}, {"note": "x" * 501}, {"shop": "x"}]
)
def test_what_cannot_be_parked_is_refused_and_nothing_kept(warehouse, shop, change):
    given = {"shop": shop.pk, "waybill": BACK["waybill"]} | change
    assert press(browser_of(warehouse), "/returns/park/", **given).status_code == 400
    assert not StrayParcel.objects.exists()


def test_nobody_parks_for_another_shop_nor_matches_over_shops(agent, warehouse, other_shop, shop):
    assert press(browser_of(warehouse), "/returns/park/", shop=other_shop.pk, waybill=BACK["waybill"]).status_code == 404
    stray = StrayParcel.objects.create(shop=other_shop, waybill="YT9", came_at=MONDAY, kept_by=warehouse)
    assert press(browser_of(agent), f"/returns/parked/{stray.pk}/", case=a_return(agent).number).status_code == 404


# Quality faults ------------------------------------------------------------------------------------


@pytest.mark.rule("R5.3")
def test_a_quality_fault_is_given_to_its_department_once_with_who_and_when(agent, warehouse):
    case = inspected(a_return(agent, why="quality"), warehouse, unsaleable=1, step="found_right")
    fault, page = QualityFault.objects.get(), browser_of(warehouse)
    assert case.number in text_of(page.get("/returns/faults/"))
    assert press(page, f"/returns/faults/{fault.pk}/", department=" ").status_code == 400
    assert press(browser_of(agent), f"/returns/faults/{fault.pk}/", department="采购").status_code == 403
    for department in ("采购部", "别的部门"):
        assert press(page, f"/returns/faults/{fault.pk}/", department=department).status_code == 302
    fault.refresh_from_db()
    assert (fault.department, fault.given_by, fault.given_at) == ("采购部", warehouse, NOON)
    assert case.number not in text_of(page.get("/returns/faults/"))
    assert "采购部" in text_of(page.get("/returns/faults/?given=1"))
    assert Journal.objects.filter(case=case, step="fault_given").count() == 1


# Back after the refund -----------------------------------------------------------------------------


def refunded(order, amount="100.00"):
    Line.objects.filter(order=order).update(platform_refunded=amount)
    Order.objects.filter(pk=order.pk).update(platform_refunded=amount)


@pytest.mark.rule("L13.1")
def test_a_lost_parcel_that_comes_back_after_its_refund_tells_finance_and_stays_a_fact(agent, warehouse, finance, mailoutbox):
    above = to_mend(agent)
    refunded(above.order)
    finance.email = "finance@example.com"
    finance.save()
    page, parcel = browser_of(warehouse), Parcel.objects.get(orders=above.order)
    assert "A parcel that we sent" in text_of(scan(page, parcel.waybill))
    for _ in range(2):
        assert press(page, f"/returns/own/{parcel.pk}/").status_code == 302
    row = CameBackAfterRefund.objects.get()
    assert (row.waybill, row.order, str(row.refunded), row.at) == (parcel.waybill, above.order, "100.00", NOON)
    assert Journal.objects.get(step="came_back_after_refund").facts == {"waybill": parcel.waybill, "amount": "100.00"}
    drain_outbox(at=NOON)
    assert [mail.to for mail in mailoutbox if parcel.waybill in mail.subject] == [["finance@example.com"]]
    desk = browser_of(finance)
    assert parcel.waybill in text_of(desk.get("/returns/late/"))
    assert press(desk, f"/returns/late/{row.pk}/").status_code == 302
    row.refresh_from_db()
    assert (row.seen_by, row.seen_at) == (finance, NOON)
    assert browser_of(warehouse).get("/returns/late/").status_code == 403


@pytest.mark.rule("L13.1")
def test_by_whatever_door_it_comes_back(agent, warehouse):
    above = an_incident("stalled", agent)
    refunded(above.order)
    taken(above, "came_back", warehouse)
    assert CameBackAfterRefund.objects.get().order == above.order


@pytest.mark.rule("L13.1")
def test_what_comes_back_unrefunded_or_with_a_small_refund_for_something_else_is_no_late_arrival(agent, warehouse, shop):
    orders = [an_order(shop, waybill="73000000000011"), an_order(shop, waybill="73000000000012")]
    refunded(orders[1], "5.00")
    for order in orders:
        take_back(Parcel.objects.get(orders=order).pk, by=acts(warehouse), at=MONDAY)
    assert not CameBackAfterRefund.objects.exists()


def test_who_asks_for_the_money_of_a_parcel_that_came_back_meanwhile_is_told(agent, warehouse):
    above = to_mend(agent)
    refund = ask_refund(a_wish(above.order, case=above.pk), by=acts(agent), at=MONDAY)
    take_back(Parcel.objects.get(orders=above.order).pk, by=acts(warehouse), at=MONDAY)
    assert fresh(refund).news == {"goods_came_back": 1}


# Asking on the page --------------------------------------------------------------------------------


@pytest.mark.rule("R5.1")
def test_an_agent_asks_for_a_return_on_the_orders_page(agent, shop):
    order, page = a_delivered_order(shop, lines=("60.00", "40.00")), browser_of(agent)
    assert f"/returns/new/?order={order.number}" in page.get(f"/orders/{order.pk}/").content.decode()
    address = f"/returns/new/?order={order.number}"
    form = page.get(address)
    assert "Without reason until 2026-11-30" in text_of(form)
    first, second = (f"line-{line.pk}" for line in order.lines.all())
    sent = {"once": field_of(form, "once"), first: "1", second: "0", "why": "unwanted", "said": "大了一码"}
    refused = page.post(address, sent)
    assert (refused.status_code, field_of(refused, "said")) == (422, "大了一码")
    answer = page.post(address, sent | {"unworn": "on"})
    assert answer.status_code == 302
    shown = text_of(page.get(answer.url))
    assert "Tell the customer where to send it and how" in shown
    assert "请先付邮费寄出" in shown
    assert "样例商品1" in shown


@pytest.mark.rule("R3.5", "R6.1")
def test_an_exchange_of_an_insured_order_is_offered_as_a_return(agent, shop):
    order, page = a_delivered_order(shop, freight_insured=True), browser_of(agent)
    line = order.lines.get().pk
    answer = page.post(f"/exchanges/new/?order={order.number}", {f"line-{line}": "1", "why": "unwanted", "unworn": "on"})
    assert answer.status_code == 422
    assert "Return it instead" in text_of(answer)
    assert f"/returns/new/?order={order.number}" in answer.content.decode()
    for address in ("/returns/new/", "/returns/new/?order=x", "/exchanges/new/?case=999999"):
        assert page.get(address).status_code == 404


@pytest.mark.rule("R5.2")
def test_the_form_of_its_refund_begins_with_what_came_as_claimed(agent, warehouse, shop):
    order = a_delivered_order(shop, quantity=4)
    case = inspected(a_return(agent, 2, order=order), warehouse, good=1)
    taken(case, "agreed", agent, agreed="一件")
    form = browser_of(agent).get(f"/refunds/new/?case={case.pk}")
    assert field_of(form, f"line-{order.lines.get().pk}") == "25.00"
    assert '<option value="goods_back" selected' in form.content.decode()


def test_the_lists_of_the_desk_are_empty_at_first_and_say_so(agent, finance):
    page = browser_of(agent)
    for address, words in [
        ("/returns/", "No return is waited for"),
        ("/returns/parked/", "No parcel lies here"),
        ("/returns/faults/", "No faulty goods wait"),
    ]:
        assert words in text_of(page.get(address))
    assert "Nothing came back after its refund" in text_of(browser_of(finance).get("/returns/late/"))
    assert verify_invariants() == []

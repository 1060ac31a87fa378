"""Opening a case by hand: kind, order or waybill, what the customer says (L0.5)."""

import pytest

from casework.models import Case
from tests.builders import an_order, an_unreachable
from tests.page import field_of, text_of


@pytest.fixture
def order(shop):
    return an_order(shop, waybill="YT7788000011")


def send(browser, **form):
    return browser.post("/cases/new/", {"kind": "unreachable", "order": "", "waybill": "", "note": ""} | form)


def test_a_case_is_opened_by_order_number(desk, agent, order):
    browser = desk(agent)
    answer = send(browser, order=f" {order.number} ", note="电话一直没人接")
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert (case.order, case.owner, case.state) == (order, agent, "to_contact")
    page = text_of(browser.get(answer["Location"]))
    assert f"Opened: {case.number}." in page
    assert "电话一直没人接" in page


def test_a_case_is_opened_by_waybill(desk, agent, order):
    assert send(desk(agent), waybill="YT7788000011").status_code == 302


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"order": "999999999999"}, 404),
        ({"waybill": "NOSUCH"}, 404),
        ({"kind": "nonsense", "order": "1"}, 400),
        ({"kind": "", "order": "1"}, 400),
        ({"kind": "refund", "order": "1"}, 400),
        ({"order": "1", "note": "x" * 4001}, 400),
    ],
)
def test_what_cannot_be_opened_comes_back_with_a_sentence_and_what_was_typed(desk, agent, form, status):
    answer = send(desk(agent), **{"note": "电话一直没人接"} | form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert form.get("note", "电话一直没人接")[:50] in answer.content.decode()
    assert not Case.objects.exists()


def test_a_second_case_of_the_same_parcel_leads_to_the_first(desk, agent, order):
    first = an_unreachable(agent, order=order)
    answer = send(desk(agent), order=order.number)
    assert answer.status_code == 422
    assert f'href="/cases/{first.pk}/"' in answer.content.decode()


def test_an_order_of_another_shop_does_not_exist(desk, outsider, order):
    assert send(desk(outsider), order=order.number).status_code == 404


def test_whoever_opens_no_cases_is_told_who_does(desk, auditor, order):
    assert "Agents and leads open cases." in text_of(desk(auditor).get("/cases/new/"))
    assert send(desk(auditor), order=order.number).status_code == 403


def test_the_order_number_of_a_search_is_filled_in(desk, agent):
    page = desk(agent).get("/cases/new/?order=5118000990001")
    assert ">5118000990001</textarea>" in page.content.decode()
    assert "5118000990001 : no order, parcel or buyer of your shops" in text_of(page)


def test_a_double_click_opens_one_case_and_leads_to_it(desk, agent, order):
    browser = desk(agent)
    once = field_of(browser.get(f"/cases/new/?order={order.number}"), "once")
    answers = [send(browser, order=order.number, once=once) for _ in range(2)]
    assert [each["Location"] for each in answers] == [f"/cases/{Case.objects.get().pk}/"] * 2

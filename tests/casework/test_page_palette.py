"""The palette: pages by the person's role, cases and orders of their shops by number, and nothing else."""

import html
import re

import pytest

from tests.builders import an_order, an_unreachable


def entries(answer):
    """(label, address) of each line."""
    assert answer.status_code == 200
    found = re.findall(r'href="([^"]*)"[^>]*>.*?<span class="cut">([^<]*)</span>', answer.content.decode(), re.DOTALL)
    return [(html.unescape(label), html.unescape(url)) for url, label in found]


def places(browser):
    return {url for _label, url in entries(browser.get("/palette/"))}


@pytest.mark.parametrize(
    ("who", "opens", "not_theirs"),
    [
        ("agent", "/cases/new/", "/payouts/"),
        ("finance", "/reconciliation/", "/todo/"),
        ("supervisor", "/delegations/", "/payouts/"),
        ("printclerk", "/todo/", "/approvals/"),
    ],
)
def test_it_knows_the_pages_of_ones_roles(desk, request, who, opens, not_theirs):
    found = places(desk(request.getfixturevalue(who)))
    assert opens in found
    assert not_theirs not in found


@pytest.mark.parametrize("who", ["agent", "supervisor", "finance", "warehouse", "printclerk", "auditor", "admin"])
def test_each_page_that_it_offers_opens(desk, request, who):
    browser = desk(request.getfixturevalue(who))
    assert {url: status for url in places(browser) if (status := browser.get(url).status_code) != 200} == {}


def test_a_page_is_found_by_its_name_in_the_other_language_too(desk, agent):
    assert 'data-also="队列"' in desk(agent).get("/palette/").content.decode()


def test_a_case_is_found_by_its_number_and_by_its_waybill(desk, agent):
    case = an_unreachable(agent)
    for text in (case.number, case.incident.parcel.waybill, case.order.number):
        assert (f"Customer unreachable {case.number}", f"/cases/{case.pk}/") in entries(desk(agent).get("/palette/", {"q": text}))


def test_an_order_without_a_case_is_found_too(desk, agent, shop):
    order = an_order(shop)
    assert (order.number, f"/orders/{order.pk}/") in entries(desk(agent).get("/palette/", {"q": order.number[:12]}))


def test_what_is_another_shops_is_not_there(desk, agent, outsider):
    case = an_unreachable(agent)
    for text in (case.number, case.order.number, case.incident.parcel.waybill):
        found = entries(desk(outsider).get("/palette/", {"q": text}))
        assert [url for _label, url in found if url.startswith(("/cases/", "/orders/"))] == []


@pytest.mark.parametrize("text", ["", " ", "\x00", "%", "' OR 1=1", "😀" * 200, "9" * 5000])
def test_odd_texts_find_nothing_and_break_nothing(desk, agent, text):
    answer = desk(agent).get("/palette/", {"q": text})
    assert answer.status_code in (200, 400)


def test_it_asks_a_fixed_number_of_questions(desk, agent, django_assert_max_num_queries):
    for _ in range(6):
        an_unreachable(agent)
    browser = desk(agent)
    with django_assert_max_num_queries(14):
        browser.get("/palette/", {"q": "5118"})


def test_strangers_get_nothing(client, db):
    assert client.get("/palette/").status_code == 302

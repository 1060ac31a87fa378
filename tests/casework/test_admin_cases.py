"""Cases in the admin: opened, found, listed and looked at, in one's own shops only, at a fixed cost."""

import re

import pytest
from django.urls import reverse

from casework.actions.deeds import record_contact
from casework.models import Case, Evidence
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts, make_user

LIST = "/admin/casework/case/"
# Session, person, roles; rows, and whether there are several shops.
LIST_QUERIES = 5
# Session, person, roles; case, its surroundings, tasks, timeline, ledger, parcel, names of people.
PAGE_QUERIES = 13


def page(case):
    return reverse("admin:logistics_unreachable_change", args=[case.pk])


def step(case, name):
    return reverse("admin:logistics_unreachable_step", args=[case.pk, name])


def deed(case, name):
    return reverse("admin:logistics_unreachable_deed", args=[case.pk, name])


def test_a_case_is_opened_by_waybill(client, agent, shop):
    order = an_order(shop, waybill="73000000001234")
    client.force_login(agent)
    response = client.post(f"{LIST}open/", {"kind": "unreachable", "order": "", "waybill": "73000000001234", "note": "快递来电"})
    case = Case.objects.get()
    assert (response.status_code, case.order, case.opened_by) == (302, order, agent)
    again = client.post(f"{LIST}open/", {"kind": "unreachable", "order": order.number, "waybill": ""})
    assert again.status_code == 422
    assert case.number in again.content.decode()
    assert client.post(f"{LIST}open/", {"kind": "nonsense", "order": order.number}).status_code == 400
    assert client.post(f"{LIST}open/", {"kind": "unreachable", "order": "9" * 19}).status_code == 404


@pytest.mark.parametrize("text", ["number", "order", "waybill", "buyer"])
def test_a_case_is_found_by_what_people_have_in_hand(text, client, agent, shop):
    case = an_unreachable(agent, order=an_order(shop, waybill="73000000001234"))
    other = an_unreachable(agent, order=an_order(shop, waybill="88000000001234"))
    client.force_login(agent)
    typed = {"number": case.number, "order": case.order.number, "waybill": "730000000012", "buyer": case.order.buyer.nick}[text]
    html = client.get(f"{LIST}?q={typed}").content.decode()
    assert f"/{case.pk}/change/" in html
    assert f"/{other.pk}/change/" not in html


def test_cases_of_other_shops_are_not_there(client, outsider, agent):
    case = an_unreachable(agent)
    client.force_login(outsider)
    for address in (LIST, f"{LIST}?q={case.number}", f"{LIST}?whose=any"):
        assert f"/{case.pk}/change/" not in client.get(address).content.decode()
    for address in (page(case), step(case, "customer_answered"), deed(case, "note"), f"{LIST}{case.pk}/change/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"version": 1, "note": "x"}).status_code in (403, 404)


def test_the_common_page_leads_to_that_of_the_kind(client, agent):
    case, refund = an_unreachable(agent), a_refund(agent)
    client.force_login(agent)
    assert client.get(f"{LIST}{case.pk}/change/").url == page(case)
    assert client.get(f"{LIST}{refund.pk}/change/").url == reverse("admin:refunds_refund_change", args=[refund.pk])
    assert client.get(reverse("admin:refunds_refund_change", args=[case.pk])).status_code == 404
    assert client.get(reverse("admin:refunds_refund_step", args=[case.pk, "customer_answered"])).status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 2), ("whose=mine", 1), ("whose=nobody", 0), ("whose=any", 2), ("kind=refund", 0), ("category__exact=customer", 1)],
)
def test_filters_of_the_list(query, count, client, agent, agent2):
    an_unreachable(agent, state="trying")
    an_unreachable(agent2)
    client.force_login(agent)
    html = client.get(f"{LIST}?{query}").content.decode()
    assert len(set(re.findall(r"/case/(\d+)/change/", html))) == count


@pytest.mark.fault("L1")
def test_the_list_costs_the_same_however_long(client, agent, django_assert_num_queries):
    client.force_login(agent)
    client.get(LIST)
    for count in (3, 12):
        for _ in range(count):
            an_unreachable(agent)
        with django_assert_num_queries(LIST_QUERIES):
            client.get(LIST)


@pytest.mark.fault("L1")
def test_the_page_costs_the_same_however_much_happened(client, agent, agent2, supervisor, django_assert_num_queries):
    case = an_unreachable(agent, state="trying")
    client.force_login(agent)
    client.get(page(case))
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(page(case))
    for person in (agent2, supervisor, make_user("third", "agent", case.shop)):
        for channel in ("chat", "phone", "email"):
            record_contact(case.pk, channel=channel, outcome="no_answer", note="x", by=acts(person), at=MONDAY)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(page(case))


@pytest.mark.fault("X1")
def test_what_people_write_is_text(client, agent):
    case = an_unreachable(agent, state="trying")
    client.force_login(agent)
    payload = '<img src=x onerror="alert(1)">{{ 7|add:7 }}'
    client.post(deed(case, "note"), {"note": payload})
    client.post(deed(case, "contact"), {"channel": "phone", "outcome": "no_answer", "note": payload})
    html = client.get(page(case)).content.decode()
    assert "<img src=x" not in html
    assert html.count("&lt;img src=x") >= 2


def test_pictures_are_shown_from_their_guarded_address(client, agent, supervisor):
    case = an_unreachable(agent)
    picture = Evidence.objects.create(
        case=case,
        kind="chat",
        path="x",
        mime="image/png",
        size=1,
        width=40,
        height=30,
        sha256="0" * 64,
        original_sha256="1",
        uploaded_at=MONDAY,
    )
    client.force_login(supervisor)
    html = client.get(page(case)).content.decode()
    assert f'src="/evidence/{picture.pk}/"' in html
    assert "40×30" in html

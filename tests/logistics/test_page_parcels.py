"""The pages of parcels: found, shown with all that is known, entered, weighed and corrected."""

import datetime as dt
import re

import pytest

from casework.models import Journal
from logistics.actions.keep_account import keep_account
from logistics.actions.take_tracking import take_tracking
from logistics.actions.weigh import weigh
from logistics.carriers.trace import Node, Trace
from logistics.models import Courier, Finding, Norm, Parcel, ParcelFact, Weight
from logistics.panels import parcel_panel
from logistics.reading import normal
from orders.access import Actor
from orders.together import answer
from orders.vault import seal
from tests.builders import a_parcel, a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.logistics.provider_stub import reply, running
from tests.page import browser_of, field_of, text_of

WAYBILL = "73000000000001"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
XSS = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def parcel(shop):
    return a_parcel(an_order(shop), WAYBILL)


@pytest.fixture
def page(parcel):
    return f"/parcels/{parcel.pk}/"


@pytest.fixture
def at_agent(agent):
    return browser_of(agent)


def told(parcel, *nodes, at=MONDAY):
    take_tracking(parcel.shop, [Trace("file", "zhongtong", parcel.waybill, nodes)], by=Actor.system("command"), at=at)


def test_the_page_shows_the_way_newest_first_with_code_area_and_provider(at_agent, parcel, page):
    told(parcel, Node(MONDAY - HOUR, "已揽收", "103", "picked_up"), Node(MONDAY, "到达上海", "1002", "transit", area="上海,上海市"))
    text = text_of(at_agent.get(page))
    assert "On its way" in text
    assert text.index("到达上海") < text.index("已揽收")
    assert "上海,上海市 · file 1002" in text


def test_nothing_known_says_so(at_agent, page):
    text = text_of(at_agent.get(page))
    assert "Nothing is known of its way yet." in text
    assert "Not weighed yet." in text
    assert "No case about this parcel." in text


@pytest.mark.rule("L12.1")
def test_what_the_directory_knows_of_the_courier_stands_there(at_agent, parcel, page):
    Courier.objects.filter(pk=parcel.courier_id).update(
        inquiry="95311 转 2", claims="理赔组 小陈", terms="月结", pickup_phone="0571-1", return_price=8
    )
    text = text_of(at_agent.get(page))
    for said in ("95311 转 2", "理赔组 小陈", "月结", "0571-1", "8.00 yuan"):
        assert said in text


@pytest.mark.rule("L3.4")
@pytest.mark.parametrize(
    ("courier", "shipped", "picked_up", "ended", "day", "over"),
    [
        ("zhongtong", 0 * HOUR, None, None, 1, False),
        ("zhongtong", -50 * HOUR, None, None, 3, False),
        ("zhongtong", -96 * HOUR, None, None, 5, False),
        ("zhongtong", -97 * HOUR, None, None, 5, True),
        ("zhongtong", -500 * HOUR, None, -450 * HOUR, 3, False),
        ("shunfeng", -50 * HOUR, None, None, None, None),
        ("shunfeng", -50 * HOUR, -25 * HOUR, None, 2, False),
        ("zhongtong", None, None, None, None, None),
    ],
)
def test_the_day_of_the_normal_delivery_is_counted(parcel, courier, shipped, picked_up, ended, day, over):
    parcel.courier = Courier.objects.get(code=courier)
    for name, since in (("shipped_at", shipped), ("picked_up_at", picked_up), ("delivered_at", ended)):
        setattr(parcel, name, None if since is None else MONDAY + since)
    found = normal(parcel, list(Norm.objects.all()), MONDAY)
    assert (found and found.day, found and found.is_over) == (day, over)


@pytest.mark.rule("L3.4")
def test_the_day_stands_on_the_page(at_agent, parcel, page):
    Parcel.objects.filter(pk=parcel.pk).update(shipped_at=MONDAY - DAY, delivered_at=MONDAY + DAY)
    assert "day 3 of 4" in text_of(at_agent.get(page))


@pytest.mark.rule("L5.2")
def test_the_weights_of_all_sides_stand_beside_each_other(at_agent, agent, parcel, page):
    for source, grams in [("warehouse", 1200), ("warehouse", 1250), ("courier", 1180), ("waybill", 1300)]:
        weigh(parcel.pk, source=source, grams=grams, by=acts(agent), at=MONDAY)
    text = text_of(at_agent.get(page))
    assert "Our warehouse 1250 —" in text
    assert "The courier's record 1180 -70" in text
    assert "On the waybill 1300 +50" in text
    assert "before: 1200" in text


def test_findings_and_facts_stand_there_in_words(at_agent, parcel, page):
    Finding.objects.create(parcel=parcel, kind="not_moving", since=MONDAY, norm_hours=48, found_at=MONDAY)
    ParcelFact.objects.create(parcel=parcel, name="out_of_area", at=MONDAY, provider="kuaidi100", code="207", seen_at=MONDAY)
    text = text_of(at_agent.get(page))
    assert "Not moving" in text
    assert "norm 48 h" in text
    assert "out of delivery area" in text
    assert "kuaidi100 207" in text


def test_orders_and_cases_are_linked_and_a_case_can_be_opened(at_agent, agent, shop):
    case = an_unreachable(agent)
    parcel = case.incident.parcel
    body = at_agent.get(f"/parcels/{parcel.pk}/").content.decode()
    assert f'href="/cases/{case.pk}/"' in body
    assert f'href="/orders/{case.order_id}/"' in body
    assert f'href="/cases/new/?order={case.order.number}&amp;waybill={parcel.waybill}"' in body


def test_only_province_and_city_of_the_destination_are_shown(at_agent, page):
    text = text_of(at_agent.get(page))
    assert "浙江省 杭州市" in text
    assert "西湖区" not in text


@pytest.mark.fault("Z1")
def test_a_parcel_of_another_shop_is_not_there(outsider, page):
    client = browser_of(outsider)
    assert client.get(page).status_code == 404
    assert client.post(f"{page}weigh/", {"source": "warehouse", "weight": "5"}).status_code == 404
    assert client.post(f"{page}courier/", {"courier": "yunda"}).status_code == 404


@pytest.mark.fault("Z4")
def test_an_auditor_looks_and_changes_nothing(auditor, page):
    client = browser_of(auditor)
    body = client.get(page).content.decode()
    assert "weigh/" not in body
    assert client.post(f"{page}weigh/", {"source": "warehouse", "weight": "5"}).status_code == 403
    assert client.post(f"{page}courier/", {"courier": "yunda"}).status_code == 403
    assert not Weight.objects.exists()


@pytest.mark.fault("X1")
def test_what_a_courier_or_a_packer_writes_is_text_and_nothing_else(at_agent, agent, shop, parcel, page):
    told(parcel, Node(MONDAY, XSS, "1002", "transit", area=XSS[:100]))
    weigh(parcel.pk, source="warehouse", grams=5, by=acts(agent), at=MONDAY, packed_by="<img src=x onerror=alert(1)>")
    Courier.objects.filter(pk=parcel.courier_id).update(name="<b>x</b>", inquiry=XSS, claims=XSS, terms=XSS)
    Parcel.objects.filter(pk=parcel.pk).update(waybill=XSS[:64], tracking_end="<i>x</i>")
    ParcelFact.objects.create(parcel=parcel, name="<u>x</u>", at=MONDAY, provider="<p>", code="<q>", seen_at=MONDAY)
    case = an_unreachable(agent, order=parcel.orders.get())
    for address in (page, "/parcels/", f"/cases/{case.pk}/", f"/orders/{parcel.orders.get().pk}/", f"/parcels/?q={XSS}"):
        body = at_agent.get(address).content.decode()
        for tag in ("<script>alert", "<img", "<b>x", "<i>x", "<u>x"):
            assert tag not in body, address


# Found --------------------------------------------------------------------------------------------------


def test_the_whole_waybill_leads_to_its_parcel(at_agent, page):
    assert at_agent.get("/parcels/", {"q": WAYBILL})["Location"] == page


@pytest.mark.parametrize("text", [WAYBILL[:6], WAYBILL[:5], "an order"])
def test_a_beginning_or_an_order_lists_what_fits(at_agent, parcel, page, text):
    text = parcel.orders.get().number if text == "an order" else text
    assert f'href="{page}"' in at_agent.get("/parcels/", {"q": text}).content.decode()


@pytest.mark.fault("L2")
@pytest.mark.parametrize("text", ["%", "_____", "😀" * 10, "x" * 10_000, "7300' OR 1=1", XSS])
def test_anything_else_finds_nothing_and_breaks_nothing(at_agent, parcel, text):
    answer = at_agent.get("/parcels/", {"q": text})
    assert answer.status_code == 200
    assert "No parcel begins with" in text_of(answer)


def test_without_a_text_the_newest_stand_there(at_agent, page):
    assert f'href="{page}"' in at_agent.get("/parcels/").content.decode()


def test_no_parcel_at_all_says_where_they_come_from(at_agent, shop):
    assert "they come with the order lists" in text_of(at_agent.get("/parcels/"))


def test_the_search_for_cases_leads_on_to_parcels(at_agent, parcel):
    assert f'href="/parcels/?q={WAYBILL}"' in at_agent.get("/cases/", {"q": WAYBILL}).content.decode()
    assert "/parcels/?q=" not in at_agent.get("/cases/", {"q": "张"}).content.decode()


def test_pages_of_the_list_lead_on(at_agent, shop):
    for number in range(55):
        a_parcel(an_order(shop), f"7300000000{number:04d}")
    first = at_agent.get("/parcels/", {"q": "73000"}).content.decode()
    cursor = re.search(r'href="\?q=73000&(?:amp;)?after=([^"]+)"', first)[1]
    assert at_agent.get("/parcels/", {"q": "73000", "after": cursor}).content.decode().count('scope="row"') == 5


@pytest.mark.fault("L1")
@pytest.mark.parametrize("many", [3, 40])
def test_the_list_costs_the_same_however_long(at_agent, shop, many, django_assert_max_num_queries):
    for number in range(many):
        a_parcel(an_order(shop), f"7300000000{number:04d}")
    with django_assert_max_num_queries(9):
        at_agent.get("/parcels/")


@pytest.mark.fault("L1")
@pytest.mark.parametrize("many", [3, 90])
def test_the_page_costs_the_same_however_much_is_known(at_agent, agent, shop, parcel, page, many, django_assert_max_num_queries):
    told(parcel, *[Node(MONDAY - many * HOUR + n * HOUR, f"第{n}站", "1002", "transit") for n in range(many)])
    for n in range(many // 10):
        parcel.orders.add(an_order(shop))
        weigh(parcel.pk, source="warehouse", grams=500 + n, by=acts(agent), at=MONDAY)
    with django_assert_max_num_queries(17):
        at_agent.get(page)


@pytest.mark.fault("L1")
@pytest.mark.parametrize("many", [1, 8])
def test_the_panel_of_a_case_costs_the_same_however_many_parcels(agent, shop, many, django_assert_num_queries):
    case, by = a_refund(agent), acts(agent)
    for n in range(many):
        told(a_parcel(case.order, f"7500000000{n:04d}"), *[Node(MONDAY - HOUR * k, f"第{k}站", "1002", "transit") for k in range(6)])
    with django_assert_num_queries(1):
        found = answer(parcel_panel(case, by, MONDAY))
    assert [len(each.events) for each in found["parcels"]] == [3] * many


def test_the_case_shows_the_end_of_the_trace_and_the_weights(at_agent, agent):
    case = an_unreachable(agent)
    parcel = case.incident.parcel
    told(parcel, *[Node(MONDAY - HOUR * k, f"第{k}站", "1002", "transit") for k in range(5)])
    weigh(parcel.pk, source="warehouse", grams=1250, by=acts(agent), at=MONDAY)
    text = text_of(at_agent.get(f"/cases/{case.pk}/"))
    assert "第0站" in text
    assert "第2站" in text
    assert "第3站" not in text
    assert "Our warehouse 1250 g" in text
    assert f'href="/parcels/{parcel.pk}/"' in at_agent.get(f"/cases/{case.pk}/").content.decode()


def test_the_order_lists_its_parcels_with_their_stage(at_agent, parcel):
    told(parcel, Node(MONDAY, "派件中", "5", "delivering"))
    assert "Out for delivery" in text_of(at_agent.get(f"/orders/{parcel.orders.get().pk}/"))


# By hand ------------------------------------------------------------------------------------------------


def test_a_parcel_is_entered_on_the_page(printclerk, shop):
    client, order, other = browser_of(printclerk), an_order(shop), an_order(shop)
    form = client.get(f"/parcels/new/?orders={order.number}")
    assert order.number in form.content.decode()
    given = {"waybill": WAYBILL, "courier": "zhongtong", "orders": f"{order.number}，{other.number}", "once": field_of(form, "once")}
    answers = [client.post("/parcels/new/", given) for _ in range(2)]
    parcel = Parcel.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/parcels/{parcel.pk}/"}
    assert parcel.orders.count() == 2
    assert Journal.objects.filter(step="parcel_added").count() == 1


def test_what_is_refused_comes_back_with_what_was_typed(at_agent, shop):
    answer = at_agent.post("/parcels/new/", {"waybill": "<b>", "courier": "zhongtong", "orders": an_order(shop).number})
    assert answer.status_code == 400
    assert "letters, digits and hyphens" in text_of(answer)
    assert 'value="&lt;b&gt;"' in answer.content.decode()


@pytest.mark.rule("L4.3")
def test_an_odd_waybill_is_entered_and_warned_of(at_agent, shop):
    answer = at_agent.post("/parcels/new/", {"waybill": "ABC12345", "courier": "zhongtong", "orders": an_order(shop).number}, follow=True)
    assert "does not look like one of 中通" in text_of(answer)
    assert Parcel.objects.get().waybill == "ABC12345"


@pytest.mark.fault("C3")
@pytest.mark.parametrize(("weight", "grams"), [("1250", 1250), ("1250 g", 1250), ("1.25kg", 1250), ("１２５０", 1250), ("1.25 千克", 1250)])
def test_the_warehouse_weighs_once_however_often_it_presses(warehouse, parcel, page, weight, grams):
    client = browser_of(warehouse)
    given = {"source": "warehouse", "weight": weight, "packed_by": "小王", "once": field_of(client.get(page), "once")}
    for _ in range(2):
        assert client.post(f"{page}weigh/", given)["Location"] == page
    assert (Weight.objects.get().grams, Weight.objects.get().entered_by) == (grams, warehouse)


@pytest.mark.parametrize("weight", ["", "1,25", "-1", "0", "1e3", "重", "1.2505kg", "12.5"])
def test_a_weight_that_is_not_certain_comes_back(warehouse, parcel, page, weight):
    answer = browser_of(warehouse).post(f"{page}weigh/", {"source": "warehouse", "weight": weight, "packed_by": "小王"})
    assert answer.status_code == 400
    assert 'value="小王"' in answer.content.decode()
    assert not Weight.objects.exists()


def test_a_courier_is_corrected_on_the_page(at_agent, parcel, page):
    assert "韵达" in text_of(at_agent.post(f"{page}courier/", {"courier": "yunda"}, follow=True))
    parcel.refresh_from_db()
    assert parcel.courier.code == "yunda"


@pytest.mark.parametrize("verb", ["weigh", "courier", "ask"])
def test_looking_at_the_address_of_a_verb_leads_to_the_parcel(at_agent, page, verb):
    assert at_agent.get(f"{page}{verb}/")["Location"] == page


# Asked --------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(settings, shop):
    """A provider that answers, and the shop's account with it."""
    with running() as stub:
        settings.KUAIDI100_URL = stub.url
        stub.answers = [reply("kuaidi100_query/ok")]
        keep_account(shop, {"key": "secret-key", "customer": "CUSTOMER1"}, by=Actor.system(), at=MONDAY)
        yield stub


def test_the_courier_s_system_is_asked_from_the_page_once_in_half_an_hour(at_agent, shop, asked):
    parcel = an_order(shop, waybill="78437576341494", phone_enc=seal("13800138000")).parcels.get()
    page = f"/parcels/{parcel.pk}/"
    assert "Ask the courier's system now" in text_of(at_agent.get(page))
    assert "New nodes: 4." in text_of(at_agent.post(f"{page}ask/", follow=True))
    answer = at_agent.get(page)
    assert "Asked a short while ago; again in 30 min." in text_of(answer)
    assert re.search(r"<button[^>]*disabled[^>]*>.*?Ask the courier", answer.content.decode(), re.DOTALL)
    refused = at_agent.post(f"{page}ask/")
    assert refused.status_code == 422
    assert "It can be asked again in 30 minutes." in text_of(refused)
    assert len(asked.asked) == 1


def test_without_an_account_the_page_says_so(at_agent, page):
    answer = at_agent.post(f"{page}ask/")
    assert answer.status_code == 422
    assert "no account" in text_of(answer)


@pytest.mark.fault("Z4")
def test_an_auditor_asks_nobody(auditor, outsider, page):
    assert "ask/" not in browser_of(auditor).get(page).content.decode()
    assert browser_of(auditor).post(f"{page}ask/").status_code == 403
    assert browser_of(outsider).post(f"{page}ask/").status_code == 404
